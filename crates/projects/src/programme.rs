//! A programme: what an institution wants to reach, with whom, and by which projects. The file says what is
//! wanted; what was reached is counted.

mod reading;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::application::{MilestoneState, ProjectKind};
use crate::indicators::{Indicator, Indicators};

pub use reading::ProgrammeError;

/// Texts by language, BCP 47 tags.
pub type Texts = BTreeMap<String, String>;

/// A programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Programme {
    /// What it is called.
    pub name: Texts,
    /// Its first day, `YYYY-MM-DD`.
    pub from: String,
    /// Its last day.
    pub until: String,
    /// What is to be reached.
    pub objectives: Vec<Objective>,
    /// Who takes part.
    pub partners: Vec<Partner>,
    /// What is done.
    pub projects: Vec<ProgrammeProject>,
}

/// Something to be reached, measured by an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Objective {
    /// Its name in tables.
    pub id: String,
    /// In words.
    pub text: Texts,
    /// What it is measured by.
    pub indicator: Indicator,
    /// How many.
    pub target: i64,
    /// Only in this region, its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Only in this language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// What kind of organisation takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartnerKind {
    /// A public body.
    Public,
    /// A company.
    Private,
    /// A university, a laboratory.
    Research,
    /// An association.
    Association,
}

impl PartnerKind {
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "public" => Self::Public,
            "private" => Self::Private,
            "research" => Self::Research,
            "association" => Self::Association,
            _ => return None,
        })
    }
}

/// An organisation that takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Partner {
    /// Its name in the file.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its kind.
    pub kind: PartnerKind,
    /// Its region's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// A project of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProgrammeProject {
    /// Its name in the file.
    pub id: String,
    /// What it is called.
    pub title: Texts,
    /// What it is for.
    pub kind: ProjectKind,
    /// Its region's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Who does it: partners of the programme.
    pub partners: Vec<String>,
    /// What is promised.
    pub milestones: Vec<ProgrammeMilestone>,
    /// What came of it, once it ended.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub outcome: Texts,
}

/// A milestone of a programme's project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProgrammeMilestone {
    /// What.
    pub title: String,
    /// By when, `YYYY-MM-DD`.
    pub due: String,
    /// Where it stands.
    pub state: MilestoneState,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// How far an objective is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The objective.
    pub objective: String,
    /// What it is measured by.
    pub indicator: &'static str,
    /// How many there are.
    pub value: i64,
    /// How many there shall be.
    pub target: i64,
    /// In percent of the target, rounded down; more than 100 where there are more.
    pub percent: i64,
}

impl Programme {
    /// Reads a programme. `region` gives the code for what was written, or says what is wrong with it. The
    /// error names file, line and key.
    pub fn read(
        file: &str,
        content: &str,
        region: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<Self, ProgrammeError> {
        reading::read(file, content, region)
    }

    /// How far each objective is.
    pub fn standings(&self, indicators: &Indicators) -> Vec<Standing> {
        let standing = |objective: &Objective| {
            let (region, language) = (objective.region.as_deref(), objective.language.as_deref());
            let value = indicators.total(objective.indicator, region, language);
            let percent = i128::from(value) * 100 / i128::from(objective.target.max(1));
            Standing {
                objective: objective.id.clone(),
                indicator: objective.indicator.as_str(),
                value,
                target: objective.target,
                percent: i64::try_from(percent).unwrap_or(i64::MAX),
            }
        };
        self.objectives.iter().map(standing).collect()
    }
}

#[cfg(test)]
mod tests;
