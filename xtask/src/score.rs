//! Quality on labelled sets: those of the repository, and those beside it where they are at hand.

mod knowledge;
mod protection;

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;
use clap::ValueEnum;

use crate::tools::{run_command, say, target};

/// What is scored.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum What {
    /// Search and cited answers over `evaluations/procedures`; fails below the gates.
    Knowledge,
    /// Telling languages apart.
    Languages,
    /// Finding personal data in `evaluations/personal-data/dev.jsonl`; fails below the gates.
    Protection,
}

pub(crate) fn run(root: &Path, what: What) -> Result<()> {
    match what {
        What::Knowledge => knowledge::run(root),
        What::Languages => languages(root),
        What::Protection => protection::run(root),
    }
}

fn example(root: &Path, name: &str) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root).args(["run", "--quiet", "--release", "--package", "language"]);
    command.args(["--example", name, "--"]);
    command
}

fn languages(root: &Path) -> Result<()> {
    for set in ["code-switch", "chat-darija"] {
        say(&format!("evaluations/{set}: tokens of its sentences"));
        let file = root.join("evaluations").join(set).join("sentences.txt");
        run_command(example(root, "score_code_switch").arg(file))?;
    }
    let shared = root.join("../shared");
    let (table, scorer) =
        (shared.join("data/languages/lid_dev.tsv"), shared.join("tools/score_languages.py"));
    if !table.is_file() || !scorer.is_file() {
        println!("skipped: {} or its scorer is not there", table.display());
        return Ok(());
    }
    for (words, about) in [("0", "whole texts"), ("3", "first 3 words"), ("1", "first word")] {
        say(&format!("{}, {about}", table.display()));
        let found = target(root).join("languages-found.jsonl");
        let out = Stdio::from(File::create(&found)?);
        run_command(example(root, "identify_lines").arg(&table).arg(words).stdout(out))?;
        run_command(Command::new("python3").arg(&scorer).arg(&table).arg(&found))?;
    }
    Ok(())
}
