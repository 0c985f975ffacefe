//! What is known of every token of a text before any decision: names, classes, shapes, surroundings.

use language::{ByteSpan, Script};

use super::lexicon::{KeyMap, Lexicon, class, gazetteer};
use super::sound::{exact, sound};
use super::vocabulary::Vocabulary;
use crate::find::{Case, FieldKind, Token, TokenKind, View};

/// What stands between a token and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Gap {
    /// Nothing stands before.
    #[default]
    Start,
    /// A space.
    Space,
    /// Nothing at all.
    None,
    /// A hyphen without spaces.
    Hyphen,
    /// An apostrophe.
    Apostrophe,
    /// A full stop and a space.
    Stop,
    /// A full stop without a space.
    Dot,
    /// A comma.
    Comma,
    /// A colon or an equals sign.
    Colon,
    /// A colon and a quotation mark.
    QuotedColon,
    /// A quotation mark.
    Quote,
    /// A bracket.
    Bracket,
    /// A semicolon, a tab or a bar.
    Cell,
    /// A slash.
    Slash,
    /// A dash with spaces.
    Dash,
    /// An at sign or an underscore.
    Glue,
    /// A line break.
    Line,
    /// Anything else (an emoji).
    Other,
}

/// What is known of one token.
#[derive(Debug, Clone, Copy, Default)]
pub struct Note {
    /// Where it stands in the normalised text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Its exact key.
    pub word: u64,
    /// Keys of its first and last letters.
    pub affixes: [u64; 4],
    /// Bits of [`gazetteer`].
    pub names: u16,
    /// Bits of [`class`].
    pub classes: u32,
    /// Bits of [`class`] of the label it stands under.
    pub label: u32,
    /// How often the word is met in general text, 0–5.
    pub frequency: u8,
    /// Script, kind and case.
    pub shape: u8,
    /// What stands before it.
    pub gap: Gap,
    /// How many bytes of a glued clitic stand in front of the name in it.
    pub clitic: u8,
    /// An "and" is glued to its front: what it is known as, it is known as without it.
    pub glued_and: bool,
    /// A word of a place or body stands before it, this many tokens away; 0 for none.
    pub governed: u8,
    /// A word of a company stands behind it, this many tokens away; 0 for none.
    pub company: u8,
    /// How the text is written: 0 no Latin, 1 without capitals, 2 with capitals, 3 in capitals.
    pub style: u8,
    /// How it is labelled: 0 not, 1 form label, 2 member, 3 column, 4 a label that comes again (a chat).
    pub field: u8,
    /// Bits of [`in_text`].
    pub text: u8,
}

/// Bits of what the rest of the text says about a token.
pub mod in_text {
    /// The word stands elsewhere where a name is announced.
    pub const ANNOUNCED: u8 = 1;
    /// The word stands at the beginning of a line with a colon behind it.
    pub const SPEAKER: u8 = 2;
    /// The word speaks more than once.
    pub const SPEAKS_AGAIN: u8 = 4;
    /// First token of a labelled value.
    pub const VALUE_START: u8 = 8;
    /// The word stands more than once in the text.
    pub const REPEATED: u8 = 16;
    /// The first word of a sentence or line.
    pub const SENTENCE_START: u8 = 32;
}

impl Note {
    /// Whether the token has a capital letter.
    pub fn capital(&self) -> bool {
        self.shape & 0b1100_0000 != 0
    }
}

