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

    /// The text of each token on its own, in the notation of [`piece_text`].
    fn pieces(&self, tokens: Vec<u32>) -> BoxFuture<'_, Result<Vec<String>, AskError>>;

    /// What clients must know of it.
    fn describe(&self) -> BoxFuture<'_, Result<TokenizerFacts, AskError>>;
}

/// A token's bytes as a text that tells all tokens apart: one that is no UTF-8 on its own (a letter of another
/// script is often spread over several tokens) is written `bytes:\xd8\xaf`.
pub fn piece_text(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let written: Vec<String> = bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    format!("bytes:{}", written.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_that_are_no_text_are_written_as_bytes() {
        let check = |bytes: &[u8], expect: &str| assert_eq!(piece_text(bytes), expect);
        check(b"", "");
        check(" دار".as_bytes(), " دار");
        check(b"\xd8", r"bytes:\xd8");
        check(b" \xe2\xb4", r"bytes:\x20\xe2\xb4");
    }
}
