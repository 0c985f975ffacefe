//! Values that the installation knows and does not keep: only keyed hashes of them.
//!
//! A list of staff is personal data of its own. It is kept as HMAC-SHA256 (RFC 2104) values under a key
//! of the installation, cut to 64 bits for the first word and 128 bits for the whole value, sorted and
//! without repetition: the file says how many values there are and how many first words differ, no more.
//! Whoever holds file **and** key can test guesses. A text is matched by hashing each of its words once;
//! only behind a first word of the list are whole values hashed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use hkdf::Hkdf;
use hkdf::hmac::{Hmac, KeyInit, Mac};
use language::ByteSpan;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::phrases::{joins, readings};
use crate::Kind;
use crate::find::View;
use crate::pack::PackError;

/// The most words of a hidden value.
const MOST_WORDS: usize = 8;
/// The fewest letters and digits of one.
const SHORTEST: usize = 4;

const HEAD: &str = "\
# Values that Igudar protects here, as keyed hashes: the file alone gives none of them away.
# Written by `igudar dictionary import-staff` and `igudar correct`; not to be edited by hand.
what\thash\ttype
";

type First = [u8; 8];
type Whole = [u8; 16];

/// The key under which an installation hashes hidden values. `Debug` masks it.
#[derive(Clone)]
pub struct HidingKey(Hmac<Sha256>);

impl HidingKey {
    /// Derives the key from the installation's master key.
    pub fn derive(master: &[u8; 32]) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        let expanded = Hkdf::<Sha256>::new(None, master)
            .expand(b"igudar hidden values v1", secret.as_mut_slice());
        // Only an output beyond 255 blocks fails, and this is one block.
        debug_assert!(expanded.is_ok());
        // HMAC takes a key of any length.
        let block = Hmac::new_from_slice(secret.as_slice());
        Self(
            block
                .unwrap_or_else(|_| Hmac::new(&hkdf::hmac::digest::Key::<Hmac<Sha256>>::default())),
        )
    }

    fn hash<const N: usize>(&self, what: u8, text: &str) -> [u8; N] {
        let mut mac = self.0.clone();
        mac.update(&[what]);
        mac.update(text.as_bytes());
        let full = mac.finalize().into_bytes();
        let mut cut = [0; N];
        cut.iter_mut().zip(full.iter()).for_each(|(to, from)| *to = *from);
        cut
    }

    fn first(&self, word: &str) -> First {
        self.hash(b'f', word)
    }

    fn whole(&self, words: &str) -> Whole {
        self.hash(b'w', words)
    }
}

impl fmt::Debug for HidingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HidingKey(…)")
    }
}

/// What came of adding a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is in the list now.
    New,
    /// It was there.
    Already,
    /// It says too little: under four letters and digits, or a person's single word.
    TooShort,
    /// It has more words than a value has.
    TooLong,
}

/// The hashes of hidden values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HiddenList {
    first: BTreeSet<First>,
    whole: BTreeMap<Whole, Kind>,
    /// The same values with their words in another order.
    turned: BTreeMap<Whole, Kind>,
}

impl HiddenList {
    /// Reads the list's file; `file` names it in errors.
    pub fn read(file: &str, content: &str) -> Result<Self, PackError> {
        let mut list = Self::default();
        for (index, line) in content.lines().enumerate() {
            if line.starts_with('#') || line.starts_with("what\t") || line.trim().is_empty() {
                continue;
            }
            let columns: Vec<&str> = line.split('\t').collect();
            let read = match columns.as_slice() {
                ["first", hash, ""] => bytes(hash).map(|hash| list.first.insert(hash)).is_some(),
                ["whole" | "turned", hash, kind @ ..] => {
                    let whole = line.starts_with("whole");
                    let hashes = if whole { &mut list.whole } else { &mut list.turned };
                    let kind = kind.first().and_then(|kind| Kind::that_labels_hold(kind));
                    let entry = bytes(hash).zip(kind);
                    entry.map(|(hash, kind)| hashes.insert(hash, kind)).is_some()
                }
                _ => false,
            };
            if !read {
                let message =
                    "a line is `first`, `whole` or `turned`, a hash and a type, with tabs between.";
                return Err(PackError::at(file, index + 1, message));
            }
        }
        Ok(list)
    }

    /// The list's file.
    pub fn write(&self) -> String {
        let mut out = HEAD.to_owned();
        for first in &self.first {
            out.extend(["first\t", &hex(first), "\t\n"]);
        }
        for (what, hashes) in [("whole", &self.whole), ("turned", &self.turned)] {
            for (hash, kind) in hashes {
                out.extend([what, "\t", &hex(hash), "\t", kind.as_str(), "\n"]);
            }
        }
        out
    }

    /// Adds a value. A person's name counts in the other usual orders of its words too.
    pub fn add(&mut self, value: &str, kind: &Kind, names: bool, key: &HidingKey) -> Added {
        let words = words_of(value);
        let signs: usize = words.iter().map(|word| word.chars().count()).sum();
        if signs < SHORTEST || (names && words.len() < 2) {
            return Added::TooShort;
        }
        if words.len() > MOST_WORDS {
            return Added::TooLong;
        }
        let whole = key.whole(&words.join(" "));
        if self.whole.contains_key(&whole) {
            return Added::Already;
        }
        self.whole.insert(whole, kind.clone());
        self.first.extend(words.first().map(|word| key.first(word)));
        if names {
            for order in orders(&words) {
                self.turned.insert(key.whole(&order.join(" ")), kind.clone());
                self.first.extend(order.first().map(|word| key.first(word)));
            }
        }
        Added::New
    }

