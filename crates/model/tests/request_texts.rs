//! Where the texts of a request stand: the field table, place by place.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use model::{EscapeIn, Limits, Request, Route, TextPart, TextPlace, read_request};

fn read(route: Route, body: &str) -> Request {
    read_request(route, body, &Limits::default()).unwrap()
}

fn line(part: &TextPart) -> String {
    let place = match &part.place {
        TextPlace::Text => "text".to_owned(),
        TextPlace::Value { key } => format!("value({key})"),
        TextPlace::Key => "key".to_owned(),
        TextPlace::Number { key } => format!("number({})", key.as_deref().unwrap_or("-")),
        TextPlace::Id => "id".to_owned(),
    };
    let escape = if part.escape == EscapeIn::Json { " json" } else { "" };
    format!("{} {place}{escape}: {}", part.path, part.text)
}

/// The texts of a chat request with these members beside `model` and one message.
fn check(members: &str, expect: &[&str]) {
    let body = format!(
        r#"{{"model":"m","messages":[{{"role":"user","content":"hello"}}]{}{members}}}"#,
        if members.is_empty() { "" } else { "," }
    );
    let request = read(Route::ChatCompletions, &body);
    let lines: Vec<String> = request.texts.iter().map(line).collect();
    let (last, rest) = lines.split_last().unwrap();
    assert_eq!(last, "messages[0].content text: hello", "for {members}");
    assert_eq!(rest, expect, "for {members}");
}

