//! The laws of reading and rewriting, on generated bodies.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use model::dialect::{Dialect, Target, member_edits};
use model::{
    Limits, MemberEdits, Route, TextEdit, TextPlace, body_text, error_message, read_answer,
    read_chunk, read_request,
};
use proptest::prelude::*;
use serde_json::Value;

/// White space as JSON allows it.
fn space() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => Just(String::new()),
        1 => Just(" ".to_owned()),
        1 => Just("\r\n\t ".to_owned()),
    ]
}

/// String content in any of the spellings RFC 8259 allows; `@` marks what a test replaces.
fn content() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Zéم .,0-9]{0,6}",
        2 => Just("@".to_owned()),
        1 => Just("\\u0040".to_owned()),
        1 => Just("\\n".to_owned()),
        1 => Just("\\\"".to_owned()),
        1 => Just("\\\\".to_owned()),
        1 => Just("\\/".to_owned()),
        1 => Just("\\u0645\\u062d".to_owned()),
        1 => Just("\\uD83D\\uDE00".to_owned()),
        1 => Just("😀\u{200f}".to_owned()),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("1e-7".to_owned()),
        Just("0.1".to_owned()),
        Just("-0".to_owned()),
        Just("1E+400".to_owned()),
        Just("1.50".to_owned()),
        Just("1234567890123456789012345678901234567890".to_owned()),
        "-?(0|[1-9][0-9]{0,9})(\\.[0-9]{1,4})?",
    ]
}

/// Any JSON value, oddly spaced.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => content().prop_map(|content| format!("\"{content}\"")),
        2 => number(),
        1 => Just("true".to_owned()),
        1 => Just("null".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            (space(), proptest::collection::vec(inner.clone(), 0..4), space()).prop_map(
                |(before, items, after)| format!(
                    "[{before}{}{after}]",
                    items.join(&format!("{after},"))
                )
            ),
            (space(), proptest::collection::vec((content(), inner), 0..4)).prop_map(
                |(space, members)| {
                    let members: Vec<String> = members
                        .into_iter()
                        .map(|(key, value)| format!("\"{key}\"{space}:{value}{space}"))
                        .collect();
                    format!("{{{}}}", members.join(&format!(",{space}")))
                }
            ),
        ]
    })
}

/// A JSON value as the content of a JSON string: arguments of a tool.
fn arguments() -> impl Strategy<Value = String> {
    value().prop_map(|json| {
        let quoted = serde_json::to_string(&json).unwrap();
        quoted.get(1..quoted.len() - 1).unwrap().to_owned()
    })
}

/// A chat request with unknown members, chunks, tool calls with arguments.
fn request() -> impl Strategy<Value = String> {
    (space(), content(), content(), arguments(), value(), value(), number()).prop_map(
        |(space, text, chunk, arguments, unknown, metadata, temperature)| {
            format!(
                "{{{space}\"x-unknown\"{space}:{unknown},\"model\"{space}:\"m\",\"metadata\":{metadata},\
                 \"temperature\":{temperature}{space},\"messages\":[{space}\
                 {{\"role\":\"user\",\"content\":\"{text}\"}},\
                 {{\"content\":[{{\"type\":\"text\",\"text\":\"{chunk}\"}}{space}],\"role\":\"user\"}},\
                 {{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{{\"id\":\"call_1\",\"type\":\"function\",\
                 \"function\":{{\"name\":\"f\",\"arguments\":\"{arguments}\"}}}}]}}]{space}}}{space}"
            )
        },
    )
}

/// Every string of a value, keys too, that is no control word of the request.
fn replace_marks(value: &mut Value, with: &str, json_depth: u8) {
    match value {
        Value::String(text) => {
            let nested = serde_json::from_str::<Value>(text).ok();
            match nested
                .filter(|nested| json_depth > 0 && (nested.is_object() || nested.is_array()))
            {
                Some(mut nested) => {
                    replace_marks(&mut nested, with, json_depth - 1);
                    *text = nested.to_string();
                }
                None => *text = text.replace('@', with),
            }
        }
        Value::Array(items) => {
            for item in items {
                replace_marks(item, with, json_depth);
            }
        }
        Value::Object(members) => {
            let old = std::mem::take(members);
            for (key, mut value) in old {
                replace_marks(&mut value, with, json_depth);
                members.insert(key.replace('@', with), value);
            }
        }
        _ => {}
    }
}

/// One edit for each `@` of each text.
fn mark_edits(texts: &[model::TextPart], with: &str) -> Vec<Vec<TextEdit>> {
    texts
        .iter()
        .map(|part| {
            let marks = part.text.match_indices('@');
            marks
                .map(|(start, _)| TextEdit { start, end: start + 1, with: with.to_owned() })
                .collect()
        })
        .collect()
}

