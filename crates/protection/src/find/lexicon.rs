//! Words and phrases of a pack, recognised as whole words.
//!
//! Works on tokens, not bytes: `lic` is never seen inside `duplicate`, `num_cin` and `numeroCin` are
//! read as the words they are made of, and an Arabic word is recognised under its clitics (`و ف ب ل ك ال`).

use std::collections::HashMap;
use std::ops::Range;

use language::{Profile, Script, normalize};

use super::view::{Case, Token, TokenKind, View};

/// A phrase found in a view: which tokens, and what the phrase stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit<T> {
    /// The tokens of the phrase.
    pub tokens: Range<usize>,
    /// What was stored for the phrase.
    pub meanings: std::sync::Arc<[T]>,
}

/// Phrases and their meanings. The longest phrase at a place wins.
#[derive(Debug, Clone)]
pub struct Lexicon<T> {
    words: HashMap<Box<str>, u32>,
    steps: HashMap<(u32, u32), u32>,
    meanings: Vec<Vec<T>>,
    sealed: Vec<std::sync::Arc<[T]>>,
    before: Vec<Box<str>>,
    behind: Vec<Box<str>>,
}

impl<T: Clone + PartialEq> Lexicon<T> {
    /// An empty lexicon. `clitics` are the beginnings, Arabic or Latin, and `endings` the Arabic pronouns
    /// under which a word is still the word.
    pub fn new(clitics: &[String], endings: &[String]) -> Self {
        let folded = |affixes: &[String]| {
            let mut affixes: Vec<Box<str>> =
                affixes.iter().map(|affix| normalize(affix, Profile::Match).text.into()).collect();
            affixes.sort_by_key(|affix| std::cmp::Reverse(affix.len()));
            affixes
        };
        let (before, behind) = (folded(clitics), folded(endings));
        Self {
            words: HashMap::new(),
            steps: HashMap::new(),
            meanings: vec![Vec::new()],
            sealed: Vec::new(),
            before,
            behind,
        }
    }

    /// Adds a phrase, folded as a [`View`] folds its text. False when it holds no word.
    pub fn add(&mut self, phrase: &str, meaning: T) -> bool {
        let view = View::new(phrase);
        let mut node = 0;
        for token in view.tokens() {
            let next_word = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            let word =
                *self.words.entry(bare(view.token_folded(token)).into()).or_insert(next_word);
            let next_node = u32::try_from(self.meanings.len()).unwrap_or(u32::MAX);
            node = *self.steps.entry((node, word)).or_insert(next_node);
            if node == next_node {
                self.meanings.push(Vec::new());
            }
        }
        if node == 0 {
            return false;
        }
        if let Some(meanings) = self.meanings.get_mut(node as usize)
            && !meanings.contains(&meaning)
        {
            meanings.push(meaning);
        }
        self.sealed.clear();
        true
    }

    /// Makes the lexicon ready for [`Self::hits`].
    #[must_use]
    pub fn seal(mut self) -> Self {
        self.sealed = self.meanings.iter().map(|meanings| meanings.clone().into()).collect();
        self
    }

    /// The phrases of a view, in order, not overlapping.
    pub fn hits(&self, view: &View<'_>) -> Vec<Hit<T>> {
        let tokens = view.tokens();
        let mut hits = Vec::new();
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            if token.kind == TokenKind::Number {
                index += 1;
                continue;
            }
            if let Some((end, node)) = self.longest_from(view, index) {
                if let Some(meanings) = self.sealed.get(node as usize) {
                    hits.push(Hit { tokens: index..end, meanings: meanings.clone() });
                }
                index = end;
            } else {
                self.inner_words(view, index, token, &mut hits);
                index += 1;
            }
        }
        hits
    }

    /// The longest phrase from the token at `start`: the token behind it and the phrase's node. A word
    /// may be read in several ways (`بطاقتي` is a word of its own and `بطاقة` with a pronoun), so every
    /// reading is followed.
    fn longest_from(&self, view: &View<'_>, start: usize) -> Option<(usize, u32)> {
        let mut best = None;
        self.follow(view, start, 0, &mut best);
        best
    }

    fn follow(&self, view: &View<'_>, index: usize, node: u32, best: &mut Option<(usize, u32)>) {
        let Some(token) = view.tokens().get(index) else { return };
        if node != 0 && !joins(view.gap_before(index)) {
            return;
        }
        for word in self.readings(view, token).into_iter().flatten() {
            let Some(&next) = self.steps.get(&(node, word)) else { continue };
            if self.means(next) && best.is_none_or(|(end, _)| index + 1 > end) {
                *best = Some((index + 1, next));
            }
            self.follow(view, index + 1, next, best);
        }
    }

    /// What one word by itself stands for.
    pub fn meanings_of(&self, folded: &str) -> Option<&[T]> {
        let node = self.steps.get(&(0, *self.words.get(folded)?))?;
        self.sealed.get(*node as usize).map(|meanings| &**meanings)
    }

    fn means(&self, node: u32) -> bool {
        self.sealed.get(node as usize).is_some_and(|meanings| !meanings.is_empty())
    }

    /// The words a token can be read as: itself, without a pronoun, without a clitic.
    fn readings(&self, view: &View<'_>, token: &Token) -> [Option<u32>; 3] {
        let text = bare(view.token_folded(token));
        let itself = self.words.get(text).copied();
        let arabic = token.script == Script::Arabic;
        if !(arabic || token.script == Script::Latin) || token.span.len() > 48 {
            return [itself, None, None];
        }
        let ended = if arabic { self.under_ending(text) } else { None };
        if itself.is_some() && !arabic {
            return [itself, None, None];
        }
        let headed = self.before.iter().find_map(|clitic| {
            let stem = text.strip_prefix(&**clitic).filter(|stem| stem.len() >= 3)?;
            let stem = if arabic { bare(stem) } else { stem };
            let itself = self.words.get(stem).copied();
            itself.or_else(|| if arabic { self.under_ending(stem) } else { None })
        });
        [itself, ended, headed]
    }

    /// The word without a pronoun behind it: `هاتفي`, and `بطاقتي` for `بطاقة`.
    fn under_ending(&self, text: &str) -> Option<u32> {
        self.behind.iter().find_map(|ending| {
            let stem = text.strip_suffix(&**ending).filter(|stem| stem.len() >= 6)?;
            self.words.get(stem).copied().or_else(|| {
                let open = stem.strip_suffix('ت')?;
                self.words.get(format!("{open}ه").as_str()).copied()
            })
        })
    }

    /// The words of `numeroCin` or `clientId`, where the token as a whole is no phrase.
    fn inner_words(&self, view: &View<'_>, index: usize, token: &Token, hits: &mut Vec<Hit<T>>) {
        if token.case != Case::Mixed || token.kind == TokenKind::Number || token.span.len() > 64 {
            return;
        }
        let text = view.token_text(token);
        let mut spaced = String::with_capacity(text.len() + 4);
        let mut lower = false;
        for character in text.chars() {
            if lower && character.is_uppercase() {
                spaced.push(' ');
            }
            lower = character.is_lowercase();
            spaced.push(character);
        }
        if !spaced.contains(' ') {
            return;
        }
        let inner = View::new(&spaced);
        let mut at = 0;
        while at < inner.tokens().len() {
            if let Some((end, node)) = self.longest_from(&inner, at) {
                if let Some(meanings) = self.sealed.get(node as usize) {
                    hits.push(Hit { tokens: index..index + 1, meanings: meanings.clone() });
                }
                at = end;
            } else {
                at += 1;
            }
        }
    }
}

