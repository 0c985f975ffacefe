//! Recourse: what a citizen is told about one request, and what a contest may be.
//!
//! Everything told comes from the ledger (counts, names, places) and from the register's published entry.
//! The content of the request is never here: nobody keeps it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::sentences::Sentences;
use crate::term::Term;
use crate::texts::{Language, Texts};

/// The most characters of a contest.
pub const LONGEST_TEXT: usize = 4000;
/// The most characters of the reason of an outcome.
pub const LONGEST_REASON: usize = 4000;
/// How many contests of one receipt may be open at once.
pub const OPEN_CONTESTS: usize = 3;

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The receipt.
    pub receipt: String,
    /// The day, UTC, such as 2026-11-25.
    pub day: String,
    /// Whether the whole answer came.
    pub answered: bool,
    /// Each try: where it went.
    pub left: Vec<Left>,
}

/// One try: where a request went, and what was found in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The destination.
    pub destination: String,
    /// The model there.
    pub model: String,
    /// Whether it stayed on this installation.
    pub here: bool,
    /// Who runs the destination; none where neither register nor configuration knows it any more.
    pub operator: Option<String>,
    /// The country.
    pub place: String,
    /// Under which law.
    pub law: Option<String>,
    /// The policy that was applied.
    pub policy: String,
    /// How many personal values of each type were found.
    pub findings: BTreeMap<String, u32>,
}

/// Who answers for the system, as the register says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answerable {
    /// The entry.
    pub entry: String,
    /// The system's name.
    pub system: Texts,
    /// The organisation.
    pub organization: Texts,
    /// Address or page.
    pub contact: String,
    /// How a result is appealed and reviewed.
    pub appeals: Texts,
}

/// What became of a contest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The person is right.
    Upheld,
    /// The person is right in part.
    PartlyUpheld,
    /// The person is not right.
    Rejected,
    /// The person took it back.
    Withdrawn,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Upheld, Self::PartlyUpheld, Self::Rejected, Self::Withdrawn];

    /// The word in lists and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::PartlyUpheld => "partly_upheld",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }
}

/// What is told, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// What was asked, of which system.
    pub asked: String,
    /// What left and where to, one paragraph for each try.
    pub left: Vec<String>,
    /// Who answers for it.
    pub answerable: String,
    /// How to contest.
    pub contest: String,
}

impl Explanation {
    /// The whole as text.
    pub fn text(&self) -> String {
        let mut parts = vec![self.asked.as_str()];
        parts.extend(self.left.iter().map(String::as_str));
        parts.extend([self.answerable.as_str(), self.contest.as_str()]);
        parts.join("\n\n")
    }
}

/// Tells it.
pub fn explain(
    asked: &Asked,
    answerable: Option<&Answerable>,
    term: &Term,
    language: Language,
) -> Explanation {
    let say = Sentences::of(language);
    let system = answerable.and_then(|answerable| answerable.system.best(language));
    let subject = match system {
        Some(system) => say.asked_of.replace("{system}", system),
        None => say.asked_unregistered.to_owned(),
    };
    let answer = if asked.answered { say.answered } else { say.not_answered };
    let left = asked.left.iter().map(|left| {
        let way = if left.here { say.stayed } else { say.went };
        let unknown =
            |text: &Option<String>| text.clone().unwrap_or_else(|| say.unknown.to_owned());
        let way = way
            .replace("{destination}", &left.destination)
            .replace("{model}", &left.model)
            .replace("{operator}", &unknown(&left.operator))
            .replace("{place}", &left.place)
            .replace("{law}", &unknown(&left.law));
        format!("{way} {}", found(left, &say, language))
    });
    let contact = answerable.map_or(say.nobody, |answerable| answerable.contact.as_str());
    let answers = match answerable {
        Some(answerable) => say
            .answerable
            .replace(
                "{organization}",
                answerable.organization.best(language).unwrap_or(say.unknown),
            )
            .replace("{contact}", &answerable.contact)
            .replace("{entry}", &answerable.entry),
        None => say.no_entry.to_owned(),
    };
    let contest = say
        .contest
        .replace("{contact}", contact)
        .replace("{receipt}", &asked.receipt)
        .replace("{days}", &term.days.to_string())
        .replace("{source}", term.source_in(language));
    let appeals = answerable.and_then(|answerable| answerable.appeals.exactly(language));
    Explanation {
        asked: format!("{} {answer} {}", subject.replace("{day}", &asked.day), say.no_content),
        left: left.collect(),
        answerable: answers,
        contest: appeals.map_or_else(|| contest.clone(), |appeals| format!("{contest} {appeals}")),
    }
}

