//! Identifiers by form, context and check digit.
//!
//! Owns the reading of a pack's identifier rules on a text: where a form can begin, which context words
//! reach it, what a check digit proves. Knows no identifier by name; those are data of the pack.

pub(crate) mod checks;
pub(crate) mod pattern;

mod context;
mod values;

use language::{ByteSpan, Script};

use self::checks::Check;
use self::context::{Contexts, Meaning, Near, Reach, names_a_value};
use self::pattern::{Ahead, QuickLook, misread_as};
use self::values::Introduction;
use super::candidate::{Candidate, Detector, Strength};
use super::keys::{KeyTable, key_of};
use super::lexicon::{Hit, Lexicon};
use super::place::Surroundings;
use super::structure::FieldKind;
use super::view::{Token, TokenKind, View};
use crate::pack::Pack;
use crate::pack::identifiers::{Form, Identifier, Needs, Shape};

/// A form that needs no word.
#[derive(Debug, Clone)]
struct Free {
    identifier: usize,
    form: usize,
    pattern: QuickLook,
}

/// Finds the identifiers that a pack describes.
#[derive(Debug)]
pub(crate) struct IdentifierDetector {
    identifiers: Vec<Identifier>,
    lexicon: Lexicon<Meaning>,
    /// Forms that need no word, by the byte with which they can begin.
    free: Vec<Vec<Free>>,
    /// Identifiers that some form finds from afar.
    afar: Vec<usize>,
    /// Words, longer than a prefix, with which a free form can begin (`zero six …`).
    first_words: KeyTable<()>,
    /// For each identifier, whether it has values of no fixed form some words on.
    free_values: Vec<bool>,
}

impl IdentifierDetector {
    /// A detector for the identifiers of `pack`, and for `own` ones beside them.
    pub(crate) fn new(pack: &Pack, own: &[Identifier]) -> Self {
        let mut rules = pack.identifiers().clone();
        rules.all.extend_from_slice(own);
        let mut free: Vec<Vec<Free>> = vec![Vec::new(); 256];
        let mut afar = Vec::new();
        let mut first_words = KeyTable::default();
        for (index, identifier) in rules.all.iter().enumerate() {
            if identifier.forms.iter().any(|form| form.needs == Needs::WordAround) {
                afar.push(index);
            }
            for (number, form) in identifier.forms.iter().enumerate() {
                if let (Needs::Nothing | Needs::ValueAlone, Shape::Pattern(pattern)) =
                    (form.needs, &form.shape)
                {
                    for word in pattern.first_words() {
                        if word.chars().count() >= 3 {
                            first_words.entry(key_of(word), || ());
                        }
                    }
                    for byte in pattern.first_bytes() {
                        if let Some(forms) = free.get_mut(usize::from(byte)) {
                            forms.push(Free {
                                identifier: index,
                                form: number,
                                pattern: pattern.quick_look(),
                            });
                        }
                    }
                }
            }
        }
        let free_values = rules.all.iter().map(|identifier| {
            identifier
                .forms
                .iter()
                .any(|form| matches!(form.shape, Shape::Value(_)) && form.needs == Needs::WordNear)
        });
        Self {
            free_values: free_values.collect(),
            lexicon: context::lexicon(&rules, pack.affixes()),
            identifiers: rules.all,
            free,
            afar,
            first_words,
        }
    }
}

impl Detector for IdentifierDetector {
    fn candidates(&self, view: &View<'_>, around: Surroundings<'_>, out: &mut Vec<Candidate>) {
        let hits = context::with_topics(view, self.lexicon.hits(view));
        let key_hits = around.key().map(|key| context::with_topics(key, self.lexicon.hits(key)));
        let key_hits = key_hits.as_deref().unwrap_or_default();
        let mut contexts = Contexts::new(view, &hits, key_hits, &self.afar);
        let names = names_of_fields(view);
        let mut hit_index = 0;
        let mut near_value = 0;
        let mut reach = Reach::default();
        for (index, token) in view.tokens().iter().enumerate() {
            while hits.get(hit_index).is_some_and(|hit| hit.tokens.end <= index) {
                hit_index += 1;
            }
            let before = hit_index.checked_sub(1).and_then(|before| hits.get(before));
            let behind_hit = before.is_some_and(|before| before.tokens.end == index);
            let numeric = can_begin_a_number(view, index, token)
                || (token.kind == TokenKind::Word && self.first_words.get(token.key).is_some());
            let beside = contexts.has_beside(index);
            let latin = token.script == Script::Latin;
            if !(numeric || beside || behind_hit || (latin && index < near_value)) {
                continue;
            }
            let inside = hits.get(hit_index).filter(|hit| hit.tokens.start <= index);
            if inside.is_some_and(names_a_value) || is_in(&names, token.span.start) {
                continue;
            }
            if behind_hit && before.is_some_and(|before| self.names_free_values(before)) {
                near_value = index + 6;
            }
            if !(numeric || beside || (latin && index < near_value)) {
                continue;
            }
            contexts.reach(index, &mut reach);
            self.at_token(view, &mut contexts, index, token, numeric, &reach, out);
        }
    }
}

