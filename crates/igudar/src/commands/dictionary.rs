//! `igudar dictionary`

mod edit;

use std::path::Path;

use anyhow::Context as _;
use protection::dictionary::{Added, HiddenList, Rule};
use protection::{Dictionary, Kind};
use serde_json::{Value, json};
use store::files::{self, Readers};

pub(super) use self::edit::{add_entry, toml_text};
use super::{Session, read_input};
use crate::arguments::DictionaryCommand;
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{self, DICTIONARY, Installation, Knowledge, STAFF, hiding_key};

/// The type of which values have usual other orders of their words.
const NAMES: &str = "person";

pub(crate) async fn run(session: &Session, command: DictionaryCommand) -> anyhow::Result<Exit> {
    match command {
        DictionaryCommand::List => list(session),
        DictionaryCommand::Check => check(session),
        DictionaryCommand::Add { term, kind: Some(kind), hidden, .. } => {
            let kind = known_kind(&wiring::knowledge(&session.configuration()?)?, &kind)?;
            begin(session).await?;
            let done = if hidden {
                let said = hide(&session.folder, &[&term], &kind)?;
                if let Some((_, why)) = said.refused.first() {
                    return Err(WrongUse(format!("the term {why}")).into());
                }
                said.added > 0
            } else {
                add_entry(&session.folder.join(DICTIONARY), &term, &Rule::Protect(kind))?
            };
            said(session, done, "added", "it is there already")
        }
        DictionaryCommand::Add { term, inside, .. } => {
            begin(session).await?;
            let rule = Rule::Never { inside };
            let done = add_entry(&session.folder.join(DICTIONARY), &term, &rule)?;
            said(session, done, "added", "it is there already")
        }
        DictionaryCommand::Remove { term } => {
            let plain = edit::remove_entry(&session.folder.join(DICTIONARY), &term)?;
            let hidden = uncover(&session.folder, &term)?;
            if !plain && !hidden {
                anyhow::bail!("the dictionary has no such term: igudar dictionary list");
            }
            said(session, true, "removed", "")
        }
        DictionaryCommand::ImportStaff { file, kind } => {
            let kind = known_kind(&wiring::knowledge(&session.configuration()?)?, &kind)?;
            import(session, &file, &kind).await
        }
    }
}

fn said(session: &Session, done: bool, yes: &str, no: &str) -> anyhow::Result<Exit> {
    let word = if done { yes } else { no };
    output::result(session.json, &json!({ "changed": done }), || word.to_owned())?;
    Ok(Exit::Done)
}

/// The type of this name. A misspelt one would give a label that nobody expects; one of the installation's
/// own is new.
pub(super) fn known_kind(knowledge: &Knowledge, name: &str) -> anyhow::Result<Kind> {
    let kind = Kind::that_labels_hold(name).ok_or_else(|| {
        let message =
            "a type is written in small letters a–z and underscores, such as `project_name`";
        WrongUse(message.to_owned())
    })?;
    let mut nearest: Vec<(usize, &str)> = knowledge
        .words
        .kinds()
        .map(|kind| (strsim::damerau_levenshtein(kind.as_str(), name), kind.as_str()))
        .collect();
    nearest.sort_unstable();
    match nearest.first() {
        Some((1 | 2, near)) if name.len() > 3 => {
            Err(WrongUse(format!("`{name}` is no known type; did you mean `{near}`?")).into())
        }
        _ => Ok(kind),
    }
}

/// The data folder with its keys; made where it is missing.
pub(super) async fn begin(session: &Session) -> anyhow::Result<()> {
    Installation::open_or_begin(&session.configuration()?).await.map(drop)
}

fn list(session: &Session) -> anyhow::Result<Exit> {
    let dictionary = read(&session.folder)?;
    let mut rows = Vec::new();
    let mut entries = Vec::new();
    for entry in dictionary.entries() {
        let (rule, kind, inside) = match &entry.rule {
            Rule::Protect(kind) => ("always", kind.as_str(), String::new()),
            Rule::Never { inside } => ("never", "", inside.join("; ")),
        };
        rows.push(vec![entry.term.clone(), rule.to_owned(), kind.to_owned(), inside.clone()]);
        entries.push(json!({ "term": entry.term, "rule": rule, "as": kind, "inside": inside, "line": entry.line }));
    }
    let identifiers: Vec<&str> = dictionary.identifier_kinds().map(Kind::as_str).collect();
    let hidden = dictionary.hidden_count();
    let value = json!({ "terms": entries, "identifiers": identifiers, "hidden": hidden });
    output::result(session.json, &value, || {
        let table = output::table(&["term", "rule", "as", "only inside"], rows);
        format!("{table}\nown identifiers: {}\nhidden values: {hidden}", identifiers.join(", "))
    })?;
    Ok(Exit::Done)
}

