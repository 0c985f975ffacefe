//! What the neighbourhood and the rest of the text say of a token: governing words, set phrases, labels,
//! companies behind, other occurrences.

use language::ByteSpan;

use super::lexicon::{Lexicon, class, gazetteer, word_flag};
use super::notes::{Gap, Note, in_text};
use super::sound::exact;
use crate::find::keys::KeyMap;
use crate::find::{FieldKind, View};

pub(super) fn governed(previous: &Note, gap: Gap) -> u8 {
    let joined = matches!(gap, Gap::Space | Gap::Hyphen | Gap::Apostrophe | Gap::Quote)
        || (gap == Gap::Stop && previous.end - previous.start <= 4);
    if !joined {
        return 0;
    }
    if previous.classes & (class::STREET | class::INSTITUTION) != 0 {
        return 1;
    }
    match previous.governed {
        distance @ 1..=3 => distance + 1,
        _ => 0,
    }
}

/// Marks the words of places of several words ("Sidi Bou Othmane") and of wishes ("Ramadan karim").
pub(super) fn mark_set_phrases(notes: &mut [Note], lexicon: &Lexicon) {
    for index in 0..notes.len() {
        let words = notes.get(index..).unwrap_or_default();
        if words.first().is_none_or(|note| note.flags & word_flag::SET_START == 0) {
            continue;
        }
        let linked = words
            .iter()
            .enumerate()
            .take_while(|(at, note)| {
                *at == 0 || matches!(note.gap, Gap::Space | Gap::Hyphen | Gap::Apostrophe)
            })
            .map(|(_, note)| note.word);
        let (length, bit) = lexicon.set_phrase(linked);
        for note in notes.get_mut(index..index + length).unwrap_or_default() {
            note.names |= bit;
        }
    }
}

/// Behind a title or a word of introduction no clitic stands: there the letter belongs to the name.
pub(super) fn keep_announced_words_whole(notes: &mut [Note]) {
    let mut announced = false;
    for note in notes {
        if announced {
            note.clitic = 0;
        }
        announced = note.classes & (class::TITLE | class::HONORIFIC | class::INTRODUCTION) != 0;
    }
}

/// Marks the tokens that could be part of a name at all: those that look like one, and unknown words where
/// a name may stand, beside what looks like one or what announces one.
pub(super) fn mark_candidates(notes: &mut [Note]) {
    for note in notes.iter_mut() {
        note.weighed = looks_like_name(note);
    }
    let mut before: Option<Note> = None;
    for index in 0..notes.len() {
        let next = notes.get(index + 1).copied();
        let Some(note) = notes.get_mut(index) else { break };
        let letters = note.shape & 15 != 4;
        if !note.weighed && letters && (note.frequency <= UNCOMMON || is_initial(note)) {
            let announced = before
                .is_none_or(|before| before.weighed || before.classes & class::BEFORE_NAMES != 0);
            let opens = !matches!(note.gap, Gap::Space | Gap::None | Gap::Hyphen | Gap::Dot);
            let followed = next.is_some_and(|next| next.weighed || next.classes & class::SAY != 0);
            note.weighed = announced || opens || followed;
        }
        before = Some(*note);
    }
}

/// The highest frequency of a word without a capital that may be a name that no list knows.
const UNCOMMON: u8 = 1;
/// From this frequency on, a word that no list knows is a plain word even with a capital.
const EVERYDAY: u8 = 4;

fn looks_like_name(note: &Note) -> bool {
    note.shape & 15 != 4
        && (note.names & gazetteer::NAME != 0
            || note.classes & (class::PARTICLE | class::PARTICLE_AFTER) != 0
            || (note.capital() && (note.frequency < EVERYDAY || is_initial(note))))
}

/// A single letter, with or without a full stop behind it.
fn is_initial(note: &Note) -> bool {
    note.shape & 0b0011_0000 == 0b0001_0000
}

/// Companies behind, and the style of the whole text.
pub(super) fn look_ahead(notes: &mut [Note]) {
    let (mut lower, mut title, mut upper) = (0_u32, 0_u32, 0_u32);
    let mut distance = 0;
    let mut gap_behind = Gap::Start;
    for note in notes.iter_mut().rev() {
        let joined = matches!(gap_behind, Gap::Space | Gap::Hyphen | Gap::Apostrophe);
        note.company = if joined { distance } else { 0 };
        distance = if note.classes & class::COMPANY != 0 {
            1
        } else if joined && (1..=2).contains(&distance) {
            distance + 1
        } else {
            0
        };
        gap_behind = note.gap;
        if note.shape.trailing_zeros() >= 4 {
            match note.shape >> 6 {
                0 => lower += 1,
                2 => upper += 1,
                _ => title += 1,
            }
        }
    }
    let style = if lower + title + upper == 0 {
        0
    } else if title * 20 < lower && upper * 10 < lower {
        1
    } else if upper * 2 > lower + title {
        3
    } else {
        2
    };
    for note in notes {
        note.style = style;
    }
}

