//! The strings and numbers of JSON lines, as they stand in the file.
//!
//! A string is looked at in its own spelling, escapes and all, which the finder reads; so what is put
//! back is the same bytes. A number in which something is found becomes a string, since no label can
//! stand in a number.

use std::sync::Arc;

use language::ByteSpan;
use protection::Place;
use serde::de::IgnoredAny;

use super::parts::{NoParts, Part, Wanted};

/// The fewest digits of a number that may be a personal value.
const SHORTEST_NUMBER: usize = 5;

/// Lines while they are read.
#[derive(Debug, Default)]
pub(super) struct JsonLines {
    line: u64,
    any: bool,
}

impl JsonLines {
    /// Whether any wanted member was seen, or the file has no line at all.
    pub(super) fn any(&self) -> bool {
        self.any || self.line == 0
    }

    /// The strings and numbers of some whole lines that are to be looked at.
    pub(super) fn parts(&mut self, lines: &str, wanted: &Wanted) -> Result<Vec<Part>, NoParts> {
        let mut parts = Vec::new();
        let mut at = 0;
        for line in lines.split_inclusive('\n') {
            self.line += 1;
            let bare = line.trim_start_matches('\u{feff}');
            let from = at + (line.len() - bare.len());
            if !bare.trim().is_empty() {
                serde_json::from_str::<IgnoredAny>(bare)
                    .map_err(|_| NoParts::NotJson(self.line))?;
                Walk { text: lines, at: from, end: at + line.len(), wanted, parts: &mut parts }
                    .value(None, wanted.is_all());
            }
            at += line.len();
        }
        self.any |= !parts.is_empty();
        Ok(parts)
    }
}

/// A walk over one value that is known to be JSON.
struct Walk<'w, 't> {
    text: &'t str,
    at: usize,
    end: usize,
    wanted: &'w Wanted,
    parts: &'w mut Vec<Part>,
}

impl Walk<'_, '_> {
    /// Open containers are counted on a stack of their own, so that depth costs no stack of the program;
    /// the parser that checked the line allows 128.
    fn value(&mut self, key: Option<&Arc<str>>, taken: bool) {
        match self.next() {
            Some(b'{') => self.members(taken),
            Some(b'[') => {
                self.at += 1;
                while !matches!(self.next(), Some(b']') | None) {
                    self.value(key, taken);
                    self.skip(b',');
                }
                self.at += 1;
            }
            Some(b'"') => {
                let span = self.string();
                if taken && !span.is_empty() {
                    self.parts.push(Part { span, place: place(key), quote: false });
                }
            }
            Some(_) => {
                let from = self.at;
                while let Some(byte) = self.byte() {
                    if matches!(byte, b',' | b']' | b'}') || byte.is_ascii_whitespace() {
                        break;
                    }
                    self.at += 1;
                }
                let span = ByteSpan::new(from, self.at);
                let number = span.of(self.text);
                let digits = number.bytes().filter(u8::is_ascii_digit).count();
                if taken && digits >= SHORTEST_NUMBER {
                    self.parts.push(Part { span, place: place(key), quote: true });
                }
            }
            None => {}
        }
    }

    fn members(&mut self, taken: bool) {
        self.at += 1;
        while self.next() == Some(b'"') {
            let span = self.string();
            let raw = span.of(self.text);
            let name = serde_json::from_str::<String>(&format!("\"{raw}\""));
            let name: Arc<str> = name.map_or_else(|_| Arc::from(raw), Arc::from);
            if self.wanted.is_all() && !raw.is_empty() {
                self.parts.push(Part { span, place: Place::Text, quote: false });
            }
            self.next();
            self.skip(b':');
            let taken = taken || (!self.wanted.is_all() && self.wanted.takes(&name));
            self.value(Some(&name), taken);
            self.skip(b',');
        }
        self.at += 1;
    }

    /// The string that begins here, between its quotes.
    fn string(&mut self) -> ByteSpan {
        self.at += 1;
        let from = self.at;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let span = ByteSpan::new(from, self.at);
        self.at += 1;
        span
    }

    fn byte(&self) -> Option<u8> {
        (self.at < self.end).then(|| self.text.as_bytes().get(self.at).copied()).flatten()
    }

    fn next(&mut self) -> Option<u8> {
        while self.byte().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        self.byte()
    }

    fn skip(&mut self, mark: u8) {
        if self.next() == Some(mark) {
            self.at += 1;
        }
    }
}

fn place(key: Option<&Arc<str>>) -> Place {
    key.map_or(Place::Text, |key| Place::Value { key: Arc::clone(key) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, columns: Option<&str>, expect: &[(&str, &str)]) {
        let parts = JsonLines::default().parts(text, &Wanted::new(columns)).unwrap();
        let got: Vec<_> = parts
            .iter()
            .map(|part| (part.place.key().unwrap_or("-"), part.span.of(text)))
            .collect();
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn strings_and_numbers_stand_under_their_names() {
        check(
            "{\"nom\": \"A \\\"B\\\"\", \"t\": [661234567, 12, null, {\"x\": \"y\"}]}\n\n[\"z\"]\n",
            None,
            &[
                ("-", "nom"),
                ("nom", "A \\\"B\\\""),
                ("-", "t"),
                ("t", "661234567"),
                ("-", "x"),
                ("x", "y"),
                ("-", "z"),
            ],
        );
        check("{\"a\":{\"b\":\"c\"},\"d\":\"e\"}", Some("A"), &[("b", "c")]);
        check("{}", None, &[]);
    }

    #[test]
    fn a_broken_line_is_named() {
        let broken = JsonLines::default().parts("{}\n{\"a\":\n", &Wanted::default());
        assert_eq!(broken.unwrap_err(), NoParts::NotJson(2));
    }
}
