//! The written forms of the languages: a language and a script.

use std::fmt;
use std::str::FromStr;

/// A language in a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Darija in Latin letters, as in chat (`ary-Latn`).
    AryLatn,
    /// Darija in Arabic letters (`ary-Arab`).
    AryArab,
    /// Standard Arabic (`ar-Arab`).
    ArArab,
    /// Standard Arabic in Latin letters (`ar-Latn`).
    ArLatn,
    /// Tamazight in Tifinagh (`zgh-Tfng`).
    ZghTfng,
    /// Tamazight in Latin letters (`zgh-Latn`).
    ZghLatn,
    /// Tamazight in Arabic letters (`zgh-Arab`).
    ZghArab,
}

/// All forms with their tags.
const TAGS: [(Form, &str); 7] = [
    (Form::AryLatn, "ary-Latn"),
    (Form::AryArab, "ary-Arab"),
    (Form::ArArab, "ar-Arab"),
    (Form::ArLatn, "ar-Latn"),
    (Form::ZghTfng, "zgh-Tfng"),
    (Form::ZghLatn, "zgh-Latn"),
    (Form::ZghArab, "zgh-Arab"),
];

/// A tag that names no form of these languages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no form has the tag {0:?}; use one of ary-Latn, ary-Arab, ar-Arab, ar-Latn, zgh-Tfng, zgh-Latn, zgh-Arab"
)]
pub struct UnknownForm(String);

/// A direction in which nothing can be transliterated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no transliteration from {from} to {to}; there is {}", directions())]
pub struct Unsupported {
    /// The form of the source.
    pub from: Form,
    /// The form asked for.
    pub to: Form,
}

/// The directions in which texts are transliterated, from and to.
pub const DIRECTIONS: [(Form, Form); 8] = [
    (Form::AryLatn, Form::AryArab),
    (Form::AryArab, Form::AryLatn),
    (Form::AryArab, Form::ArLatn),
    (Form::ArArab, Form::ArLatn),
    (Form::ZghTfng, Form::ZghLatn),
    (Form::ZghTfng, Form::ZghArab),
    (Form::ZghLatn, Form::ZghTfng),
    (Form::ZghLatn, Form::ZghArab),
];

fn directions() -> String {
    DIRECTIONS.map(|(from, to)| format!("{from} to {to}")).join(", ")
}

impl Form {
    /// Language and script, as in `ary-Latn`.
    pub fn tag(self) -> &'static str {
        TAGS.iter().find(|(form, _)| *form == self).map_or("", |(_, tag)| tag)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.tag())
    }
}

impl FromStr for Form {
    type Err = UnknownForm;

    /// Takes a tag in any case, with `-` or `_`; `ar`, `ary` and `zgh` mean their usual scripts.
    fn from_str(tag: &str) -> Result<Self, UnknownForm> {
        let plain = tag.trim().replace('_', "-");
        let form = match plain.to_ascii_lowercase().as_str() {
            "ar" | "arb-arab" => Some(Form::ArArab),
            "ary" => Some(Form::AryArab),
            "zgh" => Some(Form::ZghTfng),
            "arb-latn" => Some(Form::ArLatn),
            other => {
                TAGS.iter().find(|(_, own)| own.eq_ignore_ascii_case(other)).map(|(form, _)| *form)
            }
        };
        form.ok_or_else(|| UnknownForm(tag.chars().take(40).collect()))
    }
}
