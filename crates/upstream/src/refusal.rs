//! What a server says when it refuses: its message, out of the known shapes of error bodies.

use serde_json::Value;

/// The longest message kept, in characters.
const MESSAGE_CHARACTERS: usize = 600;

/// The message of an error body, without the credential, or `None` when the body has no known shape.
pub(crate) fn message(body: &[u8], credential: Option<&str>) -> Option<String> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let message = of_value(&value)?;
    let scrubbed = match credential {
        Some(credential) => without(&message, credential),
        None => message,
    };
    Some(scrubbed.chars().take(MESSAGE_CHARACTERS).collect())
}

/// The shapes: OpenAI's and Mistral's guardrail (`error.message`), Mistral's flat one and its gateway's
/// (`message`), and its validation's (`detail`, at the root or inside `message`).
fn of_value(value: &Value) -> Option<String> {
    let nested = value.pointer("/error/message").or_else(|| value.get("error"));
    if let Some(text) = nested.and_then(Value::as_str) {
        return Some(text.to_owned());
    }
    match value.get("message") {
        Some(Value::String(text)) => return Some(text.clone()),
        Some(inner @ Value::Object(_)) => return of_value(inner),
        _ => {}
    }
    match value.get("detail")? {
        Value::String(text) => Some(text.clone()),
        Value::Array(details) => {
            let lines: Vec<String> = details.iter().filter_map(of_detail).collect();
            (!lines.is_empty()).then(|| lines.join("; "))
        }
        _ => None,
    }
}

fn of_detail(detail: &Value) -> Option<String> {
    let message = detail.get("msg")?.as_str()?;
    let steps = detail.get("loc").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let place: Vec<String> = steps
        .iter()
        .map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned))
        .collect();
    Some(if place.is_empty() {
        message.to_owned()
    } else {
        format!("{}: {message}", place.join("."))
    })
}

/// Replaces every word that holds the credential, or enough of its beginning or end to be a hint at it:
/// servers like to repeat the first and last characters of a key they refuse.
fn without(message: &str, credential: &str) -> String {
    if credential.is_empty() {
        return message.to_owned();
    }
    let begins = credential.get(..6).unwrap_or(credential);
    let ends = credential.len().checked_sub(4).and_then(|at| credential.get(at..));
    let hides = |word: &str| {
        word.contains(credential)
            || word.contains(begins)
            || (word.contains('*') && ends.is_some_and(|ends| word.contains(ends)))
    };
    message
        .split_inclusive(char::is_whitespace)
        .map(|word| {
            let bare = word.trim_end();
            if hides(bare) {
                format!("[key]{}", word.get(bare.len()..).unwrap_or_default())
            } else {
                word.to_owned()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expect: Option<&str>) {
        let credential = Some("key-0123456789abcdef");
        assert_eq!(message(body.as_bytes(), credential).as_deref(), expect, "{body}");
    }

    #[test]
    fn messages_of_every_known_shape() {
        check(r#"{"error":{"message":"no","type":"t","code":null}}"#, Some("no"));
        check(r#"{"error":"no"}"#, Some("no"));
        check(
            r#"{"object":"error","message":"no","type":"t","param":null,"code":"1"}"#,
            Some("no"),
        );
        check(r#"{"message":"no"}"#, Some("no"));
        check(
            r#"{"detail":[{"type":"missing","loc":["body","messages",0,"role"],"msg":"needed"},{"msg":"b"}]}"#,
            Some("body.messages.0.role: needed; b"),
        );
        check(r#"{"message":{"detail":[{"loc":["body"],"msg":"needed"}]}}"#, Some("body: needed"));
        check(r#"{"detail":"no"}"#, Some("no"));
        check(r#"{"error":{"message":"no","status":403},"guardrails":{}}"#, Some("no"));
    }

    #[test]
    fn bodies_without_a_message() {
        for body in ["", "<html></html>", "[]", "{}", r#"{"error":{}}"#, r#"{"detail":[]}"#, "7"] {
            check(body, None);
        }
    }

    #[test]
    fn the_credential_is_removed() {
        check(r#"{"message":"bad key-0123456789abcdef, sorry"}"#, Some("bad [key] sorry"));
        check(r#"{"message":"bad key: key-01******cdef."}"#, Some("bad key: [key]"));
        check(r#"{"message":"bad *****cdef\nagain"}"#, Some("bad [key]\nagain"));
        check(r#"{"message":"a keyboard"}"#, Some("a keyboard"));
    }

    #[test]
    fn long_messages_are_cut() {
        let body = format!(r#"{{"message":"{}"}}"#, "ي".repeat(5_000));
        let kept = message(body.as_bytes(), None).map(|text| text.chars().count());
        assert_eq!(kept, Some(MESSAGE_CHARACTERS));
    }
}
