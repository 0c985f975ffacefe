//! What a file says about itself: `key: value` lines between two lines of three hyphens.
//!
//! Of YAML only that much is read: nothing of it can be nested, refer to something or run.

use knowledge::document::Facts;

/// The front matter and the text behind it.
pub(crate) struct FrontMatter<'t> {
    pub(crate) id: Option<String>,
    pub(crate) facts: Facts,
    pub(crate) rest: &'t str,
}

pub(crate) fn read(text: &str) -> FrontMatter<'_> {
    let none = FrontMatter { id: None, facts: Facts::default(), rest: text };
    let Some(behind) = text.strip_prefix("---\n") else { return none };
    let Some((head, rest)) = behind.split_once("\n---") else { return none };
    let rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    let mut found = FrontMatter { rest, ..none };
    for line in head.lines() {
        let Some((key, value)) = line.split_once(':') else { continue };
        let value = unquoted(value.trim());
        if value.is_empty() {
            continue;
        }
        let facts = &mut found.facts;
        let text = Some(value.to_owned());
        match key.trim().to_ascii_lowercase().as_str() {
            "id" => found.id = text,
            "title" => facts.title = text,
            "language" | "lang" => facts.language = text,
            "institution" => facts.institution = text,
            "commune" => facts.commune = text,
            "version" => facts.version = value.parse().ok(),
            "date" => facts.date = text,
            "licence" | "license" => facts.licence = text,
            "attribution" => facts.attribution = text,
            _ => {}
        }
    }
    found
}

fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_and_the_rest_is_text() {
        let found =
            read("---\nid: \"a-v2\"\ntitle: Fiche: droits\nversion: 2\nx: y\n---\n# Titre\n");
        assert_eq!(found.id.as_deref(), Some("a-v2"));
        assert_eq!(found.facts.title.as_deref(), Some("Fiche: droits"));
        assert_eq!((found.facts.version, found.rest), (Some(2), "# Titre\n"));
        assert_eq!(read("---\nno end").rest, "---\nno end");
        assert_eq!(read("text").rest, "text");
        assert_eq!(read("---\nversion: deux\n---").facts.version, None);
    }
}
