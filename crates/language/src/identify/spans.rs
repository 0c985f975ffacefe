//! The parts of a text in one language each: the best sequence of languages over the words of a script,
//! where a change of language has a price (Viterbi). Words of different scripts do not compete.

use super::family::{Family, LATIN_COLUMNS};
use super::languages::Language;
use super::weights::{Sums, softmax};
use super::words::read_words;
use super::{Identifier, LanguageSpan};
use crate::span::ByteSpan;

type Costs = [f32; LATIN_COLUMNS];

struct Token {
    family: Family,
    span: ByteSpan,
    /// What each language of the family costs here: the negative logarithm of its probability.
    costs: Costs,
    language: Language,
}

/// The spans of `text` in languages that `allowed` takes; words that can be in none of them are in no span.
pub(super) fn find(
    identifier: &Identifier,
    text: &str,
    allowed: impl Fn(Language) -> bool,
) -> Vec<LanguageSpan> {
    let mut tokens = Vec::new();
    read_words(text, |word| {
        let mut costs = [f32::INFINITY; LATIN_COLUMNS];
        let languages = word.family.languages();
        let open = |column: usize| languages.get(column).is_some_and(|own| allowed(*own));
        let fill = |costs: &mut Costs, shares: &[f32]| {
            for (column, (cost, share)) in costs.iter_mut().zip(shares).enumerate() {
                if open(column) {
                    // A floor: one odd word does not outvote its neighbours.
                    *cost = -share.max(2e-3).ln();
                }
            }
        };
        match word.family {
            Family::Latin => {
                let mut sums = Sums::default();
                identifier.latin.add(word, &mut sums);
                fill(&mut costs, &softmax(identifier.latin.logits(&sums), open));
            }
            Family::Arabic => {
                let mut sums = Sums::default();
                identifier.arabic.add(word, &mut sums);
                fill(&mut costs, &softmax(identifier.arabic.logits(&sums), open));
            }
            Family::Tifinagh => {
                let mut sums = Sums::default();
                identifier.tifinagh.add(word, &mut sums);
                fill(&mut costs, &softmax(identifier.tifinagh.logits(&sums), open));
            }
        }
        tokens.push(Token {
            family: word.family,
            span: word.span,
            costs,
            language: Language::Undetermined,
        });
    });
    for family in super::family::FAMILIES {
        if family.languages().iter().any(|language| allowed(*language)) {
            decode(&mut tokens, family);
        }
    }
    tokens.retain(|token| token.language != Language::Undetermined);
    join(&tokens)
}

/// Gives every token of `family` its language.
fn decode(tokens: &mut [Token], family: Family) {
    let languages = family.languages();
    let mut reached: Costs = [0.0; LATIN_COLUMNS];
    for (cost, language) in reached.iter_mut().zip(languages) {
        *cost = rarity(*language);
    }
    let mut came_from: Vec<[u8; LATIN_COLUMNS]> = Vec::new();
    for token in tokens.iter().filter(|token| token.family == family) {
        let mut next = [f32::INFINITY; LATIN_COLUMNS];
        let mut origin = [0_u8; LATIN_COLUMNS];
        for (column, language) in languages.iter().enumerate() {
            let mut best = (0_u8, f32::INFINITY);
            for ((from, source), cost) in (0_u8..).zip(languages).zip(reached) {
                let cost = cost + change(*source, *language);
                if cost < best.1 {
                    best = (from, cost);
                }
            }
            if let (Some(slot), Some(from), Some(own)) =
                (next.get_mut(column), origin.get_mut(column), token.costs.get(column))
            {
                *slot = best.1 + own;
                *from = best.0;
            }
        }
        reached = next;
        came_from.push(origin);
    }
    let last = reached.iter().zip(languages).enumerate().fold(
        (0, f32::INFINITY),
        |best, (column, (cost, _))| {
            if *cost < best.1 { (column, *cost) } else { best }
        },
    );
    let mut column = last.0;
    let own = tokens.iter_mut().rev().filter(|token| token.family == family);
    for (token, origin) in own.zip(came_from.iter().rev()) {
        token.language = languages.get(column).copied().unwrap_or(Language::Undetermined);
        column = origin.get(column).map_or(0, |from| usize::from(*from));
    }
}

/// What it costs to begin in a language: a French or Darija word is likelier beside the other languages of
/// Morocco than one of a language that is here because it is confused with them.
fn rarity(language: Language) -> f32 {
    match language {
        Language::Kabyle | Language::EgyptianArabic | Language::Tamasheq => 2.0,
        Language::Spanish => 1.0,
        Language::English => 0.5,
        _ => 0.0,
    }
}

/// What a change of language costs. Speakers go between Darija or Tamazight and French at any word; the
/// languages that are only confused with each other are not mixed in one sentence.
fn change(from: Language, to: Language) -> f32 {
    use Language::{
        Arabic, DarijaArabic, DarijaLatin, English, French, Kabyle, Spanish, TamazightLatin,
    };
    if from == to {
        return 0.0;
    }
    match (from, to) {
        (DarijaLatin | TamazightLatin | Kabyle, French)
        | (French, DarijaLatin | TamazightLatin | Kabyle) => 2.0,
        (DarijaLatin, English | Spanish) | (English | Spanish, DarijaLatin) => 2.8,
        (Arabic, DarijaArabic) | (DarijaArabic, Arabic) => 5.0,
        _ => 5.0,
    }
}

/// Neighbours of one language become one span.
fn join(tokens: &[Token]) -> Vec<LanguageSpan> {
    let mut spans: Vec<LanguageSpan> = Vec::new();
    for token in tokens {
        match spans.last_mut() {
            Some(last) if last.language == token.language => last.span.end = token.span.end,
            _ => spans.push(LanguageSpan { span: token.span, language: token.language }),
        }
    }
    spans
}
