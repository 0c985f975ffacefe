//! The regions of a country, by which work and people are counted.

use std::collections::BTreeMap;

/// The file of a country pack that names them.
pub const REGIONS_FILE: &str = "places/regions.tsv";

/// A region.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Region {
    /// Its ISO 3166-2 code: what is stored and counted by.
    pub code: String,
    /// What it is called, by language.
    pub name: BTreeMap<String, String>,
}

/// The regions of a country; none where its pack names none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Regions(Vec<Region>);

/// Why something is no region, or a list none of regions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegionError {
    /// The list of a pack.
    #[error("{REGIONS_FILE}, line {line}: {problem}")]
    List {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// The pack knows its regions, and this is none.
    #[error("this is no region; write its code or its name: {0}")]
    Unknown(String),
    /// The pack knows no regions; then at least the text must be short.
    #[error("a region has 1 to 64 characters")]
    Length,
}

impl Regions {
    /// Reads a pack's list: a code, then a name for each language that the header names.
    pub fn read(content: &str) -> Result<Self, RegionError> {
        let wrong = |line: usize, problem| RegionError::List { line: line + 1, problem };
        let lines = content.lines().enumerate();
        let mut lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        let Some((at, head)) = lines.next() else { return Ok(Self::default()) };
        let head: Vec<&str> = head.split('\t').collect();
        let Some((&"code", languages)) = head.split_first() else {
            return Err(wrong(at, "the first column is `code`"));
        };
        let mut regions: Vec<Region> = Vec::new();
        for (at, line) in lines {
            let mut cells = line.split('\t');
            let code = cells.next().unwrap_or_default();
            let name: BTreeMap<String, String> = languages
                .iter()
                .zip(cells.by_ref())
                .map(|(language, name)| ((*language).to_owned(), name.trim().to_owned()))
                .collect();
            if name.len() != languages.len() || cells.next().is_some() {
                return Err(wrong(at, "it has not as many columns as the header"));
            }
            if code.is_empty() || name.values().any(String::is_empty) {
                return Err(wrong(at, "a cell is empty"));
            }
            if regions.iter().any(|region| region.code == code) {
                return Err(wrong(at, "the code stands twice"));
            }
            regions.push(Region { code: code.to_owned(), name });
        }
        Ok(Self(regions))
    }

    /// All of them, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = &Region> {
        self.0.iter()
    }

    /// The code for what somebody wrote: a code, or a name in any of the languages, folded as `fold` does.
    /// Where the pack knows no regions a short text is taken as it is.
    pub fn code_of(
        &self,
        written: &str,
        fold: impl Fn(&str) -> String,
    ) -> Result<String, RegionError> {
        let written = written.trim();
        if self.0.is_empty() {
            return match written.chars().count() {
                1..=64 => Ok(written.to_owned()),
                _ => Err(RegionError::Length),
            };
        }
        let folded = fold(written);
        let named = |region: &&Region| {
            region.code.eq_ignore_ascii_case(written)
                || region.name.values().any(|name| fold(name) == folded)
        };
        self.0.iter().find(named).map(|region| region.code.clone()).ok_or_else(|| {
            let codes: Vec<&str> = self.0.iter().map(|region| region.code.as_str()).collect();
            RegionError::Unknown(codes.join(", "))
        })
    }

    /// What a code is called in a language; the code itself where that is not known.
    pub fn name<'n>(&'n self, code: &'n str, language: &str) -> &'n str {
        let region = self.0.iter().find(|region| region.code == code);
        region.and_then(|region| region.name.get(language)).map_or(code, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# two\ncode\tfr\tar\nXX-1\tNord\tالشمال\nXX-2\tSud\tالجنوب\n";

    fn fold(text: &str) -> String {
        text.to_lowercase()
    }

    #[test]
    fn a_region_is_known_by_code_and_by_each_name() {
        let regions = Regions::read(LIST).unwrap();
        for (written, expect) in
            [("XX-1", "XX-1"), (" xx-2 ", "XX-2"), ("nord", "XX-1"), ("الجنوب", "XX-2")]
        {
            assert_eq!(regions.code_of(written, fold).unwrap(), expect);
        }
        let error = regions.code_of("Centre", fold).unwrap_err();
        assert_eq!(error, RegionError::Unknown("XX-1, XX-2".to_owned()));
        assert_eq!(regions.name("XX-1", "ar"), "الشمال");
        assert_eq!(regions.name("XX-9", "ar"), "XX-9");
        assert_eq!(Regions::default().code_of("Centre", fold).unwrap(), "Centre");
        assert_eq!(Regions::default().code_of("  ", fold), Err(RegionError::Length));
    }

    #[test]
    fn a_wrong_list_says_where() {
        let check = |list: &str, line: usize, problem: &str| {
            let error = Regions::read(list).unwrap_err().to_string();
            assert!(error.contains(&format!("line {line}: {problem}")), "{error}");
        };
        check("name\tfr\n", 1, "the first column is `code`");
        check("code\tfr\nXX-1\n", 2, "it has not as many");
        check("code\tfr\nXX-1\tA\tB\n", 2, "it has not as many");
        check("code\tfr\n\t A\n", 2, "a cell is empty");
        check("code\tfr\nXX-1\tA\nXX-1\tB\n", 3, "the code stands twice");
        assert_eq!(Regions::read("").unwrap(), Regions::default());
    }
}