/// The texts of a chat request with these messages.
fn check_messages(messages: &str, expect: &[&str]) {
    let request =
        read(Route::ChatCompletions, &format!(r#"{{"model":"m","messages":[{messages}]}}"#));
    let lines: Vec<String> = request.texts.iter().map(line).collect();
    assert_eq!(lines, expect, "for {messages}");
}

#[test]
fn control_members_pass() {
    check("", &[]);
    check(r#""stream":true,"stream_options":{"include_usage":true}"#, &[]);
    check(r#""temperature":0.123456,"top_p":1,"seed":123456789,"n":2,"max_tokens":100000"#, &[]);
    check(r#""frequency_penalty":-0.5,"presence_penalty":1e-7,"top_k":40"#, &[]);
    check(r#""logit_bias":{"50256":-100,"123456":5}"#, &[]);
    check(r#""logprobs":true,"top_logprobs":5"#, &[]);
    check(r#""tool_choice":"auto""#, &[]);
    check(r#""tool_choice":"any""#, &[]);
    check(r#""reasoning_effort":"high","verbosity":"low","service_tier":"auto""#, &[]);
    check(r#""modalities":["text"],"store":false,"parallel_tool_calls":true"#, &[]);
    check(r#""response_format":{"type":"json_object"}"#, &[]);
    check(r#""temperature":null,"stop":null,"user":null,"tools":null,"seed":null"#, &[]);
    check(r#""safe_prompt":true,"random_seed":7,"prompt_mode":"reasoning""#, &[]);
    check(r#""audio":null"#, &[]);
}

#[test]
fn words_outside_their_set_are_protected() {
    check(r#""tool_choice":"Amina""#, &["tool_choice value(tool_choice): Amina"]);
    check(
        r#""reasoning_effort":"0612345678""#,
        &["reasoning_effort value(reasoning_effort): 0612345678"],
    );
    check(r#""modalities":["text","x"]"#, &["modalities[1] value(modalities): x"]);
    check(r#""response_format":{"type":"Amina"}"#, &["response_format.type value(type): Amina"]);
}

#[test]
fn free_members_are_protected() {
    check(r#""stop":"fin""#, &["stop text: fin"]);
    check(r#""stop":["a","b"]"#, &["stop[0] text: a", "stop[1] text: b"]);
    check(r#""user":"amina@example.ma""#, &["user value(user): amina@example.ma"]);
    check(
        r#""metadata":{"cin":"AB123456","n":7}"#,
        &["metadata.{0} key: cin", "metadata.{0} value(cin): AB123456"],
    );
    check(r#""metadata":{"user":"x"}"#, &["metadata.user value(user): x"]);
    check(r#""prediction":{"type":"content","content":"x"}"#, &["prediction.content text: x"]);
    check(
        r#""logit_bias":{"amina":1,"12":"x","0612345678":1}"#,
        &["logit_bias.{0} key: amina", "logit_bias.{1} text: x", "logit_bias.{2} key: 0612345678"],
    );
}

#[test]
fn unknown_members_are_protected_at_any_depth() {
    check(r#""x_new":"a""#, &["{2} key: x_new", "{2} value(x_new): a"]);
    check(
        r#""x_new":[{"phones":["0612345678",612345678,12.50,1234]}]"#,
        &[
            "{2} key: x_new",
            "{2}[0].{0} key: phones",
            "{2}[0].{0}[0] value(phones): 0612345678",
            "{2}[0].{0}[1] number(phones): 612345678",
        ],
    );
    // However a number is spelled, its digits are searched as those of the plain spelling.
    for (written, plain) in [
        ("-7.58989e0", "-7.58989"),
        ("6.12345678e8", "612345678"),
        ("6.12345678E+08", "612345678"),
        ("612345678.0", "612345678"),
        ("6123456780e-1", "612345678"),
        ("612345678e-12", "0.000612345678"),
        ("33.589890", "33.589890"),
        ("1.2345678e400", "1.2345678e400"),
        ("6e8", "600000000"),
        ("0.0612345678", "0.0612345678"),
    ] {
        let searched = format!("{{2}} number(x): {plain}");
        check(&format!(r#""x":{written}"#), &["{2} key: x", &searched]);
    }
    check(r#""x":[0e99,1.0,1e-40,-0.0]"#, &["{2} key: x"]);
    check(r#""x":{"a":true,"b":null}"#, &["{2} key: x", "{2}.{0} key: a", "{2}.{1} key: b"]);
    // Duplicates that no table names are all seen.
    check(
        r#""x":"1","x":"2""#,
        &["{2} key: x", "{2} value(x): 1", "{3} key: x", "{3} value(x): 2"],
    );
    check(r#""\u0061\u0645":"b""#, &["{2} key: aم", "{2} value(aم): b"]);
}

#[test]
fn tools_come_first() {
    check(
        r#""stop":"s","tools":[{"type":"function","function":{"name":"find","description":"d","strict":true,
            "parameters":{"type":"object","properties":{"cin":{"type":"string","description":"the card","default":"AB123456"}},"required":["cin"]}}}]"#,
        &[
            "tools[0].function.name key: find",
            "tools[0].function.description text: d",
            "tools[0].function.parameters.properties.{0} key: cin",
            "tools[0].function.parameters.properties.{0}.description value(description): the card",
            "tools[0].function.parameters.properties.{0}.default value(cin): AB123456",
            "tools[0].function.parameters.required[0] value(required): cin",
            "stop text: s",
        ],
    );
    check(
        r#""tool_choice":{"type":"function","function":{"name":"find"}}"#,
        &["tool_choice.function.name key: find"],
    );
    check(
        r#""functions":[{"name":"f","description":"d","parameters":{}}],"function_call":{"name":"f"}"#,
        &[
            "functions[0].name key: f",
            "functions[0].description text: d",
            "function_call.name key: f",
        ],
    );
    check(
        r#""response_format":{"type":"json_schema","json_schema":{"name":"n","description":"d","schema":{"title":"t"}}}"#,
        &[
            "response_format.json_schema.name key: n",
            "response_format.json_schema.description text: d",
            "response_format.json_schema.schema.title value(title): t",
        ],
    );
}

#[test]
fn messages() {
    check_messages(
        r#"{"role":"system","content":"s"},{"role":"user","name":"amina","content":"u"}"#,
        &[
            "messages[0].content text: s",
            "messages[1].name value(name): amina",
            "messages[1].content text: u",
        ],
    );
    check_messages(
        r#"{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"},"c"]}"#,
        &[
            "messages[0].content[0].text text: a",
            "messages[0].content[1].text text: b",
            "messages[0].content[2] text: c",
        ],
    );
    check_messages(
        r#"{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"t"}],"closed":true},{"type":"text","text":"a"}],"prefix":true}"#,
        &["messages[0].content[0].thinking[0].text text: t", "messages[0].content[1].text text: a"],
    );
    check_messages(
        r#"{"role":"assistant","content":null,"refusal":"r","reasoning_content":"c","annotations":[]}"#,
        &["messages[0].refusal text: r", "messages[0].reasoning_content text: c"],
    );
    check_messages(
        r#"{"role":"user","content":[{"type":"later","later":{"cin":"AB123456"}}]}"#,
        &[
            "messages[0].content[0].type value(type): later",
            "messages[0].content[0].{1} key: later",
            "messages[0].content[0].{1}.{0} key: cin",
            "messages[0].content[0].{1}.{0} value(cin): AB123456",
        ],
    );
    check_messages(
        r#"{"role":"amina","content":"\u0645\u0631\n\"x\""}"#,
        &["messages[0].role value(role): amina", "messages[0].content text: مر\n\"x\""],
    );
    check_messages(r#"{"role":"user","content":""}"#, &[]);
}

#[test]
fn tool_calls_and_results() {
    check_messages(
        r#"{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","index":0,"function":{"name":"find","arguments":"{\"cin\": \"AB\\u0031\", \"n\":[612345678]}"}}]},
           {"role":"tool","tool_call_id":"call_1","name":"find","content":"{\"cin\":1}"}"#,
        &[
            "messages[0].tool_calls[0].id id: call_1",
            "messages[0].tool_calls[0].function.name key: find",
            "messages[0].tool_calls[0].function.arguments.{0} key: cin",
            "messages[0].tool_calls[0].function.arguments.{0} value(cin): AB1",
            "messages[0].tool_calls[0].function.arguments.n[0] number(n): 612345678",
            "messages[1].tool_call_id id: call_1",
            "messages[1].name key: find",
            r#"messages[1].content text: {"cin":1}"#,
        ],
    );
    // Not JSON, or a scalar: one text that is JSON source.
    check_messages(
        r#"{"role":"assistant","function_call":{"name":"f","arguments":"{\"a\": "}}"#,
        &[
            "messages[0].function_call.name key: f",
            r#"messages[0].function_call.arguments text json: {"a": "#,
        ],
    );
    check_messages(
        r#"{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"12345678"}}]}"#,
        &[
            "messages[0].tool_calls[0].function.name key: f",
            "messages[0].tool_calls[0].function.arguments text json: 12345678",
        ],
    );
    // Mistral takes the object itself.
    check_messages(
        r#"{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"user":"x"}}}]}"#,
        &[
            "messages[0].tool_calls[0].function.name key: f",
            "messages[0].tool_calls[0].function.arguments.user value(user): x",
        ],
    );
    // JSON in a string in JSON in a string.
    check_messages(
        r#"{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\"text\":\"{\\\"user\\\":\\\"x\\\\u0645\\\"}\"}"}}]}"#,
        &[
            "messages[0].tool_calls[0].function.name key: f",
            "messages[0].tool_calls[0].function.arguments.text.user value(user): xم",
        ],
    );
}

#[test]
fn running_text_is_one_text_even_where_it_is_json() {
    let escaped = r#"{"user": "\u0645\u062d", "phone": 612345678, "x": ["a", 612345679]}"#;
    let content = serde_json::to_string(escaped).unwrap();
    check_messages(
        &format!(r#"{{"role":"tool","tool_call_id":"c","content":{content}}}"#),
        &["messages[0].tool_call_id id: c", &format!("messages[0].content text: {escaped}")],
    );
    for text in
        ["{\"user\": 1}", "[PERSON_1] C:\\n", "{\\u0645", "[1] a \\ b", "see {\"a\":\"\\n\"}"]
    {
        let content = serde_json::to_string(text).unwrap();
        check_messages(
            &format!(r#"{{"role":"user","content":{content}}}"#),
            &[&format!("messages[0].content text: {text}")],
        );
    }
}

#[test]
fn embeddings() {
    let check = |body: &str, expect: &[&str], token_ids: bool| {
        let request = read(Route::Embeddings, body);
        let lines: Vec<String> = request.texts.iter().map(line).collect();
        assert_eq!(lines, expect, "for {body}");
        assert_eq!(request.token_ids, token_ids, "for {body}");
        assert!(!request.stream);
    };
    check(r#"{"model":"e","input":"a"}"#, &["input text: a"], false);
    check(r#"{"model":"e","input":["a","b"]}"#, &["input[0] text: a", "input[1] text: b"], false);
    check(r#"{"model":"e","input":[1,2,3000000]}"#, &[], true);
    check(r#"{"model":"e","input":[[1,2],[3]]}"#, &[], true);
    check(
        r#"{"model":"e","input":"a","dimensions":256,"encoding_format":"base64","user":"u"}"#,
        &["user value(user): u", "input text: a"],
        false,
    );
    check(
        r#"{"input":"a","model":"e","output_dtype":"int8","output_dimension":10000}"#,
        &["input text: a"],
        false,
    );
}

#[test]
fn control_values_are_read() {
    let request = read(
        Route::ChatCompletions,
        r#"{"model":"\u006distral","stream":true,"stream_options":{"include_usage":true},"n":3,"max_tokens":50,"max_completion_tokens":50,"messages":[{"role":"user","content":"x"}]}"#,
    );
    assert_eq!(request.model, "mistral");
    assert!(request.stream && request.include_usage && request.content_escape == EscapeIn::Plain);
    assert_eq!((request.choices, request.max_tokens), (3, Some(50)));
    let request = read(
        Route::ChatCompletions,
        r#"{"model":"m","stream":null,"n":null,"max_tokens":null,"messages":[{"role":"user","content":"x"}]}"#,
    );
    assert!(!request.stream && !request.include_usage);
    assert_eq!((request.choices, request.max_tokens), (1, None));
}

#[test]
fn json_output_is_seen() {
    for (format, expect) in
        [("text", false), ("json_object", true), ("json_schema", true), ("xml", false)]
    {
        let body = format!(
            r#"{{"model":"m","response_format":{{"type":"{format}"}},"messages":[{{"role":"user","content":"x"}}]}}"#
        );
        let escape = read(Route::ChatCompletions, &body).content_escape;
        assert_eq!(escape == EscapeIn::Json, expect);
    }
}

#[test]
fn nested_structure_stays_within_the_stack() {
    // The whole depth in the body, and the same again inside of tool arguments.
    let open = "[".repeat(120);
    let close = "]".repeat(120);
    read(
        Route::ChatCompletions,
        &format!(
            r#"{{"model":"m","x":{open}"a"{close},"messages":[{{"role":"user","content":"x"}}]}}"#
        ),
    );
    let limits = Limits { max_depth: usize::MAX, ..Limits::default() };
    for (open, close) in [("[", "]"), (r#"{"x":"#, "}")] {
        let (open, close) = (open.repeat(250), close.repeat(250));
        let body = format!(
            r#"{{"model":"m","x":{open}"a"{close},"messages":[{{"role":"user","content":"x"}}]}}"#
        );
        assert!(read_request(Route::ChatCompletions, &body, &limits).is_ok());
    }
    let (open_thought, close_thought) =
        (r#"[{"type":"thinking","thinking":"#.repeat(120), "}]".repeat(120));
    let body = format!(
        r#"{{"model":"m","messages":[{{"role":"assistant","content":{open_thought}"a"{close_thought}}}]}}"#
    );
    assert!(read_request(Route::ChatCompletions, &body, &limits).is_ok());
    let arguments = format!(r#"{{\"a\":{open}\"0612345678\"{close}}}"#);
    let request = read(
        Route::ChatCompletions,
        &format!(
            r#"{{"model":"m","messages":[{{"role":"assistant","tool_calls":[{{"function":{{"arguments":"{arguments}"}}}}]}}]}}"#
        ),
    );
    assert!(request.texts.iter().any(|part| part.text.contains("0612345678")));
}

#[test]
fn names_of_members_are_context_up_to_a_length() {
    for (length, is_context) in [(128, true), (129, false)] {
        let name = "م".repeat(length);
        let body = format!(
            r#"{{"model":"m","messages":[{{"role":"user","content":"x"}}],"metadata":{{"{name}":["a","b"]}}}}"#
        );
        let request = read(Route::ChatCompletions, &body);
        let keys: Vec<&str> = request
            .texts
            .iter()
            .filter_map(|part| match &part.place {
                TextPlace::Value { key } => Some(&**key),
                _ => None,
            })
            .collect();
        let expect = if is_context { name.as_str() } else { "" };
        assert_eq!(keys, [expect, expect]);
    }
}

#[test]
fn long_control_numbers_are_kept_to_be_compared() {
    let request = read(
        Route::ChatCompletions,
        r#"{"model":"m","messages":[{"role":"user","content":"x"}],"seed":6.123456e8,"top_k":1234,"logit_bias":{"7":-123456}}"#,
    );
    let numbers: Vec<String> = request
        .control_numbers
        .iter()
        .map(|number| format!("{}: {}", number.path, number.digits))
        .collect();
    assert_eq!(numbers, ["seed: 612345600", "logit_bias.{0}: 123456"]);
}
