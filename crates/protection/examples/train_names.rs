//! Trains the model of names and measures it.
//!
//! `cargo run --release -p protection --example train_names -- DATA OUT [--folds N]`
//!
//! DATA holds `personal_data/train/*.jsonl`, `personal_data/dev.jsonl` and `languages/*.tsv`; OUT receives
//! `frequencies.bin` and `weights.bin`. With `--folds`, nothing is written: the train set is split by
//! document number and each part is measured with the weights of the others.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::missing_docs_in_private_items,
    clippy::string_slice,
    clippy::cast_precision_loss,
    reason = "a command for developers, which stops at the first fault"
)]

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use language::{Profile, normalize};
use protection::find::names::NameDetector;
use protection::find::names::learn::{Course, Lesson, labels_of, train};
use protection::find::names::model::Weights;
use protection::find::names::notes::Note;
use protection::find::names::sound::exact;
use protection::find::names::spans::persons;
use protection::find::names::vocabulary::Vocabulary;
use protection::find::{Surroundings, View};
use protection::pack::Pack;

struct Document {
    id: String,
    text: String,
    gold: Vec<Range<usize>>,
    fair: Vec<Range<usize>>,
}

fn course(arguments: &[String]) -> Course {
    let of = |name: &str, usual: u64| {
        arguments
            .iter()
            .position(|a| a == name)
            .map_or(usual, |at| arguments[at + 1].parse().unwrap())
    };
    Course {
        passes: usize::try_from(of("--passes", 10)).unwrap(),
        learners: of("--learners", 5),
        seed: of("--seed", 20_261_125),
        margin: i32::try_from(of("--margin", 6)).unwrap(),
        miss: i32::try_from(of("--miss", 2)).unwrap(),
        hide_names: of("--hide-names", 120),
        swap_names: of("--swap", 100),
        hide_words: of("--hide-words", 250),
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let data = PathBuf::from(&arguments[0]);
    let out = PathBuf::from(&arguments[1]);
    let folds: usize = arguments
        .iter()
        .position(|a| a == "--folds")
        .map_or(0, |at| arguments[at + 1].parse().unwrap());
    let show = arguments.iter().any(|a| a == "--errors");

    let frequencies = frequencies(&data);
    let bytes = Vocabulary::write(&frequencies);
    println!("frequencies: {} words, {} bytes", frequencies.len(), bytes.len());
    let pack = pack(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/ma"));
    let detector =
        NameDetector::new(&pack).with_model(Vocabulary::read(&bytes), Weights::default());

    let mut files: Vec<_> = fs::read_dir(data.join("personal_data/train"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let documents: Vec<Document> = files.iter().flat_map(|file| documents(file)).collect();
    let dev = documents_of_dev(&data);
    let lessons: Vec<Lesson> =
        documents.iter().map(|document| lesson(&detector, document)).collect();

    let pool = gazetteer_notes(&detector, &pack);
    if folds > 0 {
        let biases = [-40, -20, 0, 25, 50];
        let mut totals: Vec<Tally> = biases.iter().map(|_| Tally::default()).collect();
        for fold in 0..folds {
            let taught: Vec<Lesson> = lessons
                .iter()
                .enumerate()
                .filter(|(at, _)| at % folds != fold)
                .map(|(_, l)| l.clone())
                .collect();
            let weights = train(&taught, &pool, &course(&arguments));
            for (bias, total) in biases.iter().zip(&mut totals) {
                for (at, document) in
                    documents.iter().enumerate().filter(|(at, _)| at % folds == fold)
                {
                    total.add(document, &lessons[at].notes, &weights, *bias, show && *bias == 0);
                }
            }
        }
        for (bias, total) in biases.iter().zip(&totals) {
            total.print(&format!("cross-validated, bias {bias}"));
        }
        return;
    }
    let weights = train(&lessons, &pool, &course(&arguments));
    let mut tally = Tally::default();
    for document in &dev {
        tally.add(document, &lesson(&detector, document).notes, &weights, 0, show);
    }
    tally.print("dev");
    fs::create_dir_all(&out).unwrap();
    fs::write(out.join("frequencies.bin"), bytes).unwrap();
    let written = weights.write();
    println!("weights: {} bytes", written.len());
    fs::write(out.join("weights.bin"), written).unwrap();
}

/// Notes of every spelling of the gazetteers, as names are written in texts: with a capital, in capitals,
/// in lower case.
fn gazetteer_notes(detector: &NameDetector, pack: &Pack) -> Vec<Note> {
    let mut lines = String::new();
    for file in ["names/first.tsv", "names/family.tsv"] {
        for row in pack.file(file).lines().skip(1) {
            let columns: Vec<&str> = row.split('\t').collect();
            let tifinagh = if file.contains("first") { columns[3] } else { "" };
            for cell in [columns[0], columns[1], columns[2], tifinagh] {
                for spelling in cell.split('|').filter(|spelling| !spelling.is_empty()) {
                    lines.push_str(spelling);
                    lines.push('\n');
                    if spelling.is_ascii() {
                        lines.push_str(&spelling.to_lowercase());
                        lines.push('\n');
                        lines.push_str(&spelling.to_uppercase());
                        lines.push('\n');
                    }
                }
            }
        }
    }
    detector.notes(&View::new(&lines), Surroundings::text())
}

fn documents_of_dev(data: &Path) -> Vec<Document> {
    documents(&data.join("personal_data/dev.jsonl"))
}

fn pack(folder: &Path) -> Pack {
    let mut files = BTreeMap::new();
    for part in ["names", "places"] {
        for entry in fs::read_dir(folder.join(part)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{part}/{}", path.file_name().unwrap().to_string_lossy());
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    Pack::read(&files).unwrap()
}

fn documents(file: &Path) -> Vec<Document> {
    fs::read_to_string(file)
        .unwrap()
        .lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = value["text"].as_str().unwrap().to_owned();
            let bytes: Vec<usize> =
                text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let at = |number: &serde_json::Value| {
                bytes[usize::try_from(number.as_u64().unwrap()).unwrap()]
            };
            let spans = |key: &str, only: Option<&str>| -> Vec<Range<usize>> {
                value[key]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|span| only.is_none_or(|only| span["type"] == only))
                    .map(|span| at(&span["start"])..at(&span["end"]))
                    .collect()
            };
            let gold = spans("spans", Some("person"));
            let mut fair = spans("spans", None);
            fair.extend(spans("allowed", None));
            Document { id: value["id"].as_str().unwrap().to_owned(), text, gold, fair }
        })
        .collect()
}

fn token_sources(view: &View<'_>) -> Vec<Range<usize>> {
    view.tokens()
        .iter()
        .map(|token| view.source_span(token.span))
        .map(|span| span.start..span.end)
        .collect()
}

fn lesson(detector: &NameDetector, document: &Document) -> Lesson {
    let view = View::new(&document.text);
    let notes = detector.notes(&view, Surroundings::text());
    let sources = token_sources(&view);
    let names: Vec<Range<usize>> = document
        .gold
        .iter()
        .filter_map(|gold| {
            let first = sources.iter().position(|token| token.end > gold.start)?;
            let last = sources.iter().rposition(|token| token.start < gold.end)?;
            (first <= last).then_some(first..last + 1)
        })
        .collect();
    Lesson { labels: labels_of(notes.len(), &names), notes }
}

#[derive(Default)]
struct Tally {
    gold: usize,
    covered: usize,
    found: usize,
    fair: usize,
}

impl Tally {
    fn add(
        &mut self,
        document: &Document,
        notes: &[Note],
        weights: &Weights,
        bias: i32,
        show: bool,
    ) {
        let view = View::new(&document.text);
        let sources = token_sources(&view);
        let labels = weights.labels(notes, [bias, 0, 0]);
        let found: Vec<Range<usize>> = persons(&labels, notes)
            .into_iter()
            .map(|run| sources[run.start].start..sources[run.end - 1].end + 1)
            .collect();
        for gold in &document.gold {
            self.gold += 1;
            let whole = document.text[gold.clone()]
                .char_indices()
                .filter(|(_, c)| c.is_alphanumeric())
                .all(|(at, _)| found.iter().any(|run| run.contains(&(gold.start + at))));
            self.covered += usize::from(whole);
            if show && !whole {
                println!(
                    "missed\t{}\t{}\t{}",
                    document.id,
                    &document.text[gold.clone()],
                    around(&document.text, gold)
                );
            }
        }
        for run in &found {
            self.found += 1;
            let fair =
                document.fair.iter().any(|fair| fair.start < run.end - 1 && run.start < fair.end);
            self.fair += usize::from(fair);
            if show && !fair {
                println!(
                    "false\t{}\t{}\t{}",
                    document.id,
                    &document.text[run.start..run.end - 1],
                    around(&document.text, &(run.start..run.end - 1))
                );
            }
        }
    }

    fn print(&self, title: &str) {
        println!(
            "{title}: persons {} covered {:.3} precision {:.3}",
            self.gold,
            self.covered as f64 / self.gold as f64,
            self.fair as f64 / self.found as f64
        );
    }
}

fn around(text: &str, span: &Range<usize>) -> String {
    let start = text[..span.start].char_indices().rev().nth(25).map_or(0, |(at, _)| at);
    let end = text[span.end..].char_indices().nth(25).map_or(text.len(), |(at, _)| span.end + at);
    text[start..end].replace('\n', "⏎")
}

/// How often words stand in lower case (or in a script without case) in general text, in steps 1 to 5.
fn frequencies(data: &Path) -> BTreeMap<u64, u8> {
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    let mut count = |text: &str| {
        let folded = normalize(text, Profile::Match).text;
        for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            if !word.chars().any(char::is_uppercase) && word.chars().any(char::is_alphabetic) {
                *counts.entry(Vocabulary::short(exact(word))).or_default() += 1;
            }
        }
    };
    for line in fs::read_to_string(data.join("languages/lid_train.tsv"))
        .expect("general text")
        .lines()
        .skip(1)
    {
        let columns: Vec<&str> = line.split('\t').collect();
        let source = columns[1].to_lowercase();
        if !source.contains("mediawiki") && !source.contains("firefox") {
            count(columns[2]);
        }
    }
    for line in fs::read_to_string(data.join("languages/parallel_doda.tsv"))
        .expect("general text")
        .lines()
        .skip(1)
    {
        for column in line.split('\t') {
            count(column);
        }
    }
    counts
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(key, count)| {
            let step = match count {
                0..=3 => 1,
                4..=9 => 2,
                10..=39 => 3,
                40..=199 => 4,
                _ => 5,
            };
            (key, step)
        })
        .collect()
}
