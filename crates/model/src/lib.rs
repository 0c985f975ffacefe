//! How one speaks to a language model: the field table, the scanner and splicer, the event parser,
//! usage, dialects, and the port [`Model`].
//!
//! Owns the wire shapes of the OpenAI and Mistral APIs. Does no IO and knows nothing of personal data:
//! it says *where text stands*, never what a text holds.

mod ask;
mod route;
mod usage;

pub use ask::{Answer, Ask, AskError, Model};
pub use route::Route;
pub use usage::Usage;
