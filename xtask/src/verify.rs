//! Slow checks: long property runs and the detection scores.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::fuzz;
use crate::tools::{self, run_command, say, target};

/// How many cases each property is tried with; the test run takes 256.
const PROPERTY_CASES: &str = "20000";

/// How long each fuzz target runs.
const FUZZ_SECONDS: u64 = 15 * 60;

pub(crate) fn run(root: &Path) -> Result<()> {
    say("properties, at length");
    run_command(
        Command::new("cargo").current_dir(root).env("PROPTEST_CASES", PROPERTY_CASES).args([
            "test",
            "--release",
            "--package=language",
            "--package=model",
            "--package=protection",
            "--package=ledger",
        ]),
    )?;
    scores(root)?;
    fuzz::all(root, FUZZ_SECONDS).map(drop)
}

/// Scores `igudar detect --jsonl` on the development corpus.
fn scores(root: &Path) -> Result<()> {
    let folder = root.join("evaluations/personal-data");
    let (corpus, scorer) = (folder.join("dev.jsonl"), folder.join("score.py"));
    say("detection on the development corpus");
    tools::run(root, "cargo", ["build", "--release", "--package", "igudar"])?;
    let found = target(root).join("dev-findings.jsonl");
    let open =
        |path: &Path| File::open(path).with_context(|| format!("cannot read {}", path.display()));
    run_command(
        Command::new(target(root).join("release/igudar"))
            .args(["detect", "--jsonl"])
            .stdin(Stdio::from(open(&corpus)?))
            .stdout(File::create(&found)?),
    )?;
    run_command(Command::new("python3").arg(scorer).arg(corpus).arg(found))
}
