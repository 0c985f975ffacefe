//! `igudar learn progress`

use std::collections::{BTreeMap, BTreeSet};

use learning::Outcome;
use serde_json::json;
use store::BadgeRecord;

use super::{known, passed};
use crate::commands::Session;
use crate::exit::Exit;
use crate::output;
use crate::wiring::{CourseFolder, Installation, courses};

pub(super) async fn run(session: &Session, learner: Option<String>) -> anyhow::Result<Exit> {
    match learner {
        Some(learner) => of_one(session, &learner).await,
        None => of_all(session).await,
    }
}

async fn of_one(session: &Session, learner: &str) -> anyhow::Result<Exit> {
    let installation = known(session, learner).await?;
    let attempts = installation.store.attempts().await?;
    let badges = valid_badges(&installation).await?;
    let mut lines = Vec::new();
    for CourseFolder { course, .. } in courses()? {
        let passed = passed(&attempts, &course, learner);
        let done: BTreeSet<&str> = passed.iter().map(|(exercise, _)| exercise.as_str()).collect();
        let open = course.exercises.iter().find(|one| !done.contains(one.id.as_str()));
        lines.push(json!({
            "course": course.id,
            "passed": done,
            "exercises": course.exercises.len(),
            "next": open.map(|exercise| exercise.id.as_str()),
            "badge": badges.iter().any(|badge| {
                badge.learner == learner && badge.course == course.id
            }),
        }));
    }
    output::result(session.json, &json!({ "learner": learner, "courses": lines }), || {
        let rows = lines.iter().map(|line| {
            let passed = line["passed"].as_array().map_or(0, Vec::len);
            let done = if line["badge"] == true { "–" } else { "the badge: igudar badge issue" };
            let next = line["next"].as_str().unwrap_or(done);
            vec![
                line["course"].as_str().unwrap_or_default().to_owned(),
                format!("{passed} of {}", line["exercises"]),
                next.to_owned(),
            ]
        });
        output::table(&["course", "passed", "next"], rows)
    })?;
    Ok(Exit::Done)
}

/// Counted from the attempts, never typed in.
async fn of_all(session: &Session) -> anyhow::Result<Exit> {
    let installation = Installation::open_existing(&session.folder).await?;
    let attempts = installation.store.attempts().await?;
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
    let badges = valid_badges(&installation).await?;
    let mut held: BTreeMap<&str, usize> = BTreeMap::new();
    for badge in &badges {
        *held.entry(&badge.learner).or_default() += 1;
    }
    let mut groups: BTreeMap<(String, String, String), Group> = BTreeMap::new();
    for learner in installation.store.learners().await? {
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
            let names = [region, language, cohort].map(String::clone);
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

/// The badges that were not taken back.
async fn valid_badges(installation: &Installation) -> anyhow::Result<Vec<BadgeRecord>> {
    let revoked = installation.store.revocations().await?;
    let revoked: BTreeSet<&str> = revoked.iter().map(|(badge, _)| badge.as_str()).collect();
    let mut badges = installation.store.badges().await?;
    badges.retain(|badge| !revoked.contains(badge.id.as_str()));
    Ok(badges)
}

#[derive(Default)]
struct Group {
    learners: usize,
    passed: usize,
    badges: usize,
}
