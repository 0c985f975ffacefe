//! Every other place where a found value stands.
//!
//! Full identifiers and full names are looked up in every text, in any way they may be written. A single
//! token of a name, a short number and a word without digit or sign are not: alone they say too little.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};
use language::digits::digit_value;
use language::script::{Script, script_of};
use language::{ByteSpan, decode_escapes};

use super::identity::{fold_case, is_initial, phone_spellings, tokens};
use super::registry::Value;
use super::stream::{Folded, WALL};
use crate::label::Compare;
use crate::label::letters::is_ignorable;

/// The fewest letters and digits of a value that is looked up.
const SHORTEST: usize = 6;
/// The most bytes of a folded value that is looked up.
const LONGEST: usize = 256;
/// What may stand directly before a name: nothing, or Arabic particles.
const PARTICLES: [&str; 9] = ["", "و", "ف", "ب", "ل", "ك", "ول", "وب", "فل"];

/// How many bytes are folded at a time, and how many around them are looked at too: more than the longest
/// value with the widest gaps.
const PART: usize = 128 << 10;
const OVERLAP: usize = 4 << 10;

/// The end of a part of `length` bytes: the text's, or behind a blank where there is one.
fn cut(text: &str, from: usize, length: usize) -> usize {
    if text.len() - from <= length {
        return text.len();
    }
    let at = text.floor_char_boundary(from + length);
    let part = text.as_bytes().get(from..at).unwrap_or_default();
    let blank = memchr::memrchr2(b'\n', b' ', part);
    match blank.filter(|blank| *blank > length / 2) {
        Some(blank) => from + blank + 1,
        None => at.max(text.ceil_char_boundary(from + 1)),
    }
}

/// A place about `length` bytes before `from`, behind a blank where there is one.
fn cut_back(text: &str, from: usize, length: usize) -> usize {
    let at = text.ceil_char_boundary(from.saturating_sub(length));
    if at == 0 {
        return 0;
    }
    let part = text.as_bytes().get(at..from).unwrap_or_default();
    memchr::memchr2(b'\n', b' ', part).map_or(at, |blank| at + blank + 1).min(from)
}

/// A place where a known value stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) span: ByteSpan,
    /// The index of the value.
    pub(super) value: usize,
}

/// Looks known values up in texts.
pub(super) struct Lookup {
    tokens: Patterns,
    compact: Patterns,
    lower: Patterns,
    exact: Patterns,
}

#[derive(Default)]
struct Patterns {
    texts: Vec<String>,
    /// The value of each text.
    values: Vec<usize>,
    automaton: Option<AhoCorasick>,
}

impl Lookup {
    pub(super) fn new(values: &[Value], country_code: &str) -> Self {
        let mut lookup = Self {
            tokens: Patterns::default(),
            compact: Patterns::default(),
            lower: Patterns::default(),
            exact: Patterns::default(),
        };
        for (index, value) in values.iter().enumerate() {
            lookup.add(index, value, country_code);
        }
        for patterns in
            [&mut lookup.tokens, &mut lookup.compact, &mut lookup.lower, &mut lookup.exact]
        {
            patterns.build();
        }
        lookup
    }

    fn add(&mut self, index: usize, value: &Value, country_code: &str) {
        let spelling = value.decoded.as_str();
        match value.compare {
            Compare::Name => {
                for order in orders(&tokens(spelling)) {
                    self.tokens.add_tokens(index, &order);
                }
            }
            Compare::Tokens => {
                let tokens = tokens(spelling);
                if tokens.len() >= 2 {
                    self.tokens.add_tokens(index, &tokens);
                } else if tokens.iter().any(|token| token.bytes().any(|b| b.is_ascii_digit())) {
                    self.compact.add(index, value.key.clone());
                }
            }
            Compare::Compact => self.compact.add(index, value.key.clone()),
            Compare::Phone => {
                for spelling in phone_spellings(&value.key, country_code) {
                    self.compact.add(index, spelling);
                }
            }
            Compare::Lower if says_enough(spelling) => self.lower.add(index, fold_case(spelling)),
            Compare::Exact if says_enough(spelling) => self.exact.add(index, spelling.to_owned()),
            Compare::Lower | Compare::Exact => {}
        }
    }

