//! What must hold before an entry may be published: the rules of the Dutch standard 1.0, and the answers that
//! article 27 of the EU AI Act asks for where a system is high-risk.

use serde_json::Value;

use crate::entry::{Entry, PublicationCategory, Status};
use crate::fields::{FIELDS, Field, Holds, LONGEST_LINK, LONGEST_RISK, RISK_KEYS};
use crate::read::{Fault, Places};
use crate::texts::{Language, Texts};

/// Every fault of an entry; `text` is what it was read from, for the lines.
pub fn check(file: &str, text: &str, entry: &Entry) -> Vec<Fault> {
    let mut faults = Faults { file, places: Places::of(text), found: Vec::new() };
    // An entry is strings, lists and maps with string keys, which JSON always takes.
    let whole = serde_json::to_value(entry).unwrap_or_default();
    for field in FIELDS {
        faults.field(field, value_at(&whole, field.key));
    }
    faults.languages(entry);
    faults.risks(entry);
    faults.times(entry);
    if entry.publication_category == PublicationCategory::HighRiskAiSystem {
        for field in FIELDS.iter().filter(|field| field.key.starts_with("fundamental_rights.")) {
            if is_missing(value_at(&whole, field.key)) {
                let message =
                    "is missing: article 27 of the EU AI Act asks it of a high-risk system";
                faults.add(field.key, message);
            }
        }
    }
    faults.found.sort_by_key(|fault| fault.line);
    faults.found
}

/// The fields that are left empty and that people look for in an entry, with what belongs there.
pub fn remarks(entry: &Entry) -> Vec<(&'static str, &'static str)> {
    let whole = serde_json::to_value(entry).unwrap_or_default();
    let empty = |field: &&Field| {
        matches!(field.holds, Holds::Texts)
            && !field.required
            && is_missing(value_at(&whole, field.key))
    };
    FIELDS.iter().filter(empty).map(|field| (field.key, field.about)).collect()
}

/// The value under `key` or `block.key`.
pub(crate) fn value_at<'v>(whole: &'v Value, key: &str) -> &'v Value {
    key.split('.').fold(whole, |value, part| value.get(part).unwrap_or(&Value::Null))
}

fn is_missing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(texts) => texts.values().all(is_missing),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

struct Faults<'f> {
    file: &'f str,
    places: Places<'f>,
    found: Vec<Fault>,
}

