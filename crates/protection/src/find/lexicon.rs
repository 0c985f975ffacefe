//! Words and phrases of a pack, recognised as whole words.
//!
//! Works on tokens, not bytes: `lic` is never seen inside `duplicate`, `num_cin` and `numeroCin` are
//! read as the words they are made of, and an Arabic word is recognised under its clitics (`و ف ب ل ك ال`).

use std::ops::Range;

use language::{Profile, Script, normalize};

use super::keys::{Heads, KeyTable, join, key_of, key_of_two};
use super::view::{Case, Token, TokenKind, View};
use crate::pack::affixes::Affixes;

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
    words: KeyTable<u32>,
    steps: KeyTable<u32>,
    meanings: Vec<Vec<T>>,
    sealed: Vec<std::sync::Arc<[T]>>,
    before: ByEdge,
    behind: ByEdge,
    heads: Heads,
    affixes: Affixes,
}

/// Beginnings or endings, the longest first, by the last byte of their first or last character.
#[derive(Debug, Clone)]
struct ByEdge {
    by_byte: Vec<Vec<Box<str>>>,
}

impl ByEdge {
    fn new(affixes: &[String], character: impl Fn(&str) -> Option<char>) -> Self {
        let mut affixes: Vec<Box<str>> =
            affixes.iter().map(|affix| normalize(affix, Profile::Match).text.into()).collect();
        affixes.sort_by_key(|affix| std::cmp::Reverse(affix.len()));
        let mut by_byte: Vec<Vec<Box<str>>> = vec![Vec::new(); 256];
        for affix in affixes {
            let last = character(&affix).and_then(last_byte);
            if let Some(affixes) = last.and_then(|last| by_byte.get_mut(usize::from(last))) {
                affixes.push(affix);
            }
        }
        Self { by_byte }
    }

    /// Those that can begin or end with this character.
    fn of(&self, character: Option<char>) -> &[Box<str>] {
        let last = character.and_then(last_byte);
        last.and_then(|last| self.by_byte.get(usize::from(last))).map_or(&[], Vec::as_slice)
    }
}

fn last_byte(character: char) -> Option<u8> {
    let mut buffer = [0; 4];
    character.encode_utf8(&mut buffer).bytes().next_back()
}

impl<T: Clone + PartialEq> Lexicon<T> {
    /// An empty lexicon. `clitics` are the beginnings, Arabic or Latin, and `endings` the Arabic pronouns
    /// under which a word is still the word.
    pub(crate) fn new(clitics: &[String], endings: &[String], affixes: &Affixes) -> Self {
        Self {
            words: KeyTable::default(),
            steps: KeyTable::default(),
            meanings: vec![Vec::new()],
            sealed: Vec::new(),
            before: ByEdge::new(clitics, |affix| affix.chars().next()),
            behind: ByEdge::new(endings, |affix| affix.chars().next_back()),
            heads: Heads::default(),
            affixes: affixes.clone(),
        }
    }

