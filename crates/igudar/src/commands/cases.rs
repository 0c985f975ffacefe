//! Cases: texts, and exactly what must be found in them.

use protection::pack::toml_file::read_toml;
use protection::{Finder, PackError};
use serde::Deserialize;

/// One case of a case file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) text: String,
    pub(super) finds: Vec<String>,
    /// It is known not to hold yet.
    #[serde(default)]
    pub(super) open: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    #[serde(default)]
    case: Vec<Case>,
}

/// How the cases of a file came out.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) cases: usize,
    /// The numbers, from 1, of those that do not hold.
    pub(super) failed: Vec<usize>,
    /// Of those that were not expected to hold.
    pub(super) open: usize,
    /// Of those that hold although nobody expected it.
    pub(super) surprising: usize,
}

/// Reads a case file.
pub(super) fn read(file: &str, content: &str) -> Result<Vec<Case>, PackError> {
    Ok(read_toml::<CaseFile>(file, content)?.case)
}

/// What is found in a text, as a case writes it. Kinds of `aside` are passed over.
pub(super) fn found(finder: &Finder, text: &str, aside: &[&str]) -> Vec<String> {
    let found = finder.find(text).into_iter();
    found
        .filter(|finding| !aside.contains(&finding.kind.as_str()))
        .map(|finding| format!("{}: {}", finding.kind, finding.span.of(text)))
        .collect()
}

/// Runs cases.
pub(super) fn run(finder: &Finder, cases: &[Case], aside: &[&str]) -> Outcome {
    let mut outcome = Outcome { cases: cases.len(), ..Outcome::default() };
    for (index, case) in cases.iter().enumerate() {
        let holds = found(finder, &case.text, aside) == case.finds;
        match (holds, case.open) {
            (true, false) => {}
            (true, true) => outcome.surprising += 1,
            (false, true) => outcome.open += 1,
            (false, false) => outcome.failed.push(index + 1),
        }
    }
    outcome
}
