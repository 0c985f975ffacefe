//! How fast personal values are found and restored, on one core: `cargo bench -p protection --bench find`.
//!
//! The text is the development corpus of this repository, repeated to one megabyte.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a benchmark over files of the repository"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::BytesCount;
use protection::{Escape, Finder, FinderParts, Pack, Place, Policy, TextIn};

fn main() {
    divan::main();
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

static FILES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let mut files = BTreeMap::new();
    read(&repository().join("packs/ma"), "", &mut files);
    files
});

static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(&Pack::read(&FILES).unwrap()));

/// Documents of the development corpus, repeated until they are a megabyte together.
static DOCUMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let corpus = repository().join("evaluations/personal-data/dev.jsonl");
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

fn read(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            read(&path, &format!("{name}/"), files);
        } else if path.extension().is_some_and(|kind| kind == "toml" || kind == "tsv") {
            files.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

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
    let pack = Pack::read(&FILES).unwrap();
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
    LazyLock::force(&FILES);
    bencher.bench(|| Finder::new(&Pack::read(&FILES).unwrap()));
}
