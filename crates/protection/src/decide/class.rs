//! How delicate a text is, judged by what was found in it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The class of a text, from harmless to delicate; the order is meant.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Nothing was found.
    #[default]
    Public,
    /// Something that names an organisation, not a person.
    Internal,
    /// Personal data in the sense of the law (Morocco: law 09-08, article 1).
    Personal,
    /// Data the law calls sensitive (law 09-08, article 1, number 3).
    Sensitive,
}

impl Class {
    /// Every class, from harmless to delicate.
    pub const ALL: [Self; 4] = [Self::Public, Self::Internal, Self::Personal, Self::Sensitive];

    /// The class's name, as configuration and records spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Personal => "personal",
            Self::Sensitive => "sensitive",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
