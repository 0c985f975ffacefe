//! Server-sent events: whatever way the bytes are split, the events are the same.

use model::{Event, EventError, EventParser, error_event, event_with_data};
use proptest::prelude::*;

const LIMIT: usize = 1000;

/// All events of a stream that comes in these pieces, and how it ended.
fn parse<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> (Vec<Event>, Result<(), EventError>) {
    let mut parser = EventParser::new(LIMIT);
    let mut events = Vec::new();
    let mut result = Ok(());
    for piece in pieces {
        result = result.and(parser.push(piece));
        events.extend(std::iter::from_fn(|| parser.next()));
    }
    let result = result.and(parser.finish());
    events.extend(std::iter::from_fn(|| parser.next()));
    (events, result)
}

/// `expect` lists name and data of each event.
fn check(stream: &str, expect: &[(Option<&str>, &str)], end: Result<(), EventError>) {
    let (events, result) = parse([stream.as_bytes()]);
    let found: Vec<(Option<&str>, &str)> =
        events.iter().map(|event| (event.event.as_deref(), event.data.as_str())).collect();
    assert_eq!(found, expect, "for {stream:?}");
    assert_eq!(result, end, "for {stream:?}");
    if result.is_ok() {
        let raw: String = events.iter().map(|event| event.raw.as_str()).collect();
        assert_eq!(raw, stream);
    }
}

#[test]
fn reads_events() {
    check("", &[], Ok(()));
    check("data: a\n\n", &[(None, "a")], Ok(()));
    check("data: a\n\ndata: [DONE]\n\n", &[(None, "a"), (None, "[DONE]")], Ok(()));
    check("data: a\r\n\r\ndata: b\r\n\r\n", &[(None, "a"), (None, "b")], Ok(()));
    check("data: a\r\rdata: b\r\r", &[(None, "a"), (None, "b")], Ok(()));
    check("data: a\n\r\n", &[(None, "a")], Ok(()));
    check("data:a\n\n", &[(None, "a")], Ok(()));
    check("data:  a \n\n", &[(None, " a ")], Ok(()));
    check("data\n\n", &[(None, "")], Ok(()));
    check("data: a\ndata: b\ndata:\n\n", &[(None, "a\nb\n")], Ok(()));
    check("event: done\ndata: a\nid: 7\nretry: 1\n\n", &[(Some("done"), "a")], Ok(()));
    check("event: one\nevent: two\ndata: a\n\n", &[(Some("two"), "a")], Ok(()));
    check("event:\ndata: a\n\n", &[(None, "a")], Ok(()));
    check(": ping\n\ndata: a\n\n", &[(None, ""), (None, "a")], Ok(()));
    check("\n\ndata: a\n\n", &[(None, ""), (None, ""), (None, "a")], Ok(()));
    check("datax: a\nData: b\n\n", &[(None, "")], Ok(()));
    check("data: {\"a\": \"b: c\"}\n\n", &[(None, "{\"a\": \"b: c\"}")], Ok(()));
    check("data: مرحبا\u{2028}x\n\n", &[(None, "مرحبا\u{2028}x")], Ok(()));
    check("\u{feff}data: a\n\n", &[(None, "a")], Ok(()));
    check("\u{feff}\u{feff}data: a\n\n", &[(None, "")], Ok(()));
}

#[test]
fn an_event_without_its_blank_line_is_not_dispatched() {
    check("data: a", &[], Err(EventError::Incomplete));
    check("data: a\n", &[], Err(EventError::Incomplete));
    check("data: a\r\n", &[], Err(EventError::Incomplete));
    check("data: a\n\ndata: b\n", &[(None, "a")], Err(EventError::Incomplete));
    check(": ping", &[], Err(EventError::Incomplete));
}

#[test]
fn faults_end_the_stream() {
    let long = format!("data: {}\n\n", "x".repeat(LIMIT));
    let too_large = Err(EventError::TooLarge { limit: LIMIT });
    check(&long, &[], too_large);
    check(&"x".repeat(LIMIT + 1), &[], too_large);
    check(&format!("data: a\n\n{long}"), &[(None, "a")], too_large);
    let short = "data: 0123456789\n\n".repeat(100);
    assert_eq!(parse([short.as_bytes()]).0.len(), 100);
    assert_eq!(parse([b"data: caf\xe9\n\n".as_slice()]).1, Err(EventError::NotUtf8));
    let mut parser = EventParser::new(LIMIT);
    assert_eq!(parser.push(b"data: \xff\n\n"), Err(EventError::NotUtf8));
    assert_eq!(parser.push(b"data: a\n\n"), Err(EventError::NotUtf8));
    assert_eq!(parser.finish(), Err(EventError::NotUtf8));
    assert_eq!(parser.next(), None);
}

