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
}
