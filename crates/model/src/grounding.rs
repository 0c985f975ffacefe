//! The member `knowledge` of a chat request: Igudar answers from documents, and no model ever sees the member.
//!
//! | edit | where |
//! |---|---|
//! | remove | `knowledge`; `stream` and `stream_options`, since what comes back is checked before it is passed on |
//! | insert | the instructions: behind the text of a leading system message, else as a message of their own |

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::document::{Document, Kind};
use crate::scan::scan;
use crate::splice::{Splice, splice};
use crate::{Limits, RequestError};

/// What a chat request says that is to be answered from documents.
#[derive(Clone, PartialEq, Eq)]
pub struct Grounding {
    /// The member `knowledge`, as JSON.
    pub knowledge: String,
    /// The text of the newest message of the user.
    pub question: String,
    /// The model that is asked for.
    pub model: String,
    /// Whether the answer is to come as server-sent events.
    pub stream: bool,
    /// Whether the client asked for usage in the stream.
    pub include_usage: bool,
}

impl std::fmt::Debug for Grounding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The question is somebody's.
        formatter.debug_struct("Grounding").field("model", &self.model).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Asked<'b> {
    #[serde(borrow)]
    knowledge: Option<&'b RawValue>,
    #[serde(default)]
    model: String,
    #[serde(default)]
    stream: Option<bool>,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
    #[serde(default)]
    n: Option<u64>,
    #[serde(borrow, default)]
    tools: Option<&'b RawValue>,
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: Option<bool>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    role: String,
    #[serde(default)]
    content: Option<Content>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Chunks(Vec<Chunk>),
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    text: Option<String>,
}

/// Reads what a chat request asks of documents; `None` where it has no member `knowledge`, or is no request
/// that can be read: then the ordinary way says what is wrong with it.
pub fn read_grounding(body: &str) -> Result<Option<Grounding>, RequestError> {
    // However the name is spelled, the field table keeps it from every model.
    if !body.contains("\"knowledge\"") {
        return Ok(None);
    }
    let Ok(asked) = serde_json::from_str::<Asked<'_>>(body) else { return Ok(None) };
    let Some(knowledge) = asked.knowledge else { return Ok(None) };
    if asked.n.is_some_and(|choices| choices > 1) {
        let message = "`n` must be 1 beside `knowledge`: there is one answer from documents";
        return Err(RequestError::invalid("n", message));
    }
    if asked.tools.is_some() {
        let message = "`tools` cannot stand beside `knowledge`: what a tool gives is no document";
        return Err(RequestError::invalid("tools", message));
    }
    let newest = asked.messages.into_iter().rev().find(|message| message.role == "user");
    let question = newest.and_then(|message| message.content).map(text_of).unwrap_or_default();
    if question.trim().is_empty() {
        let message = "there is no text of a user in `messages` to answer from documents";
        return Err(RequestError::invalid("messages", message));
    }
    Ok(Some(Grounding {
        knowledge: knowledge.get().to_owned(),
        question,
        model: asked.model,
        stream: asked.stream.unwrap_or_default(),
        include_usage: asked.stream_options.and_then(|one| one.include_usage).unwrap_or_default(),
    }))
}

fn text_of(content: Content) -> String {
    match content {
        Content::Text(text) => text,
        Content::Chunks(chunks) => {
            let texts: Vec<String> = chunks.into_iter().filter_map(|chunk| chunk.text).collect();
            texts.join("\n")
        }
    }
}

