//! Reads a request body into what the engine needs, and says clearly what it cannot do.
//!
//! Members that only steer remote servers (`user`, `store`, `metadata` …) are passed over. Members
//! that would change the answer and are not built here are refused, never ignored: `logprobs` of a chat,
//! `logit_bias`, a `response_format` other than text, a forced `tool_choice`. Tools are given to the
//! model's template; the answer is text, and calls in it are not taken apart.

use minijinja::value::{Value, ValueKind};

use crate::conversation::{Turn, read_turn};

/// The request asks for something that this model cannot do; the text goes to the client.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refusal(pub(crate) String);

/// How tokens are chosen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sampling {
    /// 0 takes the likeliest token.
    pub(crate) temperature: f32,
    pub(crate) top_p: f32,
    pub(crate) frequency_penalty: f32,
    pub(crate) presence_penalty: f32,
    pub(crate) seed: Option<u32>,
}

/// A chat request.
#[derive(Debug)]
pub(crate) struct ChatRequest {
    pub(crate) model: String,
    pub(crate) turns: Vec<Turn>,
    pub(crate) tools: Option<Value>,
    pub(crate) sampling: Sampling,
    pub(crate) max_tokens: Option<u32>,
    pub(crate) stops: Vec<String>,
    pub(crate) choices: u32,
    pub(crate) include_usage: bool,
}

/// One input of an embeddings request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Input {
    Text(String),
    Tokens(Vec<i32>),
}

/// An embeddings request.
#[derive(Debug)]
pub(crate) struct EmbeddingsRequest {
    pub(crate) model: String,
    pub(crate) inputs: Vec<Input>,
    pub(crate) base64: bool,
    pub(crate) dimensions: Option<u32>,
}

/// Most stop strings, and most bytes in one.
const STOPS: usize = 16;
const STOP_BYTES: usize = 1024;
/// Most choices (of one prompt) and most inputs of one request.
pub(crate) const CHOICES: u32 = 8;
const INPUTS: usize = 2048;

/// Reads a chat request.
pub(crate) fn read_chat(body: &[u8], default_temperature: f32) -> Result<ChatRequest, Refusal> {
    let body = parse(body)?;
    if body.flag("logprobs")? || body.whole("top_logprobs", 0, 20)?.is_some_and(|top| top > 0) {
        return refuse("logprobs: a model on this machine does not give token probabilities");
    }
    body.no_biases()?;
    if let Some(format) = body.get("response_format")
        && format.get_attr("type").ok().as_ref().and_then(Value::as_str) != Some("text")
    {
        return refuse("response_format: a model on this machine answers with plain text only");
    }
    let mut tools = body.get("tools").filter(|tools| tools.len() != Some(0));
    match body.get("tool_choice") {
        None => {}
        Some(choice) if choice.as_str() == Some("auto") => {}
        Some(choice) if choice.as_str() == Some("none") => tools = None,
        Some(_) => {
            return refuse("tool_choice: a model on this machine cannot be made to call a tool");
        }
    }
    if tools.as_ref().is_some_and(|tools| tools.kind() != ValueKind::Seq) {
        return refuse("tools must be a list");
    }
    let sampling = body.sampling(default_temperature)?;
    let most = u64::from(u32::MAX);
    let max_tokens = match body.whole("max_completion_tokens", 1, most)? {
        Some(tokens) => Some(tokens),
        None => body.whole("max_tokens", 1, most)?,
    };
    Ok(ChatRequest {
        model: body.text("model")?,
        turns: body.turns()?,
        tools,
        sampling,
        max_tokens,
        stops: body.stops()?,
        choices: body.whole("n", 1, u64::from(CHOICES))?.unwrap_or(1),
        include_usage: body.include_usage(),
    })
}

