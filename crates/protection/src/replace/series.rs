//! Labels that go on from batch to batch of a long row of texts, such as the rows of a table.
//!
//! A batch is found, numbered and forgotten; what stays is what the labels stand for. A value that is
//! known is looked up in every later batch; earlier ones are not seen again. The time for all look-ups
//! together stays near linear: known values stand in a few automata, each several times as large as the
//! next, and small ones are joined as they come.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use language::decode_escapes;
use zeroize::Zeroizing;

use super::find_all::Find;
use super::findings::{Findings, Mark, TextIn};
use super::lookalikes::typed_ordinals;
use super::merge::{merge, usable};
use super::propagate::{Hit, Lookup, without_overlaps};
use super::registry::Registry;
use crate::label::LabelWords;
use crate::restore::WordTable;
use crate::vault::{Entity, Vault};
use crate::{Action, Finding, Kind, Policy};

/// How many times larger an automaton of known values is than the next, at least.
const STEP: usize = 4;

/// A row of texts whose labels go on.
pub struct Series<'w> {
    words: &'w LabelWords,
    registry: Registry<'w>,
    /// Automata over known values, each with the index of its first one.
    levels: Vec<(usize, usize, Lookup)>,
    table: WordTable,
    typed: BTreeMap<String, BTreeSet<u32>>,
    next: BTreeMap<String, u32>,
    entities: Vec<Entity>,
    texts: usize,
}

impl<'w> Series<'w> {
    /// An empty series. `more` are kinds that may be found beside those that `words` name.
    pub fn new(words: &'w LabelWords, more: &[Kind]) -> Self {
        let kinds: BTreeMap<Kind, Vec<String>> = words
            .kinds()
            .chain(more)
            .map(|kind| (kind.clone(), words.words(kind).to_vec()))
            .collect();
        Self {
            words,
            registry: Registry::new(words),
            levels: Vec::new(),
            table: WordTable::new(&kinds),
            typed: BTreeMap::new(),
            next: BTreeMap::new(),
            entities: Vec::new(),
            texts: 0,
        }
    }

    /// Looks for labels that somebody typed; no value gets their numbers. To be asked about everything
    /// that will be restored together, before the first batch is found.
    pub fn reserve(&mut self, text: &str) {
        let decoded = decode_escapes(text);
        let texts = [Some(text), decoded.as_ref().map(|decoded| decoded.text.as_str())];
        let texts = texts.into_iter().flatten().map(|text| (text, Vec::new()));
        for (word, ordinals) in typed_ordinals(texts, &self.table) {
            self.typed.entry(word).or_default().extend(ordinals);
        }
    }

