//! Changes of `dictionary.toml` that leave everything else in it as somebody wrote it.

use std::path::Path;

use anyhow::Context as _;
use protection::Dictionary;
use protection::dictionary::{Entry, Rule};
use store::files::{self, Readers};

const HEAD: &str = "# What this installation knows beside its country pack: docs/dictionary.md\n";

/// Adds an entry; false where the same one is there. Nothing is written that could not be read again.
pub(in crate::commands) fn add_entry(path: &Path, term: &str, rule: &Rule) -> anyhow::Result<bool> {
    let content = content(path)?;
    let name = name_of(path);
    let known = Dictionary::read(&name, &content)?;
    let same = |entry: &&Entry| entry.rule == *rule && folded(&entry.term) == folded(term);
    if known.entries().iter().find(same).is_some() {
        return Ok(false);
    }
    let mut changed = if content.is_empty() { HEAD.to_owned() } else { content };
    if !changed.ends_with('\n') {
        changed.push('\n');
    }
    changed.push_str(&entry(term, rule));
    Dictionary::read(&name, &changed)?;
    write(path, &changed)?;
    Ok(true)
}

/// Takes every entry of a term out, with its lines; false where there is none.
pub(super) fn remove_entry(path: &Path, term: &str) -> anyhow::Result<bool> {
    let content = content(path)?;
    let name = name_of(path);
    let known = Dictionary::read(&name, &content)?;
    let lines: Vec<&str> = content.split_inclusive('\n').collect();
    let mut gone = vec![false; lines.len()];
    let header = |line: &str| line.trim_start().starts_with('[');
    for entry in known.entries().iter().filter(|entry| folded(&entry.term) == folded(term)) {
        let at = entry.line.saturating_sub(1);
        let first = lines.iter().take(at + 1).rposition(|line| header(line));
        let first = first.with_context(|| format!("{name}:{}: remove it by hand", entry.line))?;
        let after = lines.iter().skip(first + 1).position(|line| header(line));
        let mut end = after.map_or(lines.len(), |after| first + 1 + after);
        // Remarks above the next entry belong to that one.
        while end > at + 1
            && after.is_some()
            && lines.get(end - 1).is_some_and(|line| line.starts_with('#'))
        {
            end -= 1;
        }
        gone.iter_mut().take(end).skip(first).for_each(|line| *line = true);
    }
    if !gone.contains(&true) {
        return Ok(false);
    }
    let kept: String =
        lines.iter().zip(&gone).filter(|(_, gone)| !**gone).map(|(line, _)| *line).collect();
    let left = Dictionary::read(&name, &kept)?;
    anyhow::ensure!(
        left.entries().iter().all(|entry| folded(&entry.term) != folded(term)),
        "{name}: the term stands there in a way that must be removed by hand"
    );
    write(path, &kept)?;
    Ok(true)
}

/// A string as TOML writes it.
pub(in crate::commands) fn toml_text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn entry(term: &str, rule: &Rule) -> String {
    match rule {
        Rule::Protect(kind) => {
            let (term, kind) = (toml_text(term), toml_text(kind.as_str()));
            format!("\n[[protect]]\nterm = {term}\nas = {kind}\n")
        }
        Rule::Never { inside } if inside.is_empty() => {
            format!("\n[[never]]\nterm = {}\n", toml_text(term))
        }
        Rule::Never { inside } => {
            let inside: Vec<String> = inside.iter().map(|phrase| toml_text(phrase)).collect();
            let (term, inside) = (toml_text(term), inside.join(", "));
            format!("\n[[never]]\nterm = {term}\ninside = [{inside}]\n")
        }
    }
}

fn folded(term: &str) -> String {
    language::normalize(term, language::Profile::Search).text
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn content(path: &Path) -> anyhow::Result<String> {
    match std::fs::read_to_string(path) {
        Ok(content) => Ok(content),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

fn write(path: &Path, content: &str) -> anyhow::Result<()> {
    files::replace(path, content.as_bytes(), Readers::Owner)
        .with_context(|| format!("{} cannot be written", path.display()))
}
