//! The chores of this repository: `demo`, `test`, `verify`, `fuzz`, `train`, `score`, `bench`.
//!
//! Everything a fresh Debian machine with Rust needs is installed from here, so that the README needs two
//! commands and no more.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a tool for people at a terminal: it reads the environment, runs programs and prints"
)]

mod bench;
mod demo;
mod fuzz;
mod python;
mod running;
mod score;
mod test;
mod tools;
mod train;
mod verify;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Chores of the Igudar repository")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Install what is missing, build, fetch the default model, start the server, show the main job.
    Demo {
        /// Stop after the six exchanges instead of leaving the server running.
        #[arg(long)]
        once: bool,
    },
    /// All that CI runs: formatting, lints, every test, the Python clients and package, a minute of fuzzing for
    /// each target, the documentation, the licences.
    Test,
    /// Slow checks: long property runs, the gates of detection, models trained again, long fuzzing.
    Verify,
    /// Coverage-guided checks of the laws; what is found is kept, with the command to see it again.
    Fuzz {
        /// The targets; all when left out.
        targets: Vec<String>,
        /// Seconds for each target.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Run one target on a file that it found.
        #[arg(long, value_name = "FILE")]
        reproduce: Option<std::path::PathBuf>,
    },
    /// Train a model that is part of the program: a fixed seed, the same bytes every time.
    Train {
        /// What to train.
        what: train::What,
        /// What languages and transliteration learn from; else the data beside the repository.
        #[arg(long, value_name = "FILE")]
        data: Option<std::path::PathBuf>,
        /// Change nothing; fail unless the committed file comes out the same.
        #[arg(long)]
        check: bool,
    },
    /// Quality on labelled sets.
    Score {
        /// What to score.
        what: score::What,
    },
    /// Measure side by side and print tables such as those of benches/README.md.
    Bench {
        /// What to measure.
        #[arg(default_value = "gateway")]
        what: bench::What,
    },
}

fn main() -> Result<()> {
    let root = tools::repository()?;
    match Arguments::parse().chore {
        Chore::Demo { once } => demo::run(&root, once),
        Chore::Test => test::run(&root),
        Chore::Verify => verify::run(&root),
        Chore::Fuzz { targets, reproduce: Some(input), .. } => {
            let name = targets.first().context("name the target that found the file")?;
            fuzz::reproduce(&root, name, &input)
        }
        Chore::Fuzz { targets, seconds, .. } => fuzz::some(&root, &targets, seconds),
        Chore::Train { what, data, check } => train::run(&root, what, data, check),
        Chore::Score { what } => score::run(&root, what),
        Chore::Bench { what } => bench::run(&root, what),
    }
}
