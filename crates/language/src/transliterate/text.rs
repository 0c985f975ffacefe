//! Whole texts: pieces in, pieces out, punctuation between.

use std::collections::HashMap;

use super::foreign::{self, Neighbours, Spelt};
use super::pieces::{Piece, pieces};
use super::romanize::{self, Manner};
use super::words::{Desk, particle};
use super::{Options, Transliteration, Transliterator, WordAnswer};
use crate::script::{Script, script_of};
use crate::span::ByteSpan;
use crate::tifinagh;

impl Transliterator {
    /// Darija of chat in Arabic letters.
    pub(super) fn to_arabic(&self, text: &str, options: &Options) -> Transliteration {
        let mut out = Transliteration {
            text: String::with_capacity(text.len() * 2),
            words: Vec::with_capacity(text.len() / 6),
        };
        let mut neighbours =
            if options.rules_only { Neighbours::default() } else { Neighbours::of(text) };
        let mut desk = Desk::default();
        let mut known: HashMap<&str, Vec<String>> = HashMap::new();
        let mut after_arabic = false;
        pieces(text, |piece, start, end| {
            let span = ByteSpan::new(start, end);
            let source = span.of(text);
            match piece {
                Piece::Kept => {
                    out.text.push_str(source);
                    after_arabic = false;
                }
                Piece::Other => push_other(source, &mut after_arabic, &mut out.text),
                Piece::Word => {
                    let neighbour = neighbours.at(span);
                    let language = self.foreign(&mut desk, source, neighbour);
                    let answers = if language.is_some() {
                        vec![source.to_owned()]
                    } else if let Some(answers) = known.get(source) {
                        answers.clone()
                    } else {
                        let answers = self.answers(&mut desk, source, options);
                        if !options.rules_only {
                            known.insert(source, answers.clone());
                        }
                        answers
                    };
                    let best = answers.first().map_or(source, String::as_str);
                    let marked = language.is_some() && options.mark_foreign;
                    if marked {
                        out.text.push('‹');
                    }
                    out.text.push_str(best);
                    if marked {
                        out.text.push('›');
                    }
                    after_arabic = language.is_none();
                    out.words.push(WordAnswer { source: span, answers, foreign: language });
                }
            }
        });
        out
    }

    /// The language of a word that stays; what is left on the desk is its last part.
    fn foreign(
        &self,
        desk: &mut Desk,
        word: &str,
        neighbour: Option<(&'static str, bool)>,
    ) -> Option<&'static str> {
        if !word.contains('-') {
            return self.foreign_part(desk, word, neighbour);
        }
        if let Some(language) = self.foreign.get(&word.to_lowercase()) {
            return Some(language);
        }
        let mut language = None;
        for part in word.split('-') {
            language = Some(self.foreign_part(desk, part, neighbour)?);
        }
        language
    }

    fn foreign_part(
        &self,
        desk: &mut Desk,
        word: &str,
        neighbour: Option<(&'static str, bool)>,
    ) -> Option<&'static str> {
        desk.take(word);
        let listed = self.readings.get(&desk.plain).is_some();
        let Desk { plain, lower, .. } = desk;
        foreign::language(
            (&self.model, &self.foreign),
            Spelt { word, plain, lower, listed },
            neighbour,
        )
    }

    /// The answers for a word. A particle is joined to what follows its hyphen; other hyphens stay, between the
    /// best answers alone.
    fn answers(&self, desk: &mut Desk, word: &str, options: &Options) -> Vec<String> {
        let begun = word.split_once('-').and_then(|(part, rest)| Some((particle(part)?, rest)));
        let (begun, rest) = begun.unwrap_or(("", word));
        let mut parts = rest.split('-');
        let mut answers = self.part_answers(desk, parts.next().unwrap_or_default(), options);
        for answer in answers.iter_mut().filter(|_| !begun.is_empty()) {
            // The article is not written twice.
            let bare = answer.strip_prefix("ال").filter(|_| begun.ends_with("ال"));
            *answer = format!("{begun}{}", bare.unwrap_or(answer));
        }
        for part in parts {
            answers.truncate(1);
            let own = self.part_answers(desk, part, options);
            if let (Some(joined), Some(best)) = (answers.first_mut(), own.first()) {
                joined.push('-');
                joined.push_str(best);
            }
        }
        answers
    }

