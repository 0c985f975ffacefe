//! Which context words reach a place in a text.
//!
//! A word reaches the value behind it, over few words and at most a line break; once a value has taken
//! it, only a list goes on (`PPR 1440982, 880217`). In a table the column's name is the only context. A
//! word that names numbers of another sort (a law, a page) shuts out what stands before it.

use std::sync::Arc;

use language::ByteSpan;

use crate::find::lexicon::{Hit, Lexicon};
use crate::find::structure::FieldKind;
use crate::find::view::View;
use crate::pack::affixes::Affixes;
use crate::pack::identifiers::Identifiers;

/// What a word of the pack means beside a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It names this identifier.
    Word(usize),
    /// It names this identifier where the text is about its topic.
    Weak(usize),
    /// The text is about the topic of this identifier.
    Topic(usize),
    /// It stands between a name and its value.
    Connector,
    /// The number before it is an amount.
    Unit,
    /// The number behind it is not personal.
    NotPersonal,
}

/// How far, in bytes, a topic word lends meaning to weak words.
const TOPIC_REACH: usize = 600;
/// How far back, in tokens and in bytes, a context word is looked for.
const FURTHEST_TOKENS: usize = 16;
const FURTHEST_BYTES: usize = 200;
/// How far, in bytes, a word stands "around" a value.
const AROUND_BYTES: usize = 400;

pub(super) fn lexicon(rules: &Identifiers, affixes: &Affixes) -> Lexicon<Meaning> {
    let mut lexicon = Lexicon::new(&rules.clitics, &rules.endings, affixes);
    let mut add = |words: &[String], meaning: Meaning| {
        for word in words {
            lexicon.add(word, meaning);
        }
    };
    for (index, identifier) in rules.all.iter().enumerate() {
        add(&identifier.words, Meaning::Word(index));
        add(&identifier.weak_words, Meaning::Weak(index));
        add(&identifier.topic, Meaning::Topic(index));
    }
    add(&rules.connectors, Meaning::Connector);
    add(&rules.units, Meaning::Unit);
    add(&rules.not_personal, Meaning::NotPersonal);
    lexicon.seal()
}

/// Turns weak words into words where a topic word stands near, and drops them elsewhere.
pub(super) fn with_topics(view: &View<'_>, hits: Vec<Hit<Meaning>>) -> Vec<Hit<Meaning>> {
    let start_of = |hit: &Hit<Meaning>| {
        view.tokens().get(hit.tokens.start).map_or(0, |token| token.span.start)
    };
    let mut topics: Vec<(usize, usize)> = Vec::new();
    for hit in &hits {
        for meaning in hit.meanings.iter() {
            if let Meaning::Topic(identifier) = meaning {
                topics.push((*identifier, start_of(hit)));
            }
        }
    }
    topics.sort_unstable();
    let near_topic = |identifier: usize, at: usize| {
        let from =
            topics.partition_point(|&topic| topic < (identifier, at.saturating_sub(TOPIC_REACH)));
        topics.get(from).is_some_and(|&(of, place)| of == identifier && place <= at + TOPIC_REACH)
    };
    hits.into_iter()
        .map(|hit| {
            if !hit.meanings.iter().any(|meaning| matches!(meaning, Meaning::Weak(_))) {
                return hit;
            }
            let at = start_of(&hit);
            let meanings: Arc<[Meaning]> = hit
                .meanings
                .iter()
                .filter_map(|&meaning| match meaning {
                    Meaning::Weak(of) => near_topic(of, at).then_some(Meaning::Word(of)),
                    other => Some(other),
                })
                .collect();
            Hit { tokens: hit.tokens, meanings }
        })
        .collect()
}

/// A context word that reaches a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Near {
    identifier: usize,
    /// Words between, connectors not counted.
    pub(super) distance: usize,
    /// Nothing but connectors between.
    pub(super) beside: bool,
    /// A colon, an equals sign or a quote introduces the value.
    pub(super) marked: bool,
}

