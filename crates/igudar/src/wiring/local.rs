//! A model on this machine, started when its file is there.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use futures_core::future::BoxFuture;
use inference::{LocalModel, LocalSettings, WorkerState};
use model::{Answer, Ask, AskError, Model, Tokenizer, TokenizerFacts};

/// How long a request waits for a model that is being loaded.
const LOADING: Duration = Duration::from_secs(30);

/// Starts the worker at once where the file is there, else with the first request after somebody brought
/// it. So an installation without a model runs quietly.
#[derive(Debug)]
pub(crate) struct LocalDestination {
    settings: LocalSettings,
    /// How to bring the file.
    advice: String,
    running: OnceLock<LocalModel>,
}

impl LocalDestination {
    pub(crate) fn new(settings: LocalSettings, advice: String) -> Result<Self, AskError> {
        let destination = Self { settings, advice, running: OnceLock::new() };
        if destination.file().is_file() {
            destination.running()?;
        }
        Ok(destination)
    }

    fn file(&self) -> &PathBuf {
        &self.settings.model_path
    }

    fn running(&self) -> Result<&LocalModel, AskError> {
        if let Some(model) = self.running.get() {
            return Ok(model);
        }
        if !self.file().is_file() {
            return Err(AskError::NotReady(format!("its file is not there; {}", self.advice)));
        }
        let started = LocalModel::start(self.settings.clone())
            .map_err(|error| AskError::NotReady(error.to_string()))?;
        // Of two requests that start it at the same time, one worker remains.
        Ok(self.running.get_or_init(|| started))
    }
}

impl LocalDestination {
    /// The model, once it is loaded.
    async fn loaded(&self) -> Result<&LocalModel, AskError> {
        let model = self.running()?;
        if matches!(model.state(), WorkerState::Starting) {
            let loaded = tokio::time::timeout(LOADING, model.ready()).await;
            loaded.map_err(|_| AskError::NotReady("it is being loaded".to_owned()))??;
        }
        Ok(model)
    }
}

impl Model for LocalDestination {
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Result<Answer, AskError>> {
        Box::pin(async move { self.loaded().await?.ask(ask).await })
    }

    fn tokenizer(&self) -> Option<&dyn Tokenizer> {
        let is_here = self.running.get().is_some() || self.file().is_file();
        is_here.then_some(self)
    }

    fn count_prompt_tokens(&self, ask: &Ask) -> Option<u64> {
        self.running.get().and_then(|model| model.count_prompt_tokens(ask))
    }
}

impl Tokenizer for LocalDestination {
    fn tokenize(
        &self,
        text: String,
        add_special: bool,
    ) -> BoxFuture<'_, Result<Vec<u32>, AskError>> {
        Box::pin(async move { self.loaded().await?.tokenize(text, add_special).await })
    }

    fn detokenize(&self, tokens: Vec<u32>) -> BoxFuture<'_, Result<String, AskError>> {
        Box::pin(async move { self.loaded().await?.detokenize(tokens).await })
    }

    fn pieces(&self, tokens: Vec<u32>) -> BoxFuture<'_, Result<Vec<String>, AskError>> {
        Box::pin(async move { self.loaded().await?.pieces(tokens).await })
    }

    fn describe(&self) -> BoxFuture<'_, Result<TokenizerFacts, AskError>> {
        Box::pin(async move { self.loaded().await?.describe().await })
    }
}
