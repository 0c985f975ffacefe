//! What the server does with one request, and the short text that says so.

use std::str::FromStr;
use std::time::Duration;

/// What the server does with one request.
///
/// As text: parts joined by `+`, in any order, for example `tools+mistral+cut:7+crlf`. Parts:
/// - what it says: `echo` (the last user message), `echo-all` (every message), `say:TEXT`, `tools` (calls the
///   tools of the request even after a tool answered), `chat` (never calls a tool), `reasoning` (thinks aloud first)
/// - why it ends: `finish:REASON` (`length`, `content_filter`)
/// - shape: `openai`, `mistral`; `ascii` (non-ASCII letters as `\u` escapes)
/// - usage in streams: `usage:always`, `usage:asked`, `usage:never`
/// - framing of streams: `pieces:CHARACTERS`, `cut:BYTES`, `crlf`, `cr`, `comments`, `drip:MILLISECONDS`
/// - refusals: `status:CODE`, `error:SHAPE` (`openai`, `flat`, `detail`, `gateway`, `guardrail`, `text`),
///   `retry-after:SECONDS`
/// - no answer at all: `html`, `not-json`, `not-utf8`, `redirect`, `hang` (before the headers), `huge:BYTES`, `gzip`
/// - endings: `hang-mid-stream`, `end-mid-event`, `break-mid-stream`, `no-done`, `error-event`
/// - `delay:MILLISECONDS` before the headers
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviour {
    /// Where the text of the answer comes from.
    pub saying: Saying,
    /// Whether some reasoning precedes it.
    pub reasoning: bool,
    /// Why it says that it ends; `None` for the true reason.
    pub finish: Option<String>,
    /// Whose wire format.
    pub shape: Shape,
    /// Whether letters outside ASCII are escaped.
    pub ascii: bool,
    /// When a stream tells the usage.
    pub usage: UsageWhen,
    /// Characters in each piece of a stream.
    pub piece_characters: usize,
    /// Cuts the bytes of a stream every so many bytes; `None` sends one event at a time.
    pub cut_bytes: Option<usize>,
    /// How lines of a stream end.
    pub newline: Newline,
    /// Whether comment lines stand between the events.
    pub comments: bool,
    /// Pause between the pieces sent.
    pub drip: Option<Duration>,
    /// Pause before the headers.
    pub delay: Option<Duration>,
    /// HTTP status; anything but 200 answers with an error body.
    pub status: u16,
    /// Shape of the error body.
    pub error_shape: ErrorShape,
    /// Seconds in the `Retry-After` header.
    pub retry_after: Option<u64>,
    /// How the answer ends.
    pub ending: Ending,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            saying: Saying::EchoLast,
            reasoning: false,
            finish: None,
            shape: Shape::OpenAi,
            ascii: false,
            usage: UsageWhen::Asked,
            piece_characters: 3,
            cut_bytes: None,
            newline: Newline::Lf,
            comments: false,
            drip: None,
            delay: None,
            status: 200,
            error_shape: ErrorShape::OpenAi,
            retry_after: None,
            ending: Ending::Complete,
        }
    }
}

/// Where the text of the answer comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saying {
    /// The last user message; a call of the offered tools when no tool has answered yet.
    EchoLast,
    /// The text of every message, one a line.
    EchoAll,
    /// Always this text.
    Fixed(String),
    /// Calls of the offered tools, whatever came before.
    Tools,
    /// The last user message, never a call.
    Chat,
}

/// Whose wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The one of `OpenAI`.
    OpenAi,
    /// The one of Mistral: content in arrays of chunks, tool calls whole and with ids of nine characters.
    Mistral,
}

/// When a stream tells the usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageWhen {
    /// Without being asked.
    Always,
    /// When `stream_options.include_usage` asks (Mistral's shape always tells it).
    Asked,
    /// Never, in whole answers neither.
    Never,
}

/// How lines of a stream end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newline {
    /// Line feed.
    Lf,
    /// Carriage return and line feed.
    CrLf,
    /// Carriage return.
    Cr,
}

/// Shape of an error body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorShape {
    /// `{"error":{"message",…}}`
    OpenAi,
    /// `{"object":"error","message",…}`
    Flat,
    /// `{"detail":[{"type","loc","msg"}]}`
    Detail,
    /// `{"message"}`
    Gateway,
    /// `{"error":{"message","status"},"guardrails":{…}}`
    Guardrail,
    /// Plain text.
    Text,
}

/// How the answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// As promised.
    Complete,
    /// A web page instead of an answer.
    Html,
    /// Text that is not JSON (in a stream: an event that is not JSON).
    NotJson,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A redirect to another path.
    Redirect,
    /// No header, ever.
    HangBeforeHeaders,
    /// Half of the answer, then silence.
    HangMidStream,
    /// Half of an event, then a clean end of the body.
    EndMidEvent,
    /// Half of an event, then the connection breaks.
    BreakMidStream,
    /// Every event but the `[DONE]`.
    NoDone,
    /// An error event in the middle, then a clean end.
    ErrorEvent,
    /// An answer of at least this many bytes.
    Huge(usize),
    /// The whole body compressed, though nobody asked for it.
    Gzip,
}

