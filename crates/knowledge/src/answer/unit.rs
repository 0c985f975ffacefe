//! The smallest things that are quoted: a row of a table or a sentence.
//!
//! Never more than a sentence: emphasis that a format marks ends with a sentence, so a quote stands in the
//! file letter by letter too.

use crate::passage::Passage;

/// A label has so many characters at most.
const LONGEST_LABEL: usize = 40;

/// A piece of a passage that can be quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit<'p> {
    /// The words and the colon before it, which say what it is about.
    pub(super) label: &'p str,
    /// Its text, as it stands in the document.
    pub(super) text: &'p str,
    /// Where it begins in the document's text, in code points.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
}

/// The pieces of a passage. The header that a cut table repeats belongs to an earlier passage.
pub(super) fn units(passage: &Passage) -> Vec<Unit<'_>> {
    let own = passage.end.saturating_sub(passage.start);
    let repeated = passage.text.chars().count().saturating_sub(own);
    let mut units = Vec::new();
    let mut at = 0;
    for line in passage.text.split('\n') {
        let length = line.chars().count();
        if at >= repeated {
            let start = passage.start + at - repeated;
            if line.contains(" | ") {
                add(&mut units, "", line, start);
            } else {
                let (mut label, rest) = labelled(line);
                let mut inside = start + label.chars().count();
                for sentence in sentences(rest) {
                    add(&mut units, label.trim(), sentence, inside);
                    inside += sentence.chars().count();
                    label = "";
                }
            }
        }
        at += length + 1;
    }
    units
}

/// A line as its label, up to the colon, and the rest; formats set labels off in bold.
fn labelled(line: &str) -> (&str, &str) {
    let colon = line.char_indices().take(LONGEST_LABEL).find(|(_, letter)| *letter == ':');
    let Some((label, rest)) = colon.and_then(|(place, _)| line.split_at_checked(place + 1)) else {
        return ("", line);
    };
    if rest.starts_with(char::is_whitespace) && !rest.trim().is_empty() {
        (label, rest)
    } else {
        ("", line)
    }
}

fn add<'p>(units: &mut Vec<Unit<'p>>, label: &'p str, text: &'p str, start: usize) {
    let trimmed = text.trim_start();
    let start = start + text.chars().count() - trimmed.chars().count();
    let trimmed = trimmed.trim_end();
    if trimmed.chars().any(char::is_alphanumeric) {
        units.push(Unit { label, text: trimmed, start, end: start + trimmed.chars().count() });
    }
}

/// A text cut behind the ends of its sentences; together they are the text.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut rest = text;
    while let Some(end) = next_end(rest) {
        let (sentence, behind) = rest.split_at(end);
        sentences.push(sentence);
        rest = behind;
    }
    if !rest.is_empty() {
        sentences.push(rest);
    }
    sentences
}

/// Behind the first mark that ends a sentence: white space follows, then no small Latin letter.
fn next_end(text: &str) -> Option<usize> {
    for (place, letter) in text.char_indices() {
        if !matches!(letter, '.' | '!' | '?' | '؟' | '۔') {
            continue;
        }
        let behind = place + letter.len_utf8();
        let (_, rest) = text.split_at_checked(behind)?;
        let next = rest.trim_start();
        let spaced = rest.len() > next.len();
        let begins = next.chars().next().is_some_and(|next| {
            // A number behind a full stop may be an article's; behind a question it is the answer.
            !next.is_lowercase() && (letter != '.' || !next.is_numeric())
        });
        if spaced && begins {
            return Some(behind);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn passage(text: &str, repeated: usize) -> Passage {
        let own = text.chars().count() - repeated;
        Passage { headings: vec![], text: text.to_owned(), start: 100, end: 100 + own, page: None }
    }

    #[test]
    fn rows_items_and_sentences_are_units() {
        let check = |text: &str, repeated: usize, expect: &[(&str, usize)]| {
            let passage = passage(text, repeated);
            let seen: Vec<(&str, usize)> =
                units(&passage).into_iter().map(|unit| (unit.text, unit.start)).collect();
            assert_eq!(seen, expect);
        };
        check(
            "Cas | Montant\nAdulte | 550 DH",
            0,
            &[("Cas | Montant", 100), ("Adulte | 550 DH", 114)],
        );
        check("Cas | Montant\nAdulte | 550 DH", 14, &[("Adulte | 550 DH", 100)]);
        check("un. Deux.\n—\ntrois", 0, &[("un.", 100), ("Deux.", 104), ("trois", 112)]);
        check("Adulte : 5 DH. Fin", 0, &[("5 DH.", 109), ("Fin", 115)]);
        check("Combien ? 5 DH", 0, &[("Combien ?", 100), ("5 DH", 110)]);
    }

    #[test]
    fn sentences_end_where_they_end() {
        let check = |text: &str, expect: &[&str]| assert_eq!(sentences(text), expect);
        check("Un. Deux ? Trois", &["Un.", " Deux ?", " Trois"]);
        check("art. 5, n. b et 2.5 % restent", &["art. 5, n. b et 2.5 % restent"]);
        check("أولا. ثانيا؟ نعم", &["أولا.", " ثانيا؟", " نعم"]);
    }

    proptest! {
        #[test]
        fn ranges_name_the_units(text in "[a-zA-Zعé. |\n😀]{0,800}") {
            let passage = passage(&text, 0);
            let all: Vec<char> = text.chars().collect();
            for unit in units(&passage) {
                let own: String = all[unit.start - 100..unit.end - 100].iter().collect();
                prop_assert_eq!(own, unit.text);
            }
        }
    }
}
