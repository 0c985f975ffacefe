//! Which models there are, and where they stand.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use gateway::{Destination, ModelCard};
use projects::Access;
use serde_json::{Value, json};

use crate::app::Shared;
use crate::errors::{Code, PublicError};

pub(crate) async fn list(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
) -> Json<Value> {
    let mut order = Vec::new();
    let mut cards: BTreeMap<String, Vec<ModelCard>> = BTreeMap::new();
    for card in app.parts.gateway.models(&access) {
        let same = cards.entry(card.name.clone()).or_default();
        if same.is_empty() {
            order.push(card.name.clone());
        }
        same.push(card);
    }
    let data: Vec<Value> =
        order.iter().filter_map(|name| cards.get(name)).map(|same| described(same)).collect();
    Json(json!({ "object": "list", "data": data }))
}

pub(crate) async fn one(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    name: Option<Path<String>>,
) -> Result<Json<Value>, PublicError> {
    let Path(name) = name.unwrap_or(Path(String::new()));
    let same: Vec<ModelCard> = app
        .parts
        .gateway
        .models(&access)
        .into_iter()
        .filter(|card| card.name == name || qualifies(card, &name))
        .collect();
    if same.is_empty() {
        // The name is not repeated: it is the caller's text.
        return Err(PublicError::new(
            Code::ModelNotFound,
            "this key may not ask for a model of that name, or there is none",
        )
        .about("model"));
    }
    Ok(Json(described(&same)))
}

fn qualifies(card: &ModelCard, name: &str) -> bool {
    name.strip_prefix(card.destination.as_str()).and_then(|rest| rest.strip_prefix('/'))
        == Some(card.name.as_str())
}

/// OpenAI's shape with the members that Mistral's clients need; `igudar` tells where it stands.
fn described(same: &[ModelCard]) -> Value {
    let first = same.first();
    let places: Vec<Value> = same
        .iter()
        .map(|card| {
            json!({
                "destination": card.destination,
                "operator": card.operator,
                "place": card.place,
                "law": card.law,
                "local": card.local,
            })
        })
        .collect();
    json!({
        "id": first.map(|card| &card.name),
        "object": "model",
        "created": 0,
        "owned_by": first.map(|card| &card.operator),
        "type": "base",
        "capabilities": { "completion_chat": true },
        "igudar": places,
    })
}

pub(crate) async fn destinations(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
) -> Json<Value> {
    let data: Vec<Value> = app
        .parts
        .gateway
        .destinations()
        .filter(|destination| destination.local || !access.local_only)
        .map(place)
        .collect();
    Json(json!({ "object": "list", "data": data }))
}

fn place(destination: &Destination) -> Value {
    let models: Vec<Value> = destination
        .models
        .iter()
        .map(|model| {
            json!({
                "id": model.name,
                "input_micro_per_million": model.price.input_per_million.0,
                "output_micro_per_million": model.price.output_per_million.0,
                "max_output_tokens": model.output_cap,
            })
        })
        .collect();
    json!({
        "name": destination.name,
        "operator": destination.operator,
        "place": destination.place,
        "law": destination.law,
        "local": destination.local,
        "abroad": destination.abroad,
        "authorisation": destination.authorisation,
        "highest_class": destination.highest_class.as_str(),
        "policy": {
            "name": destination.policy.name,
            "default": destination.policy.default,
            "types": destination.policy.by_kind,
        },
        "models": models,
    })
}
