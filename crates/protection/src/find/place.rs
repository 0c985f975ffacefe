//! Where in a request a text stands.

/// What stands around a text in the body that carries it. The finder draws context from it, the
/// replacer what may be written there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place {
    /// Running text.
    #[default]
    Text,
    /// The string value of an object member.
    Value {
        /// The member's name.
        key: String,
    },
    /// An object member's name itself.
    Key,
    /// A JSON number, in its own spelling.
    Number {
        /// The member's name, where the number is a member's value.
        key: Option<String>,
    },
}

impl Place {
    /// The member name that labels the whole text, if there is one.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Value { key } => Some(key),
            Self::Number { key } => key.as_deref(),
            Self::Text | Self::Key => None,
        }
    }
}
