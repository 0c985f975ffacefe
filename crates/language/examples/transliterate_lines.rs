//! Transliterates lines from standard input to standard output.
//!
//! `transliterate_lines [--from FORM] [--to FORM] [--rules] [--answers N] [--foreign]`: forms are tags, by
//! default `ary-Latn` and `ary-Arab`; `--rules` leaves the ranking out; `--answers` writes several answers of
//! each word, joined by `|`; `--foreign` marks the words that stay.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for developers: it reads its arguments and prints"
)]

use std::io::Read;
use std::process::ExitCode;

use language::transliterate::{Form, Options, Transliterator};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let (mut from, mut to, mut options) = (Form::AryLatn, Form::AryArab, Options::default());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--from" => from = value()?.parse().map_err(|error| format!("{error}"))?,
            "--to" => to = value()?.parse().map_err(|error| format!("{error}"))?,
            "--answers" => options.answers = value()?.parse().map_err(|_| "--answers N")?,
            "--rules" => options.rules_only = true,
            "--foreign" => options.mark_foreign = true,
            other => return Err(format!("unknown argument {other}")),
        }
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| error.to_string())?;
    let transliterator = Transliterator::built_in();
    for line in text.lines() {
        let found = transliterator
            .transliterate(line, from, to, &options)
            .map_err(|error| error.to_string())?;
        if options.answers > 1 {
            let words = found.words.iter().map(|word| word.answers.join("|"));
            println!("{}", words.collect::<Vec<_>>().join(" "));
        } else {
            println!("{}", found.text);
        }
    }
    Ok(())
}