/// An Arabic word without its article, so that `بطاقة وطنية` and `البطاقة الوطنية` are one phrase.
fn bare(word: &str) -> &str {
    word.strip_prefix("ال").filter(|stem| stem.len() >= 4).unwrap_or(word)
}

/// Whether two words with this between them can belong to one phrase.
fn joins(gap: &str) -> bool {
    gap.len() <= 4
        && gap.chars().all(|character| {
            matches!(character, ' ' | '\t' | '\'' | '-' | '_' | '.' | '/' | '°' | '\n' | '\r')
        })
        && gap.matches('\n').count() < 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, &str)]) {
        let clitics: Vec<String> =
            ["و", "ف", "ب", "ل", "ال", "وال", "بال"].iter().map(ToString::to_string).collect();
        let endings: Vec<String> = ["ي", "ها"].iter().map(ToString::to_string).collect();
        let mut lexicon = Lexicon::new(&clitics, &endings);
        for (phrase, meaning) in [
            ("lic", "licence"),
            ("cin", "cin"),
            ("carte", "card"),
            ("carte nationale", "cin"),
            ("r.i.b", "rib"),
            ("num cin", "cin"),
            ("بطاقة وطنية", "cin"),
            ("هاتف", "phone"),
            ("n°", "number"),
        ] {
            lexicon.add(phrase, meaning);
        }
        let lexicon = lexicon.seal();
        let view = View::new(text);
        let got: Vec<_> = lexicon
            .hits(&view)
            .into_iter()
            .map(|hit| {
                let tokens = &view.tokens()[hit.tokens];
                let span = language::ByteSpan::new(
                    tokens[0].span.start,
                    tokens[tokens.len() - 1].span.end,
                );
                (span.of(view.text()).to_owned(), hit.meanings[0])
            })
            .collect();
        let got: Vec<_> = got.iter().map(|(text, meaning)| (text.as_str(), *meaning)).collect();
        assert_eq!(got, expect, "{text:?}");
    }

    #[test]
    fn only_whole_words_count() {
        check("duplicate lic.", &[("lic", "licence")]);
        check("vaccination médicale", &[]);
    }

    #[test]
    fn the_longest_phrase_wins() {
        check("Carte  Nationale et carte", &[("Carte  Nationale", "cin"), ("carte", "card")]);
        check("R.I.B : 1", &[("R.I.B", "rib")]);
    }

    #[test]
    fn names_of_members_are_read_as_words() {
        check("client_cin=1", &[("cin", "cin")]);
        check("numCin: 1", &[("numCin", "cin")]);
    }

    #[test]
    fn arabic_words_are_seen_under_their_clitics() {
        check(
            "والهاتف وبالهاتف بهاتف هاتف",
            &[("والهاتف", "phone"), ("بهاتف", "phone"), ("هاتف", "phone")],
        );
        check("بالبطاقة الوطنية", &[("بالبطاقه الوطنيه", "cin")]);
        check(
            "هاتفي وهاتفها بطاقتي الوطنية",
            &[("هاتفي", "phone"), ("وهاتفها", "phone"), ("بطاقتي الوطنيه", "cin")],
        );
        check("البطاقة الوطنية", &[("البطاقه الوطنيه", "cin")]);
    }
}
