//! Reads `dictionary.toml`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::settle::value_key;
use super::{Dictionary, Entry, Meaning, Rule};
use crate::Kind;
use crate::pack::PackError;
use crate::pack::identifiers::{self, WrittenIdentifier, line_of};
use crate::pack::toml_file::read_toml;

/// The fewest letters and digits of a term: a shorter one would stand in every text.
const SHORTEST: usize = 2;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    protect: Vec<Protect>,
    #[serde(default)]
    never: Vec<NeverWritten>,
    #[serde(default)]
    lists: BTreeMap<String, BTreeSet<String>>,
    #[serde(default, rename = "identifier")]
    identifiers: Vec<WrittenIdentifier>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Protect {
    term: Spanned<String>,
    #[serde(rename = "as")]
    kind: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NeverWritten {
    term: Spanned<String>,
    #[serde(default)]
    inside: Vec<Spanned<String>>,
}

/// Reads the file's content.
pub(super) fn read(file: &str, content: &str) -> Result<Dictionary, PackError> {
    let written: Written = read_toml(file, content)?;
    let mut dictionary = Dictionary {
        identifiers: identifiers::compile_all(file, content, &written.lists, written.identifiers)?,
        ..Dictionary::default()
    };
    let at = |place: &Spanned<String>| line_of(content, place.span().start);
    let mut protected: BTreeMap<String, (usize, Kind)> = BTreeMap::new();
    for entry in written.protect {
        let line = at(&entry.term);
        let term = entry.term.into_inner();
        long_enough(file, line, "term", &term)?;
        let kind = kind_of(file, at(&entry.kind), entry.kind.get_ref())?;
        if let Some((before, other)) =
            protected.insert(value_key(&term), (line, kind.clone())).filter(|(_, k)| *k != kind)
        {
            let message = format!("the same term stands as `{other}` in line {before}; keep one.");
            return Err(PackError::at(file, line, message).with_key("as"));
        }
        dictionary.phrases.add(&term, Meaning::Protect(kind.clone()));
        dictionary.entries.push(Entry { line, term, rule: Rule::Protect(kind) });
    }
    let mut phrases = 0;
    for entry in written.never {
        let line = at(&entry.term);
        let term = entry.term.get_ref().clone();
        long_enough(file, line, "term", &term)?;
        let key = value_key(&term);
        if let Some((before, _)) = protected.get(&key) {
            let message = format!(
                "the same term is always protected by line {before}; remove one of the two."
            );
            return Err(PackError::at(file, line, message).with_key("term"));
        }
        let never = dictionary.never.entry(key.clone()).or_default();
        never.everywhere |= entry.inside.is_empty();
        for phrase in &entry.inside {
            let holds = format!(" {} ", value_key(phrase.get_ref())).contains(&format!(" {key} "));
            if !holds {
                let message =
                    "the phrase does not hold the term as whole words, so it would never count.";
                return Err(PackError::at(file, at(phrase), message).with_key("inside"));
            }
            never.inside.push(phrases);
            dictionary.phrases.add(phrase.get_ref(), Meaning::Inside(phrases));
            phrases += 1;
        }
        let inside = entry.inside.into_iter().map(Spanned::into_inner).collect();
        dictionary.entries.push(Entry { line, term, rule: Rule::Never { inside } });
    }
    dictionary.entries.sort_by_key(|entry| entry.line);
    Ok(dictionary)
}

fn long_enough(file: &str, line: usize, key: &str, term: &str) -> Result<(), PackError> {
    if term.chars().filter(|character| character.is_alphanumeric()).count() >= SHORTEST {
        return Ok(());
    }
    let message = "a term needs two letters or digits at least.";
    Err(PackError::at(file, line, message).with_key(key))
}

/// A kind's name becomes a label's word, so it is made of what a label can hold.
fn kind_of(file: &str, line: usize, name: &str) -> Result<Kind, PackError> {
    Kind::that_labels_hold(name).ok_or_else(|| {
        let message =
            "a kind is written in small letters a–z and underscores, such as `project_name`.";
        PackError::at(file, line, message).with_key("as")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content: &str, expect: &str) {
        assert_eq!(Dictionary::read("dictionary.toml", content).unwrap_err().to_string(), expect);
    }

    #[test]
    fn faults_name_file_line_and_key() {
        check(
            "# ours\n[[protect]]\nterm = \"Atlas\"\nkind = \"x\"\n",
            "dictionary.toml:4: key `kind`: unknown field `kind`, expected `term` or `as`. Did you mean `as`?",
        );
        check(
            "[[protect]]\nterm = 4711\nas = \"staff_number\"\n",
            "dictionary.toml:2: key `term`: wrong type, expected a string.",
        );
        check(
            "[[protect]]\n\"Nawal Idrissi\" = \"person\"\n",
            "dictionary.toml:2: unknown field, expected `term` or `as`.",
        );
        check(
            "[[protect]]\nterm = \"-\"\nas = \"x\"\n",
            "dictionary.toml:2: key `term`: a term needs two letters or digits at least.",
        );
        check(
            "[[protect]]\nterm = \"Atlas\"\nas = \"Project 7\"\n",
            "dictionary.toml:3: key `as`: a kind is written in small letters a–z and underscores, such as `project_name`.",
        );
        check(
            "[[protect]]\nterm = \"Atlas\"\nas = \"project\"\n[[never]]\nterm = \"ATLAS\"\n",
            "dictionary.toml:5: key `term`: the same term is always protected by line 2; remove one of the two.",
        );
        check(
            "[[never]]\nterm = \"Sina\"\ninside = [\"CHU Ibn Rochd\"]\n",
            "dictionary.toml:3: key `inside`: the phrase does not hold the term as whole words, so it would never count.",
        );
        check(
            "[[identifier]]\nkind = \"badge\"\nabout = \"\"\n[[identifier.form]]\npattern = \"9{a}\"\nneeds = \"nothing\"\n",
            "dictionary.toml:5: key `pattern`: `{a}` is no count such as {5} or {5,6}. (identifier `badge`)",
        );
    }

    #[test]
    fn an_empty_file_says_nothing() {
        assert!(Dictionary::read("dictionary.toml", "# nothing yet\n").unwrap().is_empty());
    }
}
