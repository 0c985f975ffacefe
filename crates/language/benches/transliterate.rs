//! Speed of transliteration on one core: the sentences of the committed evaluations (Darija in both scripts,
//! French, mixtures), the same letter by letter, words of which none is known and none comes twice (the most work
//! a text can make), and the loading.

#[path = "../tests/marked/mod.rs"]
#[expect(dead_code, reason = "a benchmark needs the texts only, not their tokens")]
mod marked;

use divan::counter::BytesCount;
use language::transliterate::{Form, Options, Transliterator};

fn main() {
    divan::main();
}

fn sentences() -> String {
    let files = [
        include_str!("../../../evaluations/code-switch/sentences.txt"),
        include_str!("../../../evaluations/chat-darija/sentences.txt"),
    ];
    let sentences = files.into_iter().flat_map(marked::sentences).map(|sentence| sentence.text);
    sentences.collect::<Vec<_>>().join("\n")
}

/// The known spellings with endings that make unknown words of them.
fn unknown_words() -> String {
    let lines = include_str!("../../../models/transliteration/lexicon.tsv").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    let words = lines.filter_map(|line| line.split([' ', '\t']).next());
    let endings = ["tkomch", "nahom", "iyatna", "itoha", "inna3"].into_iter().cycle();
    words.zip(endings).flat_map(|(word, ending)| [word, ending, " "]).collect()
}

fn run(bencher: divan::Bencher<'_, '_>, text: &str, options: &Options) {
    let transliterator = Transliterator::built_in();
    bencher.counter(BytesCount::of_str(text)).bench(|| {
        transliterator.transliterate(divan::black_box(text), Form::AryLatn, Form::AryArab, options)
    });
}

#[divan::bench]
fn ranked(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &sentences(), &Options::default());
}

#[divan::bench]
fn ranked_unknown_words(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &unknown_words(), &Options::default());
}

#[divan::bench]
fn five_answers(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &sentences(), &Options { answers: 5, ..Options::default() });
}

#[divan::bench]
fn by_rules(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &sentences(), &Options { rules_only: true, ..Options::default() });
}

#[divan::bench]
fn unknown_words_by_rules(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &unknown_words(), &Options { rules_only: true, ..Options::default() });
}

#[divan::bench]
fn loading(bencher: divan::Bencher<'_, '_>) {
    let model: &[u8] = include_bytes!("../../../models/transliteration/weights.bin");
    let words = include_str!("../../../models/transliteration/lexicon.tsv");
    let foreign = include_str!("../../../models/transliteration/foreign.tsv");
    bencher.bench(|| Transliterator::new(divan::black_box(model), words, foreign));
}
