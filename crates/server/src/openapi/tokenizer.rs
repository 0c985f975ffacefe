//! The schemas of the tokenizer's routes.

use serde_json::{Map, Value, json};

/// The schemas of a route's body and answer.
pub(super) fn of(path: &str) -> Option<(&'static str, &'static str)> {
    match path {
        "/tokenize" => Some(("TokenizeRequest", "Tokens")),
        "/detokenize" => Some(("DetokenizeRequest", "TokenizedText")),
        // The route takes no body.
        "/tokenizer_info" => Some(("", "TokenizerInfo")),
        _ => None,
    }
}

/// Adds the schemas under their names.
pub(super) fn schemas(all: &mut Map<String, Value>) {
    let text = || json!({ "type": "string" });
    let maybe = || json!({ "type": ["string", "null"] });
    let count = || json!({ "type": "integer", "minimum": 0 });
    let tokens = || json!({ "type": "array", "items": count() });
    let request = |required: &str, members: Value| {
        json!({
            "type": "object",
            "required": [required],
            "additionalProperties": false,
            "properties": members,
        })
    };
    let flag = |default: bool| json!({ "type": "boolean", "default": default });
    let tokenize = json!({
        "model": text(),
        "prompt": text(),
        "add_special_tokens": flag(true),
        "return_token_strs": flag(false),
    });
    all.insert("TokenizeRequest".to_owned(), request("prompt", tokenize));
    let detokenize = json!({ "model": text(), "tokens": tokens() });
    all.insert("DetokenizeRequest".to_owned(), request("tokens", detokenize));
    let answer = |members: Value| json!({ "type": "object", "properties": members });
    let cut = json!({
        "model": text(),
        "count": count(),
        "max_model_len": count(),
        "tokens": tokens(),
        "token_strs": { "type": "array", "items": text() },
    });
    all.insert("Tokens".to_owned(), answer(cut));
    all.insert("TokenizedText".to_owned(), answer(json!({ "prompt": text() })));
    let info = json!({
        "model": text(),
        "eos_token": maybe(),
        "bos_token": maybe(),
        "pad_token": maybe(),
        "add_bos_token": { "type": "boolean" },
        "vocab_size": count(),
        "model_max_length": count(),
        "chat_template": maybe(),
    });
    all.insert("TokenizerInfo".to_owned(), answer(info));
}