/// The request as a model gets it: without `knowledge`, with `instructions`, answered in one piece.
pub fn grounded_body(
    body: &str,
    instructions: &str,
    limits: &Limits,
) -> Result<String, RequestError> {
    let body = without(body, "knowledge", limits)?;
    let body = without(&body, "stream_options", limits)?;
    let body = without(&body, "stream", limits)?;
    let document = scan(&body, limits, usize::MAX)?;
    let messages = document
        .member(&body, Document::ROOT, "messages")
        .filter(|messages| document.kind(*messages) == Kind::List)
        .ok_or_else(|| RequestError::invalid("messages", "`messages` must be a list"))?;
    let escaped = serde_json::Value::from(instructions).to_string();
    let first = document.children(messages).next();
    let system = first
        .filter(|first| {
            let role = document.member(&body, *first, "role");
            role.and_then(|role| document.string(&body, role)).is_some_and(|role| role == "system")
        })
        .and_then(|first| document.member(&body, first, "content"))
        .filter(|content| document.kind(*content) == Kind::String);
    let edit = if let Some(content) = system {
        // Right before the closing quote.
        let end = document.node(content).end as usize - 1;
        let inside = escaped.get(1..escaped.len() - 1).unwrap_or_default();
        Splice { start: end, end, with: format!("\\n\\n{inside}") }
    } else {
        let start = document.node(messages).start as usize + 1;
        let comma = if first.is_some() { "," } else { "" };
        let with = format!("{{\"role\":\"system\",\"content\":{escaped}}}{comma}");
        Splice { start, end: start, with }
    };
    spliced(&body, edit)
}

/// The body without every top member of a name.
fn without(body: &str, name: &str, limits: &Limits) -> Result<String, RequestError> {
    let mut body = body.to_owned();
    loop {
        let document = scan(&body, limits, usize::MAX)?;
        let Some(edit) = document.removal(&body, Document::ROOT, name) else { return Ok(body) };
        body = spliced(&body, edit)?;
    }
}

fn spliced(body: &str, edit: Splice) -> Result<String, RequestError> {
    splice(body, Vec::new(), &[edit])
        .map_err(|_| RequestError::invalid("", "the body could not be rewritten"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expect: &str) {
        let given = grounded_body(body, "Say \"why\"\n[1]", &Limits::default()).unwrap();
        assert_eq!(given, expect, "{body}");
    }

    #[test]
    fn no_model_sees_the_member() {
        check(
            r#"{"model":"m", "knowledge":{"collections":["a"]},"stream_options":{"include_usage":true}, "stream":true,"messages":[ {"role":"user","content":"Q"}],"seed":1.50}"#,
            r#"{"model":"m", "messages":[{"role":"system","content":"Say \"why\"\n[1]"}, {"role":"user","content":"Q"}],"seed":1.50}"#,
        );
        check(
            r#"{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Q"}],"stream":false,"knowledge":null}"#,
            r#"{"messages":[{"role":"system","content":"Be kind.\n\nSay \"why\"\n[1]"},{"role":"user","content":"Q"}]}"#,
        );
        check(
            r#"{"knowledge":{},"messages":[]}"#,
            r#"{"messages":[{"role":"system","content":"Say \"why\"\n[1]"}]}"#,
        );
    }

    #[test]
    fn the_newest_text_of_the_user_is_the_question() {
        let question = |body: &str| read_grounding(body).map(|read| read.map(|read| read.question));
        let asked =
            |messages: &str| question(&format!(r#"{{"knowledge":{{}},"messages":{messages}}}"#));
        let one = r#"[{"role":"user","content":"old"},{"role":"user","content":"ch7al?"},{"role":"assistant","content":"x"}]"#;
        assert_eq!(asked(one).unwrap().as_deref(), Some("ch7al?"));
        let chunks = r#"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]"#;
        assert_eq!(asked(chunks).unwrap().as_deref(), Some("a\nb"));
        assert_eq!(asked("[]").unwrap_err().param.as_deref(), Some("messages"));
        assert_eq!(
            question(r#"{"messages":[{"role":"user","content":"\"knowledge\""}]}"#).unwrap(),
            None
        );
        assert_eq!(question(r#"{"knowledge":"#).unwrap(), None);
        for (member, param) in [("\"n\":2", "n"), ("\"tools\":[]", "tools")] {
            let body = format!(r#"{{"knowledge":{{}},{member},"messages":{one}}}"#);
            assert_eq!(question(&body).unwrap_err().param.as_deref(), Some(param));
        }
    }
}
