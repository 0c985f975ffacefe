//! The vocabulary: a `SentencePiece` unigram model, and the likeliest pieces of a text.
//!
//! Kudo, "Subword Regularization" (2018): every piece has a score; the pieces of a text are those whose scores
//! sum highest. Text is normalised to NFKC and white space is folded, as the model was trained.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

/// The piece for what the vocabulary lacks, and those around each text.
const UNKNOWN: usize = 0;
const BEGIN: usize = 1;
const END: usize = 2;
/// Stands for a space.
const SPACE: char = '\u{2581}';
/// How much less an unknown letter counts than the rarest piece.
const PENALTY: f32 = 10.0;

pub(super) struct Pieces {
    /// Score and number of each piece.
    known: HashMap<Box<str>, (f32, usize)>,
    /// Letters of the longest piece.
    longest: usize,
    unknown: f32,
}

impl Pieces {
    /// Reads the vocabulary of a `SentencePiece` model: field 1 of the message, each with its piece (1) and
    /// score (2).
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut known = HashMap::new();
        let (mut longest, mut lowest) = (0, 0.0_f32);
        let mut rest = bytes;
        let mut number = 0;
        while !rest.is_empty() {
            let (field, value, behind) = field(rest)?;
            rest = behind;
            let (1, Value::Bytes(entry)) = (field, value) else { continue };
            let (mut piece, mut score) = (None, 0.0);
            let mut inner = entry;
            while !inner.is_empty() {
                let (field, value, behind) = self::field(inner)?;
                inner = behind;
                match (field, value) {
                    (1, Value::Bytes(text)) => piece = std::str::from_utf8(text).ok(),
                    (2, Value::Four(bytes)) => score = f32::from_le_bytes(bytes),
                    _ => {}
                }
            }
            let piece = piece?;
            longest = longest.max(piece.chars().count());
            lowest = lowest.min(score);
            known.insert(Box::from(piece), (score, number));
            number += 1;
        }
        (number > END).then_some(Self { known, longest, unknown: lowest - PENALTY })
    }

    /// The numbers of a text's pieces, at most `limit`, with those that begin and end it.
    pub(super) fn of(&self, text: &str, limit: usize) -> Vec<usize> {
        let mut numbers = vec![BEGIN];
        // No piece is shorter than a letter, so no more letters can matter.
        numbers.extend(self.likeliest(&normalised(text, limit.saturating_mul(self.longest))));
        numbers.truncate(limit.saturating_sub(1).max(1));
        numbers.push(END);
        numbers
    }

    fn likeliest(&self, text: &str) -> Vec<usize> {
        let places: Vec<usize> =
            text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
        let letters = places.len() - 1;
        if letters == 0 {
            return vec![UNKNOWN];
        }
        // The best way to each place: its score, where its last piece begins, and that piece.
        let mut best = vec![(f32::NEG_INFINITY, 0, UNKNOWN); letters + 1];
        if let Some(start) = best.first_mut() {
            start.0 = 0.0;
        }
        for from in 0..letters {
            let Some((base, ..)) = best.get(from).copied() else { break };
            let mut single = false;
            for to in from + 1..=letters.min(from + self.longest) {
                let (Some(start), Some(end)) = (places.get(from), places.get(to)) else { break };
                let piece = text.get(*start..*end).and_then(|piece| self.known.get(piece));
                let Some((score, number)) = piece else { continue };
                single |= to == from + 1;
                improve(&mut best, to, (base + score, from, *number));
            }
            if !single {
                improve(&mut best, from + 1, (base + self.unknown, from, UNKNOWN));
            }
        }
        let mut numbers = Vec::new();
        let mut at = letters;
        while at > 0 {
            let Some((_, from, number)) = best.get(at).copied() else { break };
            numbers.push(number);
            at = from;
        }
        numbers.reverse();
        numbers
    }
}

fn improve(best: &mut [(f32, usize, usize)], at: usize, way: (f32, usize, usize)) {
    if let Some(before) = best.get_mut(at)
        && way.0 > before.0
    {
        *before = way;
    }
}

/// NFKC, no control characters, one sign for each run of white space, one before the text.
fn normalised(text: &str, most: usize) -> String {
    let mut normal = String::new();
    let mut space = true;
    for letter in text.nfkc().take(most) {
        if letter.is_whitespace() {
            space = true;
        } else if !letter.is_control() && !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{feff}') {
            if space {
                normal.push(SPACE);
                space = false;
            }
            normal.push(letter);
        }
    }
    normal
}

/// The value of a field of a protocol buffer.
enum Value<'b> {
    Bytes(&'b [u8]),
    Four([u8; 4]),
    Other,
}

/// The first field of a message: its number, its value, and what stands behind it.
fn field(bytes: &[u8]) -> Option<(u64, Value<'_>, &[u8])> {
    let (tag, rest) = number(bytes)?;
    match tag & 7 {
        0 => number(rest).map(|(_, rest)| (tag >> 3, Value::Other, rest)),
        1 => rest.split_first_chunk::<8>().map(|(_, rest)| (tag >> 3, Value::Other, rest)),
        2 => {
            let (length, rest) = number(rest)?;
            let (value, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            Some((tag >> 3, Value::Bytes(value), rest))
        }
        5 => rest.split_first_chunk::<4>().map(|(four, rest)| (tag >> 3, Value::Four(*four), rest)),
        _ => None,
    }
}

/// A number in base 128, the lowest seven bits first.
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (place, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f).checked_shl(u32::try_from(place).ok()? * 7)?;
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(place + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(pieces: &[(&str, f32)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (piece, score) in pieces {
            let mut entry = vec![0x0a, u8::try_from(piece.len()).unwrap()];
            entry.extend_from_slice(piece.as_bytes());
            entry.push(0x15);
            entry.extend(score.to_le_bytes());
            bytes.extend([0x0a, u8::try_from(entry.len()).unwrap()]);
            bytes.extend(entry);
        }
        bytes
    }

    #[test]
    fn the_likeliest_pieces_win() {
        let model = message(&[
            ("<unk>", 0.0),
            ("<s>", 0.0),
            ("</s>", 0.0),
            ("▁un", -2.0),
            ("▁u", -1.0),
            ("n", -2.5),
            ("▁", -3.0),
            ("e", -2.0),
        ]);
        let pieces = Pieces::read(&model).unwrap();
        let check =
            |text: &str, expect: &[usize]| assert_eq!(pieces.of(text, 16), expect, "{text}");
        check("un", &[1, 3, 2]);
        check("  un\n e ", &[1, 3, 6, 7, 2]);
        check("uné", &[1, 3, 0, 2]);
        check("", &[1, 0, 2]);
        assert_eq!(pieces.of("e e e e e e", 5), [1, 6, 7, 6, 2]);
        assert!(Pieces::read(b"").is_none() && Pieces::read(&model[..9]).is_none());
    }
}
