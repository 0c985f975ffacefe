//! Reading one TOML file of a pack or an installation, with errors that a lawyer or linguist can act on.
//!
//! A file may hold personal values, such as the terms of a dictionary, and its errors reach the log: they
//! name the place, the key and what was expected, and never what stands there.

use serde::de::DeserializeOwned;

use super::error::PackError;

/// Reads `content` as `T`. Use `#[serde(deny_unknown_fields)]` on `T`: an unknown key then becomes an
/// error that names the nearest known one.
pub fn read_toml<T: DeserializeOwned>(file: &str, content: &str) -> Result<T, PackError> {
    toml::from_str(content).map_err(|error| explain(file, content, &error))
}

fn explain(file: &str, content: &str, error: &toml::de::Error) -> PackError {
    let before = error.span().and_then(|span| content.get(..span.start));
    let line = before.map(|before| before.bytes().filter(|&byte| byte == b'\n').count() + 1);
    let message = error.message();
    // A value in the message stands before the last `expected` and may hold the same words.
    let (given, expected) = match message.rfind(", expected ").map(|at| message.split_at(at)) {
        Some((given, expected)) => (given, expected),
        None => (message, ""),
    };
    let mut nearest = None;
    let (key, message) = if let Some(given) = given.strip_prefix("unknown ") {
        let (what, word) = given.split_once(' ').unwrap_or_default();
        let word = word.trim_matches('`');
        if is_plain(word) {
            nearest = expected
                .split('`')
                .skip(1)
                .step_by(2)
                .map(|known| (strsim::damerau_levenshtein(word, known), known))
                .min()
                .map(|(_, known)| known.to_owned());
            (Some(word.to_owned()), message.to_owned())
        } else {
            // What is written like no key of ours may be a value in the wrong place.
            (None, format!("unknown {what}{expected}"))
        }
    } else if message.starts_with("missing field") {
        (message.split('`').nth(1).map(str::to_owned), message.to_owned())
    } else if given.starts_with("invalid type") {
        (key_before(before), format!("wrong type{expected}"))
    } else if given.starts_with("invalid value") {
        (key_before(before), format!("wrong value{expected}"))
    } else {
        (None, message.to_owned())
    };
    PackError {
        file: file.to_owned(),
        line,
        key,
        message: format!("{}.", message.trim_end_matches('.').replace('\n', " ")),
        nearest,
    }
}

/// The key whose value begins behind this text.
fn key_before(before: Option<&str>) -> Option<String> {
    let line = before?.rsplit(['\n', '{', ',']).next()?;
    let key = line.split_once('=')?.0.trim();
    is_plain(key).then(|| key.to_owned())
}

/// Whether something is written as keys of these files are.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the errors are looked at")]
    struct Sample {
        pattern: String,
        context: Option<u8>,
    }

    fn check(content: &str, expect: &str) {
        let error = read_toml::<Sample>("identifiers.toml", content).unwrap_err();
        assert_eq!(error.to_string(), expect);
    }

    #[test]
    fn errors_name_file_line_key_and_the_nearest_key() {
        check(
            "pattern = \"9\"\npatern = \"9\"\n",
            "identifiers.toml:2: key `patern`: unknown field `patern`, expected `pattern` or `context`. Did you mean `pattern`?",
        );
        check("context = 1\n", "identifiers.toml:1: key `pattern`: missing field `pattern`.");
        check(
            "pattern = \"9\"\ncontext = 900\n",
            "identifiers.toml:2: key `context`: wrong value, expected u8.",
        );
    }

    #[test]
    fn errors_never_quote_a_value() {
        for (content, expect) in [
            ("pattern = 4711\n", "o:1: key `pattern`: wrong type, expected a string."),
            ("pattern = 47.11\n", "o:1: key `pattern`: wrong type, expected a string."),
            ("pattern = 2011-04-07\n", "o:1: key `pattern`: wrong type, expected a string."),
            ("\"4711\" = \"9\"\n", "o:1: unknown field, expected `pattern` or `context`."),
            (
                "pattern = \"9\"\ncontext = \"Nawal, expected 4711\"\n",
                "o:2: key `context`: wrong type, expected u8.",
            ),
        ] {
            let error = read_toml::<Sample>("o", content).unwrap_err();
            assert_eq!(error.to_string(), expect);
        }
        for broken in [
            "4711",
            "Nawal",
            "\"Nawal",
            "'4711",
            "2011-04-77",
            "4711x",
            "[4711",
            "{4711",
            "\"\\Nawal\"",
        ] {
            for content in [
                format!("pattern = {broken}"),
                format!("{broken} = 1"),
                format!("[{broken}\n"),
                format!("pattern = 9\n{broken} = {broken}\n{broken} = 1"),
            ] {
                let Err(error) = read_toml::<Sample>("o", &content) else { continue };
                let shown = format!("{error} {error:?}");
                for value in ["4711", "Nawal", "2011"] {
                    assert!(!shown.contains(value), "{content}: {shown}");
                }
            }
        }
    }
}
