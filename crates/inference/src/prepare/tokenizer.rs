//! Questions that the vocabulary alone answers.

use llama_cpp_2::token::LlamaToken;
use model::piece_text;
use serde::{Deserialize, Serialize};

use super::{Preparer, token_text};
use crate::requests::Refusal;

/// Longest text that is cut into tokens, and most tokens that are put together.
const LONGEST: usize = 1 << 20;

/// What the worker tells of its tokenizer.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Described {
    pub(crate) eos_token: Option<String>,
    pub(crate) bos_token: Option<String>,
    pub(crate) pad_token: Option<String>,
    pub(crate) add_bos_token: bool,
    pub(crate) vocabulary: u32,
    pub(crate) context_tokens: u32,
    pub(crate) chat_template: Option<String>,
}

impl Preparer<'_> {
    pub(super) fn tokenize(&self, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        let (special, text) = body.split_first().unwrap_or((&0, &[]));
        check_length(text.len(), "bytes")?;
        let mut tokens = self.model.vocab().tokenize(text, false, true);
        if *special == 1 {
            self.begin(&mut tokens);
        }
        let numbers: Vec<i32> = tokens.iter().map(|token| token.0).collect();
        written(&numbers)
    }

    pub(super) fn detokenize(&self, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        let tokens = self.tokens(body)?;
        if tokens.is_empty() {
            return Ok(Vec::new());
        }
        let bytes = self.model.vocab().detokenize(&tokens, false, true);
        Ok(String::from_utf8_lossy(&bytes).into_owned().into_bytes())
    }

    pub(super) fn pieces(&self, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        let vocabulary = self.model.vocab();
        let text = |token: LlamaToken| piece_text(&vocabulary.token_to_piece(token, true, None));
        let pieces: Vec<String> = self.tokens(body)?.into_iter().map(text).collect();
        written(&pieces)
    }

    pub(super) fn describe(&self) -> Result<Vec<u8>, Refusal> {
        let vocabulary = self.model.vocab();
        written(&Described {
            eos_token: token_text(self.model, vocabulary.eos()),
            bos_token: token_text(self.model, vocabulary.bos()),
            pad_token: token_text(self.model, vocabulary.pad()),
            add_bos_token: vocabulary.should_add_bos(),
            vocabulary: u32::try_from(self.model.n_vocab()).unwrap_or(0),
            context_tokens: self.context_tokens,
            chat_template: self.model.meta_val_str("tokenizer.chat_template").ok(),
        })
    }

    fn tokens(&self, body: &[u8]) -> Result<Vec<LlamaToken>, Refusal> {
        let numbers: Vec<i32> = serde_json::from_slice(body)
            .map_err(|_| Refusal("tokens must be a list of token numbers".to_owned()))?;
        check_length(numbers.len(), "tokens")?;
        self.known_tokens("tokens", &numbers)
    }
}

fn check_length(length: usize, of_what: &str) -> Result<(), Refusal> {
    if length > LONGEST {
        return Err(Refusal(format!(
            "this has {length} {of_what}; at most {LONGEST} are taken at once, so send it in parts"
        )));
    }
    Ok(())
}

fn written(value: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(value).map_err(|_| Refusal("the answer could not be written".to_owned()))
}
