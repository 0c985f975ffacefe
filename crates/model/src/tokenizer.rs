//! The port to a model's own tokenizer.

use futures_core::future::BoxFuture;

use crate::AskError;

/// What clients must know of a tokenizer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenizerFacts {
    /// The token that ends a text, as it is written.
    pub eos_token: Option<String>,
    /// The token that begins a text, as it is written.
    pub bos_token: Option<String>,
    /// The token that fills up batches, as it is written.
    pub pad_token: Option<String>,
    /// Whether a text gets `bos_token` at its beginning unless the caller says otherwise.
    pub add_bos_token: bool,
    /// How many tokens there are.
    pub vocabulary: u32,
    /// Longest prompt and answer together, in tokens.
    pub context_tokens: u32,
    /// How a conversation becomes a text, as a Jinja template.
    pub chat_template: Option<String>,
}

/// Cuts texts into the tokens of one model, and puts them together again.
pub trait Tokenizer: Send + Sync {
    /// The tokens of a text. Marks of the model (`<|im_start|>`) become one token where they stand.
    /// `add_special` adds what the model wants around a text.
    fn tokenize(
        &self,
        text: String,
        add_special: bool,
    ) -> BoxFuture<'_, Result<Vec<u32>, AskError>>;

    /// The text of tokens; bytes that are no UTF-8 become U+FFFD.
    fn detokenize(&self, tokens: Vec<u32>) -> BoxFuture<'_, Result<String, AskError>>;

    /// What clients must know of it.
    fn describe(&self) -> BoxFuture<'_, Result<TokenizerFacts, AskError>>;
}
