//! Whom studies ask: models behind the gateway, here or of a running server, and Igudar's own systems.

mod here;
mod likelihood;
mod systems;
mod there;

use std::sync::Arc;
use std::time::Duration;

use evaluation::respondent::End;
use evaluation::{NoReply, Question, Reply, Respondent, System};
use futures_core::future::BoxFuture;
use likelihood::likelihood;
use model::Route;
use serde_json::{Map, Value, json};

pub(crate) use here::Here;
pub(crate) use systems::systems;
pub(crate) use there::There;

/// The first pause before a question is asked again; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause, whatever a server asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The way to the gateway: in this process, or over HTTP.
pub(crate) trait Door: Send + Sync {
    /// Sends a request as any caller does, and gives the answer's JSON.
    fn send(&self, route: Route, body: Value) -> BoxFuture<'_, Result<Value, Trouble>>;

    /// Where a model stands: a list of destinations. `None` where nobody serves it.
    fn places(&self, model: &str) -> Option<Value>;

    /// The names that can be asked for.
    fn names(&self) -> Vec<String>;
}

/// Why a request has no answer. Says nothing of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// A rule forbids it.
    Refused(String),
    /// It makes no sense to who would answer.
    Impossible(String),
    /// The answer broke off.
    Truncated,
    /// It failed for good.
    Failed(String),
    /// It may go better later.
    Later(String, Option<Duration>),
}

/// A model behind the gateway.
pub(crate) struct Behind {
    model: String,
    places: Value,
    door: Arc<dyn Door>,
    /// How often a question that failed is asked again.
    retries: u32,
}

impl Behind {
    /// The model of this name; `None` where nobody serves it.
    pub(crate) fn named(model: &str, door: &Arc<dyn Door>, retries: u32) -> Option<Self> {
        let places = door.places(model)?;
        Some(Self { model: model.to_owned(), places, door: Arc::clone(door), retries })
    }

    async fn answer(&self, question: Question) -> Result<Reply, NoReply> {
        match &question {
            Question::Generate { prompt, generation } => {
                let mut body = Map::from_iter([
                    ("model".to_owned(), json!(self.model)),
                    ("messages".to_owned(), json!([{ "role": "user", "content": prompt }])),
                    ("temperature".to_owned(), json!(generation.temperature)),
                    ("max_tokens".to_owned(), json!(generation.max_tokens)),
                ]);
                if !generation.stop.is_empty() {
                    body.insert("stop".to_owned(), json!(generation.stop));
                }
                let answer = self.patiently(Route::ChatCompletions, &Value::Object(body)).await;
                read_chat(&answer.map_err(no_reply)?)
            }
            Question::Likelihood { context, continuation } => {
                let body = json!({
                    "model": self.model,
                    "prompt": format!("{context}{continuation}"),
                    "echo": true,
                    "logprobs": 1,
                    "max_tokens": 1,
                    "temperature": 0,
                });
                match self.patiently(Route::Completions, &body).await {
                    Ok(answer) => likelihood(&answer, context, continuation),
                    Err(Trouble::Impossible(reason)) => Err(NoReply::NotGiven(reason)),
                    Err(trouble) => Err(no_reply(trouble)),
                }
            }
            Question::System { .. } => {
                Err(NoReply::NotGiven("a model is no system of Igudar's".to_owned()))
            }
        }
    }

    /// Asks, and again after a pause where that may help.
    async fn patiently(&self, route: Route, body: &Value) -> Result<Value, Trouble> {
        let mut pause = FIRST_PAUSE;
        let mut left = self.retries;
        loop {
            match self.door.send(route, body.clone()).await {
                Err(Trouble::Later(_, wanted)) if left > 0 => {
                    tokio::time::sleep(wanted.unwrap_or(pause).min(LONGEST_PAUSE)).await;
                    pause = pause.saturating_mul(2);
                    left -= 1;
                }
                settled => return settled,
            }
        }
    }
}

fn no_reply(trouble: Trouble) -> NoReply {
    match trouble {
        Trouble::Refused(rule) => NoReply::Refused(rule),
        Trouble::Truncated => NoReply::Truncated,
        Trouble::Impossible(reason) | Trouble::Failed(reason) | Trouble::Later(reason, _) => {
            NoReply::Failed(reason)
        }
    }
}

impl Respondent for Behind {
    fn name(&self) -> &str {
        &self.model
    }

    fn system(&self) -> Option<System> {
        None
    }

    fn facts(&self) -> Value {
        json!({ "kind": "model", "model": self.model, "served_by": self.places })
    }

    fn ask(&self, question: Question) -> BoxFuture<'_, Result<Reply, NoReply>> {
        Box::pin(self.answer(question))
    }
}

/// The text of a chat answer, and how it ended.
fn read_chat(answer: &Value) -> Result<Reply, NoReply> {
    let choice = answer.pointer("/choices/0");
    let choice = choice.ok_or_else(|| NoReply::Failed("an answer without a choice".to_owned()))?;
    let message = choice.get("message").unwrap_or(&Value::Null);
    let text = match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(chunks)) => {
            let text = |chunk: &Value| chunk.get("text").and_then(Value::as_str).map(str::to_owned);
            chunks.iter().filter_map(text).collect()
        }
        _ => String::new(),
    };
    let refusal = message.get("refusal").and_then(Value::as_str).filter(|text| !text.is_empty());
    let end = match choice.get("finish_reason").and_then(Value::as_str) {
        _ if refusal.is_some() => End::Refused,
        Some("content_filter") => End::Refused,
        Some("length" | "model_length") => End::Truncated,
        Some("error") => return Err(NoReply::Failed("the model ended with an error".to_owned())),
        _ => End::Complete,
    };
    Ok(Reply::Text { text: refusal.map_or(text, str::to_owned), end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chat_answers_are_read() {
        fn check(choice: &Value, expect: Option<(&str, End)>) {
            let read = read_chat(&json!({ "choices": [choice] })).ok();
            let expect = expect.map(|(text, end)| Reply::Text { text: text.to_owned(), end });
            assert_eq!(read, expect, "{choice}");
        }
        let said = |text: &str, finish: &str| json!({ "message": { "role": "assistant", "content": text }, "finish_reason": finish });
        check(&said("B", "stop"), Some(("B", End::Complete)));
        check(&said("B", "length"), Some(("B", End::Truncated)));
        check(&said("", "content_filter"), Some(("", End::Refused)));
        check(&said("", "error"), None);
        let chunks =
            json!([{ "type": "thinking", "thinking": [] }, { "type": "text", "text": "B" }]);
        check(&json!({ "message": { "content": chunks } }), Some(("B", End::Complete)));
        check(
            &json!({ "message": { "content": null, "refusal": "no" } }),
            Some(("no", End::Refused)),
        );
        assert!(read_chat(&json!({ "choices": [] })).is_err());
    }
}
