//! From a request's bytes to a job for the engine: read, render, tokenise, check against the context.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use aho_corasick::{AhoCorasick, MatchKind};
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;
use minijinja::value::Value;

use crate::replies::AnswerHead;
use crate::requests::{
    ChatRequest, Input, Refusal, Sampling, Turn, map_texts, read_chat, read_embeddings,
};
use crate::template::ChatTemplate;
use crate::worker::WorkerSettings;

/// Work for the engine.
#[derive(Debug)]
pub(crate) enum Job {
    Chat(ChatJob),
    Embeddings(EmbeddingsJob),
}

/// A conversation to continue.
#[derive(Debug)]
pub(crate) struct ChatJob {
    pub(crate) request: u64,
    pub(crate) head: AnswerHead,
    pub(crate) prompt: Vec<LlamaToken>,
    pub(crate) sampling: Sampling,
    pub(crate) seed: u32,
    /// Most tokens of one choice; the prompt and they fit the context.
    pub(crate) limit: u32,
    pub(crate) stops: Vec<String>,
    pub(crate) choices: u32,
    pub(crate) stream: bool,
    pub(crate) include_usage: bool,
}

/// Texts to embed.
#[derive(Debug)]
pub(crate) struct EmbeddingsJob {
    pub(crate) request: u64,
    pub(crate) model: String,
    pub(crate) inputs: Vec<Vec<LlamaToken>>,
    pub(crate) base64: bool,
}

/// Prepares requests. It reads the vocabulary only, so it may run beside the engine.
#[derive(Debug)]
pub(crate) struct Preparer<'m> {
    model: &'m LlamaModel,
    template: Result<ChatTemplate, Refusal>,
    control: ControlTexts,
    /// Bytes of the longest token: a text of more than this times the context cannot fit.
    longest_token: usize,
    context_tokens: u32,
    parallel: u32,
    default_temperature: f32,
    born: u64,
    counter: AtomicU64,
}

impl<'m> Preparer<'m> {
    pub(crate) fn new(
        model: &'m LlamaModel,
        settings: &WorkerSettings,
        context_tokens: u32,
    ) -> Self {
        let vocabulary = model.vocab();
        let mut longest_token = 1;
        let mut control = Vec::new();
        for token in vocabulary.tokens() {
            longest_token = longest_token.max(vocabulary.token_to_piece(token, true, None).len());
            if vocabulary.is_control(token) {
                control
                    .extend(token_text(model, token).filter(|text| text.chars().nth(1).is_some()));
            }
        }
        Self {
            model,
            template: read_template(model),
            control: ControlTexts::new(&control),
            longest_token,
            context_tokens,
            parallel: settings.parallel,
            default_temperature: settings.default_temperature,
            born: hash_of(&(std::process::id(), since_epoch().as_nanos())),
            counter: AtomicU64::new(0),
        }
    }

    pub(crate) fn can_chat(&self) -> bool {
        self.template.is_ok()
    }

    /// Prepares the payload of an ask frame.
    pub(crate) fn prepare(&self, request: u64, payload: &[u8]) -> Result<Job, Refusal> {
        match payload {
            [0, stream, body @ ..] => self.chat(request, *stream == 1, body).map(Job::Chat),
            [1, _, body @ ..] => self.embeddings(request, body).map(Job::Embeddings),
            _ => Err(Refusal("a model on this machine does not serve this route".to_owned())),
        }
    }

    fn chat(&self, request: u64, stream: bool, body: &[u8]) -> Result<ChatJob, Refusal> {
        let template = self.template.as_ref().map_err(|refusal| Refusal(refusal.0.clone()))?;
        let chat = read_chat(body, self.default_temperature)?;
        if chat.choices > self.parallel {
            return Err(Refusal(format!(
                "n is {}, and this model generates at most {} answers at once",
                chat.choices, self.parallel
            )));
        }
        let prompt = self.prompt(template, &chat)?;
        let room = self.room_after(prompt.len())?;
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let unique = hash_of(&(self.born, number));
        Ok(ChatJob {
            request,
            head: AnswerHead {
                id: format!("chatcmpl-{unique:016x}{number:08x}"),
                created: since_epoch().as_secs(),
                model: chat.model,
            },
            prompt,
            // The upper 32 bits of the hash are as good as any.
            seed: chat.sampling.seed.or(u32::try_from(unique >> 32).ok()).unwrap_or(0),
            sampling: chat.sampling,
            limit: chat.max_tokens.unwrap_or(room).min(room),
            stops: chat.stops,
            choices: chat.choices,
            stream,
            include_usage: chat.include_usage,
        })
    }

