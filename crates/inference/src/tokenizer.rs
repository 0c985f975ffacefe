//! The server's side of the tokenizer of a model on this machine.

use futures_core::future::BoxFuture;
use model::{AskError, Tokenizer, TokenizerFacts};
use serde::de::DeserializeOwned;

use crate::local::LocalModel;
use crate::operation::Operation;
use crate::prepare::Described;

impl Tokenizer for LocalModel {
    fn tokenize(
        &self,
        text: String,
        add_special: bool,
    ) -> BoxFuture<'_, Result<Vec<u32>, AskError>> {
        Box::pin(async move {
            let mut body = vec![u8::from(add_special)];
            body.extend_from_slice(text.as_bytes());
            read(&self.told(Operation::Tokenize, &body).await?)
        })
    }

    fn detokenize(&self, tokens: Vec<u32>) -> BoxFuture<'_, Result<String, AskError>> {
        Box::pin(async move {
            let text = self.told(Operation::Detokenize, &written(&tokens)).await?;
            String::from_utf8(text.to_vec()).map_err(|_| AskError::NotAnAnswer("no text"))
        })
    }

    fn pieces(&self, tokens: Vec<u32>) -> BoxFuture<'_, Result<Vec<String>, AskError>> {
        Box::pin(async move { read(&self.told(Operation::Pieces, &written(&tokens)).await?) })
    }

    fn describe(&self) -> BoxFuture<'_, Result<TokenizerFacts, AskError>> {
        Box::pin(async move {
            let described: Described = read(&self.told(Operation::Describe, &[]).await?)?;
            Ok(TokenizerFacts {
                eos_token: described.eos_token,
                bos_token: described.bos_token,
                pad_token: described.pad_token,
                add_bos_token: described.add_bos_token,
                vocabulary: described.vocabulary,
                context_tokens: described.context_tokens,
                chat_template: described.chat_template,
            })
        })
    }
}

/// A list of numbers always serialises.
fn written(tokens: &[u32]) -> Vec<u8> {
    serde_json::to_vec(tokens).unwrap_or_default()
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, AskError> {
    serde_json::from_slice(bytes).map_err(|_| AskError::NotAnAnswer("the worker lost step"))
}
