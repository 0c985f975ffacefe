//! What a pack says about made-up values of the same form: `surrogates.toml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use language::digits::digit_value;
use serde::Deserialize;
use toml::Spanned;

use super::error::PackError;
use super::toml_file::read_toml;
use crate::Kind;
use crate::find::identifiers::checks::{Check, iban_passes};

/// The file's name in a pack.
pub(crate) const FILE: &str = "surrogates.toml";

/// The safe made-up values of each kind; a kind without any has none. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Surrogates(Arc<BTreeMap<Kind, Form>>);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormText {
    #[expect(dead_code, reason = "written for the reader of the pack")]
    source: String,
    forms: Vec<Spanned<String>>,
    highest: u32,
    fails: Option<Fails>,
    #[serde(default)]
    grouped: bool,
    #[serde(default)]
    formats: Vec<String>,
}

/// A check that made-up values must not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Fails {
    Mod97,
    Luhn,
    Iban,
}

#[derive(Debug, Clone)]
struct Form {
    forms: Vec<String>,
    highest: u32,
    fails: Option<Fails>,
    grouped: bool,
    formats: Vec<String>,
}

impl Surrogates {
    /// Reads the `surrogates.toml` of a pack; `file` names the source in errors.
    pub fn read(file: &str, content: &str) -> Result<Self, PackError> {
        let written: BTreeMap<Kind, FormText> = read_toml(file, content)?;
        let mut all = BTreeMap::new();
        for (kind, text) in written {
            for form in &text.forms {
                let numbers =
                    form.get_ref().matches("{n}").count() + form.get_ref().matches("{h}").count();
                if numbers + usize::from(form.get_ref().contains('#')) != 1 {
                    let before = content.get(..form.span().start).unwrap_or_default();
                    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
                    let message = "a form holds one running number: {n}, {h} or a run of #.";
                    return Err(PackError::at(file, line, message).with_key("forms"));
                }
            }
            let forms: Vec<String> = text.forms.into_iter().map(Spanned::into_inner).collect();
            let FormText { highest, fails, grouped, formats, .. } = text;
            all.insert(kind, Form { forms, highest, fails, grouped, formats });
        }
        Ok(Self(Arc::new(all)))
    }

    /// The kinds that have safe made-up values.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.0.keys()
    }

    /// Whether values of this kind have safe made-up ones that are numbers of digits alone.
    pub fn is_number(&self, kind: &Kind) -> bool {
        let plain = |form: &String| form.bytes().all(|byte| byte == b'#' || byte.is_ascii_digit());
        self.0.get(kind).is_some_and(|form| form.forms.iter().all(plain))
    }

    /// Whether a `format` of JSON Schema asks for values of this kind.
    pub fn has_format(&self, kind: &Kind, format: &str) -> bool {
        self.0.get(kind).is_some_and(|form| form.formats.iter().any(|known| known == format))
    }

    /// Whether blanks and dashes inside the values of a kind say nothing.
    pub(crate) fn is_grouped(&self, kind: &Kind) -> bool {
        self.0.get(kind).is_some_and(|form| form.grouped)
    }

    /// The made-up value of a number (from 1) that is written like `value`; `None` where there is none of
    /// this number that fails its check, or none at all. `Err` where there are no further ones.
    pub(crate) fn value(
        &self,
        kind: &Kind,
        number: u32,
        value: &str,
    ) -> Result<Option<String>, End> {
        let form = self.0.get(kind).ok_or(End)?;
        let marks = marks_of(value);
        let alike: Vec<&String> = form.forms.iter().filter(|one| marks_of(one) == marks).collect();
        let forms = if alike.is_empty() { form.forms.first().into_iter().collect() } else { alike };
        let index = usize::try_from((number.max(1) - 1) / form.highest.max(1)).map_err(|_| End)?;
        let number = (number.max(1) - 1) % form.highest.max(1) + 1;
        let made = rendered(forms.get(index).ok_or(End)?, number);
        let passes = match form.fails {
            None => false,
            Some(Fails::Mod97) => Check::Mod97.passes(&made),
            Some(Fails::Luhn) => Check::Luhn.passes(&made),
            Some(Fails::Iban) => iban_passes(&made),
        };
        if passes {
            return Ok(None);
        }
        Ok(Some(if form.grouped { poured(&made, value) } else { made }))
    }
}

/// There is no made-up value of this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End;

/// The marks in a value or a form, without repetitions: values of equal marks have the same made-up signs.
pub(crate) fn marks_of(text: &str) -> String {
    let mut marks: Vec<char> =
        text.chars().filter(|mark| !mark.is_alphanumeric() && !"{}#".contains(*mark)).collect();
    marks.sort_unstable();
    marks.dedup();
    marks.into_iter().collect()
}

