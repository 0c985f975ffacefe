//! Scores the spans of mixed sentences: `score_code_switch SENTENCES.txt [--wrong]`.
//!
//! Also scores files of one language a line (`evaluations/chat-darija`): the line of whole texts.
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

#[path = "../tests/marked/mod.rs"]
mod marked;

use language::identify::{Identifier, Language};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(Ok(file)) = arguments.next().map(std::fs::read_to_string) else {
        eprintln!("usage: score_code_switch SENTENCES.txt [--wrong]");
        return ExitCode::FAILURE;
    };
    let show = arguments.next().is_some();
    let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let (mut sentences, mut whole) = (0, 0);
    for marked::Marked { text, tokens } in marked::sentences(&file) {
        sentences += 1;
        let found = Identifier::built_in().identify_spans(&text);
        let spans = found.spans;
        let first = tokens.first().map(|token| token.0);
        whole += u32::from(first == Some(found.language.tag()));
        if show && first != Some(found.language.tag()) {
            println!("whole text as {} ({:.2}): {text}", found.language, found.confidence);
        }
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
        println!(
            "{tag:10} {right:4} of {all:4} tokens  {:.3}",
            f64::from(*right) / f64::from(*all)
        );
    }
    println!("whole texts {whole} of {sentences} by the first token's tag");
    println!(
        "sentences {sentences}  tokens {all}  accuracy {:.4}",
        f64::from(right) / f64::from(all)
    );
    ExitCode::SUCCESS
}
