//! Paths in error messages: `messages[2].content`.
//!
//! A path is read by people and may reach a log, so it never repeats what a client wrote: a member whose
//! name is not part of the published APIs or of JSON Schema is written by its place in its object, `{3}`.

use std::fmt::Write;

use crate::source_map::narrow;

/// Names that may stand in a path: members of the published APIs and keywords of JSON Schema. They
/// stand by their length in bytes, from 0, since every member of every body is looked up here.
#[rustfmt::skip]
const PUBLISHED: [&[&str]; 22] = [
    &[],
    &["n"],
    &["id"],
    &["loc", "msg", "url"],
    &["code", "data", "echo", "enum", "file", "name", "role", "seed", "stop", "text", "type", "user"],
    &[
        "allOf", "anyOf", "audio", "const", "delta", "error", "image", "index", "input", "items",
        "min_p", "model", "oneOf", "param", "store", "title", "tools", "top_k", "top_p", "usage",
    ],
    &[
        "closed", "detail", "format", "object", "prefix", "prompt", "schema", "status", "stream",
        "strict", "suffix", "weight",
    ],
    &[
        "choices", "content", "created", "default", "file_id", "maximum", "message", "minimum",
        "pattern", "refusal",
    ],
    &["examples", "function", "logprobs", "messages", "metadata", "required", "thinking"],
    &[
        "arguments", "audio_url", "embedding", "file_data", "functions", "image_url", "input_ids",
        "knowledge", "reasoning", "verbosity", "video_url",
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
    &["finish_reason", "function_call", "include_usage", "inputs_embeds", "prompt_embeds"],
    &["stream_options"],
    &["encoding_format", "response_format"],
    &["output_dimension", "presence_penalty", "prompt_cache_key", "prompt_token_ids", "reasoning_effort"],
    &["frequency_penalty", "reasoning_content", "safety_identifier"],
    &["repetition_penalty", "system_fingerprint", "web_search_options"],
    &["include_obfuscation", "parallel_tool_calls"],
    &["additionalProperties"],
    &["max_completion_tokens"],
];

/// One step of a path. Small, since walks keep one for each text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A member that the published APIs name: its place in [`PUBLISHED`].
    Name { length: u8, place: u8 },
    /// Another member: its place in its object, counted from 0.
    Ordinal(u32),
    /// An element of a list, counted from 0.
    Index(u32),
}

impl Step {
    /// The step to a member; `ordinal` counts the members of its object from 0.
    pub(crate) fn member(name: &str, ordinal: usize) -> Self {
        let place = PUBLISHED
            .get(name.len())
            .and_then(|names| names.iter().position(|published| *published == name));
        match place.zip(Some(name.len())) {
            Some((place, length)) => {
                let small = |number| u8::try_from(number).unwrap_or(u8::MAX);
                Self::Name { length: small(length), place: small(place) }
            }
            None => Self::Ordinal(narrow(ordinal)),
        }
    }

    /// The step to an element of a list.
    pub(crate) fn element(index: usize) -> Self {
        Self::Index(narrow(index))
    }

    /// Whether it is a member that the published APIs name.
    pub(crate) fn is_published(self) -> bool {
        matches!(self, Self::Name { .. })
    }
}

/// Appends a step to a path.
pub(crate) fn write_step(path: &mut String, step: Step) {
    if !path.is_empty() && !matches!(step, Step::Index(_)) {
        path.push('.');
    }
    match step {
        Step::Name { length, place } => {
            let names = PUBLISHED.get(usize::from(length)).copied().unwrap_or_default();
            path.push_str(names.get(usize::from(place)).copied().unwrap_or_default());
        }
        Step::Ordinal(ordinal) => write!(path, "{{{ordinal}}}").unwrap_or_default(),
        Step::Index(index) => write!(path, "[{index}]").unwrap_or_default(),
    }
}

/// Appends a member to a path; `ordinal` counts the members of its object from 0.
pub(crate) fn push_member(path: &mut String, name: &str, ordinal: usize) {
    write_step(path, Step::member(name, ordinal));
}

/// Appends the place in a list, counted from 0.
pub(crate) fn push_index(path: &mut String, index: usize) {
    write_step(path, Step::element(index));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_by_their_length() {
        let check = |name: &str, expect: &str| {
            let mut path = String::new();
            push_member(&mut path, name, 7);
            assert_eq!(path, expect);
        };
        for (length, names) in PUBLISHED.iter().enumerate() {
            for name in *names {
                assert_eq!(name.len(), length);
                check(name, name);
            }
        }
        check("0612345678", "{7}");
        check(&"x".repeat(1000), "{7}");
        check("", "{7}");
    }
}
