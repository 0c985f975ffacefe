//! The speed and the memory of the safeguard on this machine, over documents of a JSONL corpus:
//! `speed CORPUS.jsonl MEGABYTES [find|bare|protect|one|whole]`. `bare` leaves names out, `one`
//! joins the documents to a single text, `whole` protects that text. One line: what, megabytes a second, findings, and the most
//! kilobytes held beyond the documents (where the system tells).
#![expect(
    clippy::disallowed_methods,
    reason = "an example is an edge: it reads files and the clock"
)]
#![expect(clippy::print_stdout, reason = "its answer is its standard output")]

use std::error::Error;
use std::time::Instant;

use protection::{Escape, Finder, FinderParts, Pack, Place, Policy, TextIn};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: speed CORPUS.jsonl MEGABYTES [find|bare|protect|one|whole]";
    let corpus = std::fs::read_to_string(arguments.next().ok_or(usage)?)?;
    let megabytes: usize = arguments.next().ok_or(usage)?.parse()?;
    let what = arguments.next().unwrap_or_else(|| "find".to_owned());
    let pack = Pack::read(&packs::morocco())?;
    let finder =
        Finder::with(&pack, FinderParts { names: what != "bare", ..FinderParts::default() });
    let mut texts = Vec::new();
    for line in corpus.lines() {
        let document: serde_json::Value = serde_json::from_str(line)?;
        texts.extend(document.get("text").and_then(|text| text.as_str()).map(str::to_owned));
    }
    let once: usize = texts.iter().map(String::len).sum();
    let times = (megabytes << 20) / once.max(1) + 1;
    if what == "one" || what == "whole" {
        texts = vec![vec![texts.join("\n"); times].join("\n")];
    }
    let times = if texts.len() == 1 { 1 } else { times };
    let bytes = times * texts.iter().map(String::len).sum::<usize>();
    // The peak so far, of reading and joining, is forgotten.
    let forgotten = std::fs::write("/proc/self/clear_refs", "5");
    let before = peak();
    let start = Instant::now();
    let mut found = 0;
    for _ in 0..times {
        for text in &texts {
            found += if what == "protect" || what == "whole" {
                protect(&finder, text)?
            } else {
                finder.find(text).len()
            };
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let grown = peak().saturating_sub(before);
    #[expect(clippy::cast_precision_loss, reason = "a rate to read")]
    let rate = bytes as f64 / 1e6 / seconds;
    let grown = forgotten.map_or_else(|_| "unknown".to_owned(), |()| format!("{grown} kB"));
    println!("{what}: {rate:.2} MB/s, {found} findings, {grown}");
    Ok(())
}

/// Finds, numbers, replaces, and restores again, as one request does.
fn protect(finder: &Finder, text: &str) -> Result<usize, Box<dyn Error>> {
    let texts = [TextIn { text, place: Place::Text }];
    let findings = protection::find_all(finder, &texts);
    let protected = protection::replace(&findings, &texts, &Policy::label_all("speed"))?;
    let mut restored = String::new();
    for replacement in &protected.replacements {
        let out = protection::apply(text, replacement);
        let mut restorer = protected.vault.restorer(Escape::Plain);
        restorer.push(&out, &mut restored);
        restorer.finish(&mut restored);
    }
    if restored == text { Ok(protected.replacements.len()) } else { Err("not restored".into()) }
}

/// The most kilobytes this process has held.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or(0)
}
