//! Arguments of `igudar eval`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
#[command(
    after_help = "Examples:\n  igudar eval list\n  igudar eval run darija-amazighe --limit 2\n  igudar eval run darija-amazighe --model smollm2-135m-instruct --model mistral/mistral-small-latest\n  igudar eval run my-study --url http://127.0.0.1:8484\n  igudar eval report darija-amazighe-1a2b3c4d --html report.html\n  igudar eval compare FIRST-RUN SECOND-RUN\n\nA run that is stopped or killed goes on when it is started again: what was answered is kept. Exit code 1 when some question got no answer (the results are written all the same; run it again to ask only those), 3 when a manifest or its answers were changed."
)]
pub(crate) enum Eval {
    /// The studies of this program and the runs of the data folder.
    List,
    /// Read a study and say what is in it, or what is wrong with it. Nobody is asked.
    Check {
        /// A study of this program, or a folder with a study.toml.
        study: PathBuf,
    },
    /// Ask every respondent every item, judge, and state the manifest's digest in the ledger.
    Run(RunStudy),
    /// Show the results of a run; differences between languages are always shown.
    Report {
        /// A run's name (igudar eval list), or its folder.
        run: PathBuf,
        /// Also write a page that needs nothing else.
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
    },
    /// Show two runs of a study side by side, pair by pair.
    Compare {
        /// The first run.
        first: PathBuf,
        /// The second run.
        second: PathBuf,
        /// Whom to compare with whom, where the names do not say so.
        #[arg(long, value_name = "FIRST,SECOND")]
        respondents: Option<String>,
    },
    /// Delete a run, or with --answers everything that models answered to any study.
    Forget {
        /// The run's name.
        #[arg(required_unless_present = "answers")]
        run: Option<String>,
        /// Delete the kept answers of all studies.
        #[arg(long)]
        answers: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RunStudy {
    /// A study of this program, or a folder with a study.toml.
    pub(crate) study: PathBuf,
    /// Whom to ask instead of those whom the study names: a model behind the gateway, or igudar:identify,
    /// igudar:transliterate, igudar:detect, igudar:ask. May be given several times.
    #[arg(long = "model", value_name = "NAME")]
    pub(crate) models: Vec<String>,
    /// Only this task of the study; may be given several times. The manifest has those that were asked.
    #[arg(long = "task", value_name = "NAME")]
    pub(crate) tasks: Vec<String>,
    /// The project that asks and pays; the first one where it is left out.
    #[arg(long)]
    pub(crate) project: Option<String>,
    /// Where the results go instead of the data folder.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// How many questions are under way at once; 4, and 1 where a model on this machine is asked: it computes several
    /// together with other roundings, so that only one after another gives the same answers again.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) concurrency: Option<u16>,
    /// How often a question that failed for a passing reason is asked again.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(0..=20))]
    pub(crate) retries: u32,
    /// Ask everything anew, whatever was answered before.
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Only so many items of each language in each task, for a first look; the manifest says so.
    #[arg(long, value_name = "ITEMS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// Ask through a running server instead of in this process.
    #[arg(long, value_name = "ADDRESS", requires = "key")]
    pub(crate) url: Option<String>,
    /// A key of that server; better given by the variable, since arguments are visible to other users.
    #[arg(long, env = "IGUDAR_KEY", hide_env_values = true)]
    pub(crate) key: Option<String>,
}
