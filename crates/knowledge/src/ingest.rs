//! What a reading becomes on its way onto the shelf: an id, facts that every document has, passages.

use crate::document::{Collection, DocumentId, Facts};
use crate::indexing;
use crate::passage::{Passage, cut};
use crate::reading::{BlockKind, Reading, Remark};

/// How many characters of a document its language is told by.
const SAMPLE: usize = 2_000;

/// A document, ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// Its id.
    pub id: DocumentId,
    /// What is known about it, completed.
    pub facts: Facts,
    /// What its owner should know about how it was read.
    pub remarks: Vec<Remark>,
    /// Its passages.
    pub passages: Vec<Passage>,
}

/// Completes a reading: the id from the file's name where it gives itself none, the language as it is
/// identified, the title from the first heading, licence and attribution from the collection.
pub fn prepare(reading: Reading, file_name: &str, collection: &Collection) -> Prepared {
    let id = reading
        .id
        .as_deref()
        .and_then(|id| DocumentId::new(id).ok())
        .unwrap_or_else(|| id_of_file(file_name));
    let mut facts = reading.facts.clone();
    if facts.language.is_none() {
        let text: String = reading
            .blocks
            .iter()
            .flat_map(|block| block.text.chars().chain(['\n']))
            .take(SAMPLE)
            .collect();
        facts.language =
            indexing::language_of_text(&text).map(|language| language.tag().to_owned());
    }
    if facts.title.is_none() {
        let heading = |kind: &BlockKind| matches!(kind, BlockKind::Heading(_));
        let first = reading.blocks.iter().find(|block| heading(&block.kind));
        facts.title = Some(first.map_or_else(|| id.to_string(), |block| block.text.clone()));
    }
    facts.licence = facts.licence.or_else(|| collection.licence.clone());
    facts.attribution = facts.attribution.or_else(|| collection.attribution.clone());
    let passages = cut(&reading);
    Prepared { id, facts, remarks: reading.remarks, passages }
}

/// The file's name without its extension, its folders before it: files of one name in two folders are two
/// documents. Shortened to what an id may have.
fn id_of_file(name: &str) -> DocumentId {
    let file = name.rfind(['/', '\\']).map_or(0, |at| at + 1);
    let (folders, own) = name.split_at_checked(file).unwrap_or(("", name));
    let own = own.rsplit_once('.').map_or(own, |(stem, _)| stem);
    let stem = format!("{folders}{own}").replace(['/', '\\'], "-");
    // A name of dots alone names a folder.
    let letters: Vec<char> =
        stem.trim_matches('.').chars().filter(|letter| !letter.is_control()).collect();
    // The file's own name stands at the end.
    let kept: String = letters.iter().skip(letters.len().saturating_sub(200)).collect();
    DocumentId::new(&kept).unwrap_or_else(|_| DocumentId::unnamed())
}

/// What an embedder reads of a passage: what it is about, and its text.
pub fn text_to_embed(facts: &Facts, passage: &Passage) -> String {
    let title = facts.title.as_deref().unwrap_or_default();
    let mut parts = vec![title];
    parts.extend(passage.headings.iter().map(String::as_str).filter(|heading| *heading != title));
    parts.push(&passage.text);
    parts.join(". ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{PersonalData, Sharing};
    use crate::reading::Block;

    fn collection() -> Collection {
        Collection {
            name: "c".to_owned(),
            project: "p".to_owned(),
            sharing: Sharing::Private,
            personal_data: PersonalData::Keep,
            licence: Some("CC0-1.0".to_owned()),
            attribution: None,
        }
    }

    #[test]
    fn a_reading_is_completed() {
        let block = |kind, text: &str| Block { kind, text: text.to_owned(), page: None };
        let reading = Reading {
            blocks: vec![
                block(BlockKind::Heading(1), "Certificat de résidence"),
                block(
                    BlockKind::Paragraph,
                    "Le certificat est délivré par le caïd de l'arrondissement.",
                ),
            ],
            ..Reading::default()
        };
        let prepared = prepare(reading, "dossier/Fiche 7.pdf", &collection());
        assert_eq!(prepared.id.as_str(), "dossier-Fiche 7");
        assert_eq!(prepared.facts.language.as_deref(), Some("fr"));
        assert_eq!(prepared.facts.title.as_deref(), Some("Certificat de résidence"));
        assert_eq!(prepared.facts.licence.as_deref(), Some("CC0-1.0"));
        assert_eq!(prepared.passages.len(), 1);
        let text = text_to_embed(&prepared.facts, &prepared.passages[0]);
        assert!(text.starts_with("Certificat de résidence. Le certificat"));
    }

    #[test]
    fn every_file_has_an_id() {
        for (name, expect) in [
            ("a.md", "a"),
            ("x/y.tar.gz", "x-y.tar"),
            ("notes.d/HORAIRES", "notes.d-HORAIRES"),
            ("..", "document"),
            ("", "document"),
        ] {
            assert_eq!(id_of_file(name).as_str(), expect, "{name}");
        }
        let deep = format!("{}fiche.md", "dossier/".repeat(40));
        assert!(id_of_file(&deep).as_str().ends_with("dossier-fiche"));
    }
}