    /// Takes a value out; false where it is not in the list. Hashes of first words stay, since other
    /// values may begin with them.
    pub fn remove(&mut self, value: &str, key: &HidingKey) -> bool {
        let words = words_of(value);
        for order in orders(&words) {
            self.turned.remove(&key.whole(&order.join(" ")));
        }
        self.whole.remove(&key.whole(&words.join(" "))).is_some()
    }

    /// The kind under which a value is in the list.
    pub fn kind_of(&self, value: &str, key: &HidingKey) -> Option<&Kind> {
        self.whole.get(&key.whole(&words_of(value).join(" ")))
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.whole.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty()
    }

    /// The kinds of the values, some of them several times.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.whole.values()
    }

    /// Where hidden values stand in a view, longest first at each place.
    pub(super) fn spans_in(&self, view: &View<'_>, key: &HidingKey) -> Vec<(ByteSpan, Kind)> {
        let mut known: HashMap<&str, bool> = HashMap::new();
        let mut spans = Vec::new();
        for (index, token) in view.tokens().iter().enumerate() {
            for (skipped, word) in readings(view, token) {
                let begins =
                    *known.entry(word).or_insert_with(|| self.first.contains(&key.first(word)));
                if begins && let Some((end, kind)) = self.longest_from(view, key, index, word) {
                    let span = ByteSpan::new(token.span.start + skipped, end);
                    spans.push((span, kind.clone()));
                }
            }
        }
        spans
    }

    fn longest_from(
        &self,
        view: &View<'_>,
        key: &HidingKey,
        first: usize,
        word: &str,
    ) -> Option<(usize, &Kind)> {
        let mut words = Zeroizing::new(word.to_owned());
        let mut longest = None;
        for (count, token) in view.tokens().iter().skip(first).take(MOST_WORDS).enumerate() {
            if count > 0 {
                if !joins(view.gap_before(first + count)) {
                    break;
                }
                words.push(' ');
                words.push_str(view.token_folded(token));
            }
            let hash = key.whole(&words);
            if let Some(kind) = self.whole.get(&hash).or_else(|| self.turned.get(&hash)) {
                longest = Some((token.span.end, kind));
            }
        }
        longest
    }
}

fn words_of(value: &str) -> Vec<String> {
    let view = View::new(value);
    view.tokens().iter().map(|token| view.token_folded(token).to_owned()).collect()
}

/// The other usual orders of a name's words: family name first, family name last.
fn orders(words: &[String]) -> Vec<Vec<String>> {
    let mut orders: Vec<Vec<String>> = Vec::new();
    for turn in [1, words.len().saturating_sub(1)] {
        let mut order = words.to_vec();
        if turn < order.len() {
            order.rotate_left(turn);
        }
        if order != words && !orders.contains(&order) {
            orders.push(order);
        }
    }
    orders
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if hex.len() != 2 * N {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> HidingKey {
        HidingKey::derive(&[byte; 32])
    }

    fn list() -> HiddenList {
        let mut list = HiddenList::default();
        let person = Kind::new("person");
        for name in ["Zineb Ait Oukacha", "محمد العلوي", "Karim BENNANI"] {
            assert_eq!(list.add(name, &person, true, &key(1)), Added::New);
        }
        assert_eq!(list.add("ZX-4471", &Kind::new("badge"), false, &key(1)), Added::New);
        list
    }

    fn check(text: &str, expect: &[&str]) {
        let view = View::new(text);
        let spans = list().spans_in(&view, &key(1));
        let got: Vec<_> = spans.iter().map(|(span, _)| view.source_span(*span).of(text)).collect();
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn hidden_values_are_found_however_they_are_written() {
        check(
            "Mme zineb aït-oukacha et Oukacha Zineb Aït",
            &["zineb aït-oukacha", "Oukacha Zineb Aït"],
        );
        check("BENNANI Karim; karim; Bennani", &["BENNANI Karim"]);
        check("قال لمحمّد العلوي", &["محمّد العلوي"]);
        check("badge zx 4471, zx 44712", &["zx 4471"]);
    }

    #[test]
    fn the_file_gives_nothing_away_and_comes_back() {
        let list = list();
        let file = list.write();
        for part in ["zineb", "Zineb", "oukacha", "محمد", "bennani", "4471"] {
            assert!(!file.contains(part), "{part}");
        }
        assert_eq!(HiddenList::read("staff.tsv", &file).unwrap(), list);
        let view = View::new("Zineb Ait Oukacha");
        assert!(
            list.spans_in(&view, &key(2)).is_empty(),
            "another installation's key finds nothing"
        );
        let error = HiddenList::read("staff.tsv", "# x\nwhole\tab\tperson\n").unwrap_err();
        assert_eq!(error.line, Some(2));
    }

    #[test]
    fn values_are_added_once_and_taken_out() {
        let mut list = list();
        let person = Kind::new("person");
        assert_eq!(list.add("karim bennani", &person, true, &key(1)), Added::Already);
        assert_eq!(list.add("Karim", &person, true, &key(1)), Added::TooShort);
        assert_eq!(list.add("a b", &person, true, &key(1)), Added::TooShort);
        assert_eq!(list.add("a b c d e f g h i", &person, true, &key(1)), Added::TooLong);
        assert!(list.remove("Karim Bennani", &key(1)));
        assert!(!list.remove("Karim Bennani", &key(1)));
        assert!(list.spans_in(&View::new("Bennani Karim"), &key(1)).is_empty());
        assert_eq!(list.len(), 3);
    }
}
