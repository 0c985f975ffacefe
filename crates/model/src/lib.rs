//! How one speaks to a language model: the field table, the scanner and splicer, the event parser,
//! usage, dialects, and the ports [`Model`] and [`Embedder`].
//!
//! Owns the wire shapes of the `OpenAI` and Mistral APIs. Does no IO and knows nothing of personal data:
//! it says *where text stands*, never what a text holds.

mod answer;
mod answer_error;
mod ask;
mod chunk;
pub mod dialect;
mod document;
pub mod echo;
mod embedder;
mod events;
mod fields;
mod grounding;
mod layer;
mod limits;
mod number;
mod part;
mod path;
mod request;
mod request_check;
mod request_error;
mod route;
mod scan;
mod source_map;
mod splice;
mod text_path;
mod token_list;
mod tokenizer;
mod usage;
mod walk;

pub use answer::{AnswerBody, AnswerError, read_answer};
pub use answer_error::error_message;
pub use ask::{Answer, Ask, AskError, Model};
pub use chunk::{Chunk, read_chunk};
pub use dialect::MemberEdits;
pub use embedder::{EmbedError, Embedder};
pub use events::{Event, EventError, EventParser, error_event, event_with_data};
pub use grounding::{Grounding, grounded_body, read_grounding};
pub use limits::Limits;
pub use part::{Channel, ControlNumber, EscapeIn, TextEdit, TextPart, TextPlace};
pub use request::{Request, body_text, read_request};
pub use request_error::{RequestError, RequestErrorKind};
pub use route::Route;
pub use splice::RewriteError;
pub use text_path::TextPath;
pub use token_list::TokenList;
pub use tokenizer::{Tokenizer, TokenizerFacts, piece_text};
pub use usage::Usage;
pub use walk::SchemaDemands;