/// A part that is not in the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BehaviourError(String);

impl std::fmt::Display for BehaviourError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "`{}` is no part of a behaviour", self.0)
    }
}

impl std::error::Error for BehaviourError {}

impl FromStr for Behaviour {
    type Err = BehaviourError;

    fn from_str(text: &str) -> Result<Self, BehaviourError> {
        text.split('+').try_fold(Self::default(), |behaviour, part| {
            behaviour.with(part).ok_or_else(|| BehaviourError(part.to_owned()))
        })
    }
}

impl Behaviour {
    /// The behaviour of this text, or `None` when it is not in the grammar.
    pub fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn with(mut self, part: &str) -> Option<Self> {
        let (name, argument) = match part.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (part, None),
        };
        let millis = || argument.and_then(|value| value.parse().ok()).map(Duration::from_millis);
        match (name, argument) {
            ("echo", None) => self.saying = Saying::EchoLast,
            ("echo-all", None) => self.saying = Saying::EchoAll,
            ("say", Some(text)) => self.saying = Saying::Fixed(text.to_owned()),
            ("tools", None) => self.saying = Saying::Tools,
            ("chat", None) => self.saying = Saying::Chat,
            ("reasoning", None) => self.reasoning = true,
            ("finish", Some(reason)) => self.finish = Some(reason.to_owned()),
            ("openai", None) => self.shape = Shape::OpenAi,
            ("mistral", None) => self.shape = Shape::Mistral,
            ("ascii", None) => self.ascii = true,
            ("usage", Some("always")) => self.usage = UsageWhen::Always,
            ("usage", Some("asked")) => self.usage = UsageWhen::Asked,
            ("usage", Some("never")) => self.usage = UsageWhen::Never,
            ("pieces", Some(count)) => self.piece_characters = positive(count)?,
            ("cut", Some(bytes)) => self.cut_bytes = Some(positive(bytes)?),
            ("crlf", None) => self.newline = Newline::CrLf,
            ("cr", None) => self.newline = Newline::Cr,
            ("comments", None) => self.comments = true,
            ("drip", Some(_)) => self.drip = Some(millis()?),
            ("delay", Some(_)) => self.delay = Some(millis()?),
            ("status", Some(code)) => self.status = code.parse().ok()?,
            ("error", Some(shape)) => self.error_shape = error_shape(shape)?,
            ("retry-after", Some(seconds)) => self.retry_after = Some(seconds.parse().ok()?),
            ("html", None) => self.ending = Ending::Html,
            ("not-json", None) => self.ending = Ending::NotJson,
            ("not-utf8", None) => self.ending = Ending::NotUtf8,
            ("redirect", None) => self.ending = Ending::Redirect,
            ("hang", None) => self.ending = Ending::HangBeforeHeaders,
            ("hang-mid-stream", None) => self.ending = Ending::HangMidStream,
            ("end-mid-event", None) => self.ending = Ending::EndMidEvent,
            ("break-mid-stream", None) => self.ending = Ending::BreakMidStream,
            ("no-done", None) => self.ending = Ending::NoDone,
            ("error-event", None) => self.ending = Ending::ErrorEvent,
            ("huge", Some(bytes)) => self.ending = Ending::Huge(positive(bytes)?),
            ("gzip", None) => self.ending = Ending::Gzip,
            _ => return None,
        }
        Some(self)
    }
}

fn positive(text: &str) -> Option<usize> {
    text.parse().ok().filter(|count| *count > 0)
}

fn error_shape(text: &str) -> Option<ErrorShape> {
    Some(match text {
        "openai" => ErrorShape::OpenAi,
        "flat" => ErrorShape::Flat,
        "detail" => ErrorShape::Detail,
        "gateway" => ErrorShape::Gateway,
        "guardrail" => ErrorShape::Guardrail,
        "text" => ErrorShape::Text,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<&Behaviour>) {
        assert_eq!(Behaviour::read(text).as_ref(), expect, "{text}");
    }

    #[test]
    fn behaviours_read_from_text() {
        let plain = Behaviour::default();
        check("echo", Some(&plain));
        check("cut:7", Some(&Behaviour { cut_bytes: Some(7), ..plain.clone() }));
        check(
            "status:429+retry-after:3",
            Some(&Behaviour { status: 429, retry_after: Some(3), ..plain.clone() }),
        );
        check("say:a:b", Some(&Behaviour { saying: Saying::Fixed("a:b".into()), ..plain.clone() }));
        check(
            "mistral+crlf+no-done",
            Some(&Behaviour {
                shape: Shape::Mistral,
                newline: Newline::CrLf,
                ending: Ending::NoDone,
                ..plain
            }),
        );
        check("mistral-small", None);
        check("cut:0", None);
        check("", None);
    }
}
