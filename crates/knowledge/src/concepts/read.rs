//! Reading a table of concepts.

use language::identify::Language;

use super::Vocabulary;

/// A table of concepts is not in order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{place}: {problem}", place = line.map_or_else(String::new, |line| format!(":{line}")))]
pub struct VocabularyError {
    /// Which file.
    pub file: String,
    /// Which line, from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: String,
}

pub(super) fn read(
    vocabulary: &mut Vocabulary,
    file: &str,
    content: &str,
) -> Result<(), VocabularyError> {
    let error = |line: Option<usize>, problem: String| VocabularyError {
        file: file.to_owned(),
        line,
        problem,
    };
    let mut lines = content
        .lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line))
        .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    let (number, head) = lines
        .next()
        .ok_or_else(|| error(None, "there is no line that names the columns".to_owned()))?;
    let mut columns = head.split('\t');
    if columns.next() != Some("id") {
        return Err(error(Some(number), "the line of column names begins with `id`".to_owned()));
    }
    let languages = columns
        .map(|tag| {
            column(tag).ok_or_else(|| error(Some(number), format!("`{tag}` is no language here")))
        })
        .collect::<Result<Vec<_>, _>>()?;
    for (number, line) in lines {
        let mut cells = line.split('\t');
        let id = cells.next().unwrap_or_default().trim();
        let cells: Vec<&str> = cells.collect();
        if cells.len() > languages.len() {
            let problem = format!(
                "{} columns, and the first line names {}",
                cells.len() + 1,
                languages.len() + 1
            );
            return Err(error(Some(number), problem));
        }
        if id.is_empty() {
            return Err(error(Some(number), "no id".to_owned()));
        }
        if vocabulary.concepts.iter().any(|known| known == id) {
            return Err(error(Some(number), format!("`{id}` stands twice")));
        }
        vocabulary.concepts.push(id.to_owned());
        let concept = vocabulary.concepts.len() - 1;
        let french = languages.iter().position(|language| *language == Language::French);
        let gloss = french.and_then(|column| cells.get(column)?.split(';').next());
        vocabulary.glosses.push(gloss.unwrap_or_default().trim().to_owned());
        for (cell, language) in cells.iter().zip(&languages) {
            for term in cell.split(';').map(str::trim).filter(|term| !term.is_empty()) {
                vocabulary.add_term(concept, term, Some(*language));
            }
        }
    }
    Ok(())
}

/// The language of a column. `ary` is Darija in Arabic letters, `zgh` Tamazight in either script.
fn column(tag: &str) -> Option<Language> {
    match tag.trim() {
        "fr" => Some(Language::French),
        "ar" => Some(Language::Arabic),
        "ary" | "ary-Arab" => Some(Language::DarijaArabic),
        "ary-Latn" => Some(Language::DarijaLatin),
        "zgh" | "zgh-Latn" => Some(Language::TamazightLatin),
        "zgh-Tfng" => Some(Language::TamazightTifinagh),
        "en" => Some(Language::English),
        "es" => Some(Language::Spanish),
        _ => None,
    }
}
