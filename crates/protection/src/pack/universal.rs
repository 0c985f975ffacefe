//! The words and registries that the international forms need: `universal.toml`, `iban-lengths.tsv`.

use std::collections::{BTreeMap, BTreeSet};

use language::{Profile, normalize};
use memchr::memchr;
use serde::Deserialize;

use super::error::PackError;
use super::toml_file::read_toml;
use crate::find::keys::{KeyTable, key_of};

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

/// What a single word means to the detectors of international forms, one bit a meaning.
pub(crate) mod meaning {
    /// It stands for `@`.
    pub(crate) const AT: u8 = 1;
    /// It stands for the dot of an address.
    pub(crate) const DOT: u8 = 2;
    /// It names a field that holds a coordinate.
    pub(crate) const COORDINATE: u8 = 4;
    /// It says that numbers with dots are a version.
    pub(crate) const VERSION: u8 = 8;
}

/// What the detectors of international forms need, folded as a view folds its text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Universal {
    words: KeyTable<u8>,
    pub(crate) secret_prefixes: Vec<String>,
    pub(crate) profile_sites: Vec<Site>,
    pub(crate) mail_hosts: BTreeSet<String>,
    pub(crate) not_handles: BTreeSet<String>,
    pub(crate) iban_lengths: BTreeMap<String, usize>,
}

/// The address of profile pages, before the name.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) address: String,
    /// Where its first slash stands.
    pub(crate) slash: usize,
}

impl Universal {
    /// Whether the word with this key has this meaning.
    pub(crate) fn means(&self, key: u64, meaning: u8) -> bool {
        self.words.get(key).is_some_and(|meanings| meanings & meaning != 0)
    }
}

/// Reads both files; each may be missing.
pub(crate) fn read(files: &BTreeMap<String, String>) -> Result<Universal, PackError> {
    let written: Written = match files.get(FILE) {
        Some(content) => read_toml(FILE, content)?,
        None => Written::default(),
    };
    let fold = |word: &String| normalize(word, Profile::Match).text.to_ascii_lowercase();
    let mut words = KeyTable::default();
    for (list, meaning) in [
        (&written.at, meaning::AT),
        (&written.dot, meaning::DOT),
        (&written.latitude, meaning::COORDINATE),
        (&written.longitude, meaning::COORDINATE),
        (&written.version_words, meaning::VERSION),
    ] {
        for word in list {
            *words.entry(key_of(&fold(word)), || 0) |= meaning;
        }
    }
    let sites = written.profile_sites.iter().map(|site| {
        let address = fold(site);
        let slash = memchr(b'/', address.as_bytes()).ok_or_else(|| {
            PackError::of(FILE, format!("`{site}` has no slash before the name."))
                .with_key("profile_sites")
        })?;
        Ok(Site { address, slash })
    });
    Ok(Universal {
        words,
        secret_prefixes: written.secret_prefixes,
        profile_sites: sites.collect::<Result<_, PackError>>()?,
        mail_hosts: written.mail_hosts,
        not_handles: written.not_handles.iter().map(fold).collect(),
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
