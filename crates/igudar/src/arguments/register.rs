//! Arguments of `igudar register` and `igudar recourse`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
#[command(
    after_help = "Examples:\n  igudar register init --project rabat-medina --out entry.toml\n  igudar register check entry.toml\n  igudar register publish entry.toml\n  igudar key create --project rabat-medina --stage production\n  igudar register export --format nl-1.0-csv > register.csv\n\nExit code 3 when an entry does not hold; each fault is named with line and key."
)]
pub(crate) enum Register {
    /// Write the draft of an entry, filled in with what the configuration and the ledger know.
    Init {
        /// The project; the first one when left out.
        #[arg(long)]
        project: Option<String>,
        /// The entry's name in addresses; the project's when left out.
        #[arg(long)]
        id: Option<String>,
        /// The file to write; standard output when left out. A file that is there stays.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Say what is wrong with an entry, and which fields are empty.
    Check {
        /// The file; - for standard input.
        file: PathBuf,
    },
    /// Publish an entry: a new version, with what runs at this moment; its digest goes into the ledger.
    Publish {
        /// The file; - for standard input.
        file: PathBuf,
    },
    /// The entries, the newest version of each.
    List {
        /// Drafts as well.
        #[arg(long)]
        drafts: bool,
    },
    /// One entry.
    Show {
        /// Its name.
        id: String,
        /// An older version.
        #[arg(long)]
        version: Option<u32>,
    },
    /// Entries in force for other registers.
    Export {
        /// One entry; all of them when left out.
        id: Option<String>,
        /// The form.
        #[arg(long, value_enum, default_value_t = ExportForm::Nl)]
        format: ExportForm,
    },
    /// Take an entry out of force; it stays readable. Production keys of its project stop working unless another entry is published.
    Withdraw {
        /// Its name.
        id: String,
        /// Why; it is published.
        #[arg(long)]
        reason: String,
    },
    /// Say whether the published entries are true: exit code 3 when something runs otherwise.
    Compare,
    /// A JSON Schema.
    Schema {
        /// Of what.
        #[arg(value_enum, default_value_t = SchemaOf::Entry)]
        of: SchemaOf,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExportForm {
    /// Flat JSON records of the Dutch standard 1.0.
    #[value(name = "nl-1.0")]
    Nl,
    /// The same as CSV.
    #[value(name = "nl-1.0-csv")]
    NlCsv,
    /// The published documents, one JSON line each.
    Documents,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SchemaOf {
    /// An entry.
    Entry,
    /// A record of the export nl-1.0.
    #[value(name = "nl-1.0")]
    Nl,
}

#[derive(Debug, Subcommand)]
#[command(
    after_help = "Examples:\n  igudar recourse show rcp_0123… --language ar\n  echo 'La réponse est fausse.' | igudar recourse contest rcp_0123… -\n  igudar recourse queue\n  igudar recourse read cst_0123…\n  igudar recourse decide cst_0123… --outcome upheld --reason 'La pièce demandée n existe pas.'\n\nExit code 3 of `queue` when a contest waits beyond its term."
)]
pub(crate) enum Recourse {
    /// What a citizen is told about a receipt.
    Show {
        /// The receipt.
        receipt: String,
        /// fr, ar, zgh, en.
        #[arg(long, default_value = "fr")]
        language: String,
    },
    /// Contest what a request led to, for somebody at the counter.
    Contest {
        /// The receipt.
        receipt: String,
        /// The file with what the person says; - for standard input.
        file: PathBuf,
        /// The language of the answer: fr, ar, zgh, en.
        #[arg(long, default_value = "fr")]
        language: String,
    },
    /// The contests that wait, the one that is due first at the top.
    Queue {
        /// Decided ones as well.
        #[arg(long)]
        all: bool,
    },
    /// One contest with what the person wrote.
    Read {
        /// The contest.
        id: String,
    },
    /// Decide a contest, once; outcome and reason go to whoever holds it.
    Decide(Decide),
    /// Erase what people wrote in a contest. Dates, outcome and what the ledger has stay.
    Erase {
        /// The contest.
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Decide {
    /// The contest.
    pub(crate) id: String,
    /// What becomes of it.
    #[arg(long, value_enum)]
    pub(crate) outcome: OutcomeWord,
    /// Why, in the person's language.
    #[arg(long)]
    pub(crate) reason: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum OutcomeWord {
    /// The person is right.
    Upheld,
    /// In part.
    PartlyUpheld,
    /// Not right.
    Rejected,
    /// The person took it back.
    Withdrawn,
}

impl From<OutcomeWord> for register::Outcome {
    fn from(word: OutcomeWord) -> Self {
        match word {
            OutcomeWord::Upheld => Self::Upheld,
            OutcomeWord::PartlyUpheld => Self::PartlyUpheld,
            OutcomeWord::Rejected => Self::Rejected,
            OutcomeWord::Withdrawn => Self::Withdrawn,
        }
    }
}
