//! Light stems of Arabic and Darija.
//!
//! A word has several possible stems, since a first letter may be a clitic or belong to the word (`وراق`).
//! All of them are terms: question and document share the right one, and a wrong one is rare.

use super::root;

/// What may stand before a noun: conjunctions and prepositions with the article, then alone. Longest first.
const ARTICLES: [&str; 12] =
    ["وبال", "فبال", "وال", "فال", "بال", "كال", "ولل", "فلل", "هال", "عال", "ال", "لل"];
/// One-letter clitics: and, in or then, with, for, like.
const CLITICS: [&str; 5] = ["و", "ف", "ب", "ل", "ك"];
/// Aspect and person before a verb of Darija, and the future.
const ASPECTS: [&str; 13] =
    ["غادي", "كاي", "كان", "كات", "كي", "كت", "كن", "تي", "تت", "تن", "غي", "غت", "غن"];
/// What may stand behind: plurals, feminine, pronouns, the second half of a negation. Longest first.
const ENDINGS: [&str; 22] = [
    "تيهم", "اتها", "اتهم", "كمش", "هاش", "وها", "يات", "تها", "تهم", "ات", "ين", "ون", "ان", "ها",
    "هم", "كم", "نا", "وا", "يه", "ته", "تي", "وش",
];
/// One-letter endings: feminine, his, my or adjective, your, they.
const SHORT_ENDINGS: [&str; 5] = ["ه", "ي", "ك", "و", "ش"];
/// Below this many letters nothing is taken away.
const SHORTEST: usize = 3;

/// The possible stems of a folded word, the word itself not among them unless nothing can be taken away.
pub(super) fn stems(word: &str) -> Vec<String> {
    let mut stems: Vec<String> = Vec::new();
    for start in starts(word) {
        let bare = without_ending(start);
        for stem in [start, bare] {
            if !stems.iter().any(|known| known == stem) {
                stems.push(stem.to_owned());
            }
        }
    }
    stems
}

/// The roots of a word's stems, so that `والكتب` and `كتاب` meet.
pub(super) fn roots(stems: &[String]) -> Vec<String> {
    stems.iter().map(|stem| root(stem)).filter(|root| root.chars().nth(1).is_some()).collect()
}

/// The word, and the word without what may stand before it.
fn starts(word: &str) -> Vec<&str> {
    if let Some(rest) = ARTICLES.iter().find_map(|article| without(word, article)) {
        // The article says that this is a noun: nothing else is a prefix.
        return vec![rest];
    }
    let mut starts = vec![word];
    if let Some(rest) = CLITICS.iter().find_map(|clitic| without(word, clitic)) {
        starts.push(rest);
        if let Some(verb) = ASPECTS.iter().find_map(|aspect| without(rest, aspect)) {
            starts.push(verb);
        }
    }
    if let Some(rest) = ASPECTS.iter().find_map(|aspect| without(word, aspect)) {
        starts.push(rest);
    }
    if let Some(rest) = without(word, "ما").filter(|rest| rest.ends_with('ش')) {
        starts.push(rest);
    }
    starts
}

fn without<'w>(word: &'w str, prefix: &str) -> Option<&'w str> {
    word.strip_prefix(prefix).filter(|rest| rest.chars().count() >= SHORTEST)
}

fn without_ending(word: &str) -> &str {
    let fits = |rest: &&str| rest.chars().count() >= SHORTEST;
    ENDINGS
        .iter()
        .chain(&SHORT_ENDINGS)
        .find_map(|ending| word.strip_suffix(ending).filter(fits))
        .unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, stem: &str) {
        assert!(stems(word).iter().any(|own| own == stem), "{word}: {:?}", stems(word));
    }

    #[test]
    fn clitics_articles_aspects_and_endings_go() {
        check("الكتاب", "كتاب");
        check("والكتب", "كتب");
        check("بالمدرسه", "مدرس");
        check("للمواطنين", "مواطن");
        check("وراقي", "وراق");
        check("كيكتب", "كتب");
        check("غادييمشيو", "يمشي");
        check("ماكاينش", "كاين");
        check("شهادات", "شهاد");
        check("ولد", "ولد");
        check("دارهم", "دارهم");
    }

    #[test]
    fn a_broken_plural_has_the_root_of_its_singular() {
        let share = |left: &str, right: &str| {
            let right = roots(&stems(right));
            assert!(
                roots(&stems(left)).iter().any(|root| right.contains(root)),
                "{left} {right:?}"
            );
        };
        share("كتاب", "والكتب");
        share("وثيقه", "الوثائق");
        share("رسم", "الرسوم");
        share("شرط", "شروط");
    }
}
