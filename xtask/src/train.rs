//! Training of the models that are part of the program: a fixed seed, the same bytes every time.

mod names;
mod topics;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::tools::{self, say, target};

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
}

/// Trains from `data`, or from the data beside the repository. With `check` nothing of the repository
/// changes: the result is compared with what is committed.
pub(crate) fn run(root: &Path, what: What, data: Option<PathBuf>, check: bool) -> Result<()> {
    let (example, usual, committed) = match what {
        What::Names => return names::run(root, check),
        What::Topics => return topics::run(root, check),
        What::Languages => {
            ("train_languages", "data/languages/lid_train.tsv", "models/languages/weights.bin")
        }
        What::Transliteration => {
            ("train_transliteration", "data/languages", "models/transliteration/weights.bin")
        }
    };
    let data = data.unwrap_or_else(|| root.join("../shared").join(usual));
    if !data.exists() {
        bail!("{} is not there; name the labelled rows with --data", data.display());
    }
    say(&format!("training from {}", data.display()));
    let trained = target(root).join(format!("{example}.bin"));
    let arguments = ["run", "--quiet", "--release", "--package", "language", "--example", example];
    let arguments = arguments.iter().map(std::ffi::OsStr::new);
    let files = [std::ffi::OsStr::new("--"), data.as_os_str(), trained.as_os_str()];
    tools::run(root, "cargo", arguments.chain(files))?;
    let committed = root.join(committed);
    let read = |path: &Path| fs::read(path).with_context(|| format!("{}", path.display()));
    let same = committed.is_file() && read(&trained)? == read(&committed)?;
    if same {
        println!("the same bytes as {}", committed.display());
    } else if check {
        bail!("{} has other bytes than this training gives", committed.display());
    } else {
        fs::copy(&trained, &committed)?;
        println!("written to {}", committed.display());
    }
    Ok(())
}
