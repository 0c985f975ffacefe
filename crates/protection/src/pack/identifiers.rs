//! The identifiers of a pack: `identifiers.toml` and the lists beside it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::error::PackError;
use super::toml_file::read_toml;
use crate::find::identifiers::checks::Check;
use crate::find::identifiers::pattern::Pattern;
use crate::finding::Kind;

/// The file the identifiers are read from.
pub(crate) const FILE: &str = "identifiers.toml";

/// What stands in `identifiers.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    clitics: Vec<String>,
    #[serde(default)]
    endings: Vec<String>,
    #[serde(default)]
    connectors: Vec<String>,
    #[serde(default)]
    units: Vec<String>,
    #[serde(default)]
    not_personal: Vec<String>,
    #[serde(default)]
    lists: BTreeMap<String, BTreeSet<String>>,
    #[serde(default, rename = "identifier")]
    identifiers: Vec<WrittenIdentifier>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenIdentifier {
    kind: String,
    #[expect(dead_code, reason = "written for the reader of the pack")]
    about: String,
    #[serde(default)]
    #[expect(dead_code, reason = "written for the reader of the pack")]
    source: String,
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    weak_words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    topic: Vec<String>,
    #[serde(default, rename = "form")]
    forms: Vec<WrittenForm>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenForm {
    pattern: Option<Spanned<String>>,
    value: Option<ValueShape>,
    needs: Needs,
    check: Option<Check>,
    #[serde(default)]
    starts_with: Vec<String>,
    #[serde(default)]
    capitals: bool,
    signs: Option<usize>,
    #[serde(default = "default_score")]
    score: u8,
    #[serde(default = "default_reach")]
    reach: usize,
}

fn default_score() -> u8 {
    70
}

fn default_reach() -> usize {
    8
}

/// What must stand around a form before it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Needs {
    /// The form is enough.
    #[serde(rename = "nothing")]
    Nothing,
    /// A word of the identifier within reach.
    #[serde(rename = "a word near")]
    WordNear,
    /// A word of the identifier anywhere near, before or behind, a few lines away.
    #[serde(rename = "a word around")]
    WordAround,
    /// The value is all that an object's member or a cell of a table holds, and no word says that it is
    /// something else.
    #[serde(rename = "a value alone")]
    ValueAlone,
    /// A word of the identifier right before it.
    #[serde(rename = "a word beside")]
    WordBeside,
}

/// Values of no fixed form, which only their word betrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ValueShape {
    /// Letters, digits and marks with at least one digit.
    Code,
    /// A user name.
    Login,
    /// Anything without blanks.
    Password,
    /// Anything without blanks that mixes letters with digits or marks.
    Mixed,
}

/// What a form is recognised by.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    /// A pattern.
    Pattern(Pattern),
    /// A value of no fixed form.
    Value(ValueShape),
}

/// One way in which an identifier is written.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) shape: Shape,
    pub(crate) needs: Needs,
    pub(crate) check: Option<Check>,
    pub(crate) starts_with: Vec<String>,
    /// Latin letters of the value must be capitals.
    pub(crate) capitals: bool,
    /// How many letters and digits the value must have.
    pub(crate) signs: Option<usize>,
    pub(crate) score: u8,
    /// How many words may stand between a context word and the value.
    pub(crate) reach: usize,
}

/// One type of identifier.
#[derive(Debug, Clone)]
pub(crate) struct Identifier {
    pub(crate) kind: Kind,
    pub(crate) words: Vec<String>,
    pub(crate) weak_words: Vec<String>,
    pub(crate) topic: Vec<String>,
    pub(crate) forms: Vec<Form>,
}

/// All identifiers of a pack and the words they share.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identifiers {
    pub(crate) clitics: Vec<String>,
    pub(crate) endings: Vec<String>,
    pub(crate) connectors: Vec<String>,
    pub(crate) units: Vec<String>,
    pub(crate) not_personal: Vec<String>,
    pub(crate) all: Vec<Identifier>,
}

