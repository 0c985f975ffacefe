//! The case file a linguist can edit, `cases/identify.toml`.

use language::identify::{Identifier, Language};

#[test]
fn every_case_gets_its_language() {
    let cases: toml::Table = toml::from_str(include_str!("cases/identify.toml")).unwrap();
    let mut wrong = Vec::new();
    for case in cases.get("case").and_then(toml::Value::as_array).unwrap() {
        let text = |key: &str| case.get(key).and_then(toml::Value::as_str);
        let list = |key: &str| -> Option<Vec<String>> {
            let items = case.get(key)?.as_array()?;
            Some(items.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect())
        };
        let source = text("text").unwrap();
        let identifier = Identifier::built_in();
        let found = match list("among") {
            None => identifier.identify_spans(source),
            Some(tags) => {
                let among: Vec<_> = tags.iter().flat_map(|tag| Language::matching(tag)).collect();
                identifier.identify_among(source, &among)
            }
        };
        if let Some(expect) = text("language").filter(|expect| *expect != found.language.tag()) {
            wrong.push(format!("{source}: {} and not {expect}", found.language));
        }
        if let Some(spans) = list("spans") {
            let shown =
                found.spans.iter().map(|own| format!("{}: {}", own.language, own.span.of(source)));
            let shown: Vec<_> = shown.collect();
            if shown != spans {
                wrong.push(format!("{source}: {shown:?} and not {spans:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