fn check(session: &Session) -> anyhow::Result<Exit> {
    let dictionary = read(&session.folder)?;
    let (terms, hidden) = (dictionary.entries().len(), dictionary.hidden_count());
    let own = dictionary.identifier_kinds().count();
    let value = json!({ "ok": true, "terms": terms, "identifiers": own, "hidden": hidden });
    output::result(session.json, &value, || {
        format!("in order: {terms} terms, {own} own identifiers, {hidden} hidden values")
    })?;
    Ok(Exit::Done)
}

fn read(folder: &Path) -> anyhow::Result<Dictionary> {
    Ok(wiring::OwnFiles::read(folder)?.dictionary()?.unwrap_or_default())
}

/// What came of hiding values.
#[derive(Default)]
pub(super) struct Hidden {
    pub(super) added: usize,
    pub(super) already: usize,
    /// The places of values that were not taken, from 1, and why.
    pub(super) refused: Vec<(usize, &'static str)>,
}

/// Adds values to the hidden list.
pub(super) fn hide(folder: &Path, values: &[&str], kind: &Kind) -> anyhow::Result<Hidden> {
    let key = hiding_key(folder)?;
    let (path, mut list) = hidden_list(folder)?;
    let names = kind.as_str() == NAMES;
    let mut said = Hidden::default();
    for (index, value) in values.iter().enumerate() {
        match list.add(value, kind, names, &key) {
            Added::New => said.added += 1,
            Added::Already => said.already += 1,
            Added::TooShort => {
                said.refused.push((
                    index + 1,
                    "says too little: a name needs two words, a value four signs",
                ));
            }
            Added::TooLong => said.refused.push((index + 1, "has more than eight words")),
        }
    }
    if said.added > 0 {
        write_list(&path, &list)?;
    }
    Ok(said)
}

/// Takes a value out of the hidden list; false where it was not in it.
pub(super) fn uncover(folder: &Path, value: &str) -> anyhow::Result<bool> {
    if !folder.join(STAFF).exists() {
        return Ok(false);
    }
    let key = hiding_key(folder)?;
    let (path, mut list) = hidden_list(folder)?;
    let removed = list.remove(value, &key);
    if removed {
        write_list(&path, &list)?;
    }
    Ok(removed)
}

fn hidden_list(folder: &Path) -> anyhow::Result<(std::path::PathBuf, HiddenList)> {
    let path = folder.join(STAFF);
    if !path.exists() {
        return Ok((path, HiddenList::default()));
    }
    let content = std::fs::read_to_string(&path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let list = HiddenList::read(STAFF, &content)?;
    Ok((path, list))
}

fn write_list(path: &Path, list: &HiddenList) -> anyhow::Result<()> {
    files::replace(path, list.write().as_bytes(), Readers::Owner)
        .with_context(|| format!("{} cannot be written", path.display()))
}

async fn import(session: &Session, file: &Path, kind: &Kind) -> anyhow::Result<Exit> {
    let content = read_input(Some(file))?;
    begin(session).await?;
    let mut lines = Vec::new();
    let mut values = Vec::new();
    for (index, line) in content.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        for spelling in line.split('\t').map(str::trim).filter(|spelling| !spelling.is_empty()) {
            lines.push(index + 1);
            values.push(spelling);
        }
    }
    let said = hide(&session.folder, &values, kind)?;
    let refused: Vec<(usize, &str)> = said
        .refused
        .iter()
        .filter_map(|(place, why)| Some((*lines.get(place - 1)?, *why)))
        .collect();
    let listed: Vec<Value> =
        refused.iter().map(|(line, why)| json!({ "line": line, "why": why })).collect();
    let value = json!({ "added": said.added, "already": said.already, "refused": listed });
    output::result(session.json, &value, || {
        let mut text = format!("{} added, {} there already", said.added, said.already);
        for (line, why) in &refused {
            text.push_str("\nnot added: the value in line ");
            text.push_str(&line.to_string());
            text.push(' ');
            text.push_str(why);
        }
        text
    })?;
    Ok(if refused.is_empty() { Exit::Done } else { Exit::Failed })
}