    /// Adds a phrase, folded as a [`View`] folds its text. False when it holds no word.
    pub fn add(&mut self, phrase: &str, meaning: T) -> bool {
        let view = View::new(phrase);
        let mut node = 0;
        let mut words = self.words.len();
        for token in view.tokens() {
            let bare = self.bare(view.token_folded(token));
            if token.script == Script::Arabic {
                self.heads.add(bare);
            }
            let word = *self.words.entry(key_of(bare), || {
                words = words.saturating_add(1);
                u32::try_from(words).unwrap_or(u32::MAX)
            });
            let next_node = u32::try_from(self.meanings.len()).unwrap_or(u32::MAX);
            node = *self.steps.entry(step_key(node, word), || next_node);
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
        let readings = self.readings(view, token);
        for word in readings.into_iter().flatten() {
            let Some(&next) = self.steps.get(step_key(node, word)) else { continue };
            if self.means(next) && best.is_none_or(|(end, _)| index + 1 > end) {
                *best = Some((index + 1, next));
            }
            self.follow(view, index + 1, next, best);
        }
    }

    /// What one word by itself stands for.
    pub fn meanings_of(&self, folded: &str) -> Option<&[T]> {
        let node = self.steps.get(step_key(0, *self.words.get(key_of(folded))?))?;
        self.sealed.get(*node as usize).map(|meanings| &**meanings)
    }

    fn means(&self, node: u32) -> bool {
        self.sealed.get(node as usize).is_some_and(|meanings| !meanings.is_empty())
    }

    /// The words a token can be read as: itself, without a pronoun, without a clitic.
    fn readings(&self, view: &View<'_>, token: &Token) -> [Option<u32>; 3] {
        if token.script != Script::Arabic {
            let itself = self.words.get(token.key).copied();
            if itself.is_some() || token.script != Script::Latin || token.span.len() > 48 {
                return [itself, None, None];
            }
            let text = view.token_folded(token);
            if token.kind == TokenKind::Mixed
                && let Some(mended) = self.mended(text)
            {
                return [Some(mended), None, None];
            }
            let headed = self.before.of(text.chars().next()).iter().find_map(|clitic| {
                let stem = text.strip_prefix(&**clitic).filter(|stem| stem.len() >= 3)?;
                self.words.get(key_of(stem)).copied()
            });
            return [None, None, headed];
        }
        let text = view.token_folded(token);
        let bared = self.bare(text);
        let itself = if bared.len() == text.len() {
            self.words.get(token.key).copied()
        } else {
            self.exactly(bared)
        };
        if token.span.len() > 48 {
            return [itself, None, None];
        }
        let ended = self.under_ending(bared);
        let headed = self.before.of(bared.chars().next()).iter().find_map(|clitic| {
            let stem = bared.strip_prefix(&**clitic).filter(|stem| stem.len() >= 3)?;
            let stem = self.bare(stem);
            self.exactly(stem).or_else(|| self.under_ending(stem))
        });
        [itself, ended, headed]
    }

    /// The word in which a scanner read letters as digits: `C1N`, `Té1`.
    fn mended(&self, text: &str) -> Option<u32> {
        let few = text.len() <= 16 && text.bytes().filter(u8::is_ascii_digit).count() <= 2;
        let begins = text.starts_with(|first: char| first.is_ascii_alphabetic());
        if !(few && begins && text.len() >= 3) {
            return None;
        }
        ['i', 'l'].into_iter().find_map(|one| {
            let read: Option<String> = text.chars().map(|sign| meant_letter(sign, one)).collect();
            self.words.get(key_of(&read?)).copied()
        })
    }

    /// The Arabic word as it is.
    fn exactly(&self, word: &str) -> Option<u32> {
        if self.heads.has(word) { self.words.get(key_of(word)).copied() } else { None }
    }

    /// The word without a pronoun behind it: `هاتفي`, and `بطاقتي` for `بطاقة`.
    fn under_ending(&self, text: &str) -> Option<u32> {
        let endings = self.behind.of(text.chars().next_back());
        if endings.is_empty() {
            return None;
        }
        let known = self.heads.has(text);
        endings.iter().find_map(|ending| {
            let stem = text.strip_suffix(&**ending).filter(|stem| stem.len() >= 6)?;
            let itself = if known { self.words.get(key_of(stem)).copied() } else { None };
            itself.or_else(|| {
                let (open, own) = self.affixes.by_itself(stem)?;
                self.words.get(key_of_two(open, own)).copied()
            })
        })
    }

    /// An Arabic word without its article, so that `بطاقة وطنية` and `البطاقة الوطنية` are one phrase.
    fn bare<'w>(&self, word: &'w str) -> &'w str {
        self.affixes.without_article(word, 4).unwrap_or(word)
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

/// The letter that a scanner reads as this digit; `one` for 1, which stands for two letters.
fn meant_letter(sign: char, one: char) -> Option<char> {
    match sign {
        '0' => Some('o'),
        '1' => Some(one),
        '5' => Some('s'),
        '8' => Some('b'),
        '2'..='9' => None,
        letter => Some(letter),
    }
}

fn step_key(node: u32, word: u32) -> u64 {
    join(u64::from(node), u64::from(word))
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
        let files = std::collections::BTreeMap::from([(
            "affixes.toml".to_owned(),
            "article = [\"ال\"]\n[joined]\n\"ت\" = \"ة\"\n".to_owned(),
        )]);
        let affixes = Affixes::read(&files).unwrap();
        let mut lexicon = Lexicon::new(&clitics, &endings, &affixes);
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
