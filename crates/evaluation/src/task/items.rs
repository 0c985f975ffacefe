//! JSON lines as the fields of items.

use serde_json::Value;

use crate::study_error::StudyError;
use crate::template::{Fields, text_of};

/// One line of a file of items.
pub(super) struct Line {
    pub(super) fields: Fields,
    /// The file with the line's number, for errors.
    pub(super) place: String,
    /// The item's name: its `id`, else its number.
    pub(super) id: String,
}

/// Reads a file of items; no name may stand twice.
pub(super) fn lines(file: &str, text: &str) -> Result<Vec<Line>, StudyError> {
    let mut seen = std::collections::BTreeSet::new();
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let place = format!("{file}, line {}", number + 1);
        let fields: Value = serde_json::from_str(line)
            .map_err(|error| StudyError::new(&place, format!("not JSON: {error}")))?;
        let Value::Object(fields) = fields else {
            return Err(StudyError::new(place, "each line must be a JSON object"));
        };
        let id = match fields.get("id") {
            Some(id @ (Value::String(_) | Value::Number(_))) => text_of(id),
            Some(_) => return Err(StudyError::key(place, "id", "it must be a text or a number")),
            None => (number + 1).to_string(),
        };
        if !seen.insert(id.clone()) {
            return Err(StudyError::key(place, "id", format!("`{id}` stands twice")));
        }
        lines.push(Line { fields, place, id });
    }
    if lines.is_empty() {
        return Err(StudyError::new(file, "there is no item in it"));
    }
    Ok(lines)
}

/// A list of texts out of a value.
pub(super) fn texts(value: &Value) -> Option<Vec<String>> {
    let text = |own: &Value| match own {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => Some(text_of(own)),
        _ => None,
    };
    match value {
        Value::Array(members) => members.iter().map(text).collect(),
        single => text(single).map(|text| vec![text]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_faults_named() {
        fn check(text: &str, expect: Result<&[&str], &str>) {
            match (lines("x.jsonl", text), expect) {
                (Ok(read), Ok(ids)) => {
                    assert_eq!(read.iter().map(|own| own.id.as_str()).collect::<Vec<_>>(), ids);
                }
                (Err(error), Err(expect)) => {
                    assert!(error.to_string().contains(expect), "{error}");
                }
                (found, _) => panic!("{text}: {:?}", found.map(|own| own.len())),
            }
        }
        check("{\"id\":\"a\"}\n\n{\"id\":7}\n{}\n", Ok(&["a", "7", "4"]));
        check("{\"id\":\"a\"}\n{\"id\":\"a\"}", Err("x.jsonl, line 2: key `id`: `a` stands twice"));
        check("{\"id\":\"a\"\n", Err("x.jsonl, line 1: not JSON"));
        check("[1]", Err("must be a JSON object"));
        check("{\"id\":[1]}", Err("text or a number"));
        check("\n", Err("no item"));
    }
}
