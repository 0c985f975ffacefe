//! Tokens with their probabilities as the API shows them: texts that make up the answer, and where they stand.

use model::piece_text;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::decoding::Utf8Assembler;
use crate::log_probabilities::TokenScore;

/// The tokens of one choice.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(crate) struct ScoredText {
    /// Put together they are the text. A letter that several tokens share stands with the last of them.
    tokens: Vec<String>,
    /// `null` for the first token of a prompt, which follows on nothing.
    token_logprobs: Vec<Option<f32>>,
    top_logprobs: Vec<Option<TopTokens>>,
    /// In code points from the beginning of the text that is given back.
    text_offset: Vec<usize>,
}

/// The likeliest tokens at one place and the token that stands there.
#[derive(Debug, PartialEq)]
pub(crate) struct TopTokens(Vec<(String, f32)>);

impl Serialize for TopTokens {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (token, logprob) in &self.0 {
            map.serialize_entry(token, logprob)?;
        }
        map.end()
    }
}

/// The texts of tokens: pieces of bytes, put together as UTF-8. Bytes that are none become U+FFFD.
pub(crate) fn texts_of<'b>(pieces: impl Iterator<Item = &'b [u8]>) -> Vec<String> {
    let mut assembler = Utf8Assembler::default();
    let mut texts: Vec<String> = pieces.map(|piece| assembler.push(piece)).collect();
    if assembler.holds_bytes()
        && let Some(last) = texts.last_mut()
    {
        last.push(char::REPLACEMENT_CHARACTER);
    }
    texts
}

/// Takes the space off that some tokenizers put before a text, where the text itself has none.
pub(crate) fn without_added_space(texts: &mut [String], text: &str) {
    let added = texts.concat().strip_prefix(' ').is_some_and(|rest| rest == text);
    if added && let Some(first) = texts.iter_mut().find(|token| !token.is_empty()) {
        first.remove(0);
    }
}

/// Cuts the tokens from `from` on, so that together they have at most `bytes` bytes. What is cut off wholly
/// stays as a token without text: its probability was computed.
pub(crate) fn cut(texts: &mut [String], from: usize, bytes: usize) {
    let mut room = bytes;
    for text in texts.iter_mut().skip(from) {
        let end = text.floor_char_boundary(room.min(text.len()));
        text.truncate(end);
        room -= end;
    }
}

/// Joins texts and probabilities. `own` has the bytes of each token, `bytes_of` those of any.
pub(crate) fn scored_text(
    texts: Vec<String>,
    own: &[Vec<u8>],
    scores: &[Option<TokenScore>],
    bytes_of: impl Fn(i32) -> Vec<u8>,
) -> ScoredText {
    let mut offset = 0;
    let text_offset = texts
        .iter()
        .map(|text| {
            let start = offset;
            offset += text.chars().count();
            start
        })
        .collect();
    let top_of = |(score, own): (&Option<TokenScore>, &Vec<u8>)| {
        let score = score.as_ref()?;
        let mut top: Vec<(String, f32)> = Vec::with_capacity(score.top.len() + 1);
        let likeliest =
            score.top.iter().map(|(token, logprob)| (piece_text(&bytes_of(*token)), *logprob));
        // Two tokens of one text: the likelier one is told.
        for (text, logprob) in likeliest.chain([(piece_text(own), score.logprob)]) {
            if top.iter().all(|(known, _)| *known != text) {
                top.push((text, logprob));
            }
        }
        Some(TopTokens(top))
    };
    ScoredText {
        token_logprobs: scores
            .iter()
            .map(|score| score.as_ref().map(|score| score.logprob))
            .collect(),
        top_logprobs: scores.iter().zip(own).map(top_of).collect(),
        tokens: texts,
        text_offset,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[&[u8]], expect: &[&str]) {
        assert_eq!(texts_of(pieces.iter().copied()), expect);
    }

    #[test]
    fn letters_stand_with_their_last_token() {
        check(&[b"ab", b" c"], &["ab", " c"]);
        check(&[b"\xd8", b"\xaf\xd8", b"\xa7"], &["", "د", "ا"]);
        check(&[b"a\xd8"], &["a\u{FFFD}"]);
        check(&[], &[]);
    }

    #[test]
    fn the_added_space_goes() {
        let check = |texts: &[&str], text: &str, expect: &str| {
            let mut texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
            without_added_space(&mut texts, text);
            assert_eq!(texts.join("|"), expect);
        };
        check(&["", " a", "b"], "ab", "|a|b");
        check(&[" a", "b"], " ab", " a|b");
        check(&["a"], "b", "a");
    }

    #[test]
    fn what_a_stop_cuts_off_stays_as_a_token_without_text() {
        let mut texts = ["a", "bc", "dé", "f"].map(str::to_owned);
        cut(&mut texts, 1, 3);
        assert_eq!(texts, ["a", "bc", "d", ""]);
    }

    #[test]
    fn tokens_are_told_with_their_places() {
        let score = TokenScore { logprob: -2.0, top: vec![(7, -0.5), (8, -1.0)] };
        let own = ["د".as_bytes().to_vec(), b"b".to_vec()];
        let texts = vec!["د".to_owned(), "b".to_owned()];
        let scored = scored_text(texts, &own, &[None, Some(score)], |token| {
            vec![u8::try_from(0xD0 + token).unwrap()]
        });
        assert_eq!(
            serde_json::to_string(&scored).unwrap(),
            r#"{"tokens":["د","b"],"token_logprobs":[null,-2.0],"top_logprobs":[null,{"bytes:\\xd7":-0.5,"bytes:\\xd8":-1.0,"b":-2.0}],"text_offset":[0,1]}"#
        );
    }
}