    fn prompt(
        &self,
        template: &ChatTemplate,
        chat: &ChatRequest,
    ) -> Result<Vec<LlamaToken>, Refusal> {
        let guarded = self.control.guard(&chat.turns, chat.tools.as_ref())?;
        let now = i64::try_from(since_epoch().as_secs()).unwrap_or(0);
        let rendered = template
            .render(&guarded.turns, guarded.tools.as_ref(), now)
            .map_err(|error| Refusal(error.to_string()))?;
        self.check_bytes(rendered.len())?;
        let vocabulary = self.model.vocab();
        let mut tokens = Vec::new();
        for piece in rendered.split(guarded.guard).filter(|piece| !piece.is_empty()) {
            vocabulary.tokenize_into(piece.as_bytes(), &mut tokens, false, true);
        }
        // Most templates write the opening token themselves.
        let begin = vocabulary.bos();
        if vocabulary.should_add_bos() && begin.0 >= 0 && tokens.first() != Some(&begin) {
            tokens.insert(0, begin);
        }
        Ok(tokens)
    }

    /// Tokens that the context leaves for an answer.
    fn room_after(&self, prompt: usize) -> Result<u32, Refusal> {
        u32::try_from(prompt)
            .ok()
            .filter(|_| prompt > 0)
            .and_then(|prompt| self.context_tokens.checked_sub(prompt))
            .filter(|room| *room > 0)
            .ok_or_else(|| {
                Refusal(format!(
                    "the prompt has {prompt} tokens; this model's context holds {} and needs room \
                     for an answer",
                    self.context_tokens
                ))
            })
    }

    /// Refuses what is too long before it is tokenised, which takes time for a long text.
    fn check_bytes(&self, bytes: usize) -> Result<(), Refusal> {
        let least = bytes / self.longest_token;
        if least > self.context_tokens as usize {
            return Err(Refusal(format!(
                "the prompt has at least {least} tokens; this model's context holds {}",
                self.context_tokens
            )));
        }
        Ok(())
    }

    fn embeddings(&self, request: u64, body: &[u8]) -> Result<EmbeddingsJob, Refusal> {
        let asked = read_embeddings(body)?;
        let length = u32::try_from(self.model.n_embd_out()).unwrap_or(0);
        if length == 0 {
            return Err(Refusal("this model gives no embeddings".to_owned()));
        }
        if asked.dimensions.is_some_and(|dimensions| dimensions != length) {
            return Err(Refusal(format!("dimensions: this model's embeddings have {length}")));
        }
        let mut inputs = Vec::new();
        for (index, input) in asked.inputs.into_iter().enumerate() {
            let tokens = match input {
                Input::Text(text) => {
                    self.check_bytes(text.len())?;
                    self.model.vocab().tokenize(text.as_bytes(), true, false)
                }
                Input::Tokens(tokens) => self.known_tokens(index, &tokens)?,
            };
            if tokens.is_empty() {
                return Err(Refusal(format!("input[{index}] is empty")));
            }
            if tokens.len() > self.context_tokens as usize {
                return Err(Refusal(format!(
                    "input[{index}] has {} tokens; this model's context holds {}",
                    tokens.len(),
                    self.context_tokens
                )));
            }
            inputs.push(tokens);
        }
        Ok(EmbeddingsJob { request, model: asked.model, inputs, base64: asked.base64 })
    }

    /// A token number outside the vocabulary would end the process inside C.
    fn known_tokens(&self, index: usize, tokens: &[i32]) -> Result<Vec<LlamaToken>, Refusal> {
        let known = 0..self.model.n_vocab();
        if tokens.iter().any(|token| !known.contains(token)) {
            return Err(Refusal(format!(
                "input[{index}] holds a token number outside this model's 0 to {}",
                known.end - 1
            )));
        }
        Ok(tokens.iter().copied().map(LlamaToken::new).collect())
    }
}

fn read_template(model: &LlamaModel) -> Result<ChatTemplate, Refusal> {
    let source = model.meta_val_str("tokenizer.chat_template").map_err(|_| {
        Refusal("this model file has no chat template, so it cannot chat".to_owned())
    })?;
    let vocabulary = model.vocab();
    let text = |token| token_text(model, token).unwrap_or_default();
    ChatTemplate::new(&source, text(vocabulary.bos()), text(vocabulary.eos()))
        .map_err(|error| Refusal(error.to_string()))
}