/// The notes of a text's tokens, one each.
pub fn notes_of(
    view: &View<'_>,
    key: Option<&View<'_>>,
    lexicon: &Lexicon,
    vocabulary: &Vocabulary,
) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::with_capacity(view.tokens().len());
    let mut lower = String::new();
    for (index, token) in view.tokens().iter().enumerate() {
        lower.clear();
        let folded = view.token_folded(token);
        if folded.is_ascii() || token.case == Case::None || token.case == Case::Lower {
            lower.push_str(folded);
        } else {
            lower.extend(folded.chars().flat_map(char::to_lowercase));
        }
        squeeze(&mut lower);
        let mut note = note_of(token, &lower, lexicon, vocabulary);
        note.gap = gap_of(view.gap_before(index), index == 0);
        let before = |distance: usize| index.checked_sub(distance).and_then(|at| notes.get(at));
        note.classes |=
            lexicon.phrase_classes(before(2).map(|n| n.word), before(1).map(|n| n.word), note.word);
        note.governed = before(1).map_or(0, |previous| governed(previous, note.gap));
        notes.push(note);
    }
    label_fields(view, key, &mut notes, lexicon);
    look_ahead(&mut notes);
    mark_set_phrases(&mut notes, lexicon);
    keep_announced_words_whole(&mut notes);
    look_over_text(&mut notes);
    notes
}

/// Writes a letter that is drawn out (three times or more in a row) once.
fn squeeze(word: &mut String) {
    let mut run = 0;
    let mut last = None;
    let drawn = word.chars().any(|character| {
        run = if last == Some(character) { run + 1 } else { 1 };
        last = Some(character);
        run >= 3
    });
    if drawn {
        let mut last = None;
        word.retain(|character| {
            last.replace(character) != Some(character) || character.is_ascii_digit()
        });
    }
}

fn note_of(token: &Token, word: &str, lexicon: &Lexicon, vocabulary: &Vocabulary) -> Note {
    let key = exact(word);
    let mut note = Note {
        start: token.span.start,
        end: token.span.end,
        word: key,
        shape: shape_of(token, word),
        ..Note::default()
    };
    if token.kind == TokenKind::Number {
        return note;
    }
    note.frequency = vocabulary.frequency(key);
    note.affixes = affixes(word);
    note.names = lexicon.names(key);
    note.classes = lexicon.classes(key);
    let bare = lexicon.without_article(word);
    let mut stripped = 0;
    if let Some(bare) = bare {
        let bare_key = exact(bare);
        note.classes |= lexicon.classes(bare_key);
        stripped |= lexicon.names(bare_key);
    }
    if let Some(sound) = sound(word) {
        note.names |= lexicon.sounds(sound);
        if note.names & gazetteer::NAME == 0
            && let Some(sound) = bare.and_then(sound_of_bare)
        {
            stripped |= lexicon.sounds(sound);
        }
    }
    if note.names & gazetteer::NAME == 0 && stripped & gazetteer::NAME != 0 {
        note.names |= stripped | gazetteer::STRIPPED;
    } else {
        note.names |= stripped & gazetteer::PLACE;
    }
    if (token.script == Script::Arabic || (token.case == Case::Lower && note.frequency == 0))
        && let Some(rest) = lexicon.without_clitic(word)
    {
        let rest_key = exact(rest);
        let bare = lexicon.without_article(rest).map(exact);
        let clitic = word.get(..word.len() - rest.len()).unwrap_or_default();
        let joins = lexicon.classes(exact(clitic)) & class::AND != 0;
        if note.classes == 0 {
            note.classes = lexicon.classes(rest_key) | bare.map_or(0, |key| lexicon.classes(key));
            note.glued_and = note.classes != 0 && joins;
        }
        if note.names & !gazetteer::STRIPPED == 0 || note.names & gazetteer::STRIPPED != 0 {
            let names = lexicon.names(rest_key);
            let names = if names & gazetteer::NAME == 0 {
                names | bare.map_or(0, |key| lexicon.names(key))
            } else {
                names
            };
            // A given name seldom has an article: "لمحمد" is "to Mohammed".
            let given = names & gazetteer::FIRST != 0 && note.names & gazetteer::STRIPPED != 0;
            let unknown = note.names & gazetteer::NAME == 0;
            if names & gazetteer::NAME != 0 && (unknown || given) {
                note.names |= names | gazetteer::STRIPPED;
                note.clitic = u8::try_from(clitic.len()).unwrap_or(0);
                note.glued_and |= joins;
            }
        }
    }
    note
}

