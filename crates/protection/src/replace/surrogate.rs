//! Which made-up value stands for which spelling (DESIGN, Replace; law 6).
//!
//! The number of a surrogate follows from the number of its entity, so it stays the same when a
//! conversation grows. One that could be read in what somebody typed is never given.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use language::decode_escapes;
use zeroize::Zeroizing;

use super::findings::{Findings, TextIn};
use crate::Kind;
use crate::restore::{LiveSurrogates, Surrogate, signs};

/// Where a request cannot take labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Kinds whose values a JSON schema asks for in a form that no label has: a surrogate goes before a
    /// label wherever the policy says `label`.
    pub kinds: BTreeSet<Kind>,
    /// The texts, by index, in which a label would break a schema.
    pub no_labels: BTreeSet<usize>,
}

/// How often a set of surrogates is made anew because one of them was typed.
const MOST_ROUNDS: usize = 8;
/// How many numbers are tried for one spelling.
const MOST_NUMBERS: u32 = 2000;
/// How far apart the numbers for two spellings of one value are looked for.
const BETWEEN_SPELLINGS: u32 = 1000;

/// The surrogates of a request.
#[derive(Debug, Clone, Default)]
pub(super) struct Assigned {
    by_spelling: BTreeMap<(usize, usize), Surrogate>,
}

impl Assigned {
    /// What stands for a spelling of an entity.
    pub(super) fn get(&self, entity: usize, form: usize) -> Option<&str> {
        self.by_spelling.get(&(entity, form)).map(|one| one.written.as_str())
    }

    pub(super) fn has(&self, entity: usize) -> bool {
        self.by_spelling.range((entity, 0)..=(entity, usize::MAX)).next().is_some()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_spelling.is_empty()
    }

    /// Only those of some entities.
    pub(super) fn only(&self, entities: &BTreeSet<usize>) -> Self {
        let kept = self.by_spelling.iter().filter(|((entity, _), _)| entities.contains(entity));
        Self { by_spelling: kept.map(|(slot, one)| (*slot, one.clone())).collect() }
    }

    /// Everything that an answer may hold, the first spelling of each value first.
    pub(super) fn live(&self) -> Vec<Surrogate> {
        self.by_spelling.values().cloned().collect()
    }
}

/// Gives surrogates to the entities that want one; those for which the pack has none get none.
pub(super) fn assign(
    findings: &Findings,
    texts: &[TextIn<'_>],
    wanted: &BTreeSet<usize>,
) -> Assigned {
    let mut typed: BTreeSet<Vec<char>> = BTreeSet::new();
    for _ in 0..MOST_ROUNDS {
        let mut round = Round { findings, typed: &typed, used: BTreeMap::new() };
        let mut by_spelling = BTreeMap::new();
        for &entity in wanted {
            for (form, surrogate) in round.surrogates_of(entity).unwrap_or_default() {
                by_spelling.insert((entity, form), surrogate);
            }
        }
        let assigned = Assigned { by_spelling };
        let before = typed.len();
        let live = LiveSurrogates::new(assigned.live());
        for text in texts {
            let mut note = |one: &Surrogate| {
                typed.insert(signs(&one.written, one.grouped));
            };
            live.anywhere_in(text.text, &mut note);
            if let Some(decoded) = decode_escapes(text.text) {
                live.anywhere_in(&decoded.text, &mut note);
            }
        }
        if typed.len() == before {
            return assigned;
        }
    }
    Assigned::default()
}

struct Round<'f> {
    findings: &'f Findings,
    typed: &'f BTreeSet<Vec<char>>,
    /// Whose surrogate has these signs.
    used: BTreeMap<Vec<char>, usize>,
}

impl Round<'_> {
    /// One surrogate for each spelling of an entity; spellings that differ in their layout only get the
    /// same one in their own layout.
    fn surrogates_of(&mut self, index: usize) -> Option<Vec<(usize, Surrogate)>> {
        let entity = self.findings.entities.get(index)?;
        let grouped = self.findings.surrogates.is_grouped(&entity.kind);
        let mut made: Vec<(usize, Surrogate)> = Vec::new();
        let mut own = BTreeSet::new();
        let mut main = None;
        let mut behind = entity.ordinal;
        for (form, spelling) in entity.forms.iter().enumerate() {
            let apart = BETWEEN_SPELLINGS.saturating_mul(u32::try_from(form).unwrap_or(u32::MAX));
            // A further spelling has the first one's number in its own layout, else one far off: the numbers
            // between belong to other values and must not move when a spelling is found late.
            let (first, most) = main.map_or((entity.ordinal, MOST_NUMBERS), |main| (main, 1));
            let far = entity.ordinal.saturating_add(apart);
            let found = self
                .first_free(index, first..first.saturating_add(most), spelling, &own)
                .or_else(|| {
                    self.first_free(index, far..far.saturating_add(MOST_NUMBERS), spelling, &own)
                });
            let found = found.or_else(|| {
                let range = behind..behind.saturating_add(MOST_NUMBERS);
                let near = self.first_free(index, range, spelling, &own)?;
                behind = near.0.saturating_add(1);
                Some(near)
            });
            let (number, written) = found?;
            main = main.or(Some(number));
            own.insert(written.clone());
            self.used.insert(signs(&written, grouped), index);
            let value = Zeroizing::new(spelling.as_str().to_owned());
            made.push((form, Surrogate { kind: entity.kind.clone(), written, grouped, value }));
        }
        Some(made)
    }

    fn first_free(
        &self,
        index: usize,
        numbers: Range<u32>,
        spelling: &str,
        own: &BTreeSet<String>,
    ) -> Option<(u32, String)> {
        let kind = &self.findings.entities.get(index)?.kind;
        let surrogates = &self.findings.surrogates;
        for number in numbers {
            let Some(written) = surrogates.value(kind, number, spelling).ok()? else { continue };
            let signs = signs(&written, surrogates.is_grouped(kind));
            let of_another = self.used.get(&signs).is_some_and(|owner| *owner != index);
            if !of_another && !own.contains(&written) && !self.typed.contains(&signs) {
                return Some((number, written));
            }
        }
        None
    }
}
