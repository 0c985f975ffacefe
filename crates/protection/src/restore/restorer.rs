//! Restoring a text that arrives in pieces.

use std::fmt;

use language::script::{Script, script_of};

use super::cursor::Stop;
use super::matcher::{CONTEXT_CHARACTERS, Match, attempt, may_begin};
use super::surrogates::{Surrogate, SurrogateMatch};
use crate::Counts;
use crate::vault::Vault;

/// How a value is written into the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Escape {
    /// As it is.
    #[default]
    Plain,
    /// As the content of a JSON string (RFC 8259, section 7): the text is JSON source.
    Json,
}

/// Restores one text, piece by piece: the same output for every way to cut it. Holds back only what can
/// still become a live label.
pub struct Restorer {
    vault: Vault,
    escape: Escape,
    /// Decided text that boundaries may look back at, then what is held back.
    buffer: String,
    held_from: usize,
    open_brackets: u32,
    quotes: Quotes,
    interesting: [bool; 256],
    restored: Counts,
}

impl Restorer {
    pub(crate) fn new(vault: Vault, escape: Escape) -> Self {
        let mut first = vault.live().table().first_letters().to_vec();
        first.extend(vault.live().surrogates().first_signs());
        let interesting = interesting_bytes(&first);
        Self {
            vault,
            escape,
            buffer: String::new(),
            held_from: 0,
            open_brackets: 0,
            quotes: Quotes::default(),
            interesting,
            restored: Counts::new(),
        }
    }

    /// Takes the next piece and appends to `out` what is decided.
    pub fn push(&mut self, chunk: &str, out: &mut String) {
        if self.vault.is_empty() {
            out.push_str(chunk);
            return;
        }
        self.buffer.push_str(chunk);
        self.decide(false, out);
    }

    /// The text has ended: appends what was held back.
    pub fn finish(&mut self, out: &mut String) {
        self.decide(true, out);
    }

    /// Whether something is held back.
    pub fn holds(&self) -> bool {
        self.held_from < self.buffer.len()
    }

    /// How many labels of each kind were restored so far.
    pub fn restored(&self) -> &Counts {
        &self.restored
    }

    /// How many characters are held back; an escape or entity counts as one.
    #[cfg(test)]
    pub(super) fn held_characters(&self) -> usize {
        super::cursor::count(self.buffer.get(self.held_from..).unwrap_or_default())
    }

    /// What is held back.
    #[cfg(test)]
    pub(super) fn held(&self) -> &str {
        self.buffer.get(self.held_from..).unwrap_or_default()
    }

    fn decide(&mut self, finished: bool, out: &mut String) {
        let vault = self.vault.clone();
        loop {
            let plain = self.plain_length();
            let text = self.buffer.get(self.held_from..self.held_from + plain).unwrap_or_default();
            out.push_str(text);
            if self.escape == Escape::Json && !self.vault.live().surrogates().is_empty() {
                self.quotes.pass(text);
            }
            self.held_from += plain;
            let Some(next) = self.buffer.get(self.held_from..).and_then(|rest| rest.chars().next())
            else {
                break;
            };
            let surrogates = vault.live().surrogates();
            if surrogates.may_begin(next) {
                match surrogates.attempt(&self.buffer, self.held_from, finished) {
                    Ok(SurrogateMatch { end, found }) => {
                        write_surrogate(found, self.escape, self.quotes, out);
                        *self.restored.entry(found.kind.clone()).or_default() += 1;
                        self.held_from = end;
                        continue;
                    }
                    Err(Stop::More) => break,
                    Err(Stop::No) => {}
                }
            }
            let rest = self.buffer.get(self.held_from..).unwrap_or_default();
            if !may_begin(vault.live(), next) || vault.live().table().rules_out(rest) {
                self.quotes.pass_one(next);
                out.push(next);
                self.held_from += next.len_utf8();
                continue;
            }
            match attempt(vault.live(), &self.buffer, self.held_from, finished, self.open_brackets)
            {
                Ok(found) => {
                    let surrounding = self.surrounding_script();
                    write(&found, surrounding, self.escape, out);
                    *self.restored.entry(found.entity.kind.clone()).or_default() += 1;
                    self.held_from = found.end;
                }
                Err(Stop::No) => {
                    self.count_bracket(next);
                    self.quotes.pass_one(next);
                    out.push(next);
                    self.held_from += next.len_utf8();
                }
                Err(Stop::More) => break,
            }
        }
        self.forget();
    }

    /// How many bytes from here on can begin no label.
    fn plain_length(&mut self) -> usize {
        let held = self.buffer.as_bytes().get(self.held_from..).unwrap_or_default();
        for (length, &byte) in held.iter().enumerate() {
            if self.interesting.get(usize::from(byte)).copied().unwrap_or(true) {
                let inside = byte.is_ascii_alphanumeric()
                    && inside_word(self.buffer.as_bytes(), self.held_from + length);
                if !inside {
                    return length;
                }
            }
            match byte {
                b']' => self.open_brackets = self.open_brackets.saturating_sub(1),
                b'\n' => self.open_brackets = 0,
                _ => {}
            }
        }
        held.len()
    }

