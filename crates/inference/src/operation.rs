//! What a request asks of the worker: one byte of an ask frame.

use model::Route;

/// An operation of the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// A body of `POST /v1/chat/completions`.
    Chat,
    /// A body of `POST /v1/embeddings`.
    Embeddings,
    /// A body of `POST /v1/completions`.
    Completions,
    /// One byte: whether the model's own marks are put around; then a text. The answer is its tokens as JSON.
    Tokenize,
    /// Tokens as JSON. The answer is their text.
    Detokenize,
    /// Tokens as JSON. The answer is the text of each as JSON.
    Pieces,
    /// Nothing. The answer is facts about the tokenizer as JSON.
    Describe,
}

impl Operation {
    const ALL: [Self; 7] = [
        Self::Chat,
        Self::Embeddings,
        Self::Completions,
        Self::Tokenize,
        Self::Detokenize,
        Self::Pieces,
        Self::Describe,
    ];

    pub(crate) fn of(route: Route) -> Self {
        match route {
            Route::ChatCompletions => Self::Chat,
            Route::Completions => Self::Completions,
            Route::Embeddings => Self::Embeddings,
        }
    }

    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.code() == code)
    }
}
