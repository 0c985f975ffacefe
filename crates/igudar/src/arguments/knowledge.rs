//! Arguments of `igudar ingest`, `collection` and `search`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  igudar ingest documents/\n  igudar ingest --collection procedures --licence CC0-1.0 fiches/ loi.md\n\nA file that was read before in the same way changes nothing, so a run that was stopped goes on when it is started again. A newer version (name-v2, or a higher version or later date inside) takes the place of the older one in searches and answers; the older one stays citable. Exit code 1 when a file could not be read; the others are kept."
)]
pub(crate) struct Ingest {
    /// Files and folders.
    #[arg(required = true)]
    pub(crate) sources: Vec<PathBuf>,
    /// The collection; made where it is missing.
    #[arg(long, default_value = "documents")]
    pub(crate) collection: String,
    #[command(flatten)]
    pub(crate) rules: CollectionRules,
    /// The project that owns a collection that is made.
    #[arg(long)]
    pub(crate) project: Option<String>,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct CollectionRules {
    /// What happens to personal data that is found in a document [default: keep].
    #[arg(long, value_enum)]
    pub(crate) personal_data: Option<PersonalDataRule>,
    /// The licence of documents that name none, an SPDX expression; needed to publish.
    #[arg(long)]
    pub(crate) licence: Option<String>,
    /// Whom to name; needed to publish.
    #[arg(long)]
    pub(crate) attribution: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PersonalDataRule {
    /// It stays; what goes to a model passes the policy like any request.
    Keep,
    /// It is blacked out before the document is kept.
    Mask,
    /// The document is refused.
    Refuse,
}

#[derive(Debug, Subcommand)]
#[command(
    after_help = "Examples:\n  igudar collection list\n  igudar collection share procedures --with health\n  igudar collection publish procedures --licence CC0-1.0 --attribution 'Commune de …'\n  igudar collection forget procedures old-form\n  igudar collection delete procedures"
)]
pub(crate) enum CollectionCommand {
    /// Make a collection.
    Create {
        /// Its name: 1 to 64 lower-case letters, digits and hyphens.
        name: String,
        /// The project that owns it.
        #[arg(long)]
        project: Option<String>,
        #[command(flatten)]
        rules: CollectionRules,
    },
    /// All collections.
    List,
    /// A collection's rules, its documents, and how often other projects used it.
    Show {
        /// The collection.
        name: String,
        /// How many documents to list.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// How many to pass over.
        #[arg(long, default_value_t = 0)]
        offset: u32,
    },
    /// Change the rules of a collection.
    Set {
        /// The collection.
        name: String,
        #[command(flatten)]
        rules: CollectionRules,
    },
    /// Let other projects read it; without --with it is private again.
    Share {
        /// The collection.
        name: String,
        /// A project; may be repeated.
        #[arg(long, value_name = "PROJECT")]
        with: Vec<String>,
    },
    /// Let every project of the installation read it. Needs licence and attribution.
    Publish {
        /// The collection.
        name: String,
        #[command(flatten)]
        rules: CollectionRules,
    },
    /// Delete one document everywhere: database, index, vectors.
    Forget {
        /// The collection.
        name: String,
        /// The document.
        document: String,
    },
    /// Delete a collection with all its documents.
    Delete {
        /// The collection.
        name: String,
    },
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  igudar search 'ch7al taman dyal lpasseport'\n  igudar search --language fr --limit 3 'certificat de résidence'\n  igudar search --jsonl < questions.jsonl > results.jsonl\n\n--jsonl reads one {\"id\",\"query\"} a line and writes one {\"id\",\"results\":[{\"document\",\"passage\",\"score\"}]} a line, best first. Score: by how many standard deviations a passage stands out."
)]
pub(crate) struct Search {
    /// The question, or words.
    #[arg(required_unless_present = "jsonl")]
    pub(crate) query: Option<String>,
    /// Questions from standard input, one JSON object a line.
    #[arg(long, conflicts_with = "query")]
    pub(crate) jsonl: bool,
    #[command(flatten)]
    pub(crate) filter: FilterArguments,
    /// How many passages.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(crate) limit: u16,
    /// The page, from 1.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(crate) page: u16,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct FilterArguments {
    /// A collection; may be repeated. All where it is left out.
    #[arg(long)]
    pub(crate) collection: Vec<String>,
    /// Documents in this language (fr, ar, zgh …); may be repeated.
    #[arg(long)]
    pub(crate) language: Vec<String>,
    /// Documents of this institution.
    #[arg(long)]
    pub(crate) institution: Option<String>,
    /// Documents that hold for this commune.
    #[arg(long)]
    pub(crate) commune: Option<String>,
    /// Documents dated on this day or later, YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Documents dated on this day or earlier.
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<String>,
    /// This version, or `all`; those in force where it is left out.
    #[arg(long, value_name = "NUMBER|all")]
    pub(crate) version_of_document: Option<String>,
}
