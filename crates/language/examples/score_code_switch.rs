//! Scores the spans of mixed sentences: `score_code_switch SENTENCES.txt [--wrong]`.
//!
//! A token is a word between spaces with at least one letter; it is right when the span over its first
//! letter has its tag. `--wrong` shows the wrong tokens.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for developers: it reads a file and prints"
)]

use std::collections::BTreeMap;
use std::process::ExitCode;

use language::ByteSpan;
use language::identify::{Identifier, Language};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(Ok(file)) = arguments.next().map(std::fs::read_to_string) else {
        eprintln!("usage: score_code_switch SENTENCES.txt [--wrong]");
        return ExitCode::FAILURE;
    };
    let show = arguments.next().is_some();
    let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut sentences = 0;
    for line in file.lines().filter(|line| line.starts_with('{')) {
        sentences += 1;
        let (text, tokens) = read(line);
        let spans = Identifier::built_in().identify_spans(&text).spans;
        for (tag, token) in tokens {
            let over = spans.iter().find(|own| own.span.overlaps(token));
            let found = over.map_or(Language::Undetermined, |own| own.language).tag();
            let count = counts.entry(tag).or_default();
            count.0 += u32::from(found == tag);
            count.1 += 1;
            if show && found != tag {
                println!("{tag} as {found}: {} | {text}", token.of(&text));
            }
        }
    }
    let (right, all) = counts.values().fold((0, 0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
    for (tag, (right, all)) in &counts {
        println!("{tag:10} {right:4} of {all:4} tokens  {:.3}", f64::from(*right) / f64::from(*all));
    }
    println!("sentences {sentences}  tokens {all}  accuracy {:.4}", f64::from(right) / f64::from(all));
    ExitCode::SUCCESS
}

/// The plain text of a line and its tokens with their tags.
fn read(line: &str) -> (String, Vec<(&str, ByteSpan)>) {
    let mut text = String::new();
    let mut tokens = Vec::new();
    for part in line.split('{').filter_map(|part| part.trim_end().strip_suffix('}')) {
        let (tag, words) = part.split_once(' ').unwrap_or((part, ""));
        for word in words.split_whitespace() {
            if !text.is_empty() {
                text.push(' ');
            }
            let start = text.len();
            text.push_str(word);
            if word.chars().any(char::is_alphabetic) {
                tokens.push((tag, ByteSpan::new(start, text.len())));
            }
        }
    }
    (text, tokens)
}
