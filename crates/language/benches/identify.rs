//! Speed of language identification on one core: the sentences of the committed evaluations (all languages
//! and mixtures, 45 bytes in the mean), their spans, a long text, and the loading of the weights.

#[path = "../tests/marked/mod.rs"]
#[expect(dead_code, reason = "a benchmark needs the texts only, not their tokens")]
mod marked;

use divan::counter::{BytesCount, ItemsCount};
use language::identify::Identifier;

fn main() {
    divan::main();
}

fn sentences() -> Vec<String> {
    let files = [
        include_str!("../../../evaluations/code-switch/sentences.txt"),
        include_str!("../../../evaluations/chat-darija/sentences.txt"),
    ];
    files.into_iter().flat_map(marked::sentences).map(|sentence| sentence.text).collect()
}

fn bytes(sentences: &[String]) -> BytesCount {
    BytesCount::new(sentences.iter().map(String::len).sum::<usize>())
}

#[divan::bench]
fn short_sentences(bencher: divan::Bencher<'_, '_>) {
    let (identifier, sentences) = (Identifier::built_in(), sentences());
    bencher.counter(ItemsCount::new(sentences.len())).counter(bytes(&sentences)).bench(|| {
        for sentence in &sentences {
            divan::black_box(identifier.identify(divan::black_box(sentence)));
        }
    });
}

#[divan::bench]
fn spans_of_short_sentences(bencher: divan::Bencher<'_, '_>) {
    let (identifier, sentences) = (Identifier::built_in(), sentences());
    bencher.counter(ItemsCount::new(sentences.len())).counter(bytes(&sentences)).bench(|| {
        for sentence in &sentences {
            divan::black_box(identifier.identify_spans(divan::black_box(sentence)));
        }
    });
}

#[divan::bench]
fn long_text(bencher: divan::Bencher<'_, '_>) {
    let (identifier, text) = (Identifier::built_in(), sentences().join(" "));
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| identifier.identify(divan::black_box(&text)));
}

#[divan::bench]
fn loading(bencher: divan::Bencher<'_, '_>) {
    let weights: &[u8] = include_bytes!("../../../models/languages/weights.bin");
    bencher.bench(|| Identifier::from_bytes(divan::black_box(weights)));
}
