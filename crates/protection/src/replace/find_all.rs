//! Finding in all texts of a request and numbering what was found.

use std::collections::{BTreeMap, BTreeSet};

use language::{ByteSpan, Normalized, decode_escapes};
use zeroize::Zeroizing;

use super::findings::{Findings, Mark, TextIn};
use super::lookalikes::typed_ordinals;
use super::merge::{Mention, merge, usable};
use super::propagate::Lookup;
use super::registry::{Known, Registry};
use crate::decide::risk::RiskModel;
use crate::decide::topics::Topics;
use crate::label::LabelWords;
use crate::pack::Surrogates;
use crate::restore::WordTable;
use crate::vault::Entity;
use crate::{Finder, Finding, Kind, Place};

/// Something that finds personal values in a text.
pub trait Find {
    /// The findings in a text, sorted by place.
    fn find_in(&self, text: &str, place: &Place) -> Vec<Finding>;

    /// The findings of each of some texts, as [`Self::find_in`] gives them.
    fn find_each(&self, texts: &[TextIn<'_>]) -> Vec<Vec<Finding>> {
        texts.iter().map(|text| self.find_in(text.text, &text.place)).collect()
    }

    /// What the pack says about labels.
    fn label_words(&self) -> LabelWords {
        LabelWords::default()
    }

    /// The made-up values that the pack calls safe.
    fn surrogates(&self) -> Surrogates {
        Surrogates::default()
    }

    /// What judges the topics of texts, where there is something that does.
    fn topics(&self) -> Option<&Topics> {
        None
    }

    /// What estimates how many values it misses, where that was measured.
    fn risk(&self) -> Option<&RiskModel> {
        None
    }
}

impl Find for Finder {
    fn find_in(&self, text: &str, place: &Place) -> Vec<Finding> {
        Finder::find_in(self, text, place)
    }

