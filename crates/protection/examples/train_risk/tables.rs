//! Predicted and missed, side by side.

use std::collections::BTreeMap;

use protection::decide::risk::{Features, RiskModel};

/// A document: what is known of it, and what was missed.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) language: String,
    pub(crate) features: Features,
    pub(crate) missed: usize,
    pub(crate) values: usize,
    pub(crate) predicted: f64,
}

impl Row {
    pub(crate) fn predict(&mut self, model: &RiskModel) {
        self.predicted = model.of(&self.features).expected_missed;
    }
}

/// A table by language and kind of text.
pub(crate) fn print_all(title: &str, rows: &[Row]) {
    println!("\n### {title}\n");
    println!("| | documents | values | expected missed | missed |\n|---|---|---|---|---|");
    let mut groups: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        groups.entry(format!("language {}", row.language)).or_default().push(row);
        groups.entry(format!("kind {}", row.features.kind().as_str())).or_default().push(row);
    }
    print_group("all", &rows.iter().collect::<Vec<_>>());
    for (name, rows) in &groups {
        print_group(name, rows);
    }
}

/// A table by tenths of the documents, from the least to the most expected.
pub(crate) fn print_by_decile(rows: &[Row]) {
    println!("\n| tenth | documents | values | expected missed | missed |\n|---|---|---|---|---|");
    let mut sorted: Vec<&Row> = rows.iter().collect();
    sorted.sort_by(|left, right| left.predicted.total_cmp(&right.predicted));
    for tenth in 0..10 {
        let (from, to) = (sorted.len() * tenth / 10, sorted.len() * (tenth + 1) / 10);
        print_group(&(tenth + 1).to_string(), &sorted[from..to]);
    }
}

fn print_group(name: &str, rows: &[&Row]) {
    let predicted: f64 = rows.iter().map(|row| row.predicted).sum();
    let missed: usize = rows.iter().map(|row| row.missed).sum();
    let values: usize = rows.iter().map(|row| row.values).sum();
    println!("| {name} | {} | {values} | {predicted:.1} | {missed} |", rows.len());
}
