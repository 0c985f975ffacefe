//! `igudar learn progress`

use std::collections::{BTreeMap, BTreeSet};

use learning::Outcome;
use serde_json::json;

use super::known;
use crate::arguments::Groups;
use crate::commands::Session;
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{Installation, courses, progress_of, region_code, regions, valid_badges};

pub(super) async fn run(
    session: &Session,
    learner: Option<String>,
    groups: Groups,
) -> anyhow::Result<Exit> {
    match learner {
        Some(learner) => of_one(session, &learner).await,
        None => of_all(session, groups).await,
    }
}

async fn of_one(session: &Session, learner: &str) -> anyhow::Result<Exit> {
    let installation = known(session, learner).await?;
    let lines = progress_of(&installation.store, learner).await?;
    output::result(session.json, &json!({ "learner": learner, "courses": lines }), || {
        let rows = lines.iter().map(|line| {
            let done = match line.badge {
                Some(_) => "–",
                None => "the badge: igudar badge issue",
            };
            let next = line.next.as_deref().unwrap_or(done).to_owned();
            vec![line.course.clone(), format!("{} of {}", line.passed.len(), line.exercises), next]
        });
        output::table(&["course", "passed", "next"], rows)
    })?;
    Ok(Exit::Done)
}

/// Counted from the attempts, never typed in.
async fn of_all(session: &Session, asked: Groups) -> anyhow::Result<Exit> {
    let installation = Installation::open_existing(&session.folder).await?;
    let regions = regions(&session.configuration()?)?;
    let region = asked.region.map(|written| region_code(&regions, &written)).transpose();
    let region = region.map_err(|problem| WrongUse(format!("--region: {problem}")))?;
    let fits = |asked: &Option<String>, held: &Option<String>| asked.is_none() || asked == held;
    let attempts = installation.store.attempts(None).await?;
    let courses = courses()?;
    let is_current = |id: &str, version: u32| {
        courses.iter().any(|folder| folder.course.id == id && folder.course.version == version)
    };
    // What somebody passed in the courses as they are, each exercise once.
    let passed: BTreeSet<(&str, &str, &str)> = attempts
        .iter()
        .filter(|made| made.outcome == Outcome::Passed.as_str())
        .filter(|made| is_current(&made.course, made.course_version))
        .map(|made| (made.learner.as_str(), made.course.as_str(), made.exercise.as_str()))
        .collect();
    let mut passes: BTreeMap<&str, usize> = BTreeMap::new();
    for (learner, ..) in &passed {
        *passes.entry(learner).or_default() += 1;
    }
    let badges = valid_badges(&installation.store).await?;
    let mut held: BTreeMap<&str, usize> = BTreeMap::new();
    for badge in &badges {
        *held.entry(&badge.learner).or_default() += 1;
    }
    let mut groups: BTreeMap<(String, String, String), Group> = BTreeMap::new();
    for learner in installation.store.learners().await? {
        let counted = fits(&region, &learner.region)
            && fits(&asked.cohort, &learner.cohort)
            && fits(&asked.language, &learner.language);
        if !counted {
            continue;
        }
        let named = |text: Option<String>| text.unwrap_or_else(|| "not given".to_owned());
        let count = |by: &BTreeMap<&str, usize>| by.get(learner.id.as_str()).copied();
        let (passes, held) = (count(&passes), count(&held));
        let key = (named(learner.region), named(learner.language), named(learner.cohort));
        let group = groups.entry(key).or_default();
        group.learners += 1;
        group.passed += passes.unwrap_or_default();
        group.badges += held.unwrap_or_default();
    }
    let lines: Vec<_> = groups
        .iter()
        .map(|((region, language, cohort), group)| {
            json!({
                "region": region,
                "region_name": regions.name(region, "fr"),
                "language": language,
                "cohort": cohort,
                "learners": group.learners,
                "exercises_passed": group.passed,
                "badges": group.badges,
            })
        })
        .collect();
    output::result(session.json, &json!({ "groups": lines }), || {
        let rows = groups.iter().map(|((region, language, cohort), group)| {
            let number = |number: usize| number.to_string();
            let region = regions.name(region, "fr").to_owned();
            let names = [region, language.clone(), cohort.clone()];
            names
                .into_iter()
                .chain([number(group.learners), number(group.passed), number(group.badges)])
                .collect()
        });
        let head = ["region", "language", "cohort", "learners", "exercises passed", "badges"];
        output::table(&head, rows)
    })?;
    Ok(Exit::Done)
}

#[derive(Default)]
struct Group {
    learners: usize,
    passed: usize,
    badges: usize,
}