/// All context words that reach a place, the nearest for each identifier.
#[derive(Debug, Default)]
pub(super) struct Reach {
    near: Vec<Near>,
    around: Vec<usize>,
    blocked: bool,
}

impl Reach {
    fn clear(&mut self) {
        self.near.clear();
        self.around.clear();
        self.blocked = false;
    }

    pub(super) fn of(&self, identifier: usize) -> Option<Near> {
        self.near.iter().copied().find(|near| near.identifier == identifier)
    }

    /// The reach of a word that is glued to its value (`PPR1482095`).
    pub(super) fn glued(meanings: &[Meaning]) -> Self {
        let mut reach = Self::default();
        for meaning in meanings {
            if let Meaning::Word(identifier) = *meaning {
                reach.add(Near { identifier, distance: 0, beside: true, marked: false });
            }
        }
        reach
    }

    /// Whether a word of the identifier stands somewhere near, before or behind.
    pub(super) fn around(&self, identifier: usize) -> bool {
        self.around.contains(&identifier)
    }

    pub(super) fn of_any_near(&self) -> Option<Near> {
        self.near.iter().copied().find(|near| near.distance == 0)
    }

    pub(super) fn identifiers(&self) -> impl Iterator<Item = usize> + use<> {
        let mut all: Vec<_> = self
            .near
            .iter()
            .map(|near| near.identifier)
            .chain(self.around.iter().copied())
            .collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter()
    }

    /// Whether some context is so close that misread digits are to be expected rather than words.
    pub(super) fn close(&self) -> bool {
        self.near.iter().any(|near| near.distance <= 2)
    }

    /// Whether a word that names numbers of another sort stands right before the place.
    pub(super) fn blocked(&self) -> bool {
        self.blocked
    }

    fn add(&mut self, near: Near) {
        match self.near.iter_mut().find(|own| own.identifier == near.identifier) {
            Some(own) if own.distance <= near.distance => {
                own.beside |= near.beside;
                own.marked |= near.marked;
            }
            Some(own) => *own = near,
            None => self.near.push(near),
        }
    }
}

/// What stands in the gaps up to a token, its own included.
#[derive(Debug, Clone, Copy, Default)]
struct Way {
    /// Gaps with a blank line.
    blank_lines: u32,
    /// Gaps with one line break that no question or colon bridges.
    lines: u32,
    /// Ends of sentences.
    ends: u32,
}

impl Way {
    fn over(mut self, gap: &str) -> Self {
        let breaks = gap.bytes().filter(|&byte| byte == b'\n').count();
        let asked = || gap.trim_end_matches(['\n', '\r', ' ']).ends_with(['?', ':']);
        self.blank_lines += u32::from(breaks >= 2);
        self.lines += u32::from(breaks == 1 && !asked());
        self.ends += u32::from(ends_sentence(gap));
        self
    }
}

fn ways(view: &View<'_>) -> Vec<Way> {
    let mut way = Way::default();
    (0..view.tokens().len())
        .map(|index| {
            if !view.spaced(index) {
                way = way.over(view.gap_before(index));
            }
            way
        })
        .collect()
}

/// The context words of a view while its tokens are walked through in order.
#[derive(Debug)]
pub(super) struct Contexts<'v> {
    view: &'v View<'v>,
    hits: &'v [Hit<Meaning>],
    key_hits: &'v [Hit<Meaning>],
    /// For each hit, the value that took it: its first token, the token behind it.
    taken: Vec<Option<(usize, usize)>>,
    /// Places of the words of identifiers that some form finds from afar: (identifier, byte).
    places: Vec<(usize, usize)>,
    /// The identifiers in `places`.
    afar: Vec<usize>,
    /// Tokens that stand beside a hit: (token, hit, marked), in order of the token.
    beside: Vec<(usize, usize, bool)>,
    /// For each hit that names values, the token at which its value begins.
    values: Vec<usize>,
    ways: Vec<Way>,
    /// The first tokens of table cells.
    column_starts: Vec<usize>,
    columns: bool,
}

/// Whether something of a sorted list stands at this token.
fn has<E>(sorted: &[E], token: usize, place: impl Fn(&E) -> usize) -> bool {
    !sorted.is_empty() && sorted.binary_search_by_key(&token, place).is_ok()
}

