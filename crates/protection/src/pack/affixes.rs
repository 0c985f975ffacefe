//! What a country's writing glues to words: `affixes.toml`.

use std::collections::BTreeMap;

use language::{Profile, normalize};
use serde::Deserialize;

use super::error::PackError;
use super::toml_file::read_toml;

const FILE: &str = "affixes.toml";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    article: Vec<String>,
    #[serde(default)]
    clitic: Vec<String>,
    #[serde(default)]
    joined: BTreeMap<String, String>,
}

/// Articles, one-letter words and joined ends, folded as a view folds its text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Affixes {
    articles: Vec<String>,
    clitics: Vec<String>,
    joined: Vec<(String, String)>,
}

impl Affixes {
    /// Reads the file; a pack without it glues nothing.
    pub(crate) fn read(files: &BTreeMap<String, String>) -> Result<Self, PackError> {
        let Some(content) = files.get(FILE) else { return Ok(Self::default()) };
        let written: Written = read_toml(FILE, content)?;
        let fold = |text: &String| normalize(text, Profile::Match).text;
        let lists = [("article", &written.article), ("clitic", &written.clitic)];
        for (key, list) in lists {
            if list.iter().any(|affix| fold(affix).is_empty()) {
                return Err(PackError::of(FILE, "an affix has no letter.").with_key(key));
            }
        }
        Ok(Self {
            articles: written.article.iter().map(fold).collect(),
            clitics: written.clitic.iter().map(fold).collect(),
            joined: written.joined.iter().map(|(end, own)| (fold(end), fold(own))).collect(),
        })
    }

    /// The word behind its article, where at least `least` bytes are left.
    pub(crate) fn without_article<'w>(&self, word: &'w str, least: usize) -> Option<&'w str> {
        self.articles.iter().find_map(|article| {
            word.strip_prefix(article.as_str()).filter(|rest| rest.len() >= least)
        })
    }

    /// The word behind a one-letter word.
    pub(crate) fn without_clitic<'w>(&self, word: &'w str) -> Option<&'w str> {
        self.clitics.iter().find_map(|clitic| word.strip_prefix(clitic.as_str()))
    }

    /// A word that ends as before a pronoun: all but the end, and how it ends by itself.
    pub(crate) fn by_itself<'w>(&'w self, word: &'w str) -> Option<(&'w str, &'w str)> {
        self.joined
            .iter()
            .find_map(|(end, own)| Some((word.strip_suffix(end.as_str())?, own.as_str())))
    }
}