/// Whether a value is all that an object's member or a cell of a table holds.
fn is_alone(view: &View<'_>, span: ByteSpan) -> bool {
    view.field_at(span.start)
        .is_some_and(|field| field.kind != FieldKind::Label && field.value == span)
}

/// Where columns and members are named: such a name is no value.
fn names_of_fields(view: &View<'_>) -> Vec<ByteSpan> {
    let mut names: Vec<_> = view
        .fields()
        .iter()
        .filter(|field| field.kind != FieldKind::Label)
        .map(|field| field.label)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn is_in(spans: &[ByteSpan], at: usize) -> bool {
    let after = spans.partition_point(|span| span.start <= at);
    after.checked_sub(1).and_then(|index| spans.get(index)).is_some_and(|span| at < span.end)
}

/// A place where a form is tried.
struct Start<'a> {
    index: usize,
    at: usize,
    reach: &'a Reach,
    /// What stands there.
    ahead: Ahead<'a>,
    /// The value is known to begin inside a token.
    inside: bool,
}

impl<'a> Start<'a> {
    fn new(view: &'a View<'_>, index: usize, at: usize, reach: &'a Reach) -> Self {
        Self { index, at, reach, ahead: Ahead::at(view.folded().as_bytes(), at), inside: false }
    }
}

