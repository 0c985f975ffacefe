//! The edit lists of `OpenAI` and of servers that speak its API.

use super::DialectError;
use super::editor::Editor;
use crate::Request;
use crate::document::{Document, Kind, NodeId};
use crate::path::Step;

/// `closed`: the server refuses members it does not know (`OpenAI` itself), so Mistral's own are not passed.
pub(super) fn chat(
    editor: &mut Editor<'_>,
    request: &Request,
    closed: bool,
) -> Result<(), DialectError> {
    let document = editor.document;
    let root = Document::ROOT;
    refuse_costly(editor)?;
    if request.stream {
        always_usage(editor);
    }
    rename_unless_both(editor, "random_seed", "seed")?;
    if let Some(choice) = editor.top("tool_choice").filter(|id| editor.is_any_of(*id, &["\"any\""]))
    {
        editor.set_string(choice, "required");
    }
    if closed {
        for (name, nothing) in
            [("safe_prompt", "false"), ("guardrails", "[]"), ("prompt_mode", "null")]
        {
            let Some(id) = editor.top(name) else { continue };
            remove_or_refuse(editor, root, id, name, &[nothing, "null"], "the OpenAI API")?;
        }
    }
    let Some(messages) = editor.top("messages") else { return Ok(()) };
    for (index, message) in document.children(messages).enumerate() {
        if closed {
            if let Some(prefix) = document.member(editor.body, message, "prefix") {
                let path = format!("messages[{index}].prefix");
                remove_or_refuse(
                    editor,
                    message,
                    prefix,
                    &path,
                    &["false", "null"],
                    "the OpenAI API",
                )?;
            }
        } else {
            developer_to_system(editor, message);
        }
    }
    Ok(())
}

/// Members that servers of this API know under no published table and that change what a request costs or
/// which model answers: what is reserved would not be what is spent. Without case and separators, and as
/// messages show them.
const COSTLY: [(&str, &str); 27] = [
    ("beamwidth", "beam_width"),
    ("bestof", "best_of"),
    ("candidatecount", "candidate_count"),
    ("extrabody", "extra_body"),
    ("extraquery", "extra_query"),
    ("fallbacks", "fallbacks"),
    ("maxcompletiontokens", "maxCompletionTokens"),
    ("maxgeneratedtokens", "max_generated_tokens"),
    ("maxlength", "max_length"),
    ("maxnewtokens", "max_new_tokens"),
    ("maxoutputtokens", "maxOutputTokens"),
    ("maxoutputtokens", "max_output_tokens"),
    ("maxtokens", "maxTokens"),
    ("models", "models"),
    ("npredict", "n_predict"),
    ("numbeams", "num_beams"),
    ("numchoices", "num_choices"),
    ("numcompletions", "num_completions"),
    ("numgenerations", "num_generations"),
    ("numpredict", "num_predict"),
    ("numreturnsequences", "num_return_sequences"),
    ("options", "options"),
    ("plugins", "plugins"),
    ("provider", "provider"),
    ("route", "route"),
    ("transforms", "transforms"),
    ("usebeamsearch", "use_beam_search"),
];

/// Refuses what changes the cost. Names are compared without case and separators: servers that take
/// `max_tokens` often take `maxTokens` too.
fn refuse_costly(editor: &Editor<'_>) -> Result<(), DialectError> {
    let priority = editor.top("service_tier").filter(|id| editor.is_any_of(*id, &["\"priority\""]));
    let costly = editor.members(Document::ROOT).into_iter().find_map(|(key, id)| {
        if editor.is_null(id) || key.len() > 40 || Step::member(&key, 0).is_published() {
            return None;
        }
        let bare = key.replace(['_', '-'], "").to_ascii_lowercase();
        COSTLY.into_iter().find_map(|(known, shown)| (known == bare).then_some(shown))
    });
    match costly.or(priority.map(|_| "service_tier")) {
        None => Ok(()),
        Some(name) => Err(DialectError::new(
            name,
            format!(
                "`{name}` changes what the request may cost or which model answers, so it is not passed on; \
                 leave it out"
            ),
        )),
    }
}

pub(super) fn completions(editor: &mut Editor<'_>, request: &Request) -> Result<(), DialectError> {
    refuse_costly(editor)?;
    if request.stream {
        always_usage(editor);
    }
    rename_unless_both(editor, "random_seed", "seed")?;
    rename_unless_both(editor, "max_completion_tokens", "max_tokens")
}

pub(super) fn embeddings(editor: &mut Editor<'_>) -> Result<(), DialectError> {
    refuse_costly(editor)?;
    rename_unless_both(editor, "output_dimension", "dimensions")?;
    if let Some(id) = editor.top("output_dtype") {
        let neutral = ["\"float\"", "null"];
        let root = Document::ROOT;
        remove_or_refuse(editor, root, id, "output_dtype", &neutral, "the OpenAI API")?;
    }
    Ok(())
}

/// Asks for usage in the stream, whatever the client asked; the gateway hides it again.
fn always_usage(editor: &mut Editor<'_>) {
    let asks = r#"{"include_usage":true}"#;
    let Some(options) = editor.top("stream_options") else {
        editor.insert_top("stream_options", asks);
        return;
    };
    if editor.document.kind(options) != Kind::Object {
        editor.set(options, asks);
        return;
    }
    match editor.document.member(editor.body, options, "include_usage") {
        Some(id) if editor.document.kind(id) == Kind::True => {}
        Some(id) => editor.set(id, "true"),
        None => editor.insert(options, "include_usage", "true"),
    }
}

/// Chat templates of models know no role `developer`.
pub(super) fn developer_to_system(editor: &mut Editor<'_>, message: NodeId) {
    let role = editor.document.member(editor.body, message, "role");
    let developer = role.filter(|role| {
        editor.document.string(editor.body, *role).is_some_and(|role| role == "developer")
    });
    if let Some(role) = developer {
        editor.set_string(role, "system");
    }
}

/// Gives a member the destination's name; refuses when the request has both names.
pub(super) fn rename_unless_both(
    editor: &mut Editor<'_>,
    from: &str,
    to: &str,
) -> Result<(), DialectError> {
    let root = Document::ROOT;
    let Some(id) = editor.top(from) else { return Ok(()) };
    if editor.is_null(id) {
        editor.remove(root, id);
        return Ok(());
    }
    match editor.top(to) {
        None => editor.rename(id, to),
        Some(other) if editor.is_null(other) => {
            editor.remove(root, other);
            editor.rename(id, to);
        }
        Some(other)
            if editor.document.raw(editor.body, other) == editor.document.raw(editor.body, id) =>
        {
            editor.remove(root, id);
        }
        Some(_) => {
            return Err(DialectError::new(
                from,
                format!(
                    "`{from}` and `{to}` are two names of one thing and say different things; send one"
                ),
            ));
        }
    }
    Ok(())
}

/// Removes a member that says what holds anyway (`neutral`, JSON without spaces); refuses any other value.
pub(super) fn remove_or_refuse(
    editor: &mut Editor<'_>,
    object: NodeId,
    id: NodeId,
    path: &str,
    neutral: &[&str],
    api: &str,
) -> Result<(), DialectError> {
    if editor.is_any_of(id, neutral) {
        editor.remove(object, id);
        return Ok(());
    }
    Err(DialectError::new(
        path,
        format!(
            "`{path}` is unknown to {api}, which serves this model, and dropping it would change the answer; \
             leave it out or choose another model"
        ),
    ))
}
