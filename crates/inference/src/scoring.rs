//! Texts read for the probability of each of their tokens, and continued one token at a time.
//!
//! This happens in a context of its own and beside nothing else, so that the probability of a token depends
//! on the tokens before it alone, bit for bit: not on what follows, on the other texts of the request or on how
//! busy the machine is. Two things of llama.cpp would break that. Its flash attention rounds sums to 16 bits
//! in an order that depends on the size of the batch (a tenth of a nat for a small model), so it is off here.
//! And a token alone in a batch is computed by other code than one of several, so one is never alone.
//!
//! So what two texts of a request begin with alike is read once: the answers to a question cost little more than
//! the question. Between requests nothing is kept, since the time an answer takes would tell one caller what
//! another one asked.

use std::num::NonZeroU32;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;

use crate::decoding::Utf8Assembler;
use crate::generation::sampler;
use crate::log_probabilities::{TokenScore, score};
use crate::prepare::{ScoredPrompt, ScoringJob};
use crate::replies::{Finish, TokenUsage, continuation};
use crate::scored_text::{ScoredText, cut, scored_text, texts_of};
use crate::stops::StopScanner;

/// Tokens of one piece. Each gives a score for every token of the vocabulary: 12 MB for 49,152 of them.
const PIECE: usize = 64;

/// llama.cpp failed; the text says at what.
#[derive(Debug)]
pub(crate) struct ScoringFault(pub(crate) &'static str);

/// A context that gives scores at every place of a text.
#[derive(Debug)]
pub(crate) struct Scorer<'m> {
    model: &'m LlamaModel,
    context: LlamaContext<'m>,
    batch: LlamaBatch<'static>,
}

/// A request under way.
#[derive(Debug)]
pub(crate) struct ScoringRun {
    pub(crate) job: ScoringJob,
    choices: Vec<(String, Option<ScoredText>, Finish)>,
    completion_tokens: u64,
    reading: Option<Reading>,
    /// The tokens in the context, and the probabilities that are known of them.
    known: Known,
}

#[derive(Debug, Default)]
struct Known {
    tokens: Vec<LlamaToken>,
    scores: Vec<Option<TokenScore>>,
}

impl Known {
    /// How many tokens need not be read again. The last one that is shared is: what follows on it is new.
    fn of(&self, prompt: &[LlamaToken]) -> usize {
        let shared = self.tokens.iter().zip(prompt).take_while(|(known, token)| known == token);
        shared.count().saturating_sub(1)
    }
}

/// The answer that is being worked out: its prompt, then what the model adds.
#[derive(Debug)]
struct Reading {
    tokens: Vec<LlamaToken>,
    prompt: usize,
    fed: usize,
    /// For each token that is told, its probability; none for the first of a text.
    scores: Vec<Option<TokenScore>>,
    sampler: LlamaSampler,
    /// The added tokens, and the bytes that each adds; the mark that ends an answer adds none.
    added: Vec<(LlamaToken, Vec<u8>)>,
    letters: Utf8Assembler,
    stops: StopScanner,
    /// Text of what was added, up to a stop.
    text: String,
    finish: Option<Finish>,
}

impl ScoringRun {
    pub(crate) fn new(job: ScoringJob) -> Self {
        Self {
            job,
            choices: Vec::new(),
            completion_tokens: 0,
            reading: None,
            known: Known::default(),
        }
    }

    /// The whole answer, once every choice is there.
    pub(crate) fn answer(&self) -> Option<Vec<u8>> {
        let answers = self.job.prompts.len() * self.job.choices as usize;
        if self.choices.len() < answers {
            return None;
        }
        let read = self.job.prompts.iter().map(|scored| scored.prompt.tokens.len() as u64).sum();
        let usage = TokenUsage::chat(read, self.completion_tokens);
        Some(continuation(&self.job.head, &self.choices, usage))
    }

    fn scored_prompt(&self) -> Option<&ScoredPrompt> {
        self.job.prompts.get(self.choices.len() / self.job.choices.max(1) as usize)
    }

