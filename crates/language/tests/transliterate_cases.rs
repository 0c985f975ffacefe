//! The case file a linguist can edit, `cases/transliteration.toml`.

use language::transliterate::{Form, Options, Transliterator};

#[test]
fn every_case_gets_its_answer() {
    let cases: toml::Table = toml::from_str(include_str!("cases/transliteration.toml")).unwrap();
    let mut wrong = Vec::new();
    for case in cases.get("case").and_then(toml::Value::as_array).unwrap() {
        let text = |key: &str| case.get(key).and_then(toml::Value::as_str);
        let list = |key: &str| -> Option<Vec<&str>> {
            case.get(key)?
                .as_array()
                .map(|items| items.iter().filter_map(|item| item.as_str()).collect())
        };
        let form = |key: &str, usual: Form| text(key).map_or(usual, |tag| tag.parse().unwrap());
        let (from, to) = (form("from", Form::AryLatn), form("to", Form::AryArab));
        let source = text("text").unwrap();
        let options =
            Options { answers: if list("among").is_some() { 5 } else { 1 }, ..Options::default() };
        let found = Transliterator::built_in().transliterate(source, from, to, &options).unwrap();
        if let Some(expect) = text("expect").filter(|expect| *expect != found.text) {
            wrong.push(format!("{source}: {} and not {expect}", found.text));
        }
        let kept: Vec<_> = found.words.iter().filter(|word| word.foreign.is_some()).collect();
        let kept: Vec<_> = kept.iter().map(|word| word.source.of(source)).collect();
        if let Some(expect) = list("kept").filter(|expect| *expect != kept) {
            wrong.push(format!("{source}: kept {kept:?} and not {expect:?}"));
        }
        for (word, expect) in found.words.iter().zip(list("among").unwrap_or_default()) {
            if !word.answers.iter().any(|answer| answer == expect) {
                wrong.push(format!(
                    "{}: {:?} without {expect}",
                    word.source.of(source),
                    word.answers
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
