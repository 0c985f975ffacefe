//! Personal values in a document as it comes in: counted, and blacked out where the collection asks for it.

use std::collections::BTreeMap;

use knowledge::reading::Reading;
use protection::{Finder, Place, TextIn, find_all};

/// How many values of each type the reading holds; with `mask` the type in brackets stands for each.
pub(super) fn found(finder: &Finder, reading: &mut Reading, mask: bool) -> BTreeMap<String, u64> {
    let texts: Vec<TextIn<'_>> = reading
        .blocks
        .iter()
        .map(|block| TextIn { text: &block.text, place: Place::Text })
        .collect();
    let findings = find_all(finder, &texts);
    let mut counts = BTreeMap::new();
    let mut masked = Vec::new();
    for (text, found) in texts.iter().zip(&findings.per_text) {
        let mut left = String::new();
        let mut at = 0;
        for finding in found {
            *counts.entry(finding.kind.to_string()).or_default() += 1;
            if let Some(between) = text.text.get(at..finding.span.start) {
                left.push_str(between);
                left.push('[');
                left.push_str(&finding.kind.to_string().to_uppercase());
                left.push(']');
                at = finding.span.end;
            }
        }
        left.push_str(text.text.get(at..).unwrap_or_default());
        masked.push(left);
    }
    if mask {
        for (block, text) in reading.blocks.iter_mut().zip(masked) {
            block.text = text;
        }
        // What the file says of itself came from its text or its name.
        let facts = &mut reading.facts;
        for fact in [&mut facts.title, &mut facts.attribution].into_iter().flatten() {
            let inner = find_all(finder, &[TextIn { text: fact, place: Place::Text }]);
            if inner.per_text.iter().any(|found| !found.is_empty()) {
                "[…]".clone_into(fact);
            }
        }
    }
    counts
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
        let counts = found(&knowledge.finder, &mut reading, false);
        assert_eq!(counts.get("cin"), Some(&1));
        assert_eq!(reading.blocks[0].text, text);
        assert_eq!(found(&knowledge.finder, &mut reading, true), counts);
        assert_eq!(reading.blocks[0].text, "Demande de [PERSON], CIN [CIN], reçue hier.");
    }
}