    /// The places in a text where known values stand, sorted, without overlaps. Escaped characters count
    /// as themselves, and a hit covers their whole spelling. A long text is folded part by part, so that
    /// its folded forms need no room of its size.
    pub(super) fn hits(&self, text: &str) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        if !self.seeks() {
            return hits;
        }
        let mut from = 0;
        while from < text.len() {
            let to = cut(text, from, PART);
            let begin = cut_back(text, from, OVERLAP);
            let end = cut(text, to, OVERLAP);
            for mut hit in self.hits_of_part(text.get(begin..end).unwrap_or_default()) {
                hit.span = ByteSpan::new(hit.span.start + begin, hit.span.end + begin);
                let free = hits.last().is_none_or(|last| last.span.end <= hit.span.start);
                if (from..to).contains(&hit.span.start) && free {
                    hits.push(hit);
                }
            }
            from = to;
        }
        hits
    }

    /// Whether any value is looked up at all.
    fn seeks(&self) -> bool {
        [&self.tokens, &self.compact, &self.lower, &self.exact]
            .iter()
            .any(|patterns| patterns.automaton.is_some())
    }

    fn hits_of_part(&self, text: &str) -> Vec<Hit> {
        let Some(decoded) = decode_escapes(text) else { return self.hits_in(text) };
        let mut hits = self.hits_in(&decoded.text);
        for hit in &mut hits {
            hit.span = decoded.source_span(hit.span);
        }
        without_overlaps(hits)
    }

    fn hits_in(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        if self.tokens.automaton.is_some() {
            let folded = Folded::tokens(text);
            self.tokens.walk(&folded.text, |value, from, to| {
                let begins = stands_behind_particle(&folded.text, from);
                begins.then(|| hits.push(Hit { span: folded.source_span(from, to - 1), value }))?;
                Some(to - 1)
            });
        }
        if self.compact.automaton.is_some() {
            let folded = Folded::compact(text);
            self.compact.walk(&folded.text, |value, from, to| {
                let span = with_plus(text, folded.source_span(from, to));
                let whole = stands_alone(text, span) && !in_longer_number(&folded, from, to, span);
                whole.then(|| hits.push(Hit { span, value })).map(|()| to)
            });
        }
        if self.lower.automaton.is_some() {
            let folded = Folded::lower(text);
            self.lower.walk(&folded.text, |value, from, to| {
                let span = folded.source_span(from, to);
                let whole = stands_alone(text, span) && !in_longer_handle(text, span);
                whole.then(|| hits.push(Hit { span, value })).map(|()| to)
            });
        }
        self.exact.walk(text, |value, from, to| {
            let span = ByteSpan::new(from, to);
            stands_alone(text, span).then(|| hits.push(Hit { span, value })).map(|()| to)
        });
        without_overlaps(hits)
    }
}

impl Patterns {
    /// Adds a value that is looked up between token boundaries.
    fn add_tokens(&mut self, value: usize, tokens: &[String]) {
        let joined = tokens.join(" ");
        if tokens.len() < 2 || letters(&joined) < SHORTEST || joined.len() > LONGEST {
            return;
        }
        self.push(value, joined + " ");
    }

    fn add(&mut self, value: usize, text: String) {
        if text.chars().count() >= SHORTEST && text.len() <= LONGEST {
            self.push(value, text);
        }
    }

    fn push(&mut self, value: usize, text: String) {
        self.texts.push(text);
        self.values.push(value);
    }

    fn build(&mut self) {
        if !self.texts.is_empty() {
            let automaton = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                // Built for one request: a faster automaton would take longer to build than it saves.
                .kind(Some(AhoCorasickKind::NoncontiguousNFA))
                .dense_depth(1)
                .build(std::mem::take(&mut self.texts));
            // Building fails only beyond two billion states, which no request of any limit holds.
            self.automaton = automaton.ok();
        }
    }

    /// Offers every match to `take`, which says where to go on, or refuses: then the search goes on one
    /// character further.
    fn walk(&self, text: &str, mut take: impl FnMut(usize, usize, usize) -> Option<usize>) {
        let Some(automaton) = &self.automaton else { return };
        let mut from = 0;
        while let Some(found) = automaton.find(Input::new(text).range(from..)) {
            let Some(&value) = self.values.get(found.pattern().as_usize()) else { return };
            from = match take(value, found.start(), found.end()) {
                Some(next) if next > found.start() => next,
                _ => {
                    let first = text.get(found.start()..).and_then(|rest| rest.chars().next());
                    found.start() + first.map_or(1, char::len_utf8)
                }
            };
        }
    }
}

