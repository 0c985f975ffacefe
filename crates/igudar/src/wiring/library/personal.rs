//! Personal values in a document as it comes in: counted, and blacked out where the collection asks for it.

use std::collections::{BTreeMap, BTreeSet};

use knowledge::reading::{Reading, Remark};
use protection::{Finder, Place, TextIn, find_all};
use sha2::{Digest as _, Sha256};

/// The id of a document whose file's name holds a personal value, under the rule that masks them.
const NAMELESS: &str = "document";

/// How many values of each type the reading and the file's name hold; with `mask` the type in brackets stands
/// for each. A text that stands in several places (a title, say) counts once.
pub(super) fn found(
    finder: &Finder,
    file_name: &str,
    reading: &mut Reading,
    mask: bool,
) -> BTreeMap<String, u64> {
    // Words of a name stand between hyphens and underscores.
    let name = format!("{file_name} {}", reading.id.as_deref().unwrap_or_default())
        .replace(['-', '_', '/', '.'], " ");
    let mut texts = texts_of(reading);
    let searched: Vec<TextIn<'_>> = texts
        .iter()
        .map(|text| text.as_str())
        .chain([name.as_str()])
        .map(|text| TextIn { text, place: Place::Text })
        .collect();
    let findings = find_all(finder, &searched);
    let mut counts = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut masked = Vec::new();
    for (text, found) in searched.iter().zip(&findings.per_text) {
        let counts_here = seen.insert(text.text);
        let mut left = String::new();
        let mut at = 0;
        for finding in found {
            let kind = finding.kind.to_string();
            if let Some(between) = text.text.get(at..finding.span.start) {
                left.push_str(between);
                left.push('[');
                left.push_str(&kind.to_uppercase());
                left.push(']');
                at = finding.span.end;
            }
            if counts_here {
                *counts.entry(kind).or_default() += 1;
            }
        }
        left.push_str(text.text.get(at..).unwrap_or_default());
        masked.push(left);
    }
    let named = findings.per_text.last().is_some_and(|found| !found.is_empty());
    if mask {
        for (text, masked) in texts.iter_mut().zip(masked) {
            **text = masked;
        }
        if named {
            let digest = hex::encode(Sha256::digest(file_name.as_bytes()));
            let short: String = digest.chars().take(12).collect();
            reading.id = Some(format!("{NAMELESS}-{short}"));
        }
    }
    counts
}

/// Everything that a reading says: its text, and what it says of itself.
fn texts_of(reading: &mut Reading) -> Vec<&mut String> {
    let facts = &mut reading.facts;
    let told =
        [&mut facts.title, &mut facts.attribution, &mut facts.institution, &mut facts.commune];
    let remarked = reading.remarks.iter_mut().filter_map(|remark| match remark {
        Remark::LeftOut { what } => Some(what),
        _ => None,
    });
    let blocks = reading.blocks.iter_mut().map(|block| &mut block.text);
    blocks.chain(told.into_iter().flatten()).chain(remarked).collect()
}

#[cfg(test)]
mod tests {
    use knowledge::reading::{Block, BlockKind};

    use super::*;

    #[test]
    fn values_are_counted_and_blacked_out() {
        let knowledge = crate::wiring::knowledge_in(None).unwrap();
        let text = "Demande de Zineb Oukacha, CIN DA48213, reçue hier.";
        let block = Block { kind: BlockKind::Paragraph, text: text.to_owned(), page: None };
        let mut reading = Reading { blocks: vec![block], ..Reading::default() };
        let counts = found(&knowledge.finder, "demande.txt", &mut reading, false);
        assert_eq!(counts.get("cin"), Some(&1));
        assert_eq!(reading.blocks[0].text, text);
        assert_eq!(found(&knowledge.finder, "demande.txt", &mut reading, true), counts);
        assert_eq!(reading.blocks[0].text, "Demande de [PERSON], CIN [CIN], reçue hier.");
        assert_eq!(reading.id, None);
        // What a file says of itself is searched like its text.
        reading.facts.title = Some("Dossier de Zineb Oukacha".to_owned());
        assert_eq!(
            found(&knowledge.finder, "demande.txt", &mut reading, true).get("person"),
            Some(&1)
        );
        assert_eq!(reading.facts.title.as_deref(), Some("Dossier de [PERSON]"));
        // A name in the file's name is found, and does not become the document's id.
        let named = "lettres/CIN-DA48213.txt";
        assert_eq!(found(&knowledge.finder, named, &mut reading, true).get("cin"), Some(&1));
        assert!(reading.id.as_deref().is_some_and(|id| id.starts_with("document-")));
    }
}