impl Faults<'_> {
    fn add(&mut self, key: &str, message: impl Into<String>) {
        self.found.push(Fault {
            file: self.file.to_owned(),
            line: self.places.line(key),
            key: key.to_owned(),
            message: message.into(),
        });
    }

    fn field(&mut self, field: &Field, value: &Value) {
        if is_missing(value) {
            if field.required {
                self.add(field.key, format!("is missing. {}", field.about));
            }
            return;
        }
        let text = value.as_str().unwrap_or_default();
        let line = |faults: &mut Self| faults.longest(field.key, text, field.longest);
        match field.holds {
            Holds::Line => {
                line(self);
                if matches!(field.key, "id" | "project") && !is_slug(text) {
                    self.add(field.key, "is not of lower-case letters, digits and hyphens");
                }
            }
            Holds::Month if !is_month(text) => self.add(field.key, "is no month such as 2026-01"),
            Holds::Page => {
                line(self);
                if !is_page(text) {
                    self.add(field.key, "is no page that begins with https://");
                }
            }
            Holds::Contact => {
                line(self);
                if !is_page(text) && !is_address(text) {
                    self.add(
                        field.key,
                        "is neither an e-mail address nor a page that begins with https://",
                    );
                }
            }
            Holds::Texts => {
                for (language, text) in value.as_object().into_iter().flatten() {
                    let key = format!("{}.{language}", field.key);
                    self.longest(&key, text.as_str().unwrap_or_default(), field.longest);
                }
            }
            Holds::Words(_, most) => {
                let words = value.as_array().map(Vec::as_slice).unwrap_or_default();
                if words.len() > most {
                    self.add(field.key, format!("has more than {most} words"));
                }
                if (1..words.len()).any(|end| {
                    words.get(..end).is_some_and(|before| {
                        words.get(end).is_some_and(|word| before.contains(word))
                    })
                }) {
                    self.add(field.key, "has a word twice");
                }
            }
            Holds::Lines => {
                let all: Vec<&str> =
                    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                self.longest(field.key, &all.join(", "), field.longest);
            }
            Holds::References(needs_link) => {
                for (number, reference) in value.as_array().into_iter().flatten().enumerate() {
                    self.reference(field, number, reference, needs_link);
                }
            }
            Holds::Month | Holds::Word(_) => {}
        }
    }

    fn longest(&mut self, key: &str, text: &str, longest: usize) {
        let count = text.chars().count();
        if longest > 0 && count > longest {
            self.add(key, format!("has {count} characters; the standard allows {longest}"));
        }
    }

    fn reference(&mut self, field: &Field, number: usize, reference: &Value, needs_link: bool) {
        let at = |member: &str| format!("{}[{number}].{member}", field.key);
        let text = |member: &str| reference.get(member).and_then(Value::as_str).unwrap_or_default();
        if text("title").trim().is_empty() {
            self.add(&at("title"), "is empty");
        }
        self.longest(&at("title"), text("title"), field.longest);
        match text("link") {
            "" if needs_link => self.add(&at("link"), "is missing: the standard asks for it"),
            "" => {}
            link => {
                self.longest(&at("link"), link, LONGEST_LINK);
                if !is_page(link) {
                    self.add(&at("link"), "is no page that begins with https://");
                }
            }
        }
    }

    /// Whoever finds an entry in a language finds all that is required in it.
    fn languages(&mut self, entry: &Entry) {
        let required: [(&str, &Texts); 3] = [
            ("name", &entry.name),
            ("description_short", &entry.description_short),
            ("organization", &entry.organization),
        ];
        for language in Language::ALL {
            let has = |texts: &Texts| texts.exactly(language).is_some();
            if !required.iter().any(|(_, texts)| has(texts)) {
                continue;
            }
            for (key, texts) in required {
                if !texts.is_empty() && !has(texts) {
                    self.add(
                        key,
                        format!(
                            "has no text in `{language}`, in which the entry is written elsewhere"
                        ),
                    );
                }
            }
        }
    }

    fn risks(&mut self, entry: &Entry) {
        for (number, risk) in entry.oversight.risk.iter().enumerate() {
            for (member, texts) in
                RISK_KEYS.into_iter().zip([&risk.name, &risk.description, &risk.mitigation])
            {
                let key = format!("oversight.risk[{number}].{member}");
                if texts.is_empty() {
                    self.add(&key, "is empty");
                }
                for language in texts.languages() {
                    let text = texts.exactly(language).unwrap_or_default();
                    self.longest(&format!("{key}.{language}"), text, LONGEST_RISK);
                }
            }
        }
    }

    fn times(&mut self, entry: &Entry) {
        let end = entry.end_date.as_deref().filter(|end| is_month(end));
        if let (Some(begin), Some(end)) = (entry.begin_date.as_deref(), end)
            && begin > end
        {
            self.add("end_date", "is before begin_date");
        }
        if end.is_some() && entry.status != Status::OutOfUse {
            self.add("end_date", "stands beside a status other than out_of_use");
        }
    }
}

fn is_slug(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(plain)
}

fn is_month(text: &str) -> bool {
    let Some((year, month)) = text.split_once('-') else { return false };
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(year, 4) && digits(month, 2) && (1..=12).contains(&month.parse::<u8>().unwrap_or(0))
}

/// A name with a dot, of letters, digits and hyphens: a host.
fn is_host(text: &str) -> bool {
    let right = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    text.contains('.') && text.split('.').all(right)
}

fn is_page(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    is_host(host) && !text.chars().any(|letter| letter.is_whitespace() || "<>\"\\".contains(letter))
}

