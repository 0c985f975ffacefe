//! The scanner: one strict pass over a JSON text (RFC 8259) that yields byte ranges.
//!
//! It is iterative, so that nesting costs memory on the heap only, and looks for the end of strings with
//! `memchr`. Beyond the grammar it refuses what two readers could read differently: a byte order mark,
//! lone surrogates, anything after the value. Its messages give offsets and known member names, never
//! content.

use crate::Limits;
use crate::document::{Document, Kind, Node};
use crate::path::{push_index, push_member};
use crate::source_map::{decode, four_hex, narrow};

/// Why a text is not acceptable JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault} at byte {offset}")]
pub(crate) struct ScanError {
    pub(crate) fault: Fault,
    pub(crate) offset: usize,
    /// Where in the structure, in known names and indexes only.
    pub(crate) path: String,
}

impl ScanError {
    /// Whether the text may be JSON, but more of it than the limits allow.
    pub(crate) fn is_a_limit(&self) -> bool {
        matches!(self.fault, Fault::TooDeep | Fault::TooMany)
    }
}

/// What was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the body is empty; a JSON object was expected")]
    Empty,
    #[error("a byte order mark stands before the JSON text; send UTF-8 without one,")]
    ByteOrderMark,
    #[error("the JSON text ends too early")]
    End,
    #[error("a JSON value was expected")]
    Value,
    #[error("a member name in double quotes was expected")]
    Key,
    #[error("a colon was expected after the member name")]
    Colon,
    #[error("a comma or the end of the object was expected")]
    ObjectGoesOn,
    #[error("a comma or the end of the list was expected")]
    ListGoesOn,
    #[error("a number is not written as JSON writes numbers")]
    Number,
    #[error("a string holds an unescaped control character")]
    ControlCharacter,
    #[error("a string holds an escape that JSON does not know")]
    Escape,
    #[error(
        "a string holds half of a surrogate pair (\\ud800 to \\udfff alone), which is no character,"
    )]
    LoneSurrogate,
    #[error("something follows after the end of the JSON value")]
    Trailing,
    #[error("objects and lists are nested too deep")]
    TooDeep,
    #[error("the body holds too many values")]
    TooMany,
    #[error("the body is longer than 4 GiB")]
    TooLong,
}

/// Scans a whole text. Values nested deeper than `record_depth` are checked but not recorded.
pub(crate) fn scan(
    text: &str,
    limits: &Limits,
    record_depth: usize,
) -> Result<Document, ScanError> {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
        limits,
        record_depth,
        counted: 0,
        nodes: Vec::with_capacity((text.len() / 64).min(4096)),
        frames: Vec::with_capacity(8),
    };
    match scanner.run() {
        Ok(()) => Ok(Document { nodes: scanner.nodes, counted: scanner.counted }),
        Err(fault) => {
            Err(ScanError { fault, offset: scanner.at.min(text.len()), path: scanner.path(text) })
        }
    }
}

/// Paths of errors show this many steps; deep nesting need not be shown in full.
const LONGEST_PATH: usize = 12;

/// An object or list that is still open.
struct Frame {
    /// Its node, when it is recorded.
    node: Option<u32>,
    object: bool,
    /// Values begun inside it.
    count: usize,
    /// The raw range of the key of the value that is being read.
    key: (u32, u32),
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    limits: &'t Limits,
    record_depth: usize,
    /// Values and names that are recorded: what is only checked costs no memory.
    counted: usize,
    nodes: Vec<Node>,
    frames: Vec<Frame>,
}