impl<'v> Contexts<'v> {
    pub(super) fn new(
        view: &'v View<'v>,
        hits: &'v [Hit<Meaning>],
        key_hits: &'v [Hit<Meaning>],
        afar: &[usize],
    ) -> Self {
        let mut places = Vec::new();
        for hit in hits {
            let at = view.tokens().get(hit.tokens.start).map_or(0, |token| token.span.start);
            for meaning in hit.meanings.iter() {
                if let Meaning::Word(identifier) = *meaning
                    && afar.contains(&identifier)
                {
                    places.push((identifier, at));
                }
            }
        }
        places.sort_unstable();
        let mut present: Vec<usize> = places.iter().map(|&(identifier, _)| identifier).collect();
        present.dedup();
        let mut beside = Vec::new();
        let mut values = vec![usize::MAX; hits.len()];
        for (index, (hit, value)) in hits.iter().zip(&mut values).enumerate() {
            if names_a_value(hit) {
                let (token, marked) = value_behind(view, hits, index);
                beside.push((token, index, marked));
                *value = token;
            }
        }
        beside.sort_unstable();
        let columns = || view.fields().iter().filter(|field| field.kind == FieldKind::Column);
        let column_starts = columns().filter_map(|field| {
            let token = view.token_index_at(field.value.start);
            let start = view.tokens().get(token)?.span.start;
            (field.value.start <= start && start < field.value.end).then_some(token)
        });
        Self {
            view,
            hits,
            key_hits,
            taken: vec![None; hits.len()],
            places,
            afar: present,
            beside,
            values,
            ways: if hits.is_empty() { Vec::new() } else { ways(view) },
            column_starts: column_starts.collect(),
            columns: columns().next().is_some(),
        }
    }

    /// Whether some hit, column or member name stands beside this token.
    pub(super) fn has_beside(&self, token: usize) -> bool {
        (token == 0 && !self.key_hits.is_empty())
            || has(&self.beside, token, |&(own, ..)| own)
            || has(&self.column_starts, token, |&own| own)
    }

    /// The context that reaches the value beginning at `token`.
    pub(super) fn reach(&self, token: usize, reach: &mut Reach) {
        reach.clear();
        for hit in self.key_hits {
            add_words(reach, hit, 0, token == 0, true);
        }
        if let Some((label, first)) = self.column_label(token) {
            let tokens = self.view.tokens_in(label);
            let from = self.hits.partition_point(|hit| hit.tokens.end <= tokens.start);
            for hit in self.hits.iter().skip(from).take_while(|hit| hit.tokens.start < tokens.end) {
                add_words(reach, hit, 0, first, true);
                reach.blocked |= hit.meanings.contains(&Meaning::NotPersonal);
            }
            if reach.blocked {
                reach.near.clear();
            }
            return;
        }
        let first = self.beside.partition_point(|&(own, ..)| own < token);
        let beside = self.beside.get(first..).unwrap_or_default();
        for &(_, hit, marked) in beside.iter().take_while(|&&(own, ..)| own == token) {
            if let Some(hit) = self.hits.get(hit) {
                add_words(reach, hit, 0, true, marked);
            }
        }
        self.before(token, reach);
        self.behind(token, reach);
        self.around(token, reach);
    }

    /// Marks the hits of an identifier that reach `token` as taken by a value that ends before `end`.
    pub(super) fn taken(&mut self, identifier: usize, token: usize, end: usize) {
        let last = self.hits.partition_point(|hit| hit.tokens.end <= token);
        for index in (0..last).rev().take(8) {
            let Some(hit) = self.hits.get(index) else { break };
            if token - hit.tokens.end > FURTHEST_TOKENS {
                break;
            }
            if hit.meanings.contains(&Meaning::Word(identifier)) {
                if let Some(taken) = self.taken.get_mut(index) {
                    *taken = Some((token, end));
                }
                break;
            }
        }
    }

