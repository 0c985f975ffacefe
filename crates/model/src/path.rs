//! Paths in error messages: `messages[2].content`.
//!
//! A path is read by people and may reach a log, so it never repeats what a client wrote: a member whose
//! name is not part of the published APIs or of JSON Schema is written by its place in its object, `{3}`.

use std::fmt::Write;

/// Names that may stand in a path: members of the published APIs and keywords of JSON Schema. They
/// stand by their length in bytes, from 0, since every member of every body is looked up here.
#[rustfmt::skip]
const PUBLISHED: [&[&str]; 22] = [
    &[],
    &["n"],
    &["id"],
    &["loc", "msg", "url"],
    &["code", "data", "enum", "file", "name", "role", "seed", "stop", "text", "type", "user"],
    &[
        "allOf", "anyOf", "audio", "const", "delta", "error", "image", "index", "input", "items",
        "min_p", "model", "oneOf", "param", "store", "title", "tools", "top_k", "top_p", "usage",
    ],
    &[
        "closed", "detail", "format", "object", "prefix", "schema", "status", "stream", "strict",
        "weight",
    ],
    &[
        "choices", "content", "created", "default", "file_id", "maximum", "message", "minimum",
        "pattern", "refusal",
    ],
    &["examples", "function", "logprobs", "messages", "metadata", "required", "thinking"],
    &[
        "arguments", "audio_url", "embedding", "file_data", "functions", "image_url", "reasoning",
        "verbosity", "video_url",
    ],
    &[
        "dimensions", "expires_at", "guardrails", "logit_bias", "max_tokens", "min_tokens",
        "modalities", "parameters", "prediction", "properties", "tool_calls", "transcript",
    ],
    &[
        "annotations", "definitions", "description", "input_audio", "input_image", "json_schema",
        "prompt_mode", "random_seed", "safe_prompt", "temperature", "tool_choice",
    ],
    &["document_url", "output_dtype", "service_tier", "tool_call_id", "top_logprobs"],
    &["finish_reason", "function_call", "include_usage"],
    &["stream_options"],
    &["encoding_format", "response_format"],
    &["output_dimension", "presence_penalty", "prompt_cache_key", "reasoning_effort"],
    &["frequency_penalty", "reasoning_content", "safety_identifier"],
    &["repetition_penalty", "system_fingerprint", "web_search_options"],
    &["include_obfuscation", "parallel_tool_calls"],
    &["additionalProperties"],
    &["max_completion_tokens"],
];

/// A member name as it may be shown: only one of the published APIs.
pub(crate) fn shown(name: &str) -> Option<&str> {
    let same_length = PUBLISHED.get(name.len())?;
    same_length.contains(&name).then_some(name)
}

/// Appends a member to a path; `ordinal` counts the members of its object from 0.
pub(crate) fn push_member(path: &mut String, name: &str, ordinal: usize) {
    push_shown(path, shown(name), ordinal);
}

/// Appends a member whose [`shown`] name was looked up.
pub(crate) fn push_shown(path: &mut String, shown: Option<&str>, ordinal: usize) {
    if !path.is_empty() {
        path.push('.');
    }
    match shown {
        Some(name) => path.push_str(name),
        None => write!(path, "{{{ordinal}}}").unwrap_or_default(),
    }
}

/// Appends the place in a list, counted from 0.
pub(crate) fn push_index(path: &mut String, index: usize) {
    write!(path, "[{index}]").unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_by_their_length() {
        for (length, names) in PUBLISHED.iter().enumerate() {
            for name in *names {
                assert_eq!((name.len(), shown(name)), (length, Some(*name)));
            }
        }
        assert_eq!(shown("0612345678"), None);
        assert_eq!(shown(&"x".repeat(1000)), None);
        assert_eq!(shown(""), None);
    }
}
