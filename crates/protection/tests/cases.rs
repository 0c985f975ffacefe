//! The pack's own cases: every text of `packs/ma/cases/*.toml` yields exactly what it lists.

use protection::{Finder, Pack};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    finds: Vec<String>,
}

/// Names, addresses and birth dates have cases of their own.
fn is_identifier(kind: &str) -> bool {
    !["person", "address", "date_of_birth"].contains(&kind)
}

#[test]
fn every_case_of_the_pack_holds() {
    let files = packs::morocco();
    let finder = Finder::new(&Pack::read(&files).unwrap());
    let mut failures = Vec::new();
    let mut count = 0;
    for (name, content) in files.iter().filter(|(name, _)| name.starts_with("cases/")) {
        let file: CaseFile = toml::from_str(content).unwrap();
        for case in file.case {
            count += 1;
            let found: Vec<String> = finder
                .find(&case.text)
                .into_iter()
                .filter(|finding| is_identifier(finding.kind.as_str()))
                .map(|finding| format!("{}: {}", finding.kind, finding.span.of(&case.text)))
                .collect();
            if found != case.finds {
                failures.push(format!(
                    "{name}: {:?}\n  wanted {:?}\n  found  {found:?}",
                    case.text, case.finds
                ));
            }
        }
    }
    assert!(count > 100, "only {count} cases were read");
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
}
