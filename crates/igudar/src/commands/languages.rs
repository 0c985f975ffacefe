//! `igudar identify`, `igudar transliterate`, `igudar normalize`

use language::OffsetUnit;
use language::service::{self, Identified, ProfileName, TransliteratedText};
use language::transliterate::{Form, Options};
use serde::Serialize;
use serde_json::json;

use super::documents::{self, Named};
use super::lines::Lines;
use super::{Session, read_input};
use crate::arguments::languages::{Identify, Normalize, Texts, Transliterate};
use crate::exit::{Exit, WrongUse};
use crate::output;

pub(crate) fn identify(session: &Session, arguments: &Identify) -> anyhow::Result<Exit> {
    let among = service::candidates(arguments.among.iter().map(String::as_str))
        .map_err(|error| WrongUse(format!("--among: {error}")))?;
    let Texts { files, jsonl, offsets } = &arguments.texts;
    let unit: OffsetUnit = (*offsets).into();
    let answer = |text: &str| service::identified(text, &among, unit);
    if *jsonl {
        return documents::run(files, answer);
    }
    if arguments.lines {
        return each_line(files, |number, line, out| {
            let found = answer(line);
            if session.json.0 {
                write_json(out, &Named { id: number, answer: &found })
            } else {
                Ok(writeln!(out, "{}\t{:.3}\t{line}", found.language, found.confidence)?)
            }
        });
    }
    each_file(files, |name, text| {
        let found = answer(text);
        output::result(session.json, &named(name, &found), || {
            shown(name, text, &found, &service::identified(text, &among, OffsetUnit::Bytes))
        })
    })
}

/// For people: the language, and the parts where there is more than one. `bytes` is the same answer in
/// bytes, to cut the text.
fn shown(name: Option<&str>, text: &str, found: &Identified, bytes: &Identified) -> String {
    let before = name.map(|name| format!("{name}: ")).unwrap_or_default();
    let head = format!("{before}{} ({:.0}%)", found.language, found.confidence * 100.0);
    if found.spans.len() < 2 {
        return head;
    }
    let rows = found.spans.iter().zip(&bytes.spans).map(|(span, cut)| {
        let piece = text.get(cut.start..cut.end).unwrap_or_default();
        vec![
            span.language.to_string(),
            format!("{}–{}", span.start, span.end),
            piece.escape_debug().to_string(),
        ]
    });
    format!("{head}\n{}", output::table(&["language", "where", "text"], rows))
}

pub(crate) fn transliterate(session: &Session, arguments: &Transliterate) -> anyhow::Result<Exit> {
    let form = |option: &str, tag: &str| {
        tag.parse::<Form>().map_err(|error| WrongUse(format!("{option}: {error}")))
    };
    let (from, to) = (form("--from", &arguments.from)?, form("--to", &arguments.to)?);
    let options = Options {
        answers: usize::from(arguments.answers),
        rules_only: arguments.rules_only,
        mark_foreign: arguments.mark_foreign,
    };
    let Texts { files, jsonl, offsets } = &arguments.texts;
    let answer = |text: &str, unit| service::transliterated(text, from, to, &options, unit);
    // Whether the direction exists is known before the first line is read.
    answer("", OffsetUnit::Bytes).map_err(|error| WrongUse(error.to_string()))?;
    if *jsonl {
        return documents::run(files, |text| answer(text, (*offsets).into()).ok());
    }
    each_line(files, |number, line, out| {
        let unit = if session.json.0 { (*offsets).into() } else { OffsetUnit::Bytes };
        let found = answer(line, unit)?;
        if session.json.0 {
            write_json(out, &Named { id: number, answer: &found })
        } else if arguments.answers > 1 {
            Ok(writeln!(out, "{}", alternatives(line, &found))?)
        } else {
            Ok(writeln!(out, "{}", found.text)?)
        }
    })
}

/// The line with each word as its answers; what is between words stays as it is.
fn alternatives(line: &str, found: &TransliteratedText) -> String {
    // What is written letter by letter (Tifinagh) has no words of its own.
    if found.words.is_empty() {
        return found.text.clone();
    }
    let mut out = String::new();
    let mut reached = 0;
    for word in &found.words {
        out.push_str(line.get(reached..word.start).unwrap_or_default());
        out.push_str(&word.answers.join("|"));
        reached = word.end.max(reached);
    }
    out.push_str(line.get(reached..).unwrap_or_default());
    out
}

pub(crate) fn normalize(session: &Session, arguments: &Normalize) -> anyhow::Result<Exit> {
    let Texts { files, jsonl, offsets } = &arguments.texts;
    let profile: ProfileName = arguments.profile.into();
    let map = arguments.map.then_some((*offsets).into());
    if *jsonl {
        return documents::run(files, |text| service::normalized(text, profile, map));
    }
    if map.is_some() && !session.json.0 {
        return Err(WrongUse("--map needs --jsonl or --json".to_owned()).into());
    }
    each_line(files, |number, line, out| {
        let found = service::normalized(line, profile, map);
        if session.json.0 {
            write_json(out, &Named { id: number, answer: &found })
        } else {
            Ok(writeln!(out, "{}", found.text)?)
        }
    })
}

fn named(name: Option<&str>, found: &Identified) -> serde_json::Value {
    match name {
        Some(name) => json!(Named { id: name, answer: found }),
        None => json!(found),
    }
}

fn write_json(out: &mut dyn std::io::Write, value: &impl Serialize) -> anyhow::Result<()> {
    Ok(writeln!(out, "{}", serde_json::to_string(value)?)?)
}

/// Each file as one text; its name is told where there are several.
fn each_file(
    files: &[std::path::PathBuf],
    mut work: impl FnMut(Option<&str>, &str) -> anyhow::Result<()>,
) -> anyhow::Result<Exit> {
    if files.is_empty() {
        work(None, &read_input(None)?)?;
    }
    for file in files {
        let name = (files.len() > 1).then(|| file.display().to_string());
        work(name.as_deref(), &read_input(Some(file))?)?;
    }
    Ok(Exit::Done)
}

/// Each line of all files as one text, numbered from 1 on.
fn each_line(
    files: &[std::path::PathBuf],
    mut work: impl FnMut(u64, &str, &mut dyn std::io::Write) -> anyhow::Result<()>,
) -> anyhow::Result<Exit> {
    let mut lines = Lines::new(files);
    let mut number = 0;
    lines.each(|place, line, out| {
        number += 1;
        let line = std::str::from_utf8(line).map_err(|error| {
            anyhow::anyhow!("{place} is not UTF-8: byte {} is wrong", error.valid_up_to())
        })?;
        work(number, line, out)
    })?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_their_answers() {
        fn check(line: &str, words: &[(usize, usize, &[&str])], expect: &str) {
            let words = words.iter().map(|(start, end, answers)| service::TransliteratedWord {
                start: *start,
                end: *end,
                answers: answers.iter().map(|own| (*own).to_owned()).collect(),
                foreign: None,
            });
            let found = TransliteratedText { text: "t".to_owned(), words: words.collect() };
            assert_eq!(alternatives(line, &found), expect);
        }
        check("a, b!", &[(0, 1, &["x", "y"]), (3, 4, &["z"])], "x|y, z!");
        check("12", &[], "t");
    }
}
