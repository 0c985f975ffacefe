//! Arguments of `igudar solution`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
#[command(
    after_help = "Examples:\n  igudar solution run customer-desk\n  igudar solution run customer-desk 'شحال كيدوم الضمان؟'\n  igudar solution score customer-desk\n  igudar solution find 'répondre aux clients en darija'\n  igudar solution reuse customer-desk my-desk --project exemple\n  igudar solution check my-desk\n  igudar solution publish my-desk --project exemple\n\nA solution is a folder with `solution.toml`; docs/programme.md tells what stands in it. Exit code 3 when a folder is not in order, or a score is too low."
)]
pub(crate) enum Solution {
    /// The solutions there are.
    List,
    /// The solutions that answer a need, told in any language; the best first.
    Find {
        /// The need.
        need: String,
    },
    /// What a solution says of itself, its data sheet and its lesson.
    Show {
        /// The solution.
        name: String,
        /// The language of the lesson, where there is one in it.
        #[arg(long, default_value = "fr")]
        language: String,
    },
    /// Read a folder and say what is missing.
    Check {
        /// The folder.
        folder: PathBuf,
    },
    /// Publish a folder, or its newer state.
    Publish {
        /// The folder.
        folder: PathBuf,
        #[command(flatten)]
        whose: Whose,
    },
    /// Take a solution out of the catalogue; copies stay.
    Withdraw {
        /// The solution.
        name: String,
        #[command(flatten)]
        whose: Whose,
    },
    /// Copy a solution into a folder to start from; counted for its publisher.
    Reuse {
        /// The solution.
        name: String,
        /// The folder, which must not hold anything yet.
        folder: PathBuf,
        #[command(flatten)]
        whose: Whose,
    },
    /// How often other projects took a solution.
    Reuses {
        /// The solution.
        name: String,
        #[command(flatten)]
        whose: Whose,
    },
    /// Run a desk: read its documents into a collection, then answer.
    Run {
        /// A solution of the catalogue, or a folder.
        what: String,
        /// A question; the solution's examples where it is left out.
        question: Option<String>,
        #[command(flatten)]
        whose: Whose,
    },
    /// Ask a desk the questions of its evaluation and count what it answers right.
    Score {
        /// A solution of the catalogue, or a folder.
        what: String,
        /// Exit code 3 where less than this part is right.
        #[arg(long, default_value_t = 0.8, value_name = "PART")]
        least: f64,
        #[command(flatten)]
        whose: Whose,
    },
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Whose {
    /// The project; the first one when left out.
    #[arg(long, value_name = "PROJECT")]
    pub(crate) project: Option<String>,
}