fn found(left: &Left, say: &Sentences, language: Language) -> String {
    if left.findings.is_empty() {
        return say.nothing_found.to_owned();
    }
    let list: Vec<String> = left
        .findings
        .iter()
        .map(|(kind, count)| format!("{} ({count})", crate::sentences::kind(kind, language)))
        .collect();
    let list = list.join(say.comma);
    say.found.replace("{list}", &list).replace("{policy}", &left.policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(here: bool) -> Asked {
        let left = Left {
            destination: "cloud".to_owned(),
            model: "large".to_owned(),
            here,
            operator: Some("Exemple SA".to_owned()),
            place: "FR".to_owned(),
            law: None,
            policy: "law-09-08".to_owned(),
            findings: [
                ("cin".to_owned(), 1),
                ("person".to_owned(), 2),
                ("rare_kind".to_owned(), 3),
            ]
            .into(),
        };
        Asked {
            receipt: "rcp_00".to_owned(),
            day: "2026-11-25".to_owned(),
            answered: true,
            left: vec![left],
        }
    }

    fn answerable() -> Answerable {
        Answerable {
            entry: "accueil".to_owned(),
            system: Texts::from([(Language::Fr, "Accueil"), (Language::Ar, "الاستقبال")]),
            organization: Texts::from([(Language::Fr, "Commune")]),
            contact: "ia@exemple.ma".to_owned(),
            appeals: Texts::from([(Language::Fr, "Au guichet.")]),
        }
    }

    fn term() -> Term {
        Term { days: 10, source: "règle".to_owned() }
    }

    #[test]
    fn every_language_tells_everything() {
        for language in Language::ALL {
            let text = explain(&asked(false), Some(&answerable()), &term(), language).text();
            for expect in [
                "cloud",
                "Exemple SA",
                "FR",
                "2026-11-25",
                "rcp_00",
                "10",
                "règle",
                "Commune",
                "ia@exemple.ma",
                "(2)",
                "(1)",
                "(3)",
                "law-09-08",
                "accueil",
            ] {
                assert!(text.contains(expect), "{language}: {expect} in {text}");
            }
            assert!(!text.contains(['{', '}']), "{text}");
            let stayed = explain(&asked(true), None, &term(), language).text();
            assert!(stayed.contains("large") && !stayed.contains("Exemple SA"), "{stayed}");
            assert!(!stayed.contains(['{', '}']), "{stayed}");
        }
    }

    #[test]
    fn tamazight_is_in_tifinagh() {
        let plain = Asked { left: Vec::new(), ..asked(true) };
        let told = explain(&plain, None, &term(), Language::Zgh);
        let letters: Vec<char> =
            told.asked.chars().filter(|letter| letter.is_alphabetic()).collect();
        let tifinagh = |letter: &&char| ('\u{2d30}'..='\u{2d7f}').contains(*letter);
        assert!(letters.iter().filter(tifinagh).count() == letters.len(), "{}", told.asked);
    }

    #[test]
    fn french_reads_as_it_should() {
        let told = explain(&asked(false), Some(&answerable()), &term(), Language::Fr);
        assert_eq!(
            told.asked,
            "Le 2026-11-25, une demande a été faite au système « Accueil ». Une réponse complète est revenue. \
             Le contenu de la demande n'est pas conservé par cette installation et n'est pas montré ici."
        );
        assert!(
            told.left[0].contains("numéros de CIN (1), noms de personne (2), rare_kind (3)"),
            "{:?}",
            told.left
        );
        assert!(told.contest.ends_with("Au guichet."), "{}", told.contest);
    }

    #[test]
    fn outcomes_are_read_back() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::parse(outcome.as_str()), Some(outcome));
        }
        assert_eq!(Outcome::parse("won"), None);
    }
}
