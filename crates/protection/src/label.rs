//! What stands for a value outside: `[PERSON_3]`, and `[PERSON_3b]` for a second spelling.
//!
//! Owns the canonical spelling of labels and what a country pack may say about them ([`LabelWords`]).
//! Knows nothing of values.

pub(crate) mod letters;
mod spelling;
mod words;

pub(crate) use words::LABELS_FILE;
pub use words::{Compare, LabelWords};

pub(crate) use spelling::{canonical_word, form_letters, spell};
