//! Which commune a document holds for, and which a question names.
//!
//! Names are compared by the consonants of their words, so that `Aït Oumghar`, `آيت أومغار` and `Ayt Umɣar` are
//! one commune.

use std::collections::BTreeSet;

use language::analyze::{TermKind, terms};

use super::phrases::Phrases;
use crate::document::Facts;

/// A word of fewer consonants (Aït, Sidi, Oued) stands in too many names to tell one.
const TELLING: usize = 3;

/// A commune, as a document names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Commune {
    /// Its name, as it is written.
    pub(super) name: String,
    /// How each telling word of its name may sound.
    words: Vec<BTreeSet<String>>,
}

impl Commune {
    fn of_name(name: &str) -> Option<Self> {
        let name = name.trim();
        let all = sounds(name);
        let telling = telling(&all);
        let words = if telling.is_empty() { all } else { telling };
        (!words.is_empty()).then(|| Self { name: name.to_owned(), words })
    }

    /// Whether both names are the same commune's.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.is_in(&other.words) || other.is_in(&self.words)
    }

    /// Whether a text names it.
    pub(super) fn is_named_in(&self, text: &str) -> bool {
        // Words that tell no name are left out of it, so they may stand between.
        let all = sounds(text);
        self.is_in(&all) || self.is_in(&telling(&all))
    }

    fn is_in(&self, text: &[BTreeSet<String>]) -> bool {
        text.windows(self.words.len()).any(|window| {
            window.iter().zip(&self.words).all(|(here, wanted)| !here.is_disjoint(wanted))
        })
    }
}

/// The words with enough consonants to tell a name.
fn telling(words: &[BTreeSet<String>]) -> Vec<BTreeSet<String>> {
    let long = |forms: &&BTreeSet<String>| forms.iter().any(|form| form.chars().count() >= TELLING);
    words.iter().filter(long).cloned().collect()
}

/// The commune that a document holds for: declared, else named by its institution or its title behind the
/// word for a commune.
pub(super) fn commune_of(facts: &Facts, phrases: &Phrases) -> Option<Commune> {
    if let Some(name) = &facts.commune {
        return Commune::of_name(name);
    }
    [&facts.institution, &facts.title]
        .into_iter()
        .flatten()
        .find_map(|text| phrases.spellings("commune").find_map(|word| named_behind(text, word)))
}

fn named_behind(text: &str, word: &str) -> Option<Commune> {
    let lower = text.to_lowercase();
    let tifinagh = language::tifinagh::from_latin(word);
    let (_, behind) = lower.split_once(word).or_else(|| lower.split_once(&tifinagh))?;
    // The name as it is written, where small letters take as many bytes.
    let behind = (lower.len() == text.len())
        .then(|| text.get(lower.len() - behind.len()..))
        .flatten()
        .unwrap_or(behind);
    let name = behind.split(['-', '–', '—', ';', '؛', ',', '،', '(', ')', ':', '/']).next()?;
    // `d` joins another institution in Tamazight.
    let name: Vec<&str> =
        name.split_whitespace().take_while(|word| !matches!(*word, "d" | "ⴷ")).take(4).collect();
    Commune::of_name(&name.join(" "))
}

/// How each word of a text may sound: its consonants, with and without what is written together with it.
fn sounds(text: &str) -> Vec<BTreeSet<String>> {
    let mut words: Vec<BTreeSet<String>> = Vec::new();
    let mut last = None;
    for term in terms(text, None) {
        if last != Some(term.span) {
            words.push(BTreeSet::new());
            last = Some(term.span);
        }
        if let Some(word) = words.last_mut()
            && term.kind == TermKind::Root
        {
            // The Arabic article is a part of the name elsewhere.
            if let Some(bare) = term.text.strip_prefix('l')
                && bare.chars().count() >= TELLING
            {
                word.insert(bare.to_owned());
            }
            word.insert(term.text);
        }
    }
    words.retain(|forms| !forms.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::super::phrases::of_the_pack;
    use super::*;

    fn of(institution: &str) -> Option<Commune> {
        let facts = Facts { institution: Some(institution.to_owned()), ..Facts::default() };
        commune_of(&facts, &of_the_pack())
    }

    #[test]
    fn the_commune_stands_behind_its_word() {
        let check = |institution: &str, expect: Option<&str>| {
            assert_eq!(of(institution).map(|commune| commune.name), expect.map(str::to_owned));
        };
        check("Commune de Sidi Bouzekri - régie des recettes", Some("Sidi Bouzekri"));
        check("Commune d'Aït Oumghar", Some("Aït Oumghar"));
        check("جماعة آيت أومغار - المكتب الجماعي", Some("آيت أومغار"));
        check("ⵜⴰⴳⵔⴰⵡⵜ ⵏ ⵡⴰⴷ ⵍⴰⵃⵊⴰⵔ", Some("ⵡⴰⴷ ⵍⴰⵃⵊⴰⵔ"));
        check("Tagrawt n Ayt Umɣar d tamsmunt Tifawin", Some("Ayt Umɣar"));
        check("Préfecture de la province", None);
    }

    #[test]
    fn a_name_is_known_in_every_script() {
        let check = |institution: &str, question: &str, expect: bool| {
            let commune = of(institution).unwrap();
            assert_eq!(commune.is_named_in(question), expect, "{institution}: {question}");
        };
        for institution in ["Commune d'Aït Oumghar", "جماعة آيت أومغار", "Tagrawt n Ayt Umɣar"]
        {
            for question in ["f ait oumghar wach", "بآيت أومغار؟", "ɣ Ayt Umɣar?", "ⵖ ⴰⵢⵜ ⵓⵎⵖⴰⵔ"]
            {
                check(institution, question, true);
            }
            check(institution, "combien à Sidi Bouzekri", false);
        }
        check("Commune de Sidi Bouzekri", "ورقة السكنى فسيدي بوزكري", true);
        check("Commune de Tamellalt Oulad Zarrad", "à Tamellalt Oulad Zarrad", true);
        check("جماعة واد الحجر", "a Oued Lahjar", true);
        check("جماعة واد الحجر", "ɣ wad lḥjar?", true);
        check("ⵜⴰⴳⵔⴰⵡⵜ ⵏ ⵡⴰⴷ ⵍⴰⵃⵊⴰⵔ", "واد الحجر", true);
    }
}
