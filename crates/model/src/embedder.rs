//! The port of what turns texts into vectors.

/// Turns texts into vectors whose nearness is nearness of meaning. Works on the caller's thread: whoever
/// must not wait calls it where blocking is allowed.
pub trait Embedder: Send + Sync {
    /// Its name and version: vectors of different names are never compared.
    fn name(&self) -> &str;

    /// How many numbers a vector has.
    fn dimensions(&self) -> usize;

    /// One vector of length one for each text, in order.
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError>;
}

/// Texts that could not be turned into vectors. Never quotes a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the embedder failed: {reason}")]
pub struct EmbedError {
    /// Why.
    pub reason: String,
}
