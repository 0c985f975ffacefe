//! The message in the body of an HTTP error.
//!
//! | shape | who sends it |
//! |---|---|
//! | `{"error":{"message",…}}` | `OpenAI`, Mistral's guardrails (with `guardrails` beside it), llama.cpp |
//! | `{"object":"error","message",…}` | Mistral, older vLLM |
//! | `{"detail":[{"loc","msg"}]}` | Mistral's and vLLM's validation (422); `detail` may be a string |
//! | `{"message":"…"}` | Mistral's gateway |
//! | `{"error":"…"}` | Ollama, text-generation-inference |

use serde_json::Value;

/// The longest message that is passed on, in characters.
const LONGEST: usize = 1000;

/// The server's own words, when the body has one of the known shapes. What a validation error repeats of
/// the input is left out.
pub fn error_message(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    let message = body
        .get("error")
        .and_then(text_of)
        .or_else(|| body.get("message").and_then(text_of))
        .or_else(|| body.get("detail").and_then(details))?;
    let message = message.trim();
    (!message.is_empty()).then(|| message.chars().take(LONGEST).collect())
}

/// A string, or the `message` or `detail` of an object.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(members) => members
            .get("message")
            .and_then(text_of)
            .or_else(|| members.get("detail").and_then(details)),
        _ => None,
    }
}

fn details(detail: &Value) -> Option<String> {
    match detail {
        Value::String(text) => Some(text.clone()),
        Value::Array(faults) => {
            let faults: Vec<String> = faults.iter().take(5).filter_map(fault).collect();
            (!faults.is_empty()).then(|| faults.join("; "))
        }
        _ => None,
    }
}

/// `body.messages.0.role: Field required`
fn fault(fault: &Value) -> Option<String> {
    let message = fault.get("msg")?.as_str()?;
    let place: Vec<String> = fault
        .get("loc")
        .and_then(Value::as_array)
        .map(|steps| steps.iter().map(step).collect())
        .unwrap_or_default();
    Some(if place.is_empty() {
        message.to_owned()
    } else {
        format!("{}: {message}", place.join("."))
    })
}

fn step(step: &Value) -> String {
    step.as_str().map_or_else(|| step.to_string(), str::to_owned)
}