    fn count_bracket(&mut self, character: char) {
        if character == '[' {
            self.open_brackets = self.open_brackets.saturating_add(1);
        }
    }

    /// The script of the letter that stands nearest before the label.
    fn surrounding_script(&self) -> Script {
        let before = self.buffer.get(..self.held_from).unwrap_or_default();
        before
            .chars()
            .rev()
            .take(CONTEXT_CHARACTERS)
            .map(script_of)
            .find(|&script| script != Script::Common)
            .unwrap_or(Script::Common)
    }

    /// Drops decided text that no boundary looks back at.
    fn forget(&mut self) {
        let mut keep_from = self.held_from.saturating_sub(CONTEXT_CHARACTERS * 4);
        while keep_from > 0 && !self.buffer.is_char_boundary(keep_from) {
            keep_from -= 1;
        }
        self.buffer.drain(..keep_from);
        self.held_from -= keep_from;
    }
}

impl fmt::Debug for Restorer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Restorer")
            .field("vault", &self.vault)
            .field("escape", &self.escape)
            .field("holds", &self.holds())
            .field("restored", &self.restored)
            .finish_non_exhaustive()
    }
}

fn write(found: &Match<'_>, surrounding: Script, escape: Escape, out: &mut String) {
    out.push_str(found.stays);
    let value = match found.form {
        Some(form) => found.entity.spelling(form),
        None => found.entity.principal(surrounding),
    };
    match escape {
        Escape::Plain => out.push_str(value),
        Escape::Json => push_json(value, out),
    }
}

/// Whether decided text ends inside a JSON string, where the text is JSON source.
#[derive(Debug, Clone, Copy, Default)]
struct Quotes {
    inside: bool,
    escaped: bool,
}

impl Quotes {
    fn pass(&mut self, text: &str) {
        text.chars().for_each(|character| self.pass_one(character));
    }

    fn pass_one(&mut self, character: char) {
        match character {
            _ if self.escaped => self.escaped = false,
            '\\' => self.escaped = self.inside,
            '"' => self.inside = !self.inside,
            _ => {}
        }
    }
}

/// A surrogate among JSON source may be a number: then the value is written as one, or as a string where
/// it is no number.
fn write_surrogate(found: &Surrogate, escape: Escape, quotes: Quotes, out: &mut String) {
    match escape {
        Escape::Plain => out.push_str(&found.value),
        Escape::Json if quotes.inside || is_whole_number(&found.value) => {
            push_json(&found.value, out);
        }
        Escape::Json => {
            out.push('"');
            push_json(&found.value, out);
            out.push('"');
        }
    }
}

/// Whether a text is a whole number above 0 as JSON writes one.
pub fn is_whole_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0')
}

/// Writes a value as the content of a JSON string. The model crate escapes its own edits in the same way:
/// neither crate may depend on the other, and an arrow between them would cost more than these lines.
fn push_json(value: &str, out: &mut String) {
    for character in value.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{C}' => out.push_str("\\f"),
            '\0'..='\u{1F}' => {
                out.push_str("\\u00");
                for shift in [4, 0] {
                    let digit = (u32::from(character) >> shift) & 15;
                    out.extend(char::from_digit(digit, 16));
                }
            }
            _ => out.push(character),
        }
    }
}

/// Whether the byte at `at` goes on with an ASCII word. Where a backslash is near, the letter before may
/// be part of an escape, which only a closer look can tell.
fn inside_word(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(at.saturating_sub(ESCAPE_BYTES)..at).unwrap_or_default();
    before.last().is_some_and(u8::is_ascii_alphanumeric) && !before.contains(&b'\\')
}

/// The bytes of the longest escape, `\uXXXX`.
const ESCAPE_BYTES: usize = 6;

/// The first bytes of characters with which a label may begin.
fn interesting_bytes(first_letters: &[char]) -> [bool; 256] {
    let mut interesting = [false; 256];
    let mut mark = |character: char| {
        let mut bytes = [0; 4];
        let first = character.encode_utf8(&mut bytes).bytes().next().unwrap_or(0);
        if let Some(slot) = interesting.get_mut(usize::from(first)) {
            *slot = true;
        }
    };
    for &letter in first_letters {
        mark(letter);
        letter.to_uppercase().for_each(&mut mark);
    }
    "[<{\\&".chars().for_each(&mut mark);
    // Any other character that folds to a first letter, and the wide brackets, are no ASCII.
    for byte in 0xC2..=0xF4usize {
        if let Some(slot) = interesting.get_mut(byte) {
            *slot = true;
        }
    }
    interesting
}
