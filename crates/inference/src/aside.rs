//! What is computed beside the answers that are being generated, in contexts of its own: embeddings, and texts
//! whose tokens are told with their probabilities. Each context is made when first needed.

use std::collections::VecDeque;

use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;

use crate::embeddings::{Embedder, EmbeddingFault, EmbeddingsRun};
use crate::frame::Kind;
use crate::outbox::Outbox;
use crate::replies::{TokenUsage, embeddings};
use crate::scoring::{Scorer, ScoringFault, ScoringRun};

/// Tokens of an embedding's text that one step computes at most.
const EMBEDDING_STEP: u32 = 128;

/// Contexts and queues.
#[derive(Debug)]
pub(crate) struct Aside<'m> {
    backend: &'m LlamaBackend,
    model: &'m LlamaModel,
    threads: i32,
    context_tokens: u32,
    embedder: Option<Embedder<'m>>,
    scorer: Option<Scorer<'m>>,
    pub(crate) embeddings: VecDeque<EmbeddingsRun>,
    pub(crate) scorings: VecDeque<ScoringRun>,
}

impl<'m> Aside<'m> {
    pub(crate) fn new(
        backend: &'m LlamaBackend,
        model: &'m LlamaModel,
        threads: i32,
        context_tokens: u32,
    ) -> Self {
        Self {
            backend,
            model,
            threads,
            context_tokens,
            embedder: None,
            scorer: None,
            embeddings: VecDeque::new(),
            scorings: VecDeque::new(),
        }
    }

    /// How many requests are here.
    pub(crate) fn waiting(&self) -> usize {
        self.embeddings.len() + self.scorings.len()
    }

    pub(crate) fn forget(&mut self, request: u64) {
        self.embeddings.retain(|run| run.job.request != request);
        self.scorings.retain(|run| run.job.request != request);
    }

    /// Computes one piece of what waits longest of each kind.
    pub(crate) fn advance(&mut self, outbox: &Outbox) {
        self.embed(outbox);
        self.score(outbox);
    }

    fn embed(&mut self, outbox: &Outbox) {
        let Some(mut run) = self.embeddings.pop_front() else { return };
        let request = run.job.request;
        let advanced = self.embedder().and_then(|embedder| embedder.advance(&mut run));
        match advanced {
            Err(fault) => outbox.send(Kind::NotReady, request, fault.0.as_bytes()),
            Ok(()) if run.is_done() => {
                let usage = TokenUsage::embeddings(run.tokens());
                let body = embeddings(&run.job.model, &run.vectors, run.job.base64, usage);
                outbox.send(Kind::Bytes, request, &body);
                outbox.send(Kind::End, request, &[]);
            }
            Ok(()) => self.embeddings.push_front(run),
        }
    }

    fn score(&mut self, outbox: &Outbox) {
        let Some(mut run) = self.scorings.pop_front() else { return };
        let request = run.job.request;
        match self.scorer().and_then(|scorer| scorer.advance(&mut run)) {
            Err(fault) => outbox.send(Kind::NotReady, request, fault.0.as_bytes()),
            Ok(()) => match run.answer() {
                Some(body) => {
                    outbox.send(Kind::Bytes, request, &body);
                    outbox.send(Kind::End, request, &[]);
                }
                None => self.scorings.push_front(run),
            },
        }
    }

    fn embedder(&mut self) -> Result<&mut Embedder<'m>, EmbeddingFault> {
        let embedder = if let Some(embedder) = self.embedder.take() {
            embedder
        } else {
            let (threads, tokens) = (self.threads, self.context_tokens);
            Embedder::new(self.backend, self.model, threads, tokens, EMBEDDING_STEP)?
        };
        Ok(self.embedder.insert(embedder))
    }

    fn scorer(&mut self) -> Result<&mut Scorer<'m>, ScoringFault> {
        let scorer = match self.scorer.take() {
            Some(scorer) => scorer,
            None => Scorer::new(self.backend, self.model, self.threads, self.context_tokens)?,
        };
        Ok(self.scorer.insert(scorer))
    }
}