/// Reads an embeddings request.
pub(crate) fn read_embeddings(body: &[u8]) -> Result<EmbeddingsRequest, Refusal> {
    let body = parse(body)?;
    let base64 = match body.get("encoding_format") {
        None => false,
        Some(format) => match format.as_str() {
            Some("float") => false,
            Some("base64") => true,
            _ => return refuse("encoding_format must be \"float\" or \"base64\""),
        },
    };
    Ok(EmbeddingsRequest {
        model: body.text("model")?,
        inputs: body.inputs("input")?,
        base64,
        dimensions: body.whole("dimensions", 1, u64::from(u32::MAX))?,
    })
}

/// A body that is a JSON object.
pub(crate) struct Body(Value);

pub(crate) fn parse(body: &[u8]) -> Result<Body, Refusal> {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) if value.kind() == ValueKind::Map => Ok(Body(value)),
        Ok(_) => refuse("the body must be a JSON object"),
        // The parser's own words may quote the body.
        Err(error) => refuse(format!(
            "the body is not JSON (line {}, column {})",
            error.line(),
            error.column()
        )),
    }
}

pub(crate) fn refuse<T>(words: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal(words.into()))
}

impl Body {
    /// A member; null counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        self.0.get_attr(name).ok().filter(|value| !value.is_undefined() && !value.is_none())
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.get(name) {
            None => Ok(false),
            Some(value) if value.kind() == ValueKind::Bool => Ok(value.is_true()),
            Some(_) => refuse(format!("{name} must be true or false")),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Result<String, Refusal> {
        match self.get(name) {
            None => Ok(String::new()),
            Some(value) => match value.as_str() {
                Some(text) => Ok(text.to_owned()),
                None => refuse(format!("{name} must be a text")),
            },
        }
    }

    fn number(&self, name: &str, least: f32, most: f32) -> Result<Option<f32>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        f32::try_from(value)
            .ok()
            .filter(|number| (least..=most).contains(number))
            .map(Some)
            .ok_or_else(|| Refusal(format!("{name} must be a number from {least} to {most}")))
    }