/// Number spellings must not decide equality here: the bytes are compared elsewhere.
fn parsed(json: &str) -> Option<Value> {
    serde_json::from_str(json).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn without_edits_every_byte_stays(body in request()) {
        let request = read_request(Route::ChatCompletions, &body, &Limits::default()).unwrap();
        let none = vec![Vec::new(); request.texts.len()];
        prop_assert_eq!(request.rewrite(&body, &none, &MemberEdits::default()).unwrap(), body);
    }

    /// Cutting the marks out of the body, and their replacements out of the rewritten one, leaves the same.
    #[test]
    fn bytes_outside_edits_stay(body in request()) {
        // Marks are spelled in one way only, so that they can be cut out of the raw bytes.
        let body = body.replace("u0040", "u0041");
        let request = read_request(Route::ChatCompletions, &body, &Limits::default()).unwrap();
        let rewritten =
            request.rewrite(&body, &mark_edits(&request.texts, "¤"), &MemberEdits::default()).unwrap();
        prop_assert_eq!(rewritten.matches('¤').count(), body.matches('@').count());
        prop_assert_eq!(rewritten.replace('¤', ""), body.replace('@', ""));
    }

    #[test]
    fn every_mark_in_every_string_is_reached(body in request(), with in "[a-z\\[\\]\"\\\\é\n]{0,5}") {
        // A key or text that begins like JSON by replacement would be read differently afterwards.
        let with = format!("x{with}");
        let request = read_request(Route::ChatCompletions, &body, &Limits::default()).unwrap();
        let rewritten =
            request.rewrite(&body, &mark_edits(&request.texts, &with), &MemberEdits::default()).unwrap();
        let (Some(mut expect), Some(found)) = (parsed(&body), parsed(&rewritten)) else {
            // Numbers that serde_json cannot hold.
            return Ok(());
        };
        let arguments = "/messages/2/tool_calls/0/function/arguments";
        let mut found_arguments = found.pointer(arguments).cloned().unwrap();
        let mut expect_arguments = expect.pointer(arguments).cloned().unwrap();
        replace_marks(&mut expect_arguments, &with, 3);
        replace_marks(&mut found_arguments, "", 3);
        let scalar = !matches!(parsed(expect_arguments.as_str().unwrap()), Some(Value::Object(_) | Value::Array(_)));
        if !scalar {
            let mut again = expect_arguments.clone();
            replace_marks(&mut again, "", 3);
            prop_assert_eq!(found_arguments, again);
        }
        replace_marks(&mut expect, &with, 0);
        let mut found = found;
        for value in [&mut expect, &mut found] {
            *value.pointer_mut(arguments).unwrap() = Value::Null;
        }
        prop_assert_eq!(found, expect);
    }

    #[test]
    fn edited_members_leave_the_rest(body in request(), stream in any::<bool>()) {
        let body = if stream { body.replacen("\"model\"", "\"stream\":true,\"model\"", 1) } else { body };
        let request = read_request(Route::ChatCompletions, &body, &Limits::default()).unwrap();
        let target = Target { dialect: Dialect::OpenAi, model_name: "upstream", output_cap: 77, id_key: &[7; 32] };
        let members = member_edits(&request, &body, &target).unwrap();
        let none = vec![Vec::new(); request.texts.len()];
        let rewritten = request.rewrite(&body, &none, &members).unwrap();
        let again = read_request(Route::ChatCompletions, &rewritten, &Limits::default()).unwrap();
        prop_assert_eq!(again.model.as_str(), "upstream");
        prop_assert_eq!(again.max_tokens, Some(77));
        prop_assert_eq!(again.include_usage, stream);
        // Taking the documented edits back gives the client's bytes.
        let mut back = rewritten.replacen("\"upstream\"", "\"m\"", 1);
        let inserted = if stream {
            ",\"stream_options\":{\"include_usage\":true},\"max_completion_tokens\":77"
        } else {
            ",\"max_completion_tokens\":77"
        };
        back = back.replacen(inserted, "", 1);
        prop_assert_eq!(back, body);
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60), in_body in any::<bool>()) {
        let bytes = if in_body { [b"{\"model\":\"", bytes.as_slice(), b"\"}"].concat() } else { bytes };
        match body_text(&bytes) {
            Ok(text) => {
                error_message(text);
                drop(read_request(Route::ChatCompletions, text, &Limits::default()));
                drop(read_answer(Route::ChatCompletions, text, &Limits::default()));
            }
            Err(error) => prop_assert!(error.message.contains("not UTF-8")),
        }
    }

    #[test]
    fn nothing_panics(text in "(\\{|\\[|\"[a-z@]{0,8}\"|:|,|\\}|\\]|[0-9.e-]{1,6}|null|true|\\\\u[0-9a-f]{0,4}| |é){0,24}") {
        let limits = Limits::default();
        for route in [Route::ChatCompletions, Route::Embeddings] {
            for wrapped in [
                text.clone(),
                format!("{{\"model\":\"m\",\"messages\":[{text}]}}"),
                format!("{{\"model\":\"m\",\"messages\":[{{\"role\":\"user\",\"content\":{text}}}]}}"),
                format!("{{\"model\":\"m\",\"input\":{text}}}"),
                format!("{{\"choices\":[{text}],\"usage\":{text}}}"),
                format!("{{\"choices\":[{{\"delta\":{text},\"message\":{text}}}]}}"),
            ] {
                if let Ok(request) = read_request(route, &wrapped, &limits) {
                    for dialect in [Dialect::OpenAi, Dialect::Mistral, Dialect::Local] {
                        let target = Target { dialect, model_name: "u", output_cap: 5, id_key: &[7; 32] };
                        if let Ok(members) = member_edits(&request, &wrapped, &target) {
                            let edits = mark_edits(&request.texts, "x");
                            request.rewrite(&wrapped, &edits, &members).unwrap();
                        }
                    }
                }
                if let Ok(answer) = read_answer(route, &wrapped, &limits) {
                    answer.rewrite(&wrapped, &mark_edits(&answer.texts, "x")).unwrap();
                }
                if let Ok(chunk) = read_chunk(route, &wrapped, &limits) {
                    chunk.rewrite(&wrapped, &mark_edits(&chunk.texts, "x")).unwrap();
                }
                error_message(&wrapped);
            }
        }
    }
}

