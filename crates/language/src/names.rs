//! Names of persons in Latin, Arabic and Tifinagh letters.
//!
//! Owns the sounds of a name, the key under which its many spellings meet, and how a name of one script is
//! usually written in the other. Decides nowhere whether a word is a name.

mod key;
mod list;
mod sounds;

use std::sync::LazyLock;

pub use key::phonetic_key;
pub use list::NameList;
pub use sounds::{Sounds, sounds};

static BUILT_IN: LazyLock<NameList> = LazyLock::new(|| {
    NameList::read(&[
        include_str!("../../../packs/ma/names/first.tsv"),
        include_str!("../../../packs/ma/names/family.tsv"),
    ])
});

/// The Arabic spellings of a name in Latin letters or Tifinagh, the most usual first; a name that is in Arabic
/// letters already is its own answer.
///
/// ```
/// assert_eq!(language::names::to_arabic("Mo7amed").first().map(String::as_str), Some("محمد"));
/// ```
pub fn to_arabic(name: &str) -> Vec<String> {
    BUILT_IN.to_arabic(name)
}

/// The Latin spellings of a name in Arabic letters or Tifinagh, the most usual Moroccan one first.
///
/// ```
/// assert_eq!(language::names::to_latin("يوسف").first().map(String::as_str), Some("Youssef"));
/// ```
pub fn to_latin(name: &str) -> Vec<String> {
    BUILT_IN.to_latin(name)
}
