//! What the targets share: texts out of the fuzzer's bytes, and the finder with the built-in pack.

use std::borrow::Cow;
use std::sync::LazyLock;

use protection::{Finder, Pack, Place, Policy, Protected, ReplaceError, TextIn, find_all, replace};

static FINDER: LazyLock<Finder> = LazyLock::new(|| {
    Finder::new(&Pack::read(&packs::morocco()).expect("the built-in pack is in order"))
});

/// The finder with the built-in pack, made once.
pub fn finder() -> &'static Finder {
    &FINDER
}

/// The bytes as text; what is not UTF-8 becomes the replacement character.
pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Several texts that belong together: the byte 0x1E stands between them.
pub fn texts(text: &str) -> Vec<TextIn<'_>> {
    text.split('\u{1e}').map(|text| TextIn { text, place: Place::Text }).collect()
}

/// Every value of the texts replaced by its label.
pub fn protect(inputs: &[TextIn<'_>]) -> Result<Protected, ReplaceError> {
    replace(&find_all(finder(), inputs), inputs, &Policy::label_all("fuzz"))
}