fn rendered(form: &str, number: u32) -> String {
    let width = form.matches('#').count();
    let padded = format!("{number:0width$}");
    let mut digits = padded.chars().skip(padded.len().saturating_sub(width));
    let mut made = String::new();
    for character in form.chars() {
        match character {
            '#' => made.push(digits.next().unwrap_or('0')),
            other => made.push(other),
        }
    }
    made.replace("{n}", &number.to_string()).replace("{h}", &format!("{number:02x}"))
}

/// The letters and digits of `made` in the layout of `value`, where both have as many and the layout is a
/// plain one.
fn poured(made: &str, value: &str) -> String {
    let is_sign = |character: &char| character.is_alphabetic() || digit_value(*character).is_some();
    let signs: Vec<char> = made.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = value.chars().all(|character| is_sign(&character) || is_separator(character))
        && value.chars().filter(is_sign).count() == signs.len()
        && value.chars().next().is_some_and(|first| is_sign(&first))
        && value.chars().next_back().is_some_and(|last| is_sign(&last))
        && !value
            .chars()
            .zip(value.chars().skip(1))
            .any(|(one, next)| is_separator(one) && is_separator(next));
    if !plain {
        return made.to_owned();
    }
    let lower = !value.chars().any(|letter| letter.is_ascii_uppercase())
        && value.chars().any(|letter| letter.is_ascii_lowercase());
    let mut signs =
        signs.into_iter().map(|sign| match (lower, made.chars().any(char::is_uppercase)) {
            (true, _) => sign.to_ascii_lowercase(),
            (false, _) if value.chars().any(|letter| letter.is_ascii_uppercase()) => {
                sign.to_ascii_uppercase()
            }
            _ => sign,
        });
    value
        .chars()
        .map(|character| if is_sign(&character) { signs.next().unwrap_or('0') } else { character })
        .collect()
}

/// What may stand between the groups of a number.
pub(crate) fn is_separator(character: char) -> bool {
    matches!(character, ' ' | '\u{A0}' | '\u{202F}' | '-' | '.' | '/' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, number: u32, value: &str, expect: Option<&str>) {
        let moroccan = include_str!("../../../../packs/ma/surrogates.toml");
        let surrogates = Surrogates::read(FILE, moroccan).unwrap();
        let made = surrogates.value(&Kind::new(kind), number, value);
        assert_eq!(made.as_ref().ok().and_then(Option::as_deref), expect, "{kind} {number}");
    }

    #[test]
    fn made_up_values_have_the_same_form() {
        check("email", 7, "n.laroussi@example.ma", Some("personne7@example.org"));
        check("ip_address", 1, "10.20.30.40", Some("192.0.2.1"));
        check("ip_address", 255, "10.20.30.40", Some("198.51.100.1"));
        check("ip_address", 763, "10.20.30.40", None);
        check("ip_address", 3, "fe80::1", Some("2001:db8::3"));
        check("mac_address", 10, "AA-BB-CC-DD-EE-FF", Some("00-00-5E-00-53-0A"));
        check("mac_address", 10, "aabbccddeeff", Some("00005e00530a"));
        check("rib", 12, "007 780 0003284000314477 27", Some("999 999 0000000000000012 00"));
        check("card", 1, "4111 1111 1111 1111", Some("9999 0000 0000 0010"));
        check("ice", 1, "001525713000076", Some("999999900000100"));
        check("iban", 1, "MA64 0077", Some("MA00999999000000000000000100"));
        check("cin", 1, "DA48213", None);
    }

    #[test]
    fn none_of_them_passes_its_check() {
        let moroccan = include_str!("../../../../packs/ma/surrogates.toml");
        let surrogates = Surrogates::read(FILE, moroccan).unwrap();
        let made = |kind: &str| {
            let kind = Kind::new(kind);
            let all: Vec<String> = (1..2000)
                .filter_map(|number| surrogates.value(&kind, number, "").ok().flatten())
                .collect();
            assert!(all.len() > 1500, "{kind}");
            all
        };
        assert!(made("rib").iter().chain(&made("ice")).all(|one| !Check::Mod97.passes(one)));
        assert!(made("card").iter().all(|one| !Check::Luhn.passes(one)));
        assert!(made("iban").iter().all(|one| !iban_passes(one)));
    }

    #[test]
    fn a_form_without_a_number_is_named() {
        let text = "[x]\nsource = \"\"\nforms = [\n  \"a\",\n]\nhighest = 1\n";
        let error = Surrogates::read(FILE, text).unwrap_err();
        assert_eq!((error.line, error.key.as_deref()), (Some(4), Some("forms")));
    }
}
