//! Trains the model of sensitive topics and measures it.
//!
//! `cargo run --release -p protection --example train_topics -- [--folds N] [--errors] [--out FILE]`
//!
//! Reads `evaluations/personal-data/train/*.jsonl` and `evaluations/topics/train.jsonl`, writes
//! `models/topics/weights.bin`; with `--folds` writes nothing and measures every document with the weights of
//! the others. The development set `evaluations/personal-data/dev.jsonl` is measured either way. The seed is
//! fixed: two runs write the same bytes.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::missing_docs_in_private_items,
    clippy::cast_precision_loss,
    reason = "a command for developers, which stops at the first fault"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use protection::decide::topics::{FEATURES, TOPICS, TRAINED, Topic, Topics, Weights};
use protection::{Finder, Findings, Pack, Place, TextIn, find_all};

const PASSES: usize = 60;
const RATE: f64 = 0.08;
/// How strongly named features and words are held near nothing.
const DECAY_NAMED: f64 = 0.0005;
const DECAY_WORDS: f64 = 0.08;
/// Added to the log-odds of each topic after training.
const LEAN: [f64; 3] = [0.0, 0.0, 1.0];
/// A missed topic costs more than a false one; so many times, for health, judicial and minor.
const MISS: [f64; 3] = [16.0, 16.0, 30.0];

struct Document {
    id: String,
    text: String,
    findings: Findings,
    gold: BTreeSet<Topic>,
    own: bool,
}

