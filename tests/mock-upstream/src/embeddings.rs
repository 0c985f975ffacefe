//! Embeddings that depend on nothing but the input.

use base64::Engine as _;
use serde_json::{Value, json};

const DIMENSIONS: u64 = 8;

/// The JSON of the answer to an embeddings request.
pub(crate) fn answer(body: &Value) -> String {
    let inputs = inputs(body.get("input").unwrap_or(&Value::Null));
    let asked = body.get("dimensions").or_else(|| body.get("output_dimension"));
    let dimensions = asked.and_then(Value::as_u64).unwrap_or(DIMENSIONS);
    let base64 = body.get("encoding_format").and_then(Value::as_str) == Some("base64");
    let data: Vec<Value> = inputs
        .iter()
        .enumerate()
        .map(|(index, input)| {
            let vector = vector(input, dimensions);
            let embedding = if base64 { encoded(&vector) } else { vector.into() };
            json!({ "object": "embedding", "index": index, "embedding": embedding })
        })
        .collect();
    let tokens: usize = inputs.iter().map(|input| input.split_whitespace().count()).sum();
    json!({
        "id": "embd-mock",
        "object": "list",
        "data": data,
        "model": crate::request::model(body),
        "usage": { "prompt_tokens": tokens, "total_tokens": tokens },
    })
    .to_string()
}

/// One text an input: a string, an array of strings, token ids or an array of token ids.
fn inputs(input: &Value) -> Vec<String> {
    match input {
        Value::Array(items) if items.iter().any(|item| item.is_string() || item.is_array()) => {
            items.iter().map(plain).collect()
        }
        other => vec![plain(other)],
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn vector(text: &str, dimensions: u64) -> Vec<f32> {
    (0..dimensions)
        .map(|dimension| {
            // FNV-1a over the text, seeded by the dimension; sixteen bits of it fit a float exactly.
            let seed = 0xcbf2_9ce4_8422_2325_u64 ^ (dimension << 32);
            let hash = text
                .bytes()
                .fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
            f32::from(u16::try_from(hash >> 48).unwrap_or(0)) / 65_536.0 - 0.5
        })
        .collect()
}

fn encoded(vector: &[f32]) -> Value {
    let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
    base64::engine::general_purpose::STANDARD.encode(bytes).into()
}