    fn find_each(&self, texts: &[TextIn<'_>]) -> Vec<Vec<Finding>> {
        Finder::find_each(self, texts.iter().map(|text| (text.text, &text.place)))
    }

    fn label_words(&self) -> LabelWords {
        Finder::label_words(self).clone()
    }

    fn surrogates(&self) -> Surrogates {
        Finder::surrogates(self).clone()
    }

    fn topics(&self) -> Option<&Topics> {
        Finder::topics(self)
    }

    fn risk(&self) -> Option<&RiskModel> {
        Finder::risk(self)
    }
}

/// Finds in every text, marks every other place where a found value stands, and numbers the entities.
///
/// Entities are numbered in the order in which the finder meets them, text by text; adding texts at the
/// end never changes the number of an entity, unless what is added holds a typed look-alike of its label.
pub fn find_all<F: Find + ?Sized>(finder: &F, texts: &[TextIn<'_>]) -> Findings {
    let words = finder.label_words();
    let mut found = finder.find_each(texts);
    found.resize_with(texts.len(), Vec::new);
    let found: Vec<Vec<Finding>> =
        texts.iter().zip(found).map(|(text, found)| usable(text.text, found)).collect();
    let mut registry = Registry::new(&words);
    let entities_found: Vec<Vec<usize>> = texts
        .iter()
        .zip(&found)
        .enumerate()
        .map(|(index, (text, findings))| registry.add_text(index, text.text, findings))
        .collect();
    let lookup = Lookup::new(&registry.values, words.country_code());
    let mut mentions: Vec<Vec<Mention>> = Vec::with_capacity(texts.len());
    let mut order: Vec<Meeting> = Vec::new();
    for (index, findings) in found.iter().enumerate() {
        let entities = entities_found.get(index).into_iter().flatten();
        for (finding, &entity) in findings.iter().zip(entities) {
            order.push((index, false, index, finding.span, entity));
        }
    }
    for ((text, findings), entities) in texts.iter().zip(found).zip(&entities_found) {
        let hits = lookup.hits(text.text);
        mentions.push(merge(findings, entities, &hits, &registry));
    }
    let ordinals = ordinals(&registry.entities, texts, &mentions, &words);
    let (marks, forms) = spellings(texts, &mentions, order, registry.entities.len());
    let entities = registry
        .entities
        .into_iter()
        .zip(ordinals)
        .zip(forms)
        .map(|((known, ordinal), forms)| Entity { kind: known.kind, ordinal, forms })
        .collect();
    let per_text = mentions
        .into_iter()
        .map(|found| found.into_iter().map(|mention| mention.finding).collect());
    let surrogates = finder.surrogates();
    let per_text = per_text.collect();
    Findings { per_text, marks, entities, words, surrogates, topics: Vec::new(), risk: None }
        .judged(finder.topics(), texts)
        .estimated(finder.risk(), texts)
}

/// The number of each entity: the next free one of its word that no typed look-alike has.
fn ordinals(
    entities: &[Known],
    texts: &[TextIn<'_>],
    mentions: &[Vec<Mention>],
    words: &LabelWords,
) -> Vec<u32> {
    let kinds: BTreeMap<Kind, Vec<String>> = entities
        .iter()
        .map(|known| known.kind.clone())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|kind| {
            let others = words.words(&kind).to_vec();
            (kind, others)
        })
        .collect();
    if kinds.is_empty() {
        return Vec::new();
    }
    let table = WordTable::new(&kinds);
    let taken_out = texts.iter().zip(mentions).map(|(text, mentions)| {
        (text.text, mentions.iter().map(|mention| mention.finding.span).collect())
    });
    // A model may write a label plainly that was typed with more escapes than the restorer reads.
    let decoded: Vec<Normalized> =
        texts.iter().filter_map(|text| decode_escapes(text.text)).collect();
    let decoded = decoded.iter().map(|decoded| (decoded.text.as_str(), Vec::new()));
    let typed = typed_ordinals(taken_out.chain(decoded), &table);
    let mut next: BTreeMap<&str, u32> = BTreeMap::new();
    entities
        .iter()
        .map(|known| {
            let taken = typed.get(&known.word);
            let next = next.entry(&known.word).or_insert(1);
            while taken.is_some_and(|taken| taken.contains(next)) {
                *next += 1;
            }
            let ordinal = *next;
            *next += 1;
            ordinal
        })
        .collect()
}

/// When a conversation that grows text by text meets a spelling: with which text, whether it was looked up
/// rather than found, in which text and where it stands, and whose it is.
type Meeting = (usize, bool, usize, ByteSpan, usize);

/// Gives each distinct spelling of an entity its form, in the order of their [`Meeting`]s. `order` holds
/// the findings; those that a longer value replaced count too, since the conversation met them before it knew better.
fn spellings(
    texts: &[TextIn<'_>],
    mentions: &[Vec<Mention>],
    mut order: Vec<Meeting>,
    entities: usize,
) -> (Vec<Vec<Mark>>, Vec<Vec<Zeroizing<String>>>) {
    for (index, found) in mentions.iter().enumerate() {
        for mention in found.iter().filter(|mention| mention.looked_up) {
            let met = mention.known_since.max(index);
            order.push((met, true, index, mention.finding.span, mention.entity));
        }
    }
    order.sort_unstable();
    let mut forms: Vec<Vec<Zeroizing<String>>> = vec![Vec::new(); entities];
    let mut known: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for (_, _, index, span, entity) in order {
        let Some(text) = texts.get(index) else { continue };
        let spelling = span.of(text.text);
        if let Some(forms) = forms.get_mut(entity) {
            known.entry((entity, spelling)).or_insert_with(|| {
                forms.push(Zeroizing::new(spelling.to_owned()));
                forms.len() - 1
            });
        }
    }
    let marks = mentions
        .iter()
        .zip(texts)
        .map(|(found, text)| {
            found
                .iter()
                .map(|mention| {
                    let spelling = mention.finding.span.of(text.text);
                    let form = known.get(&(mention.entity, spelling)).copied().unwrap_or(0);
                    Mark { entity: mention.entity, form }
                })
                .collect()
        })
        .collect();
    (marks, forms)
}