    /// Begins the next answer.
    fn begin(&self, model: &LlamaModel) -> Option<Reading> {
        let prompt = &self.scored_prompt()?.prompt;
        let answer = u32::try_from(self.choices.len()).unwrap_or(u32::MAX);
        let tells_prompt = self.job.echo && self.job.logprobs.is_some();
        let seed = self.job.seed.wrapping_add(answer);
        Some(Reading {
            tokens: prompt.tokens.to_vec(),
            prompt: prompt.tokens.len(),
            fed: 0,
            scores: if tells_prompt { vec![None] } else { Vec::new() },
            sampler: sampler(&self.job.sampling, seed, prompt.limit, model.n_vocab()),
            added: Vec::new(),
            letters: Utf8Assembler::default(),
            stops: StopScanner::new(self.job.stops.clone()),
            text: String::new(),
            // A prompt that is only given back needs no reading.
            finish: (prompt.limit == 0 && !tells_prompt).then_some(Finish::Length),
        })
    }
}

impl<'m> Scorer<'m> {
    pub(crate) fn new(
        backend: &LlamaBackend,
        model: &'m LlamaModel,
        threads: i32,
        context_tokens: u32,
    ) -> Result<Self, ScoringFault> {
        let piece = u32::try_from(PIECE).unwrap_or(u32::MAX);
        let parameters = LlamaContextParams::default()
            // One more for the token that keeps the last one company.
            .with_n_ctx(NonZeroU32::new(context_tokens.saturating_add(1)))
            .with_n_batch(piece)
            .with_n_ubatch(piece)
            .with_n_seq_max(1)
            .with_n_threads(threads)
            .with_n_threads_batch(threads)
            .with_flash_attention_policy(llama_cpp_sys_2::LLAMA_FLASH_ATTN_TYPE_DISABLED);
        let context = model
            .new_context(backend, parameters)
            .map_err(|_| ScoringFault("memory for token probabilities cannot be had"))?;
        Ok(Self { model, context, batch: LlamaBatch::new(PIECE, 1) })
    }

    /// Computes the next piece of a request.
    pub(crate) fn advance(&mut self, run: &mut ScoringRun) -> Result<(), ScoringFault> {
        let mut reading = if let Some(reading) = run.reading.take() {
            reading
        } else {
            let Some(mut reading) = run.begin(self.model) else { return Ok(()) };
            self.keep_what_is_known(&mut reading, &run.known);
            reading
        };
        if reading.finish.is_none() {
            self.read_piece(&mut reading, run)?;
        }
        let Some(finish) = reading.finish else {
            run.reading = Some(reading);
            return Ok(());
        };
        run.completion_tokens += reading.added.len() as u64;
        let (text, scored) = self.told(&reading, run);
        run.choices.push((text, scored, finish));
        reading.tokens.truncate(reading.fed);
        run.known = Known { tokens: reading.tokens, scores: reading.scores };
        Ok(())
    }

    /// Leaves in the context what a text begins with that was read before, and nothing else.
    fn keep_what_is_known(&mut self, reading: &mut Reading, known: &Known) {
        let count = if self.keeps_a_state() { 0 } else { known.of(&reading.tokens) };
        let from = u32::try_from(count).unwrap_or(0);
        let kept = from > 0
            && matches!(self.context.clear_kv_cache_seq(Some(0), Some(from), None), Ok(true));
        if !kept {
            self.context.clear_kv_cache();
            return;
        }
        reading.fed = count;
        // The first token's place says whether the probabilities of a prompt are told.
        if !reading.scores.is_empty() {
            reading.scores = known.scores.iter().take(count + 1).cloned().collect();
        }
    }

    /// Models that keep a running state instead of what they read cannot forget the end of it.
    fn keeps_a_state(&self) -> bool {
        self.model.is_recurrent() || self.model.is_hybrid()
    }

