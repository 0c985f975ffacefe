//! `igudar correct`: what was missed or is none, learnt by the dictionary and kept by a case.

use anyhow::Context as _;
use protection::dictionary::Rule;
use protection::{Finding, Kind, Place, Policy, TextIn, apply};
use serde_json::json;
use store::files::{self, Readers};

use super::dictionary::{add_entry, begin, hide, known_kind, toml_text};
use super::{Session, cases, read_input};
use crate::arguments::Correct;
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{self, CASES, DICTIONARY, Knowledge};

/// The longest sentence that a case keeps on each side of the value, in bytes.
const REACH: usize = 200;

const HEAD: &str = "\
# Texts of this installation, and exactly what must be found in them: igudar pack check
# A sentence holds the value that was corrected; every other value in it was replaced by a label.
";

pub(crate) async fn run(session: &Session, correct: Correct) -> anyhow::Result<Exit> {
    let text = read_input(correct.file.as_deref())?;
    begin(session).await?;
    let knowledge = wiring::knowledge(&session.configuration()?)?;
    let missed = correct.missed.as_deref();
    let value = missed.or(correct.false_alarm.as_deref()).unwrap_or_default();
    let at = text.find(value).filter(|_| !value.trim().is_empty());
    let at = at.ok_or_else(|| {
        WrongUse("the text does not hold the value; give it exactly as it stands there".to_owned())
    })?;
    let here = |finding: &&Finding| finding.span.start < at + value.len() && at < finding.span.end;
    let findings = knowledge.finder.find(&text);
    let found = findings.iter().find(here);
    let exactly = |finding: &Finding| finding.span.of(&text) == value;
    let changed = match (missed, found) {
        (Some(_), found) => {
            let kind = known_kind(&knowledge, correct.kind.as_deref().unwrap_or_default())?;
            if found.is_some_and(|finding| exactly(finding) && finding.kind == kind) {
                return said(session, false, "it is found already, as this type");
            }
            learn(session, &correct, value, &kind)?
        }
        (None, None) => return said(session, false, "nothing is found there any more"),
        (None, Some(finding)) if !exactly(finding) => {
            let message = "what is found there is longer or shorter than this; give the whole value as \
                           `igudar detect` shows it";
            return Err(WrongUse(message.to_owned()).into());
        }
        (None, Some(_)) => {
            let inside = correct.inside.iter().cloned().collect();
            add_entry(&session.folder.join(DICTIONARY), value, &Rule::Never { inside })?
        }
    };
    let after = wiring::knowledge(&session.configuration()?)?;
    let left = after.finder.find(&text);
    let stands = left.iter().find(here);
    if missed.is_none() && stands.is_some() {
        anyhow::bail!(
            "the term was added, but something is still found there; it may be a term that the \
             dictionary always protects, or stand outside the phrase"
        );
    }
    let case = if correct.no_case {
        None
    } else {
        keep_case(session, &after, &correct, &text, at..at + value.len())?
    };
    let word = match (changed, case) {
        (false, None | Some(false)) => "the dictionary knows it already",
        (false, Some(true)) => "the dictionary knows it already; the case was added",
        (true, Some(true)) => "learnt, and kept as a case",
        (true, _) => "learnt",
    };
    said(session, changed || case == Some(true), word)
}

fn said(session: &Session, changed: bool, word: &str) -> anyhow::Result<Exit> {
    let value = json!({ "changed": changed, "what": word });
    output::result(session.json, &value, || word.to_owned())?;
    Ok(Exit::Done)
}

/// Adds a missed value; false where the dictionary has it.
fn learn(session: &Session, correct: &Correct, value: &str, kind: &Kind) -> anyhow::Result<bool> {
    if correct.in_clear {
        let rule = Rule::Protect(kind.clone());
        return add_entry(&session.folder.join(DICTIONARY), value, &rule);
    }
    let said = hide(&session.folder, &[value], kind)?;
    match said.refused.first() {
        Some((_, why)) => {
            let message = format!("the value {why}; --in-clear takes it as a term");
            Err(WrongUse(message).into())
        }
        None => Ok(said.added > 0),
    }
}

