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
use crate::pack::surrogates::marks_of;
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
/// How many numbers behind a typed one are looked for at first; each round looks further.
const FIRST_AHEAD: u32 = 16;
/// No made-up value is shorter, in bytes: a text holds no more of them than this allows.
const SHORTEST: usize = 4;
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

/// Gives surrogates to the entities that want one; those for which the pack has none get none, nor do those
/// for which none was found that nobody typed.
pub(super) fn assign(
    findings: &Findings,
    texts: &[TextIn<'_>],
    wanted: &BTreeSet<usize>,
) -> Assigned {
    let mut typed: BTreeSet<Vec<char>> = BTreeSet::new();
    let mut following = Vec::new();
    let mut ahead = FIRST_AHEAD;
    let mut assigned = Assigned::default();
    let mut clashing = BTreeSet::new();
    for _ in 0..MOST_ROUNDS {
        let mut round = Round { findings, typed: &typed, used: BTreeMap::new() };
        let mut by_spelling = BTreeMap::new();
        let mut numbers = BTreeMap::new();
        for &entity in wanted {
            for (form, number, surrogate) in round.surrogates_of(entity).unwrap_or_default() {
                by_spelling.insert((entity, form), surrogate);
                numbers.insert((entity, form), number);
            }
        }
        assigned = Assigned { by_spelling };
        let live = assigned.live().into_iter().chain(following);
        note_typed(&LiveSurrogates::new(live.collect()), texts, &mut typed);
        let clashes = assigned
            .by_spelling
            .iter()
            .filter(|(_, one)| typed.contains(&signs(&one.written, one.grouped)));
        let clashes: Vec<(&(usize, usize), &Surrogate)> = clashes.collect();
        if clashes.is_empty() {
            return assigned;
        }
        clashing = clashes.iter().map(|((entity, _), _)| *entity).collect();
        // What somebody typed in a row is found in one look.
        let numbers =
            clashes.iter().filter_map(|(slot, one)| Some((numbers.get(slot).copied()?, *one)));
        following = behind(findings, texts, numbers.collect(), ahead);
        ahead = ahead.saturating_mul(FIRST_AHEAD).min(MOST_NUMBERS);
    }
    let apart = wanted.difference(&clashing).copied().collect();
    assigned.only(&apart)
}

/// Adds those surrogates that could be read in what somebody typed.
fn note_typed(live: &LiveSurrogates, texts: &[TextIn<'_>], typed: &mut BTreeSet<Vec<char>>) {
    let mut note = |one: &Surrogate| {
        typed.insert(signs(&one.written, one.grouped));
    };
    for text in texts {
        live.anywhere_in(text.text, &mut note);
        if let Some(decoded) = decode_escapes(text.text) {
            live.anywhere_in(&decoded.text, &mut note);
        }
    }
}

/// The made-up values behind those of some numbers, `ahead` for each number, each once and no more in all
/// than the texts could hold.
fn behind(
    findings: &Findings,
    texts: &[TextIn<'_>],
    mut numbers: Vec<(u32, &Surrogate)>,
    ahead: u32,
) -> Vec<Surrogate> {
    let mut left = texts.iter().map(|text| text.text.len()).sum::<usize>() / SHORTEST;
    let mut following = Vec::new();
    numbers.sort_by_key(|(number, _)| *number);
    let mut reached: BTreeMap<(&Kind, String), u32> = BTreeMap::new();
    for (number, one) in numbers {
        let slot = (&one.kind, marks_of(&one.value));
        let reached = reached.entry(slot).or_insert(0);
        let end = number.saturating_add(ahead);
        for number in number.saturating_add(1).max(*reached)..end {
            if left == 0 {
                return following;
            }
            let made = findings.surrogates.value(&one.kind, number, &one.value);
            let Ok(made) = made else { break };
            if let Some(written) = made {
                following.push(Surrogate { written, ..one.clone() });
                left -= 1;
            }
        }
        *reached = end;
    }
    following
}

struct Round<'f> {
    findings: &'f Findings,
    typed: &'f BTreeSet<Vec<char>>,
    /// Whose surrogate has these signs.
    used: BTreeMap<Vec<char>, usize>,
}

impl Round<'_> {
    /// One surrogate for each spelling of an entity; spellings that differ in their layout only get the
    /// same one in their own layout. Each with its spelling's form and its number.
    fn surrogates_of(&mut self, index: usize) -> Option<Vec<(usize, u32, Surrogate)>> {
        let entity = self.findings.entities.get(index)?;
        let grouped = self.findings.surrogates.is_grouped(&entity.kind);
        let mut made: Vec<(usize, u32, Surrogate)> = Vec::new();
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
            let surrogate = Surrogate { kind: entity.kind.clone(), written, grouped, value };
            made.push((form, number, surrogate));
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
