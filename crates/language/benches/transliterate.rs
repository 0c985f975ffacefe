//! Speed of transliteration on one core: the Darija sentences of the committed evaluations, each with a word
//! more that no other has, so that no answer is only remembered; the rules alone; and the loading.

#[path = "../tests/marked/mod.rs"]
#[expect(dead_code, reason = "a benchmark needs the texts only, not their tokens")]
mod marked;

use divan::counter::BytesCount;
use language::transliterate::{Form, Options, Transliterator};

fn main() {
    divan::main();
}

fn text() -> String {
    let files = [
        include_str!("../../../evaluations/code-switch/sentences.txt"),
        include_str!("../../../evaluations/chat-darija/sentences.txt"),
    ];
    let sentences = files.into_iter().flat_map(marked::sentences).map(|sentence| sentence.text);
    let sentences: Vec<String> = sentences.collect();
    let endings = ["na", "tkom", "ha", "hom", "iya", "ou", "ch", "t"];
    let longer = sentences.iter().zip(endings.iter().cycle()).flat_map(|(sentence, ending)| {
        let word = sentence.split_whitespace().next().unwrap_or_default();
        [sentence.clone(), format!("{word}{ending}")]
    });
    longer.collect::<Vec<_>>().join("\n").repeat(4)
}

fn run(bencher: divan::Bencher<'_, '_>, options: &Options) {
    let (transliterator, text) = (Transliterator::built_in(), text());
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        transliterator.transliterate(divan::black_box(&text), Form::AryLatn, Form::AryArab, options)
    });
}

#[divan::bench]
fn ranked(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &Options::default());
}

#[divan::bench]
fn five_answers(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &Options { answers: 5, ..Options::default() });
}

#[divan::bench]
fn by_rules(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &Options { rules_only: true, ..Options::default() });
}

#[divan::bench]
fn loading(bencher: divan::Bencher<'_, '_>) {
    let model: &[u8] = include_bytes!("../../../models/transliteration/weights.bin");
    let words = include_str!("../../../models/transliteration/lexicon.tsv");
    let foreign = include_str!("../../../models/transliteration/foreign.tsv");
    bencher.bench(|| Transliterator::new(divan::black_box(model), words, foreign));
}
