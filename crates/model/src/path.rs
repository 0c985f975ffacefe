//! Paths in error messages: `messages[2].content`.
//!
//! A path is read by people and may reach a log, so it never repeats what a client wrote: a member whose
//! name is not part of the published APIs or of JSON Schema is written by its place in its object, `{3}`.

use std::fmt::Write;

/// Names that may stand in a path: members of the published APIs and keywords of JSON Schema, sorted.
#[rustfmt::skip]
const PUBLISHED: &[&str] = &[
    "additionalProperties", "allOf", "annotations", "anyOf", "arguments", "audio", "audio_url",
    "choices", "code", "const", "content", "data", "default", "definitions", "delta", "description",
    "detail", "dimensions", "document_url", "embedding", "encoding_format", "enum", "error",
    "examples", "file", "file_id", "finish_reason", "format", "frequency_penalty", "function",
    "function_call", "functions", "guardrails", "id", "image_url", "include_usage", "index",
    "input", "input_audio", "input_image", "items", "json_schema", "loc", "logit_bias", "logprobs",
    "max_completion_tokens", "max_tokens", "maximum", "message", "messages", "metadata", "min_p",
    "min_tokens", "minimum", "modalities", "model", "msg", "n", "name", "object", "oneOf",
    "output_dimension", "output_dtype", "parallel_tool_calls", "param", "parameters", "pattern",
    "prediction", "prefix", "presence_penalty", "prompt_cache_key", "prompt_mode", "properties",
    "random_seed", "reasoning", "reasoning_content", "reasoning_effort", "refusal",
    "repetition_penalty", "required", "response_format", "role", "safe_prompt", "safety_identifier",
    "schema", "seed", "service_tier", "status", "stop", "store", "stream", "stream_options",
    "strict", "temperature", "text", "thinking", "title", "tool_call_id", "tool_calls",
    "tool_choice", "tools", "top_k", "top_logprobs", "top_p", "transcript", "type", "url", "usage",
    "user", "verbosity", "video_url", "web_search_options", "weight",
];

/// Whether a member name belongs to the published APIs, so that it may be shown.
pub(crate) fn is_published(name: &str) -> bool {
    PUBLISHED.binary_search(&name).is_ok()
}

/// Appends a member to a path; `ordinal` counts the members of its object from 0.
pub(crate) fn push_member(path: &mut String, name: &str, ordinal: usize) {
    if !path.is_empty() {
        path.push('.');
    }
    if is_published(name) {
        path.push_str(name);
    } else {
        write!(path, "{{{ordinal}}}").unwrap_or_default();
    }
}

/// Appends the place in a list, counted from 0.
pub(crate) fn push_index(path: &mut String, index: usize) {
    write!(path, "[{index}]").unwrap_or_default();
}
