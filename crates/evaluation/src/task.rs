//! A task: items of one kind, ready to be asked and judged.

mod harness;
mod items;
mod native;
mod yaml;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::metric::Metric;
use crate::study::Texts;

pub(crate) use native::{Common, TaskTable};

/// A task.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Its name in the study.
    pub id: String,
    /// What it is called; empty for tasks of the harness.
    pub title: Texts,
    /// How answers are judged.
    pub kind: Kind,
    /// By which metrics.
    pub metrics: Vec<Metric>,
    /// How a model generates.
    pub generation: Generation,
    /// Which of Igudar's own systems can answer it.
    pub system: Option<System>,
    /// A set of documents that [`System::Ask`] answers from.
    pub documents: Option<String>,
    /// What is asked, in the order of the file.
    pub items: Vec<Item>,
}

/// How answers are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The model writes which option it chooses.
    Choice,
    /// The option to which the model gives the highest log-likelihood; where a model tells none, it writes.
    Likelihood,
    /// The model writes a text.
    Text,
}

/// How a model generates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Generation {
    /// The most tokens of an answer.
    pub max_tokens: u64,
    /// 0 for the most likely answer.
    pub temperature: f64,
    /// Texts at which the answer ends.
    pub stop: Vec<String>,
}

/// A system of Igudar's own that answers without a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// The tag of a text's language.
    Identify,
    /// A text in another script; the option says which: `ary-Latn>ary-Arab`.
    Transliterate,
    /// The personal values of a text, one a line.
    Detect,
    /// The documents that answer a question, one a line, or a refusal.
    Ask,
}

impl System {
    /// The name of the respondent.
    pub fn respondent(self) -> &'static str {
        match self {
            Self::Identify => "igudar:identify",
            Self::Transliterate => "igudar:transliterate",
            Self::Detect => "igudar:detect",
            Self::Ask => "igudar:ask",
        }
    }

    /// The system of this respondent's name.
    pub fn named(respondent: &str) -> Option<Self> {
        SYSTEMS.into_iter().find(|system| system.respondent() == respondent)
    }
}

/// All of Igudar's systems.
pub const SYSTEMS: [System; 4] =
    [System::Identify, System::Transliterate, System::Detect, System::Ask];

/// One thing that is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its name in the task.
    pub id: String,
    /// Its language, a BCP 47 tag; [`NO_LANGUAGE`] where nobody said.
    pub language: String,
    /// What its counterparts in other languages have in common with it.
    pub group: Option<String>,
    /// What a model is asked; `None` where only a system of Igudar's own answers.
    pub prompt: Option<String>,
    /// What stands before the options where their likelihood is asked.
    pub context: Option<String>,
    /// What stands between the context and an option.
    pub delimiter: String,
    /// The options of a choice, in the order in which they are shown.
    pub options: Vec<String>,
    /// The place of the right option.
    pub gold: usize,
    /// The right texts; any of them is right.
    pub targets: Vec<String>,
    /// Whether to refuse is the right answer.
    pub refusal_is_right: bool,
    /// What a system of Igudar's own is given.
    pub input: Option<SystemInput>,
}

/// What a system of Igudar's own is given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SystemInput {
    /// The text.
    pub text: String,
    /// What the system needs to know beside it.
    pub option: Option<String>,
}

/// The language of items that name none.
pub const NO_LANGUAGE: &str = "und";

impl Task {
    /// Whether its answers choose among options.
    pub fn is_choice(&self) -> bool {
        self.kind != Kind::Text
    }

    /// Whether a model can be asked any of it.
    pub fn asks_models(&self) -> bool {
        self.items.iter().any(|item| item.prompt.is_some())
    }

    /// The languages of its items, in the order of their tags.
    pub fn languages(&self) -> Vec<&str> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for item in &self.items {
            *counts.entry(&item.language).or_default() += 1;
        }
        counts.into_keys().collect()
    }
}
