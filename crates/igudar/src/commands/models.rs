//! `igudar models`

mod hub;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use inference::models::ModelFile;
use inference::pull::{self, Downloader, Progress, Source};
use inference::sentence_encoder::{self, SentenceEncoder};
use serde_json::{Value, json};

use super::Session;
use crate::arguments::Models;
use crate::configuration::DEFAULT_MODEL_FILE;
use crate::exit::Exit;
use crate::output;

/// What the sentence encoder is called on the command line.
const ENCODER: &str = "sentence-encoder";

pub(crate) fn run(session: &Session, models: Models) -> anyhow::Result<Exit> {
    let folder = session.folder.join("models");
    match models {
        Models::List => list(session, &folder),
        Models::Pull { what } => pull(session, &folder, &what),
    }
}

fn list(session: &Session, folder: &Path) -> anyhow::Result<Exit> {
    let models = inference::models::list(folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut value: Vec<Value> = models.iter().map(described).collect();
    let encoder = SentenceEncoder::is_in(folder);
    if encoder {
        let file = folder.join(sentence_encoder::FOLDER);
        value
            .push(json!({ "name": ENCODER, "file": file, "architecture": sentence_encoder::NAME }));
    }
    let value = Value::Array(value);
    output::result(session.json, &value, || {
        if models.is_empty() && !encoder {
            return format!(
                "no model in {}; fetch one: igudar models pull smollm2",
                folder.display()
            );
        }
        let rows = models.iter().map(|model| {
            let (kind, state) = match &model.header {
                Ok(header) => {
                    (header.architecture.clone().unwrap_or_default(), "in order".to_owned())
                }
                Err(reason) => (String::new(), reason.clone()),
            };
            vec![model.name.clone(), megabytes(model.bytes), kind, state]
        });
        let encoder = encoder.then(|| {
            let kind = sentence_encoder::NAME.to_owned();
            vec![ENCODER.to_owned(), "33 MB".to_owned(), kind, "for search by meaning".to_owned()]
        });
        output::table(&["name", "size", "architecture", "state"], rows.chain(encoder))
    })?;
    Ok(Exit::Done)
}

fn described(model: &ModelFile) -> Value {
    let (architecture, fault) = match &model.header {
        Ok(header) => (header.architecture.clone(), None),
        Err(reason) => (None, Some(reason.clone())),
    };
    json!({
        "name": model.name,
        "file": model.path,
        "bytes": model.bytes,
        "architecture": architecture,
        "fault": fault,
    })
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes / 1_000_000)
}

fn pull(session: &Session, folder: &Path, what: &str) -> anyhow::Result<Exit> {
    if what == ENCODER {
        let (file, already) = with_bar(|show| pull::pull_encoder(folder, show))?;
        return pulled(session, &file, already);
    }
    let default = ["smollm2", "default", "smollm2-135m-instruct"].contains(&what);
    let (file, already) = if default {
        pull_default(folder)?
    } else {
        let source = Source::parse(what)?;
        let hub = match &source {
            Source::Hub(_) => Some(hub::Hub::new(&session.configuration()?.settings.hub)?),
            Source::Default | Source::Path(_) => None,
        };
        let downloader = hub.as_ref().map(|hub| hub as &dyn Downloader);
        (fetch(&source, folder, downloader)?.path, false)
    };
    pulled(session, &file, already)
}

fn pulled(session: &Session, file: &Path, already: bool) -> anyhow::Result<Exit> {
    let value = json!({ "file": file, "fetched": !already });
    output::result(session.json, &value, || {
        let there = if already { "is there already" } else { "is there" };
        format!("{} {there}", file.display())
    })?;
    Ok(Exit::Done)
}

/// The default model has one name in the folder, which the configuration's default knows.
fn pull_default(folder: &Path) -> anyhow::Result<(PathBuf, bool)> {
    let target = folder.join(DEFAULT_MODEL_FILE);
    if inference::GgufHeader::read(&target).is_ok() {
        return Ok((target, true));
    }
    let fetched = fetch(&Source::Default, folder, None)?.path;
    if fetched != target {
        std::fs::rename(&fetched, &target)
            .with_context(|| format!("{} cannot be written", target.display()))?;
    }
    Ok((target, false))
}

fn fetch(
    source: &Source,
    folder: &Path,
    downloader: Option<&dyn Downloader>,
) -> anyhow::Result<ModelFile> {
    Ok(with_bar(|show| pull::pull(source, folder, downloader, show))?.model)
}

fn with_bar<T>(work: impl FnOnce(&mut dyn FnMut(Progress)) -> T) -> T {
    let bar = ProgressBar::new_spinner();
    let known = ProgressStyle::with_template("{msg} {bar:30} {bytes} of {total_bytes}, {eta} left");
    let style = known.unwrap_or_else(|_| ProgressStyle::default_bar());
    let mut show = |progress: Progress| match progress {
        Progress::AlreadyThere => bar.set_message("is there already"),
        Progress::Fetching => {
            bar.set_message("fetching");
            bar.enable_steady_tick(std::time::Duration::from_millis(200));
        }
        Progress::Bytes { done, total } => {
            if let Some(total) = total.filter(|_| bar.length().is_none()) {
                bar.set_style(style.clone());
                bar.set_length(total);
            }
            bar.set_position(done);
        }
        Progress::Unpacking => bar.set_message("unpacking"),
        Progress::Checking => bar.set_message("checking"),
    };
    let done = work(&mut show);
    bar.finish_and_clear();
    done
}
