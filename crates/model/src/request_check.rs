//! What the control members of a request must say. The walk along the field table has checked their types.

use crate::RequestError;
use crate::document::{Document, Kind, NodeId};
use crate::part::EscapeIn;
use crate::request::Control;

/// The most choices one request may ask for.
const MOST_CHOICES: u64 = 8;

pub(crate) fn check_chat(body: &str, document: &Document) -> Result<Control, RequestError> {
    let reader = Reader { body, document };
    let model = reader.model()?;
    let stream = reader.is_true(reader.top("stream"));
    let include_usage = reader.include_usage();
    let json = reader
        .top("response_format")
        .and_then(|format| document.member(body, format, "type"))
        .and_then(|name| document.string(body, name))
        .is_some_and(|name| name == "json_object" || name == "json_schema");
    let content_escape = if json { EscapeIn::Json } else { EscapeIn::Plain };
    let choices = reader.choices()?;
    let max_tokens = reader.max_tokens(1)?;
    reader.messages()?;
    Ok(Control { model, stream, include_usage, content_escape, max_tokens, choices, echo: false })
}

pub(crate) fn check_completions(body: &str, document: &Document) -> Result<Control, RequestError> {
    let reader = Reader { body, document };
    let model = reader.model()?;
    let prompts = reader.prompts()?;
    let echo = reader.is_true(reader.top("echo"));
    let probabilities = reader.top("logprobs").is_some_and(|one| document.kind(one) != Kind::Null);
    if probabilities && reader.is_true(reader.top("stream")) {
        let message = "`logprobs` come in whole answers: leave `stream` out";
        return Err(RequestError::invalid("logprobs", message));
    }
    Ok(Control {
        model,
        stream: reader.is_true(reader.top("stream")),
        include_usage: reader.include_usage(),
        content_escape: EscapeIn::Plain,
        // A prompt that is given back may be all that is wanted.
        max_tokens: reader.max_tokens(u64::from(!echo))?,
        choices: reader.choices()?.saturating_mul(prompts),
        echo,
    })
}

pub(crate) fn check_embeddings(body: &str, document: &Document) -> Result<Control, RequestError> {
    let reader = Reader { body, document };
    let model = reader.model()?;
    let input = reader.top("input").ok_or_else(|| {
        RequestError::invalid(
            "input",
            "`input` is missing; send the text to embed, a string or a list of strings",
        )
    })?;
    let empty = match document.kind(input) {
        Kind::String => document.content(body, input).is_empty(),
        _ => document.children(input).next().is_none(),
    };
    if empty {
        return Err(RequestError::invalid("input", "`input` is empty; send at least one text"));
    }
    Ok(Control {
        model,
        stream: false,
        include_usage: false,
        content_escape: EscapeIn::Plain,
        max_tokens: None,
        choices: 1,
        echo: false,
    })
}

struct Reader<'b> {
    body: &'b str,
    document: &'b Document,
}

impl Reader<'_> {
    /// A top-level member that is not null.
    fn top(&self, name: &str) -> Option<NodeId> {
        self.present(Document::ROOT, name)
    }

    fn present(&self, object: NodeId, name: &str) -> Option<NodeId> {
        let id = self.document.member(self.body, object, name)?;
        (self.document.kind(id) != Kind::Null).then_some(id)
    }

    fn is_true(&self, id: Option<NodeId>) -> bool {
        id.is_some_and(|id| self.document.kind(id) == Kind::True)
    }

    fn model(&self) -> Result<String, RequestError> {
        let name = self.top("model").and_then(|id| self.document.string(self.body, id));
        match name {
            Some(name) if !name.trim().is_empty() => Ok(name.into_owned()),
            Some(_) => Err(RequestError::invalid(
                "model",
                "`model` is empty; GET /v1/models lists the names",
            )),
            None => Err(RequestError::invalid(
                "model",
                "`model` is missing; GET /v1/models lists the names",
            )),
        }
    }

    fn choices(&self) -> Result<u64, RequestError> {
        let Some(id) = self.top("n") else { return Ok(1) };
        self.document.unsigned(self.body, id).filter(|n| (1..=MOST_CHOICES).contains(n)).ok_or_else(
            || {
                RequestError::invalid(
                    "n",
                    format!("`n` must be an integer from 1 to {MOST_CHOICES}"),
                )
            },
        )
    }

    fn include_usage(&self) -> bool {
        let options = self.top("stream_options");
        self.is_true(options.and_then(|options| self.present(options, "include_usage")))
    }

    /// How many prompts there are; a list of numbers is one prompt of token ids.
    fn prompts(&self) -> Result<u64, RequestError> {
        let wrong = |message: &str| RequestError::invalid("prompt", message);
        let prompt = self.top("prompt").ok_or_else(|| {
            wrong("`prompt` is missing; send the text to continue, or a list of texts")
        })?;
        if self.document.kind(prompt) == Kind::String {
            return match self.document.content(self.body, prompt) {
                "" => Err(wrong("`prompt` is empty; send at least one character")),
                _ => Ok(1),
            };
        }
        let prompts = self.document.children(prompt);
        if prompts.clone().next().is_some_and(|first| self.document.kind(first) == Kind::Number) {
            return Ok(1);
        }
        match prompts.count() {
            0 => Err(wrong("`prompt` is empty; send at least one text")),
            count => Ok(u64::try_from(count).unwrap_or(u64::MAX)),
        }
    }

    fn max_tokens(&self, least: u64) -> Result<Option<u64>, RequestError> {
        let read = |name: &str| {
            let Some(id) = self.top(name) else { return Ok(None) };
            match self.document.unsigned(self.body, id).filter(|tokens| *tokens >= least) {
                Some(tokens) => Ok(Some(tokens)),
                None => Err(RequestError::invalid(
                    name,
                    format!("`{name}` must be a positive integer; leave it out for the default"),
                )),
            }
        };
        match (read("max_tokens")?, read("max_completion_tokens")?) {
            (Some(old), Some(new)) if old != new => Err(RequestError::invalid(
                "max_tokens",
                "`max_tokens` and `max_completion_tokens` say different things; send one of them",
            )),
            (old, new) => Ok(new.or(old)),
        }
    }

    fn messages(&self) -> Result<(), RequestError> {
        let messages = self.top("messages").ok_or_else(|| {
            RequestError::invalid(
                "messages",
                "`messages` is missing; send a list such as [{\"role\": \"user\", \"content\": \"…\"}]",
            )
        })?;
        let mut count = 0;
        for (index, message) in self.document.children(messages).enumerate() {
            self.message(index, message)?;
            count += 1;
        }
        if count == 0 {
            return Err(RequestError::invalid(
                "messages",
                "`messages` is empty; send at least one message",
            ));
        }
        Ok(())
    }

    fn message(&self, index: usize, message: NodeId) -> Result<(), RequestError> {
        let Some(role) = self.present(message, "role") else {
            return Err(RequestError::invalid(
                format!("messages[{index}].role"),
                format!(
                    "`messages[{index}].role` is missing; send system, user, assistant or tool"
                ),
            ));
        };
        if self.present(message, "content").is_some() {
            return Ok(());
        }
        let role = self.document.string(self.body, role).unwrap_or_default();
        let speaks_otherwise = ["tool_calls", "function_call", "refusal"]
            .iter()
            .any(|name| self.present(message, name).is_some());
        if role == "assistant" && speaks_otherwise {
            return Ok(());
        }
        Err(RequestError::invalid(
            format!("messages[{index}].content"),
            format!(
                "`messages[{index}].content` is missing or null; only an assistant message with \
                 `tool_calls` may leave it out"
            ),
        ))
    }
}
