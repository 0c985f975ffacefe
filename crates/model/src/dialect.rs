//! The destinations' dialects: the documented edit lists (law 3).
//!
//! Whatever is not listed here passes byte for byte. A member that is `null` counts as absent.
//!
//! | member | `OpenAI` | local | Mistral |
//! |---|---|---|---|
//! | `model` | set to the destination's name | same | same |
//! | `stream_options.include_usage` | set to true when the answer streams | same | `stream_options` removed: usage always comes |
//! | no cap in the request | `max_completion_tokens` inserted | `max_tokens` inserted | `max_tokens` inserted |
//! | no cap in a request for a completion | `max_tokens` inserted: 16, the API's default, or the destination's if that is less | same | |
//! | a cap above the destination's | refused | refused | refused |
//! | `max_completion_tokens` | kept | kept | renamed `max_tokens` |
//! | `seed`, `random_seed` | `seed` | `seed` | `random_seed` |
//! | `tool_choice` `any`, `required` | `required` | `required` | kept, it knows both |
//! | `user`, `safety_identifier` | kept | kept | removed: they only name the end user |
//! | `logprobs`, `top_logprobs`, `logit_bias`, `service_tier`, `store`, `verbosity`, `modalities` | kept | kept | removed when they say what holds anyway (`false`, `0`, `{}`, `auto`, `["text"]`), else refused |
//! | `best_of`, `models`, `max_new_tokens` and others that change the cost, in any spelling; `service_tier` `priority` | refused | refused | refused |
//! | `functions`, `function_call` | kept | kept | refused: use `tools` |
//! | `safe_prompt`, `guardrails`, `prompt_mode` | removed when they ask for nothing, else refused | kept | kept |
//! | `reasoning_effort` | kept | kept | `high` and `none`, else refused |
//! | `temperature` | kept | kept | above 1 refused |
//! | role `developer` | kept | `system` | `system` |
//! | assistant's `prefix` | removed when false, else refused | kept | kept |
//! | message members only `OpenAI` has (`name`, `refusal`, `audio`, …) | kept | kept | removed when empty, else refused |
//! | tool call ids | exchanged when they do not look like ids | same | exchanged unless 9 of `[a-zA-Z0-9]` |
//! | `dimensions`, `output_dimension` | `dimensions` | `dimensions` | `output_dimension` |
//! | `POST /v1/completions` | `max_completion_tokens` renamed `max_tokens`, `random_seed` renamed `seed` | same | refused: its API has none |
//! | members that no table names | kept | kept | refused: its schema is closed |

mod editor;
mod mistral;
mod openai;

use sha2::{Digest, Sha256};

use crate::part::{TextEdit, TextPlace, text_splices};
use crate::splice::Splice;
use crate::{Request, Route};
use editor::Editor;

/// Which API a destination speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `OpenAI`'s, with `max_completion_tokens`.
    OpenAi,
    /// Mistral's.
    Mistral,
    /// What servers of one's own speak: `OpenAI`'s, with `max_tokens`, and roles of chat templates.
    Local,
}

/// The destination of a request.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The API it speaks.
    pub dialect: Dialect,
    /// The model's name there.
    pub model_name: &'a str,
    /// The most tokens it may write for one choice.
    pub output_cap: u64,
    /// The secret behind exchanged ids, see [`opaque_id`].
    pub id_key: &'a [u8; 32],
}

/// A request that cannot be said in the destination's dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DialectError {
    /// The member it is about.
    pub param: Option<String>,
    /// What was wrong and what to do.
    pub message: String,
}

impl DialectError {
    fn new(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self { param: Some(param.into()), message: message.into() }
    }
}

/// Edits of members of a body, for [`Request::rewrite`].
#[derive(Debug, Clone, Default)]
pub struct MemberEdits {
    pub(crate) splices: Vec<Splice>,
}