impl IdentifierDetector {
    /// Whether a phrase names an identifier that has values of no fixed form some words on.
    fn names_free_values(&self, hit: &Hit<Meaning>) -> bool {
        hit.meanings.iter().any(|meaning| {
            let Meaning::Word(identifier) = *meaning else { return false };
            self.free_values.get(identifier).is_some_and(|free| *free)
        })
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what the walk over the tokens knows of this one"
    )]
    fn at_token(
        &self,
        view: &View<'_>,
        contexts: &mut Contexts<'_>,
        index: usize,
        token: &Token,
        numeric: bool,
        reach: &Reach,
        out: &mut Vec<Candidate>,
    ) {
        if token.kind == TokenKind::Mixed {
            self.glued_word(view, contexts, index, token, out);
        }
        let begun: Vec<Start<'_>> =
            starts_of(view, token).map(|at| Start::new(view, index, at, reach)).collect();
        if numeric {
            for start in &begun {
                for free in self.free_at(start) {
                    if free.pattern.may_begin(&start.ahead, false) {
                        self.try_form(view, contexts, start, free.identifier, free.form, out);
                    }
                }
            }
        }
        let close = reach.close();
        for identifier in reach.identifiers() {
            let Some(rules) = self.identifiers.get(identifier) else { continue };
            for (number, form) in rules.forms.iter().enumerate() {
                let value = matches!(form.shape, Shape::Value(_));
                if matches!(form.needs, Needs::Nothing | Needs::ValueAlone) || (!numeric && !value)
                {
                    continue;
                }
                for start in &begun {
                    if let Shape::Pattern(pattern) = &form.shape
                        && !pattern
                            .quick_look()
                            .may_begin(&start.ahead, close || form.needs == Needs::WordAround)
                    {
                        continue;
                    }
                    if self.try_form(view, contexts, start, identifier, number, out) {
                        break;
                    }
                }
            }
        }
    }

    /// A value that is glued to its word (`PPR1482095`, `ICE001…`).
    fn glued_word(
        &self,
        view: &View<'_>,
        contexts: &mut Contexts<'_>,
        index: usize,
        token: &Token,
        out: &mut Vec<Candidate>,
    ) {
        let text = view.token_folded(token);
        let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (Some(word), Some(number)) = (text.get(..letters), text.get(letters..)) else { return };
        let glued = letters >= 2 && number.len() >= 4 && number.bytes().all(|b| b.is_ascii_digit());
        let Some(meanings) = glued.then(|| self.lexicon.meanings_of(word)).flatten() else {
            return;
        };
        let reach = Reach::glued(meanings);
        for identifier in reach.identifiers() {
            let forms = self.identifiers.get(identifier).map_or(0, |rules| rules.forms.len());
            let start = Start {
                inside: true,
                ..Start::new(view, index, token.span.start + letters, &reach)
            };
            for form in 0..forms {
                if self.try_form(view, contexts, &start, identifier, form, out) {
                    break;
                }
            }
        }
    }

    /// The forms that need no word and can begin at this place by its first byte.
    fn free_at(&self, start: &Start<'_>) -> &[Free] {
        let byte = start.ahead.first();
        byte.and_then(|byte| self.free.get(usize::from(byte))).map_or(&[], Vec::as_slice)
    }

    fn try_form(
        &self,
        view: &View<'_>,
        contexts: &mut Contexts<'_>,
        start: &Start<'_>,
        identifier: usize,
        number: usize,
        out: &mut Vec<Candidate>,
    ) -> bool {
        let Some(rules) = self.identifiers.get(identifier) else { return false };
        let Some(form) = rules.forms.get(number) else { return false };
        let near = start.reach.of(identifier);
        let allowed = match form.needs {
            Needs::Nothing | Needs::ValueAlone => true,
            Needs::WordNear => near.is_some_and(|near| near.distance <= form.reach),
            Needs::WordAround => near.is_some() || start.reach.around(identifier),
            Needs::WordBeside => near.is_some_and(|near| near.beside),
        };
        if !allowed {
            return false;
        }
        // A second value may follow the first with only a dash between (`0661234567-0522364567`).
        let follows = start.inside
            || form.needs == Needs::Nothing
                && out
                    .last()
                    .is_some_and(|last| last.kind == rules.kind && last.span.end + 1 == start.at);
        let Some(span) = span_of(view, contexts, start, form, near, follows) else { return false };
        if form.needs == Needs::ValueAlone && !is_alone(view, span) {
            return false;
        }
        let value = span.of(view.text());
        let proven = form.check.is_some_and(|check| check.passes(value));
        if form.needs == Needs::Nothing && form.check.is_some() && !proven {
            return false;
        }
        if !proven && is_plainly_something_else(view, contexts, start, form, span) {
            return false;
        }
        let distance = near.map_or(0, |near| near.distance);
        let (strength, score) = match (proven, near, form.needs) {
            (true, Some(_), _) => (Strength::Proven, 99),
            (true, None, _) if form.check == Some(Check::Mod97) => (Strength::Proven, form.score),
            (true, None, _) => (Strength::Form, form.score),
            (false, Some(_), Needs::Nothing) => (Strength::Named, form.score.max(90)),
            (false, Some(near), _) if near.distance == 0 => (Strength::Named, form.score.max(85)),
            (false, Some(_), _) => (Strength::Context, form.score),
            (false, None, _) => (Strength::Form, form.score),
        };
        let score = score.saturating_sub(u8::try_from(distance.min(20)).unwrap_or(20));
        let reason = match (proven, near.is_some()) {
            (true, _) => "check digits",
            (false, true) => "form and context word",
            (false, false) => "form",
        };
        out.push(Candidate {
            span,
            kind: rules.kind.clone(),
            score,
            strength,
            reason: reason.into(),
        });
        contexts.taken(identifier, start.index, view.token_index_at(span.end));
        true
    }
}

/// Where a value that has this token can begin: at the token, and at `+` or `(` before it.
fn starts_of(view: &View<'_>, token: &Token) -> std::ops::RangeInclusive<usize> {
    let at = token.span.start;
    let before = view.text().as_bytes().get(..at).unwrap_or_default();
    let marks = before.iter().rev().take(2).take_while(|mark| matches!(mark, b'+' | b'(')).count();
    at - marks..=at
}

/// Whether a value with digits can begin at this token: a number, a token with digits, or a short Latin
/// word (or single letter) with a number behind it.
fn can_begin_a_number(view: &View<'_>, index: usize, token: &Token) -> bool {
    match token.kind {
        TokenKind::Number | TokenKind::Mixed => true,
        TokenKind::Word => {
            let short = match token.script {
                Script::Latin => token.span.len() <= 4,
                Script::Arabic => token.span.len() <= 4,
                _ => token.span.len() <= 3,
            };
            short
                && view.tokens().get(index + 1).is_some_and(|next| next.kind != TokenKind::Word)
                && view.gap_before(index + 1).len() <= 3
        }
    }
}

