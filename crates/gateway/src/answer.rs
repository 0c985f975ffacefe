//! Restoring a whole answer.

use bytes::Bytes;
use model::{AskError, EscapeIn, Limits, Route, TextEdit, TextPart, TextPlace, Usage};
use protection::{Counts, Escape, Vault, is_whole_number};

use crate::error::GatewayError;
use crate::written::Written;

/// An answer with the real values back in place.
#[derive(Debug)]
pub(crate) struct RestoredBody {
    pub(crate) body: Bytes,
    pub(crate) usage: Option<Usage>,
    pub(crate) counts: Counts,
}

/// Puts the values back into every text of an answer; bytes outside changed texts stay as they came.
pub(crate) fn restore_body(
    route: Route,
    bytes: &Bytes,
    vault: &Vault,
    limits: &Limits,
    written: &mut Written,
) -> Result<RestoredBody, GatewayError> {
    let unreadable = |what| GatewayError::Ask(AskError::NotAnAnswer(what));
    let body = std::str::from_utf8(bytes).map_err(|_| unreadable("a body that is not UTF-8"))?;
    let answer = model::read_answer(route, body, limits)
        .map_err(|_| unreadable("a body that is no JSON answer"))?;
    answer.texts.iter().for_each(|part| written.take_whole(part));
    let mut counts = Counts::new();
    if vault.is_empty() {
        return Ok(RestoredBody { body: bytes.clone(), usage: answer.usage, counts });
    }
    let edits: Vec<Vec<TextEdit>> =
        answer.texts.iter().map(|part| restore_part(part, vault, &mut counts)).collect();
    let tokens: Vec<Vec<String>> =
        answer.token_lists.iter().map(|list| restored_tokens(&list.tokens, vault)).collect();
    let lists = answer.token_lists.iter().zip(&tokens);
    let same_tokens = lists.clone().all(|(list, tokens)| list.tokens == *tokens);
    let body = if edits.iter().all(Vec::is_empty) && same_tokens {
        bytes.clone()
    } else {
        let rewritten = answer
            .rewrite_with_tokens(body, &edits, &tokens)
            .map_err(|_| GatewayError::Internal("the answer could not be rewritten"))?;
        Bytes::from(rewritten)
    };
    Ok(RestoredBody { body, usage: answer.usage, counts })
}

/// The tokens of one choice with the real values back in place. A value stands where the last token of its
/// label stood, and the tokens before it are empty: put together they are the restored text.
fn restored_tokens(tokens: &[String], vault: &Vault) -> Vec<String> {
    let mut restorer = vault.restorer(Escape::Plain);
    let mut restored: Vec<String> = tokens
        .iter()
        .map(|token| {
            let mut text = String::with_capacity(token.len());
            restorer.push(token, &mut text);
            text
        })
        .collect();
    if let Some(last) = restored.last_mut() {
        restorer.finish(last);
    }
    restored
}

/// The edits that restore one text on its own.
pub(crate) fn restore_part(part: &TextPart, vault: &Vault, counts: &mut Counts) -> Vec<TextEdit> {
    let mut restorer = vault.restorer(escape(part.escape));
    let mut restored = String::with_capacity(part.text.len());
    restorer.push(&part.text, &mut restored);
    restorer.finish(&mut restored);
    for (kind, count) in restorer.restored() {
        *counts.entry(kind.clone()).or_default() += count;
    }
    if restored == part.text {
        return Vec::new();
    }
    // A number whose value is none becomes a string.
    let with = match part.place {
        TextPlace::Number { .. } if !is_whole_number(&restored) => {
            serde_json::Value::String(restored).to_string()
        }
        _ => restored,
    };
    vec![TextEdit { start: 0, end: part.text.len(), with }]
}

/// How a value must be written inside such a text.
pub(crate) fn escape(escape: EscapeIn) -> Escape {
    match escape {
        EscapeIn::Plain => Escape::Plain,
        EscapeIn::Json => Escape::Json,
    }
}
