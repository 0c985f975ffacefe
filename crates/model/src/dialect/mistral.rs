//! The edit list of Mistral. Its request schemas are closed, so every member is on the list.

use super::DialectError;
use super::editor::Editor;
use super::openai::{developer_to_system, remove_or_refuse, rename_unless_both};
use crate::document::{Document, Kind, NodeId};
use crate::path::push_member;

/// What Mistral does with a member.
enum Treatment {
    /// It knows it.
    Keep,
    /// It knows it by another name.
    Rename(&'static str),
    /// It does not know it, and leaving it out changes nothing in the answer.
    Remove,
    /// It does not know it: removed with one of these values, refused with any other.
    RemoveWhen(&'static [&'static str]),
}

use Treatment::{Keep, Remove, RemoveWhen, Rename};

const API: &str = "Mistral's API";

const CHAT: &[(&str, Treatment)] = &[
    ("model", Keep),
    ("messages", Keep),
    ("temperature", Keep),
    ("top_p", Keep),
    ("max_tokens", Keep),
    ("max_completion_tokens", Rename("max_tokens")),
    ("stream", Keep),
    ("stream_options", Remove),
    ("stop", Keep),
    ("random_seed", Keep),
    ("seed", Rename("random_seed")),
    ("metadata", Keep),
    ("response_format", Keep),
    ("tools", Keep),
    ("tool_choice", Keep),
    ("presence_penalty", Keep),
    ("frequency_penalty", Keep),
    ("n", Keep),
    ("prediction", Keep),
    ("parallel_tool_calls", Keep),
    ("prompt_mode", Keep),
    ("reasoning_effort", Keep),
    ("guardrails", Keep),
    ("prompt_cache_key", Keep),
    ("safe_prompt", Keep),
    ("user", Remove),
    ("safety_identifier", Remove),
    ("logprobs", RemoveWhen(&["false"])),
    ("top_logprobs", RemoveWhen(&["0"])),
    ("logit_bias", RemoveWhen(&["{}"])),
    ("service_tier", RemoveWhen(&["\"auto\"", "\"default\""])),
    ("store", RemoveWhen(&["false"])),
    ("verbosity", RemoveWhen(&["\"medium\""])),
    ("modalities", RemoveWhen(&["[\"text\"]"])),
    ("functions", RemoveWhen(&["[]"])),
    ("function_call", RemoveWhen(&[])),
];

const EMBEDDINGS: &[(&str, Treatment)] = &[
    ("model", Keep),
    ("input", Keep),
    ("encoding_format", Keep),
    ("output_dimension", Keep),
    ("dimensions", Rename("output_dimension")),
    ("output_dtype", Keep),
    ("metadata", Keep),
    ("user", Remove),
];

const MESSAGE: &[(&str, Treatment)] = &[
    ("role", Keep),
    ("content", Keep),
    ("tool_calls", Keep),
    ("tool_call_id", Keep),
    ("prefix", Keep),
    ("refusal", RemoveWhen(&["\"\""])),
    ("annotations", RemoveWhen(&["[]"])),
    ("reasoning_content", RemoveWhen(&["\"\""])),
    ("reasoning", RemoveWhen(&["\"\""])),
];

/// Mistral's limit on tools.
const MOST_TOOLS: usize = 128;

pub(super) fn chat(editor: &mut Editor<'_>) -> Result<(), DialectError> {
    let document = editor.document;
    members(editor, Document::ROOT, "", CHAT)?;
    if let Some(id) = editor.top("temperature").filter(|id| !editor.is_null(*id)) {
        let raw = document.raw(editor.body, id);
        if !raw.parse::<f64>().is_ok_and(|value| (0.0..=1.0).contains(&value)) {
            return Err(DialectError::new(
                "temperature",
                "`temperature` must lie between 0 and 1 for Mistral's models; other values are an error there",
            ));
        }
    }
    if let Some(id) = editor.top("reasoning_effort")
        && !editor.is_any_of(id, &["\"high\"", "\"none\"", "null"])
    {
        return Err(DialectError::new(
            "reasoning_effort",
            "`reasoning_effort` is `high` or `none` for Mistral's models; send one of them or leave it out",
        ));
    }
    if editor.top("tools").is_some_and(|tools| document.children(tools).nth(MOST_TOOLS).is_some()) {
        return Err(DialectError::new(
            "tools",
            format!("Mistral's models take at most {MOST_TOOLS} tools; send fewer"),
        ));
    }
    let Some(messages) = editor.top("messages") else { return Ok(()) };
    for (index, message) in document.children(messages).enumerate() {
        one_message(editor, index, message)?;
    }
    Ok(())
}

pub(super) fn embeddings(editor: &mut Editor<'_>) -> Result<(), DialectError> {
    members(editor, Document::ROOT, "", EMBEDDINGS)
}

fn one_message(editor: &mut Editor<'_>, index: usize, message: NodeId) -> Result<(), DialectError> {
    let document = editor.document;
    let role = document.member(editor.body, message, "role");
    let role = role.and_then(|role| document.string(editor.body, role)).unwrap_or_default();
    if role == "function" {
        return Err(DialectError::new(
            format!("messages[{index}].role"),
            "Mistral's API has no role `function`; send the result as role `tool` with `tool_call_id`",
        ));
    }
    let path = format!("messages[{index}]");
    members(editor, message, &path, if role == "tool" { TOOL_MESSAGE } else { MESSAGE })?;
    developer_to_system(editor, message);
    Ok(())
}

const TOOL_MESSAGE: &[(&str, Treatment)] =
    &[("role", Keep), ("content", Keep), ("tool_call_id", Keep), ("name", Keep)];

/// Goes through the members of one object by its list.
fn members(
    editor: &mut Editor<'_>,
    object: NodeId,
    path: &str,
    list: &[(&str, Treatment)],
) -> Result<(), DialectError> {
    for (ordinal, (key, id)) in editor.members(object).into_iter().enumerate() {
        let treatment = list.iter().find(|(name, _)| *name == key).map(|(_, treatment)| treatment);
        let mut path = path.to_owned();
        push_member(&mut path, &key, ordinal);
        match treatment {
            Some(Keep) => {}
            Some(Rename(name)) => rename_unless_both(editor, &key, name)?,
            Some(Remove) => editor.remove(object, id),
            _ if editor.document.kind(id) == Kind::Null => editor.remove(object, id),
            Some(RemoveWhen(neutral)) => remove_or_refuse(editor, object, id, &path, neutral, API)?,
            None => remove_or_refuse(editor, object, id, &path, &[], API)?,
        }
    }
    Ok(())
}
