//! Embeddings from the same model: the mean of the last hidden states, scaled to length one.

use std::num::NonZeroU32;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::{LlamaContextParams, LlamaPoolingType};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;

use crate::prepare::EmbeddingsJob;

/// A second context over the same weights, which gives hidden states instead of scores.
///
/// llama.cpp is asked for the state of every token and the mean is taken here: its own pooling sees
/// only one internal batch at a time, which would cut long texts.
#[derive(Debug)]
pub(crate) struct Embedder<'m> {
    context: LlamaContext<'m>,
    batch: LlamaBatch<'static>,
    /// Tokens that one step may compute. A model that looks ahead needs the whole text in one.
    step: usize,
}

/// A request for embeddings under way.
#[derive(Debug)]
pub(crate) struct EmbeddingsRun {
    pub(crate) job: EmbeddingsJob,
    pub(crate) vectors: Vec<Vec<f32>>,
    sums: Vec<f64>,
    fed: usize,
}

/// llama.cpp failed; the text says at what.
#[derive(Debug)]
pub(crate) struct EmbeddingFault(pub(crate) &'static str);

impl EmbeddingsRun {
    pub(crate) fn new(job: EmbeddingsJob) -> Self {
        Self { job, vectors: Vec::new(), sums: Vec::new(), fed: 0 }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.vectors.len() >= self.job.inputs.len()
    }

    pub(crate) fn tokens(&self) -> u64 {
        self.job.inputs.iter().map(|input| input.len() as u64).sum()
    }
}

impl<'m> Embedder<'m> {
    pub(crate) fn new(
        backend: &LlamaBackend,
        model: &'m LlamaModel,
        threads: i32,
        context_tokens: u32,
        step: u32,
    ) -> Result<Self, EmbeddingFault> {
        let step = if looks_ahead(model) { context_tokens } else { step.min(context_tokens) };
        let parameters = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(context_tokens))
            .with_n_batch(step)
            .with_n_ubatch(step)
            .with_n_seq_max(1)
            .with_n_threads(threads)
            .with_n_threads_batch(threads)
            .with_pooling_type(LlamaPoolingType::None)
            .with_embeddings(true);
        let context = model
            .new_context(backend, parameters)
            .map_err(|_| EmbeddingFault("memory for embeddings cannot be had"))?;
        let step = step as usize;
        Ok(Self { context, batch: LlamaBatch::new(step, 1), step })
    }

    /// Computes the next piece of a request.
    pub(crate) fn advance(&mut self, run: &mut EmbeddingsRun) -> Result<(), EmbeddingFault> {
        let fault = |_| EmbeddingFault("llama.cpp could not compute the embedding");
        let Some(input) = run.job.inputs.get(run.vectors.len()) else { return Ok(()) };
        if run.fed == 0 {
            self.context.clear_kv_cache();
            run.sums.clear();
        }
        self.batch.clear();
        let rest = input.get(run.fed..).unwrap_or_default();
        for (position, token) in (run.fed..).zip(rest.iter().take(self.step)) {
            let position = i32::try_from(position).unwrap_or(i32::MAX);
            self.batch
                .add(*token, position, &[0], true)
                .map_err(|_| EmbeddingFault("a batch is too small"))?;
        }
        self.context
            .decode(&mut self.batch)
            .map_err(|_| EmbeddingFault("llama.cpp could not compute the embedding"))?;
        for row in 0..self.batch.n_tokens() {
            let state = self.context.embeddings_ith(row).map_err(fault)?;
            run.sums.resize(state.len(), 0.0);
            for (sum, number) in run.sums.iter_mut().zip(state) {
                *sum += f64::from(*number);
            }
            run.fed += 1;
        }
        if run.fed >= input.len() {
            run.vectors.push(unit_vector(&run.sums));
            run.fed = 0;
        }
        Ok(())
    }
}

/// Whether the model is an encoder, in which a token sees those after it.
fn looks_ahead(model: &LlamaModel) -> bool {
    let architecture = model.meta_val_str("general.architecture").unwrap_or_default();
    model
        .meta_val_str(&format!("{architecture}.attention.causal"))
        .is_ok_and(|causal| causal == "false")
}

/// The direction of a sum; the mean has the same.
fn unit_vector(sums: &[f64]) -> Vec<f32> {
    let length = sums.iter().map(|number| number * number).sum::<f64>().sqrt();
    let scale = if length > 0.0 { length.recip() } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, reason = "the API's numbers have 32 bits")]
    sums.iter().map(|number| (number * scale) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sums: &[f64], expect: &[f32]) {
        assert_eq!(unit_vector(sums), expect);
    }

    #[test]
    fn vectors_have_length_one() {
        check(&[3.0, 4.0], &[0.6, 0.8]);
        check(&[-2.0], &[-1.0]);
        check(&[0.0, 0.0], &[0.0, 0.0]);
        check(&[1e-200, 0.0], &[0.0, 0.0]);
    }
}
