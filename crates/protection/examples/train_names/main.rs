//! Trains the model of names and measures it, from data of the repository alone.
//!
//! `cargo run --release -p protection --example train_names -- [--out FILE] [--folds N] [--errors]`
//!
//! With `--out`, the model is trained on the whole train set and its weights are written to the file. With `--folds`,
//! the train set is split by document number and each part is measured with the weights of the others.
//! `--general FOLDER` (with `lid_train.tsv` and `parallel_doda.tsv`) counts the frequencies of words anew and
//! writes them beside the weights; otherwise those of `models/names` are taken as they stand.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::missing_docs_in_private_items,
    clippy::string_slice,
    clippy::cast_precision_loss,
    reason = "a command for developers, which stops at the first fault"
)]

mod corpus;
mod general;
mod generated;
mod lessons;

use std::fs;
use std::path::{Path, PathBuf};

use protection::find::View;
use protection::find::names::NameDetector;
use protection::find::names::learn::{Course, Lesson, train};
use protection::find::names::lexicon::Lexicon;
use protection::find::names::model::Weights;
use protection::find::names::vocabulary::Vocabulary;
use protection::pack::Pack;

use corpus::{Document, Tally, documents, token_sources};
use generated::Maker;
use lessons::{SEED, gazetteer_notes, lesson, usual_course};

struct Arguments(Vec<String>);

impl Arguments {
    fn value(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|argument| argument == name)?;
        self.0.get(at + 1).map(String::as_str)
    }

    fn number(&self, name: &str, usual: u64) -> u64 {
        self.value(name).map_or(usual, |number| number.parse().unwrap())
    }

    fn course(&self) -> Course {
        let usual = usual_course();
        let of = |name: &str, usual: u64| self.number(name, usual);
        let count = |name: &str, usual: usize| {
            usize::try_from(of(name, u64::try_from(usual).unwrap())).unwrap()
        };
        let sum = |name: &str, usual: i32| {
            i32::try_from(of(name, u64::try_from(usual).unwrap())).unwrap()
        };
        Course {
            passes: count("--passes", usual.passes),
            repeat: count("--repeat", usual.repeat),
            learners: of("--learners", usual.learners),
            seed: of("--seed", usual.seed),
            margin: sum("--margin", usual.margin),
            miss: sum("--miss", usual.miss),
            hide_names: of("--hide-names", usual.hide_names),
            swap_names: of("--swap", usual.swap_names),
            hide_words: of("--hide-words", usual.hide_words),
        }
    }
}

fn main() {
    let arguments = Arguments(std::env::args().skip(1).collect());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let model = root.join("models/names");
    let corpus = root.join("evaluations/personal-data");
    let pack = Pack::read(&packs::morocco()).unwrap();
    let frequencies = arguments.value("--general").map_or_else(
        || fs::read(model.join("frequencies.bin")).unwrap(),
        |folder| {
            let lexicon = Lexicon::read(&pack).unwrap();
            Vocabulary::write(&general::frequencies(Path::new(folder), &lexicon))
        },
    );
    let detector =
        NameDetector::new(&pack).with_model(Vocabulary::read(&frequencies), Weights::default());
    let show = arguments.0.iter().any(|argument| argument == "--errors");
    let train_set = documents(&corpus.join("train"));
    let dev = documents(&corpus.join("dev.jsonl"));
    let templates = fs::read_to_string(model.join("templates.tsv")).unwrap();
    let rounds = usize::try_from(arguments.number("--rounds", lessons::ROUNDS)).unwrap();
    let generated: Vec<Lesson> = Maker::new(&pack, &templates)
        .documents(rounds, SEED)
        .iter()
        .map(|document| lesson(&detector, document))
        .collect();
    let lessons: Vec<Lesson> =
        train_set.iter().map(|document| lesson(&detector, document)).collect();
    let pool = gazetteer_notes(&detector, &pack);
    println!("{} documents, {} generated texts", lessons.len(), generated.len());
    print_reach(&train_set, &lessons, show);

    if let Some(folds) = arguments.value("--folds") {
        let folds: usize = folds.parse().unwrap();
        let biases = [-40, -20, 0, 20];
        let mut totals: Vec<Tally> = biases.iter().map(|_| Tally::default()).collect();
        for fold in 0..folds {
            let in_fold = |at: usize| at % folds == fold;
            let taught: Vec<Lesson> = lessons
                .iter()
                .enumerate()
                .filter(|(at, _)| !in_fold(*at))
                .map(|(_, lesson)| lesson.clone())
                .collect();
            let weights = train(&taught, &generated, &pool, &arguments.course());
            for (bias, total) in biases.iter().zip(&mut totals) {
                for (at, document) in train_set.iter().enumerate().filter(|(at, _)| in_fold(*at)) {
                    let notes = &lessons[at].notes;
                    let labels = weights.labels(notes, [*bias, 0, 0]);
                    total.add(document, &labels, notes, show && *bias == 0);
                }
            }
        }
        for (bias, total) in biases.iter().zip(&totals) {
            total.print(&format!("cross-validated, bias {bias}"), *bias == 0);
        }
    }
    if arguments.value("--folds").is_none() || arguments.value("--out").is_some() {
        let weights = train(&lessons, &generated, &pool, &arguments.course());
        for bias in [-20, 0] {
            let mut tally = Tally::default();
            for document in &dev {
                let notes = lesson(&detector, document).notes;
                tally.add(
                    document,
                    &weights.labels(&notes, [bias, 0, 0]),
                    &notes,
                    show && bias == 0,
                );
            }
            tally.print(&format!("dev, bias {bias}"), bias == 0);
        }
        if let Some(out) = arguments.value("--out").map(PathBuf::from) {
            let written = weights.write();
            println!("weights: {} bytes, frequencies: {} bytes", written.len(), frequencies.len());
            if arguments.value("--general").is_some() {
                fs::write(out.with_file_name("frequencies.bin"), frequencies).unwrap();
            }
            fs::write(out, written).unwrap();
        }
    }
}

/// How many tokens are weighed, and how many names lie wholly in weighed tokens.
fn print_reach(documents: &[Document], lessons: &[Lesson], show: bool) {
    let (mut tokens, mut weighed, mut names, mut whole) = (0, 0, 0, 0);
    for (document, lesson) in documents.iter().zip(lessons) {
        tokens += lesson.notes.len();
        weighed += lesson.notes.iter().filter(|note| note.weighed).count();
        let sources = token_sources(&View::new(&document.text));
        for gold in &document.gold {
            let own = sources.iter().zip(&lesson.notes);
            let mut own = own.filter(|(s, _)| s.end > gold.start && s.start < gold.end);
            names += 1;
            if own.all(|(_, note)| note.weighed) {
                whole += 1;
            } else if show {
                println!("out of reach\t{}\t{}", document.id, &document.text[gold.clone()]);
            }
        }
    }
    println!("{weighed} of {tokens} tokens are weighed, {whole} of {names} names in reach");
}
