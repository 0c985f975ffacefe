//! Slow checks: long property runs, the scores of detection, search and answers, models trained again.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::tools::{run_command, say};
use crate::{fuzz, score, train};

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
            "--package=knowledge",
            "--package=language",
            "--package=model",
            "--package=protection",
            "--package=ledger",
        ]),
    )?;
    score::run(root, score::What::Protection)?;
    score::run(root, score::What::Knowledge)?;
    // The models that need nothing but the repository.
    for what in [train::What::Names, train::What::Topics, train::What::Risk] {
        train::run(root, what, None, true)?;
    }
    fuzz::all(root, FUZZ_SECONDS).map(drop)
}