/// The edits that put a request into the destination's dialect.
pub fn member_edits(
    request: &Request,
    body: &str,
    target: &Target<'_>,
) -> Result<MemberEdits, DialectError> {
    let mut editor = Editor::new(body, &request.document);
    if let Some(model) = editor.top("model") {
        editor.set_string(model, target.model_name);
    }
    match (request.route, target.dialect) {
        (Route::ChatCompletions, Dialect::Mistral) => mistral::chat(&mut editor)?,
        (Route::Embeddings, Dialect::Mistral) => mistral::embeddings(&mut editor)?,
        (Route::ChatCompletions, Dialect::OpenAi) => openai::chat(&mut editor, request, true)?,
        (Route::ChatCompletions, Dialect::Local) => openai::chat(&mut editor, request, false)?,
        (Route::Completions, Dialect::Mistral) => {
            return Err(DialectError::new(
                "model",
                "Mistral's API, which serves this model, continues no plain text; use \
                 POST /v1/chat/completions or choose another model",
            ));
        }
        (Route::Completions, _) => openai::completions(&mut editor, request)?,
        (Route::Embeddings, _) => openai::embeddings(&mut editor)?,
    }
    if request.route != Route::Embeddings {
        cap(&mut editor, request, target)?;
    }
    let mut splices = editor.finish();
    splices.extend(id_splices(request, target));
    Ok(MemberEdits { splices })
}

fn cap(
    editor: &mut Editor<'_>,
    request: &Request,
    target: &Target<'_>,
) -> Result<(), DialectError> {
    let Some(asked) = request.max_tokens else {
        let member = match (target.dialect, request.route) {
            (Dialect::OpenAi, Route::ChatCompletions) => "max_completion_tokens",
            _ => "max_tokens",
        };
        // A null would stand beside the inserted member and could be the one that is read.
        for name in ["max_tokens", "max_completion_tokens"] {
            editor.remove_top(name);
        }
        editor.insert_top(member, &default_cap(request, target.output_cap).to_string());
        return Ok(());
    };
    if asked > target.output_cap {
        return Err(DialectError::new(
            "max_tokens",
            format!(
                "this model may write at most {} tokens here; ask for that many or fewer with `max_tokens`",
                target.output_cap
            ),
        ));
    }
    Ok(())
}

/// The cap of a request that has none. Clients of the older route count on its default.
fn default_cap(request: &Request, output_cap: u64) -> u64 {
    match request.route {
        Route::Completions => output_cap.min(COMPLETION_TOKENS),
        Route::ChatCompletions | Route::Embeddings => output_cap,
    }
}

/// The exchanged ids of tool calls. The same id gets the same new one wherever it stands, in this request
/// and the next.
fn id_splices(request: &Request, target: &Target<'_>) -> Vec<Splice> {
    let edits: Vec<Vec<TextEdit>> = request
        .texts
        .iter()
        .map(|part| {
            if part.place != TextPlace::Id || is_acceptable_id(&part.text, target.dialect) {
                return Vec::new();
            }
            vec![TextEdit {
                start: 0,
                end: part.text.len(),
                with: opaque_id(target.id_key, &part.text),
            }]
        })
        .collect();
    text_splices(&request.texts, &edits).unwrap_or_default()
}

fn is_acceptable_id(id: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Mistral => {
            id.len() == ID_LENGTH && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }
        Dialect::OpenAi | Dialect::Local => {
            id.len() <= 64
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        }
    }
}

/// How many tokens `POST /v1/completions` writes when the request does not say.
const COMPLETION_TOKENS: u64 = 16;
/// Mistral takes ids of exactly this length.
const ID_LENGTH: usize = 9;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Another id for a tool call: 9 of `[a-zA-Z0-9]`, always the same for the same key and id. The key is
/// secret: without it a short id that is a personal value could be guessed from what stands for it. Its
/// length is fixed and 8 bytes of the digest are used, so that key and id cannot be shifted or extended.
pub fn opaque_id(key: &[u8; 32], id: &str) -> String {
    let digest = Sha256::new().chain_update(key).chain_update(id.as_bytes()).finalize();
    let mut value = digest.iter().take(8).fold(0u64, |value, byte| value << 8 | u64::from(*byte));
    (0..ID_LENGTH)
        .map(|_| {
            let digit = usize::try_from(value % 62).unwrap_or(0);
            value /= 62;
            BASE62.get(digit).copied().map_or('0', char::from)
        })
        .collect()
}

/// The most tokens the whole answer can have, all choices together.
pub fn output_bound(request: &Request, output_cap: u64) -> u64 {
    match request.route {
        Route::Embeddings => 0,
        Route::ChatCompletions | Route::Completions => request
            .max_tokens
            .map_or(default_cap(request, output_cap), |asked| asked.min(output_cap))
            .saturating_mul(request.choices),
    }
}
