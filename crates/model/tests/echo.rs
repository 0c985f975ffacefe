//! The echo: what it answers, whole and streamed.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt};
use model::echo::Echo;
use model::{Answer, Ask, AskError, EventParser, Limits, Model, Route, read_answer, read_chunk};
use serde_json::{Value, json};

fn ask(route: Route, body: &Value) -> Result<Answer, AskError> {
    let stream = body.get("stream").is_some_and(|stream| stream == true);
    let ask = Ask { route, body: Bytes::from(body.to_string()), stream };
    Echo.ask(ask).now_or_never().unwrap()
}

/// The body for a user message beside other members.
fn body(content: &Value, members: &Value) -> Value {
    let messages = json!([
        {"role": "system", "content": "a b"},
        {"role": "user", "content": "earlier"},
        {"role": "user", "content": content},
        {"role": "assistant", "content": "c"},
    ]);
    with(with(members.clone(), "messages", messages), "model", json!("echo-no-model"))
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object.as_object_mut().unwrap().insert(name.to_owned(), value);
    object
}

fn whole(body: &Value) -> Value {
    let Ok(Answer::Whole(bytes)) = ask(Route::ChatCompletions, body) else { panic!("no answer") };
    let text = std::str::from_utf8(&bytes).unwrap();
    assert!(read_answer(Route::ChatCompletions, text, &Limits::default()).unwrap().finished);
    serde_json::from_str(text).unwrap()
}

/// The data of all events.
fn streamed(body: &Value) -> Vec<String> {
    let Ok(Answer::Stream(stream)) = ask(Route::ChatCompletions, body) else { panic!("no stream") };
    let pieces: Vec<_> = stream.collect().now_or_never().unwrap();
    let mut parser = EventParser::new(10_000);
    for piece in pieces {
        parser.push(&piece.unwrap()).unwrap();
    }
    parser.finish().unwrap();
    std::iter::from_fn(|| parser.next()).map(|event| event.data).collect()
}

/// The text of the answer and why it ended, which must be the same whole and streamed.
fn check(content: &Value, members: &Value, expect: &str, reason: &str) {
    let answer = whole(&body(content, members));
    assert_eq!(answer.pointer("/choices/0/message/content").unwrap(), expect);
    assert_eq!(answer.pointer("/choices/0/finish_reason").unwrap(), reason);
    let members = with(members.clone(), "stream", json!(true));
    let mut events = streamed(&body(content, &members));
    assert_eq!(events.pop().as_deref(), Some("[DONE]"));
    let chunks: Vec<Value> =
        events.iter().map(|data| serde_json::from_str(data).unwrap()).collect();
    let text: String = chunks
        .iter()
        .filter_map(|chunk| chunk.pointer("/choices/0/delta/content").and_then(Value::as_str))
        .collect();
    assert_eq!(text, expect);
    assert_eq!(chunks.first().unwrap().pointer("/choices/0/delta/role").unwrap(), "assistant");
    assert_eq!(chunks.last().unwrap().pointer("/choices/0/finish_reason").unwrap(), reason);
    assert!(chunks.iter().all(|chunk| chunk.get("usage").is_none()));
}

#[test]
fn answers_with_the_last_user_message() {
    let none = json!({});
    check(
        &json!("Bonjour [PERSON_1],\n\"مرحبا\" 😀  "),
        &none,
        "Bonjour [PERSON_1],\n\"مرحبا\" 😀  ",
        "stop",
    );
    check(
        &json!([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]),
        &none,
        "a\nb",
        "stop",
    );
    check(&json!(""), &none, "", "stop");
    check(&json!("one two  three"), &json!({"max_tokens": 2}), "one two", "length");
    check(&json!("one two  three"), &json!({"max_completion_tokens": 3}), "one two  three", "stop");
    check(&json!(" one"), &json!({"max_tokens": 1}), " one", "stop");
}