/// A name's tokens in the orders in which they are written: as found, family name first, family name last.
/// With initials only as found: `Bennis K` may be the end of one name and the beginning of another.
fn orders(tokens: &[String]) -> Vec<Vec<String>> {
    let mut orders = vec![tokens.to_vec()];
    if tokens.iter().any(|token| is_initial(token)) {
        return orders;
    }
    for turned in [tokens.len().saturating_sub(1), 1] {
        let mut order = tokens.to_vec();
        if !order.is_empty() {
            order.rotate_left(turned);
        }
        if !orders.contains(&order) {
            orders.push(order);
        }
    }
    orders
}

/// Whether a token begins here, or here in a token begins what a particle stands before.
fn stands_behind_particle(folded: &str, at: usize) -> bool {
    let before = folded.get(..at).unwrap_or_default();
    let arabic = folded
        .get(at..)
        .and_then(|rest| rest.chars().next())
        .is_some_and(|first| script_of(first) == Script::Arabic);
    let known = if arabic { PARTICLES.as_slice() } else { &[""] };
    known
        .iter()
        .any(|particle| before.strip_suffix(particle).is_some_and(|rest| rest.ends_with(' ')))
}

fn letters(text: &str) -> usize {
    text.chars().filter(|character| character.is_alphanumeric()).count()
}

/// Whether a login or secret is more than a word that may stand anywhere.
fn says_enough(value: &str) -> bool {
    value.chars().count() >= SHORTEST
        && value.chars().any(|character| !character.is_alphabetic() && !character.is_whitespace())
}

/// The span with the plus sign or the opening bracket of a telephone number before it.
fn with_plus(text: &str, span: ByteSpan) -> ByteSpan {
    let plus = text.get(..span.start).is_some_and(|before| before.ends_with('+'));
    ByteSpan::new(span.start - usize::from(plus), span.end)
}

/// Whether the characters around a span do not go on with it: a digit beside a digit, a letter beside a
/// letter of the same script.
fn stands_alone(text: &str, span: ByteSpan) -> bool {
    let value = span.of(text);
    let seen = |character: &char| !is_ignorable(*character);
    let before = text.get(..span.start).and_then(|before| before.chars().rev().find(seen));
    let after = text.get(span.end..).and_then(|after| after.chars().find(seen));
    let goes_on = |inside: Option<char>, outside: Option<char>| match (inside, outside) {
        (Some(inside), Some(outside)) => {
            let digits = digit_value(inside).is_some() && digit_value(outside).is_some();
            let letters = inside.is_alphabetic()
                && outside.is_alphabetic()
                && script_of(inside) == script_of(outside);
            digits || letters
        }
        _ => false,
    };
    !goes_on(value.chars().next(), before) && !goes_on(value.chars().next_back(), after)
}

/// Whether a number written in groups goes on with another group of digits.
fn in_longer_number(folded: &Folded<'_>, from: usize, to: usize, span: ByteSpan) -> bool {
    if span.len() <= to - from + 1 {
        return false;
    }
    let digit = |character: Option<char>| {
        character.is_some_and(|character| character != WALL && character.is_ascii_digit())
    };
    let before = folded.text.get(..from).and_then(|before| before.chars().next_back());
    let after = folded.text.get(to..).and_then(|after| after.chars().next());
    digit(before) || digit(after)
}

/// Whether an address or login is part of a longer one: `b@x.ma` in `a.b@x.ma`.
fn in_longer_handle(text: &str, span: ByteSpan) -> bool {
    let joins = |character: char| matches!(character, '.' | '-' | '_' | '+' | '@' | '%');
    let mut before = text.get(..span.start).unwrap_or_default().chars().rev();
    let mut after = text.get(span.end..).unwrap_or_default().chars();
    let goes_on = |sign: Option<char>, next: Option<char>| {
        sign.is_some_and(|sign| joins(sign) || sign.is_alphanumeric())
            && next.is_some_and(char::is_alphanumeric)
    };
    goes_on(before.next(), before.next()) || goes_on(after.next(), after.next())
}

/// Hits sorted and without overlaps, nothing of them left out.
pub(super) fn without_overlaps(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.retain(|hit| !hit.span.is_empty());
    hits.sort_by_key(|hit| (hit.span.start, std::cmp::Reverse(hit.span.end), hit.value));
    let mut done = 0;
    hits.retain_mut(|hit| {
        // What sticks out of the hit before is still part of a known value.
        hit.span = ByteSpan::new(hit.span.start.max(done), hit.span.end);
        let kept = !hit.span.is_empty() && hit.span.end > done;
        done = done.max(hit.span.end);
        kept
    });
    hits
}