    fn read_piece(&mut self, reading: &mut Reading, run: &ScoringRun) -> Result<(), ScoringFault> {
        let tells_prompt = run.job.echo && run.job.logprobs.is_some();
        let limit = run.scored_prompt().map_or(0, |scored| scored.prompt.limit) as usize;
        self.batch.clear();
        let start = reading.fed;
        for (place, token) in reading.tokens.iter().enumerate().skip(start).take(PIECE) {
            let is_last = place + 1 == reading.tokens.len();
            let position = i32::try_from(place).unwrap_or(i32::MAX);
            self.batch
                .add(*token, position, &[0], is_last || tells_prompt)
                .map_err(|_| ScoringFault("a batch is too small"))?;
            reading.fed += 1;
        }
        let company = self.add_company(reading)?;
        self.context
            .decode(&mut self.batch)
            .map_err(|_| ScoringFault("llama.cpp could not compute the probabilities"))?;
        if let Some(position) = company
            && !matches!(self.context.clear_kv_cache_seq(Some(0), Some(position), None), Ok(true))
        {
            return Err(ScoringFault("llama.cpp could not forget a token"));
        }
        let fed = reading.fed;
        for place in start..fed {
            let row = i32::try_from(place - start).unwrap_or(i32::MAX);
            if let Some(next) = reading.tokens.get(place + 1).copied() {
                if tells_prompt {
                    let found = self.score_of(row, next, run)?;
                    reading.scores.push(Some(found));
                }
            } else if limit == 0 {
                reading.finish = Some(Finish::Length);
            } else {
                self.add(reading, row, limit, run)?;
            }
        }
        Ok(())
    }

    /// Puts a second token behind one that is alone in the batch; says where. What comes after a token
    /// changes nothing for it.
    fn add_company(&mut self, reading: &Reading) -> Result<Option<u32>, ScoringFault> {
        let Some(token) = reading.tokens.get(reading.fed.wrapping_sub(1)) else { return Ok(None) };
        if self.batch.n_tokens() != 1 || self.keeps_a_state() {
            return Ok(None);
        }
        let position = i32::try_from(reading.fed).unwrap_or(i32::MAX);
        self.batch
            .add(*token, position, &[0], false)
            .map_err(|_| ScoringFault("a batch is too small"))?;
        Ok(u32::try_from(reading.fed).ok())
    }

    fn score_of(
        &self,
        row: i32,
        token: LlamaToken,
        run: &ScoringRun,
    ) -> Result<TokenScore, ScoringFault> {
        let place = usize::try_from(token.0).unwrap_or(usize::MAX);
        let most = run.job.logprobs.unwrap_or(0) as usize;
        score(self.context.get_logits_ith(row), place, most)
            .ok_or(ScoringFault("the model gave no numbers; its file may be damaged"))
    }

    /// Chooses one more token.
    fn add(
        &mut self,
        reading: &mut Reading,
        row: i32,
        limit: usize,
        run: &ScoringRun,
    ) -> Result<(), ScoringFault> {
        let token = reading.sampler.sample(&self.context, row);
        if run.job.logprobs.is_some() {
            let found = self.score_of(row, token, run)?;
            reading.scores.push(Some(found));
        }
        let vocabulary = self.model.vocab();
        if vocabulary.is_eog(token) {
            reading.added.push((token, Vec::new()));
            reading.text.push_str(&reading.stops.finish());
            reading.finish = Some(Finish::Stop);
            return Ok(());
        }
        let bytes = vocabulary.token_to_piece(token, false, None);
        let scanned = reading.stops.push(&reading.letters.push(&bytes));
        reading.added.push((token, bytes));
        reading.tokens.push(token);
        reading.text.push_str(&scanned.text);
        if scanned.stopped {
            reading.finish = Some(Finish::Stop);
        } else if reading.added.len() >= limit {
            reading.text.push_str(&reading.stops.finish());
            reading.finish = Some(Finish::Length);
        }
        Ok(())
    }

    /// The text of an answer and its tokens.
    fn told(&self, reading: &Reading, run: &ScoringRun) -> (String, Option<ScoredText>) {
        let vocabulary = self.model.vocab();
        let bytes_of = |token: i32| vocabulary.token_to_piece(LlamaToken::new(token), true, None);
        let echoed: &[String] = match run.scored_prompt() {
            Some(scored) if run.job.echo => &scored.texts,
            _ => &[],
        };
        let mut texts = echoed.to_vec();
        texts.extend(texts_of(reading.added.iter().map(|(_, bytes)| bytes.as_slice())));
        cut(&mut texts, echoed.len(), reading.text.len());
        let text = texts.concat();
        let scored = run.job.logprobs.map(|_| {
            let shown = if run.job.echo { 0 } else { reading.prompt };
            let prompt = reading.tokens.iter().take(reading.prompt).skip(shown);
            let added = reading.added.iter().map(|(token, _)| token);
            let own: Vec<Vec<u8>> = prompt.chain(added).map(|token| bytes_of(token.0)).collect();
            scored_text(texts, &own, &reading.scores, bytes_of)
        });
        (text, scored)
    }
}
