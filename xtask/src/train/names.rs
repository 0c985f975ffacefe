//! The model of persons' names, trained from the corpus, the lists and the templates of the repository.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::tools::{self, say, target};

/// Trains and writes into `models/names`, after a cross-validation; to check, compares with what stands
/// there.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    let weights = root.join("models/names/weights.bin");
    let out = if check { target(root).join("trained-names") } else { root.join("models/names") };
    std::fs::create_dir_all(&out)
        .with_context(|| format!("cannot make the folder {}", out.display()))?;
    let trainer = |more: &[&str]| {
        let mut arguments = vec!["run", "--release", "--package=protection"];
        arguments.extend(["--example=train_names", "--"]);
        arguments.extend(more);
        tools::run(root, "cargo", arguments)
    };
    if !check {
        say("names: five-fold cross-validation");
        trainer(&["--folds", "5"])?;
    }
    say("names: training");
    let shown = out.display().to_string();
    trainer(&["--out", &shown])?;
    if check && read(&out.join("weights.bin"))? != read(&weights)? {
        bail!(
            "training gave other weights than {}: run `cargo xtask train names` and commit them",
            weights.display()
        );
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
