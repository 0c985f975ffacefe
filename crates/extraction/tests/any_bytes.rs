//! No bytes under any name make the readers of plain text panic or hang.

use extraction::{Limits, read_text};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        ending in "md|csv|tsv|txt|",
    ) {
        if let Ok(reading) = read_text(&format!("a.{ending}"), &bytes, &Limits::default()) {
            prop_assert!(!reading.blocks.is_empty());
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(?s)[#|\\-*> \n\t;,\"a-zé\u{627}-\u{64a}0-9]{0,400}", ending in "md|csv|txt") {
        let limits = Limits { characters: 200, ..Limits::default() };
        if let Ok(reading) = read_text(&format!("a.{ending}"), text.as_bytes(), &limits) {
            let most: usize = reading.blocks.iter().map(|block| block.text.chars().count()).sum();
            prop_assert!(most <= 600);
        }
    }
}