    pub(crate) fn whole(&self, name: &str, least: u64, most: u64) -> Result<Option<u32>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        u64::try_from(value)
            .ok()
            .filter(|number| (least..=most).contains(number))
            .and_then(|number| u32::try_from(number).ok())
            .map(Some)
            .ok_or_else(|| Refusal(format!("{name} must be a whole number from {least} to {most}")))
    }

    pub(crate) fn sampling(&self, default_temperature: f32) -> Result<Sampling, Refusal> {
        Ok(Sampling {
            temperature: self.number("temperature", 0.0, 2.0)?.unwrap_or(default_temperature),
            top_p: self.number("top_p", 0.0, 1.0)?.unwrap_or(1.0),
            frequency_penalty: self.number("frequency_penalty", -2.0, 2.0)?.unwrap_or(0.0),
            presence_penalty: self.number("presence_penalty", -2.0, 2.0)?.unwrap_or(0.0),
            seed: self.seed()?,
        })
    }

    pub(crate) fn no_biases(&self) -> Result<(), Refusal> {
        match self.get("logit_bias") {
            Some(bias) if bias.len() != Some(0) => {
                refuse("logit_bias: a model on this machine does not take token biases")
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn include_usage(&self) -> bool {
        let options = self.get("stream_options");
        let include = options.and_then(|options| options.get_attr("include_usage").ok());
        include.is_some_and(|value| value.is_true())
    }

    /// Any whole number is a seed, as in the API; the sampler takes 32 bits of it.
    fn seed(&self) -> Result<Option<u32>, Refusal> {
        let Some(value) = self.get("seed").or_else(|| self.get("random_seed")) else {
            return Ok(None);
        };
        match i128::try_from(value) {
            Ok(seed) => Ok(u32::try_from(seed.rem_euclid(1 << 32)).ok()),
            Err(_) => refuse("seed must be a whole number"),
        }
    }

    pub(crate) fn stops(&self) -> Result<Vec<String>, Refusal> {
        let Some(value) = self.get("stop") else { return Ok(Vec::new()) };
        let texts: Option<Vec<String>> = match value.as_str() {
            Some(text) => Some(vec![text.to_owned()]),
            None => items(&value).and_then(|items| {
                items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
            }),
        };
        texts
            .filter(|texts| texts.len() <= STOPS)
            .filter(|texts| texts.iter().all(|text| (1..=STOP_BYTES).contains(&text.len())))
            .ok_or_else(|| {
                Refusal(format!(
                    "stop must be a text or a list of at most {STOPS} texts, \
                     each of 1 to {STOP_BYTES} bytes"
                ))
            })
    }

    fn turns(&self) -> Result<Vec<Turn>, Refusal> {
        let messages = self.get("messages").as_ref().and_then(items).unwrap_or_default();
        if messages.is_empty() {
            return refuse("messages must be a list of at least one message");
        }
        messages.iter().enumerate().map(|(index, message)| read_turn(index, message)).collect()
    }

    /// The texts or token lists of a member.
    pub(crate) fn inputs(&self, name: &str) -> Result<Vec<Input>, Refusal> {
        let Some(value) = self.get(name) else { return refuse(format!("{name} is missing")) };
        if let Some(text) = value.as_str() {
            return Ok(vec![Input::Text(text.to_owned())]);
        }
        let items = items(&value).unwrap_or_default();
        if items.is_empty() || items.len() > INPUTS && !items.iter().all(Value::is_number) {
            return refuse(format!("{name} must be a text, or a list of 1 to {INPUTS} of them"));
        }
        if let Some(tokens) = token_list(&items) {
            return Ok(vec![Input::Tokens(tokens)]);
        }
        items.iter().enumerate().map(|(index, item)| read_input(name, index, item)).collect()
    }
}

pub(crate) fn items(value: &Value) -> Option<Vec<Value>> {
    if value.kind() != ValueKind::Seq {
        return None;
    }
    value.try_iter().ok().map(Iterator::collect)
}

fn token_list(items: &[Value]) -> Option<Vec<i32>> {
    items
        .iter()
        .map(|item| if item.is_number() { i32::try_from(item.clone()).ok() } else { None })
        .collect()
}

fn read_input(name: &str, index: usize, item: &Value) -> Result<Input, Refusal> {
    if let Some(text) = item.as_str() {
        return Ok(Input::Text(text.to_owned()));
    }
    match items(item).as_deref().and_then(token_list) {
        Some(tokens) => Ok(Input::Tokens(tokens)),
        None => refuse(format!("{name}[{index}] must be a text or a list of token numbers")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expect: &str) {
        let told = match read_chat(body.as_bytes(), 0.5) {
            Ok(request) => format!("{request:?}"),
            Err(refusal) => format!("refused: {refusal}"),
        };
        assert!(told.contains(expect), "{told}\n does not hold {expect}");
    }

    fn with(member: &str) -> String {
        format!(r#"{{"model":"m","messages":[{{"role":"user","content":"a"}}],{member}}}"#)
    }

    #[test]
    fn chat_requests_are_read() {
        check(&with(r#""n":1"#), "temperature: 0.5, top_p: 1.0");
        check(&with(r#""n":1"#), "max_tokens: None, stops: [], choices: 1, include_usage: false");
        check(&with(r#""temperature":0"#), "temperature: 0.0");
        check(&with(r#""temperature":1e-7"#), "temperature: 1e-7");
        check(&with(r#""max_tokens":5"#), "max_tokens: Some(5)");
        check(&with(r#""max_tokens":5,"max_completion_tokens":7"#), "max_tokens: Some(7)");
        check(&with(r#""max_tokens":null"#), "max_tokens: None");
        check(&with(r#""seed":-1"#), "seed: Some(4294967295)");
        check(&with(r#""random_seed":12345678901"#), "seed: Some(3755744309)");
        check(&with(r#""stop":"x""#), r#"stops: ["x"]"#);
        check(&with(r#""stop":["x","é"]"#), r#"stops: ["x", "é"]"#);
        check(&with(r#""stream_options":{"include_usage":true}"#), "include_usage: true");
        check(&with(r#""response_format":{"type":"text"}"#), "choices: 1");
        check(&with(r#""user":"u","metadata":{}"#), "choices: 1");
        check(&with(r#""tools":[],"tool_choice":"auto""#), "tools: None");
        check(&with(r#""tools":[{"type":"function"}],"tool_choice":"none""#), "tools: None");
        check(&with(r#""tools":[{"type":"function"}]"#), "tools: Some(");
        let parts = r#"{"messages":[{"role":"developer","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]}"#;
        check(parts, r#"Turn { role: "system", content: Some("a\nb")"#);
        let call = r#"{"messages":[{"role":"assistant","content":null,"tool_calls":[{"function":{"name":"f","arguments":"{\"z\":1,\"a\":2}"}}]}]}"#;
        check(call, "content: None");
        check(call, "'arguments': {'z': 1, 'a': 2}");
    }

    #[test]
    fn what_cannot_be_done_is_refused_without_quoting() {
        check("{", "refused: the body is not JSON (line 1");
        check("[]", "refused: the body must be a JSON object");
        check("{}", "refused: messages must be");
        check(r#"{"messages":[]}"#, "refused: messages must be");
        check(
            r#"{"messages":[{"role":"Zahra"}]}"#,
            "refused: messages[0].role must be one of system",
        );
        check(r#"{"messages":[{"role":"user","content":7}]}"#, "messages[0].content must be");
        check(
            r#"{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}"#,
            "messages[0].content[0]: a model on this machine reads text parts only",
        );
        for (member, expect) in [
            (r#""temperature":2.5"#, "temperature must be a number from 0 to 2"),
            (r#""temperature":"hot""#, "temperature must be"),
            (r#""top_p":-1"#, "top_p must be"),
            (r#""max_tokens":0"#, "max_tokens must be a whole number from 1"),
            (r#""max_tokens":1.5"#, "max_tokens must be"),
            (r#""n":9"#, "n must be a whole number from 1 to 8"),
            (r#""stop":[""]"#, "stop must be"),
            (r#""stop":7"#, "stop must be"),
            (r#""seed":"x""#, "seed must be"),
            (r#""logprobs":true"#, "logprobs:"),
            (r#""top_logprobs":3"#, "logprobs:"),
            (r#""logit_bias":{"5":1}"#, "logit_bias:"),
            (r#""response_format":{"type":"json_object"}"#, "response_format:"),
            (r#""tool_choice":"required""#, "tool_choice:"),
            (r#""tools":{"a":1}"#, "refused: tools must"),
        ] {
            check(&with(member), expect);
        }
    }

    #[test]
    fn embeddings_requests_are_read() {
        let read = |body: &str| read_embeddings(body.as_bytes());
        let inputs = |body: &str| read(body).map(|request| request.inputs);
        assert_eq!(inputs(r#"{"input":"a"}"#), Ok(vec![Input::Text("a".to_owned())]));
        assert_eq!(inputs(r#"{"input":[1,2]}"#), Ok(vec![Input::Tokens(vec![1, 2])]));
        assert_eq!(
            inputs(r#"{"input":["a",[3]]}"#),
            Ok(vec![Input::Text("a".to_owned()), Input::Tokens(vec![3])])
        );
        for bad in
            ["{}", r#"{"input":[]}"#, r#"{"input":7}"#, r#"{"input":[{}]}"#, r#"{"input":[[1.5]]}"#]
        {
            assert!(inputs(bad).is_err(), "{bad}");
        }
        assert!(read(r#"{"input":"a","encoding_format":"base64"}"#).unwrap().base64);
        assert!(read(r#"{"input":"a","encoding_format":"int8"}"#).is_err());
    }
}
