//! From a request's bytes to a job for the engine: read, render, tokenise, check against the context.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use crate::control_texts::ControlTexts;
use crate::replies::AnswerHead;
use crate::requests::{ChatRequest, Input, Refusal, Sampling, read_chat, read_embeddings};
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
