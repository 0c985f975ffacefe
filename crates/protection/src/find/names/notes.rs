//! What is known of every token of a text before any decision: names, classes, shapes, surroundings.

use super::around::{
    governed, keep_announced_words_whole, label_fields, look_ahead, look_over_text,
    mark_candidates, mark_set_phrases,
};
use super::lexicon::{Lexicon, word_flag};
use super::vocabulary::Vocabulary;
use super::words::WordReader;
use crate::find::View;

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
    /// Bits of what the gazetteers say.
    pub names: u16,
    /// Bits of the class of its word.
    pub classes: u32,
    /// Bits of the class of the label it stands under.
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
    /// Bits of [`word_flag`].
    pub flags: u8,
    /// Whether the token could be part of a name at all: only then is it weighed.
    pub weighed: bool,
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
    let reader = WordReader::new(lexicon, vocabulary);
    for (index, token) in view.tokens().iter().enumerate() {
        let mut note = reader.note(token, view.token_folded(token));
        note.gap = gap_of(view.gap_before(index), index == 0);
        let before = |distance: usize| index.checked_sub(distance).and_then(|at| notes.get(at));
        if note.flags & word_flag::PHRASE_END != 0 {
            note.classes |= lexicon.phrase_classes(
                before(2).map(|n| n.word),
                before(1).map(|n| n.word),
                note.word,
            );
        }
        note.governed = before(1).map_or(0, |previous| governed(previous, note.gap));
        notes.push(note);
    }
    label_fields(view, key, &mut notes, lexicon);
    look_ahead(&mut notes);
    mark_set_phrases(&mut notes, lexicon);
    keep_announced_words_whole(&mut notes);
    mark_candidates(&mut notes);
    look_over_text(&mut notes);
    notes
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
