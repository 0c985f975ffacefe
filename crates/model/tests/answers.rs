//! Whole answers and streamed chunks, in the shapes of several providers.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use model::{
    Channel, Chunk, EscapeIn, Limits, Route, TextEdit, TextPart, Usage, error_message, read_answer,
    read_chunk,
};

fn line(part: &TextPart) -> String {
    let escape = if part.escape == EscapeIn::Json { " json" } else { "" };
    let channel = part.channel.as_ref();
    let channel = channel.map(|channel| format!(" <{} {}>", channel.choice, channel.field));
    format!("{}{escape}{}: {}", part.path, channel.unwrap_or_default(), part.text)
}

fn check_answer(body: &str, expect: &[&str], finished: bool, usage: Option<(u64, u64)>) {
    let answer = read_answer(Route::ChatCompletions, body, &Limits::default()).unwrap();
    let lines: Vec<String> = answer.texts.iter().map(line).collect();
    assert_eq!(lines, expect, "for {body}");
    assert_eq!(answer.finished, finished, "for {body}");
    let usage =
        usage.map(|(prompt_tokens, completion_tokens)| Usage { prompt_tokens, completion_tokens });
    assert_eq!(answer.usage, usage, "for {body}");
}

fn chunk(data: &str) -> Chunk {
    read_chunk(Route::ChatCompletions, data, &Limits::default()).unwrap()
}

fn check_chunk(data: &str, expect: &[&str]) -> Chunk {
    let chunk = chunk(data);
    let lines: Vec<String> = chunk.texts.iter().map(line).collect();
    assert_eq!(lines, expect, "for {data}");
    chunk
}

