//! The log-likelihood of a text behind another, out of an answer that repeats both with the probability of each token.

use evaluation::{NoReply, Reply};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Scored {
    tokens: Vec<String>,
    token_logprobs: Vec<Option<f64>>,
    /// In code points.
    text_offset: Vec<usize>,
}

/// Sums the log-probabilities of the tokens that hold a letter of the continuation. A token that begins in the context
/// and reaches into the continuation counts; what the model wrote behind does not.
pub(super) fn likelihood(
    answer: &Value,
    context: &str,
    continuation: &str,
) -> Result<Reply, NoReply> {
    let scored = answer.pointer("/choices/0/logprobs").filter(|value| value.is_object());
    let none = || NoReply::NotGiven("the answer has no log-probabilities".to_owned());
    let scored: Scored =
        serde_json::from_value(scored.cloned().ok_or_else(none)?).map_err(|_| none())?;
    let asked = format!("{context}{continuation}");
    if !scored.tokens.concat().starts_with(&asked) {
        // Probabilities of another text would be worth nothing.
        return Err(NoReply::Failed("the scored tokens are not those of the text".to_owned()));
    }
    let (begin, end) = (context.chars().count(), asked.chars().count());
    let ends = scored.text_offset.iter().skip(1).copied().chain([usize::MAX]);
    let mut sum = 0.0;
    let mut tokens = 0;
    for ((start, stop), logprob) in scored.text_offset.iter().zip(ends).zip(&scored.token_logprobs)
    {
        if *start < end && (*start >= begin || stop > begin) {
            // The first token of all follows on nothing, so nobody knows how likely it is.
            sum += logprob.unwrap_or(0.0);
            tokens += 1;
        }
    }
    if tokens == 0 {
        return Err(NoReply::Failed("no scored token is of the text".to_owned()));
    }
    Ok(Reply::Likelihood(sum))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_belongs_to_the_continuation_is_summed() {
        fn check(pieces: &[(&str, f64)], context: &str, continuation: &str, expect: Option<f64>) {
            let mut offset = 0;
            let mut offsets = Vec::new();
            for (piece, _) in pieces {
                offsets.push(offset);
                offset += piece.chars().count();
            }
            let tokens: Vec<&str> = pieces.iter().map(|(piece, _)| *piece).collect();
            let logs: Vec<Value> = pieces
                .iter()
                .enumerate()
                .map(|(place, (_, log))| if place == 0 { Value::Null } else { json!(log) })
                .collect();
            let scored =
                json!({ "tokens": tokens, "token_logprobs": logs, "text_offset": offsets });
            let answer = json!({ "choices": [{ "text": "", "logprobs": scored }] });
            let read = likelihood(&answer, context, continuation).ok();
            assert_eq!(read, expect.map(Reply::Likelihood), "{pieces:?}");
        }
        check(
            &[("الما", -1.0), (" ", -2.0), ("water", -4.0), ("!", -8.0)],
            "الما",
            " water",
            Some(-6.0),
        );
        // A token over the border counts, the one that was written behind does not.
        check(&[("a", -1.0), ("b c", -2.0), ("d", -4.0), ("x", -8.0)], "ab", " cd", Some(-6.0));
        // A letter of two tokens stands with the second of them.
        check(&[("a", -1.0), ("", -2.0), ("د", -4.0), ("x", -8.0)], "a", "د", Some(-6.0));
        check(&[("a", -1.0), ("", -2.0), ("د", -4.0), ("b", -8.0)], "aد", "b", Some(-8.0));
        check(&[("a", -1.0), ("c", -2.0)], "a", "b", None);
    }

    #[test]
    fn an_answer_without_probabilities_gives_none() {
        let check = |answer: Value| {
            assert!(matches!(likelihood(&answer, "a", "b"), Err(NoReply::NotGiven(_))), "{answer}");
        };
        check(json!({ "choices": [{ "text": "ab", "logprobs": null }] }));
        check(json!({ "choices": [{ "text": "ab" }] }));
        check(json!({ "choices": [{ "text": "ab", "logprobs": { "content": [] } }] }));
    }
}
