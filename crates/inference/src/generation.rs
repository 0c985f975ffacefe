//! One running choice: its place in its prompt, its sampler, its text on the way out.

use std::sync::Arc;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_batch::{BatchAddError, LlamaBatch};
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;

use crate::decoding::Utf8Assembler;
use crate::prepare::{GenerationJob, Prompt};
use crate::replies::Finish;
use crate::requests::Sampling;
use crate::stops::StopScanner;

/// A sequence in the context.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) request: u64,
    pub(crate) choice: u32,
    prompt: Arc<[LlamaToken]>,
    /// Tokens of the prompt and the answer that are in the context or in the batch.
    fed: usize,
    /// The token that was chosen last and is not in the context yet.
    chosen: Option<LlamaToken>,
    /// Where in the batch the token stands from whose scores the next one is chosen.
    row: Option<i32>,
    sampler: LlamaSampler,
    text: Utf8Assembler,
    stops: StopScanner,
    generated: u32,
    limit: u32,
}

/// What one step gave.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) text: String,
    pub(crate) finish: Option<Finish>,
}

impl Slot {
    pub(crate) fn new(
        job: &GenerationJob,
        choice: u32,
        prompt: &Prompt,
        model: &LlamaModel,
    ) -> Self {
        Self {
            request: job.request,
            choice,
            prompt: Arc::clone(&prompt.tokens),
            fed: 0,
            chosen: None,
            row: None,
            sampler: sampler(
                &job.sampling,
                job.seed.wrapping_add(choice),
                prompt.limit,
                model.n_vocab(),
            ),
            text: Utf8Assembler::default(),
            stops: StopScanner::new(job.stops.clone()),
            generated: 0,
            limit: prompt.limit,
        }
    }

    pub(crate) fn reads_prompt(&self) -> bool {
        self.fed < self.prompt.len()
    }

    /// Adds the chosen token to the batch.
    pub(crate) fn feed_chosen(
        &mut self,
        batch: &mut LlamaBatch<'_>,
        sequence: i32,
    ) -> Result<(), BatchAddError> {
        let Some(token) = self.chosen.take() else { return Ok(()) };
        self.row = Some(batch.n_tokens());
        batch.add(token, position(self.fed), &[sequence], true)?;
        self.fed += 1;
        Ok(())
    }

    /// Adds at most `most` tokens of the prompt to the batch; says how many.
    pub(crate) fn feed_prompt(
        &mut self,
        batch: &mut LlamaBatch<'_>,
        sequence: i32,
        most: usize,
    ) -> Result<usize, BatchAddError> {
        let rest = self.prompt.get(self.fed..).unwrap_or_default();
        let last = rest.len();
        let mut added = 0;
        for token in rest.iter().take(most) {
            added += 1;
            let scores = added == last;
            if scores {
                self.row = Some(batch.n_tokens());
            }
            batch.add(*token, position(self.fed), &[sequence], scores)?;
            self.fed += 1;
        }
        Ok(added)
    }

    /// Chooses the next token, when the batch that was computed gave scores for it.
    pub(crate) fn choose(
        &mut self,
        context: &LlamaContext<'_>,
        model: &LlamaModel,
    ) -> Option<Step> {
        let row = self.row.take()?;
        let token = self.sampler.sample(context, row);
        let vocabulary = model.vocab();
        self.generated += 1;
        if vocabulary.is_eog(token) {
            return Some(Step { text: self.stops.finish(), finish: Some(Finish::Stop) });
        }
        let piece = self.text.push(&vocabulary.token_to_piece(token, false, None));
        let mut scanned = self.stops.push(&piece);
        if scanned.stopped {
            return Some(Step { text: scanned.text, finish: Some(Finish::Stop) });
        }
        if self.generated >= self.limit {
            scanned.text += &self.stops.finish();
            return Some(Step { text: scanned.text, finish: Some(Finish::Length) });
        }
        self.chosen = Some(token);
        Some(Step { text: scanned.text, finish: None })
    }
}

/// Positions never pass the context, which is far below this limit.
fn position(fed: usize) -> i32 {
    i32::try_from(fed).unwrap_or(i32::MAX)
}

/// Below this the likeliest token is taken: dividing scores by less would leave the range of numbers.
const COLD: f32 = 1e-4;

/// The chain of samplers: penalties over the answer so far, then the likeliest token or a drawn one.
pub(crate) fn sampler(sampling: &Sampling, seed: u32, limit: u32, vocabulary: i32) -> LlamaSampler {
    let whole_answer = i32::try_from(limit).unwrap_or(i32::MAX);
    let mut chain = Vec::new();
    if sampling.frequency_penalty != 0.0 || sampling.presence_penalty != 0.0 {
        chain.push(LlamaSampler::penalties(
            vocabulary,
            whole_answer,
            1.0,
            sampling.frequency_penalty,
            sampling.presence_penalty,
        ));
    }
    if sampling.temperature < COLD {
        chain.push(LlamaSampler::greedy());
    } else {
        if sampling.top_p < 1.0 {
            chain.push(LlamaSampler::top_p(sampling.top_p, 1));
        }
        chain.push(LlamaSampler::temp(sampling.temperature));
        // The largest number asks llama.cpp for a seed of its own choice.
        chain.push(LlamaSampler::dist(seed.min(u32::MAX - 1)));
    }
    LlamaSampler::chain(chain, true)
}
