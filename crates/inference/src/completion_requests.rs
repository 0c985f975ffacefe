//! Reads a request for the continuation of plain text.

use crate::requests::{CHOICES, Input, Refusal, Sampling, parse, refuse};

/// A request for continuations.
#[derive(Debug)]
pub(crate) struct CompletionRequest {
    pub(crate) model: String,
    pub(crate) prompts: Vec<Input>,
    pub(crate) sampling: Sampling,
    pub(crate) max_tokens: u32,
    pub(crate) stops: Vec<String>,
    /// Answers to each prompt.
    pub(crate) choices: u32,
    pub(crate) include_usage: bool,
    /// Whether each answer begins with its prompt.
    pub(crate) echo: bool,
    /// How many of the likeliest tokens are told at each place; `None` tells no probabilities.
    pub(crate) logprobs: Option<u32>,
}

/// The API's default.
const MAX_TOKENS: u32 = 16;
/// Most of the likeliest tokens that are told at each place.
const TOP: u64 = 20;

/// Reads a body of `POST /v1/completions`.
pub(crate) fn read_completion(
    body: &[u8],
    default_temperature: f32,
) -> Result<CompletionRequest, Refusal> {
    let body = parse(body)?;
    body.no_biases()?;
    if !body.text("suffix")?.is_empty() {
        return refuse("suffix: a model on this machine does not fill in between two texts");
    }
    let echo = body.flag("echo")?;
    let logprobs = body.whole("logprobs", 0, TOP)?;
    if body.flag("stream")? && (echo || logprobs.is_some()) {
        return refuse("echo and logprobs come in whole answers only; leave stream out");
    }
    let most = u64::from(u32::MAX);
    let least = u64::from(!echo);
    Ok(CompletionRequest {
        model: body.text("model")?,
        prompts: body.inputs("prompt")?,
        sampling: body.sampling(default_temperature)?,
        max_tokens: body.whole("max_tokens", least, most)?.unwrap_or(MAX_TOKENS),
        stops: body.stops()?,
        choices: body.whole("n", 1, u64::from(CHOICES))?.unwrap_or(1),
        include_usage: body.include_usage(),
        echo,
        logprobs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(members: &str, expect: &str) {
        let body = format!(r#"{{"model":"m",{members}}}"#);
        let told = match read_completion(body.as_bytes(), 0.5) {
            Ok(request) => format!("{request:?}"),
            Err(refusal) => format!("refused: {refusal}"),
        };
        assert!(told.contains(expect), "{told}\n does not hold {expect}");
    }

    #[test]
    fn completion_requests_are_read() {
        check(r#""prompt":"a""#, r#"prompts: [Text("a")]"#);
        check(r#""prompt":["a","b"]"#, r#"prompts: [Text("a"), Text("b")]"#);
        check(r#""prompt":[1,2]"#, "prompts: [Tokens([1, 2])]");
        check(r#""prompt":[[1,2],[3]]"#, "prompts: [Tokens([1, 2]), Tokens([3])]");
        check(r#""prompt":"a""#, "max_tokens: 16, stops: [], choices: 1, include_usage: false");
        check(r#""prompt":"a""#, "echo: false, logprobs: None");
        check(r#""prompt":"a","echo":true,"logprobs":1,"max_tokens":0"#, "logprobs: Some(1)");
        check(r#""prompt":"a","echo":true,"max_tokens":0"#, "max_tokens: 0");
        check(r#""prompt":"a","suffix":null,"stop":["b"]"#, r#"stops: ["b"]"#);
    }

    #[test]
    fn what_cannot_be_done_is_refused() {
        for (members, expect) in [
            (r#""n":1"#, "refused: prompt is missing"),
            (r#""prompt":[]"#, "refused: prompt must be"),
            (r#""prompt":[{}]"#, "refused: prompt[0] must be"),
            (r#""prompt":"a","max_tokens":0"#, "max_tokens must be a whole number from 1"),
            (r#""prompt":"a","logprobs":21"#, "logprobs must be a whole number from 0 to 20"),
            (r#""prompt":"a","suffix":"b""#, "refused: suffix:"),
            (r#""prompt":"a","logit_bias":{"5":1}"#, "refused: logit_bias:"),
            (
                r#""prompt":"a","echo":true,"stream":true"#,
                "refused: echo and logprobs come in whole",
            ),
            (r#""prompt":"a","n":9"#, "n must be"),
        ] {
            check(members, expect);
        }
    }
}
