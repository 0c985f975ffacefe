//! Fits the estimate of what the finder misses, and shows how it is calibrated.
//!
//! `cargo run --release -p protection --example train_risk -- [--out FILE] [--folds N]`
//!
//! Each document of the train set is searched with weights of names that did not see it (five folds, as
//! `train_names` makes them), and its missed values are counted. With `--out`, a Poisson regression over all of
//! them is written to the file. With `--folds`, each document is predicted by the documents of the other folds,
//! and the tables of `docs/residual-risk.md` are printed, with `dev.jsonl` and `fresh.jsonl` beside them.
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

#[path = "../train_names/corpus.rs"]
#[expect(dead_code, reason = "shared with the training of names, which measures as well")]
mod corpus;
#[path = "../train_names/generated.rs"]
mod generated;
#[path = "../train_names/lessons.rs"]
mod lessons;
mod tables;

use std::fs;
use std::ops::Range;
use std::path::Path;

use protection::decide::risk::{FEATURES, Features, RiskModel, power_of_two};
use protection::find::names::NameDetector;
use protection::find::names::learn::{Lesson, train};
use protection::find::names::model::Weights;
use protection::{Finder, FinderParts, Pack, Place, TextIn, find_all};

use corpus::{Document, documents};
use generated::Maker;
use lessons::{ROUNDS, SEED, gazetteer_notes, lesson, usual_course};
use tables::{Row, print_all, print_by_decile};

/// How the documents are split for the model of names.
const NAME_FOLDS: usize = 5;

/// How strongly weights are held near nothing: each as if half a missed value spoke against it.
const HELD: f64 = 2.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let corpus = root.join("evaluations/personal-data");
    let pack = Pack::read(&packs::morocco()).unwrap();
    let train_set = documents(&corpus.join("train"));
    let templates = fs::read_to_string(root.join("models/names/templates.tsv")).unwrap();
    let rows = unseen(&pack, &train_set, &templates);
    if let Some(folds) = value("--folds") {
        let folds: usize = folds.parse().unwrap();
        let mut predicted = rows.clone();
        for fold in 0..folds {
            let others = rows.iter().enumerate().filter(|(at, _)| at % folds != fold);
            let model = fit(&others.map(|(_, row)| row.clone()).collect::<Vec<_>>());
            for row in predicted.iter_mut().skip(fold).step_by(folds) {
                row.predict(&model);
            }
        }
        print_all("train, cross-validated", &predicted);
        print_by_decile(&predicted);
        let model = fit(&rows);
        let finder = Finder::new(&pack);
        for name in ["dev", "fresh"] {
            let documents = documents(&corpus.join(format!("{name}.jsonl")));
            let mut rows: Vec<Row> = documents.iter().map(|own| row(&finder, own)).collect();
            for row in &mut rows {
                row.predict(&model);
            }
            print_all(name, &rows);
        }
    }
    if let Some(out) = value("--out") {
        fs::write(out, fit(&rows).to_bytes()).unwrap();
    }
}

/// The documents, searched by finders whose names had not seen them.
fn unseen(pack: &Pack, documents: &[Document], templates: &str) -> Vec<Row> {
    let detector = NameDetector::new(pack).with_weights(Weights::default());
    let texts = Maker::new(pack, templates).documents(usize::try_from(ROUNDS).unwrap(), SEED);
    let generated: Vec<Lesson> = texts.iter().map(|own| lesson(&detector, own)).collect();
    let lessons: Vec<Lesson> = documents.iter().map(|own| lesson(&detector, own)).collect();
    let pool = gazetteer_notes(&detector, pack);
    let mut rows: Vec<Option<Row>> = documents.iter().map(|_| None).collect();
    for fold in 0..NAME_FOLDS {
        let taught = lessons.iter().enumerate().filter(|(at, _)| at % NAME_FOLDS != fold);
        let taught: Vec<Lesson> = taught.map(|(_, lesson)| lesson.clone()).collect();
        let weights = train(&taught, &generated, &pool, &usual_course());
        let parts = FinderParts { name_weights: Some(weights), ..FinderParts::default() };
        let finder = Finder::with(pack, parts);
        for at in (fold..documents.len()).step_by(NAME_FOLDS) {
            rows[at] = Some(row(&finder, &documents[at]));
        }
    }
    rows.into_iter().map(|row| row.expect("each document is in a fold")).collect()
}

/// What was found and missed in a document. A value is missed where one of its letters or digits is in no
/// finding.
fn row(finder: &Finder, document: &Document) -> Row {
    let texts = [TextIn { text: &document.text, place: Place::Text }];
    let findings = find_all(finder, &texts);
    let found = &findings.per_text[0];
    let covered = |at: usize| found.iter().any(|one| (one.span.start..one.span.end).contains(&at));
    let whole = |gold: &Range<usize>| {
        let mut own = document.text[gold.clone()].char_indices();
        own.all(|(at, character)| !character.is_alphanumeric() || covered(gold.start + at))
    };
    Row {
        language: document.language.clone(),
        features: Features::of(&texts, &findings),
        missed: document.values.iter().filter(|gold| !whole(gold)).count(),
        values: document.values.len(),
        predicted: 0.0,
    }
}

/// Poisson regression with the logarithm as link, coordinate by coordinate.
fn fit(rows: &[Row]) -> RiskModel {
    let inputs: Vec<[f64; FEATURES]> = rows
        .iter()
        .map(|row| row.features.values().map(|value| f64::from(value) / f64::from(Features::ONE)))
        .collect();
    let mut weights = [0.0; FEATURES];
    weights[0] = -3.0;
    let mut sums: Vec<f64> = inputs.iter().map(|_| weights[0]).collect();
    for _ in 0..400 {
        for feature in 0..FEATURES {
            let (mut slope, mut bend) = (0.0, 0.0);
            for ((row, input), sum) in rows.iter().zip(&inputs).zip(&sums) {
                let expected = power_of_two(*sum) * row.features.pieces();
                slope += input[feature] * (row.missed as f64 - expected);
                bend += input[feature] * input[feature] * expected;
            }
            // The first weight says how many are missed in all, and is free.
            if feature > 0 {
                slope -= HELD * weights[feature];
                bend += HELD;
            }
            let step = (slope / bend.max(1e-9)).clamp(-0.5, 0.5);
            weights[feature] += step;
            for (sum, input) in sums.iter_mut().zip(&inputs) {
                *sum += step * input[feature];
            }
        }
    }
    RiskModel::from_weights(&weights)
}