impl Scanner<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        if u32::try_from(self.bytes.len()).is_err() {
            return Err(Fault::TooLong);
        }
        if self.bytes.starts_with(b"\xEF\xBB\xBF") {
            return Err(Fault::ByteOrderMark);
        }
        self.skip_space();
        if self.at == self.bytes.len() {
            return Err(Fault::Empty);
        }
        loop {
            if self.value()? {
                continue;
            }
            if !self.after_value()? {
                break;
            }
        }
        self.skip_space();
        if self.at < self.bytes.len() { Err(Fault::Trailing) } else { Ok(()) }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    /// Reads a scalar, or opens a container. True when a value must follow (a container with content).
    fn value(&mut self) -> Result<bool, Fault> {
        self.skip_space();
        self.count()?;
        let start = self.at;
        let kind = match self.peek().ok_or(Fault::End)? {
            b'"' => {
                self.string()?;
                Kind::String
            }
            b'{' => return self.open(Kind::Object),
            b'[' => return self.open(Kind::List),
            b'-' | b'0'..=b'9' => {
                self.number()?;
                Kind::Number
            }
            b't' => self.literal(b"true", Kind::True)?,
            b'f' => self.literal(b"false", Kind::False)?,
            b'n' => self.literal(b"null", Kind::Null)?,
            _ => return Err(Fault::Value),
        };
        self.record(kind, start, self.at);
        Ok(false)
    }

    fn count(&mut self) -> Result<(), Fault> {
        if self.frames.len() <= self.record_depth {
            self.counted += 1;
        }
        if self.counted > self.limits.max_members { Err(Fault::TooMany) } else { Ok(()) }
    }

    fn record(&mut self, kind: Kind, start: usize, end: usize) -> Option<u32> {
        if self.frames.len() > self.record_depth {
            return None;
        }
        let index = narrow(self.nodes.len());
        let (key_start, key_end) = self.frames.last().map_or((0, 0), |frame| frame.key);
        self.nodes.push(Node {
            kind,
            start: narrow(start),
            end: narrow(end),
            key_start,
            key_end,
            next: index + 1,
        });
        Some(index)
    }

    fn open(&mut self, kind: Kind) -> Result<bool, Fault> {
        if self.frames.len() >= self.limits.depth() {
            return Err(Fault::TooDeep);
        }
        let node = self.record(kind, self.at, self.at);
        self.at += 1;
        let object = kind == Kind::Object;
        self.frames.push(Frame { node, object, count: 0, key: (0, 0) });
        self.skip_space();
        let close = if object { b'}' } else { b']' };
        if self.peek() == Some(close) {
            self.close();
            return Ok(false);
        }
        self.begin_item()?;
        Ok(true)
    }

    /// Counts the next item of the innermost container and reads its key, when it is an object.
    fn begin_item(&mut self) -> Result<(), Fault> {
        let object = self.frames.last_mut().is_some_and(|frame| {
            frame.count += 1;
            frame.key = (0, 0);
            frame.object
        });
        if !object {
            return Ok(());
        }
        self.skip_space();
        match self.peek() {
            Some(b'"') => {}
            Some(_) => return Err(Fault::Key),
            None => return Err(Fault::End),
        }
        self.count()?;
        let start = self.at;
        self.string()?;
        let key = (narrow(start), narrow(self.at));
        if let Some(frame) = self.frames.last_mut() {
            frame.key = key;
        }
        self.skip_space();
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Err(Fault::Colon),
            None => return Err(Fault::End),
        }
        Ok(())
    }

    /// Closes the innermost container at its closing bracket.
    fn close(&mut self) {
        self.at += 1;
        let end = narrow(self.at);
        let next = narrow(self.nodes.len());
        let node = self.frames.pop().and_then(|frame| frame.node);
        if let Some(node) = node.and_then(|index| self.nodes.get_mut(index as usize)) {
            node.end = end;
            node.next = next;
        }
    }

    /// After a value: closes what ends here. True when another value follows, false at the end of the root.
    fn after_value(&mut self) -> Result<bool, Fault> {
        while let Some(object) = self.frames.last().map(|frame| frame.object) {
            self.skip_space();
            match (self.peek(), object) {
                (Some(b','), _) => {
                    self.at += 1;
                    self.begin_item()?;
                    return Ok(true);
                }
                (Some(b'}'), true) | (Some(b']'), false) => self.close(),
                (None, _) => return Err(Fault::End),
                (Some(_), true) => return Err(Fault::ObjectGoesOn),
                (Some(_), false) => return Err(Fault::ListGoesOn),
            }
        }
        Ok(false)
    }

    fn literal(&mut self, word: &[u8], kind: Kind) -> Result<Kind, Fault> {
        if self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            self.at += word.len();
            Ok(kind)
        } else {
            Err(Fault::Value)
        }
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(Fault::Number) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<(), Fault> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(Fault::Number);
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    /// Passes over a string, from its opening quote to behind its closing one.
    fn string(&mut self) -> Result<(), Fault> {
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            // Runs of escapes (Arabic sent as \u0645\u062d…) need no search.
            let length = match rest.first() {
                Some(b'\\') => 0,
                _ => memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len()),
            };
            let plain = rest.get(..length).unwrap_or_default();
            // The fold has no early exit, so that it compiles to vector instructions.
            if plain.iter().fold(0, |found, byte| found | u8::from(*byte < 0x20)) != 0 {
                self.at += plain.iter().position(|byte| *byte < 0x20).unwrap_or(0);
                return Err(Fault::ControlCharacter);
            }
            self.at += length;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(_) => self.escape()?,
                None => return Err(Fault::End),
            }
        }
    }

    /// Passes over one escape; the two halves of a surrogate pair count as one.
    fn escape(&mut self) -> Result<(), Fault> {
        match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 2;
                return Ok(());
            }
            Some(b'u') => {}
            Some(_) => return Err(Fault::Escape),
            None => return Err(Fault::End),
        }
        let code = four_hex(self.bytes.get(self.at + 2..self.at + 6)).ok_or(Fault::Escape)?;
        if !(0xD800..0xE000).contains(&code) {
            self.at += 6;
            return Ok(());
        }
        let low = self
            .bytes
            .get(self.at + 6..self.at + 8)
            .filter(|start| code < 0xDC00 && *start == b"\\u")
            .and_then(|_| four_hex(self.bytes.get(self.at + 8..self.at + 12)));
        if low.is_some_and(|low| (0xDC00..0xE000).contains(&low)) {
            self.at += 12;
            Ok(())
        } else {
            Err(Fault::LoneSurrogate)
        }
    }

    /// The path of the value that is being read.
    fn path(&self, text: &str) -> String {
        let mut path = String::new();
        for (depth, frame) in self.frames.iter().filter(|frame| frame.count > 0).enumerate() {
            if depth == LONGEST_PATH {
                path.push('…');
                break;
            }
            let ordinal = frame.count - 1;
            if frame.object {
                // The key itself is being read: the fault lies in the object.
                if frame.key == (0, 0) {
                    break;
                }
                let content =
                    text.get(frame.key.0 as usize + 1..(frame.key.1 as usize).saturating_sub(1));
                let key = content.map(|content| decode(content, 0).0);
                push_member(&mut path, key.as_deref().unwrap_or_default(), ordinal);
            } else {
                push_index(&mut path, ordinal);
            }
        }
        path
    }
}

#[cfg(test)]
mod tests;
