//! Identifies every row of a labelled table, for the scoring scripts.
//!
//! `identify_lines TABLE [WORDS] [WEIGHTS]`: TABLE has a header and the columns label, source, text; WORDS
//! cuts each text to its first words (0: whole). Prints a line `{"id", "language", "confidence"}` a row.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for developers: it reads a file and prints"
)]

use std::process::ExitCode;

use language::identify::Identifier;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(Ok(table)) = arguments.next().map(std::fs::read_to_string) else {
        eprintln!("usage: identify_lines TABLE.tsv [WORDS] [WEIGHTS.bin]");
        return ExitCode::FAILURE;
    };
    let words: usize = arguments.next().and_then(|words| words.parse().ok()).unwrap_or(0);
    let own = arguments.next().and_then(|path| std::fs::read(path).ok());
    let own = own.and_then(|bytes| Identifier::from_bytes(&bytes).ok());
    let identifier = own.as_ref().unwrap_or_else(|| Identifier::built_in());
    for (number, line) in table.lines().enumerate().skip(1) {
        let text = line.splitn(3, '\t').nth(2).unwrap_or_default();
        let cut: Vec<_> = text.split_whitespace().take(words).collect();
        let cut = cut.join(" ");
        let found = identifier.identify(if words > 0 { &cut } else { text });
        println!(
            "{{\"id\": {number}, \"language\": \"{}\", \"confidence\": {:.3}}}",
            found.language, found.confidence
        );
    }
    ExitCode::SUCCESS
}