    /// The answers for a word without hyphens, or for a part of one.
    fn part_answers(&self, desk: &mut Desk, part: &str, options: &Options) -> Vec<String> {
        desk.take(part);
        let answers = if options.rules_only {
            let mut answer = String::with_capacity(part.len() * 2);
            desk.by_rules(&self.model.channel, &mut answer);
            vec![answer]
        } else {
            desk.answers(&self.model, &self.readings, options.answers)
        };
        // What has no Arabic letter at all stays.
        if answers.first().is_none_or(String::is_empty) {
            return vec![part.to_owned()];
        }
        answers
    }

    /// Arabic letters in Latin ones; everything else stays.
    pub(super) fn to_latin(&self, text: &str, manner: Manner) -> Transliteration {
        let mut out = Transliteration {
            text: String::with_capacity(text.len()),
            words: Vec::with_capacity(text.len() / 10),
        };
        let mut start = None;
        let ends = text.char_indices().chain([(text.len(), ' ')]);
        for (at, character) in ends {
            let inside = script_of(character) == Script::Arabic
                || (start.is_some()
                    && matches!(character, '\u{64B}'..='\u{652}' | '\u{670}' | '\u{640}'));
            if inside {
                start.get_or_insert(at);
                continue;
            }
            if let Some(start) = start.take() {
                let source = ByteSpan::new(start, at);
                let known = self.readings.spelling(source.of(text));
                let known = known.filter(|_| manner == Manner::Chat).map(str::to_owned);
                let answer = known.unwrap_or_else(|| romanize::word(source.of(text), manner));
                out.text.push_str(&answer);
                out.words.push(WordAnswer { source, answers: vec![answer], foreign: None });
            }
            if at < text.len() {
                out.text.push(match character {
                    '،' => ',',
                    '؛' => ';',
                    '؟' => '?',
                    other => other,
                });
            }
        }
        out
    }
}

/// Text between words; after a transliterated or an Arabic word its punctuation becomes Arabic.
fn push_other(text: &str, after_arabic: &mut bool, out: &mut String) {
    for character in text.chars() {
        let written = match character {
            ',' if *after_arabic => '،',
            ';' if *after_arabic => '؛',
            '?' if *after_arabic => '؟',
            other => other,
        };
        if script_of(character) != Script::Common {
            *after_arabic = false;
        }
        out.push(written);
    }
}

/// A text whose letters have one form each in the other script, and its words in `script`. Words of
/// another script stay and are no words of it.
pub(super) fn written(
    text: &str,
    script: Script,
    write: impl Fn(&str) -> String,
) -> Transliteration {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        // A mark belongs to its Latin letter, and `°` to the one it rounds; Tifinagh has letters for both.
        let joined = script == Script::Latin && (tifinagh::is_mark(character) || character == '°');
        let inside = script_of(character) == script || start.is_some() && joined;
        if inside {
            start.get_or_insert(at);
        } else if let Some(start) = start.take() {
            let source = ByteSpan::new(start, at);
            words.push(WordAnswer { source, answers: vec![write(source.of(text))], foreign: None });
        }
    }
    Transliteration { text: write(text), words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_behind_tifinagh_are_no_part_of_a_word() {
        for text in ["ⴴ\u{323}i", "ⴳ°b", "ⴰⴷ\u{323}\u{323}x ⵉ"] {
            let found = written(text, Script::Tifinagh, tifinagh::to_latin);
            for word in &found.words {
                assert!(found.text.contains(&word.answers[0]), "{text}: {:?}", word.answers);
                assert!(!word.source.of(text).contains(['\u{323}', '°']), "{text}");
            }
        }
    }
}
