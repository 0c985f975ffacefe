//! When two spellings are the same value.
//!
//! A value becomes a key; equal keys of one label word are one entity. Names in two scripts are the
//! business of [`super::crossing`].

use crate::label::Compare;
use crate::label::letters::{fold_alphanumeric, is_ignorable};
use language::digits::digit_value;

/// The key of a value. `country_code`: the telephone prefix to take off, digits only.
pub(super) fn key(value: &str, compare: Compare, country_code: &str) -> String {
    let key = match compare {
        Compare::Compact => compact(value),
        Compare::Phone => national(&compact(value), country_code),
        Compare::Tokens => tokens(value).join("-"),
        Compare::Lower => {
            fold_case(value).chars().filter(|character| !character.is_whitespace()).collect()
        }
        Compare::Exact => value.to_owned(),
        Compare::Name => {
            let mut tokens = name_tokens(value);
            tokens.sort();
            tokens.join(" ")
        }
    };
    // A value without a letter or digit is only equal to itself.
    if key.is_empty() { format!("={value}") } else { key }
}

/// The folded tokens of a name in their order, without a Latin article that stands apart: El Fassi and
/// Fassi are one family.
pub(super) fn name_tokens(value: &str) -> Vec<String> {
    let all = tokens(value);
    let without: Vec<String> =
        all.iter().filter(|token| !matches!(token.as_str(), "el" | "al")).cloned().collect();
    if without.is_empty() { all } else { without }
}

/// Whether a token of a name is only its first letter.
pub(super) fn is_initial(token: &str) -> bool {
    token.chars().nth(1).is_none()
}

/// The runs of letters and digits of a value, folded.
pub(super) fn tokens(value: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut token = String::new();
    for character in value.chars().filter(|&character| !is_ignorable(character)) {
        match fold_alphanumeric(character) {
            Some(folded) => token.push(folded),
            None if token.is_empty() => {}
            None => tokens.push(std::mem::take(&mut token)),
        }
    }
    if !token.is_empty() {
        tokens.push(token);
    }
    tokens
}

/// The letters and digits of a value, folded.
pub(super) fn compact(value: &str) -> String {
    value
        .chars()
        .filter(|&character| !is_ignorable(character))
        .filter_map(fold_alphanumeric)
        .collect()
}

/// The value in lower case, digits in ASCII, without invisible marks.
pub(super) fn fold_case(value: &str) -> String {
    value.chars().filter(|&character| !is_ignorable(character)).map(fold_one_case).collect()
}

/// One character in lower case, a digit in ASCII.
pub(super) fn fold_one_case(character: char) -> char {
    match digit_value(character) {
        Some(value) => char::from(b'0' + value),
        None if character.is_ascii() => character.to_ascii_lowercase(),
        // Arabic has no case.
        None if matches!(character, '\u{600}'..='\u{6FF}') => character,
        None => character.to_lowercase().next().unwrap_or(character),
    }
}

/// The ways to write a national telephone number before its own digits.
pub(super) fn phone_spellings(national: &str, country_code: &str) -> Vec<String> {
    let mut spellings = vec![national.to_owned()];
    match national.strip_prefix('0') {
        Some(own) if !country_code.is_empty() => {
            for prefix in ["", "00"] {
                spellings.push(format!("{prefix}{country_code}{own}"));
                spellings.push(format!("{prefix}{country_code}0{own}"));
            }
        }
        Some(_) => {}
        None => spellings.push(format!("00{national}")),
    }
    spellings
}

/// A number without its international prefix where that is the country's own.
fn national(digits: &str, country_code: &str) -> String {
    const SHORTEST_OWN: usize = 8;
    let international = digits.strip_prefix("00").unwrap_or(digits);
    if country_code.is_empty() {
        return international.to_owned();
    }
    match international.strip_prefix(country_code) {
        Some(own) if own.len() >= SHORTEST_OWN => {
            format!("0{}", own.strip_prefix('0').unwrap_or(own))
        }
        _ => international.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(compare: Compare, same: &[&str], other: &[&str]) {
        let keys: Vec<_> = same.iter().map(|value| key(value, compare, "212")).collect();
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{keys:?}");
        for value in other {
            assert_ne!(key(value, compare, "212"), keys[0], "{value}");
        }
    }

    #[test]
    fn the_same_value_written_differently() {
        check(
            Compare::Compact,
            &["DA48213", "da 48213", "DA-٤٨٢١٣", "D\u{200f}A48213"],
            &["DA48214"],
        );
        check(
            Compare::Phone,
            &[
                "0662 18 45 09",
                "+212 662-184509",
                "00212662184509",
                "212 (0) 662 18 45 09",
                "٠٦٦٢١٨٤٥٠٩",
            ],
            &["0662184508", "+33662184509"],
        );
        check(Compare::Phone, &["+33 6 12 34 56 78", "0033612345678"], &["0612345678"]);
        check(
            Compare::Tokens,
            &["417/2102/2025", "417-2102-2025", "٤١٧ / ٢١٠٢ / ٢٠٢٥"],
            &["4172/102/2025"],
        );
        check(Compare::Lower, &["A.B@x.ma", "a.b@X.MA"], &["ab@x.ma"]);
        check(Compare::Exact, &["pass"], &["Pass", "pass "]);
        check(
            Compare::Name,
            &["Zineb OUKACHA", "Oukacha Zineb", "zineb  oukacha", "Zïneb\nOukacha"],
            &["Zineb Oukach", "Zineb"],
        );
        check(Compare::Name, &["Othmane El Fassi", "FASSI Othmane"], &["Othmane", "El Fassi"]);
        check(Compare::Name, &["أحمد العلوي", "احمد العلوى", "أحمـــد العلوي"], &["محمد العلوي"]);
    }

    #[test]
    fn values_without_letters_stay_apart() {
        check(Compare::Compact, &["--"], &["-", "..", ""]);
    }
}
