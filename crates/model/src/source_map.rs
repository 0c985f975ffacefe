//! From decoded text back to the bytes it was written with.
//!
//! A string literal is contiguous both decoded and as written, so a map is a list of runs: `n` units of
//! `text_unit` decoded bytes, each written with `raw_unit` bytes. Plain text is one run of 1:1; Arabic
//! written as `\u0645\u062d` is one run of 2:6. Maps compose for JSON inside strings.

/// One run of equally written units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    text: u32,
    raw: u32,
    text_unit: u16,
    raw_unit: u16,
}

/// Maps byte offsets of a decoded text to byte offsets of the text it was written in.
#[derive(Debug, Clone)]
pub(crate) struct SourceMap {
    /// Where the text begins in its source.
    raw_start: u32,
    /// Empty when every byte is written as itself.
    runs: Vec<Run>,
    text_end: u32,
    raw_end: u32,
}

impl SourceMap {
    /// A text of `length` bytes that is written as itself.
    pub(crate) fn straight(raw_start: usize, length: usize) -> Self {
        let raw_start = narrow(raw_start);
        let length = narrow(length);
        Self {
            raw_start,
            runs: Vec::new(),
            text_end: length,
            raw_end: raw_start.saturating_add(length),
        }
    }

    /// A text that stands for `raw_length` bytes as a whole: no byte of it has one of its own there. Both
    /// are short.
    pub(crate) fn whole(raw_start: usize, text_length: usize, raw_length: usize) -> Self {
        let short = |length| u16::try_from(length).unwrap_or(u16::MAX);
        let mut map = Self::empty_at(narrow(raw_start));
        map.push(1, short(text_length), short(raw_length));
        map
    }

    fn empty_at(raw_start: u32) -> Self {
        Self { raw_start, runs: Vec::new(), text_end: 0, raw_end: raw_start }
    }

    /// Where the byte at `text` of the decoded text is written; `None` inside an escape or past the end.
    pub(crate) fn raw(&self, text: usize) -> Option<usize> {
        let text = u32::try_from(text).ok()?;
        if text >= self.text_end {
            return (text == self.text_end).then_some(self.raw_end as usize);
        }
        if self.runs.is_empty() {
            return Some(self.raw_start as usize + text as usize);
        }
        let after = self.runs.partition_point(|run| run.text <= text);
        let run = self.runs.get(after.checked_sub(1)?)?;
        let inside = text - run.text;
        let unit = u32::from(run.text_unit);
        (inside % unit == 0)
            .then(|| run.raw as usize + (inside / unit) as usize * usize::from(run.raw_unit))
    }

    /// Appends `units` units of one shape.
    fn push(&mut self, units: u32, text_unit: u16, raw_unit: u16) {
        if units == 0 {
            return;
        }
        let same = self
            .runs
            .last()
            .is_some_and(|run| run.text_unit == text_unit && run.raw_unit == raw_unit);
        if !same {
            self.runs.push(Run { text: self.text_end, raw: self.raw_end, text_unit, raw_unit });
        }
        self.text_end = self.text_end.saturating_add(units.saturating_mul(u32::from(text_unit)));
        self.raw_end = self.raw_end.saturating_add(units.saturating_mul(u32::from(raw_unit)));
    }

    /// The map from this map's text straight to the source of `outer`, in whose text this one's source stands.
    pub(crate) fn within(&self, outer: &Self) -> Self {
        let start = outer.raw(self.raw_start as usize).unwrap_or_default();
        let mut composed = Self::empty_at(narrow(start));
        let whole = [Run { text: 0, raw: self.raw_start, text_unit: 1, raw_unit: 1 }];
        let runs = if self.runs.is_empty() { whole.as_slice() } else { self.runs.as_slice() };
        for (index, run) in runs.iter().enumerate() {
            let text_end = runs.get(index + 1).map_or(self.text_end, |next| next.text);
            if run.raw_unit == 1 {
                outer.copy_runs(run.raw, run.raw + (text_end - run.text), &mut composed);
                continue;
            }
            let mut raw = run.raw;
            let mut text = run.text;
            while text < text_end {
                let end = raw + u32::from(run.raw_unit);
                let from = outer.raw(raw as usize).unwrap_or_default();
                let to = outer.raw(end as usize).unwrap_or(from);
                composed.push(1, run.text_unit, u16::try_from(to - from).unwrap_or(u16::MAX));
                raw = end;
                text += u32::from(run.text_unit);
            }
        }
        composed
    }