pub(super) fn label_fields(
    view: &View<'_>,
    key: Option<&View<'_>>,
    notes: &mut [Note],
    lexicon: &Lexicon,
) {
    if let Some(key_view) = key {
        let mut label = 0;
        for token in key_view.tokens() {
            label |= lexicon.word(token.key).classes;
        }
        for note in notes.iter_mut() {
            note.label = label;
            note.field = 2;
        }
        if let Some(first) = notes.first_mut() {
            first.text |= in_text::VALUE_START;
        }
    }
    let classes_in = |span: ByteSpan, notes: &[Note]| {
        notes
            .get(view.tokens_in(span))
            .unwrap_or_default()
            .iter()
            .fold(0, |all, note| all | note.classes)
    };
    let mut labels_seen: KeyMap<u32> = KeyMap::default();
    for field in view.fields().iter().filter(|field| field.kind == FieldKind::Label) {
        *labels_seen.entry(exact(field.label.of(view.folded()))).or_default() += 1;
    }
    for field in view.fields() {
        let label = classes_in(field.label, notes);
        let again = || {
            let seen = labels_seen.get(&exact(field.label.of(view.folded())));
            seen.is_some_and(|count| *count > 1)
        };
        let kind = match field.kind {
            FieldKind::Label if again() => 4,
            FieldKind::Label => 1,
            FieldKind::Member => 2,
            FieldKind::Column => 3,
        };
        let range = view.tokens_in(field.value);
        for note in notes.get_mut(range.clone()).unwrap_or_default() {
            note.label |= label;
            note.field = kind;
        }
        if let Some(first) = notes.get_mut(range.start) {
            first.text |= in_text::VALUE_START;
        }
    }
}

/// What occurrences say about each other.
pub(super) fn look_over_text(notes: &mut [Note]) {
    let mut seen: KeyMap<(u8, u8)> = KeyMap::default();
    for index in 0..notes.len() {
        let Some(note) = notes.get(index).copied() else { break };
        let previous = index.checked_sub(1).and_then(|at| notes.get(at));
        let next_gap = notes.get(index + 1).map_or(Gap::Start, |next| next.gap);
        let mut own = 0;
        if matches!(note.gap, Gap::Start | Gap::Line | Gap::Stop) {
            own |= in_text::SENTENCE_START;
        }
        if matches!(note.gap, Gap::Start | Gap::Line | Gap::Bracket | Gap::Dash)
            && next_gap == Gap::Colon
        {
            own |= in_text::SPEAKER;
        }
        let after_announcement = previous.is_some_and(|previous| {
            previous.classes & (class::TITLE | class::HONORIFIC | class::INTRODUCTION) != 0
                && matches!(note.gap, Gap::Space | Gap::Stop | Gap::Colon)
        });
        let in_name_field = note.label & class::LABEL != 0 && note.text & in_text::VALUE_START != 0;
        let likely = note.capital() || note.names & gazetteer::NAME != 0;
        if let Some(note) = notes.get_mut(index) {
            note.text |= own;
        }
        if note.shape & 15 == 4 {
            continue;
        }
        let entry = seen.entry(note.word).or_default();
        entry.0 = entry.0.saturating_add(1);
        if likely && (after_announcement || in_name_field) {
            entry.1 |= in_text::ANNOUNCED;
        }
        if own & in_text::SPEAKER != 0 {
            entry.1 |= if entry.1 & in_text::SPEAKER != 0 {
                in_text::SPEAKS_AGAIN
            } else {
                in_text::SPEAKER
            };
        }
    }
    for note in notes.iter_mut() {
        if let Some((count, bits)) = seen.get(&note.word) {
            note.text |= bits & (in_text::ANNOUNCED | in_text::SPEAKS_AGAIN);
            if bits & in_text::SPEAKER != 0 && *count > 1 {
                note.text |= in_text::SPEAKER;
            }
            if *count > 1 {
                note.text |= in_text::REPEATED;
            }
        }
    }
}
