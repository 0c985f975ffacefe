//! What a detector proposes, before overlaps are settled.

use std::borrow::Cow;
use std::fmt;

use language::ByteSpan;

use super::place::Surroundings;
use super::view::View;
use crate::finding::Kind;

/// How well founded a candidate is. The resolver compares this first: a check digit beats a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// Statistics or a gazetteer hit alone.
    Guess,
    /// A loose form, carried by a context word, a label or a title.
    Context,
    /// A form that hardly anything else has (an e-mail address, a phone number, a known prefix).
    Form,
    /// A form together with the context that names it.
    Named,
    /// A check digit or another proof that holds by computation.
    Proven,
}

/// A stretch of the **normalised** text that may be a personal value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Where, in bytes of [`View::text`].
    pub span: ByteSpan,
    /// What.
    pub kind: Kind,
    /// How sure, in percent (0–100).
    pub score: u8,
    /// How well founded.
    pub strength: Strength,
    /// Why: rule, context word, check digit. Never holds the value.
    pub reason: Cow<'static, str>,
}

/// Proposes candidates on a view.
pub trait Detector: fmt::Debug + Send + Sync {
    /// Appends what it sees to `out`, in any order, overlaps allowed. Must not fail on any text and must
    /// take time linear in the text's length.
    fn candidates(&self, view: &View<'_>, around: Surroundings<'_>, out: &mut Vec<Candidate>);
}
