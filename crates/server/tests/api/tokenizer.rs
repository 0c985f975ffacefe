//! Continuations of plain text, and the tokenizer of a model on this machine.

use std::sync::Arc;

use futures_core::future::BoxFuture;
use futures_util::FutureExt as _;
use model::echo::Echo;
use model::{Answer, Ask, AskError, Model, Tokenizer, TokenizerFacts};
use serde_json::{Value, json};

use crate::support::{House, settings};

/// Answers like the echo, and has a tokenizer whose tokens are the numbers of code points.
struct Letters;

impl Model for Letters {
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Result<Answer, AskError>> {
        Echo.ask(ask).now_or_never().map(std::future::ready).unwrap().boxed()
    }

    fn tokenizer(&self) -> Option<&dyn Tokenizer> {
        Some(self)
    }
}

fn letter(token: u32) -> Result<char, AskError> {
    char::from_u32(token).ok_or_else(|| AskError::Unsupported("no such token".to_owned()))
}

impl Tokenizer for Letters {
    fn tokenize(
        &self,
        text: String,
        add_special: bool,
    ) -> BoxFuture<'_, Result<Vec<u32>, AskError>> {
        let begin = add_special.then_some(0);
        std::future::ready(Ok(begin.into_iter().chain(text.chars().map(u32::from)).collect()))
            .boxed()
    }

    fn detokenize(&self, tokens: Vec<u32>) -> BoxFuture<'_, Result<String, AskError>> {
        std::future::ready(tokens.into_iter().map(letter).collect()).boxed()
    }

    fn pieces(&self, tokens: Vec<u32>) -> BoxFuture<'_, Result<Vec<String>, AskError>> {
        let texts = tokens.into_iter().map(|token| letter(token).map(String::from)).collect();
        std::future::ready(texts).boxed()
    }

    fn describe(&self) -> BoxFuture<'_, Result<TokenizerFacts, AskError>> {
        let facts = TokenizerFacts {
            eos_token: Some("\u{3}".to_owned()),
            context_tokens: 99,
            vocabulary: 0x11_0000,
            ..TokenizerFacts::default()
        };
        std::future::ready(Ok(facts)).boxed()
    }
}

fn house(names: &[&str]) -> House {
    let models: Vec<(&str, Arc<dyn Model>)> =
        names.iter().map(|name| (*name, Arc::new(Letters) as Arc<dyn Model>)).collect();
    House::and_models(settings(), 0, &models)
}

#[tokio::test]
async fn plain_text_is_continued() {
    let house = House::new();
    let text = "Je suis Zineb Oukacha, CIN DA48213";
    let body = json!({ "model": "echo-no-model", "prompt": text, "max_tokens": 20 });
    let reply = house.post("/v1/completions", &body.to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let answer = reply.json();
    assert_eq!(answer["object"], "text_completion");
    assert_eq!(answer["choices"][0]["text"], text);
    assert!(reply.header("x-igudar-receipt").starts_with("rcp_"));
    assert!(reply.header("x-igudar-findings").contains("cin=1"));
    let body =
        json!({ "model": "echo-no-model", "prompt": text, "max_tokens": 20, "stream": true });
    let stream = house.post("/v1/completions", &body.to_string()).await;
    assert_eq!(stream.header("content-type"), "text/event-stream");
    let told: String = stream
        .text()
        .lines()
        .filter_map(|line| line.strip_prefix("data: {"))
        .map(|data| serde_json::from_str::<Value>(&format!("{{{data}")).unwrap())
        .filter_map(|data| data["choices"][0]["text"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(told, text);
    let preview = house.post("/v1/preview?route=completions", &body.to_string()).await;
    let seen = &preview.json()["data"][0]["body"]["prompt"];
    assert!(seen.as_str().unwrap().contains("CIN_1"), "{seen}");
    for (members, code) in [
        (json!({ "prompt": [1, 2] }), "invalid_request"),
        (json!({ "prompt": "a", "echo": true }), "invalid_request"),
        (json!({ "prompt": [{ "image": "x" }] }), "unreadable_input"),
        (json!({}), "invalid_request"),
    ] {
        let mut body = members;
        body["model"] = json!("echo-no-model");
        let reply = house.post("/v1/completions", &body.to_string()).await;
        assert_eq!(reply.refusal(), (400, code.to_owned()), "{body}");
    }
}

#[tokio::test]
async fn the_only_tokenizer_needs_no_name() {
    let house = house(&["letters"]);
    let reply = house.post("/tokenize", r#"{"prompt":"aé","add_special_tokens":false}"#).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(
        reply.json(),
        json!({ "model": "letters", "count": 2, "max_model_len": 99, "tokens": [97, 233] })
    );
    let named = r#"{"model":"letters/letters","prompt":"aé","return_token_strs":true}"#;
    let named = house.post("/tokenize", named).await.json();
    assert_eq!(named["tokens"], json!([0, 97, 233]));
    assert_eq!(named["token_strs"], json!(["\u{0}", "a", "é"]));
    let back = house.post("/detokenize", r#"{"tokens":[97,233]}"#).await;
    assert_eq!(back.json(), json!({ "prompt": "aé" }));
    let info = house.get("/tokenizer_info").await.json();
    assert_eq!((&info["eos_token"], &info["model_max_length"]), (&json!("\u{3}"), &json!(99)));
    assert_eq!(info["chat_template"], Value::Null);
    let wrong = house.post("/detokenize", r#"{"tokens":[4294967295]}"#).await;
    assert_eq!(wrong.refusal(), (400, "invalid_request".to_owned()));
    for body in [r#"{"prompt":7}"#, r#"{"messages":[]}"#, "{", r#"{"tokens":[-1]}"#] {
        for path in ["/tokenize", "/detokenize"] {
            assert_eq!(house.post(path, body).await.refusal().0, 400, "{path} {body}");
        }
    }
}

#[tokio::test]
async fn of_several_tokenizers_none_is_guessed() {
    let house = house(&["letters", "others"]);
    let unnamed = house.get("/tokenizer_info").await;
    assert_eq!(unnamed.refusal(), (400, "invalid_request".to_owned()));
    assert!(unnamed.text().contains("name one"), "{}", unnamed.text());
    assert_eq!(house.get("/tokenizer_info?model=others").await.json()["model"], "others");
    let named = house.post("/tokenize", r#"{"model":"others","prompt":"a"}"#).await;
    assert_eq!(named.json()["model"], "others");
    let remote = house.post("/tokenize", r#"{"model":"echo-no-model","prompt":"a"}"#).await;
    assert_eq!(remote.refusal(), (404, "model_not_found".to_owned()));
    assert_eq!(House::new().get("/tokenizer_info").await.refusal().0, 404);
}

#[tokio::test]
async fn whoever_has_no_key_learns_nothing() {
    let house = house(&["letters"]);
    for (method, path) in [
        ("POST", "/tokenize"),
        ("POST", "/detokenize"),
        ("GET", "/tokenizer_info"),
        ("POST", "/v1/completions"),
    ] {
        let request = http::Request::builder().method(method).uri(path);
        let body = r#"{"model":"letters","prompt":"a","tokens":[1]}"#;
        let reply = house.send(request.body(axum::body::Body::from(body)).unwrap()).await;
        assert_eq!(reply.refusal(), (401, "invalid_key".to_owned()), "{path}");
    }
}
