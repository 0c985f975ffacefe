//! Light stems of Tamazight, in Latin letters.
//!
//! A noun begins with a vowel that changes with its state (`akal`, `wakal`, `ukal`), a feminine one stands
//! between `t` and `t`, and most plurals begin with `i` and end in `n`. What is left without them is alike
//! in singular and plural, in both states. The neutral vowel `e` is not written in standard spelling, so it
//! counts for nothing.

/// The possible stems of a folded word; the word without neutral vowels is the first.
pub(super) fn stems(word: &str) -> Vec<String> {
    let word = word.replace('e', "");
    let word = word.as_str();
    let mut stems = vec![word.to_owned()];
    let mut add = |stem: &str| {
        if stem.chars().count() >= 2 && !stems.iter().any(|known| known == stem) {
            stems.push(stem.to_owned());
        }
    };
    let feminine = word.strip_prefix('t').filter(|rest| rest.starts_with(is_vowel));
    let inner = feminine
        .or_else(|| word.strip_prefix(['w', 'y']).filter(|rest| rest.starts_with(is_vowel)))
        .unwrap_or(word);
    let bare = inner.trim_start_matches(is_vowel);
    if bare.len() == word.len() {
        return stems;
    }
    add(bare);
    for ending in ["iwin", "awin", "awn", "iwn", "wan", "in", "an", "n", "t"] {
        if let Some(rest) = bare.strip_suffix(ending) {
            add(rest);
        }
    }
    stems
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'i' | 'u')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_and_plurals_share_a_stem() {
        let share = |left: &str, right: &str| {
            let right = stems(right);
            assert!(stems(left).iter().any(|stem| right.contains(stem)), "{left} {right:?}");
        };
        share("akal", "wakal");
        share("argaz", "urgaz");
        share("afllah", "ifellahen");
        share("tamdint", "timdinin");
        share("adlis", "idlisn");
        share("tamɣart", "timɣarin");
    }
}