    /// The findings of the next batch of texts, for [`super::replace`].
    pub fn find<F: Find + ?Sized>(&mut self, finder: &F, texts: &[TextIn<'_>]) -> Findings {
        let mut found = finder.find_each(texts);
        found.resize_with(texts.len(), Vec::new);
        let found: Vec<Vec<Finding>> =
            texts.iter().zip(found).map(|(text, found)| usable(text.text, found)).collect();
        let first = self.registry.values.len();
        let mut whose = Vec::with_capacity(texts.len());
        for (text, findings) in texts.iter().zip(&found) {
            whose.push(self.registry.add_text(self.texts, text.text, findings));
            self.texts += 1;
        }
        self.number();
        self.add_level(first);
        let mut local: BTreeMap<usize, usize> = BTreeMap::new();
        let (mut per_text, mut marks) = (Vec::new(), Vec::new());
        for ((text, findings), entities) in texts.iter().zip(found).zip(&whose) {
            let hits = self.hits(text.text);
            let mentions = merge(findings, entities, &hits, &self.registry);
            let mut text_marks = Vec::with_capacity(mentions.len());
            for mention in &mentions {
                let form = self.form(mention.entity, mention.finding.span.of(text.text));
                let fresh = local.len();
                let entity = *local.entry(mention.entity).or_insert(fresh);
                text_marks.push(Mark { entity, form });
            }
            marks.push(text_marks);
            per_text.push(mentions.into_iter().map(|mention| mention.finding).collect());
        }
        let mut order: Vec<(usize, usize)> = local.into_iter().map(|(own, at)| (at, own)).collect();
        order.sort_unstable();
        let entities =
            order.iter().filter_map(|&(_, own)| self.entities.get(own).cloned()).collect();
        Findings {
            per_text,
            marks,
            entities,
            words: self.words.clone(),
            surrogates: finder.surrogates(),
            topics: Vec::new(),
            risk: None,
        }
        .judged(finder.topics(), texts)
    }

    /// What the labels of all batches stand for, under the policy that replaced them. The policy must not
    /// ask for surrogates: what a batch got instead of labels is not kept.
    pub fn vault(&self, policy: &Policy) -> Vault {
        let labelled = |entity: &&Entity| {
            matches!(policy.action(&entity.kind), Action::Label | Action::Surrogate)
        };
        Vault::new(self.entities.iter().filter(labelled).cloned().collect(), Vec::new(), self.words)
    }

    /// Numbers the entities that are new.
    fn number(&mut self) {
        for known in self.registry.entities.iter().skip(self.entities.len()) {
            let typed = self.typed.get(&known.word);
            let next = self.next.entry(known.word.clone()).or_insert(1);
            while typed.is_some_and(|typed| typed.contains(next)) {
                *next += 1;
            }
            self.entities.push(Entity {
                kind: known.kind.clone(),
                ordinal: *next,
                forms: Vec::new(),
            });
            *next += 1;
        }
    }

    /// Makes the values since `first` known to the look-up.
    fn add_level(&mut self, first: usize) {
        let end = self.registry.values.len();
        if first == end {
            return;
        }
        let mut first = first;
        while let Some(&(before, until, _)) = self.levels.last()
            && until - before < STEP * (end - first)
        {
            self.levels.pop();
            first = before;
        }
        let values = self.registry.values.get(first..end).unwrap_or_default();
        self.levels.push((first, end, Lookup::new(values, self.words.country_code())));
    }

    fn hits(&self, text: &str) -> Vec<Hit> {
        let hits = self.levels.iter().flat_map(|(first, _, lookup)| {
            let hits = lookup.hits(text).into_iter();
            hits.map(move |hit| Hit { value: hit.value + first, ..hit })
        });
        without_overlaps(hits.collect())
    }

    /// The number of a spelling among those of its entity.
    fn form(&mut self, entity: usize, spelling: &str) -> usize {
        let Some(entity) = self.entities.get_mut(entity) else { return 0 };
        let known = entity.forms.iter().position(|form| form.as_str() == spelling);
        known.unwrap_or_else(|| {
            entity.forms.push(Zeroizing::new(spelling.to_owned()));
            entity.forms.len() - 1
        })
    }
}

impl fmt::Debug for Series<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Series")
            .field("texts", &self.texts)
            .field("entities", &self.entities.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replace::{apply, replace};
    use crate::{Escape, Place};
    use language::ByteSpan;

    /// Finds what stands between angle brackets.
    struct Marked;

    impl Find for Marked {
        fn find_in(&self, text: &str, _: &Place) -> Vec<Finding> {
            let open = text.match_indices('<').map(|(at, _)| at + 1);
            let spans = open.filter_map(|from| Some((from, from + text.get(from..)?.find('>')?)));
            spans
                .map(|(from, to)| Finding {
                    span: ByteSpan::new(from, to),
                    kind: Kind::new("cin"),
                    score: 90,
                    reason: "test".into(),
                })
                .collect()
        }
    }

    fn check(batches: &[&[&str]], expect: &[&[&str]]) {
        let words = LabelWords::default();
        let mut series = Series::new(&words, &[]);
        batches.iter().flat_map(|batch| batch.iter()).for_each(|text| series.reserve(text));
        let policy = Policy::label_all("test");
        let mut all = Vec::new();
        for (batch, expect) in batches.iter().zip(expect) {
            let inputs: Vec<_> =
                batch.iter().map(|&text| TextIn { text, place: Place::Text }).collect();
            let findings = series.find(&Marked, &inputs);
            let protected = replace(&findings, &inputs, &policy).unwrap();
            let out: Vec<_> =
                batch.iter().zip(&protected.replacements).map(|(t, r)| apply(t, r)).collect();
            assert_eq!(&out, expect);
            all.extend(batch.iter().copied().zip(out));
        }
        let vault = series.vault(&policy);
        for (text, protected) in all {
            assert_eq!(vault.restore(&protected, Escape::Plain), text);
        }
    }

    #[test]
    fn labels_go_on_and_known_values_are_seen_again() {
        check(
            &[&["<AB123456>", "ab 123456"], &["x <CD123456> AB123456"], &["<EF1>"]],
            &[&["<[CIN_1]>", "[CIN_1b]"], &["x <[CIN_2]> [CIN_1]"], &["<[CIN_3]>"]],
        );
    }

    #[test]
    fn a_label_typed_in_a_later_batch_is_left_free() {
        check(&[&["<AB123456>"], &["CIN_1 [CIN_3]"]], &[&["<[CIN_2]>"], &["CIN_1 [CIN_3]"]]);
    }

    #[test]
    fn many_batches_need_few_automata() {
        let words = LabelWords::default();
        let mut series = Series::new(&words, &[]);
        for number in 0..300 {
            let text = format!("<AB{number:06}> AB000000");
            series.find(&Marked, &[TextIn { text: &text, place: Place::Text }]);
        }
        assert!(series.levels.len() <= 6, "{}", series.levels.len());
        assert_eq!(series.vault(&Policy::label_all("test")).counts()[&Kind::new("cin")], 300);
    }
}
