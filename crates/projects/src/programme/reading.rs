//! A programme's file: what each key must be, and where it is not.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use super::{
    Objective, Partner, PartnerKind, Programme, ProgrammeMilestone, ProgrammeProject, Texts,
};
use crate::application::{MilestoneState, ProjectKind, is_day, line};
use crate::indicators::Indicator;

/// A programme's file is not in order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {problem}")]
pub struct ProgrammeError {
    /// Which file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and with which key.
    pub problem: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProgrammeFile {
    name: Spanned<Texts>,
    from: Spanned<String>,
    until: Spanned<String>,
    #[serde(default)]
    objective: Vec<ObjectiveFile>,
    #[serde(default)]
    partner: Vec<PartnerFile>,
    #[serde(default)]
    project: Vec<ProjectFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectiveFile {
    id: Spanned<String>,
    text: Spanned<Texts>,
    indicator: Spanned<String>,
    target: Spanned<i64>,
    region: Option<Spanned<String>>,
    language: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartnerFile {
    id: Spanned<String>,
    name: Spanned<String>,
    kind: Spanned<String>,
    region: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProjectFile {
    id: Spanned<String>,
    title: Spanned<Texts>,
    kind: Spanned<String>,
    region: Option<Spanned<String>>,
    #[serde(default)]
    partners: Vec<Spanned<String>>,
    #[serde(default)]
    milestone: Vec<MilestoneFile>,
    #[serde(default)]
    outcome: Texts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MilestoneFile {
    title: Spanned<String>,
    due: Spanned<String>,
    state: Option<Spanned<String>>,
    outcome: Option<String>,
}

/// Where errors are: the file, its content, how a region is known.
struct Reader<'r> {
    file: &'r str,
    content: &'r str,
    region: &'r dyn Fn(&str) -> Result<String, String>,
}

pub(super) fn read(
    file: &str,
    content: &str,
    region: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Programme, ProgrammeError> {
    let reader = Reader { file, content, region };
    let written: ProgrammeFile = toml::from_str(content).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        reader.error(at, error.message().trim().to_owned())
    })?;
    reader.texts("name", &written.name)?;
    reader.day("from", &written.from)?;
    reader.day("until", &written.until)?;
    if written.until.get_ref() < written.from.get_ref() {
        return Err(reader.at(&written.until, "key `until`: it is before `from`"));
    }
    reader.once("objective.id", written.objective.iter().map(|one| &one.id))?;
    reader.once("partner.id", written.partner.iter().map(|one| &one.id))?;
    reader.once("project.id", written.project.iter().map(|one| &one.id))?;
    let partners: Vec<Partner> =
        written.partner.into_iter().map(|one| reader.partner(one)).collect::<Result<_, _>>()?;
    let known: BTreeSet<&str> = partners.iter().map(|partner| partner.id.as_str()).collect();
    let objectives = written.objective.into_iter().map(|one| reader.objective(one));
    let projects = written.project.into_iter().map(|one| reader.project(one, &known));
    Ok(Programme {
        name: written.name.get_ref().clone(),
        from: written.from.get_ref().clone(),
        until: written.until.get_ref().clone(),
        objectives: objectives.collect::<Result<_, _>>()?,
        projects: projects.collect::<Result<_, _>>()?,
        partners,
    })
}

impl Reader<'_> {
    fn error(&self, at: usize, problem: String) -> ProgrammeError {
        let before = self.content.get(..at.min(self.content.len())).unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        ProgrammeError { file: self.file.to_owned(), line, problem }
    }

    fn at<T>(&self, value: &Spanned<T>, problem: impl Into<String>) -> ProgrammeError {
        self.error(value.span().start, problem.into())
    }

    fn texts(&self, key: &str, texts: &Spanned<Texts>) -> Result<(), ProgrammeError> {
        let whole = texts.get_ref();
        if whole.is_empty() || whole.values().any(|text| text.trim().is_empty()) {
            let problem =
                format!("key `{key}`: it has a text in at least one language, such as fr");
            return Err(self.at(texts, problem));
        }
        Ok(())
    }

    fn day(&self, key: &str, day: &Spanned<String>) -> Result<(), ProgrammeError> {
        if is_day(day.get_ref()) {
            return Ok(());
        }
        Err(self.at(day, format!("key `{key}`: it is no day; write YYYY-MM-DD")))
    }

    fn once<'s>(
        &self,
        key: &str,
        ids: impl Iterator<Item = &'s Spanned<String>>,
    ) -> Result<(), ProgrammeError> {
        let mut seen = BTreeSet::new();
        for id in ids {
            let plain =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            let text = id.get_ref();
            if !(1..=64).contains(&text.len()) || !text.bytes().all(plain) {
                let problem =
                    format!("key `{key}`: 1 to 64 lower-case letters, digits and hyphens");
                return Err(self.at(id, problem));
            }
            if !seen.insert(text) {
                return Err(self.at(id, format!("key `{key}`: `{text}` stands twice")));
            }
        }
        Ok(())
    }

    fn code(
        &self,
        key: &str,
        region: Option<Spanned<String>>,
    ) -> Result<Option<String>, ProgrammeError> {
        let Some(region) = region else { return Ok(None) };
        let code = (self.region)(region.get_ref());
        code.map(Some).map_err(|problem| self.at(&region, format!("key `{key}`: {problem}")))
    }

    fn objective(&self, one: ObjectiveFile) -> Result<Objective, ProgrammeError> {
        self.texts("objective.text", &one.text)?;
        let indicator = Indicator::parse(one.indicator.get_ref()).ok_or_else(|| {
            let names: Vec<&str> = Indicator::ALL.iter().map(|one| one.as_str()).collect();
            let problem = format!("key `objective.indicator`: it is one of {}", names.join(", "));
            self.at(&one.indicator, problem)
        })?;
        if *one.target.get_ref() < 1 {
            return Err(self.at(&one.target, "key `objective.target`: it is at least 1"));
        }
        Ok(Objective {
            id: one.id.into_inner(),
            text: one.text.into_inner(),
            indicator,
            target: one.target.into_inner(),
            region: self.code("objective.region", one.region)?,
            language: one.language,
        })
    }

    fn partner(&self, one: PartnerFile) -> Result<Partner, ProgrammeError> {
        if !line(one.name.get_ref(), 1, 200) {
            return Err(self.at(&one.name, "key `partner.name`: a line of 1 to 200 characters"));
        }
        let kind = PartnerKind::parse(one.kind.get_ref()).ok_or_else(|| {
            let problem = "key `partner.kind`: public, private, research or association";
            self.at(&one.kind, problem)
        })?;
        Ok(Partner {
            id: one.id.into_inner(),
            name: one.name.into_inner(),
            kind,
            region: self.code("partner.region", one.region)?,
        })
    }

    fn project(
        &self,
        one: ProjectFile,
        known: &BTreeSet<&str>,
    ) -> Result<ProgrammeProject, ProgrammeError> {
        self.texts("project.title", &one.title)?;
        let kind = ProjectKind::parse(one.kind.get_ref()).ok_or_else(|| {
            let names = ProjectKind::ALL.map(ProjectKind::as_str).join(", ");
            self.at(&one.kind, format!("key `project.kind`: it is one of {names}"))
        })?;
        if let Some(stranger) =
            one.partners.iter().find(|id| !known.contains(id.get_ref().as_str()))
        {
            let problem = "key `project.partners`: no partner of the file has this id";
            return Err(self.at(stranger, problem));
        }
        let milestones = one.milestone.into_iter().map(|one| self.milestone(one));
        Ok(ProgrammeProject {
            milestones: milestones.collect::<Result<_, _>>()?,
            id: one.id.into_inner(),
            title: one.title.into_inner(),
            kind,
            region: self.code("project.region", one.region)?,
            partners: one.partners.into_iter().map(Spanned::into_inner).collect(),
            outcome: one.outcome,
        })
    }

    fn milestone(&self, one: MilestoneFile) -> Result<ProgrammeMilestone, ProgrammeError> {
        if !line(one.title.get_ref(), 1, 200) {
            let problem = "key `project.milestone.title`: a line of 1 to 200 characters";
            return Err(self.at(&one.title, problem));
        }
        self.day("project.milestone.due", &one.due)?;
        let state = match &one.state {
            None => MilestoneState::Open,
            Some(word) => MilestoneState::parse(word.get_ref()).ok_or_else(|| {
                self.at(word, "key `project.milestone.state`: open, reached or missed")
            })?,
        };
        if (state == MilestoneState::Open) != one.outcome.is_none() {
            let problem = "key `project.milestone.outcome`: it stands where the milestone was reached or missed, and only there";
            return Err(self.at(&one.title, problem));
        }
        Ok(ProgrammeMilestone {
            title: one.title.into_inner(),
            due: one.due.into_inner(),
            state,
            outcome: one.outcome,
        })
    }
}