#[test]
fn an_event_is_ready_as_soon_as_its_bytes_are_there() {
    let mut parser = EventParser::new(LIMIT);
    for byte in "data: a\n".bytes() {
        parser.push(&[byte]).unwrap();
        assert!(parser.next().is_none());
    }
    parser.push(b"\n").unwrap();
    assert_eq!(parser.next().unwrap().data, "a");
    parser.push(b"data: b\r\n\r\n").unwrap();
    assert_eq!(parser.next().unwrap().raw, "data: b\r\n\r\n");
}

#[test]
fn other_data_in_the_same_framing() {
    let check = |stream: &str, data: &str, expect: &str| {
        let event = parse([stream.as_bytes()]).0.into_iter().next().unwrap();
        assert_eq!(event_with_data(&event, data), expect, "for {stream:?}");
    };
    check("data: a\n\n", "b", "data: b\n\n");
    check("data:a\n\n", "b", "data:b\n\n");
    check("data: a\r\n\r\n", "b", "data: b\r\n\r\n");
    check("data: a\r\r", "b", "data: b\r\r");
    check("event: x\nid: 7\ndata: a\n: note\n\n", "b", "event: x\nid: 7\ndata: b\n: note\n\n");
    check("data: a1\ndata: a2\n\n", "b", "data: b\n\n");
    check("data: a\n\n", "b1\nb2", "data: b1\ndata: b2\n\n");
    check("event: x\n\n", "b", "event: x\ndata: b\n\n");
    check("\u{feff}data: a\n\n", "b", "data: b\n\n");
}

#[test]
fn error_events_are_json() {
    let framed = error_event("upstream_failed", "it \"broke\"\noff");
    let event = parse([framed.as_bytes()]).0.into_iter().next().unwrap();
    let value: serde_json::Value = serde_json::from_str(&event.data).unwrap();
    assert_eq!(value.pointer("/error/code").unwrap(), "upstream_failed");
    assert_eq!(value.pointer("/error/message").unwrap(), "it \"broke\"\noff");
    assert_eq!(event.raw, framed);
}

/// Streams of lines of all sorts.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        4 => Just("data: {\"a\":\"[PERSON_1] مرحبا\"}".as_bytes().to_vec()),
        2 => Just(b"data:x".to_vec()),
        1 => Just(b"event: e".to_vec()),
        1 => Just(b": ping".to_vec()),
        1 => Just(b"id".to_vec()),
        1 => Just("\u{feff}data: b".as_bytes().to_vec()),
        1 => Just(b"data: \xe9".to_vec()),
        4 => Just(Vec::new()),
        1 => proptest::collection::vec(any::<u8>(), 0..12),
    ];
    let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r"), Just("\n\n"), Just("\r\n\r\n")];
    proptest::collection::vec((line, end), 0..14).prop_map(|lines| {
        lines.into_iter().flat_map(|(line, end)| [line, end.as_bytes().to_vec()].concat()).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_split_gives_the_same_events(
        bytes in stream(),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let whole = parse([bytes.as_slice()]);
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        at.extend([0, bytes.len()]);
        at.sort_unstable();
        let pieces = at.windows(2).filter_map(|range| bytes.get(*range.first()?..*range.last()?));
        prop_assert_eq!(&parse(pieces), &whole);
        prop_assert_eq!(&parse(bytes.chunks(1)), &whole);
        if whole.1.is_ok() {
            let raw: Vec<u8> = whole.0.iter().flat_map(|event| event.raw.bytes()).collect();
            prop_assert_eq!(raw, bytes);
        }
    }

    #[test]
    fn data_survives_its_framing(data in "[^\r\u{feff}]{0,40}", line_end in "\n|\r|\r\n") {
        let pattern = format!("event: e{line_end}data: x{line_end}{line_end}");
        let event = parse([pattern.as_bytes()]).0.into_iter().next().unwrap();
        let framed = event_with_data(&event, &data);
        let (events, result) = parse([framed.as_bytes()]);
        prop_assert_eq!(result, Ok(()));
        prop_assert_eq!(events.len(), 1);
        prop_assert_eq!(&events.first().unwrap().data, &data);
        prop_assert_eq!(events.first().unwrap().event.as_deref(), Some("e"));
    }
}