#[test]
fn edits_that_fit_nothing_are_refused() {
    let body = r#"{"model":"m","messages":[{"role":"user","content":"a\u0645b"}]}"#;
    let request = read_request(Route::ChatCompletions, body, &Limits::default()).unwrap();
    let rewrite = |edits: &[(usize, usize)]| {
        let edits = edits.iter().map(|(start, end)| TextEdit {
            start: *start,
            end: *end,
            with: "x".to_owned(),
        });
        request.rewrite(body, &[edits.collect()], &MemberEdits::default())
    };
    assert!(rewrite(&[(0, 1), (1, 3)]).is_ok());
    assert!(rewrite(&[(1, 3), (0, 1)]).is_ok());
    assert!(rewrite(&[(1, 2)]).is_err());
    assert!(rewrite(&[(0, 9)]).is_err());
    assert!(rewrite(&[(3, 1)]).is_err());
    assert!(rewrite(&[(0, 3), (1, 4)]).is_err());
    assert!(request.rewrite(body, &[], &MemberEdits::default()).is_err());
    assert!(request.rewrite("{}", &[Vec::new()], &MemberEdits::default()).is_err());
}

#[test]
fn an_id_that_the_dialect_exchanges_may_be_edited_too() {
    let body = r#"{"model":"m","messages":[{"role":"tool","tool_call_id":"call_0612345678","content":"x"}]}"#;
    let request = read_request(Route::ChatCompletions, body, &Limits::default()).unwrap();
    let target =
        Target { dialect: Dialect::Mistral, model_name: "u", output_cap: 5, id_key: &[7; 32] };
    let members = member_edits(&request, body, &target).unwrap();
    let edits: Vec<Vec<TextEdit>> = request
        .texts
        .iter()
        .map(|part| match part.place {
            TextPlace::Id => vec![TextEdit { start: 5, end: 15, with: "y".to_owned() }],
            _ => Vec::new(),
        })
        .collect();
    let rewritten = request.rewrite(body, &edits, &members).unwrap();
    let id = model::dialect::opaque_id(&[7; 32], "call_0612345678");
    assert!(rewritten.contains(&format!("\"tool_call_id\":\"{id}\"")), "{rewritten}");
}

#[test]
fn debug_shows_no_text() {
    let body = r#"{"model":"m","messages":[{"role":"user","content":"AB123456"}],"metadata":{"CD123456":"EF123456"}}"#;
    let request = read_request(Route::ChatCompletions, body, &Limits::default()).unwrap();
    let shown =
        format!("{:?} {:?}", request, TextEdit { start: 0, end: 1, with: "AB123456".to_owned() });
    for canary in ["AB123456", "CD123456", "EF123456"] {
        assert!(!shown.contains(canary), "{shown}");
    }
    assert!(shown.contains("messages[0].content"));
}
