//! Identification of languages beside its peers: the same texts, one thread, one run.
//!
//! `languages-peers SENTENCES [TABLE]`: SENTENCES has a short text a line, for speed; TABLE has a header and
//! the columns label, source, text, for quality. Writes one JSON line a contender.

mod quality;

use std::hint::black_box;
use std::time::Instant;

use language::identify::Identifier;
use lingua::{IsoCode639_3, LanguageDetectorBuilder};

/// Seconds each contender runs for its speed.
const SECONDS: f64 = 2.0;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(sentences) = arguments.next() else {
        eprintln!("usage: languages-peers SENTENCES [TABLE]");
        std::process::exit(2);
    };
    let read = |path: String| {
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let sentences = read(sentences);
    let sentences: Vec<&str> = sentences.lines().collect();
    let table = arguments.next().map(read);
    let rows = table.as_deref().map(quality::rows).unwrap_or_default();

    let contend = |name: &str, load_ms: f64, tell: &dyn Fn(&str) -> String| {
        let mut done = 0_u32;
        let start = Instant::now();
        while start.elapsed().as_secs_f64() < SECONDS {
            for sentence in &sentences {
                black_box(tell(black_box(sentence)));
            }
            done += 1;
        }
        let rate = f64::from(done) * sentences.len() as f64 / start.elapsed().as_secs_f64();
        let quality = quality::score(&rows, tell);
        println!(
            "{}",
            serde_json::json!({ "tool": name, "load_ms": load_ms, "sentences_per_second": rate, "quality": quality })
        );
    };

    let start = Instant::now();
    let weights = include_bytes!("../../../models/languages/weights.bin");
    let own = Identifier::from_bytes(weights).expect("the weights are whole");
    let load = start.elapsed().as_secs_f64() * 1e3;
    contend("igudar", load, &|text| own.identify(text).language.tag().to_owned());
    contend("whichlang", 0.0, &|text| {
        whichlang::detect_language(text).three_letter_code().to_owned()
    });
    contend("whatlang", 0.0, &|text| {
        whatlang::detect_lang(text).map_or("und", |own| own.code()).to_owned()
    });
    let start = Instant::now();
    let lingua =
        LanguageDetectorBuilder::from_all_languages().with_preloaded_language_models().build();
    let load = start.elapsed().as_secs_f64() * 1e3;
    contend("lingua, 10 languages", load, &|text| {
        let found = lingua.detect_language_of(text).map(|own| own.iso_code_639_3());
        found.map_or_else(|| "und".to_owned(), |code: IsoCode639_3| code.to_string())
    });
}
