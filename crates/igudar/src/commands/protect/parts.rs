//! Which stretches of a file are looked at, by its format.

use std::ops::Range;
use std::path::Path;

use language::ByteSpan;
use protection::Place;

use super::lines::JsonLines;
use super::table::Table;

/// A stretch of a file that is looked at by itself.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) span: ByteSpan,
    pub(super) place: Place,
    /// A number: where something of it is replaced, it becomes a string.
    pub(super) quote: bool,
}

/// Why a file cannot be looked at. Never quotes the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoParts {
    /// None of the columns that were asked for is there.
    #[error("it has none of the columns that --columns names")]
    NoColumn,
    /// A line of JSON lines is no JSON.
    #[error("line {0} is not JSON")]
    NotJson(u64),
}

/// The columns or members that are wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted(Option<Vec<String>>);

impl Wanted {
    /// A list such as `name,cin`; nothing or `all` for all.
    pub(super) fn new(list: Option<&str>) -> Self {
        let list = list.filter(|list| !list.trim().eq_ignore_ascii_case("all"));
        Self(list.map(|list| list.split(',').map(folded).filter(|name| !name.is_empty()).collect()))
    }

    pub(super) fn is_all(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn takes(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|names| names.contains(&folded(name)))
    }

    /// Which of some columns are wanted; nothing for all.
    pub(super) fn columns(
        &self,
        names: &[&str],
        named: bool,
    ) -> Result<Option<Vec<bool>>, NoParts> {
        if self.is_all() {
            return Ok(None);
        }
        let chosen: Vec<bool> = names.iter().map(|name| named && self.takes(name)).collect();
        if chosen.contains(&true) { Ok(Some(chosen)) } else { Err(NoParts::NoColumn) }
    }
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// What kind of file it is, by its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Html,
    Csv,
    Tsv,
    JsonLines,
}

impl Format {
    /// The format of a file; nothing where this command does not read it.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "txt" | "text" | "md" | "markdown" => Self::Text,
            "html" | "htm" | "xhtml" => Self::Html,
            "csv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "jsonl" | "ndjson" => Self::JsonLines,
            _ => return None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::JsonLines => "jsonl",
        }
    }

    /// How many bytes are worked on at once: from the first number on at a good place, at the second at any.
    pub(super) fn window(self) -> Range<usize> {
        match self {
            Self::Text | Self::Html => 1 << 20..4 << 20,
            Self::Csv | Self::Tsv | Self::JsonLines => 1 << 20..64 << 20,
        }
    }
}

/// Reads the parts of a file, segment after segment.
#[derive(Debug)]
pub(super) enum Reader {
    Whole,
    Table(Table),
    Lines(JsonLines),
}

impl Reader {
    pub(super) fn new(format: Format) -> Self {
        match format {
            Format::Text | Format::Html => Self::Whole,
            Format::Csv => Self::Table(Table::new(false)),
            Format::Tsv => Self::Table(Table::new(true)),
            Format::JsonLines => Self::Lines(JsonLines::default()),
        }
    }

    pub(super) fn parts(&mut self, segment: &str, wanted: &Wanted) -> Result<Vec<Part>, NoParts> {
        match self {
            Self::Whole => {
                let span = ByteSpan::new(0, segment.len());
                Ok(vec![Part { span, place: Place::Text, quote: false }])
            }
            Self::Table(table) => table.parts(segment, wanted),
            Self::Lines(lines) => lines.parts(segment, wanted),
        }
    }

    /// What only shows at the end of a file.
    pub(super) fn finish(&self, wanted: &Wanted) -> Result<(), NoParts> {
        match self {
            Self::Lines(lines) if !wanted.is_all() && !lines.any() => Err(NoParts::NoColumn),
            _ => Ok(()),
        }
    }
}
