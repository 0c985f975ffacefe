//! The words and registries that the international forms need: `universal.toml`, `iban-lengths.tsv`.

use std::collections::{BTreeMap, BTreeSet};

use language::{Profile, normalize};
use serde::Deserialize;

use super::error::PackError;
use super::toml_file::read_toml;

const FILE: &str = "universal.toml";
const LENGTHS: &str = "iban-lengths.tsv";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    at: Vec<String>,
    #[serde(default)]
    dot: Vec<String>,
    #[serde(default)]
    latitude: Vec<String>,
    #[serde(default)]
    longitude: Vec<String>,
    #[serde(default)]
    secret_prefixes: Vec<String>,
    #[serde(default)]
    profile_sites: Vec<String>,
    #[serde(default)]
    version_words: Vec<String>,
    #[serde(default)]
    mail_hosts: BTreeSet<String>,
    #[serde(default)]
    not_handles: Vec<String>,
}

/// What the detectors of international forms need, folded as a view folds its text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Universal {
    pub(crate) at: BTreeSet<String>,
    pub(crate) dot: BTreeSet<String>,
    pub(crate) coordinate_words: BTreeSet<String>,
    pub(crate) secret_prefixes: Vec<String>,
    pub(crate) profile_sites: Vec<String>,
    pub(crate) version_words: BTreeSet<String>,
    pub(crate) mail_hosts: BTreeSet<String>,
    pub(crate) not_handles: BTreeSet<String>,
    pub(crate) iban_lengths: BTreeMap<String, usize>,
}

/// Reads both files; each may be missing.
pub(crate) fn read(files: &BTreeMap<String, String>) -> Result<Universal, PackError> {
    let written: Written = match files.get(FILE) {
        Some(content) => read_toml(FILE, content)?,
        None => Written::default(),
    };
    let fold = |words: Vec<String>| {
        words.iter().map(|word| normalize(word, Profile::Match).text.to_ascii_lowercase()).collect()
    };
    Ok(Universal {
        at: fold(written.at),
        dot: fold(written.dot),
        coordinate_words: fold(written.latitude.into_iter().chain(written.longitude).collect()),
        secret_prefixes: written.secret_prefixes,
        profile_sites: written.profile_sites,
        version_words: fold(written.version_words),
        mail_hosts: written.mail_hosts,
        not_handles: fold(written.not_handles),
        iban_lengths: files
            .get(LENGTHS)
            .map_or_else(|| Ok(BTreeMap::new()), |content| lengths(content))?,
    })
}

fn lengths(content: &str) -> Result<BTreeMap<String, usize>, PackError> {
    let mut lengths = BTreeMap::new();
    for (index, line) in content.lines().enumerate() {
        if line.starts_with('#') || line.starts_with("country") || line.trim().is_empty() {
            continue;
        }
        let entry = line.split_once('\t').and_then(|(country, length)| {
            let length = length.trim().parse().ok().filter(|length| (15..=34).contains(length))?;
            (country.len() == 2).then(|| (country.to_ascii_lowercase(), length))
        });
        let Some((country, length)) = entry else {
            return Err(PackError::at(
                LENGTHS,
                index + 1,
                "a line is a country's two letters, a tab, and a length from 15 to 34.",
            ));
        };
        lengths.insert(country, length);
    }
    Ok(lengths)
}
