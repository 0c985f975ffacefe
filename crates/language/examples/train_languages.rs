//! Trains the weights of language identification.
//!
//! `train_languages DATA OUTPUT`: DATA is a table with a header and the columns label, source, text
//! (tab-separated); OUTPUT is the weights file to write. The seed is fixed: the same data gives the same
//! file.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a command for developers: it reads and writes files and reports to the terminal"
)]

use std::process::ExitCode;

use language::identify::Language;
use language::identify::training::{Row, Settings, train};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(data), Some(output)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: train_languages DATA.tsv WEIGHTS.bin");
        return ExitCode::FAILURE;
    };
    let text = match std::fs::read_to_string(&data) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{data}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut rows = Vec::new();
    for (number, line) in text.lines().enumerate().skip(1) {
        let mut cells = line.splitn(3, '\t');
        let (Some(label), Some(source), Some(text)) = (cells.next(), cells.next(), cells.next())
        else {
            eprintln!("{data}, line {}: expected label, source and text", number + 1);
            return ExitCode::FAILURE;
        };
        let Some(language) = Language::from_tag(label) else {
            eprintln!("{data}, line {}: no language here has the label {label}", number + 1);
            return ExitCode::FAILURE;
        };
        rows.push(Row { language, source: source.to_owned(), text: text.to_owned() });
    }
    let weights = train(&rows, &Settings::default());
    if let Err(error) = std::fs::write(&output, &weights) {
        eprintln!("{output}: {error}");
        return ExitCode::FAILURE;
    }
    eprintln!("{} rows read, {} bytes written to {output}", rows.len(), weights.len());
    ExitCode::SUCCESS
}
