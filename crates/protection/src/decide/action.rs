//! What may happen to a value, from the laxest to the strictest.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What happens to a value of some kind. The order is that of strictness: what is greater tells whoever
/// receives the text less.
///
/// `keep` tells everything. A surrogate tells the form of the value and hides that anything was replaced; a
/// label tells its type only. Both give the value back in the answer. A mask gives nothing back, and
/// `block` lets nothing go.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It goes out as it is.
    Keep,
    /// A made-up value of the same form stands for it where the pack says which are safe, else a label;
    /// the answer gets the value back.
    Surrogate,
    /// A label stands for it; the answer gets the value back.
    #[default]
    Label,
    /// It is blacked out for good.
    Mask,
    /// The request is refused.
    Block,
}

impl Action {
    /// Every action, from the laxest to the strictest.
    pub const ALL: [Self; 5] = [Self::Keep, Self::Surrogate, Self::Label, Self::Mask, Self::Block];

    /// The action's name, as policies spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Surrogate => "surrogate",
            Self::Label => "label",
            Self::Mask => "mask",
            Self::Block => "block",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
