//! `POST /v1/completions` through the gateway: protected like a chat, scored on this machine alone.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests fail the test"
)]
#![allow(dead_code, reason = "the helpers are shared with other tests")]

mod support;

use gateway::{GatewayError, Incoming};
use model::{AskError, Route};
use serde_json::{Value, json};
use support::{House, Reply};

/// An invented number of a national identity card.
const CIN: &str = "AB482613";

fn asked(house: &House, body: &Value) -> Result<Value, GatewayError> {
    let answer = house.ask_as(&House::access(false), Route::Completions, &body.to_string())?;
    Ok(serde_json::from_str(&answer).unwrap())
}

/// Answers as a model does that gives the prompt back: each word a token, a label cut in three.
fn scored(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap();
    let prompt = body["prompt"].as_str().unwrap();
    let mut tokens: Vec<String> = Vec::new();
    for word in prompt.split_inclusive(' ') {
        let cut = [2.min(word.len()), 5.min(word.len())];
        let pieces = [&word[..cut[0]], &word[cut[0]..cut[1]], &word[cut[1]..]];
        tokens.extend(pieces.iter().filter(|piece| !piece.is_empty()).map(ToString::to_string));
    }
    tokens.push(" fin".to_owned());
    let mut offset = 0;
    let offsets: Vec<usize> = tokens
        .iter()
        .map(|token| {
            let start = offset;
            offset += token.chars().count();
            start
        })
        .collect();
    let logprobs: Vec<Value> =
        (0..tokens.len()).map(|place| if place == 0 { Value::Null } else { json!(-1.5) }).collect();
    json!({
        "id": "cmpl-1", "object": "text_completion", "created": 1, "model": "m",
        "choices": [{
            "index": 0, "text": tokens.concat(), "finish_reason": "length",
            "logprobs": {
                "tokens": tokens, "token_logprobs": logprobs, "top_logprobs": logprobs,
                "text_offset": offsets,
            },
        }],
        "usage": { "prompt_tokens": tokens.len() - 1, "completion_tokens": 1 },
    })
    .to_string()
}

#[test]
fn prompts_are_protected_and_answers_restored() {
    let house = House::new(|body| {
        let body: Value = serde_json::from_str(body).unwrap();
        let texts: Vec<&str> = match &body["prompt"] {
            Value::String(text) => vec![text],
            list => list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect(),
        };
        let choices: Vec<Value> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| json!({ "index": index, "text": text, "finish_reason": "stop" }))
            .collect();
        Ok(Reply::Whole(json!({ "object": "text_completion", "choices": choices }).to_string()))
    });
    let first = format!("CIN {CIN}.");
    let second = format!("encore {CIN}");
    let body = json!({ "model": "remote-model", "prompt": [first, second], "stop": [CIN] });
    let answer = asked(&house, &body).unwrap();
    assert_eq!(answer["choices"][0]["text"], first);
    assert_eq!(answer["choices"][1]["text"], second);
    let sent = house.witness.asked().remove(0);
    assert!(!sent.contains(CIN), "{sent}");
    assert_eq!(sent.matches("[CIN_1]").count(), 3, "{sent}");
    let mistral = asked(&house, &json!({ "model": "mistral-model", "prompt": "a" })).unwrap_err();
    assert!(matches!(mistral, GatewayError::InvalidRequest { .. }), "{mistral}");
}

