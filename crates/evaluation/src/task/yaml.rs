//! YAML as a plain value, with the line of each key at the top. What is no plain data is refused.

use std::collections::BTreeMap;

use saphyr::{LoadableYamlNode as _, MarkedYaml, Scalar, YamlData};
use serde_json::{Map, Value};

use crate::study_error::StudyError;

/// A mapping with the line of each of its keys.
#[derive(Debug)]
pub(super) struct Mapping {
    pub(super) members: Map<String, Value>,
    pub(super) lines: BTreeMap<String, usize>,
}

/// Reads one document that is a mapping.
pub(super) fn mapping(file: &str, text: &str) -> Result<Mapping, StudyError> {
    let documents = MarkedYaml::load_from_str(text)
        .map_err(|error| StudyError::new(file, error.to_string()))?;
    let [document] = documents.as_slice() else {
        return Err(StudyError::new(
            file,
            format!("it must hold one YAML document; it holds {}", documents.len()),
        ));
    };
    let YamlData::Mapping(nodes) = &document.data else {
        return Err(StudyError::new(file, "it must be a YAML mapping"));
    };
    let mut read = Mapping { members: Map::new(), lines: BTreeMap::new() };
    for (key, node) in nodes {
        let line = key.span.start.line();
        let name = name(file, line, key)?;
        let value = value(file, &name, node)?;
        read.lines.insert(name.clone(), line);
        read.members.insert(name, value);
    }
    Ok(read)
}

fn name(file: &str, line: usize, key: &MarkedYaml<'_>) -> Result<String, StudyError> {
    match &key.data {
        YamlData::Value(Scalar::String(name)) => Ok(name.to_string()),
        // YAML 1.2 reads a bare number as a number; as a key it is a name.
        YamlData::Value(Scalar::Integer(number)) => Ok(number.to_string()),
        YamlData::Representation(name, ..) => Ok(name.to_string()),
        _ => Err(StudyError::new(format!("{file}, line {line}"), "a key must be a plain name")),
    }
}

fn value(file: &str, path: &str, node: &MarkedYaml<'_>) -> Result<Value, StudyError> {
    let line = node.span.start.line();
    let refused = |problem: String| StudyError::key(format!("{file}, line {line}"), path, problem);
    match &node.data {
        YamlData::Value(scalar) => Ok(match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(own) => Value::from(*own),
            Scalar::Integer(own) => Value::from(*own),
            Scalar::FloatingPoint(own) => Value::from(own.into_inner()),
            Scalar::String(own) => Value::from(own.as_ref()),
        }),
        YamlData::Representation(text, ..) => Ok(Value::from(text.as_ref())),
        YamlData::Sequence(nodes) => {
            let members = nodes.iter().enumerate();
            members.map(|(place, node)| value(file, &format!("{path}[{place}]"), node)).collect()
        }
        YamlData::Mapping(nodes) => {
            let mut members = Map::new();
            for (key, node) in nodes {
                let name = name(file, key.span.start.line(), key)?;
                let member = value(file, &format!("{path}.{name}"), node)?;
                members.insert(name, member);
            }
            Ok(Value::Object(members))
        }
        YamlData::Tagged(tag, _) if tag.suffix == "function" => Err(refused(
            "`!function` calls Python, and Igudar runs no code of a task; write a field's name or a `{{field}}` \
             template, and prepare the data before"
                .to_owned(),
        )),
        YamlData::Tagged(tag, _) => Err(refused(format!(
            "`!{}` is not in the subset that Igudar reads; write a plain value",
            tag.suffix
        ))),
        YamlData::Alias(_) | YamlData::BadValue => {
            Err(refused("this value cannot be read; write it out".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_data_is_read() {
        let read = mapping("t.yaml", "task: a\nnumber: 3\nlist: [x, 1.5, true, null]\nmap: &m\n  until:\n    - \"\\n\"\nagain: *m\ntext: |\n  b\n").unwrap();
        assert_eq!(
            Value::Object(read.members),
            json!({ "task": "a", "number": 3, "list": ["x", 1.5, true, null], "map": { "until": ["\n"] },
                "again": { "until": ["\n"] }, "text": "b\n" })
        );
        assert_eq!(read.lines["list"], 3);
    }

    #[test]
    fn what_is_refused_is_named() {
        fn check(text: &str, expect: &[&str]) {
            let error = mapping("t.yaml", text).unwrap_err().to_string();
            assert!(expect.iter().all(|part| error.contains(part)), "{error}");
        }
        check(
            "a: 1\ndoc_to_text: !function utils.text\n",
            &["t.yaml, line 2", "`doc_to_text`", "!function"],
        );
        check("m:\n  - metric: !function utils.m\n", &["`m[0].metric`", "!function"]);
        check("a: !include x.yaml\n", &["`a`", "!include"]);
        check("- a\n", &["mapping"]);
        check("a: [1\n", &["t.yaml"]);
        check("a: 1\nb: 2\na: 3\n", &["t.yaml", "a"]);
        check("", &["one YAML document"]);
    }
}
