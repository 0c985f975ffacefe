//! Reads an entry as its author wrote it, and says where a fault stands.

use std::fmt;

use toml::de::{DeTable, DeValue};

use crate::entry::Entry;

/// What is wrong with an entry, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as the caller names it.
    pub file: String,
    /// The line, from 1, where one can be named.
    pub line: Option<usize>,
    /// The key; empty where the file as a whole cannot be read.
    pub key: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(formatter, ", line {line}")?;
        }
        if !self.key.is_empty() {
            write!(formatter, ", `{}`", self.key)?;
        }
        write!(formatter, ": {}", self.message)
    }
}

impl std::error::Error for Fault {}

/// Reads an entry. The form alone is looked at; `check` judges what it says.
pub fn read(file: &str, text: &str) -> Result<Entry, Fault> {
    let fault = |span: Option<std::ops::Range<usize>>, key: &str, message: String| Fault {
        file: file.to_owned(),
        line: span.map(|span| line_at(text, span.start)),
        key: key.to_owned(),
        message,
    };
    let deserializer = toml::de::Deserializer::parse(text)
        .map_err(|error| fault(error.span(), "", error.message().to_owned()))?;
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        // A key that is not known has no path of its own.
        let key = error.path().to_string();
        let key = key.trim_end_matches('?').trim_end_matches('.').to_owned();
        let inner = error.into_inner();
        fault(inner.span(), &key, inner.message().to_owned())
    })
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// Where the keys of a file stand.
pub(crate) struct Places<'t> {
    text: &'t str,
    table: Option<DeTable<'t>>,
}

impl<'t> Places<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        Self { text, table: DeTable::parse(text).ok().map(toml::Spanned::into_inner) }
    }

    /// The line of a key such as `oversight.risk[1].name.fr`; of the nearest table above it where the key is
    /// not there.
    pub(crate) fn line(&self, key: &str) -> Option<usize> {
        let mut table = self.table.as_ref()?;
        let mut found = None;
        for part in key.split('.') {
            let (name, index) = match part.split_once('[') {
                Some((name, rest)) => (name, rest.trim_end_matches(']').parse::<usize>().ok()),
                None => (part, None),
            };
            let Some((written, value)) = table.iter().find(|(key, _)| key.get_ref() == name) else {
                break;
            };
            found = Some(line_at(self.text, written.span().start));
            let mut value = value;
            if let (Some(index), DeValue::Array(items)) = (index, value.get_ref()) {
                let Some(item) = items.get(index) else { break };
                found = Some(line_at(self.text, item.span().start));
                value = item;
            }
            let DeValue::Table(inner) = value.get_ref() else { break };
            table = inner;
        }
        found
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A whole entry of an invented commune.
    pub(crate) const WHOLE: &str = include_str!("../tests/data/entry.toml");

    #[test]
    fn faults_name_line_and_key() {
        let check = |from: &str, to: &str, expect: &str| {
            let text = WHOLE.replacen(from, to, 1);
            assert_ne!(text, WHOLE, "{from}");
            let fault = read("e.toml", &text).unwrap_err().to_string();
            assert!(fault.contains(expect), "{fault}");
        };
        assert!(read("e.toml", WHOLE).is_ok());
        check(
            "status = \"in_use\"",
            "status = \"used\"",
            "e.toml, line 5, `status`: unknown variant",
        );
        check("contact_email", "contact_mail", "unknown field `contact_mail`");
        check("[name]", "[name", "e.toml, line ");
        check("fr = \"Assistant", "nl = \"Assistant", "line 23, `name`: unknown variant `nl`");
        check("id = ", "# id = ", "missing field `id`");
    }

    #[test]
    fn keys_have_their_lines() {
        let text = "a = 1\n[b]\nc = 2\n[[d]]\ne = 1\n[[d]]\ne = 2\n";
        let places = Places::of(text);
        let check = |key: &str, expect| assert_eq!(places.line(key), expect, "{key}");
        check("a", Some(1));
        check("b.c", Some(3));
        check("b.missing", Some(2));
        check("d[1].e", Some(7));
        check("nothing", None);
    }
}
