//! Where in a request a text stands.

use std::fmt;
use std::sync::Arc;

use super::view::View;

/// The most characters of a member's name that is context. A name is a few words; a longer one is content
/// that stands in the wrong place.
const LONGEST_KEY: usize = 128;

/// What stands around a text in the body that carries it. The finder draws context from it, the
/// replacer what may be written there.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Place {
    /// Running text.
    #[default]
    Text,
    /// The string value of an object member.
    Value {
        /// The member's name.
        key: Arc<str>,
    },
    /// An object member's name itself.
    Key,
    /// A JSON number, in its own spelling.
    Number {
        /// The member's name, where the number is a member's value.
        key: Option<Arc<str>>,
    },
}

/// Shows the kind of place, not the member's name, which may be a value.
impl fmt::Debug for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text => "Text",
            Self::Value { .. } => "Value",
            Self::Key => "Key",
            Self::Number { .. } => "Number",
        })
    }
}

impl Place {
    /// The member name that labels the whole text, if there is one that is not too long to be context.
    pub fn key(&self) -> Option<&str> {
        let key = match self {
            Self::Value { key } => Some(key),
            Self::Number { key } => key.as_ref(),
            Self::Text | Self::Key => None,
        };
        key.map(|key| &**key).filter(|key| key.chars().nth(LONGEST_KEY).is_none())
    }
}

/// A place with its member name prepared: a name is read once for all elements of its list.
#[derive(Clone, Copy)]
pub struct Surroundings<'p> {
    place: &'p Place,
    key: Option<&'p View<'p>>,
}

impl<'p> Surroundings<'p> {
    /// A place and the view of its [`Place::key`].
    pub fn new(place: &'p Place, key: Option<&'p View<'p>>) -> Self {
        Self { place, key }
    }

    /// Running text.
    pub fn text() -> Self {
        Self { place: &Place::Text, key: None }
    }

    /// The place.
    pub fn place(&self) -> &'p Place {
        self.place
    }

    /// The member name that labels the whole text.
    pub fn key(&self) -> Option<&'p View<'p>> {
        self.key
    }
}

impl fmt::Debug for Surroundings<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Surroundings").finish_non_exhaustive()
    }
}
