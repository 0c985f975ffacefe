//! Reading one TOML file of a pack, with errors that a lawyer or linguist can act on.

use serde::de::DeserializeOwned;

use super::error::PackError;

/// Reads `content` as `T`. Use `#[serde(deny_unknown_fields)]` on `T`: an unknown key then becomes an
/// error that names the nearest known one.
pub fn read_toml<T: DeserializeOwned>(file: &str, content: &str) -> Result<T, PackError> {
    toml::from_str(content).map_err(|error| explain(file, content, &error))
}

fn explain(file: &str, content: &str, error: &toml::de::Error) -> PackError {
    let line = error
        .span()
        .and_then(|span| content.get(..span.start))
        .map(|before| before.bytes().filter(|&byte| byte == b'\n').count() + 1);
    let message = error.message();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (key, nearest) =
        if message.starts_with("unknown field") || message.starts_with("unknown variant") {
            let key = quoted.next().unwrap_or_default();
            let nearest = quoted
                .map(|known| (strsim::damerau_levenshtein(key, known), known))
                .min()
                .map(|(_, known)| known.to_owned());
            (Some(key.to_owned()), nearest)
        } else if message.starts_with("missing field") {
            (quoted.next().map(str::to_owned), None)
        } else {
            (None, None)
        };
    PackError {
        file: file.to_owned(),
        line,
        key,
        message: format!("{}.", message.trim_end_matches('.').replace('\n', " ")),
        nearest,
    }
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
            "identifiers.toml:2: invalid value: integer `900`, expected u8.",
        );
    }
}
