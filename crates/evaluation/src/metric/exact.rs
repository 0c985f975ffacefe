//! Exact match.

use unicode_normalization::UnicodeNormalization as _;

/// A text as exact match compares it: NFKC, lower case, white space as single blanks, and no punctuation, quotes
/// or invisible marks around it.
pub fn comparable(text: &str) -> String {
    let lower: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = lower.split_whitespace().collect();
    words.join(" ").trim_matches(|own: char| !own.is_alphanumeric()).to_owned()
}

/// Whether an answer is the target, compared as [`comparable`] says. Texts without letters and digits are compared
/// as they are.
pub fn exact_match(answer: &str, target: &str) -> bool {
    let (compared, wanted) = (comparable(answer), comparable(target));
    if wanted.is_empty() { answer.trim() == target.trim() } else { compared == wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: &str, target: &str, expect: bool) {
        assert_eq!(exact_match(answer, target), expect, "{answer:?} {target:?}");
    }

    #[test]
    fn small_differences_of_writing_do_not_count() {
        check("Rabat", "rabat", true);
        check("  « Rabat ».\n", "Rabat", true);
        check("**Rabat**", "Rabat", true);
        check("Rabat  Salé", "rabat salé", true);
        check("ﷲ", "الله", true);
        check("e\u{301}", "é", true);
        check("Rabat Salé", "Rabat", false);
        check("", "Rabat", false);
        check("ⴰⵎⴰⵏ.", "ⴰⵎⴰⵏ", true);
        check("ary-Latn", "ary-latn", true);
        check("?", "?", true);
        check("!", "?", false);
        check("", "", true);
        check("x", "", false);
    }
}