#[test]
fn streams_are_restored() {
    let piece = |text: &str, finish: Value| {
        let choice = json!({ "index": 0, "text": text, "logprobs": null, "finish_reason": finish });
        let data = json!({ "id": "c", "object": "text_completion", "choices": [choice] });
        Ok(bytes::Bytes::from(format!("data: {data}\n\n")))
    };
    let house = House::new(move |_| {
        Ok(Reply::Pieces(vec![
            piece("Le [CI", Value::Null),
            piece("N_1", Value::Null),
            piece("] et [C", json!("stop")),
            Ok(bytes::Bytes::from("data: [DONE]\n\n")),
        ]))
    });
    let body = json!({ "model": "remote-model", "prompt": format!("CIN {CIN}"), "stream": true });
    let stream =
        house.ask_as(&House::access(false), Route::Completions, &body.to_string()).unwrap();
    let text: String = stream
        .lines()
        .filter_map(|line| line.strip_prefix("data: {"))
        .map(|data| serde_json::from_str::<Value>(&format!("{{{data}")).unwrap())
        .map(|data| data["choices"][0]["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(text, format!("Le {CIN} et [C"));
    assert!(stream.ends_with("data: [DONE]\n\n"));
}

#[test]
fn echo_and_token_ids_stay_on_this_machine() {
    let house = House::new(|body| Ok(Reply::Whole(scored(body))));
    let echo =
        |model: &str| json!({ "model": model, "prompt": "a b", "echo": true, "logprobs": 1 });
    for model in ["remote-model", "mistral-model"] {
        let refused = asked(&house, &echo(model)).unwrap_err();
        let GatewayError::InvalidRequest { message, param } = refused else {
            panic!("{refused}");
        };
        assert_eq!(param.as_deref(), Some("echo"));
        assert!(message.contains("would be at chance"), "{message}");
        for prompt in [json!([1, 2]), json!([[1], [2, 3]])] {
            let refused = asked(&house, &json!({ "model": model, "prompt": prompt })).unwrap_err();
            let GatewayError::UnreadableInput { param, .. } = refused else {
                panic!("{refused}");
            };
            assert_eq!(param.as_deref(), Some("prompt"));
        }
    }
    assert!(house.witness.seen().is_empty(), "nothing was recorded, nothing sent");
    let answer = asked(&house, &echo("local-model")).unwrap();
    assert_eq!(answer["choices"][0]["text"], "a b fin");
    // A scored model that is asked with token ids is asked with them as they came.
    let ids = House::new(|_| Err(AskError::Unsupported("seen".to_owned())));
    let body = json!({ "model": "local-model", "prompt": [[1, 2], [3]] });
    assert_eq!(asked(&ids, &body).unwrap_err().to_string(), "seen");
    assert!(ids.witness.asked()[0].contains(r#""prompt":[[1,2],[3]]"#));
}

/// What must hold of a scored answer, whatever was put back.
fn holds_together(choice: &Value) {
    let tokens: Vec<&str> = choice["logprobs"]["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .map(|token| token.as_str().unwrap())
        .collect();
    assert_eq!(tokens.concat(), choice["text"].as_str().unwrap());
    let mut offset = 0;
    for (place, token) in tokens.iter().enumerate() {
        assert_eq!(choice["logprobs"]["text_offset"][place], offset);
        offset += token.chars().count();
    }
}

#[test]
fn tokens_and_offsets_refer_to_what_is_given_back() {
    let house = House::new(|body| Ok(Reply::Whole(scored(body))));
    let text = format!("Sié, CIN {CIN} et {CIN} ici");
    let body = json!({ "model": "local-model", "prompt": text, "echo": true, "logprobs": 1 });
    let answer = asked(&house, &body).unwrap();
    assert!(!house.witness.asked()[0].contains(CIN), "the policy labels here too");
    let choice = &answer["choices"][0];
    assert_eq!(choice["text"], format!("{text} fin"));
    holds_together(choice);
    // One number for each token that the model read, as it came.
    let sent: Value = serde_json::from_str(&scored(&house.witness.asked()[0])).unwrap();
    assert_eq!(
        choice["logprobs"]["token_logprobs"],
        sent["choices"][0]["logprobs"]["token_logprobs"]
    );
    // The prompt's values are not what the model wrote.
    assert_eq!(house.witness.closings()[0].written.values().sum::<u32>(), 0);

    let kept = House::with_policy("name = \"open\"\ndefault = \"keep\"", |body| {
        Ok(Reply::Whole(scored(body)))
    });
    let body = json!({ "model": "local-model", "prompt": text, "echo": true, "logprobs": 1 });
    let incoming = Incoming { route: Route::Completions, body: body.to_string().into() };
    assert!(kept.gateway.prepare(&House::access(false), &incoming).is_ok());
    let answer = kept.ask_as(&House::access(false), Route::Completions, &body.to_string()).unwrap();
    assert_eq!(answer, scored(&kept.witness.asked()[0]), "byte for byte");
    assert_eq!(kept.witness.closings()[0].written.values().sum::<u32>(), 0);
}
