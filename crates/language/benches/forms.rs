//! Speed on one core of normalisation, Tifinagh, analysis for search and the keys of names.

#[path = "../tests/marked/mod.rs"]
#[expect(dead_code, reason = "a benchmark needs the texts only, not their tokens")]
mod marked;

use divan::counter::BytesCount;
use language::analyze::terms;
use language::{Profile, names, normalize, tifinagh};

fn main() {
    divan::main();
}

fn sentences() -> String {
    let file = include_str!("../../../evaluations/code-switch/sentences.txt");
    let sentences = marked::sentences(file).map(|sentence| sentence.text);
    sentences.collect::<Vec<_>>().join("\n").repeat(20)
}

fn run<T>(bencher: divan::Bencher<'_, '_>, text: &str, work: impl Fn(&str) -> T + Sync) {
    bencher.counter(BytesCount::of_str(text)).bench(|| work(divan::black_box(text)));
}

#[divan::bench]
fn normalized_for_search(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &sentences(), |text| normalize(text, Profile::Search));
}

#[divan::bench]
fn normalized_for_matching(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &sentences(), |text| normalize(text, Profile::Match));
}

#[divan::bench]
fn tifinagh_in_latin_letters(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &"ⵜⴰⵎⴰⵣⵉⵖⵜ ⵜⴰⵏⴰⵡⴰⵢⵜ, ".repeat(2000), tifinagh::to_latin);
}

#[divan::bench]
fn terms_for_search(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &sentences(), |text| terms(text, None));
}

#[divan::bench]
fn keys_of_names(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &"Mo7amed\nEl Alaoui\nبن جلون\n".repeat(500), |text| {
        text.lines().map(names::phonetic_key).collect::<Vec<_>>()
    });
}
