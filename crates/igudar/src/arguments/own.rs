//! The arguments of `igudar dictionary` and `igudar correct`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum DictionaryCommand {
    /// The terms, the identifiers, and how many values are hidden.
    List,
    /// Add a term that is always or never protected.
    #[command(
        group = ArgGroup::new("rule").required(true).args(["kind", "never"]),
        after_help = "Examples:\n  igudar dictionary add 'Projet Atlas' --as project_name\n  igudar dictionary add 'Zineb Oukacha' --as person --hidden\n  igudar dictionary add 'Ibn Sina' --never --inside 'Hôpital Ibn Sina'"
    )]
    Add {
        /// The term.
        term: String,
        /// Always protect it, as a value of this type.
        #[arg(long = "as", value_name = "TYPE")]
        kind: Option<String>,
        /// Keep only a keyed hash of it.
        #[arg(long, requires = "kind")]
        hidden: bool,
        /// Never protect a value that is this term and no more.
        #[arg(long)]
        never: bool,
        /// Only inside this phrase.
        #[arg(long, value_name = "PHRASE", requires = "never")]
        inside: Vec<String>,
    },
    /// Take a term out, hidden or not.
    Remove {
        /// The term.
        term: String,
    },
    /// Read the files and say what is wrong, by file, line and key.
    Check,
    /// Hide a list of names: one a line; where a line has tabs, each column is a spelling.
    #[command(
        after_help = "Example:\n  igudar dictionary import-staff staff.txt\n\nOnly keyed hashes are kept. Remove the list itself afterwards if it is not needed elsewhere."
    )]
    ImportStaff {
        /// The list; `-` for standard input.
        file: PathBuf,
        /// The type of the values.
        #[arg(long = "as", value_name = "TYPE", default_value = "person")]
        kind: String,
    },
}

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("what").required(true).args(["missed", "false_alarm"]),
    after_help = "Examples:\n  igudar correct --missed 'Zineb Oukacha' --as person letter.txt\n  igudar correct --false-alarm 'Ibn Sina' --inside 'Hôpital Ibn Sina' letter.txt\n\nA missed personal value is kept as a keyed hash (--in-clear writes it into dictionary.toml). The case holds the sentence around the value alone, every other value in it replaced by a label; --invented puts an invented value in its place, --no-case keeps none."
)]
pub(crate) struct Correct {
    /// A value that was not found.
    #[arg(long, value_name = "VALUE", requires = "kind")]
    pub(crate) missed: Option<String>,
    /// The type of the missed value.
    #[arg(long = "as", value_name = "TYPE", conflicts_with = "false_alarm")]
    pub(crate) kind: Option<String>,
    /// A value that was found and is none.
    #[arg(long, value_name = "VALUE")]
    pub(crate) false_alarm: Option<String>,
    /// It is none only inside this phrase.
    #[arg(long, value_name = "PHRASE", requires = "false_alarm")]
    pub(crate) inside: Option<String>,
    /// Write a missed value into dictionary.toml instead of hiding it.
    #[arg(long, requires = "missed")]
    pub(crate) in_clear: bool,
    /// An invented value of the same form, for the case.
    #[arg(long, value_name = "VALUE", requires = "missed")]
    pub(crate) invented: Option<String>,
    /// Write no case.
    #[arg(long)]
    pub(crate) no_case: bool,
    /// The text; `-` or nothing for standard input.
    pub(crate) file: Option<PathBuf>,
}
