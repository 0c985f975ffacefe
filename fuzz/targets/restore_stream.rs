//! Restoring a stream: however a text is cut into pieces, what comes out is the same as in one piece.
#![no_main]

use std::sync::LazyLock;

use igudar_fuzz::{protect, text, texts};
use libfuzzer_sys::fuzz_target;
use protection::{Escape, Vault};

/// Labels of several kinds, with more than one spelling of a value and a value that JSON must escape.
static VAULT: LazyLock<Vault> = LazyLock::new(|| {
    let source = "Je suis Zineb Oukacha, CIN DA48213, tél. 06 61 22 33 44, zineb.oukacha@example.ma\u{1e}\
        مرحبا، أنا زينب أوقشة، رقم البطاقة DA48213\u{1e}CIN: da 48213, RIB 230 780 1234567890123456 79\u{1e}\
        Adresse : 12, rue \"Al Farabi\", Azrou";
    protect(&texts(source)).expect("the example can be protected").vault
});

fuzz_target!(|bytes: &[u8]| {
    let Some((cuts, rest)) = bytes.split_first_chunk::<4>() else { return };
    let text = text(rest);
    for escape in [Escape::Plain, Escape::Json] {
        let whole = VAULT.restore(&text, escape);
        let mut restorer = VAULT.restorer(escape);
        let mut out = String::new();
        let (mut from, mut turn) = (0, 0);
        while from < text.len() {
            let length = usize::from(cuts[turn % cuts.len()] % 24) + 1;
            let to = text.ceil_char_boundary((from + length).min(text.len()));
            restorer.push(&text[from..to], &mut out);
            (from, turn) = (to, turn + 1);
        }
        restorer.finish(&mut out);
        assert!(!restorer.holds());
        assert_eq!(out, whole, "cut by {cuts:?}, {escape:?}");
    }
});
