//! `igudar preview`

use gateway::{Gateway, Incoming};
use language::OffsetUnit;
use model::Route;
use serde_json::{Value, json};

use super::{Session, read_input};
use crate::arguments::Preview;
use crate::exit::Exit;
use crate::output;
use crate::wiring::{self, closed_gateway, visitor};

pub(crate) fn run(session: &Session, preview: &Preview) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let knowledge = wiring::knowledge(&configuration)?;
    let gateway = closed_gateway(&configuration, &knowledge, preview.destination.as_deref())?;
    let input = read_input(preview.file.as_deref())?;
    let body = if preview.request { input } else { request_of(&gateway, &input).to_string() };
    let incoming = Incoming { route: Route::ChatCompletions, body: body.into() };
    let previews = gateway.preview(&visitor(None)?, &incoming, OffsetUnit::Chars)?;
    for seen in previews {
        if preview.destination.as_ref().is_some_and(|wanted| *wanted != seen.destination) {
            continue;
        }
        let counts: serde_json::Map<String, Value> =
            seen.findings.iter().map(|(kind, count)| (kind.to_string(), json!(count))).collect();
        let (outcome, text) = match &seen.outcome {
            Ok((bytes, _)) => {
                let body: Value = serde_json::from_slice(bytes).unwrap_or_default();
                let plain = body.pointer("/messages/0/content").and_then(Value::as_str);
                let text = match plain {
                    Some(text) if !preview.request => text.to_owned(),
                    _ => String::from_utf8_lossy(bytes).into_owned(),
                };
                (json!({ "body": body }), text)
            }
            Err(error) => (json!({ "refused": error.to_string() }), format!("refused: {error}")),
        };
        let value = json!({
            "destination": seen.destination,
            "place": seen.place,
            "local": seen.local,
            "model": seen.model,
            "findings": counts,
            "class": seen.class.as_str(),
            "outcome": outcome,
        });
        output::result(session.json, &value, || {
            let (name, place) = (&seen.destination, &seen.place);
            format!("── {name} ({place}), model {}\n{text}\n", seen.model)
        })?;
    }
    Ok(Exit::Done)
}

/// A text as a user's message to the first model.
pub(super) fn request_of(gateway: &Gateway, text: &str) -> Value {
    let first = gateway.destinations().flat_map(|destination| &destination.models).next();
    let model = first.map_or("", |model| model.name.as_str());
    json!({ "model": model, "messages": [{ "role": "user", "content": text }] })
}
