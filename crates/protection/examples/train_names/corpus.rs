//! Annotated documents, and what a model gets right in them.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use protection::find::View;
use protection::find::names::spans::persons;
use serde_json::Value;

/// One annotated text; ranges are bytes.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) language: String,
    pub(crate) text: String,
    /// Persons.
    pub(crate) gold: Vec<Range<usize>>,
    /// Every value that should be found.
    pub(crate) values: Vec<Range<usize>>,
    /// Whatever else may be marked without being wrong.
    pub(crate) fair: Vec<Range<usize>>,
}

/// The documents of a JSONL file, or of all such files of a folder.
pub(crate) fn documents(path: &Path) -> Vec<Document> {
    if path.is_dir() {
        let mut files: Vec<_> =
            fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        return files.iter().flat_map(|file| documents(file)).collect();
    }
    let file = fs::read_to_string(path).unwrap();
    file.lines().map(|line| document(&serde_json::from_str(line).unwrap())).collect()
}

fn document(value: &Value) -> Document {
    let text = value["text"].as_str().unwrap().to_owned();
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let at = |number: &Value| bytes[usize::try_from(number.as_u64().unwrap()).unwrap()];
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
    let values = spans("spans", None);
    let fair = spans("allowed", None);
    let of = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    Document { id: of("id"), language: of("lang"), gold, values, fair, text }
}

/// The bytes of the source under each token.
pub(crate) fn token_sources(view: &View<'_>) -> Vec<Range<usize>> {
    view.tokens()
        .iter()
        .map(|token| view.source_span(token.span))
        .map(|span| span.start..span.end)
        .collect()
}

/// Counts over documents.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    gold: usize,
    covered: usize,
    found: usize,
    fair: usize,
    languages: BTreeMap<String, [usize; 4]>,
}

impl Tally {
    /// Adds a document for which these runs of tokens were labelled as names.
    pub(crate) fn add(
        &mut self,
        document: &Document,
        labels: &[usize],
        notes: &[protection::find::names::notes::Note],
        show: bool,
    ) {
        let view = View::new(&document.text);
        let sources = token_sources(&view);
        let found: Vec<Range<usize>> = persons(labels, notes)
            .into_iter()
            .map(|run| sources[run.start].start..sources[run.end - 1].end + 1)
            .collect();
        let row = self.languages.entry(document.language.clone()).or_default();
        for gold in &document.gold {
            let whole = document.text[gold.clone()]
                .char_indices()
                .filter(|(_, c)| c.is_alphanumeric())
                .all(|(at, _)| found.iter().any(|run| run.contains(&(gold.start + at))));
            self.gold += 1;
            self.covered += usize::from(whole);
            row[0] += 1;
            row[1] += usize::from(whole);
            if show && !whole {
                print_error("missed", document, gold);
            }
        }
        for run in &found {
            let fair = document
                .values
                .iter()
                .chain(&document.fair)
                .any(|fair| fair.start < run.end - 1 && run.start < fair.end);
            self.found += 1;
            self.fair += usize::from(fair);
            row[2] += 1;
            row[3] += usize::from(fair);
            if show && !fair {
                print_error("false", document, &(run.start..run.end - 1));
            }
        }
    }

    pub(crate) fn print(&self, title: &str, by_language: bool) {
        let share = |part: usize, all: usize| part as f64 / all.max(1) as f64;
        println!(
            "{title}: persons {} covered {:.3} precision {:.3}",
            self.gold,
            share(self.covered, self.gold),
            share(self.fair, self.found)
        );
        for (language, [gold, covered, found, fair]) in &self.languages {
            if by_language {
                println!(
                    "  {language:9} persons {gold:4} covered {:.3} precision {:.3}",
                    share(*covered, *gold),
                    share(*fair, *found)
                );
            }
        }
    }
}

fn print_error(what: &str, document: &Document, span: &Range<usize>) {
    let text = &document.text;
    let start = text[..span.start].char_indices().rev().nth(25).map_or(0, |(at, _)| at);
    let end = text[span.end..].char_indices().nth(25).map_or(text.len(), |(at, _)| span.end + at);
    println!(
        "{what}\t{}\t{}\t{}",
        document.id,
        text[span.clone()].replace('\n', "⏎"),
        text[start..end].replace('\n', "⏎")
    );
}
