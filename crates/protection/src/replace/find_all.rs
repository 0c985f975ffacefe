//! Finding in all texts of a request and numbering what was found.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::findings::{Findings, Mark, TextIn};
use crate::label::{LabelWords, canonical_word};
use crate::vault::Entity;
use crate::{Finder, Finding, Place};

/// Something that finds personal values in a text.
pub trait Find {
    /// The findings in a text, sorted by place.
    fn find_in(&self, text: &str, place: &Place) -> Vec<Finding>;

    /// What the pack says about labels.
    fn label_words(&self) -> LabelWords {
        LabelWords::default()
    }
}

impl Find for Finder {
    fn find_in(&self, text: &str, place: &Place) -> Vec<Finding> {
        Finder::find_in(self, text, place)
    }
}

/// Finds in every text, marks every other place where a found value stands, and numbers the entities.
pub fn find_all(finder: &impl Find, texts: &[TextIn<'_>]) -> Findings {
    let mut entities: Vec<Entity> = Vec::new();
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut highest: BTreeMap<String, u32> = BTreeMap::new();
    let mut per_text = Vec::new();
    let mut marks = Vec::new();
    for text in texts {
        let found = finder.find_in(text.text, &text.place);
        let mut marked = Vec::new();
        for finding in &found {
            let word = canonical_word(&finding.kind);
            let value = finding.span.of(text.text);
            let entity = *known.entry((word.clone(), value.to_owned())).or_insert_with(|| {
                let ordinal = highest.entry(word).or_default();
                *ordinal += 1;
                entities.push(Entity {
                    kind: finding.kind.clone(),
                    ordinal: *ordinal,
                    forms: vec![Zeroizing::new(value.to_owned())],
                });
                entities.len() - 1
            });
            marked.push(Mark { entity, form: 0 });
        }
        per_text.push(found);
        marks.push(marked);
    }
    Findings { per_text, marks, entities, words: finder.label_words() }
}
