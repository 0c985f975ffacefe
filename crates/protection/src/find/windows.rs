//! Windows on a long text.
//!
//! Owns where a long text may be cut so that each part is found in by itself: at the ends of lines, else
//! of words, with so much of the neighbourhood that no value and no word about one is lost, and with the
//! header of the table in which the cut lies. What a text says about names as a whole (how it is cased,
//! which words come again) is read from one window.

use std::ops::Range;

use language::ByteSpan;

use super::structure::{Field, FieldKind};
use super::view::View;

/// How large windows are, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    /// What a window adds to the one before.
    pub(super) core: usize,
    /// What it sees before and behind that.
    pub(super) overlap: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { core: 128 << 10, overlap: 4 << 10 }
    }
}

/// How far a better place to cut is looked for, in bytes.
const CUT_REACH: usize = 1024;

/// A window on a text.
pub(super) struct Window<'t> {
    text: &'t str,
    size: Size,
    /// The bytes of the text in it.
    seen: Range<usize>,
    /// The bytes of the text of which the findings that begin there are its own.
    own: Range<usize>,
    /// The header of a table that began before the window, and the part of the text behind it.
    headed: Option<(usize, String)>,
}

impl<'t> Window<'t> {
    /// The first window on a text; the whole text where it is short.
    pub(super) fn first(text: &'t str, size: Size) -> Self {
        let mut window = Self { text, size, seen: 0..0, own: 0..0, headed: None };
        window.stretch(0, 0);
        window
    }

    /// What is to be read.
    pub(super) fn content(&self) -> &str {
        match &self.headed {
            Some((_, content)) => content,
            None => self.text.get(self.seen.clone()).unwrap_or_default(),
        }
    }

    /// The place in the text of a stretch of the window's content; nothing where it is not the window's
    /// own.
    pub(super) fn place(&self, span: ByteSpan) -> Option<ByteSpan> {
        let header = self.header();
        let start = span.start.checked_sub(header)? + self.seen.start;
        let end = span.end - header + self.seen.start;
        self.own.contains(&start).then(|| ByteSpan::new(start, end))
    }

    /// The next window, where the text goes on. `view` is that on the content of this one.
    pub(super) fn next(&self, view: &View<'_>) -> Option<Window<'t>> {
        let from = self.own.end;
        if from >= self.text.len() {
            return None;
        }
        let begin = cut(self.text, from.saturating_sub(self.size.overlap), self.seen.start);
        let at = begin - self.seen.start + self.header();
        let carried = carried(view, self.content(), at).filter(|(_, row)| *row >= self.header());
        let begin = match &carried {
            Some((_, row)) => row - self.header() + self.seen.start,
            None => begin,
        };
        let mut next =
            Window { text: self.text, size: self.size, seen: 0..0, own: 0..0, headed: None };
        next.stretch(begin, from);
        if let Some((header, _)) = carried {
            let mut content = header;
            let length = content.len();
            content.push_str(self.text.get(next.seen.clone()).unwrap_or_default());
            next.headed = Some((length, content));
        }
        Some(next)
    }

    fn header(&self) -> usize {
        self.headed.as_ref().map_or(0, |(length, _)| *length)
    }

    fn stretch(&mut self, begin: usize, from: usize) {
        let whole = self.text.len();
        let Size { core, overlap } = self.size;
        let end =
            if whole - from <= core + overlap { whole } else { cut(self.text, from + core, from) };
        let seen = if whole - end <= overlap { whole } else { cut(self.text, end + overlap, end) };
        (self.seen, self.own) = (begin..seen, from..end);
    }
}

/// The best place to cut at or shortly before `at`, but behind `floor`: behind a line, else behind a
/// blank, else between two characters.
fn cut(text: &str, at: usize, floor: usize) -> usize {
    let mut at = text.floor_char_boundary(at.max(floor));
    if at <= floor {
        at = text.ceil_char_boundary(floor + usize::from(floor > 0));
        return at;
    }
    let from = text.ceil_char_boundary(at.saturating_sub(CUT_REACH).max(floor + 1));
    let before = text.get(from..at).unwrap_or_default().as_bytes();
    let place = memchr::memrchr(b'\n', before).or_else(|| memchr::memrchr(b' ', before));
    place.map_or(at, |place| from + place + 1)
}

/// The header of the table in which byte `at` of the content lies, where it stands before, and the byte
/// at which the row begins.
fn carried(view: &View<'_>, content: &str, at: usize) -> Option<(String, usize)> {
    let fields = view.fields();
    let behind = fields.partition_point(|field| view.source_span(field.value).start < at);
    let next = fields.get(behind).filter(|field| field.kind == FieldKind::Column)?;
    let last = fields.get(..behind)?.last().filter(|field| field.kind == FieldKind::Column)?;
    let header = Header::around(view, last.label)?;
    let same = |field: &Field| field.kind == FieldKind::Column && header.span.contains(field.label);
    if !same(next) {
        return None;
    }
    // The first cell of the row, and where the row opens before it.
    let rows = fields.get(..behind)?;
    let first = rows.iter().filter(|field| same(field)).map(|field| field.label.start).min()?;
    let cell = rows.iter().rev().find(|field| same(field) && field.label.start == first)?;
    let cell = view.source_span(cell.value).start;
    let before = content.get(..cell)?;
    let row = match header.opens {
        Some(opens) => before.rfind(opens)?,
        None => before.rfind('\n').map_or(0, |line| line + 1),
    };
    Some((header.text, row))
}

/// A table's header.
struct Header {
    span: ByteSpan,
    /// How it is written where it stands before other rows.
    text: String,
    /// With what a row opens; nothing where each row is a line.
    opens: Option<&'static str>,
}

/// The longest header, in bytes.
const LONGEST_HEADER: usize = 8192;

impl Header {
    /// The header in which a column's name stands.
    fn around(view: &View<'_>, label: ByteSpan) -> Option<Self> {
        let text = view.text();
        let from = text.ceil_char_boundary(label.start.saturating_sub(LONGEST_HEADER));
        let to = text.floor_char_boundary((label.end + LONGEST_HEADER).min(text.len()));
        let (before, behind) = (text.get(from..label.start)?, text.get(label.end..to)?);
        let between = |open: &str, close: &str| -> Option<ByteSpan> {
            let start = from + before.rfind(open)?;
            Some(ByteSpan::new(start, label.end + behind.find(close)? + close.len()))
        };
        if before.trim_end().ends_with('>') {
            let span = between("<tr", "</tr>")?;
            return Some(Self { span, text: span.of(text).to_owned(), opens: Some("<tr") });
        }
        if let Some(span) = between("(", ")")
            && let Some(rest) = text.get(span.end..).map(str::trim_start)
            && rest.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("values"))
        {
            let text = format!("{} VALUES ", span.of(text));
            return Some(Self { span, text, opens: Some("(") });
        }
        let line = *view.lines().get(view.line_at(label.start))?;
        Some(Self { span: line, text: format!("{}\n", line.of(text)), opens: None })
    }
}
