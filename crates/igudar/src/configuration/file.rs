//! Reads `igudar.toml`, and says what is wrong with it: line, key, the nearest right one.

use std::path::Path;

use super::Written;

/// What is wrong with the configuration, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub(crate) struct ConfigurationError {
    place: String,
    message: String,
}

impl ConfigurationError {
    pub(super) fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }

    pub(super) fn variable(variable: &str, reason: &str) -> Self {
        Self::new(format!("the variable {variable}"), reason)
    }

    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::new(path.display().to_string(), format!("cannot be read ({error})"))
    }
}

/// The first stage: what the file says.
pub(crate) fn read(text: &str, name: &str) -> Result<Written, ConfigurationError> {
    read_as(text, name)
}

pub(super) fn read_as<T: serde::de::DeserializeOwned>(
    text: &str,
    name: &str,
) -> Result<T, ConfigurationError> {
    let place = |span: Option<std::ops::Range<usize>>, path: &str| {
        let line = span
            .map(|span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
        let line = line.map_or_else(String::new, |line| format!(", line {line}"));
        let path =
            if path.is_empty() || path == "." { String::new() } else { format!(", `{path}`") };
        format!("{name}{line}{path}")
    };
    let deserializer = toml::de::Deserializer::parse(text)
        .map_err(|error| ConfigurationError::new(place(error.span(), ""), error.message()))?;
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        ConfigurationError::new(place(inner.span(), &path), explained(inner.message()))
    })
}

/// Serde lists every key that it knows; the nearest one says more.
fn explained(message: &str) -> String {
    let Some(rest) = message.strip_prefix("unknown field ") else { return message.to_owned() };
    let quoted: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let Some((unknown, known)) = quoted.split_first() else { return message.to_owned() };
    format!(
        "`{unknown}` is no setting here{}; there are {}",
        nearest(unknown, known),
        known.join(", ")
    )
}

/// ` (did you mean X?)`, where one of `known` is near.
pub(super) fn nearest(word: &str, known: &[&str]) -> String {
    let best = known
        .iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), *candidate))
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .filter(|(similarity, _)| *similarity > 0.75);
    best.map_or_else(String::new, |(_, candidate)| format!(" (did you mean {candidate}?)"))
}

/// A type in a policy that the country pack does not know.
pub(crate) fn unknown_type(name: &str, known: &[&str]) -> ConfigurationError {
    ConfigurationError::new(
        "policy",
        format!("`{name}` is no type of the country pack{}", nearest(name, known)),
    )
}
