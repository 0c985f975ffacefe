//! The draft of an entry: every field with what it is for, filled in with what the configuration and the
//! ledger know. What only people know is left empty.

use std::fmt::Write as _;

use crate::facts::{Facts, Traffic};
use crate::fields::{FIELDS, Field, Holds};
use crate::texts::Language;

/// Writes the draft as TOML.
pub fn draft(id: &str, project: &str, name: &str, facts: &Facts, counted: &Traffic) -> String {
    let mut out = String::from(HEAD);
    write_facts(&mut out, facts, counted);
    let known = |key: &str| known(key, id, project, name, facts, counted);
    for field in FIELDS.iter().filter(|field| field.holds != Holds::Texts) {
        let value = known(field.key).into_iter().next().map(|(_, text)| text);
        line(&mut out, field, value.as_deref());
    }
    let mut block = "";
    for field in FIELDS.iter().filter(|field| field.holds == Holds::Texts) {
        let texts = known(field.key);
        if let Some((name, key)) = field.key.split_once('.') {
            if name != block {
                block = name;
                add(&mut out, &format!("\n[{name}]\n"));
            }
            let texts: Vec<String> =
                languages(&texts).map(|(tag, text)| format!("{tag} = {}", quoted(text))).collect();
            add(&mut out, &format!("# {}\n{key} = {{ {} }}\n", field.about, texts.join(", ")));
            continue;
        }
        let note = if field.required { "Required. " } else { "" };
        let Field { about, longest, key, .. } = field;
        add(&mut out, &format!("\n# {note}{about} At most {longest} characters.\n[{key}]\n"));
        for (tag, text) in languages(&texts) {
            add(&mut out, &format!("{tag} = {}\n", quoted(text)));
        }
    }
    out
}

const HEAD: &str = "\
# Entry of the public register of AI systems. Fill in what is empty, then:
#   igudar register check FILE
#   igudar register publish FILE
# A text may be written in fr, ar, zgh and en; take out the languages that you do not write.
# Everything here becomes public: no name of a person, no secret.
";

fn add(out: &mut String, text: &str) {
    out.push_str(text);
}

fn write_facts(out: &mut String, facts: &Facts, counted: &Traffic) {
    add(
        out,
        "#\n# What runs at this moment. It is published with the entry; a change raises an alarm.\n",
    );
    for (name, facts) in &facts.destinations {
        let written = writeln!(
            out,
            "#   {name}: {} ({}, {}), models {}, policy {}",
            facts.operator,
            facts.place,
            facts.law,
            facts.models.join(", "),
            facts.policy
        );
        // Writing into a string does not fail.
        debug_assert!(written.is_ok());
    }
    if let Some((first, last)) = &counted.days {
        add(
            out,
            &format!(
                "# Counted in the ledger from {first} to {last}: requests {}; values found {}\n",
                listed(&counted.requests),
                listed(&counted.findings)
            ),
        );
    }
    add(out, "\n");
}

fn listed(counts: &std::collections::BTreeMap<String, u64>) -> String {
    if counts.is_empty() {
        return "none".to_owned();
    }
    counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
}

fn languages(texts: &[(Language, String)]) -> impl Iterator<Item = (&'static str, &str)> {
    [Language::Fr, Language::Ar].into_iter().map(|language| {
        let text = texts.iter().find(|(written, _)| *written == language);
        (language.tag(), text.map_or("", |(_, text)| text.as_str()))
    })
}

fn line(out: &mut String, field: &Field, value: Option<&str>) {
    let note = if field.required { "Required. " } else { "" };
    add(out, &format!("# {note}{}\n", field.about));
    let (off, value) = match (field.holds, value) {
        (_, Some(value)) => ("", quoted(value)),
        (Holds::Words(..) | Holds::Lines | Holds::References(_), None) => ("", "[]".to_owned()),
        (_, None) if field.required => ("", "\"\"".to_owned()),
        (_, None) => ("# ", "\"\"".to_owned()),
    };
    add(out, &format!("{off}{} = {value}\n", field.key));
}

/// What is known of a field without asking anybody.
fn known(
    key: &str,
    id: &str,
    project: &str,
    name: &str,
    facts: &Facts,
    counted: &Traffic,
) -> Vec<(Language, String)> {
    let one = |text: &str| vec![(Language::Fr, text.to_owned())];
    let both = |fr: String, ar: String| vec![(Language::Fr, fr), (Language::Ar, ar)];
    match key {
        "id" => one(id),
        "project" => one(project),
        "status" => one("in_use"),
        "publication_category" => one("impactful_algorithm"),
        "name" => one(name),
        "begin_date" => {
            counted.days.as_ref().and_then(|(first, _)| first.get(..7)).map(one).unwrap_or_default()
        }
        "methods_and_models" => {
            let all = facts.destinations.iter().map(|(name, facts)| {
                format!("{} ({name}, {})", facts.models.join(", "), facts.place)
            });
            let all = all.collect::<Vec<_>>().join(" ; ");
            both(format!("Modèles de langage : {all}."), format!("نماذج لغوية: {all}."))
        }
        "source_data" if !counted.findings.is_empty() => {
            let kinds = |language| {
                let kinds =
                    counted.findings.keys().map(|kind| crate::sentences::kind(kind, language));
                kinds.collect::<Vec<_>>().join(", ")
            };
            both(
                format!(
                    "Types de données personnelles trouvés dans les demandes : {}.",
                    kinds(Language::Fr)
                ),
                format!(
                    "أنواع المعطيات الشخصية التي عُثر عليها في الطلبات: {}.",
                    kinds(Language::Ar)
                ),
            )
        }
        "oversight.external_supplier" => {
            let outside = facts.destinations.iter().filter(|(_, facts)| facts.place != "here");
            let all = outside
                .map(|(_, facts)| format!("{} ({}, {})", facts.operator, facts.place, facts.law));
            let all = all.collect::<Vec<_>>().join(" ; ");
            if all.is_empty() {
                both(
                    "Aucun : les modèles tournent sur place.".to_owned(),
                    "لا أحد: تشتغل النماذج محليا.".to_owned(),
                )
            } else {
                both(all.clone(), all)
            }
        }
        _ => Vec::new(),
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::tests::facts;

    #[test]
    fn a_draft_can_be_read_and_says_what_is_missing() {
        let counted = Traffic {
            days: Some(("2026-10-02".to_owned(), "2026-11-25".to_owned())),
            requests: [("cloud".to_owned(), 7)].into(),
            findings: [("person".to_owned(), 4), ("cin".to_owned(), 2)].into(),
        };
        let text = draft("accueil", "first", "L'\"accueil\"\nici", &facts(), &counted);
        let entry = crate::read("draft", &text).unwrap();
        assert_eq!((entry.id.as_str(), entry.begin_date.as_deref()), ("accueil", Some("2026-10")));
        assert!(entry.source_data.best(Language::Fr).unwrap().contains("noms de personne"));
        assert!(
            entry
                .methods_and_models
                .best(Language::Ar)
                .unwrap()
                .contains("large, small (cloud, FR)")
        );
        assert!(
            text.contains("cloud: Exemple SA (FR, EU)") && text.contains("cin 2, person 4"),
            "{text}"
        );
        let faults = crate::check("draft", &text, &entry);
        let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
        for missing in ["contact_email", "description_short", "organization"] {
            assert!(keys.contains(&missing), "{keys:?}");
        }
        let empty = draft("a", "p", "n", &Facts::default(), &Traffic::default());
        assert!(crate::read("draft", &empty).is_ok(), "{empty}");
    }
}
