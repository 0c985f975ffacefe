//! What the model of names learns from, and how.

use std::ops::Range;

use protection::find::names::NameDetector;
use protection::find::names::learn::{Course, Lesson, labels_of};
use protection::find::names::notes::Note;
use protection::find::{Surroundings, View};
use protection::pack::Pack;

use crate::corpus::{Document, token_sources};

/// The seed of everything that is drawn.
pub(crate) const SEED: u64 = 20_261_125;

/// How often each template is filled.
pub(crate) const ROUNDS: u64 = 5;

/// The course that the committed weights took.
pub(crate) fn usual_course() -> Course {
    Course {
        passes: 8,
        repeat: 2,
        learners: 5,
        seed: SEED,
        margin: 6,
        miss: 2,
        hide_names: 120,
        swap_names: 100,
        hide_words: 250,
    }
}

/// Notes of every spelling of the gazetteers, as names are written in texts: with a capital, in capitals,
/// in lower case.
pub(crate) fn gazetteer_notes(detector: &NameDetector, pack: &Pack) -> Vec<Note> {
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

/// What a document teaches.
pub(crate) fn lesson(detector: &NameDetector, document: &Document) -> Lesson {
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
    Lesson { labels: labels_of(&notes, &names), notes }
}
