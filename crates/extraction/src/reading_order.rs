//! What PDF writers do to Arabic letters, undone: presentation forms become base letters, and marks of
//! direction go.

use unicode_normalization::UnicodeNormalization;

/// The text in base letters. Only presentation forms are folded: other compatibility letters (², ½, ﬁ in a
/// proper name) stay what they are, ligatures of Latin excepted, which no search would find.
pub(crate) fn letters(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{FB00}'..='\u{FB06}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => {
                folded.extend(std::iter::once(letter).nfkc());
            }
            // Marks of direction, the letter joiners that renderers add, and the lengthening stroke.
            '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}' => {}
            '\u{AD}' | '\u{640}' => {}
            _ => folded.push(letter),
        }
    }
    folded
}

/// Puts the cells of a table in the order they are read in. A PDF keeps no direction of a table: one with more
/// Arabic cells than Latin ones is read from the right, whose first column stands last in the file.
pub(crate) fn rows_from_the_right(rows: &mut [Vec<String>]) {
    let cells = || rows.iter().flatten();
    let arabic = cells().filter(|cell| cell.chars().any(is_arabic)).count();
    let latin = cells().filter(|cell| cell.chars().any(is_latin)).count();
    if arabic <= latin {
        return;
    }
    for row in rows {
        row.reverse();
        for cell in row {
            if let Some(turned) = turned(cell) {
                *cell = turned;
            }
        }
    }
}

/// A short cell of numbers and Arabic words in which the digits outweigh the letters came out from the left:
/// `درهم 1500` where the page says 1500 first.
fn turned(cell: &str) -> Option<String> {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let letters = cell.chars().filter(|letter| is_arabic(*letter)).count();
    let mixed = cell.chars().any(is_latin);
    let from_the_left = letters > 0 && digits >= letters && !mixed;
    from_the_left.then(|| cell.split_whitespace().rev().collect::<Vec<_>>().join(" "))
}

fn is_arabic(letter: char) -> bool {
    matches!(letter, '\u{620}'..='\u{64A}' | '\u{671}'..='\u{6D3}')
}

fn is_latin(letter: char) -> bool {
    letter.is_alphabetic() && letter < '\u{250}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presentation_forms_become_letters() {
        let check = |text: &str, expect: &str| assert_eq!(letters(text), expect, "{text}");
        check("\u{FEFB}", "لا");
        check("\u{FEB7}\u{FEEC}\u{FE8E}\u{FEA9}\u{FE93}", "شهادة");
        check("\u{202B}نص\u{202C}", "نص");
        check("e\u{FB03}cace m²", "efficace m²");
    }

    #[test]
    fn tables_are_read_from_their_side() {
        let check = |rows: &[&[&str]], expect: &[&[&str]]| {
            let own = |rows: &[&[&str]]| -> Vec<Vec<String>> {
                rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
            };
            let mut rows = own(rows);
            rows_from_the_right(&mut rows);
            assert_eq!(rows, own(expect));
        };
        check(
            &[&["الرسم", "الخدمة"], &["درهم 1500", "رخصة"]],
            &[&["الخدمة", "الرسم"], &["رخصة", "1500 درهم"]],
        );
        check(
            &[&["Service", "Prix"], &["Permis", "20 درهم"]],
            &[&["Service", "Prix"], &["Permis", "20 درهم"]],
        );
    }
}
