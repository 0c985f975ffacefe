//! Tifinagh to Latin letters and back over whole collections of texts, where they are at hand.
#![expect(
    clippy::disallowed_methods,
    reason = "a test over files that may be absent, which it says aloud"
)]

use std::path::Path;

use language::tifinagh::{from_latin, to_latin};

/// Sentences of our own, so that something is checked everywhere.
const OWN: [&str; 4] = [
    "ⴰⵣⵓⵍ, ⵎⴰⵏⵉⴽ ⴰⵢ ⵜⴳⵉⴷ? ⵜⴰⵏⵎⵎⵉⵔⵜ!",
    "ⴷⴷⵉⵖ ⵖⵔ ⵜⵖⵉⵡⴰⵏⵜ ⴰⴷ ⵙⵓⵜⵔⵖ ⴰⵔⵔⴰ ⵏ ⵜⵍⴰⵍⵉⵜ (39 ⵏ ⵉⴷⵔⵉⵎⵏ).",
    "ⵜⴰⴽⴰⵕⴹⴰ CNIE ⵏ ⵎⵓⵃⵎⵎⴰⴷ ⴳ 2024 ⵙⴳ « Portail »",
    "ⵉⵎⴷⴷⵓⴽⴽⵯⴰⵍ ⵏ ⵓⴳⵯⵎⴰⵔ",
];

fn check(text: &str) {
    assert_eq!(from_latin(&to_latin(text)), text);
}

#[test]
fn every_tifinagh_text_comes_back() {
    for text in OWN {
        check(text);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/languages");
    for file in ["lid_train.tsv", "lid_dev.tsv", "parallel_oldi.tsv"] {
        let path = folder.join(file);
        if !path.is_file() {
            println!("skipped: {} is not here", path.display());
            continue;
        }
        let content = std::fs::read_to_string(&path).expect("a readable file");
        let texts = content.lines().filter(|line| line.contains('ⴰ') || line.contains('ⵏ'));
        let mut count = 0;
        for text in texts {
            check(text);
            count += 1;
        }
        println!("{file}: {count} lines came back unchanged");
        assert!(count > 0, "{file} holds no Tifinagh");
    }
}

/// Latin texts come back in standard spelling, which is then stable.
#[test]
fn latin_tamazight_becomes_standard_once() {
    let check = |text: &str, standard: &str| {
        assert_eq!(to_latin(&from_latin(text)), standard);
        assert_eq!(to_latin(&from_latin(standard)), standard);
    };
    check("Azul a lalla Fadma", "azul a lalla fadma");
    check("Taγerma n tmaziγt", "taɣerma n tmaziɣt");
    check("Ag°mar n Ḥmad", "agʷmar n ḥmad");
}
