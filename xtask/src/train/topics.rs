//! The model of sensitive topics, trained from the corpora of the repository.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::tools::{self, say, target};

/// Trains and writes `models/topics/weights.bin`, after a cross-validation; to check, compares with what
/// stands there.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    let weights = root.join("models/topics/weights.bin");
    let out = if check { target(root).join("trained-topics.bin") } else { weights.clone() };
    let trainer = |more: &[&str]| {
        let mut arguments = vec!["run", "--release", "--package=protection"];
        arguments.extend(["--example=train_topics", "--"]);
        arguments.extend(more);
        tools::run(root, "cargo", arguments)
    };
    if !check {
        say("topics: ten-fold cross-validation");
        trainer(&["--folds", "10"])?;
    }
    say("topics: training");
    trainer(&["--out", &out.display().to_string()])?;
    let read = |path: &Path| {
        std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
    };
    if check && read(&out)? != read(&weights)? {
        bail!(
            "training gave other weights than {}: run `cargo xtask train topics` and commit them",
            weights.display()
        );
    }
    Ok(())
}
