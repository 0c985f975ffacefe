//! Courses, learners and badges over the store: the same for the commands and for the server.

use std::collections::BTreeSet;

use gateway::ports::Ambient as _;
use learning::{
    Achievement, BadgeFacts, BadgeSigner, Course, Exercise, Graded, Outcome, RevocationList, issue,
};
use projects::{REGIONS_FILE, Regions};
use serde::Serialize;
use serde_json::{Value, json};
use store::{AttemptRecord, BadgeRecord, Store, StoreError, SystemAmbient};

use super::badges::{badge_issuer, random_id, rfc_3339};
use super::courses::courses;
use super::knowledge::pack_files;
use crate::configuration::Configuration;

/// A learner's or a cohort's name may have so many characters.
const LONGEST_NAME: usize = 64;

/// How far a learner came in one course.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Progress {
    pub(crate) course: String,
    pub(crate) passed: Vec<String>,
    pub(crate) exercises: usize,
    /// The first exercise that is not passed.
    pub(crate) next: Option<String>,
    /// The badge's id, where it was issued and not taken back.
    pub(crate) badge: Option<String>,
}

/// What became of a wish for a badge.
#[derive(Debug)]
pub(crate) enum Issued {
    /// It is here.
    Badge(BadgeRecord),
    /// These exercises are open.
    Open(Vec<String>),
    /// It was taken back, and why.
    Revoked(String),
}

/// The regions of the pack that the configuration names.
pub(crate) fn regions(configuration: &Configuration) -> anyhow::Result<Regions> {
    let files = pack_files(configuration)?;
    Ok(Regions::read(files.get(REGIONS_FILE).map_or("", String::as_str))?)
}

/// The code of a region as somebody wrote it.
pub(crate) fn region_code(regions: &Regions, written: &str) -> Result<String, String> {
    let fold = |text: &str| language::normalize(text, language::Profile::Search).text;
    regions.code_of(written, fold).map_err(|error| error.to_string())
}

/// Why a name or a language of a learner is not taken.
pub(crate) fn wrong_words(cohort: Option<&str>, language: Option<&str>) -> Option<&'static str> {
    let tag = |text: &str| {
        (2..=35).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if language.is_some_and(|language| !tag(language)) {
        return Some("`language` is a BCP 47 tag, such as fr, ar, ary, zgh");
    }
    let short = |text: &str| (1..=LONGEST_NAME).contains(&text.trim().chars().count());
    if cohort.is_some_and(|cohort| !short(cohort)) {
        return Some("`cohort` has 1 to 64 characters");
    }
    None
}

/// The cases of an exercise that everyone may see: what a submission is run on, not what is expected.
pub(crate) fn shown_cases(exercise: &Exercise) -> Vec<Value> {
    let shown = |case: &learning::Case| json!({ "input": case.input, "target": case.target });
    exercise.public.iter().map(shown).collect()
}

/// Keeps how a submission of a learner was judged. A fault of the platform is no attempt.
pub(crate) async fn keep_attempt(
    store: &Store,
    course: &Course,
    graded: &Graded,
    learner: String,
) -> Result<(), StoreError> {
    if graded.outcome == Outcome::NotGraded {
        return Ok(());
    }
    let attempt = AttemptRecord {
        learner,
        course: course.id.clone(),
        course_version: course.version,
        exercise: graded.exercise.clone(),
        outcome: graded.outcome.as_str().to_owned(),
        digest: graded.digest.clone(),
        tokens: graded.tokens,
        at_ms: SystemAmbient.now_ms(),
    };
    store.add_attempt(&attempt).await
}

/// All exercises of a course that a learner passed, with the digest of the first run that did.
pub(crate) fn passed(
    attempts: &[AttemptRecord],
    course: &Course,
    learner: &str,
) -> Vec<(String, String)> {
    let passed = |exercise: &Exercise| {
        let run = attempts.iter().find(|made| {
            made.learner == learner
                && made.course == course.id
                && made.course_version == course.version
                && made.exercise == exercise.id
                && made.outcome == Outcome::Passed.as_str()
        })?;
        Some((exercise.id.clone(), run.digest.clone()))
    };
    course.exercises.iter().filter_map(passed).collect()
}

/// What a learner passed in each course, and what comes next.
pub(crate) async fn progress_of(store: &Store, learner: &str) -> anyhow::Result<Vec<Progress>> {
    let attempts = store.attempts(Some(learner)).await?;
    let badges = valid_badges(store).await?;
    let all = courses()?;
    let lines = all.iter().map(|folder| {
        let course = &folder.course;
        let passed: Vec<String> =
            passed(&attempts, course, learner).into_iter().map(|(exercise, _)| exercise).collect();
        let open = course.exercises.iter().find(|one| !passed.contains(&one.id));
        let held = |badge: &&BadgeRecord| badge.learner == learner && badge.course == course.id;
        Progress {
            course: course.id.clone(),
            exercises: course.exercises.len(),
            next: open.map(|exercise| exercise.id.clone()),
            badge: badges.iter().find(held).map(|badge| badge.id.clone()),
            passed,
        }
    });
    Ok(lines.collect())
}

/// Signs the badge of a course that a learner has passed, or gives back the one there is.
pub(crate) async fn issue_badge(
    store: &Store,
    signer: &BadgeSigner,
    course: &Course,
    learner: &str,
) -> anyhow::Result<Issued> {
    let passed = passed(&store.attempts(Some(learner)).await?, course, learner);
    let ids = course.exercises.iter().map(|exercise| &exercise.id);
    let open: Vec<String> =
        ids.filter(|id| !passed.iter().any(|(done, _)| done == *id)).cloned().collect();
    if !open.is_empty() {
        return Ok(Issued::Open(open));
    }
    let now_ms = SystemAmbient.now_ms();
    let id = format!("urn:uuid:{}", random_id());
    let facts = BadgeFacts {
        id: id.clone(),
        issuer: badge_issuer(signer),
        learner: format!("urn:uuid:{learner}"),
        achievement: Achievement {
            id: format!("urn:igudar:course:{}:{}", course.id, course.version),
            name: course.title.clone(),
            criteria: course.criteria.clone(),
        },
        valid_from: now_ms / 1000,
        valid_from_text: rfc_3339(now_ms / 1000)?,
        evidence: passed.into_iter().map(|(_, digest)| digest).collect(),
    };
    let made = BadgeRecord {
        id,
        learner: learner.to_owned(),
        course: course.id.clone(),
        course_version: course.version,
        token: issue(&facts, signer),
        issued_ms: now_ms,
    };
    let kept = store.keep_badge(&made).await?;
    let revoked = revocation_list(store, signer).await?;
    Ok(match revoked.reason(&kept.id) {
        Some(reason) => Issued::Revoked(reason.to_owned()),
        None => Issued::Badge(kept),
    })
}

/// The badges taken back, as they are published.
pub(crate) async fn revocation_list(
    store: &Store,
    signer: &BadgeSigner,
) -> Result<RevocationList, StoreError> {
    let mut list = RevocationList::new(&badge_issuer(signer).0);
    for (badge, reason) in store.revocations().await? {
        list.revoke(&badge, &reason);
    }
    Ok(list)
}

/// The badges that were not taken back.
pub(crate) async fn valid_badges(store: &Store) -> Result<Vec<BadgeRecord>, StoreError> {
    let revoked = store.revocations().await?;
    let revoked: BTreeSet<&str> = revoked.iter().map(|(badge, _)| badge.as_str()).collect();
    let mut badges = store.badges().await?;
    badges.retain(|badge| !revoked.contains(badge.id.as_str()));
    Ok(badges)
}
