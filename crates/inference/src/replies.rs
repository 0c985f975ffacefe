//! Answers in the shape of the `OpenAI` API: whole bodies and server-sent events.

use serde::Serialize;

use crate::scored_text::ScoredText;

/// What every part of one answer repeats.
#[derive(Debug, Clone)]
pub(crate) struct AnswerHead {
    pub(crate) id: String,
    /// Unix time in seconds.
    pub(crate) created: u64,
    /// The model as the request named it.
    pub(crate) model: String,
}

/// Which route an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Messages.
    Chat,
    /// Plain text.
    Text,
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
    choices: Vec<ChunkChoice<'a>>,
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
#[serde(untagged)]
enum ChunkChoice<'a> {
    Chat(DeltaChoice<'a>),
    Text(TextChoice<'a>),
}

#[derive(Serialize)]
struct DeltaChoice<'a> {
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
    pub(crate) shape: Shape,
    pub(crate) include_usage: bool,
}

impl EventWriter {
    /// The first event of a choice; plain text has none.
    pub(crate) fn role(&self, index: u32) -> Vec<u8> {
        if self.shape == Shape::Text {
            return Vec::new();
        }
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
        let mut bytes = if self.include_usage { self.event(None, Some(usage)) } else { Vec::new() };
        bytes.extend_from_slice(b"data: [DONE]\n\n");
        bytes
    }

    fn choice(&self, index: u32, delta: Delta<'_>, finish_reason: Option<Finish>) -> Vec<u8> {
        let choice = match self.shape {
            Shape::Chat => {
                ChunkChoice::Chat(DeltaChoice { index, delta, logprobs: None, finish_reason })
            }
            Shape::Text => ChunkChoice::Text(TextChoice {
                index,
                text: delta.content.unwrap_or_default(),
                logprobs: None,
                finish_reason,
            }),
        };
        self.event(Some(choice), None)
    }

    fn event(&self, choice: Option<ChunkChoice<'_>>, usage: Option<TokenUsage>) -> Vec<u8> {
        let chunk = Chunk {
            id: &self.head.id,
            object: match self.shape {
                Shape::Chat => "chat.completion.chunk",
                Shape::Text => "text_completion",
            },
            created: self.head.created,
            model: &self.head.model,
            choices: choice.into_iter().collect(),
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

/// A choice of a continuation of plain text, whole or a piece.
#[derive(Serialize)]
struct TextChoice<'a> {
    index: u32,
    text: &'a str,
    logprobs: Option<&'a ScoredText>,
    finish_reason: Option<Finish>,
}

#[derive(Serialize)]
struct Completion<'a, C> {
    id: &'a str,
    object: &'static str,
    created: u64,
    model: &'a str,
    choices: Vec<C>,
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

/// A whole answer of plain text; the choices in order, each with its text, its tokens where they are told, and
/// its end.
pub(crate) fn continuation(
    head: &AnswerHead,
    choices: &[(String, Option<ScoredText>, Finish)],
    usage: TokenUsage,
) -> Vec<u8> {
    let choices = (0..)
        .zip(choices)
        .map(|(index, (text, scored, finish))| TextChoice {
            index,
            text,
            logprobs: scored.as_ref(),
            finish_reason: Some(*finish),
        })
        .collect();
    json(&Completion {
        id: &head.id,
        object: "text_completion",
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
mod tests;