/// Reads the identifiers of a pack; a pack without the file has none.
pub(crate) fn read(files: &BTreeMap<String, String>) -> Result<Identifiers, PackError> {
    let Some(content) = files.get(FILE) else { return Ok(Identifiers::default()) };
    let written: Written = read_toml(FILE, content)?;
    let mut lists = written.lists;
    for (name, content) in files {
        if let Some(list) = name.strip_prefix("lists/").and_then(|name| name.strip_suffix(".tsv")) {
            lists.insert(list.to_owned(), first_column(content));
        }
    }
    let all = compile_all(FILE, content, &lists, written.identifiers)?;
    Ok(Identifiers {
        clitics: written.clitics,
        endings: written.endings,
        connectors: written.connectors,
        units: written.units,
        not_personal: written.not_personal,
        all,
    })
}

/// The first column of a TSV file, without its header line and without lines that begin with `#`.
fn first_column(content: &str) -> BTreeSet<String> {
    content
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .skip(1)
        .filter_map(|line| line.split('\t').next())
        .map(|entry| entry.trim().to_owned())
        .filter(|entry| !entry.is_empty())
        .collect()
}

/// Makes rules of what was written; `file` and `content` say where a fault stands.
pub(crate) fn compile_all(
    file: &str,
    content: &str,
    lists: &BTreeMap<String, BTreeSet<String>>,
    written: Vec<WrittenIdentifier>,
) -> Result<Vec<Identifier>, PackError> {
    written.into_iter().map(|identifier| compile(file, content, lists, identifier)).collect()
}

fn compile(
    file: &str,
    content: &str,
    lists: &BTreeMap<String, BTreeSet<String>>,
    written: WrittenIdentifier,
) -> Result<Identifier, PackError> {
    let kind = Kind::new(&written.kind);
    let forms = written
        .forms
        .into_iter()
        .map(|form| {
            let shape = match (form.pattern, form.value) {
                (Some(pattern), None) => {
                    let line = line_of(content, pattern.span().start);
                    Shape::Pattern(Pattern::parse(pattern.get_ref(), lists).map_err(|message| {
                        PackError::at(file, line, format!("{message} (identifier `{kind}`)"))
                            .with_key("pattern")
                    })?)
                }
                (None, Some(value)) => Shape::Value(value),
                _ => {
                    return Err(PackError::of(
                        file,
                        format!("a form of `{kind}` needs either `pattern` or `value`."),
                    )
                    .with_key("form"));
                }
            };
            Ok(Form {
                shape,
                needs: form.needs,
                check: form.check,
                starts_with: form.starts_with,
                capitals: form.capitals,
                signs: form.signs,
                score: form.score.min(100),
                reach: form.reach,
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(Identifier {
        kind,
        words: written.words.into_values().flatten().collect(),
        weak_words: written.weak_words.into_values().flatten().collect(),
        topic: written.topic,
        forms,
    })
}

/// The line, from 1, at which a byte stands.
pub(crate) fn line_of(content: &str, at: usize) -> usize {
    content.get(..at).unwrap_or_default().bytes().filter(|&byte| byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content: &str, expect: &str) {
        let files = BTreeMap::from([(FILE.to_owned(), content.to_owned())]);
        assert_eq!(read(&files).unwrap_err().to_string(), expect);
    }

    #[test]
    fn faults_name_file_line_and_key() {
        check(
            "[[identifier]]\nkind = \"x\"\nabout = \"\"\n[[identifier.form]]\npattern = \"9{a}\"\nneeds = \"nothing\"\n",
            "identifiers.toml:5: key `pattern`: `{a}` is no count such as {5} or {5,6}. (identifier `x`)",
        );
        check(
            "[[identifier]]\nkind = \"x\"\nabout = \"\"\nword = 1\n",
            "identifiers.toml:4: key `word`: unknown field `word`, expected one of `kind`, `about`, `source`, `words`, `weak_words`, `topic`, `form`. Did you mean `words`?",
        );
        check(
            "[[identifier]]\nkind = \"x\"\nabout = \"\"\n[[identifier.form]]\nneeds = \"nothing\"\n",
            "identifiers.toml: key `form`: a form of `x` needs either `pattern` or `value`.",
        );
    }
}
