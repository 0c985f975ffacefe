//! Choices: options before a model, and which of them its answer names.

use crate::metric::comparable;

/// The letters before options, as prompts show them.
pub(crate) const LETTERS: [char; 10] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'];

/// Words between letters that are both meant.
const JOINING: [&str; 5] = ["ou", "or", "et", "and", "أو"];

/// The options one a line, each behind its letter.
pub(crate) fn shown(options: &[String]) -> String {
    let lines = LETTERS.iter().zip(options).map(|(letter, option)| format!("{letter}) {option}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The option that an answer names, or `None` where it names none or several. In this order: an answer that is an
/// option; one that begins with a letter and a mark behind it (`B)`, `**B**`, `B.`); the only letter that stands
/// alone (`Réponse : B`); the only option that the answer holds.
pub fn read_choice(answer: &str, options: &[String]) -> Option<usize> {
    let said = comparable(answer);
    if said.is_empty() {
        return None;
    }
    let compared: Vec<String> = options.iter().map(|option| comparable(option)).collect();
    if let Some(place) = only(compared.iter().map(|option| *option == said)) {
        return Some(place);
    }
    let letters = LETTERS.get(..options.len()).unwrap_or(&LETTERS);
    if let Some(place) = first_letter(answer, letters) {
        return Some(place);
    }
    let alone = letters_alone(answer);
    if let Some(place) = only(letters.iter().map(|letter| alone.contains(letter))) {
        return Some(place);
    }
    if alone.iter().any(|letter| letters.contains(letter)) {
        return None;
    }
    only(compared.iter().map(|option| !option.is_empty() && said.contains(option.as_str())))
}

/// The place of the only one that holds.
fn only(holds: impl Iterator<Item = bool>) -> Option<usize> {
    let mut places = holds.enumerate().filter_map(|(place, holds)| holds.then_some(place));
    let first = places.next()?;
    places.next().is_none().then_some(first)
}

/// The letter with which an answer begins, when nothing that belongs to a word follows it.
fn first_letter(answer: &str, letters: &[char]) -> Option<usize> {
    let begun = answer.trim_start_matches(|own: char| !own.is_alphanumeric());
    let mut characters = begun.chars();
    let first = characters.next()?.to_ascii_uppercase();
    let follows = characters.next();
    // `A b…` may be a word of French or English; `A)` is none.
    let ends =
        follows.is_none_or(|own| !own.is_alphanumeric() && own != ' ' && own != '\'' && own != '’');
    let place = letters.iter().position(|letter| *letter == first)?;
    ends.then_some(place)
}

/// Capital letters that are no part of a word, and that no word follows.
fn letters_alone(answer: &str) -> Vec<char> {
    let characters: Vec<char> = answer.chars().collect();
    let at = |place: Option<usize>| place.and_then(|place| characters.get(place)).copied();
    let mut alone = Vec::new();
    for (place, own) in characters.iter().enumerate() {
        let before = at(place.checked_sub(1));
        let after = at(Some(place + 1));
        let joins = |other: Option<char>| {
            other.is_some_and(|own| own.is_alphanumeric() || own == '\'' || own == '’')
        };
        // `A mon avis`, `A card`: there the letter is a word.
        let rest: String = characters.iter().skip(place + 1).take(8).collect();
        let next = rest.strip_prefix(' ').and_then(|rest| rest.split_whitespace().next());
        let word_follows = next.is_some_and(|word| {
            word.starts_with(char::is_alphanumeric) && !JOINING.contains(&word)
        });
        if own.is_ascii_uppercase() && !joins(before) && !joins(after) && !word_follows {
            alone.push(*own);
        }
    }
    alone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_read() {
        let options: Vec<String> =
            ["un passeport", "une carte", "الماء", "de l'eau"].map(str::to_owned).to_vec();
        let check = |answer: &str, expect: Option<usize>| {
            assert_eq!(read_choice(answer, &options), expect, "{answer:?}");
        };
        check("B", Some(1));
        check("b", Some(1));
        check(" **B**", Some(1));
        check("B) une carte", Some(1));
        check("(D)", Some(3));
        check("C.\nParce que", Some(2));
        check("Réponse : B", Some(1));
        check("La bonne réponse est D.", Some(3));
        check("الجواب: C", Some(2));
        check("Une carte.", Some(1));
        check("الماء", Some(2));
        check("Il faut une carte, je pense", Some(1));
        check("A mon avis une carte", Some(1));
        check("A mon avis, C", Some(2));
        check("A ou B", None);
        check("A ou B : une carte", None);
        check("une carte ou un passeport", None);
        check("E", None);
        check("Je ne sais pas", None);
        check("", None);
        check("…", None);
        check("Bien sûr", None);
        check("D'accord", None);
    }

    #[test]
    fn options_are_shown() {
        assert_eq!(shown(&["x".to_owned(), "y".to_owned()]), "A) x\nB) y");
    }
}
