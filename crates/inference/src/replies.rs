//! Answers in the shape of the `OpenAI` API: whole bodies and server-sent events.

use serde::Serialize;

/// What every part of one answer repeats.
#[derive(Debug, Clone)]
pub(crate) struct AnswerHead {
    pub(crate) id: String,
    /// Unix time in seconds.
    pub(crate) created: u64,
    /// The model as the request named it.
    pub(crate) model: String,
}

/// Why a choice ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Finish {
    /// The model ended its turn, or a stop string came.
    Stop,
    /// `max_tokens` or the context is full.
    Length,
}

/// Tokens used. The token with which the model ends its turn counts: it was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are the API's")]
pub(crate) struct TokenUsage {
    pub(crate) prompt_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) completion_tokens: Option<u64>,
    pub(crate) total_tokens: u64,
}

impl TokenUsage {
    pub(crate) fn chat(prompt_tokens: u64, completion_tokens: u64) -> Self {
        let total_tokens = prompt_tokens + completion_tokens;
        Self { prompt_tokens, completion_tokens: Some(completion_tokens), total_tokens }
    }

    pub(crate) fn embeddings(prompt_tokens: u64) -> Self {
        Self { prompt_tokens, completion_tokens: None, total_tokens: prompt_tokens }
    }
}

#[derive(Serialize)]
struct Chunk<'a> {
    id: &'a str,
    object: &'static str,
    created: u64,
    model: &'a str,
    choices: &'a [ChunkChoice<'a>],
    #[serde(skip_serializing_if = "ChunkUsage::is_absent")]
    usage: ChunkUsage,
}

/// When usage was asked for, the API writes null on every chunk but the last.
#[derive(Serialize)]
#[serde(untagged)]
enum ChunkUsage {
    Absent,
    Null(()),
    Tokens(TokenUsage),
}

impl ChunkUsage {
    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

#[derive(Serialize)]
struct ChunkChoice<'a> {
    index: u32,
    delta: Delta<'a>,
    logprobs: Option<()>,
    finish_reason: Option<Finish>,
}

#[derive(Default, Serialize)]
struct Delta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
}

/// Writes the events of one streamed answer.
#[derive(Debug)]
pub(crate) struct EventWriter {
    pub(crate) head: AnswerHead,
    pub(crate) include_usage: bool,
}

impl EventWriter {
    /// The first event of a choice.
    pub(crate) fn role(&self, index: u32) -> Vec<u8> {
        self.choice(index, Delta { role: Some("assistant"), content: Some("") }, None)
    }

    /// A piece of text.
    pub(crate) fn content(&self, index: u32, text: &str) -> Vec<u8> {
        self.choice(index, Delta { role: None, content: Some(text) }, None)
    }

    /// The last event of a choice.
    pub(crate) fn finish(&self, index: u32, finish: Finish) -> Vec<u8> {
        self.choice(index, Delta::default(), Some(finish))
    }

    /// What ends the stream: the usage, when it was asked for, and the terminal event.
    pub(crate) fn end(&self, usage: TokenUsage) -> Vec<u8> {
        let mut bytes = if self.include_usage { self.event(&[], Some(usage)) } else { Vec::new() };
        bytes.extend_from_slice(b"data: [DONE]\n\n");
        bytes
    }

    fn choice(&self, index: u32, delta: Delta<'_>, finish_reason: Option<Finish>) -> Vec<u8> {
        self.event(&[ChunkChoice { index, delta, logprobs: None, finish_reason }], None)
    }

    fn event(&self, choices: &[ChunkChoice<'_>], usage: Option<TokenUsage>) -> Vec<u8> {
        let chunk = Chunk {
            id: &self.head.id,
            object: "chat.completion.chunk",
            created: self.head.created,
            model: &self.head.model,
            choices,
            usage: match usage {
                _ if !self.include_usage => ChunkUsage::Absent,
                None => ChunkUsage::Null(()),
                Some(usage) => ChunkUsage::Tokens(usage),
            },
        };
        let mut bytes = b"data: ".to_vec();
        bytes.extend(json(&chunk));
        bytes.extend_from_slice(b"\n\n");
        bytes
    }
}

#[derive(Serialize)]
struct Completion<'a> {
    id: &'a str,
    object: &'static str,
    created: u64,
    model: &'a str,
    choices: Vec<CompletionChoice<'a>>,
    usage: TokenUsage,
}

