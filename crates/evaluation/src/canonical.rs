//! Canonical JSON, so that equal content has equal bytes and one digest.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// JSON without white space, members in the order of their names' bytes, numbers in the shortest form that reads
/// back as the same. The digest of a manifest is taken over these bytes.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// SHA-256 of canonical JSON, in hexadecimal digits.
pub fn digest(value: &Value) -> String {
    digest_of(canonical(value).as_bytes())
}

/// SHA-256 in hexadecimal digits.
pub fn digest_of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.as_bytes());
            out.push('{');
            for (number, (name, member)) in members.into_iter().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
        Value::Array(members) => {
            out.push('[');
            for (number, member) in members.iter().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                write(member, out);
            }
            out.push(']');
        }
        _ => out.push_str(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn one_text_for_one_content() {
        fn check(value: &Value, expect: &str) {
            assert_eq!(canonical(value), expect);
        }
        check(
            &json!({ "b": [1, 2.5, null], "a": { "é": "\"", "d": true } }),
            r#"{"a":{"d":true,"é":"\""},"b":[1,2.5,null]}"#,
        );
        check(&json!({}), "{}");
        check(&json!([]), "[]");
        assert_eq!(
            digest_of(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    proptest! {
        #[test]
        fn the_order_of_members_does_not_count(
            members in prop::collection::btree_map("\\PC{0,6}", any::<i32>(), 0..8), seed: u64,
        ) {
            let mut list: Vec<_> = members.into_iter().collect();
            let first: serde_json::Map<String, Value> =
                list.iter().map(|(name, own)| (name.clone(), json!({ "x": own, "a": 1 }))).collect();
            crate::chance::Chance::of(seed, &[]).shuffle(&mut list);
            let second: serde_json::Map<String, Value> =
                list.into_iter().map(|(name, own)| (name, json!({ "a": 1, "x": own }))).collect();
            prop_assert_eq!(digest(&Value::Object(first)), digest(&Value::Object(second)));
        }

        #[test]
        fn it_reads_back(millionths: i32, text: String) {
            let value = json!({ "n": f64::from(millionths) / 1e6, "t": text });
            let read: Value = serde_json::from_str(&canonical(&value)).unwrap();
            prop_assert_eq!(canonical(&read), canonical(&value));
        }
    }
}
