//! Text out of token bytes: a code point may be spread over several tokens.

/// Collects bytes and gives them back as text as soon as they are text.
#[derive(Debug, Default)]
pub(crate) struct Utf8Assembler {
    held: Vec<u8>,
}

impl Utf8Assembler {
    /// Adds the bytes of one token. A code point that has begun but not ended is held; bytes that
    /// cannot belong to any become U+FFFD.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> String {
        self.held.extend_from_slice(bytes);
        let mut text = String::new();
        let mut unfinished = 0;
        for chunk in self.held.utf8_chunks() {
            text.push_str(chunk.valid());
            let invalid = chunk.invalid();
            unfinished = 0;
            if may_continue(invalid) {
                unfinished = invalid.len();
            }
            if !invalid.is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        // Only the end of the input can still continue: its replacement is taken back.
        let ends_here = self.held.len() - unfinished;
        if unfinished > 0 {
            text.pop();
        }
        self.held.drain(..ends_here);
        text
    }
}

impl Utf8Assembler {
    /// Whether a code point has begun and not ended.
    pub(crate) fn holds_bytes(&self) -> bool {
        !self.held.is_empty()
    }
}

/// Whether `bytes` begin a code point and lack its end.
fn may_continue(bytes: &[u8]) -> bool {
    let needed = match bytes.first() {
        Some(0xC2..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..=0xF4) => 4,
        _ => return false,
    };
    bytes.len() < needed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_in_any_split_become_the_text_they_are(
            bytes in prop::collection::vec(prop_oneof![Just(0xD8_u8), Just(0xAF), Just(0xE2), any::<u8>()], 0..40),
            piece in 1_usize..5,
        ) {
            let mut assembler = Utf8Assembler::default();
            let mut got: String = bytes.chunks(piece).map(|piece| assembler.push(piece)).collect();
            if !assembler.held.is_empty() {
                got.push(char::REPLACEMENT_CHARACTER);
            }
            prop_assert_eq!(got, String::from_utf8_lossy(&bytes));
        }
    }

    fn check(pieces: &[&[u8]], expect: &[&str]) {
        let mut assembler = Utf8Assembler::default();
        let got: Vec<String> = pieces.iter().map(|piece| assembler.push(piece)).collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn code_points_wait_for_their_end() {
        check(&[b"abc", b"d"], &["abc", "d"]);
        check(&[b"\xD8", b"\xAF"], &["", "د"]);
        check(&[b"x\xE2\xB4", b"\xB0y"], &["x", "ⴰy"]);
        check(&[b"\xF0", b"\x9F", b"\x98", b"\x80!"], &["", "", "", "😀!"]);
        check(&[b"\xFF", b"a"], &["\u{FFFD}", "a"]);
        check(&[b"\xD8", b"a"], &["", "\u{FFFD}a"]);
        check(&[b"\xD8a\xD8", b"\xAF"], &["\u{FFFD}a", "د"]);
        check(&[b"", b"\x80"], &["", "\u{FFFD}"]);
    }

    #[test]
    fn any_split_gives_the_same_text() {
        let text = "سلام ⴰⵣⵓⵍ é 😀 fin";
        for first in 0..=text.len() {
            for second in first..=text.len() {
                let mut assembler = Utf8Assembler::default();
                let bytes = text.as_bytes();
                let mut got = assembler.push(&bytes[..first]);
                got += &assembler.push(&bytes[first..second]);
                got += &assembler.push(&bytes[second..]);
                assert_eq!(got, text);
            }
        }
    }
}
