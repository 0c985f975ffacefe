//! What a request is told when it cannot be accepted.
#![expect(clippy::panic, reason = "helpers of tests fail the test")]

use model::{Limits, RequestErrorKind, Route, body_text, read_request};

const UNREADABLE: &str = "unreadable ";

/// `expect` is the parameter, a colon and a piece of the message.
fn check_route(route: Route, body: &str, expect: &str) {
    let Err(error) = read_request(route, body, &Limits::default()) else {
        panic!("accepted: {body}");
    };
    let unreadable = expect.starts_with(UNREADABLE);
    assert_eq!(error.is_unreadable_input(), unreadable, "for {body}: {error}");
    let (param, message) =
        expect.trim_start_matches(UNREADABLE).split_once(": ").unwrap_or_default();
    assert_eq!(error.param.as_deref().unwrap_or("-"), param, "for {body}: {error}");
    assert!(error.to_string().contains(message), "for {body}: {error}");
}

fn check(body: &str, expect: &str) {
    check_route(Route::ChatCompletions, body, expect);
}

/// A good request but for these members.
fn check_member(members: &str, expect: &str) {
    check(
        &format!(r#"{{"model":"m","messages":[{{"role":"user","content":"x"}}],{members}}}"#),
        expect,
    );
}

fn check_message(message: &str, expect: &str) {
    check(&format!(r#"{{"model":"m","messages":[{message}]}}"#), expect);
}

#[test]
fn bodies() {
    check("", "-: the body is empty; a JSON object was expected at byte 0");
    check("\u{feff}{}", "-: byte order mark");
    check("[]", "-: must be a JSON object, not a list");
    check("\"x\"", "-: must be a JSON object, not a string");
    check("{\"model\":\"m\"", "model: ends too early at byte 12");
    check(r#"{"model":"m"} {"#, "-: something follows after the end of the JSON value at byte 14");
    check(
        r#"{"messages":[{"content":"a \udc00 b"}]}"#,
        "messages[0].content: half of a surrogate pair",
    );
    check(
        "{\"messages\":[{\"content\":\"a\nb\"}]}",
        "messages[0].content: control character at byte 26",
    );
    check(
        &format!("{}{}", r#"{"x":"#, "[".repeat(1000)),
        "{0}[0][0][0][0][0][0][0][0][0][0][0]…: too deep at byte 132",
    );
}

#[test]
fn bodies_that_are_no_text() {
    let check = |body: &[u8], param: Option<&str>, message: &str| {
        let Err(error) = body_text(body) else { panic!("accepted: {body:?}") };
        assert_eq!(error.param.as_deref(), param);
        assert_eq!(error.kind, RequestErrorKind::InvalidJson);
        assert!(error.to_string().contains(message), "{error}");
    };
    check(b"\xff", None, "byte 0;");
    check(b"{\"model\":\"\xe9\"}", Some("model"), "byte 10 (in `model`)");
    check(b"{\"messages\":[{\"content\":\"caf\xe9\"}]}", Some("messages[0].content"), "byte 28");
    check(
        b"{\"messages\":[{\"content\":\"\xed\xa0\x80\"}]}",
        Some("messages[0].content"),
        "byte 25",
    );
    check(b"{\"0612345678\":\"\xe9\"}", Some("{0}"), "byte 15");
    assert_eq!(body_text("{\"a\":\"é\"}".as_bytes()), Ok("{\"a\":\"é\"}"));
}

#[test]
fn the_model() {
    check(r#"{"messages":[{"role":"user","content":"x"}]}"#, "model: missing");
    check(r#"{"model":"","messages":[{"role":"user","content":"x"}]}"#, "model: empty");
    check(r#"{"model":"  ","messages":[{"role":"user","content":"x"}]}"#, "model: empty");
    check(r#"{"model":null,"messages":[{"role":"user","content":"x"}]}"#, "model: missing");
    check(
        r#"{"model":7,"messages":[{"role":"user","content":"x"}]}"#,
        "model: must be a string, not a number",
    );
    check(r#"{"model":["m"]}"#, "model: must be a string, not a list");
}

#[test]
fn messages() {
    check(r#"{"model":"m"}"#, "messages: missing");
    check(r#"{"model":"m","messages":null}"#, "messages: missing");
    check(r#"{"model":"m","messages":[]}"#, "messages: empty");
    check(r#"{"model":"m","messages":{}}"#, "messages: must be a list, not an object");
    check(r#"{"model":"m","messages":"hello"}"#, "messages: must be a list, not a string");
    check_message("\"hello\"", "messages[0]: must be an object, not a string");
    check_message("null", "messages[0]: must be an object, not null");
    check_message("{}", "messages[0].role: missing");
    check_message(
        r#"{"role":7,"content":"x"}"#,
        "messages[0].role: must be a string, not a number",
    );
    check_message(r#"{"role":"user"}"#, "messages[0].content: missing or null");
    check_message(r#"{"role":"user","content":null}"#, "messages[0].content: missing or null");
    check_message(r#"{"role":"assistant","content":null}"#, "messages[0].content: missing or null");
    check_message(
        r#"{"role":"assistant","tool_calls":null}"#,
        "messages[0].content: missing or null",
    );
    check_message(r#"{"role":"tool","tool_calls":[]}"#, "messages[0].content: missing or null");
    check_message(
        r#"{"role":"user","content":7}"#,
        "messages[0].content: a string or a list of content chunks",
    );
    check_message(
        r#"{"role":"user","content":{"text":"x"}}"#,
        "messages[0].content: not an object",
    );
    check_message(r#"{"role":"user","content":[7]}"#, "messages[0].content[0]: must be an object");
    check_message(
        r#"{"role":"user","content":[{"type":"text","text":7}]}"#,
        "messages[0].content[0].text: must be a string, not a number",
    );
    check_message(
        r#"{"role":"assistant","tool_calls":[{"id":7}]}"#,
        "messages[0].tool_calls[0].id: must be a string",
    );
    check_message(
        r#"{"role":"assistant","tool_calls":{}}"#,
        "messages[0].tool_calls: must be a list, not an object",
    );
    check_message(
        r#"{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":7}}]}"#,
        "messages[0].tool_calls[0].function.arguments: a string that holds JSON",
    );
    check(
        r#"{"model":"m","messages":[{"role":"user","content":"x"},{"role":"user"}]}"#,
        "messages[1].content: missing or null",
    );
}

#[test]
fn control_members() {
    check_member(r#""stream":"true""#, "stream: must be true or false, not a string");
    check_member(r#""stream":1"#, "stream: must be true or false, not a number");
    check_member(r#""stream_options":true"#, "stream_options: must be an object");
    check_member(
        r#""stream_options":{"include_usage":1}"#,
        "stream_options.include_usage: true or false",
    );
    check_member(r#""n":0"#, "n: an integer from 1 to 8");
    check_member(r#""n":9"#, "n: an integer from 1 to 8");
    check_member(r#""n":-1"#, "n: an integer from 1 to 8");
    check_member(r#""n":1.5"#, "n: an integer from 1 to 8");
    check_member(r#""n":"2""#, "n: must be a number, not a string");
    check_member(r#""max_tokens":0"#, "max_tokens: positive integer");
    check_member(r#""max_tokens":-5"#, "max_tokens: positive integer");
    check_member(r#""max_tokens":1e3"#, "max_tokens: positive integer");
    check_member(r#""max_tokens":99999999999999999999999"#, "max_tokens: positive integer");
    check_member(r#""max_tokens":"0612345678""#, "max_tokens: must be a number, not a string");
    check_member(r#""max_completion_tokens":0"#, "max_completion_tokens: positive integer");
    check_member(r#""max_tokens":5,"max_completion_tokens":6"#, "max_tokens: different things");
    check_member(r#""temperature":"0612345678""#, "temperature: must be a number");
    check_member(r#""seed":{}"#, "seed: must be a number, not an object");
    check_member(r#""logit_bias":[]"#, "logit_bias: must be an object, not a list");
    check_member(r#""stop":7"#, "stop: a string or a list of strings");
    check_member(r#""stop":[null]"#, "stop[0]: must be a string, not null");
    check_member(r#""tools":{}"#, "tools: must be a list");
    check_member(r#""tools":["x"]"#, "tools[0]: must be an object");
    check_member(r#""tool_choice":7"#, "tool_choice: a word or an object");
    check_member(r#""response_format":"json""#, "response_format: must be an object");
    check_member(r#""audio":{"voice":"x"}"#, "unreadable audio: answers as audio");
}

#[test]
fn duplicates_of_members_that_the_table_names() {
    check_member(r#""model":"other""#, "model: stands twice (again at byte 56)");
    check_member(r#""mod\u0065l":"other""#, "model: stands twice");
    check_member(r#""\u006d\u006f\u0064\u0065\u006c":"other""#, "model: stands twice");
    check_member(r#""messages":[]"#, "messages: stands twice");
    check_member(r#""stream":true,"stream":false"#, "stream: stands twice");
    check_member(r#""max_tokens":1,"max_tokens":1"#, "max_tokens: stands twice");
    check_member(
        r#""stream_options":{"include_usage":true,"include_usage":false}"#,
        "stream_options.include_usage: stands twice",
    );
    check_message(
        r#"{"role":"user","role":"system","content":"x"}"#,
        "messages[0].role: stands twice",
    );
    check_message(
        r#"{"role":"user","content":"x","cont\u0065nt":"y"}"#,
        "messages[0].content: stands twice",
    );
}

#[test]
fn members_that_some_servers_read_in_any_case() {
    check_member(r#""Stream":true"#, "stream: spelled like `stream`");
    check_member(r#""MAX_TOKENS":5"#, "max_tokens: spelled like `max_tokens`");
    check_member("\"\u{17f}tream\":true", "stream: spelled like `stream`");
    check_member("\"to\u{212a}en\":1,\"top_\u{212a}\":1", "top_k: spelled like `top_k`");
    check_message(
        r#"{"role":"user","content":[{"type":"image_url","Image_Url":"https://example.ma/a.png"}]}"#,
        "messages[0].content[0].image_url: spelled like `messages[0].content[0].image_url`",
    );
    check_member(r#""Mod\u0065l":"x""#, "model: spelled like `model`");
}

#[test]
fn content_that_cannot_be_read() {
    let check = |chunk: &str, expect: &str| {
        check_message(
            &format!(r#"{{"role":"user","content":[{{"type":"text","text":"x"}},{chunk}]}}"#),
            expect,
        );
    };
    check(
        r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}"#,
        "unreadable messages[0].content[1].image_url: images",
    );
    check(
        r#"{"type":"image_url","image_url":"https://example.ma/a.png"}"#,
        "unreadable messages[0].content[1].image_url: images",
    );
    check(
        r#"{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}"#,
        "unreadable messages[0].content[1].input_audio: audio",
    );
    check(
        r#"{"type":"file","file":{"file_id":"f"}}"#,
        "unreadable messages[0].content[1].file: files",
    );
    check(
        r#"{"type":"document_url","document_url":"https://example.ma/a.pdf"}"#,
        "unreadable messages[0].content[1].document_url: files",
    );
    check(
        r#"{"type":"newer","newer":{"url":"data:application/pdf;base64,AAAA"}}"#,
        "unreadable messages[0].content[1].{1}.url: data: URI",
    );
    check_message(
        r#"{"role":"assistant","content":"x","audio":{"id":"a"}}"#,
        "unreadable messages[0].audio: audio that the provider stores",
    );
}

#[test]
fn embeddings() {
    let check = |body: &str, expect: &str| check_route(Route::Embeddings, body, expect);
    check(r#"{"model":"e"}"#, "input: missing");
    check(r#"{"model":"e","input":null}"#, "input: missing");
    check(r#"{"model":"e","input":""}"#, "input: empty");
    check(r#"{"model":"e","input":[]}"#, "input: empty");
    check(r#"{"model":"e","input":7}"#, "input: a string or a list");
    check(r#"{"model":"e","input":[null]}"#, "input[0]: must be a string");
    check(r#"{"model":"e","input":["a",7]}"#, "input: mixes strings and token ids");
    check(r#"{"model":"e","input":[["a"]]}"#, "input[0]: must be a string");
    check(r#"{"model":"e","input":[{"type":"image_url"}]}"#, "unreadable input[0]: not text");
    check(r#"{"input":"a"}"#, "model: missing");
}

#[test]
fn no_message_repeats_content() {
    let canary = "AB123456";
    for body in [
        format!(r#"{{"{canary}":[{{"{canary}":nul}}]}}"#),
        format!(r#"{{"model":{{"{canary}":"{canary}"}}}}"#),
        format!(r#"{{"model":"{canary}","messages":"{canary}"}}"#),
        format!(r#"{{"model":"{canary}","messages":[{{"role":["{canary}"]}}]}}"#),
        format!(r#"{{"model":"m","stop":{{"{canary}":1}}}}"#),
        canary.to_owned(),
        format!("\"{canary}\\"),
    ] {
        let Err(error) = read_request(Route::ChatCompletions, &body, &Limits::default()) else {
            panic!("accepted: {body}");
        };
        assert!(!format!("{error:?}{error}").contains(canary), "{error:?}");
    }
}

#[test]
fn names_hold_no_control_characters() {
    check_member(r#""model\u0000":"other""#, "-: control character");
    check_member(r#""x\u007f":1"#, "-: control character");
    check_member(
        r#""stream_options":{"include_usage\u0000":true}"#,
        "stream_options: control character",
    );
    check_message(
        r#"{"role":"user","content":"x","content\u0000":"y"}"#,
        "messages[0]: control character",
    );
}

/// A request with these arguments of a tool, given as they are before they become a string.
fn with_arguments(arguments: &str) -> String {
    let arguments = serde_json::to_string(arguments).unwrap_or_default();
    format!(
        r#"{{"model":"m","messages":[{{"role":"assistant","tool_calls":[{{"function":{{"name":"f","arguments":{arguments}}}}}]}}]}}"#
    )
}

/// JSON in a string in JSON, `levels` strings deep.
fn strings_deep(levels: usize) -> String {
    let innermost = r#"{"a":"\u0645\u062d"}"#.to_owned();
    (1..levels).fold(innermost, |json, _| {
        format!("{{\"a\":{}}}", serde_json::to_string(&json).unwrap_or_default())
    })
}

#[test]
fn json_in_strings_stays_within_the_limits() {
    let arguments = "messages[0].tool_calls[0].function.arguments";
    let accepted =
        |body: &str| read_request(Route::ChatCompletions, body, &Limits::default()).is_ok();
    assert!(accepted(&with_arguments(&strings_deep(3))));
    check(
        &with_arguments(&strings_deep(4)),
        &format!("{arguments}.{{0}}.{{0}}.{{0}}: JSON in more than 3 strings"),
    );
    // What only looks like JSON, and JSON without escapes, is one text.
    assert!(accepted(&with_arguments(&strings_deep(3).replace("u0645", "u0645]}"))));
    check(
        &with_arguments(&"[".repeat(200)),
        &format!("{arguments}: nested too deeply or has too many values"),
    );
    // One count for the body and everything in its strings.
    let body = with_arguments(&format!("[{}1]", "1,".repeat(19)));
    for (max_members, fits) in [(38, true), (37, false)] {
        let limits = Limits { max_members, ..Limits::default() };
        let read = read_request(Route::ChatCompletions, &body, &limits);
        assert_eq!(read.is_ok(), fits, "with {max_members}: {read:?}");
    }
}
