//! What is known of one word by itself: its letters, the pack's lists, how often it is met.

use std::borrow::Cow;

use language::Script;

use super::lexicon::{Lexicon, class, gazetteer};
use super::notes::Note;
use super::sound::{exact, letters_of, sound};
use super::vocabulary::Vocabulary;
use crate::find::{Case, Token, TokenKind};

/// Met this often, a word without a capital is not asked for its sound: it is a plain word.
const PLAIN: u8 = 3;

/// Reads words by what the pack and general text know of them.
pub(super) struct WordReader<'l> {
    lexicon: &'l Lexicon,
    vocabulary: &'l Vocabulary,
}

impl<'l> WordReader<'l> {
    pub(super) fn new(lexicon: &'l Lexicon, vocabulary: &'l Vocabulary) -> Self {
        Self { lexicon, vocabulary }
    }

    /// The note of a token whose letters in ASCII lower case are `folded`.
    pub(super) fn note(&self, token: &Token, folded: &str) -> Note {
        let mut note = Note { start: token.span.start, end: token.span.end, ..Note::default() };
        if token.kind == TokenKind::Number {
            note.word = token.key;
            note.shape = shape_of(token, folded.len());
            return note;
        }
        let mut word = Cow::Borrowed(folded);
        if !matches!(token.case, Case::None | Case::Lower) && !folded.is_ascii() {
            word = Cow::Owned(folded.chars().flat_map(char::to_lowercase).collect());
        }
        note.word = token.key;
        let mut letters = letters_of(&word);
        if letters.drawn_out {
            word = Cow::Owned(squeezed(&word));
            note.word = exact(&word);
            letters = letters_of(&word);
        }
        note.affixes = letters.affixes;
        note.shape = shape_of(token, letters.count);
        self.look_up(&mut note, token, &word);
        note
    }

    fn look_up(&self, note: &mut Note, token: &Token, word: &str) {
        let lexicon = self.lexicon;
        note.frequency = self.vocabulary.frequency(note.word);
        let own = lexicon.word(note.word);
        note.names = own.names;
        note.classes = own.classes;
        note.flags = own.flags;
        let bare = lexicon.without_article(word);
        let mut stripped = 0;
        if let Some(bare) = bare {
            let bare = lexicon.word(exact(bare));
            note.classes |= bare.classes;
            stripped |= bare.names;
        }
        let listed = gazetteer::FIRST | gazetteer::FAMILY | gazetteer::PART;
        let plain = note.frequency >= PLAIN && !note.capital();
        if note.names & listed == 0 && !plain && token.script != Script::Arabic {
            if let Some(sound) = sound(word) {
                note.names |= lexicon.sounds(sound);
            }
            if note.names & gazetteer::NAME == 0
                && let Some(sound) = bare.and_then(sound)
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
            self.look_behind_clitic(note, word, rest);
        }
        if token.script == Script::Arabic
            && note.frequency == 0
            && note.names & gazetteer::NAME == 0
        {
            note.frequency = self.frequency_behind(word);
        }
    }

    /// How often a word is met without what is glued to its front.
    fn frequency_behind(&self, word: &str) -> u8 {
        let of = |part: &str| self.vocabulary.frequency(exact(part));
        let bare = |part: &str| self.lexicon.without_article(part).map_or(0, of);
        let rest = self.lexicon.without_clitic(word);
        bare(word).max(rest.map_or(0, |rest| of(rest).max(bare(rest))))
    }

    /// What the word is without the one-letter word glued to its front.
    fn look_behind_clitic(&self, note: &mut Note, word: &str, rest: &str) {
        let unsure =
            note.names & !gazetteer::STRIPPED == 0 || note.names & gazetteer::STRIPPED != 0;
        if note.classes != 0 && !unsure {
            return;
        }
        let lexicon = self.lexicon;
        let own = lexicon.word(exact(rest));
        let bare = lexicon.without_article(rest).map(|bare| lexicon.word(exact(bare)));
        let clitic = word.get(..word.len() - rest.len()).unwrap_or_default();
        let joins = || lexicon.word(exact(clitic)).classes & class::AND != 0;
        if note.classes == 0 {
            note.classes = own.classes | bare.map_or(0, |bare| bare.classes);
            note.glued_and = note.classes != 0 && joins();
        }
        if unsure {
            let names = if own.names & gazetteer::NAME == 0 {
                own.names | bare.map_or(0, |bare| bare.names)
            } else {
                own.names
            };
            // A given name seldom has an article: "لمحمد" is "to Mohammed".
            let given = names & gazetteer::FIRST != 0 && note.names & gazetteer::STRIPPED != 0;
            let unknown = note.names & gazetteer::NAME == 0;
            if names & gazetteer::NAME != 0 && (unknown || given) {
                note.names |= names | gazetteer::STRIPPED;
                note.clitic = u8::try_from(clitic.len()).unwrap_or(0);
                note.glued_and |= joins();
            }
        }
    }
}

/// The word with each letter that is drawn out (three times or more in a row) once.
fn squeezed(word: &str) -> String {
    let mut last = None;
    word.chars()
        .filter(|&character| {
            last.replace(character) != Some(character) || character.is_ascii_digit()
        })
        .collect()
}

fn shape_of(token: &Token, letters: usize) -> u8 {
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
    let length = match letters {
        1 => 1,
        2 => 2,
        3 => 3,
        _ => 0,
    };
    (case << 6) | (length << 4) | script
}
