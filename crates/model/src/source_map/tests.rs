use proptest::prelude::*;

use super::*;

/// Each character of the decoded text with the source it is written with.
fn check(content: &str, expect: &[(&str, &str)]) {
    let (text, map) = decode(content, 0);
    let pairs: Vec<(String, &str)> = text
        .char_indices()
        .map(|(position, character)| {
            let start = map.raw(position).unwrap();
            let end = map.raw(position + character.len_utf8()).unwrap();
            (character.to_string(), content.get(start..end).unwrap())
        })
        .collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(text, raw)| (text.as_str(), *raw)).collect();
    assert_eq!(pairs, expect, "for {content}");
}

#[test]
fn maps_each_character_to_its_source() {
    check("", &[]);
    check("ab", &[("a", "a"), ("b", "b")]);
    check("é", &[("é", "é")]);
    check(r"\n", &[("\n", r"\n")]);
    check(r"a\tb", &[("a", "a"), ("\t", r"\t"), ("b", "b")]);
    check(r#"\"\\\/"#, &[("\"", r#"\""#), ("\\", r"\\"), ("/", r"\/")]);
    check(r"\u0645\u062d", &[("م", r"\u0645"), ("ح", r"\u062d")]);
    check(r"\u0041\u00e9\u20ac", &[("A", r"\u0041"), ("é", r"\u00e9"), ("€", r"\u20ac")]);
    check(r"x\ud83d\ude00y", &[("x", "x"), ("😀", r"\ud83d\ude00"), ("y", "y")]);
    check(r"\u0645 \u0645", &[("م", r"\u0645"), (" ", " "), ("م", r"\u0645")]);
}

#[test]
fn a_malformed_escape_becomes_a_replacement_character() {
    for content in [r"\", r"\u", r"\u12", r"\ud83d", r"\ud83dx", r"\ud83d\u0041", r"\udc00"] {
        let (text, map) = decode(content, 0);
        assert_eq!(map.raw(text.len()), Some(content.len()), "for {content}");
    }
}

#[test]
fn has_no_place_inside_an_escape() {
    let (_, map) = decode(r"\u0645", 0);
    assert_eq!([map.raw(0), map.raw(1), map.raw(2), map.raw(3)], [Some(0), None, Some(6), None]);
}

#[test]
fn escapes_what_json_requires() {
    assert_eq!(
        quoted("a\"b\\c\n\r\t\u{8}\u{c}\u{1}\u{1f}é😀/"),
        "\"a\\\"b\\\\c\\n\\r\\t\\b\\f\\u0001\\u001fé😀/\""
    );
}

/// Writes a text as JSON string content, each character in one of the ways RFC 8259 allows.
fn written(text: &str, ways: &[u8]) -> String {
    let mut out = String::new();
    for (character, way) in text.chars().zip(ways.iter().cycle()) {
        if way % 3 == 0 {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                let unit = if way % 2 == 0 { format!("{unit:04x}") } else { format!("{unit:04X}") };
                out.extend(["\\u", unit.as_str()]);
            }
        } else {
            escape_into(character.encode_utf8(&mut [0; 4]), &mut out);
        }
    }
    out
}

proptest! {
    #[test]
    fn decodes_what_was_written(text in any::<String>(), ways in proptest::collection::vec(any::<u8>(), 1..40)) {
        let content = written(&text, &ways);
        let (decoded, map) = decode(&content, 7);
        prop_assert_eq!(&decoded, &text);
        prop_assert_eq!(map.raw(0), Some(7));
        prop_assert_eq!(map.raw(decoded.len()), Some(7 + content.len()));
        prop_assert_eq!(serde_json::from_str::<String>(&format!("\"{content}\"")).unwrap(), text);
    }

    /// Through two escapings, the source of any range of the innermost text decodes to that range.
    #[test]
    fn maps_compose(
        text in any::<String>(),
        ways in proptest::collection::vec(any::<u8>(), 1..40),
        outer_ways in proptest::collection::vec(any::<u8>(), 1..40),
        before in "[a-zé\\\\\"\n]{0,6}",
        range in any::<(prop::sample::Index, prop::sample::Index)>(),
    ) {
        let middle = format!("{before}\"{}\"", written(&text, &ways));
        let outer = written(&middle, &outer_ways);
        let (decoded_middle, outer_map) = decode(&outer, 3);
        prop_assert_eq!(&decoded_middle, &middle);
        let inner_content = middle.get(before.len() + 1..middle.len() - 1).unwrap();
        let (decoded, inner_map) = decode(inner_content, before.len() + 1);
        prop_assert_eq!(&decoded, &text);
        let map = inner_map.within(&outer_map);
        let boundaries: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        let (one, other) = (*range.0.get(&boundaries), *range.1.get(&boundaries));
        let (start, end) = (one.min(other), one.max(other));
        let (raw_start, raw_end) = (map.raw(start).unwrap() - 3, map.raw(end).unwrap() - 3);
        let source = outer.get(raw_start..raw_end).unwrap();
        let once = decode(source, 0).0;
        let twice = decode(&once, 0).0;
        prop_assert_eq!(twice.as_str(), text.get(start..end).unwrap());
    }
}
