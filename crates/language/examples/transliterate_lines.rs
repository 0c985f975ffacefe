//! Transliterates lines from standard input to standard output.
//!
//! `transliterate_lines [--model FOLDER] [--from FORM] [--to FORM] [--rules] [--answers N] [--foreign]`: forms are tags, by
//! default `ary-Latn` and `ary-Arab`; `--rules` leaves the ranking out; `--answers` writes several answers of
//! each word, joined by `|`; `--model` takes the files of another folder; `--foreign` marks the words that stay.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for developers: it reads files and prints"
)]

use std::io::Read;
use std::path::Path;
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

fn read(folder: &Path) -> std::io::Result<Transliterator> {
    let weights = std::fs::read(folder.join("weights.bin"))?;
    let [words, foreign] =
        ["lexicon.tsv", "foreign.tsv"].map(|file| std::fs::read_to_string(folder.join(file)));
    Transliterator::new(&weights, &words?, &foreign?).map_err(std::io::Error::other)
}

fn run() -> Result<(), String> {
    let (mut from, mut to, mut options) = (Form::AryLatn, Form::AryArab, Options::default());
    let mut own = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--from" => from = value()?.parse().map_err(|error| format!("{error}"))?,
            "--to" => to = value()?.parse().map_err(|error| format!("{error}"))?,
            "--answers" => options.answers = value()?.parse().map_err(|_| "--answers N")?,
            "--model" => own = Some(read(Path::new(&value()?)).map_err(|error| error.to_string())?),
            "--rules" => options.rules_only = true,
            "--foreign" => options.mark_foreign = true,
            other => return Err(format!("unknown argument {other}")),
        }
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| error.to_string())?;
    let transliterator = own.as_ref().unwrap_or_else(|| Transliterator::built_in());
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