    /// Appends the runs that cover the bytes `from..to` of this map's text to `target`.
    fn copy_runs(&self, from: u32, to: u32, target: &mut Self) {
        if self.runs.is_empty() {
            target.push(to.saturating_sub(from), 1, 1);
            return;
        }
        let first = self.runs.partition_point(|run| run.text <= from).saturating_sub(1);
        for (index, run) in self.runs.iter().enumerate().skip(first) {
            if run.text >= to {
                break;
            }
            let run_end = self.runs.get(index + 1).map_or(self.text_end, |next| next.text);
            let covered = run_end.min(to).saturating_sub(run.text.max(from));
            target.push(covered / u32::from(run.text_unit), run.text_unit, run.raw_unit);
        }
    }
}

/// Bodies longer than `u32` reaches are refused by the scanner, so this never saturates in earnest.
pub(crate) fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Decodes what stands between the quotes of a scanned string; `raw_start` is where it stands.
///
/// The scanner has refused malformed escapes and lone surrogates; should one come here all the same it
/// becomes U+FFFD.
pub(crate) fn decode(content: &str, raw_start: usize) -> (String, SourceMap) {
    if memchr::memchr(b'\\', content.as_bytes()).is_none() {
        return (content.to_owned(), SourceMap::straight(raw_start, content.len()));
    }
    let mut text = String::with_capacity(content.len());
    let mut map = SourceMap::empty_at(narrow(raw_start));
    let mut rest = content;
    while let Some(position) = next_escape(rest.as_bytes()) {
        let (plain, escape) = rest.split_at_checked(position).unwrap_or((rest, ""));
        if !plain.is_empty() {
            text.push_str(plain);
            map.push(narrow(plain.len()), 1, 1);
        }
        let (character, written) = unescape(escape.as_bytes());
        text.push(character);
        let length = u16::try_from(character.len_utf8()).unwrap_or(1);
        map.push(1, length, u16::try_from(written).unwrap_or(2));
        rest = escape.get(written..).unwrap_or_default();
    }
    text.push_str(rest);
    map.push(narrow(rest.len()), 1, 1);
    (text, map)
}

/// Where the next escape begins; runs of escapes need no search.
fn next_escape(rest: &[u8]) -> Option<usize> {
    match rest {
        [b'\\', ..] => Some(0),
        [_, b'\\', ..] => Some(1),
        _ => memchr::memchr(b'\\', rest),
    }
}

/// The character of the escape at the start of `bytes`, and how many bytes it is written with.
fn unescape(bytes: &[u8]) -> (char, usize) {
    let simple = match bytes.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => return unescape_unicode(bytes),
        Some(other) => char::from(*other),
        None => return (char::REPLACEMENT_CHARACTER, bytes.len().max(1)),
    };
    (simple, 2)
}

fn unescape_unicode(bytes: &[u8]) -> (char, usize) {
    let replacement = (char::REPLACEMENT_CHARACTER, bytes.len().clamp(1, 6));
    let Some(first) = four_hex(bytes.get(2..6)) else { return replacement };
    if !(0xD800..0xDC00).contains(&first) {
        return (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 6);
    }
    let second =
        bytes.get(6..8).filter(|start| *start == b"\\u").and_then(|_| four_hex(bytes.get(8..12)));
    match second {
        Some(second) if (0xDC00..0xE000).contains(&second) => {
            let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
        }
        _ => replacement,
    }
}

/// The values of hexadecimal digits; anything else has a bit above the lowest four.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const HEX: [u8; 256] = {
    let mut table = [0xFF; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789abcdef"[value as usize];
        table[digit as usize] = value;
        table[digit.to_ascii_uppercase() as usize] = value;
        value += 1;
    }
    table
};

/// The value of exactly four hexadecimal digits.
pub(crate) fn four_hex(digits: Option<&[u8]>) -> Option<u32> {
    let digits: [u8; 4] = digits?.try_into().ok()?;
    let values = digits.map(|digit| HEX.get(usize::from(digit)).copied().unwrap_or(0xFF));
    let all = values.iter().fold(0, |all, value| all | value);
    (all < 16).then(|| values.iter().fold(0, |value, digit| value << 4 | u32::from(*digit)))
}

/// Appends `text` as the content of a JSON string (RFC 8259, section 7), without the quotes.
pub(crate) fn escape_into(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if u32::from(control) < 0x20 => {
                out.push_str("\\u00");
                for shift in [4, 0] {
                    let digit = (u32::from(control) >> shift) & 0xF;
                    out.push(char::from_digit(digit, 16).unwrap_or('0'));
                }
            }
            other => out.push(other),
        }
    }
}

/// A JSON string with its quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    escape_into(text, &mut out);
    out.push('"');
    out
}

#[cfg(test)]
mod tests;
