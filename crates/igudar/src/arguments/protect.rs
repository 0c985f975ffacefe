//! The arguments of `igudar protect` and `igudar restore`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Offsets, ProjectChoice};

#[derive(Debug, Args)]
pub(crate) struct Protect {
    /// The text, or a folder; `-` or nothing for standard input.
    pub(crate) file: Option<PathBuf>,
    /// Where to write the sealed map that `restore` takes. Only this installation can open it.
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    /// No map: the type alone stands for a value ([PERSON]), and nothing can be restored.
    #[arg(long, conflicts_with = "map")]
    pub(crate) no_map: bool,
    /// Replace a map that is already there.
    #[arg(long)]
    pub(crate) force: bool,
    /// How long the map can be opened, such as 1h or 7d.
    #[arg(long, value_name = "TIME", requires = "map")]
    pub(crate) expires: Option<String>,
    /// The unit of the offsets that --json reports.
    #[arg(long, value_enum, default_value_t = Offsets::Chars)]
    pub(crate) offsets: Offsets,
    /// What stands for a value, instead of what the policy says; what it blocks stays blocked.
    #[arg(long, value_enum)]
    pub(crate) mode: Option<Mode>,
    /// For a folder: where the protected files go.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// For a folder: the columns of tables and members of JSON lines to look at, such as name,cin; or all.
    #[arg(long, value_name = "NAMES", requires = "out")]
    pub(crate) columns: Option<String>,
    /// For a folder: copy files of other formats as they are, unprotected.
    #[arg(long, requires = "out")]
    pub(crate) copy_others: bool,
    /// For a folder: how many files are worked on at once; all cores when left out.
    #[arg(long, value_name = "NUMBER", requires = "out")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
    #[command(flatten)]
    pub(crate) project: ProjectChoice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// Labels, which the map takes back.
    Label,
    /// Black bars, which nothing takes back.
    Mask,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The text, or a folder that `protect` wrote; `-` or nothing for standard input.
    pub(crate) file: Option<PathBuf>,
    /// The sealed map that `protect` wrote.
    #[arg(long, value_name = "FILE")]
    pub(crate) map: PathBuf,
    /// For a folder: where the restored files go.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
}
