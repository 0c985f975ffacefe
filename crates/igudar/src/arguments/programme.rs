//! Arguments of `igudar programme`.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
#[command(
    after_help = "Examples:\n  igudar programme check programme.toml\n  igudar programme show\n  igudar programme indicators --csv > indicators.csv\n\nThe programme is `programme.toml` in the data folder; docs/programme.md tells how to write one. Indicators are counted from what was recorded, never typed in. Exit code 3 when a file is not in order."
)]
pub(crate) enum Programme {
    /// Read a programme and say what is wrong, with line and key.
    Check {
        /// The file; the data folder's where it is left out; - for standard input.
        file: Option<PathBuf>,
    },
    /// What is wanted, with whom, and how far each objective is.
    Show,
    /// What was done, counted.
    Indicators {
        /// As CSV.
        #[arg(long)]
        csv: bool,
    },
}