fn is_address(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let right = |letter: char| letter.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(letter);
    !name.is_empty()
        && name.chars().all(right)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..")
        && is_host(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read;
    use crate::read::tests::WHOLE;

    #[test]
    fn a_whole_entry_has_no_fault() {
        let entry = read("e.toml", WHOLE).unwrap();
        assert_eq!(check("e.toml", WHOLE, &entry), []);
        assert_eq!(remarks(&entry), []);
    }

    #[test]
    fn faults_are_found_where_they_stand() {
        let check = |from: &str, to: &str, expect: &str| {
            let text = WHOLE.replacen(from, to, 1);
            assert_ne!(text, WHOLE, "{from}");
            let entry = read("e.toml", &text).unwrap();
            let faults = super::check("e.toml", &text, &entry);
            let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
            assert!(all.iter().any(|fault| fault.contains(expect)), "{all:?}");
        };
        check("ia@agadir-exemple.ma", "ia agadir", "line 7, `contact_email`: is neither an e-mail");
        check("ia@agadir-exemple.ma", "http://a.ma", "`contact_email`");
        check("ia@agadir-exemple.ma", "a..b@c.ma", "`contact_email`");
        check("ia@agadir-exemple.ma", "", "`contact_email`: is missing");
        check("id = \"accueil\"", "id = \"Accueil !\"", "`id`: is not of lower-case");
        check("2026-02", "2026-13", "`begin_date`: is no month");
        check(
            "status = \"in_use\"",
            "status = \"in_use\"\nend_date = \"2026-01\"",
            "before begin_date",
        );
        check(
            "status = \"in_use\"",
            "status = \"in_use\"\nend_date = \"2026-03\"",
            "other than out_of_use",
        );
        check("[\"organisation\", ", "[\"organisation\", \"organisation\", ", "has a word twice");
        check(
            "[\"organisation\", ",
            "[\"work\", \"law\", \"health\", \"organisation\", ",
            "more than 3",
        );
        check("https://agadir-exemple.ma/assistant", "https://a b.ma", "`website`: is no page");
        check(
            "link = \"https://www.cndp.ma\"",
            "link = \"\"",
            "`lawful_basis_grouping[0].link`: is missing",
        );
        check(
            "link = \"https://www.cndp.ma\"",
            "link = \"cndp\"",
            "`lawful_basis_grouping[0].link`: is no page",
        );
        check(
            "[name]\n",
            "[name]\nzgh = \"ⴰⵎⵙⵙⵓⵜⵔ\"\n",
            "`description_short`: has no text in `zgh`",
        );
        let long = format!("[name]\nen = \"{}\"\n", "a".repeat(101));
        check("[name]\n", &long, "`name.en`: has 101 characters; the standard allows 100");
    }

    #[test]
    fn a_high_risk_system_owes_six_answers() {
        let harmless = WHOLE.replace("harms = { fr = \"Un déplacement pour rien.\" }\n", "");
        for (category, expect) in [("impactful_algorithm", 0), ("high_risk_ai_system", 1)] {
            let text = harmless.replace("impactful_algorithm", category);
            let faults = check("e.toml", &text, &read("e.toml", &text).unwrap());
            assert_eq!(faults.len(), expect, "{faults:?}");
            assert!(faults.iter().all(|fault| fault.key == "fundamental_rights.harms"));
        }
    }

    #[test]
    fn forms() {
        let check = |form: fn(&str) -> bool, text: &str, expect: bool| {
            assert_eq!(form(text), expect, "{text}");
        };
        for (text, expect) in [
            ("2026-01", true),
            ("2026-00", false),
            ("26-01", false),
            ("2026-1", false),
            ("", false),
        ] {
            check(is_month, text, expect);
        }
        for (text, expect) in [
            ("https://a.ma", true),
            ("https://a.ma:8443/x?y#z", true),
            ("https://مثال.المغرب/", true),
            ("http://a.ma", false),
            ("https://", false),
            ("https://a", false),
            ("https://a.ma/<b>", false),
        ] {
            check(is_page, text, expect);
        }
        for (text, expect) in [
            ("a@b.ma", true),
            ("a.b+c@d-e.gov.ma", true),
            ("@b.ma", false),
            ("a@b", false),
            ("a b@c.ma", false),
            ("a@b@c.ma", false),
            ("a@-b.ma", false),
        ] {
            check(is_address, text, expect);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_upsets_reading_or_checking(text in "\\PC{0,200}", at: proptest::sample::Index) {
            drop(read("e.toml", &text));
            let mut broken = WHOLE.to_owned();
            let place = at.index(broken.chars().count());
            let place = broken.char_indices().nth(place).map_or(0, |(place, _)| place);
            broken.insert_str(place, &text);
            if let Ok(entry) = read("e.toml", &broken) {
                drop(check("e.toml", &broken, &entry));
            }
        }
    }
}