impl Document {
    fn texts(&self) -> [TextIn<'_>; 1] {
        [TextIn { text: &self.text, place: Place::Text }]
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folds =
        arguments.iter().position(|a| a == "--folds").map(|at| arguments[at + 1].parse().unwrap());
    let errors = arguments.iter().any(|a| a == "--errors");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let pack = Pack::read(&packs::morocco()).unwrap();
    let finder = Finder::new(&pack);
    let corpus = root.join("evaluations/personal-data");
    let mut train = Vec::new();
    for name in ["ar", "ary", "fr", "mix"] {
        train.extend(read(&corpus.join(format!("train/train_{name}.jsonl")), &finder, false));
    }
    train.extend(read(&root.join("evaluations/topics/train.jsonl"), &finder, true));
    let dev = read(&corpus.join("dev.jsonl"), &finder, false);
    let blank = Topics::with_weights(&pack, Weights::default()).unwrap();
    let features = |documents: &[Document]| -> Vec<BTreeMap<Topic, Vec<Vec<u16>>>> {
        documents
            .iter()
            .map(|document| {
                TRAINED
                    .iter()
                    .map(|topic| {
                        (*topic, blank.features(&document.texts(), &document.findings, *topic))
                    })
                    .collect()
            })
            .collect()
    };
    let train_features = features(&train);
    if let Some(folds) = folds {
        let mut tally = Tally::default();
        for fold in 0..folds {
            let weights = learn(&train, &train_features, |index| index % folds != fold);
            let topics = Topics::with_weights(&pack, weights).unwrap();
            for (index, document) in train.iter().enumerate() {
                if index % folds == fold && !document.own {
                    tally.add(document, &topics, errors);
                }
            }
        }
        println!("cross-validated over the 650 training documents, {folds} folds");
        tally.print();
        return;
    }
    let weights = learn(&train, &train_features, |_| true);
    let out = arguments.iter().position(|a| a == "--out").map_or_else(
        || root.join("models/topics/weights.bin"),
        |at| PathBuf::from(&arguments[at + 1]),
    );
    fs::write(out, weights.to_bytes()).unwrap();
    let topics = Topics::with_weights(&pack, weights).unwrap();
    let mut tally = Tally::default();
    for document in &dev {
        tally.add(document, &topics, errors);
    }
    println!("development set, 150 documents");
    tally.print();
}

/// Logistic regression by stochastic descent, one topic after the other, documents in a fixed shuffled
/// order. A document with several windows is taken by its window of the highest sum, as in use.
fn learn(
    documents: &[Document],
    features: &[BTreeMap<Topic, Vec<Vec<u16>>>],
    chosen: impl Fn(usize) -> bool,
) -> Weights {
    let mut order: Vec<usize> = (0..documents.len()).filter(|index| chosen(*index)).collect();
    let mut rows = Vec::new();
    for ((topic, miss), lean) in TRAINED.into_iter().zip(MISS).zip(LEAN) {
        let mut row = vec![0.0; FEATURES];
        let mut state: u64 = 20_261_125;
        for pass in 0..PASSES {
            shuffle(&mut order, &mut state);
            let rate = RATE / (1.0 + pass as f64 * 0.1);
            for index in &order {
                let positive = documents[*index].gold.contains(&topic);
                let sum = |window: &Vec<u16>| -> f64 {
                    window.iter().map(|feature| row[usize::from(*feature)]).sum()
                };
                let best = features[*index][&topic].iter().max_by(|l, r| sum(l).total_cmp(&sum(r)));
                let Some(window) = best else { continue };
                let probability = 1.0 / (1.0 + (-sum(window)).exp());
                let weight = if positive { miss } else { 1.0 };
                let gradient = (f64::from(u8::from(positive)) - probability) * weight;
                for feature in window {
                    let feature = usize::from(*feature);
                    let decay = if feature < 64 { DECAY_NAMED } else { DECAY_WORDS };
                    row[feature] += rate * (gradient - decay * row[feature] * 8.0);
                }
            }
        }
        // In doubt for the person: the bias of a missed topic is the larger harm.
        row[0] += lean;
        rows.push(row);
    }
    Weights::from_rows(&rows)
}

/// Fisher and Yates with a linear congruential generator (Knuth's constants).
fn shuffle(order: &mut [usize], state: &mut u64) {
    for last in (1..order.len()).rev() {
        *state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pick = usize::try_from((*state >> 33) % (last as u64 + 1)).unwrap();
        order.swap(last, pick);
    }
}

#[derive(Default)]
struct Tally(BTreeMap<Topic, [usize; 3]>);

impl Tally {
    fn add(&mut self, document: &Document, topics: &Topics, errors: bool) {
        let judged = topics.judge(&document.texts(), &document.findings);
        let found: BTreeSet<Topic> = judged.iter().map(|finding| finding.topic).collect();
        for topic in TOPICS {
            let (gold, seen) = (document.gold.contains(&topic), found.contains(&topic));
            let row = self.0.entry(topic).or_default();
            match (gold, seen) {
                (true, true) => row[0] += 1,
                (true, false) => row[1] += 1,
                (false, true) => row[2] += 1,
                (false, false) => {}
            }
            if errors && gold != seen {
                let what = if gold { "missed" } else { "false" };
                let start: String = document.text.chars().take(160).collect();
                println!("{what}\t{topic}\t{}\t{}", document.id, start.replace('\n', " / "));
            }
        }
    }

    fn print(&self) {
        println!("{:18}{:>6}{:>8}{:>11}{:>7}", "topic", "gold", "recall", "precision", "false");
        for (topic, [hit, missed, wrong]) in &self.0 {
            let ratio = |part: usize, all: usize| {
                if all == 0 { "-".to_owned() } else { format!("{:.3}", part as f64 / all as f64) }
            };
            println!(
                "{:18}{:>6}{:>8}{:>11}{:>7}",
                topic.as_str(),
                hit + missed,
                ratio(*hit, hit + missed),
                ratio(*hit, hit + wrong),
                wrong
            );
        }
    }
}

fn read(path: &Path, finder: &Finder, own: bool) -> Vec<Document> {
    let content = fs::read_to_string(path).unwrap_or_default();
    content
        .lines()
        .enumerate()
        .map(|(number, line)| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = value["text"].as_str().unwrap().to_owned();
            let gold = value["sensitive"].as_array().unwrap().iter();
            let gold = gold.map(|name| Topic::named(name.as_str().unwrap()).unwrap()).collect();
            let findings = find_all(finder, &[TextIn { text: &text, place: Place::Text }]);
            let id = value["id"].as_str().map_or_else(|| number.to_string(), str::to_owned);
            Document { id, text, findings, gold, own }
        })
        .collect()
}
