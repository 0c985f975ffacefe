//! Server-sent events, byte by byte (WHATWG HTML, section 9.2.6), and their framing on the way out.

use std::collections::VecDeque;

use crate::source_map::quoted;

/// One event.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// The event's name, when it has one.
    pub event: Option<String>,
    /// Its data lines, joined by line feeds; empty for a block of comments.
    pub data: String,
    /// The exact bytes, the blank line that ends it included.
    pub raw: String,
}

impl std::fmt::Debug for Event {
    /// The data is left out: it is the model's answer.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Event")
            .field("event", &self.event)
            .field("bytes", &self.raw.len())
            .finish_non_exhaustive()
    }
}

/// Why a stream of events cannot be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// An event is longer than the limit.
    #[error("an event is longer than the limit of {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// An event is not UTF-8.
    #[error("an event is not UTF-8")]
    NotUtf8,
    /// The stream ended within an event: it is not dispatched.
    #[error("the stream ended in the middle of an event")]
    Incomplete,
}

/// Cuts a byte stream into events. Whatever way the bytes are split, the events are the same.
///
/// A line that ends in CR waits for the next byte, which may be its LF, so a stream that ends its lines in
/// CR alone is one event behind until [`EventParser::finish`].
pub struct EventParser {
    limit: usize,
    /// The bytes of the event that is being read.
    bytes: Vec<u8>,
    /// Where its current line begins.
    line: usize,
    /// Bytes already searched for a line end.
    searched: usize,
    /// Whether nothing was read yet: a byte order mark may come.
    first: bool,
    ready: VecDeque<Event>,
    failed: Option<EventError>,
}

impl std::fmt::Debug for EventParser {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("EventParser")
            .field("held_bytes", &self.bytes.len())
            .field("ready", &self.ready.len())
            .finish_non_exhaustive()
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl EventParser {
    /// A parser that takes events of up to `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            bytes: Vec::new(),
            line: 0,
            searched: 0,
            first: true,
            ready: VecDeque::new(),
            failed: None,
        }
    }

    /// Takes the next bytes of the stream. After an error the stream stays failed.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), EventError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.bytes.extend_from_slice(bytes);
        self.read_lines(false)
    }

    /// The next whole event.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator ends, this waits for more bytes"
    )]
    pub fn next(&mut self) -> Option<Event> {
        self.ready.pop_front()
    }

    /// The stream has ended. Events may still be ready afterwards; the error says that bytes of an
    /// unfinished event were left over.
    pub fn finish(&mut self) -> Result<(), EventError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.read_lines(true)?;
        let rest = self.bytes.iter().any(|byte| !matches!(byte, b'\r' | b'\n'));
        if rest { Err(EventError::Incomplete) } else { Ok(()) }
    }

    fn read_lines(&mut self, ended: bool) -> Result<(), EventError> {
        let mut begin = 0;
        if self.first && !self.bytes.is_empty() {
            if self.bytes.len() < 3 && BYTE_ORDER_MARK.starts_with(&self.bytes) && !ended {
                return Ok(());
            }
            self.first = false;
            if self.bytes.starts_with(BYTE_ORDER_MARK) {
                self.line = BYTE_ORDER_MARK.len();
                self.searched = self.line;
            }
        }
        loop {
            let rest = self.bytes.get(self.searched..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'\n', b'\r', rest) else {
                self.searched = self.bytes.len();
                break;
            };
            let end = self.searched + found;
            let next = match (self.bytes.get(end), self.bytes.get(end + 1)) {
                (Some(b'\r'), Some(b'\n')) => end + 2,
                (Some(b'\r'), None) if !ended => {
                    self.searched = end;
                    break;
                }
                _ => end + 1,
            };
            let blank = end == self.line;
            self.line = next;
            self.searched = next;
            if blank {
                let block = self.bytes.get(begin..next).unwrap_or_default();
                if block.len() > self.limit {
                    return Err(self.fail(EventError::TooLarge { limit: self.limit }));
                }
                let Ok(raw) = std::str::from_utf8(block) else {
                    return Err(self.fail(EventError::NotUtf8));
                };
                self.ready.push_back(read_event(raw));
                begin = next;
            }
        }
        self.bytes.drain(..begin);
        self.line -= begin;
        self.searched -= begin;
        if self.bytes.len() > self.limit {
            return Err(self.fail(EventError::TooLarge { limit: self.limit }));
        }
        Ok(())
    }

    fn fail(&mut self, error: EventError) -> EventError {
        self.failed = Some(error);
        self.bytes.clear();
        error
    }
}

/// The lines of a block, without their line ends.
fn lines(raw: &str) -> impl Iterator<Item = &str> {
    let mut rest = raw.strip_prefix('\u{feff}').unwrap_or(raw);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let (line, after) = rest.split_at_checked(end)?;
        rest = after.strip_prefix("\r\n").or_else(|| after.get(1..)).unwrap_or_default();
        Some(line)
    })
}

/// A line's field and value: one space after the colon does not count.
fn field(line: &str) -> (&str, &str) {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    (name, value.strip_prefix(' ').unwrap_or(value))
}

fn read_event(raw: &str) -> Event {
    let mut event = None;
    let mut data: Option<String> = None;
    for line in lines(raw) {
        match field(line) {
            ("data", value) => match &mut data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => data = Some(value.to_owned()),
            },
            ("event", value) => event = Some(value.to_owned()).filter(|name| !name.is_empty()),
            _ => {}
        }
    }
    Event { event, data: data.unwrap_or_default(), raw: raw.to_owned() }
}

/// The bytes of an event with other data: its other lines (name, id, retry, comments) and its line ends
/// stay.
pub fn event_with_data(event: &Event, data: &str) -> String {
    let line_end = match event.raw.find(['\r', '\n']) {
        Some(at) if event.raw.get(at..).is_some_and(|rest| rest.starts_with("\r\n")) => "\r\n",
        Some(at) if event.raw.get(at..).is_some_and(|rest| rest.starts_with('\r')) => "\r",
        _ => "\n",
    };
    let mut out = String::with_capacity(event.raw.len() + data.len());
    let mut written = false;
    let mut write_data = |out: &mut String, prefix: &str| {
        if std::mem::replace(&mut written, true) {
            return;
        }
        for line in data.split('\n') {
            out.push_str(prefix);
            out.push_str(line);
            out.push_str(line_end);
        }
    };
    for line in lines(&event.raw).filter(|line| !line.is_empty()) {
        if field(line).0 == "data" {
            let prefix = if line.starts_with("data: ") { "data: " } else { "data:" };
            write_data(&mut out, prefix);
        } else {
            out.push_str(line);
            out.push_str(line_end);
        }
    }
    write_data(&mut out, "data: ");
    out.push_str(line_end);
    out
}

/// The bytes of an event that reports a failure, in `OpenAI`'s shape.
pub fn error_event(code: &str, message: &str) -> String {
    format!(
        "data: {{\"error\":{{\"message\":{},\"type\":\"server_error\",\"param\":null,\"code\":{}}}}}\n\n",
        quoted(message),
        quoted(code)
    )
}