#[derive(Serialize)]
struct CompletionChoice<'a> {
    index: usize,
    message: Message<'a>,
    logprobs: Option<()>,
    finish_reason: Finish,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

/// A whole answer; the choices in order, each with its text and its end.
pub(crate) fn completion(
    head: &AnswerHead,
    choices: &[(String, Finish)],
    usage: TokenUsage,
) -> Vec<u8> {
    let choices = choices
        .iter()
        .enumerate()
        .map(|(index, (text, finish_reason))| CompletionChoice {
            index,
            message: Message { role: "assistant", content: text },
            logprobs: None,
            finish_reason: *finish_reason,
        })
        .collect();
    json(&Completion {
        id: &head.id,
        object: "chat.completion",
        created: head.created,
        model: &head.model,
        choices,
        usage,
    })
}

#[derive(Serialize)]
struct EmbeddingsBody<'a> {
    object: &'static str,
    data: Vec<EmbeddingItem<'a>>,
    model: &'a str,
    usage: TokenUsage,
}

#[derive(Serialize)]
struct EmbeddingItem<'a> {
    object: &'static str,
    index: usize,
    embedding: EmbeddingNumbers<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum EmbeddingNumbers<'a> {
    Floats(&'a [f32]),
    Base64(String),
}

/// A whole answer with embeddings; `base64` packs the numbers as little-endian 32-bit floats.
pub(crate) fn embeddings(
    model: &str,
    vectors: &[Vec<f32>],
    base64: bool,
    usage: TokenUsage,
) -> Vec<u8> {
    let data = vectors
        .iter()
        .enumerate()
        .map(|(index, vector)| EmbeddingItem {
            object: "embedding",
            index,
            embedding: if base64 {
                EmbeddingNumbers::Base64(pack(vector))
            } else {
                EmbeddingNumbers::Floats(vector)
            },
        })
        .collect();
    json(&EmbeddingsBody { object: "list", data, model, usage })
}

fn pack(vector: &[f32]) -> String {
    use base64::Engine;
    let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// These types always serialise; were one not to, the empty body is seen as no answer.
fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expect: &str) {
        assert_eq!(String::from_utf8_lossy(bytes), expect);
    }

    fn head() -> AnswerHead {
        AnswerHead { id: "chatcmpl-1".to_owned(), created: 7, model: "m".to_owned() }
    }

    #[test]
    fn events_have_the_shape_of_the_api() {
        let plain = EventWriter { head: head(), include_usage: false };
        let start =
            r#"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":7,"model":"m","#;
        check(
            &plain.role(0),
            &format!(
                r#"{start}"choices":[{{"index":0,"delta":{{"role":"assistant","content":""}},"logprobs":null,"finish_reason":null}}]}}{}"#,
                "\n\n"
            ),
        );
        check(
            &plain.content(1, "é\n"),
            &format!(
                r#"{start}"choices":[{{"index":1,"delta":{{"content":"é\n"}},"logprobs":null,"finish_reason":null}}]}}{}"#,
                "\n\n"
            ),
        );
        check(&plain.end(TokenUsage::chat(1, 2)), "data: [DONE]\n\n");
        let counted = EventWriter { head: head(), include_usage: true };
        check(
            &counted.finish(0, Finish::Length),
            &format!(
                r#"{start}"choices":[{{"index":0,"delta":{{}},"logprobs":null,"finish_reason":"length"}}],"usage":null}}{}"#,
                "\n\n"
            ),
        );
        check(
            &counted.end(TokenUsage::chat(3, 2)),
            &format!(
                "{start}\"choices\":[],\"usage\":{{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}}}\n\ndata: [DONE]\n\n"
            ),
        );
    }

    #[test]
    fn bodies_have_the_shape_of_the_api() {
        check(
            &completion(&head(), &[("a".to_owned(), Finish::Stop)], TokenUsage::chat(3, 2)),
            r#"{"id":"chatcmpl-1","object":"chat.completion","created":7,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#,
        );
        check(
            &embeddings("m", &[vec![0.5, -1.0]], false, TokenUsage::embeddings(3)),
            r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1.0]}],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}"#,
        );
        check(
            &embeddings("m", &[vec![1.0]], true, TokenUsage::embeddings(3)),
            r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":"AACAPw=="}],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}"#,
        );
    }
}