    /// Whether a word that names a value follows within a few tokens.
    pub(super) fn paired(&self, token: usize) -> bool {
        let index = self.hits.partition_point(|hit| hit.tokens.start <= token);
        self.hits
            .iter()
            .skip(index)
            .take_while(|hit| hit.tokens.start - token <= 4)
            .any(names_a_value)
    }

    /// Whether the token is a unit of amounts.
    pub(super) fn is_unit(&self, token: usize) -> bool {
        let index = self.hits.partition_point(|hit| hit.tokens.end <= token);
        self.hits
            .get(index)
            .is_some_and(|hit| hit.tokens.start == token && hit.meanings.contains(&Meaning::Unit))
    }

    fn before(&self, token: usize, reach: &mut Reach) {
        let Some(at) = self.view.tokens().get(token).map(|token| token.span.start) else { return };
        let mut index = self.hits.partition_point(|hit| hit.tokens.end <= token);
        let mut distance = 0;
        let mut reached = token;
        while let Some(previous) = index.checked_sub(1) {
            index = previous;
            let Some(hit) = self.hits.get(index) else { break };
            let Some(end) =
                hit.tokens.end.checked_sub(1).and_then(|last| self.view.tokens().get(last))
            else {
                break;
            };
            let gap = ByteSpan::new(end.span.end, at);
            if token - hit.tokens.end > FURTHEST_TOKENS || gap.len() > FURTHEST_BYTES {
                break;
            }
            let between = self.between(hit.tokens.end, reached);
            if between.is_none() {
                break;
            }
            distance += between.unwrap_or(0);
            reached = hit.tokens.start;
            if hit.meanings.contains(&Meaning::Connector) && hit.meanings.len() == 1 {
                continue;
            }
            if hit.meanings.contains(&Meaning::NotPersonal) {
                if distance <= 2 {
                    reach.blocked = true;
                    break;
                }
                distance += hit.tokens.len();
                continue;
            }
            let far = match self.taken.get(index).copied().flatten() {
                Some((first, _)) if first == token => Some(distance),
                Some((first, end)) => self.goes_on(first, end, token).then_some(distance.min(3)),
                None => Some(distance),
            };
            if let Some(far) = far {
                add_words(reach, hit, far, false, false);
            }
            distance += hit.tokens.len();
        }
    }

    /// Whether the value at `token` goes on a list that the value of the tokens `first..end` began: as
    /// long as that one, a few words on, no colon between.
    fn goes_on(&self, first: usize, end: usize, token: usize) -> bool {
        let len = |index: usize| self.view.tokens().get(index).map(|token| token.span.len());
        let near = token.saturating_sub(end) <= 4;
        let alike = token.saturating_sub(end) <= 1 || len(first) == len(token);
        near && alike
            && (end..=token).all(|index| !self.view.gap_before(index).contains([':', '=', '\n']))
    }

    /// Identifiers with a word within reach of the eye.
    fn around(&self, token: usize, reach: &mut Reach) {
        let Some(at) = self.view.tokens().get(token).map(|token| token.span.start) else { return };
        for &identifier in &self.afar {
            let floor = (identifier, at.saturating_sub(AROUND_BYTES));
            let from = self.places.partition_point(|&place| place < floor);
            let near = self
                .places
                .get(from)
                .is_some_and(|&(of, place)| of == identifier && place <= at + AROUND_BYTES);
            if near {
                reach.around.push(identifier);
            }
        }
    }

    /// Words between two tokens, a line break counting as two; nothing where a blank line parts them.
    fn between(&self, from: usize, to: usize) -> Option<usize> {
        let up_to = |index: Option<usize>| {
            index.and_then(|index| self.ways.get(index)).copied().unwrap_or_default()
        };
        let (before, whole) = (up_to(from.checked_sub(1)), up_to(Some(to)));
        if whole.blank_lines > before.blank_lines {
            return None;
        }
        let lines = usize::try_from(whole.lines - before.lines).unwrap_or(0);
        let inside = if to > from { up_to(to.checked_sub(1)).ends - before.ends } else { 0 };
        Some(to.saturating_sub(from) + 3 * usize::try_from(inside).unwrap_or(0) + 2 * lines)
    }

