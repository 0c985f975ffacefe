//! The arguments of the commands about languages.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use language::service::ProfileName;

use super::Offsets;

/// Where texts come from.
#[derive(Debug, Args)]
pub(crate) struct Texts {
    /// Files; `-` or nothing for standard input.
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// One JSON document {"id","text"} a line in, one answer a line out, in the same order.
    #[arg(long)]
    pub(crate) jsonl: bool,
    /// The unit of offsets.
    #[arg(long, value_enum, default_value_t = Offsets::Chars)]
    pub(crate) offsets: Offsets,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  echo 'gal lia le directeur بلي la réunion مأجلة' | igudar identify
  igudar identify --lines messages.txt
  igudar identify --among ar,ary-Arab --jsonl < documents.jsonl > languages.jsonl

Languages: ar, ary-Arab, ary-Latn, zgh-Tfng, zgh-Latn, fr, en, es; arz, kab-Latn, taq-Tfng, which are confused \
with them; `und` for what is no language. A tag without its script stands for every script (ary).
--jsonl writes {\"id\",\"language\",\"confidence\",\"spans\":[{\"start\",\"end\",\"language\"}]}.")]
pub(crate) struct Identify {
    #[command(flatten)]
    pub(crate) texts: Texts,
    /// Each line is a text of its own; every line gets one answer.
    #[arg(long, conflicts_with = "jsonl")]
    pub(crate) lines: bool,
    /// Only these languages are possible: tags, separated by commas.
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    pub(crate) among: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  echo 'wach nta mzyan?' | igudar transliterate --from ary-Latn --to ary-Arab
  igudar transliterate --from ary-Latn --to ary-Arab --answers 3 words.txt
  igudar transliterate --from zgh-Tfng --to zgh-Latn < text.txt

Works line by line. With --answers N each word is written as its answers, best first, with | between them. \
French and English words inside Darija stay as they are.
--jsonl writes {\"id\",\"text\",\"words\":[{\"start\",\"end\",\"answers\",\"foreign\"}]}; offsets are of the source.")]
pub(crate) struct Transliterate {
    #[command(flatten)]
    pub(crate) texts: Texts,
    /// The form of the text: ary-Latn, ary-Arab, ar-Arab, zgh-Tfng, zgh-Latn.
    #[arg(long, value_name = "TAG")]
    pub(crate) from: String,
    /// The form wanted: also ar-Latn, zgh-Arab.
    #[arg(long, value_name = "TAG")]
    pub(crate) to: String,
    /// How many answers for each word.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=20))]
    pub(crate) answers: u8,
    /// Letter by letter, without ranking: faster, less often right.
    #[arg(long)]
    pub(crate) rules_only: bool,
    /// Write French and English words between ‹ and ›.
    #[arg(long)]
    pub(crate) mark_foreign: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  echo 'مُحَمَّـــد ٢٠٢٦' | igudar normalize
  igudar normalize --profile display letter.txt
  igudar normalize --jsonl --map < documents.jsonl

search: lower case, no vowel signs, accents or tatweel, one form of alef, ASCII digits. match: the same with the \
case kept, look-alike letters and escapes resolved. display: only what hides or misleads goes.
--jsonl writes {\"id\",\"text\"}, with --map also {\"map\":[{\"start\",\"end\",\"source_start\",\"source_end\"}]}.")]
pub(crate) struct Normalize {
    #[command(flatten)]
    pub(crate) texts: Texts,
    /// What the result is for.
    #[arg(long, value_enum, default_value_t = Profile::Search)]
    pub(crate) profile: Profile,
    /// With the way back to the source (with --jsonl or --json).
    #[arg(long)]
    pub(crate) map: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Profile {
    /// For search and comparison.
    Search,
    /// For recognising values and words.
    Match,
    /// For showing.
    Display,
}

impl From<Profile> for ProfileName {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Search => Self::Search,
            Profile::Match => Self::Match,
            Profile::Display => Self::Display,
        }
    }
}
