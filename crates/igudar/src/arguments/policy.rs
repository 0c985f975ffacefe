//! The arguments of `igudar policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// Say for each value of a text, and each destination, what would happen and which rule says so.
    #[command(
        after_help = "Examples:\n  igudar policy explain letter.txt\n  igudar policy explain --destination mistral --project sante -\n  igudar policy explain --request request.json --json\n\nNothing is sent. Values are masked unless --show-values is given."
    )]
    Explain(Explain),
    /// Check a policy file: its types, classes, destinations and laws.
    #[command(
        after_help = "Examples:\n  igudar policy check policy.toml\n  igudar policy check --for-project strict.toml\n\nExit code 1 when the file is not in order; the message names file, line and key."
    )]
    Check {
        /// The policy file.
        file: PathBuf,
        /// Check it as a project's policy, which may only be stricter than the installation's.
        #[arg(long)]
        for_project: bool,
    },
    /// The policies in force: the installation's for each destination, and the projects' own.
    List,
    /// Every rule of a policy, and where it stands.
    #[command(
        after_help = "Examples:\n  igudar policy show\n  igudar policy show --destination mistral --project sante"
    )]
    Show {
        /// For this destination; for texts that go to none where it is left out.
        #[arg(long, value_name = "NAME")]
        destination: Option<String>,
        /// With this project's own policy.
        #[arg(long, value_name = "PROJECT")]
        project: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A text (as a user's message) or, with --request, a chat completion request; `-` or nothing for
    /// standard input.
    pub(crate) file: Option<PathBuf>,
    /// The input is a chat completion request.
    #[arg(long)]
    pub(crate) request: bool,
    /// Only this destination.
    #[arg(long, value_name = "NAME")]
    pub(crate) destination: Option<String>,
    /// With this project's own policy and rules.
    #[arg(long, value_name = "PROJECT")]
    pub(crate) project: Option<String>,
    /// Show the values themselves.
    #[arg(long, conflicts_with = "request")]
    pub(crate) show_values: bool,
}
