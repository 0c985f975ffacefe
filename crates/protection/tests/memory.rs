//! The finder needs no room of the size of its text.
#![expect(clippy::disallowed_methods, reason = "the test reads a corpus and its own memory")]

use std::path::Path;

use protection::{Finder, Pack};

/// The most kilobytes this process has held since the peak was forgotten.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

#[test]
fn a_long_text_needs_little_room() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let finder = Finder::new(&Pack::read(&packs::morocco()).unwrap());
    let corpus = repository.join("evaluations/personal-data/dev.jsonl");
    let texts: Vec<String> = std::fs::read_to_string(corpus)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter_map(|document| document.get("text")?.as_str().map(str::to_owned))
        .collect();
    let once = texts.join("\n");
    let text = once.repeat((8 << 20) / once.len() + 1);
    if std::fs::write("/proc/self/clear_refs", "5").is_err() {
        eprintln!("skipped: this system does not tell how much memory a process holds");
        return;
    }
    let before = peak().unwrap();
    let found = finder.find(&text);
    let grown = peak().unwrap() - before;
    assert!(found.len() > 50_000, "{}", found.len());
    // Some megabytes for one window, and at most 64 bytes a finding.
    assert!(grown < 20_000, "{grown} kB for {} bytes and {} findings", text.len(), found.len());
}
