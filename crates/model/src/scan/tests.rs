use proptest::prelude::*;

use super::*;
use crate::document::NodeId;

fn check(input: &str, expect: &str) {
    let limits = Limits { max_depth: 6, max_members: 20, ..Limits::default() };
    let result = match scan(input, &limits, usize::MAX) {
        Ok(document) => format!("ok {}", document.nodes.len()),
        Err(error) => {
            format!("{:?} {} {}", error.fault, error.offset, error.path).trim_end().to_owned()
        }
    };
    assert_eq!(result, expect, "for {input}");
}

#[test]
fn accepts_json() {
    check("{}", "ok 1");
    check("[]", "ok 1");
    check(" \t\r\n{ }\n", "ok 1");
    check("true", "ok 1");
    check("\"\"", "ok 1");
    check("-0", "ok 1");
    check("1e-7", "ok 1");
    check("0.1E+20", "ok 1");
    check("1234567890123456789012345678901234567890", "ok 1");
    check(r#"{"a":[1,{"b":null}],"c":"d"}"#, "ok 6");
    check(r#""\"\\\/\b\f\n\r\t\u00e9""#, "ok 1");
    check(r#""\ud83d\ude00""#, "ok 1");
    check("\"\u{7f}\u{2028}مرحبا\"", "ok 1");
    check(r#"{"":{"":""}}"#, "ok 3");
    check("[[[[[[]]]]]]", "ok 6");
}

#[test]
fn names_faults_and_where_they_are() {
    check("", "Empty 0");
    check("  ", "Empty 2");
    check("\u{feff}{}", "ByteOrderMark 0");
    check("{", "End 1");
    check("{\"model\"", "End 8 model");
    check("{\"model\":", "End 9 model");
    check("{\"model\":\"x", "End 11 model");
    check("{\"model\":\"x\\", "End 11 model");
    check("[1", "End 2 [0]");
    check("{} x", "Trailing 3");
    check("{}{}", "Trailing 2");
    check("nul", "Value 0");
    check("truE", "Value 0");
    check("NaN", "Value 0");
    check("[Infinity]", "Value 1 [0]");
    check("'a'", "Value 0");
    check("[,]", "Value 1 [0]");
    check("[1,]", "Value 3 [1]");
    check("[1 2]", "ListGoesOn 3 [0]");
    check("[1}", "ListGoesOn 2 [0]");
    check("{\"a\":1]", "ObjectGoesOn 6 {0}");
    check("{\"model\":1 \"n\":2}", "ObjectGoesOn 11 model");
    check("{1:2}", "Key 1");
    check("{\"model\":1,}", "Key 11");
    check("{,}", "Key 1");
    check("{\"a\" 1}", "Colon 5 {0}");
    check("01", "Number 1");
    check("-", "Number 1");
    check("+1", "Value 0");
    check(".5", "Value 0");
    check("1.", "Number 2");
    check("1.e3", "Number 2");
    check("1e", "Number 2");
    check("1e+", "Number 3");
    check("0x1F", "Trailing 1");
    check("\"a\nb\"", "ControlCharacter 2");
    check("\"a\tb\"", "ControlCharacter 2");
    check("{\"messages\":[{\"content\":\"a\u{1}\"}]}", "ControlCharacter 26 messages[0].content");
    check(r#""\x""#, "Escape 1");
    check(r#""\u12""#, "Escape 1");
    check(r#""\u12g4""#, "Escape 1");
    check(r#""\u+123""#, "Escape 1");
    check(r#"{"messages":[{"content":"\ud83d"}]}"#, "LoneSurrogate 25 messages[0].content");
    check(r#""\ude00\ud83d""#, "LoneSurrogate 1");
    check(r#""\ud83dA""#, "LoneSurrogate 1");
    check(r#""\ud83d\n""#, "LoneSurrogate 1");
    check("[[[[[[[]]]]]]]", "TooDeep 6 [0][0][0][0][0][0]");
    check("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]", "TooMany 49 [19]");
}

#[test]
fn paths_repeat_no_name_that_a_client_invented() {
    check(r#"{"model":1,"0612345678":{"content":[1,x]}}"#, "Value 38 {1}.content[1]");
    check(r#"{"mod\u0065l":x}"#, "Value 14 model");
}

#[test]
fn deep_nesting_ends_in_an_error_not_in_the_stack() {
    let body = "[".repeat(2_000_000);
    let error = scan(&body, &Limits::default(), usize::MAX).unwrap_err();
    assert_eq!((error.fault, error.offset), (Fault::TooDeep, 128));
}

#[test]
fn records_ranges() {
    let text = r#" {"a": "b\n", "c":[ 1.50 ,{}]} "#;
    let document = scan(text, &Limits::default(), usize::MAX).unwrap();
    let values: Vec<&str> =
        (0..).take(document.nodes.len()).map(|index| document.raw(text, NodeId(index))).collect();
    assert_eq!(
        values,
        [r#"{"a": "b\n", "c":[ 1.50 ,{}]}"#, r#""b\n""#, "[ 1.50 ,{}]", "1.50", "{}"]
    );
    let keys: Vec<_> = document.children(Document::ROOT).map(|id| document.key(text, id)).collect();
    assert_eq!(keys, ["a", "c"]);
}

#[test]
fn deeper_values_are_checked_without_being_recorded() {
    let text = r#"{"data":[{"embedding":[1,2,3]}],"usage":{"prompt_tokens":3}}"#;
    assert_eq!(scan(text, &Limits::default(), 2).unwrap().nodes.len(), 5);
    assert!(scan(&text.replace("2,3", "2,,3"), &Limits::default(), 2).is_err());
}

/// Text that is often JSON and often nearly JSON.
fn nearly_json() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(","),
        Just(":"),
        Just("\""),
        Just("\\"),
        Just(" "),
        Just("\n"),
        Just("true"),
        Just("false"),
        Just("null"),
        Just("0"),
        Just("1"),
        Just("-"),
        Just("."),
        Just("e"),
        Just("E+"),
        Just("\"a\""),
        Just("\"b\":"),
        Just("\\u00e9"),
        Just("\\ud83d\\ude00"),
        Just("\\ud83d"),
        Just("é"),
        Just("م"),
        Just("\u{1}"),
        Just("\t"),
        Just("12.5e-3"),
        Just("\\n"),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn accepts_what_a_known_parser_accepts(text in nearly_json()) {
        let known = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        // serde_json reads numbers into f64 and so refuses exponents out of its range; none occur here.
        prop_assert_eq!(scan(&text, &Limits::default(), usize::MAX).is_ok(), known, "{}", text);
    }

    #[test]
    fn never_panics(text in any::<String>()) {
        let errors = scan(&text, &Limits::default(), usize::MAX).err();
        if let Some(error) = errors {
            prop_assert!(error.offset <= text.len());
        }
    }

    #[test]
    fn a_cut_text_is_no_text(cut in 0usize..60) {
        let text = r#"{"a":[1,2.5e3,"x\u00e9\n",{"b":null}],"c":true,"d":"مرحبا"}"#;
        if text.is_char_boundary(cut) && cut < text.len() {
            let part = text.get(..cut).unwrap();
            prop_assert!(scan(part, &Limits::default(), usize::MAX).is_err());
        }
    }
}
