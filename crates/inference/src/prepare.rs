//! From a request's bytes to a job for the engine: read, render, tokenise, check against the context.

mod completions;
mod tokenizer;

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use crate::control_texts::ControlTexts;
use crate::operation::Operation;
use crate::replies::{AnswerHead, Shape};
use crate::requests::{ChatRequest, Input, Refusal, Sampling, read_chat, read_embeddings};
use crate::template::ChatTemplate;
use crate::worker::WorkerSettings;
pub(crate) use tokenizer::Described;

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Prepared {
    /// Work for the engine.
    Job(Job),
    /// The vocabulary alone answers it.
    Answer(Vec<u8>),
}

/// Work for the engine.
#[derive(Debug)]
pub(crate) enum Job {
    Generation(GenerationJob),
    Scoring(ScoringJob),
    Embeddings(EmbeddingsJob),
}

/// A text to continue.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) tokens: Arc<[LlamaToken]>,
    /// Most tokens of one answer; the prompt and they fit the context.
    pub(crate) limit: u32,
}

/// A conversation to continue, or texts.
#[derive(Debug)]
pub(crate) struct GenerationJob {
    pub(crate) request: u64,
    pub(crate) head: AnswerHead,
    pub(crate) shape: Shape,
    pub(crate) prompts: Vec<Prompt>,
    pub(crate) sampling: Sampling,
    pub(crate) seed: u32,
    pub(crate) stops: Vec<String>,
    /// Answers to each prompt.
    pub(crate) choices: u32,
    pub(crate) stream: bool,
    pub(crate) include_usage: bool,
}

impl GenerationJob {
    /// All answers that are asked for.
    pub(crate) fn answers(&self) -> u32 {
        u32::try_from(self.prompts.len()).unwrap_or(u32::MAX).saturating_mul(self.choices)
    }

    /// The prompt that an answer continues; answers to one prompt follow one another.
    pub(crate) fn prompt_of(&self, answer: u32) -> Option<&Prompt> {
        self.prompts.get((answer / self.choices.max(1)) as usize)
    }

    pub(crate) fn prompt_tokens(&self) -> u64 {
        self.prompts.iter().map(|prompt| prompt.tokens.len() as u64).sum()
    }
}

/// Texts whose tokens are to be told with their probabilities, or given back.
#[derive(Debug)]
pub(crate) struct ScoringJob {
    pub(crate) request: u64,
    pub(crate) head: AnswerHead,
    pub(crate) prompts: Vec<ScoredPrompt>,
    pub(crate) sampling: Sampling,
    pub(crate) seed: u32,
    pub(crate) stops: Vec<String>,
    pub(crate) choices: u32,
    pub(crate) echo: bool,
    pub(crate) logprobs: Option<u32>,
}

/// A prompt and what is shown of it.
#[derive(Debug)]
pub(crate) struct ScoredPrompt {
    pub(crate) prompt: Prompt,
    /// The text of each of its tokens, where the answer repeats it.
    pub(crate) texts: Vec<String>,
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
    pub(crate) fn prepare(&self, request: u64, payload: &[u8]) -> Result<Prepared, Refusal> {
        let unknown = || Refusal("a model on this machine does not serve this route".to_owned());
        let [code, stream, body @ ..] = payload else { return Err(unknown()) };
        let stream = *stream == 1;
        match Operation::from_code(*code).ok_or_else(unknown)? {
            Operation::Chat => {
                self.chat(request, stream, body).map(|job| Prepared::Job(Job::Generation(job)))
            }
            Operation::Embeddings => {
                self.embeddings(request, body).map(|job| Prepared::Job(Job::Embeddings(job)))
            }
            Operation::Completions => self.completion(request, stream, body).map(Prepared::Job),
            Operation::Tokenize => self.tokenize(body).map(Prepared::Answer),
            Operation::Detokenize => self.detokenize(body).map(Prepared::Answer),
            Operation::Pieces => self.pieces(body).map(Prepared::Answer),
            Operation::Describe => self.describe().map(Prepared::Answer),
        }
    }

    fn chat(&self, request: u64, stream: bool, body: &[u8]) -> Result<GenerationJob, Refusal> {
        let template = self.template.as_ref().map_err(|refusal| Refusal(refusal.0.clone()))?;
        let chat = read_chat(body, self.default_temperature)?;
        if chat.choices > self.parallel {
            return Err(Refusal(format!(
                "n is {}, and this model generates at most {} answers at once",
                chat.choices, self.parallel
            )));
        }
        let prompt = self.prompt(template, &chat)?;
        let room = self.room_after(prompt.len(), 1)?;
        let (head, chance) = self.head("chatcmpl", chat.model);
        Ok(GenerationJob {
            request,
            head,
            shape: Shape::Chat,
            prompts: vec![Prompt {
                tokens: prompt.into(),
                limit: chat.max_tokens.unwrap_or(room).min(room),
            }],
            seed: chat.sampling.seed.unwrap_or(chance),
            sampling: chat.sampling,
            stops: chat.stops,
            choices: chat.choices,
            stream,
            include_usage: chat.include_usage,
        })
    }

    /// The head of a new answer, and a seed for it.
    fn head(&self, kind: &str, model: String) -> (AnswerHead, u32) {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let unique = hash_of(&(self.born, number));
        let id = format!("{kind}-{unique:016x}{number:08x}");
        let head = AnswerHead { id, created: since_epoch().as_secs(), model };
        // The upper 32 bits of the hash are as good as any.
        (head, u32::try_from(unique >> 32).unwrap_or(0))
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
        self.begin(&mut tokens);
        Ok(tokens)
    }

    /// Puts the opening token before a text, where the model wants one and the text (most templates do) has
    /// none. Whether it was added.
    fn begin(&self, tokens: &mut Vec<LlamaToken>) -> bool {
        let vocabulary = self.model.vocab();
        let begin = vocabulary.bos();
        let adds = vocabulary.should_add_bos() && begin.0 >= 0 && tokens.first() != Some(&begin);
        if adds {
            tokens.insert(0, begin);
        }
        adds
    }

    /// Tokens that the context leaves for an answer of at least `least`.
    fn room_after(&self, prompt: usize, least: u32) -> Result<u32, Refusal> {
        u32::try_from(prompt)
            .ok()
            .filter(|_| prompt > 0)
            .and_then(|prompt| self.context_tokens.checked_sub(prompt))
            .filter(|room| *room >= least)
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
                Input::Tokens(tokens) => self.known_tokens(&format!("input[{index}]"), &tokens)?,
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
    fn known_tokens(&self, path: &str, tokens: &[i32]) -> Result<Vec<LlamaToken>, Refusal> {
        let known = 0..self.model.n_vocab();
        if tokens.iter().any(|token| !known.contains(token)) {
            return Err(Refusal(format!(
                "{path} holds a token number outside this model's 0 to {}",
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
