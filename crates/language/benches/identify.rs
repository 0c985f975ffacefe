//! Speed of language identification: short sentences on one core, spans, and the loading of the weights.

use divan::counter::{BytesCount, ItemsCount};
use language::identify::Identifier;

fn main() {
    divan::main();
}

const SENTENCES: [&str; 12] = [
    "wach kayn chi jadid lyoum?",
    "ch7al taman dyal had telefon",
    "واش كاين شي جديد اليوم",
    "ما عرفتش علاش ما جاوبنيش",
    "يمكنكم تقديم الطلب عبر الموقع",
    "ⴰⵣⵓⵍ, ⵎⴰⵏⵣⴰⴽⵉⵏ?",
    "azul, manzakin?",
    "Le dossier est complet.",
    "Merci de nous répondre vite",
    "The office is closed today.",
    "Mañana por la mañana llamo",
    "أنا عايز أعرف ده بكام",
];

#[divan::bench]
fn short_sentences(bencher: divan::Bencher<'_, '_>) {
    let identifier = Identifier::built_in();
    let bytes: usize = SENTENCES.iter().map(|sentence| sentence.len()).sum();
    bencher.counter(ItemsCount::new(SENTENCES.len())).counter(BytesCount::new(bytes)).bench(|| {
        for sentence in SENTENCES {
            divan::black_box(identifier.identify(divan::black_box(sentence)));
        }
    });
}

#[divan::bench]
fn spans_of_short_sentences(bencher: divan::Bencher<'_, '_>) {
    let identifier = Identifier::built_in();
    bencher.counter(ItemsCount::new(SENTENCES.len())).bench(|| {
        for sentence in SENTENCES {
            divan::black_box(identifier.identify_spans(divan::black_box(sentence)));
        }
    });
}

#[divan::bench]
fn loading(bencher: divan::Bencher<'_, '_>) {
    let weights: &[u8] = include_bytes!("../../../models/languages/weights.bin");
    bencher.bench(|| Identifier::from_bytes(divan::black_box(weights)));
}
