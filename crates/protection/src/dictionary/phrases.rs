//! Phrases, recognised as whole words in one walk over a view's tokens.
//!
//! Unlike the pack's context words these are values: they may begin with a number, and nothing of them is
//! left out but case, accents and what else a view folds away.

use std::collections::HashMap;

use language::{ByteSpan, Script};

use crate::find::{Token, View};

/// The most bytes between two words of one phrase.
const WIDEST_GAP: usize = 4;

/// Arabic particles that are written together with the word behind them.
const PARTICLES: [&str; 5] = ["و", "ف", "ب", "ل", "ك"];

/// A tree of words; the step from a node by a word leads to the next node.
#[derive(Clone)]
pub(super) struct Phrases<T> {
    words: HashMap<Box<str>, u32>,
    steps: HashMap<(u32, u32), u32>,
    meanings: Vec<Vec<T>>,
}

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Self { words: HashMap::new(), steps: HashMap::new(), meanings: vec![Vec::new()] }
    }
}

impl<T: PartialEq> Phrases<T> {
    /// Adds a phrase; false when it holds no word.
    pub(super) fn add(&mut self, phrase: &str, meaning: T) -> bool {
        let view = View::new(phrase);
        let mut node = 0;
        for token in view.tokens() {
            let fresh = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            let word = *self.words.entry(view.token_folded(token).into()).or_insert(fresh);
            let fresh = u32::try_from(self.meanings.len()).unwrap_or(u32::MAX);
            node = *self.steps.entry((node, word)).or_insert(fresh);
            if node == fresh {
                self.meanings.push(Vec::new());
            }
        }
        match self.meanings.get_mut(node as usize) {
            Some(meanings) if node != 0 => {
                if !meanings.contains(&meaning) {
                    meanings.push(meaning);
                }
                true
            }
            _ => false,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Offers every phrase of the view, from left to right, shorter ones first.
    pub(super) fn walk<'p>(&'p self, view: &View<'_>, mut found: impl FnMut(ByteSpan, &'p T)) {
        for (index, token) in view.tokens().iter().enumerate() {
            for (skipped, word) in readings(view, token) {
                let Some(&word) = self.words.get(word) else { continue };
                let start = token.span.start + skipped;
                self.follow(view, index, start, word, &mut found);
            }
        }
    }

    fn follow<'p>(
        &'p self,
        view: &View<'_>,
        first: usize,
        start: usize,
        word: u32,
        found: &mut impl FnMut(ByteSpan, &'p T),
    ) {
        let (mut node, mut index, mut word) = (0, first, word);
        while let Some(&next) = self.steps.get(&(node, word)) {
            node = next;
            let Some(end) = view.tokens().get(index).map(|token| token.span.end) else { return };
            for meaning in self.meanings.get(node as usize).into_iter().flatten() {
                found(ByteSpan::new(start, end), meaning);
            }
            index += 1;
            let Some(token) = view.tokens().get(index) else { return };
            let Some(&known) = self.words.get(view.token_folded(token)) else { return };
            if !joins(view.gap_before(index)) {
                return;
            }
            word = known;
        }
    }
}

/// A token as it stands, and without a particle at its front: the bytes left out, and the word.
pub(super) fn readings<'v>(
    view: &'v View<'_>,
    token: &Token,
) -> impl Iterator<Item = (usize, &'v str)> + use<'v> {
    let word = view.token_folded(token);
    let bare = (token.script == Script::Arabic)
        .then(|| {
            PARTICLES.iter().find_map(|particle| Some((*particle, word.strip_prefix(particle)?)))
        })
        .flatten()
        .filter(|(_, rest)| rest.chars().nth(1).is_some())
        .map(|(particle, rest)| (particle.len(), rest));
    std::iter::once((0, word)).chain(bare)
}

/// Whether two words with this between them can belong to one phrase.
pub(super) fn joins(gap: &str) -> bool {
    gap.len() <= WIDEST_GAP
        && !gap.contains(['\t', ';', '|', '؛'])
        && gap.bytes().filter(|&byte| byte == b'\n').count() < 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let mut phrases = Phrases::default();
        for phrase in
            ["Projet Atlas 7", "1337", "محمد العلوي", "Ibn Sina", "Hôpital Ibn Sina", "c@d.ma"]
        {
            assert!(phrases.add(phrase, ()));
        }
        assert!(!phrases.add(" - ", ()));
        let view = View::new(text);
        let mut found = Vec::new();
        phrases.walk(&view, |span, ()| found.push(view.source_span(span).of(text)));
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn phrases_are_whole_words_however_they_are_written() {
        check("le projet ATLAS-7, pas le projet Atlas 77", &["projet ATLAS-7"]);
        check("13371 1337", &["1337"]);
        check("ومحمد العلوي ومحمد", &["محمد العلوي"]);
        check("l’hopital  Ibn\nSina", &["hopital  Ibn\nSina", "Ibn\nSina"]);
        check("Ibn\n\nSina; C@D.MA", &["C@D.MA"]);
    }
}