/// Writes the sentence around the value into the case file; false where the same case is there.
fn keep_case(
    session: &Session,
    knowledge: &Knowledge,
    correct: &Correct,
    text: &str,
    value: std::ops::Range<usize>,
) -> anyhow::Result<Option<bool>> {
    let (before, behind) = sentence_around(text, value.clone(), knowledge);
    let own = text.get(value).unwrap_or_default();
    let shown = correct.invented.as_deref().unwrap_or(own);
    let case_text = format!("{before}{shown}{behind}");
    let mut finds = cases::found(&knowledge.finder, &case_text, &[]);
    let mut open = false;
    if let (Some(_), Some(kind)) = (&correct.missed, &correct.kind) {
        let wanted = format!("{kind}: {shown}");
        if !finds.contains(&wanted) {
            open = true;
            finds = vec![wanted];
        }
    }
    let path = session.folder.join(CASES);
    let content = match std::fs::read_to_string(&path) {
        Ok(content) => content,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => HEAD.to_owned(),
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be read", path.display()));
        }
    };
    if cases::read(CASES, &content)?.iter().any(|case| case.text == case_text) {
        return Ok(Some(false));
    }
    let finds: Vec<String> = finds.iter().map(|line| toml_text(line)).collect();
    let open = if open { "open = true\n" } else { "" };
    let case = format!(
        "\n[[case]]\ntext = {}\nfinds = [{}]\n{open}",
        toml_text(&case_text),
        finds.join(", ")
    );
    let changed = format!("{}{case}", content.trim_end_matches('\n').to_owned() + "\n");
    cases::read(CASES, &changed)?;
    files::replace(&path, changed.as_bytes(), Readers::Owner)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(Some(true))
}

/// What stands before and behind the value in its sentence, with a type's label for every value in it.
fn sentence_around(
    text: &str,
    value: std::ops::Range<usize>,
    knowledge: &Knowledge,
) -> (String, String) {
    let before = text.get(..value.start).unwrap_or_default();
    let behind = text.get(value.end..).unwrap_or_default();
    let ends = |part: &str, at: usize, sign: char| {
        sign == '\n'
            || (matches!(sign, '.' | '!' | '?' | '؟')
                && part
                    .get(at + sign.len_utf8()..)
                    .is_none_or(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)))
    };
    let from = before
        .char_indices()
        .rev()
        .find(|&(at, sign)| {
            ends(before, at, sign) && at + sign.len_utf8() < before.trim_end().len()
        })
        .map_or(0, |(at, sign)| at + sign.len_utf8());
    let from = before.ceil_char_boundary(from.max(before.len().saturating_sub(REACH)));
    let to = behind.char_indices().find(|&(at, sign)| ends(behind, at, sign));
    let to =
        to.map_or(behind.len(), |(at, sign)| if sign == '\n' { at } else { at + sign.len_utf8() });
    let to = behind.floor_char_boundary(to.min(REACH));
    let labelled = |span: std::ops::Range<usize>| {
        let part = text.get(span.clone()).unwrap_or_default();
        let inputs = [TextIn { text, place: Place::Text }];
        let found = protection::find_all(&*knowledge.finder, &inputs);
        let policy = Policy::label_all("case");
        let all = protection::replace_constant(&found, &inputs, &policy).unwrap_or_default();
        let mut inside: Vec<_> = all.into_iter().flatten().collect();
        inside.retain(|one| one.span.start < span.end && span.start < one.span.end);
        for one in &mut inside {
            let start = one.span.start.max(span.start) - span.start;
            one.span = language::ByteSpan::new(start, one.span.end.min(span.end) - span.start);
        }
        apply(part, &inside)
    };
    let first = labelled(from..value.start);
    (first.trim_start().to_owned(), labelled(value.end..value.end + to))
}