fn span_of(
    view: &View<'_>,
    contexts: &Contexts<'_>,
    start: &Start<'_>,
    form: &Form,
    near: Option<Near>,
    follows: bool,
) -> Option<ByteSpan> {
    let folded = view.folded();
    let pattern = match &form.shape {
        Shape::Value(shape) => {
            let introduction = Introduction {
                beside: form.needs == Needs::WordBeside && near.is_some_and(|near| near.beside),
                marked: near.is_some_and(|near| near.marked),
                paired: contexts.paired(start.index),
            };
            return values::span(view, *shape, start.index, start.at, introduction);
        }
        Shape::Pattern(pattern) => pattern,
    };
    if !follows && begins_inside(folded, start.at, form) {
        return None;
    }
    let misread = misread(form, start);
    let mut accept = |end: usize| {
        let value = folded.get(start.at..end).unwrap_or_default();
        form.signs
            .is_none_or(|signs| signs == value.bytes().filter(u8::is_ascii_alphanumeric).count())
            && (!form.capitals || capitals(view.text(), start.at, end))
            && starts_right(value, &form.starts_with, misread)
            && !(form.needs != Needs::Nothing && goes_on(folded, end))
    };
    let end = pattern.longest(folded, start.at, misread, &mut accept)?;
    Some(ByteSpan::new(start.at, end))
}

/// Whether letters may be digits that a scanner misread.
fn misread(form: &Form, start: &Start<'_>) -> bool {
    form.needs == Needs::WordAround || (form.needs != Needs::Nothing && start.reach.close())
}

/// Whether what stands before `at` makes it the middle of a longer number or word.
fn begins_inside(folded: &str, at: usize, form: &Form) -> bool {
    let bytes = folded.as_bytes();
    let back = |steps: usize| at.checked_sub(steps).and_then(|place| bytes.get(place)).copied();
    let Some(last) = back(1) else { return false };
    let first_is_word = bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    if last.is_ascii_alphanumeric() && first_is_word {
        return true;
    }
    let digit_before = back(2).is_some_and(|byte| byte.is_ascii_digit());
    match last {
        b'.' | b'/' | b':' => digit_before && !(last == b'/' && form.needs == Needs::Nothing),
        b'-' | b'_' => back(2).is_some_and(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

/// Whether a number goes on behind `end`: `12345678/2024`, `40118.50`.
fn goes_on(folded: &str, end: usize) -> bool {
    let mut rest = folded.get(end..).unwrap_or_default().bytes();
    let (Some(mark), Some(next)) = (rest.next(), rest.next()) else { return false };
    matches!(mark, b'/' | b'-' | b'.') && next.is_ascii_digit()
}

fn capitals(text: &str, start: usize, end: usize) -> bool {
    !text.get(start..end).unwrap_or_default().bytes().any(|byte| byte.is_ascii_lowercase())
}

fn starts_right(value: &str, starts: &[String], misread: bool) -> bool {
    starts.is_empty() || {
        let read = |character: char| {
            let meant = if misread { misread_as(character) } else { None };
            meant.or(Some(character).filter(char::is_ascii_digit))
        };
        let digits: String = value.chars().filter_map(read).take(12).collect();
        starts.iter().any(|start| digits.starts_with(start.as_str()))
    }
}

/// Amounts, dates and numbers that the pack's words name as not personal.
fn is_plainly_something_else(
    view: &View<'_>,
    contexts: &Contexts<'_>,
    start: &Start<'_>,
    form: &Form,
    span: ByteSpan,
) -> bool {
    let loose = form.needs != Needs::Nothing;
    let value = span.of(view.folded());
    let digits_only = !value.bytes().any(|byte| byte.is_ascii_alphabetic());
    if loose && values::is_date(value) {
        return true;
    }
    if loose && digits_only {
        let next = view.token_index_at(span.end);
        if contexts.is_unit(next) && view.gap_before(next).len() <= 2
            || behind_is_amount(view, span.end)
        {
            return true;
        }
    }
    let doubtful = loose || form.score < 90;
    doubtful && start.reach.blocked() && start.reach.of_any_near().is_none()
}

/// `,00` or a percent sign behind a number.
fn behind_is_amount(view: &View<'_>, end: usize) -> bool {
    let rest = view.text().get(end..).unwrap_or_default();
    let bytes = rest.as_bytes();
    let cents = bytes.first() == Some(&b',')
        && bytes.get(1).is_some_and(u8::is_ascii_digit)
        && bytes.get(2).is_some_and(u8::is_ascii_digit)
        && !bytes.get(3).is_some_and(u8::is_ascii_alphanumeric);
    let in_table =
        view.field_at(end.saturating_sub(1)).is_some_and(|f| f.kind == FieldKind::Column);
    (cents && !in_table) || rest.trim_start().starts_with(['%', '€', '$'])
}