    /// A word shortly behind the value, on the same line, that has no value of its own.
    fn behind(&self, token: usize, reach: &mut Reach) {
        let index = self.hits.partition_point(|hit| hit.tokens.start <= token);
        for (offset, hit) in self.hits.iter().skip(index).take(3).enumerate() {
            let distance = hit.tokens.start - token;
            if distance > 8 {
                break;
            }
            let broken = (token + 1..=hit.tokens.start).any(|index| {
                !self.view.spaced(index) && self.view.gap_before(index).contains(['\n', ';', ','])
            });
            if broken {
                break;
            }
            if !names_a_value(hit) {
                continue;
            }
            let own = self.values.get(index + offset).copied().unwrap_or(usize::MAX);
            let has_own = self
                .view
                .tokens()
                .get(own)
                .is_some_and(|token| token.kind != crate::find::view::TokenKind::Word);
            let words = (token + 1..hit.tokens.start)
                .filter(|&index| {
                    self.view
                        .tokens()
                        .get(index)
                        .is_some_and(|token| token.kind == crate::find::view::TokenKind::Word)
                })
                .count();
            if !has_own && words <= 2 {
                add_words(reach, hit, 3 + words, false, false);
            }
        }
    }

    /// The label of the table column in which a token stands, and whether it begins the cell.
    fn column_label(&self, token: usize) -> Option<(ByteSpan, bool)> {
        if !self.columns {
            return None;
        }
        let start = self.view.tokens().get(token)?.span.start;
        let field = self.view.field_at(start).filter(|field| field.kind == FieldKind::Column)?;
        Some((field.label, self.view.token_index_at(field.value.start) == token))
    }
}

/// Whether a phrase names values and so is none itself.
pub(super) fn names_a_value(hit: &Hit<Meaning>) -> bool {
    hit.meanings.iter().any(|meaning| matches!(meaning, Meaning::Word(_)))
}

/// Whether a sentence or a part of one ends in a gap.
fn ends_sentence(gap: &str) -> bool {
    gap.contains(". ") || gap.contains("; ") || gap.contains("! ") || gap.contains("؛ ")
}

fn add_words(reach: &mut Reach, hit: &Hit<Meaning>, distance: usize, beside: bool, marked: bool) {
    for meaning in hit.meanings.iter() {
        if let Meaning::Word(identifier) = *meaning {
            reach.add(Near { identifier, distance, beside, marked });
        }
    }
}

/// The token at which the value of a hit begins, behind connectors, and whether a mark introduces it. An
/// answer on the next line begins behind its speaker (`Ton login ?⏎Client : k.belhaj`).
fn value_behind(view: &View<'_>, hits: &[Hit<Meaning>], index: usize) -> (usize, bool) {
    const NOWHERE: (usize, bool) = (usize::MAX, false);
    let Some(hit) = hits.get(index) else { return NOWHERE };
    let mut token = hit.tokens.end;
    let mut next = index + 1;
    let mut marked = false;
    loop {
        let gap = view.gap_before(token);
        let mut breaks = gap.bytes().filter(|&byte| byte == b'\n');
        if breaks.next().is_some() && gap.contains(['?', '؟']) {
            let speaker =
                (token..token + 4).find(|&index| view.gap_before(index + 1).contains(':'));
            return speaker.map_or(NOWHERE, |speaker| (speaker + 1, true));
        }
        let fits = gap.len() <= 24
            && !matches!(gap, "_" | "-")
            && breaks.next().is_none()
            && !gap.contains([';', ')', '؛', ',', '،', '{', '['])
            && !gap.trim_start().starts_with(". ");
        if !fits {
            return NOWHERE;
        }
        marked |= gap.contains([':', '=', '"', '\'', '`', '>']);
        match hits.get(next) {
            Some(connector)
                if connector.tokens.start == token
                    && connector.meanings.contains(&Meaning::Connector) =>
            {
                token = connector.tokens.end;
                next += 1;
            }
            _ => return (token, marked),
        }
    }
}
