//! Texts to continue: as tokens, checked against the context, with what is shown of them.

use llama_cpp_2::token::LlamaToken;

use super::{GenerationJob, Job, Preparer, Prompt, ScoredPrompt, ScoringJob};
use crate::completion_requests::{CompletionRequest, read_completion};
use crate::replies::Shape;
use crate::requests::{Input, Refusal};
use crate::scored_text::{texts_of, without_added_space};

impl Preparer<'_> {
    pub(super) fn completion(
        &self,
        request: u64,
        stream: bool,
        body: &[u8],
    ) -> Result<Job, Refusal> {
        let asked = read_completion(body, self.default_temperature)?;
        let mut prompts = Vec::with_capacity(asked.prompts.len());
        for (index, input) in asked.prompts.iter().enumerate() {
            let prompt = self.scored_prompt(index, input, &asked);
            prompts.push(prompt.map_err(|Refusal(words)| match asked.prompts.len() {
                1 => Refusal(words),
                _ => Refusal(format!("prompt[{index}]: {words}")),
            })?);
        }
        let (head, chance) = self.head("cmpl", asked.model);
        let seed = asked.sampling.seed.unwrap_or(chance);
        let (sampling, stops, choices) = (asked.sampling, asked.stops, asked.choices);
        if asked.echo || asked.logprobs.is_some() {
            let (echo, logprobs) = (asked.echo, asked.logprobs);
            if let Some(most) = logprobs {
                check_told(told_tokens(&prompts, choices, echo), most)?;
            }
            return Ok(Job::Scoring(ScoringJob {
                request,
                head,
                prompts,
                sampling,
                seed,
                stops,
                choices,
                echo,
                logprobs,
            }));
        }
        Ok(Job::Generation(GenerationJob {
            request,
            head,
            shape: Shape::Text,
            prompts: prompts.into_iter().map(|scored| scored.prompt).collect(),
            sampling,
            seed,
            stops,
            choices,
            stream,
            include_usage: asked.include_usage,
        }))
    }

    fn scored_prompt(
        &self,
        index: usize,
        input: &Input,
        asked: &CompletionRequest,
    ) -> Result<ScoredPrompt, Refusal> {
        let mut tokens = match input {
            Input::Text(text) => {
                self.check_bytes(text.len())?;
                self.model.vocab().tokenize(text.as_bytes(), false, true)
            }
            Input::Tokens(tokens) => self.known_tokens(&format!("prompt[{index}]"), tokens)?,
        };
        // Whoever sends tokens has put the opening one there, or wants none.
        let begun = matches!(input, Input::Text(_)) && self.begin(&mut tokens);
        if tokens.is_empty() {
            return Err(Refusal("the prompt is empty".to_owned()));
        }
        let room = self.room_after(tokens.len(), asked.max_tokens.min(1))?;
        let texts = if asked.echo { self.shown(&tokens, begun, input) } else { Vec::new() };
        let prompt = Prompt { tokens: tokens.into(), limit: asked.max_tokens.min(room) };
        Ok(ScoredPrompt { prompt, texts })
    }

    /// The texts of a prompt's tokens; an opening token that was put there by itself has none.
    fn shown(&self, tokens: &[LlamaToken], begun: bool, input: &Input) -> Vec<String> {
        let vocabulary = self.model.vocab();
        let mut pieces: Vec<Vec<u8>> =
            tokens.iter().map(|token| vocabulary.token_to_piece(*token, true, None)).collect();
        if begun && let Some(first) = pieces.first_mut() {
            first.clear();
        }
        let mut texts = texts_of(pieces.iter().map(Vec::as_slice));
        if let Input::Text(text) = input {
            without_added_space(&mut texts, text);
        }
        texts
    }
}

/// Values of JSON that one answer with probabilities may have. Answers are read in the server, which takes a
/// million.
const MOST_VALUES: u64 = 900_000;

/// How many tokens an answer tells at most.
fn told_tokens(prompts: &[ScoredPrompt], choices: u32, echo: bool) -> u64 {
    let of_one = |scored: &ScoredPrompt| {
        let read = if echo { scored.prompt.tokens.len() as u64 } else { 0 };
        read + u64::from(scored.prompt.limit)
    };
    prompts.iter().map(of_one).sum::<u64>().saturating_mul(u64::from(choices))
}

/// A token has its text, its probability, its place and an object; each of the likeliest a name and a number.
fn check_told(tokens: u64, most: u32) -> Result<(), Refusal> {
    let values = tokens.saturating_mul(6 + 2 * u64::from(most));
    if values > MOST_VALUES {
        return Err(Refusal(format!(
            "logprobs: the probabilities of {tokens} tokens with the {most} likeliest at each place are more \
             than one answer holds; send fewer prompts at once, or ask for fewer tokens"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_so_many_probabilities() {
        let check = |tokens: u64, most: u32, expect: bool| {
            assert_eq!(check_told(tokens, most).is_ok(), expect, "{tokens} {most}");
        };
        check(0, 20, true);
        check(4096, 20, true);
        check(112_500, 1, true);
        check(112_501, 1, false);
        check(u64::MAX, 0, false);
        assert!(
            check_told(1 << 20, 5).unwrap_err().0.contains("1048576 tokens with the 5 likeliest")
        );
    }
}
