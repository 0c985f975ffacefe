//! What an answer says around its quotes, and the words by which units are told: a table of a country pack.

use std::collections::BTreeMap;

use super::voice::Voice;

/// The phrases of every voice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phrases {
    /// By row, then voice.
    rows: BTreeMap<String, BTreeMap<Voice, String>>,
}

/// A table of phrases is not in order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{place}: {problem}", place = line.map_or_else(String::new, |line| format!(":{line}")))]
pub struct PhrasesError {
    /// Which file.
    pub file: String,
    /// Which line, from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: String,
}

/// The rows without which no answer can be written.
const NEEDED: [&str; 10] = [
    "lead",
    "lead-at",
    "place-differs",
    "version-differs",
    "refusal",
    "ask-at",
    "ask-general",
    "commune",
    "unit-money",
    "unit-time",
];

impl Phrases {
    /// Reads the table; `file` is its name, for errors. Columns: `id`, then a language each.
    pub fn read(file: &str, content: &str) -> Result<Self, PhrasesError> {
        let error = |line: Option<usize>, problem: String| PhrasesError {
            file: file.to_owned(),
            line,
            problem,
        };
        let mut lines = (1..)
            .zip(content.lines())
            .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
        let (number, head) =
            lines.next().ok_or_else(|| error(None, "no line names the columns".to_owned()))?;
        let mut columns = head.split('\t');
        if columns.next() != Some("id") {
            return Err(error(
                Some(number),
                "the line of column names begins with `id`".to_owned(),
            ));
        }
        let voices = columns
            .map(|tag| {
                Voice::of_tag(tag)
                    .ok_or_else(|| error(Some(number), format!("nothing is said in `{tag}` here")))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let mut phrases = Self::default();
        for (number, line) in lines {
            let mut cells = line.split('\t').map(str::trim);
            let id = cells.next().unwrap_or_default().to_owned();
            let row: BTreeMap<Voice, String> = voices
                .iter()
                .copied()
                .zip(cells)
                .filter(|(_, cell)| !cell.is_empty())
                .map(|(voice, cell)| (voice, cell.to_owned()))
                .collect();
            if row.len() != voices.len() {
                return Err(error(Some(number), format!("`{id}` is not said in every language")));
            }
            phrases.rows.insert(id, row);
        }
        match NEEDED.into_iter().find(|id| !phrases.rows.contains_key(*id)) {
            Some(id) => Err(error(None, format!("there is no row `{id}`"))),
            None => Ok(phrases),
        }
    }

    /// A phrase with its places filled in. What is filled in keeps its script.
    pub fn say(&self, id: &str, voice: Voice, places: &[(&str, &str)]) -> String {
        let (column, written) = voice.column();
        let row = self.rows.get(id);
        let phrase = row.and_then(|row| row.get(&column)).map_or("", String::as_str);
        let mut said = String::new();
        let mut rest = phrase;
        while let Some((before, behind)) = rest.split_once('{') {
            let Some((name, after)) = behind.split_once('}') else { break };
            said.push_str(&written(before));
            let value = places.iter().find(|(place, _)| *place == name);
            said.push_str(value.map_or("", |(_, value)| value));
            rest = after;
        }
        said.push_str(&written(rest));
        said
    }

    /// The spellings of a row in all languages.
    pub fn spellings(&self, id: &str) -> impl Iterator<Item = &str> {
        self.rows
            .get(id)
            .into_iter()
            .flat_map(BTreeMap::values)
            .flat_map(|cell| cell.split(';'))
            .map(str::trim)
            .filter(|spelling| !spelling.is_empty())
    }
}

#[cfg(test)]
pub(crate) fn of_the_pack() -> Phrases {
    Phrases::read("answers.tsv", include_str!("../../../../packs/ma/answers.tsv")).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pack_speaks_every_language_and_script() {
        let phrases = of_the_pack();
        let check = |voice: Voice, expect: &str| {
            assert_eq!(phrases.say("lead", voice, &[("title", "Passeport")]), expect);
        };
        check(Voice::French, "D'après « Passeport » :");
        check(Voice::TamazightLatin, "Arra « Passeport » inna:");
        check(Voice::TamazightTifinagh, "ⴰⵔⵔⴰ « Passeport » ⵉⵏⵏⴰ:");
        assert_eq!(phrases.say("lead", Voice::English, &[]), "According to “”:");
        assert_eq!(phrases.say("no such row", Voice::English, &[]), "");
        assert!(phrases.spellings("unit-money").any(|spelling| spelling == "درهم"));
    }

    #[test]
    fn errors_name_file_and_line() {
        let check = |content: &str, expect: &str| {
            let error = Phrases::read("answers.tsv", content).unwrap_err().to_string();
            assert!(error.starts_with("answers.tsv") && error.contains(expect), "{error}");
        };
        check("", "no line names");
        check("name\tfr\n", "begins with `id`");
        check("id\tklingon\n", "klingon");
        check("id\tfr\tar\nlead\tun\n", ":2: `lead` is not said");
        check("id\tfr\nlead\tun\n", "no row `lead-at`");
    }
}
