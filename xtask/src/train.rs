//! Training of the models that are part of the program: a fixed seed, the same bytes every time.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::tools::{run_command, say, target};

/// What is trained.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum What {
    /// The weights that tell languages apart.
    Languages,
    /// The weights that write Darija of chat in Arabic letters.
    Transliteration,
    /// The weights that judge sensitive topics: from the repository alone, with a cross-validation.
    Topics,
    /// The weights that find names of persons: from the repository alone, with a cross-validation.
    Names,
    /// The weights that estimate what was missed: from the repository alone, with a cross-validation.
    Risk,
}

/// What a training learns from.
enum Source {
    /// Data that lies beside the repository, unless another place is named.
    Beside(&'static str),
    /// The repository alone; first so many folds are measured against each other.
    Repository { folds: &'static str },
}

impl What {
    /// The folder of the model, the package whose example trains it, and what it learns from.
    fn recipe(self) -> (&'static str, &'static str, Source) {
        match self {
            Self::Languages => {
                ("languages", "language", Source::Beside("data/languages/lid_train.tsv"))
            }
            Self::Transliteration => {
                ("transliteration", "language", Source::Beside("data/languages"))
            }
            Self::Topics => ("topics", "protection", Source::Repository { folds: "10" }),
            Self::Names => ("names", "protection", Source::Repository { folds: "5" }),
            Self::Risk => ("risk", "protection", Source::Repository { folds: "10" }),
        }
    }
}

/// Trains from `data`, or from what the model usually learns from. With `check` nothing of the repository
/// changes: the result is compared with what is committed.
pub(crate) fn run(root: &Path, what: What, data: Option<PathBuf>, check: bool) -> Result<()> {
    let (name, package, source) = what.recipe();
    let trainer = |arguments: &[&OsStr]| {
        let mut command = Command::new("cargo");
        command.current_dir(root).args(["run", "--quiet", "--release", "--package", package]);
        command.args(["--example", &format!("train_{name}"), "--"]).args(arguments);
        run_command(&mut command)
    };
    let folder = target(root).join("trained").join(name);
    fs::create_dir_all(&folder)?;
    let trained = folder.join("weights.bin");
    match source {
        Source::Beside(usual) => {
            let data = data.unwrap_or_else(|| root.join("../shared").join(usual));
            if !data.exists() {
                bail!("{} is not there; name the labelled rows with --data", data.display());
            }
            say(&format!("{name}: training from {}", data.display()));
            trainer(&[data.as_os_str(), trained.as_os_str()])?;
        }
        Source::Repository { .. } if data.is_some() => {
            bail!("{name} are trained from the repository alone; leave out --data");
        }
        Source::Repository { folds } => {
            if !check {
                say(&format!("{name}: cross-validation, {folds} folds"));
                trainer(&["--folds".as_ref(), folds.as_ref()])?;
            }
            say(&format!("{name}: training"));
            trainer(&["--out".as_ref(), trained.as_os_str()])?;
        }
    }
    let committed = root.join("models").join(name).join("weights.bin");
    let read =
        |path: &Path| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    let same = committed.is_file() && read(&trained)? == read(&committed)?;
    if same {
        println!("the same bytes as {}", committed.display());
    } else if check {
        bail!(
            "{} has other bytes than this training gives: run `cargo xtask train {name}` and commit them",
            committed.display()
        );
    } else {
        fs::copy(&trained, &committed)?;
        println!("written to {}", committed.display());
    }
    Ok(())
}
