//! Reading and rewriting requests, answers and events: without edits every byte stays, and edits of texts
//! leave JSON.
#![no_main]

use igudar_fuzz::text;
use libfuzzer_sys::fuzz_target;
use model::dialect::{Dialect, Target, member_edits};
use model::{
    Limits, MemberEdits, Route, TextEdit, TextPart, TextPlace, error_message, read_answer,
    read_chunk, read_request,
};
use serde_json::value::RawValue;

/// A text that JSON must escape.
const WITH: &str = "«\"\\\n\u{1F600}";

/// The first character of every second text replaced, and the others whole; numbers have no room for text.
fn edits(texts: &[TextPart]) -> Vec<Vec<TextEdit>> {
    let edit = |(index, part): (usize, &TextPart)| {
        let first = part.text.chars().next().map_or(0, char::len_utf8);
        let end = if index % 2 == 0 { first } else { part.text.len() };
        if end == 0 || matches!(part.place, TextPlace::Number { .. }) {
            return Vec::new();
        }
        vec![TextEdit { start: 0, end, with: WITH.to_owned() }]
    };
    texts.iter().enumerate().map(edit).collect()
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let body = text(bytes);
    for route in [Route::ChatCompletions, Route::Completions, Route::Embeddings] {
        if let Ok(request) = read_request(route, &body, &limits) {
            let none = vec![Vec::new(); request.texts.len()];
            let same = request.rewrite(&body, &none, &MemberEdits::default());
            assert_eq!(same.expect("no edit fits"), body);
            for dialect in [Dialect::OpenAi, Dialect::Mistral, Dialect::Local] {
                let target =
                    Target { dialect, model_name: "upstream", output_cap: 5, id_key: &[7; 32] };
                let Ok(members) = member_edits(&request, &body, &target) else { continue };
                let sent = request.rewrite(&body, &edits(&request.texts), &members);
                let sent = sent.expect("edits of whole characters fit");
                assert!(is_json(&sent) || !is_json(&body), "{dialect:?}: {sent}");
            }
        }
        if let Ok(answer) = read_answer(route, &body, &limits) {
            let none = vec![Vec::new(); answer.texts.len()];
            assert_eq!(answer.rewrite(&body, &none).expect("no edit fits"), body);
            let given = answer.rewrite(&body, &edits(&answer.texts)).expect("edits fit");
            assert!(is_json(&given) || !is_json(&body), "{given}");
        }
        if let Ok(chunk) = read_chunk(route, &body, &limits) {
            let none = vec![Vec::new(); chunk.texts.len()];
            assert_eq!(chunk.rewrite(&body, &none).expect("no edit fits"), body);
        }
    }
    error_message(&body);
});