#[test]
fn counts_words() {
    let answer = whole(&body(&json!("one two three"), &json!({"n": 2})));
    assert_eq!(
        answer.get("usage").unwrap(),
        &json!({"prompt_tokens": 7, "completion_tokens": 6, "total_tokens": 13})
    );
    assert_eq!(answer.get("choices").unwrap().as_array().unwrap().len(), 2);
    let ask = Ask {
        route: Route::ChatCompletions,
        body: Bytes::from(body(&json!("one two"), &json!({})).to_string()),
        stream: false,
    };
    assert_eq!(Echo.count_prompt_tokens(&ask), Some(6));
}

#[test]
fn streams_usage_when_asked() {
    let members = json!({"stream": true, "stream_options": {"include_usage": true}});
    let events = streamed(&body(&json!("abcdefghij"), &members));
    let (done, chunks) = events.split_last().unwrap();
    assert_eq!(done, "[DONE]");
    let (last, texts) = chunks.split_last().unwrap();
    let last = read_chunk(Route::ChatCompletions, last, &Limits::default()).unwrap();
    assert!(last.usage_only);
    assert_eq!(last.usage.unwrap().completion_tokens, 1);
    assert!(texts.iter().all(|data| data.contains("\"usage\":null")));
    // Role, two pieces of at most seven characters, the end.
    assert_eq!(texts.len(), 4);
}

#[test]
fn calls_a_tool_that_is_forced() {
    let tools = json!([{"type": "function", "function": {"name": "first"}}]);
    for (choice, name) in [
        (json!("required"), "first"),
        (json!("any"), "first"),
        (json!({"type": "function", "function": {"name": "second"}}), "second"),
    ] {
        let content = json!("CIN \"[CIN_1]\"");
        let answer = whole(&body(&content, &json!({"tools": tools, "tool_choice": choice})));
        let call = answer.pointer("/choices/0/message/tool_calls/0").unwrap();
        assert_eq!(call.pointer("/function/name").unwrap(), name);
        let arguments: Value =
            serde_json::from_str(call.pointer("/function/arguments").unwrap().as_str().unwrap())
                .unwrap();
        assert_eq!(arguments, json!({"text": "CIN \"[CIN_1]\""}));
        assert_eq!(answer.pointer("/choices/0/finish_reason").unwrap(), "tool_calls");
        assert_eq!(call.get("id").unwrap().as_str().unwrap().len(), 9);

        let members = json!({"tools": tools, "tool_choice": choice, "stream": true});
        let mut events = streamed(&body(&content, &members));
        events.pop();
        let chunks: Vec<Value> =
            events.iter().map(|data| serde_json::from_str(data).unwrap()).collect();
        let streamed_arguments: String = chunks
            .iter()
            .filter_map(|chunk| chunk.pointer("/choices/0/delta/tool_calls/0/function/arguments"))
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(serde_json::from_str::<Value>(&streamed_arguments).unwrap(), arguments);
    }
    for choice in [json!("auto"), json!("none"), Value::Null] {
        let answer = whole(&body(&json!("x"), &json!({"tools": tools, "tool_choice": choice})));
        assert_eq!(answer.pointer("/choices/0/message/content").unwrap(), "x");
    }
}

#[test]
fn says_what_it_cannot() {
    let error =
        ask(Route::Embeddings, &json!({"model": "echo-no-model", "input": "x"})).unwrap_err();
    assert!(matches!(error, AskError::Unsupported(_)));
    assert!(error.to_string().contains("embeddings"));
    let broken = Ask { route: Route::ChatCompletions, body: Bytes::from("{"), stream: false };
    assert!(Echo.ask(broken).now_or_never().unwrap().is_err());
    let answer = whole(&json!({"messages": []}));
    assert_eq!(answer.pointer("/choices/0/message/content").unwrap(), "");
}

#[test]
fn the_same_request_gets_the_same_answer() {
    let request = body(&json!("x"), &json!({}));
    assert_eq!(whole(&request), whole(&request));
    assert_ne!(whole(&request).get("id"), whole(&body(&json!("y"), &json!({}))).get("id"));
}
