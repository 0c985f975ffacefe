//! One file a command. Each reads its arguments, calls what does the work, and prints.

mod application;
mod ask;
mod badge;
mod cases;
mod collection;
mod completions;
mod config;
mod correct;
mod dates;
mod demo;
mod detect;
mod dictionary;
mod doctor;
mod documents;
mod eval;
mod ingest;
mod key;
mod languages;
mod learn;
mod ledger;
mod lines;
mod models;
mod pack;
mod policy;
mod preview;
mod programme;
mod project;
mod protect;
mod questions;
mod recourse;
mod register;
mod restore;
mod search;
mod serve;
mod solution;
mod usage;

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::arguments::{Arguments, Command};
use crate::configuration::{Configuration, data_folder, load};
use crate::exit::Exit;
use crate::output::Json;

/// What every command has: where the data is, and how to print.
pub(crate) struct Session {
    pub(crate) folder: PathBuf,
    pub(crate) json: Json,
}

impl Session {
    /// The configuration of the data folder; the defaults where there is none yet.
    pub(crate) fn configuration(&self) -> anyhow::Result<Configuration> {
        Ok(load(&self.folder, variable)?)
    }
}

/// A variable of the environment, where it is set and not empty.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Remarks on variables that look like settings and are none.
pub(crate) fn remarks_on_variables() -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    crate::configuration::unknown_variables(names)
}

pub(crate) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let general = arguments.general;
    let session = Session { folder: data_folder(general.data, variable), json: Json(general.json) };
    match arguments.command {
        Command::Serve(serve) => serve::run(&session, &serve),
        Command::Detect(detect) => detect::run(&session, &detect),
        Command::Protect(protect) => in_runtime(protect::run(&session, protect)),
        Command::Restore(restore) => in_runtime(restore::run(&session, restore)),
        Command::Identify(identify) => languages::identify(&session, &identify),
        Command::Transliterate(asked) => languages::transliterate(&session, &asked),
        Command::Normalize(normalize) => languages::normalize(&session, &normalize),
        Command::Preview(preview) => preview::run(&session, &preview),
        Command::Key(key) => in_runtime(key::run(&session, key)),
        Command::Project(project) => in_runtime(project::run(&session, project)),
        Command::Policy(policy) => policy::run(&session, policy),
        Command::Usage(choice) => in_runtime(usage::run(&session, choice)),
        Command::Ledger(ledger) => in_runtime(ledger::run(&session, ledger)),
        Command::Models(models) => models::run(&session, models),
        Command::Config(config) => config::run(&session, &config),
        Command::Dictionary(command) => in_runtime(dictionary::run(&session, command)),
        Command::Correct(correct) => in_runtime(correct::run(&session, correct)),
        Command::Ingest(ingest) => in_runtime(ingest::run(&session, ingest)),
        Command::Collection(command) => in_runtime(collection::run(&session, command)),
        Command::Ask(ask) => in_runtime(ask::run(&session, ask)),
        Command::Search(search) => in_runtime(search::run(&session, search)),
        Command::Application(asked) => in_runtime(application::run(&session, asked)),
        Command::Eval(eval) => in_runtime(eval::run(&session, eval)),
        Command::Programme(asked) => in_runtime(programme::run(&session, asked)),
        Command::Solution(asked) => in_runtime(solution::run(&session, asked)),
        Command::Learn(learn) => in_runtime(learn::run(&session, learn)),
        Command::Badge(badge) => in_runtime(badge::run(&session, badge)),
        Command::Register(command) => in_runtime(register::run(&session, command)),
        Command::Recourse(command) => in_runtime(recourse::run(&session, command)),
        Command::Pack(pack) => pack::run(&session, &pack),
        Command::Demo(demo) => in_runtime(demo::run(&session, demo)),
        Command::Doctor => in_runtime(doctor::run(&session)),
        Command::ModelWorker => {
            inference::worker::run()?;
            Ok(Exit::Done)
        }
        Command::ReadWorker => {
            extraction::worker_main()?;
            Ok(Exit::Done)
        }
        Command::Completions { shell } => completions::run(shell),
    }
}

/// Runs a short command's future.
fn in_runtime(work: impl Future<Output = anyhow::Result<Exit>>) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the asynchronous runtime cannot be started")?;
    runtime.block_on(Box::pin(work))
}

/// The text of a file, or of standard input for `-` and nothing.
pub(crate) fn read_input(file: Option<&Path>) -> anyhow::Result<String> {
    let (bytes, name) = match file {
        Some(path) if path != Path::new("-") => (
            std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?,
            path.display().to_string(),
        ),
        _ => {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes)
                .context("standard input cannot be read")?;
            (bytes, "standard input".to_owned())
        }
    };
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        anyhow::anyhow!("{name} is not UTF-8: the byte at offset {offset} is wrong")
    })
}

/// Text that came in through a pipe goes out as it is, without a line break of ours.
pub(crate) fn write_text(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    std::io::Write::write_all(&mut out, text.as_bytes())?;
    std::io::Write::flush(&mut out)?;
    Ok(())
}