/// The text of a token, where the model has such a token.
fn token_text(model: &LlamaModel, token: LlamaToken) -> Option<String> {
    if token.0 < 0 {
        return None;
    }
    let vocabulary = model.vocab();
    let text = vocabulary.text(token)?.to_str().ok()?;
    Some(text.to_owned())
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn since_epoch() -> std::time::Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The texts of the model's control tokens, such as the marks between turns.
///
/// Whoever writes one into a message must not thereby begin a turn of another role. Wherever one
/// occurs in a message, a guard character that the conversation does not hold is put between its
/// letters; the rendered prompt is cut at the guards and the pieces are tokenised one by one. The
/// model reads the same letters, never the control token.
#[derive(Debug)]
struct ControlTexts {
    finder: Option<AhoCorasick>,
}

struct Guarded {
    turns: Vec<Turn>,
    tools: Option<Value>,
    guard: char,
}

impl ControlTexts {
    fn new(texts: &[String]) -> Self {
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(texts);
        Self { finder: finder.ok() }
    }

    fn guard(&self, turns: &[Turn], tools: Option<&Value>) -> Result<Guarded, Refusal> {
        // Unicode's noncharacters for use inside a program; text for interchange holds none.
        let guard = ('\u{FDD0}'..='\u{FDEF}')
            .find(|guard| !occurs(*guard, turns, tools))
            .ok_or_else(|| Refusal("the messages hold every Unicode noncharacter".to_owned()))?;
        let change = |text: &str| self.split(text, guard);
        let turns = turns
            .iter()
            .map(|turn| Turn {
                role: turn.role.clone(),
                content: turn
                    .content
                    .as_deref()
                    .map(|text| change(text).unwrap_or_else(|| text.to_owned())),
                others: turn
                    .others
                    .iter()
                    .map(|(name, value)| (name.clone(), map_texts(value, &change)))
                    .collect(),
            })
            .collect();
        Ok(Guarded { turns, tools: tools.map(|tools| map_texts(tools, &change)), guard })
    }

    /// The text with guards in it, when it holds a control text.
    fn split(&self, text: &str, guard: char) -> Option<String> {
        let mut found = self.finder.as_ref()?.find_iter(text).peekable();
        found.peek()?;
        let mut guarded = String::with_capacity(text.len() + 64);
        let mut done = 0;
        for control in found {
            guarded.push_str(text.get(done..control.start())?);
            for letter in text.get(control.range())?.chars() {
                guarded.push(letter);
                guarded.push(guard);
            }
            done = control.end();
        }
        guarded.push_str(text.get(done..)?);
        Some(guarded)
    }
}

fn occurs(guard: char, turns: &[Turn], tools: Option<&Value>) -> bool {
    let seen = std::cell::Cell::new(false);
    let look = |text: &str| {
        seen.set(seen.get() || text.contains(guard));
        None
    };
    for turn in turns {
        look(turn.content.as_deref().unwrap_or_default());
        for (_, value) in &turn.others {
            map_texts(value, &look);
        }
    }
    if let Some(tools) = tools {
        map_texts(tools, &look);
    }
    seen.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let control = ControlTexts::new(&["<|im_start|>".to_owned(), "<s>".to_owned()]);
        let turns = [Turn::new("user", text.to_owned())];
        let guarded = control.guard(&turns, None).unwrap();
        let content = guarded.turns[0].content.clone().unwrap();
        assert_eq!(content.replace(guarded.guard, "·"), expect);
        assert_eq!(content.replace(guarded.guard, ""), text);
    }

    #[test]
    fn control_texts_in_messages_are_taken_apart() {
        check("rien", "rien");
        check("a<s>b", "a<·s·>·b");
        check("<<s>>", "<<·s·>·>");
        check("é<|im_start|>", "é<·|·i·m·_·s·t·a·r·t·|·>·");
    }

    #[test]
    fn the_guard_is_a_letter_that_the_conversation_does_not_hold() {
        let control = ControlTexts::new(&["<s>".to_owned()]);
        let turns = [Turn::new("user", "\u{FDD0}<s>".to_owned())];
        assert_eq!(control.guard(&turns, None).unwrap().guard, '\u{FDD1}');
        let tools = Value::from_pairs([("\u{FDD0}", Value::from("\u{FDD1}"))]);
        let turns = [Turn::new("user", "x".to_owned())];
        assert_eq!(control.guard(&turns, Some(&tools)).unwrap().guard, '\u{FDD2}');
        let all: String = ('\u{FDD0}'..='\u{FDEF}').collect();
        assert!(control.guard(&[Turn::new("user", all)], None).is_err());
    }
}