fn sound_of_bare(bare: &str) -> Option<u64> {
    sound(bare)
}

fn shape_of(token: &Token, word: &str) -> u8 {
    let script = match (token.kind, token.script) {
        (TokenKind::Number, _) => 4,
        (TokenKind::Mixed, _) => 5,
        (_, Script::Latin) => 0,
        (_, Script::Arabic) => 1,
        (_, Script::Tifinagh) => 2,
        _ => 3,
    };
    let case: u8 = match token.case {
        Case::None | Case::Lower => 0,
        Case::Title => 1,
        Case::Upper => 2,
        Case::Mixed => 3,
    };
    let length = match word.chars().take(4).count() {
        1 => 1,
        2 => 2,
        3 => 3,
        _ => 0,
    };
    (case << 6) | (length << 4) | script
}

/// Keys of the first two and three and the last two and three letters.
fn affixes(word: &str) -> [u64; 4] {
    let cut = |count: usize| word.char_indices().nth(count).map_or(word.len(), |(at, _)| at);
    let from = |count: usize| word.char_indices().rev().nth(count - 1).map_or(0, |(at, _)| at);
    let key = |part: Option<&str>| exact(part.unwrap_or_default());
    [
        key(word.get(..cut(2))),
        key(word.get(..cut(3))),
        key(word.get(from(2)..)),
        key(word.get(from(3)..)),
    ]
}

fn gap_of(gap: &str, first: bool) -> Gap {
    if gap == " " {
        return Gap::Space;
    }
    if gap.is_empty() {
        return if first { Gap::Start } else { Gap::None };
    }
    let has = |wanted: &[char]| gap.contains(wanted);
    if has(&['\n']) {
        return Gap::Line;
    }
    if first {
        return Gap::Start;
    }
    let spaced = has(&[' ', '\t']);
    if has(&['@', '_']) {
        Gap::Glue
    } else if has(&[':', '=']) {
        if has(&['"', '\'']) { Gap::QuotedColon } else { Gap::Colon }
    } else if has(&[';', '\t', '|']) {
        Gap::Cell
    } else if has(&[',', '،']) {
        Gap::Comma
    } else if has(&['(', ')', '[', ']', '{', '}', '<', '>']) {
        Gap::Bracket
    } else if has(&['"']) {
        Gap::Quote
    } else if has(&['\'']) {
        Gap::Apostrophe
    } else if has(&['.', '!', '?', '؟', '…']) {
        if spaced { Gap::Stop } else { Gap::Dot }
    } else if has(&['/']) {
        Gap::Slash
    } else if has(&['-']) {
        if spaced { Gap::Dash } else { Gap::Hyphen }
    } else if gap.trim().is_empty() {
        Gap::Space
    } else {
        Gap::Other
    }
}

fn governed(previous: &Note, gap: Gap) -> u8 {
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
fn mark_set_phrases(notes: &mut [Note], lexicon: &Lexicon) {
    for index in 0..notes.len() {
        let words = notes.get(index..).unwrap_or_default();
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
fn keep_announced_words_whole(notes: &mut [Note]) {
    let mut announced = false;
    for note in notes {
        if announced {
            note.clitic = 0;
        }
        announced = note.classes & (class::TITLE | class::HONORIFIC | class::INTRODUCTION) != 0;
    }
}

/// Companies behind, and the style of the whole text.
fn look_ahead(notes: &mut [Note]) {
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

fn label_fields(view: &View<'_>, key: Option<&View<'_>>, notes: &mut [Note], lexicon: &Lexicon) {
    if let Some(key_view) = key {
        let mut label = 0;
        for token in key_view.tokens() {
            label |= lexicon.classes(exact(key_view.token_folded(token)));
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
        let again =
            labels_seen.get(&exact(field.label.of(view.folded()))).is_some_and(|count| *count > 1);
        let kind = match field.kind {
            FieldKind::Label if again => 4,
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
fn look_over_text(notes: &mut [Note]) {
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