#[test]
fn openai_answers() {
    check_answer(
        r#"{"id":"chatcmpl-1","object":"chat.completion","created":1767225600,"model":"gpt","system_fingerprint":"fp_1",
           "choices":[{"index":0,"message":{"role":"assistant","content":"Bonjour [PERSON_1]","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],
           "usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21,"prompt_tokens_details":{"cached_tokens":0}},"service_tier":"default"}"#,
        &["choices[0].message.content: Bonjour [PERSON_1]"],
        true,
        Some((9, 12)),
    );
    check_answer(
        r#"{"choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_612345678","type":"function","function":{"name":"find","arguments":"{\"user\":\"[PERSON_1]\"}"}}]},"finish_reason":"tool_calls"},
           {"index":1,"message":{"role":"assistant","content":"","refusal":"no"},"finish_reason":null}]}"#,
        &[
            "choices[0].message.tool_calls[0].function.name: find",
            "choices[0].message.tool_calls[0].function.arguments.user: [PERSON_1]",
            "choices[1].message.refusal: no",
        ],
        false,
        None,
    );
    check_answer(
        r#"{"choices":[{"message":{"reasoning_content":"r","content":"c","audio":{"id":"a","data":"AAAA","transcript":"t","expires_at":1}},"logprobs":{"content":[{"token":"[PERSON_1]","logprob":-0.1}]},"finish_reason":"length"}]}"#,
        &[
            "choices[0].message.reasoning_content: r",
            "choices[0].message.content: c",
            "choices[0].message.audio.transcript: t",
        ],
        true,
        None,
    );
}

#[test]
fn mistral_answers() {
    check_answer(
        r#"{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","prefix":false,"tool_calls":null,"content":[{"type":"thinking","thinking":[{"type":"text","text":"t"}]},{"type":"text","text":"a"},{"type":"reference","reference_ids":[1,2]}]}}],"usage":{"prompt_tokens":1,"total_tokens":3,"completion_tokens":2}}"#,
        &[
            "choices[0].message.content[0].thinking[0].text: t",
            "choices[0].message.content[1].text: a",
            "choices[0].message.content[2].{1}: reference_ids",
        ],
        true,
        Some((1, 2)),
    );
    check_answer(
        r#"{"choices":[{"finish_reason":"tool_calls","message":{"tool_calls":[{"id":"aB3dE6gH9","function":{"name":"f","arguments":{"text":"x"}}}]}}]}"#,
        &[
            "choices[0].message.tool_calls[0].function.name: f",
            "choices[0].message.tool_calls[0].function.arguments.text: x",
        ],
        true,
        None,
    );
}

#[test]
fn answers_of_any_shape_are_read() {
    check_answer("{}", &[], false, None);
    check_answer(r#"{"choices":[]}"#, &[], false, None);
    check_answer(r#"{"choices":{}}"#, &[], false, None);
    check_answer(r#"{"choices":"x"}"#, &["choices: x"], false, None);
    check_answer(r#"{"choices":[7,{"message":"x"}]}"#, &["choices[1].message: x"], false, None);
    check_answer(r#"{"x":{"text":"y"}}"#, &["{0}: x", "{0}.text: y"], false, None);
    check_answer(r#"{"usage":{"prompt_tokens":"7"}}"#, &[], false, None);
    check_answer(r#"{"usage":{"prompt_tokens":7}}"#, &[], false, Some((7, 0)));
    check_answer(
        r#"{"choices":[{"message":{"content":7},"message":{"content":"x"}}]}"#,
        &["choices[0].message.content: x"],
        false,
        None,
    );
    for body in ["", "[]", "\"x\"", "<html>", "{\"a\":", "{\"a\":\"\\ud800\"}"] {
        assert!(
            read_answer(Route::ChatCompletions, body, &Limits::default()).is_err(),
            "for {body}"
        );
        assert!(
            read_chunk(Route::ChatCompletions, body, &Limits::default()).is_err(),
            "for {body}"
        );
    }
}

#[test]
fn embedding_answers() {
    let vectors = format!("[{}]", vec!["-0.0123456789"; 3000].join(","));
    let body = format!(
        r#"{{"object":"list","data":[{{"object":"embedding","index":0,"embedding":{vectors}}}],"model":"e","usage":{{"prompt_tokens":8,"total_tokens":8}}}}"#
    );
    let limits = Limits::default();
    let answer = read_answer(Route::Embeddings, &body, &limits).unwrap();
    assert!(answer.texts.is_empty() && answer.finished);
    assert_eq!(answer.usage, Some(Usage { prompt_tokens: 8, completion_tokens: 0 }));
    assert_eq!(answer.rewrite(&body, &[]).unwrap(), body);
    // Their length is bounded by the body's; it takes no memory.
    let few = Limits { max_members: 20, ..limits };
    assert!(read_answer(Route::Embeddings, &body, &few).is_ok());
}

#[test]
fn openai_chunks() {
    let first = check_chunk(
        r#"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"usage":null}"#,
        &[],
    );
    assert!(
        !first.usage_only && first.finished.is_empty() && !first.error && first.usage.is_none()
    );
    check_chunk(
        r#"{"choices":[{"index":1,"delta":{"content":"a"},"finish_reason":null},{"index":0,"delta":{"content":"b"}}]}"#,
        &["choices[0].delta.content <1 content>: a", "choices[1].delta.content <0 content>: b"],
    );
    check_chunk(
        r#"{"choices":[{"index":0,"delta":{"reasoning_content":"r","refusal":"n","thoughts":"t","later":{"text":"x"}}}]}"#,
        &[
            "choices[0].delta.reasoning_content <0 reasoning_content>: r",
            "choices[0].delta.refusal <0 refusal>: n",
            "choices[0].delta.{2} <0 thoughts>: t",
            "choices[0].delta.{3}.text: x",
        ],
    );
    check_chunk(
        r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":2,"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":\"[PER"}}]}}]}"#,
        &[
            "choices[0].delta.tool_calls[0].function.name: f",
            r#"choices[0].delta.tool_calls[0].function.arguments json <0 tool_calls[2].arguments>: {"a":"[PER"#,
        ],
    );
    check_chunk(
        r#"{"choices":[{"index":0,"delta":{"function_call":{"arguments":"{}"}}}]}"#,
        &["choices[0].delta.function_call.arguments json <0 function_call.arguments>: {}"],
    );
    check_chunk(
        r#"{"choices":[{"index":0,"delta":{"audio":{"id":"a","transcript":"t","data":"AA"}}}]}"#,
        &["choices[0].delta.audio.transcript <0 audio.transcript>: t"],
    );
    let last = check_chunk(r#"{"choices":[{"index":3,"delta":{},"finish_reason":"stop"}]}"#, &[]);
    assert_eq!(last.finished, [3]);
    let usage =
        check_chunk(r#"{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7}}"#, &[]);
    assert!(usage.usage_only);
    assert_eq!(usage.usage, Some(Usage { prompt_tokens: 5, completion_tokens: 7 }));
    // Azure sends a first chunk without choices and without usage.
    assert!(!chunk(r#"{"choices":[],"prompt_filter_results":[]}"#).usage_only);
}

#[test]
fn mistral_chunks() {
    check_chunk(
        r#"{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"t"}]},{"type":"text","text":"a"}]},"finish_reason":null}]}"#,
        &[
            "choices[0].delta.content[0].thinking[0].text <0 thinking>: t",
            "choices[0].delta.content[1].text <0 content>: a",
        ],
    );
    let last = check_chunk(
        r#"{"choices":[{"index":0,"delta":{"content":"!"},"finish_reason":"length"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"#,
        &["choices[0].delta.content <0 content>: !"],
    );
    assert!(!last.usage_only && last.usage.is_some());
    assert_eq!(last.finished, [0]);
    assert_eq!(
        chunk(r#"{"choices":[{"index":0,"delta":{},"finish_reason":"model_length"}]}"#).finished,
        [0]
    );
}

#[test]
fn failures_in_streams() {
    assert!(chunk(r#"{"error":{"message":"overloaded [PERSON_1]","type":"server_error"}}"#).error);
    assert!(chunk(r#"{"object":"error","message":"x"}"#).error);
    let failed = chunk(r#"{"choices":[{"index":1,"delta":{},"finish_reason":"error"}]}"#);
    assert!(failed.error && failed.finished == [1]);
    assert!(!chunk(r#"{"error":null,"choices":[]}"#).error);
    check_answer(r#"{"choices":[{"message":{},"finish_reason":"error"}]}"#, &[], false, None);
    check_chunk(
        r#"{"error":{"message":"no [PERSON_1]","code":"x"}}"#,
        &["error.message: no [PERSON_1]", "error.code: x"],
    );
}

#[test]
fn held_text_goes_out_in_an_event_of_its_own() {
    let data = r#"{"id":"c-1","object":"chat.completion.chunk","created":17,"model":"m","choices":[{"index":2,"delta":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}"#;
    let chunk = chunk(data);
    let check = |field: &str, expect: &str| {
        let channel = Channel { choice: 2, field: field.to_owned() };
        let made = chunk.with_only(data, &channel, "[PER\"\n").unwrap();
        let head = r#"{"id":"c-1","object":"chat.completion.chunk","created":17,"model":"m","choices":[{"index":2,"delta":"#;
        assert_eq!(made, format!(r#"{head}{expect},"finish_reason":null}}]}}"#), "for {field}");
        // What was made is read back as that channel.
        let read = super_chunk(&made);
        assert_eq!(read.texts.len(), 1);
        assert_eq!(read.texts.first().unwrap().channel.as_ref(), Some(&channel));
        assert_eq!(read.texts.first().unwrap().text, "[PER\"\n");
    };
    check("content", r#"{"content":"[PER\"\n"}"#);
    check("reasoning_content", r#"{"reasoning_content":"[PER\"\n"}"#);
    check("thoughts", r#"{"thoughts":"[PER\"\n"}"#);
    check("refusal", r#"{"refusal":"[PER\"\n"}"#);
    check(
        "thinking",
        r#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"[PER\"\n"}]}]}"#,
    );
    check(
        "tool_calls[3].arguments",
        r#"{"tool_calls":[{"index":3,"function":{"arguments":"[PER\"\n"}}]}"#,
    );
    check("function_call.arguments", r#"{"function_call":{"arguments":"[PER\"\n"}}"#);
    check("audio.transcript", r#"{"audio":{"transcript":"[PER\"\n"}}"#);
    let error = r#"{"error":{"message":"x"}}"#;
    let channel = Channel { choice: 0, field: "content".to_owned() };
    assert!(super_chunk(error).with_only(error, &channel, "x").is_none());
}

fn super_chunk(data: &str) -> Chunk {
    chunk(data)
}

#[test]
fn rewriting_keeps_the_escaping_of_arguments() {
    let body = r#"{"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":"{\"user\": \"[PERSON_1]\", \"n\": 1e-7}"}}]},"finish_reason":"stop"}]}"#;
    let answer = read_answer(Route::ChatCompletions, body, &Limits::default()).unwrap();
    let edits: Vec<Vec<TextEdit>> = answer
        .texts
        .iter()
        .map(|part| match part.text.as_str() {
            "[PERSON_1]" => {
                vec![TextEdit { start: 0, end: 10, with: "A \"B\" \\ م\n".to_owned() }]
            }
            _ => Vec::new(),
        })
        .collect();
    let rewritten = answer.rewrite(body, &edits).unwrap();
    assert_eq!(rewritten, body.replace("[PERSON_1]", r#"A \\\"B\\\" \\\\ م\\n"#));
    let value: serde_json::Value = serde_json::from_str(&rewritten).unwrap();
    let arguments = value.pointer("/choices/0/message/tool_calls/0/function/arguments").unwrap();
    let arguments: serde_json::Value = serde_json::from_str(arguments.as_str().unwrap()).unwrap();
    assert_eq!(arguments.get("user").unwrap(), "A \"B\" \\ م\n");
}

#[test]
fn content_that_is_json_is_escaped_as_such() {
    let body = r#"{"choices":[{"message":{"content":"{\"user\": \"[PERSON_1]\"}"},"finish_reason":"stop"}]}"#;
    let answer = read_answer(Route::ChatCompletions, body, &Limits::default()).unwrap();
    let edits = vec![vec![TextEdit { start: 0, end: 10, with: "A \"B\"".to_owned() }]];
    let rewritten = answer.rewrite(body, &edits).unwrap();
    assert_eq!(rewritten, body.replace("[PERSON_1]", r#"A \\\"B\\\""#));
    // A label at the start of plain text is no list.
    check_answer(
        r#"{"choices":[{"message":{"content":"[PERSON_1]"}}]}"#,
        &["choices[0].message.content: [PERSON_1]"],
        false,
        None,
    );
}

#[test]
fn messages_of_error_bodies() {
    let check = |body: &str, expect: Option<&str>| {
        assert_eq!(error_message(body).as_deref(), expect, "for {body}");
    };
    check(r#"{"error":{"message":"bad","type":"t","param":null,"code":null}}"#, Some("bad"));
    check(r#"{"object":"error","message":"bad","type":"t","param":null,"code":"1"}"#, Some("bad"));
    check(r#"{"message":"no route"}"#, Some("no route"));
    check(r#"{"error":{"message":"blocked","status":403},"guardrails":{"x":1}}"#, Some("blocked"));
    check(
        r#"{"detail":[{"type":"missing","loc":["body","messages",0,"role"],"msg":"Field required","input":{"content":"AB123456"}}]}"#,
        Some("body.messages.0.role: Field required"),
    );
    check(r#"{"detail":[{"msg":"a"},{"msg":"b","loc":[]}]}"#, Some("a; b"));
    check(
        r#"{"object":"error","message":{"detail":[{"loc":["body"],"msg":"bad"}]}}"#,
        Some("body: bad"),
    );
    check(r#"{"detail":"Not Found"}"#, Some("Not Found"));
    check(r#"{"error":"model not found"}"#, Some("model not found"));
    check(r#"{"error":{}}"#, None);
    check(r#"{"error":{"message":"  "}}"#, None);
    check("<html></html>", None);
    check("", None);
    check("[]", None);
    let long = "é".repeat(5000);
    assert_eq!(error_message(&format!(r#"{{"message":"{long}"}}"#)).unwrap().chars().count(), 1000);
}

#[test]
fn usage_that_nobody_asked_for_is_left_out() {
    let check = |data: &str, expect: &str| {
        let mut chunk =
            read_chunk(Route::ChatCompletions, data, &Limits::default()).expect("a chunk");
        let changes = chunk.hide_usage(data);
        assert_eq!(changes, data != expect, "for {data}");
        let edits = vec![Vec::new(); chunk.texts.len()];
        assert_eq!(chunk.rewrite(data, &edits).expect("rewritten"), expect);
    };
    check(r#"{"usage":null,"choices":[]}"#, r#"{"choices":[]}"#);
    check(
        r#"{"id":"a" , "usage" : {"prompt_tokens":1} , "choices":[]}"#,
        r#"{"id":"a" , "choices":[]}"#,
    );
    check(r#"{"choices":[],"usage":null }"#, r#"{"choices":[] }"#);
    check(r#"{ "usage":null }"#, "{  }");
    check(r#"{"choices":[{"usage":1}]}"#, r#"{"choices":[{"usage":1}]}"#);
}

#[test]
fn only_running_text_has_a_channel() {
    // A type that no list has is a word all the same: what was held back must not come out in it.
    check_chunk(
        r#"{"choices":[{"delta":{"content":[{"type":"output_text","text":"SON_1] b"}]}}]}"#,
        &[
            "choices[0].delta.content[0].type: output_text",
            "choices[0].delta.content[0].text <0 content>: SON_1] b",
        ],
    );
    check_chunk(
        r#"{"choices":[{"delta":{"content":[{"type":"text","text":7,"later":"x"}]}}]}"#,
        &["choices[0].delta.content[0].{2}: later", "choices[0].delta.content[0].{2}: x"],
    );
    // Arguments that come as an object come whole: each string is a text of its own.
    check_chunk(
        r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"name":"f","arguments":{"text":"[PER","user":"x"}}}]}}]}"#,
        &[
            "choices[0].delta.tool_calls[0].function.name: f",
            "choices[0].delta.tool_calls[0].function.arguments.text: [PER",
            "choices[0].delta.tool_calls[0].function.arguments.user: x",
        ],
    );
}
