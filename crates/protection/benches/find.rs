//! How fast personal values are found and restored, on one core: `cargo bench -p protection --bench find`.
//!
//! The text is the development corpus of this repository, repeated to one megabyte.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a benchmark over a corpus of the repository"
)]

use std::path::Path;
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::BytesCount;
use protection::{Escape, Finder, FinderParts, Pack, Place, Policy, TextIn};

fn main() {
    divan::main();
}

static FINDER: LazyLock<Finder> =
    LazyLock::new(|| Finder::new(&Pack::read(&packs::morocco()).unwrap()));

/// Documents of the development corpus, repeated until they are a megabyte together.
static DOCUMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let corpus = repository.join("evaluations/personal-data/dev.jsonl");
    let corpus = std::fs::read_to_string(corpus).unwrap();
    let texts: Vec<String> = corpus
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter_map(|document| document.get("text")?.as_str().map(str::to_owned))
        .collect();
    let once: usize = texts.iter().map(String::len).sum();
    let times = (1 << 20) / once.max(1) + 1;
    std::iter::repeat_n(texts, times).flatten().collect()
});

fn bytes() -> BytesCount {
    BytesCount::new(DOCUMENTS.iter().map(String::len).sum::<usize>())
}

#[divan::bench]
fn find(bencher: Bencher<'_, '_>) {
    let finder = &*FINDER;
    bencher
        .counter(bytes())
        .bench(|| DOCUMENTS.iter().map(|text| finder.find(text).len()).sum::<usize>());
}

#[divan::bench]
fn find_without_names(bencher: Bencher<'_, '_>) {
    let pack = Pack::read(&packs::morocco()).unwrap();
    let finder = Finder::with(&pack, FinderParts { names: false, ..FinderParts::default() });
    bencher
        .counter(bytes())
        .bench(|| DOCUMENTS.iter().map(|text| finder.find(text).len()).sum::<usize>());
}

#[divan::bench]
fn find_number_replace_and_check(bencher: Bencher<'_, '_>) {
    let finder = &*FINDER;
    let policy = Policy::label_all("bench");
    bencher.counter(bytes()).bench(|| {
        for text in DOCUMENTS.iter() {
            let texts = [TextIn { text, place: Place::Text }];
            let findings = protection::find_all(finder, &texts);
            let protected = protection::replace(&findings, &texts, &policy).unwrap();
            let replacements = protected.replacements.first().unwrap();
            let out = protection::apply(text, replacements);
            assert_eq!(protected.vault.restore(&out, Escape::Plain), *text);
        }
    });
}

#[divan::bench]
fn engine_start(bencher: Bencher<'_, '_>) {
    let files = packs::morocco();
    bencher.bench(|| Finder::new(&Pack::read(&files).unwrap()));
}
