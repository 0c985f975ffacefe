//! `igudar learn`

mod check;
mod progress;

use gateway::ports::Ambient as _;
use learning::course::Texts;
use learning::{Course, Exercise, Graded, Kind, Outcome, grade};
use serde_json::json;
use store::{LearnerRecord, SystemAmbient};

use super::{Session, read_input};
use crate::arguments::Learn;
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{
    Classroom, CourseFolder, Installation, courses, keep_attempt, random_id, region_code, regions,
    shown_cases, wrong_words,
};

pub(crate) async fn run(session: &Session, learn: Learn) -> anyhow::Result<Exit> {
    match learn {
        Learn::List => list(session),
        Learn::Show { course, lesson, language } => show(session, &course, lesson, &language),
        Learn::Exercise { course, exercise, language } => {
            let folder = named(&course)?;
            check_language(&folder.course, &language)?;
            describe(session, exercise_of(&folder.course, &exercise)?, &language)
        }
        Learn::Join { region, cohort, language, project } => {
            let configuration = session.configuration()?;
            if let Some(problem) = wrong_words(cohort.as_deref(), language.as_deref()) {
                return Err(WrongUse(problem.to_owned()).into());
            }
            let regions = regions(&configuration)?;
            let region = region
                .map(|written| region_code(&regions, &written))
                .transpose()
                .map_err(|problem| WrongUse(format!("--region: {problem}")))?;
            let installation = Installation::open_or_begin(&configuration).await?;
            let project = match project {
                Some(id) => Some(installation.project(Some(&id)).await?.id.to_string()),
                None => None,
            };
            let joined_ms = SystemAmbient.now_ms();
            let id = random_id();
            let learner = LearnerRecord { id, region, cohort, language, project, joined_ms };
            installation.store.add_learner(&learner).await?;
            output::result(session.json, &json!({ "learner": learner.id }), || learner.id.clone())?;
            Ok(Exit::Done)
        }
        Learn::Submit { course, exercise, file, learner } => {
            let folder = named(&course)?;
            let exercise = exercise_of(&folder.course, &exercise)?;
            submit(session, &folder, exercise, &read_input(Some(&file))?, learner).await
        }
        Learn::Progress { learner, groups } => progress::run(session, learner, groups).await,
        Learn::Forget { learner } => {
            let installation = Installation::open_existing(&session.folder).await?;
            installation.store.forget_learner(&learner).await?;
            output::result(session.json, &json!({ "forgotten": learner }), || {
                "forgotten".to_owned()
            })?;
            Ok(Exit::Done)
        }
        Learn::Check { folder } => check::run(session, folder.as_deref()).await,
    }
}

/// A built-in course.
pub(super) fn named(id: &str) -> anyhow::Result<CourseFolder> {
    let all = courses()?;
    let names: Vec<String> = all.iter().map(|folder| folder.course.id.clone()).collect();
    all.into_iter().find(|folder| folder.course.id == id).ok_or_else(|| {
        WrongUse(format!("there is no course `{id}`; there are {}", names.join(", "))).into()
    })
}

fn exercise_of<'c>(course: &'c Course, id: &str) -> anyhow::Result<&'c Exercise> {
    course.exercise(id).ok_or_else(|| {
        let names: Vec<&str> = course.exercises.iter().map(|one| one.id.as_str()).collect();
        WrongUse(format!("the course has no exercise `{id}`; it has {}", names.join(", "))).into()
    })
}

/// The text in a language that the course is in.
fn text_in<'t>(texts: &'t Texts, language: &str) -> &'t str {
    texts.get(language).map_or("", String::as_str)
}

fn list(session: &Session) -> anyhow::Result<Exit> {
    let all = courses()?;
    let value = json!({
        "courses": all.iter().map(|CourseFolder { course, .. }| json!({
            "id": course.id,
            "version": course.version,
            "title": course.title,
            "licence": course.licence,
            "lessons": course.lessons.len(),
            "exercises": course.exercises.len(),
            "digest": course.digest,
        })).collect::<Vec<_>>(),
    });
    output::result(session.json, &value, || {
        let rows = all.iter().map(|CourseFolder { course, .. }| {
            let title: Vec<&str> = course.title.values().map(String::as_str).collect();
            let (lessons, exercises) = (course.lessons.len(), course.exercises.len());
            vec![course.id.clone(), title.join(" / "), lessons.to_string(), exercises.to_string()]
        });
        output::table(&["course", "title", "lessons", "exercises"], rows)
    })?;
    Ok(Exit::Done)
}

fn show(
    session: &Session,
    course: &str,
    lesson: Option<String>,
    language: &str,
) -> anyhow::Result<Exit> {
    let CourseFolder { course, .. } = named(course)?;
    check_language(&course, language)?;
    if let Some(id) = lesson {
        let names: Vec<&str> = course.lessons.iter().map(|one| one.id.as_str()).collect();
        let lesson = course.lessons.iter().find(|one| one.id == id).ok_or_else(|| {
            WrongUse(format!("the course has no lesson `{id}`; it has {}", names.join(", ")))
        })?;
        let text = text_in(&lesson.text, language);
        let value = json!({ "lesson": id, "text": text });
        output::result(session.json, &value, || text.trim_end().to_owned())?;
        return Ok(Exit::Done);
    }
    let exercises: Vec<_> = course
        .exercises
        .iter()
        .map(
            |one| json!({ "id": one.id, "kind": one.kind, "title": text_in(&one.title, language) }),
        )
        .collect();
    let value = json!({
        "id": course.id,
        "version": course.version,
        "title": text_in(&course.title, language),
        "criteria": text_in(&course.criteria, language),
        "lessons": course.lessons.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(),
        "exercises": exercises,
    });
    output::result(session.json, &value, || {
        let title = text_in(&course.title, language);
        let lessons = course.lessons.iter().map(|one| {
            let head = text_in(&one.text, language).trim().lines().next().unwrap_or_default();
            vec![
                "lesson".to_owned(),
                one.id.clone(),
                head.trim_start_matches('#').trim().to_owned(),
            ]
        });
        let exercises = course.exercises.iter().map(|one| {
            vec!["exercise".to_owned(), one.id.clone(), text_in(&one.title, language).to_owned()]
        });
        let table = output::table(&["", "name", "title"], lessons.chain(exercises));
        format!("{title}\n{}\n\n{table}", text_in(&course.criteria, language))
    })?;
    Ok(Exit::Done)
}

fn describe(session: &Session, exercise: &Exercise, language: &str) -> anyhow::Result<Exit> {
    let value = json!({
        "id": exercise.id,
        "kind": exercise.kind,
        "task": text_in(&exercise.task, language),
        "cases": shown_cases(exercise),
        "hidden_cases": exercise.hidden.len(),
        "repeats": exercise.repeats,
        "pass_mark": exercise.pass_mark,
        "token_budget": exercise.token_budget,
    });
    output::result(session.json, &value, || {
        let task = text_in(&exercise.task, language).trim_end();
        let inputs: Vec<String> = exercise
            .public
            .iter()
            .filter(|case| !case.input.is_empty())
            .map(|case| format!("  · {}", case.input))
            .collect();
        let hidden = exercise.hidden.len();
        format!("{task}\n\n{}\n  and {hidden} that are not shown", inputs.join("\n"))
    })?;
    Ok(Exit::Done)
}

async fn submit(
    session: &Session,
    folder: &CourseFolder,
    exercise: &Exercise,
    submission: &str,
    learner: Option<String>,
) -> anyhow::Result<Exit> {
    let installation = match &learner {
        Some(id) => Some(known(session, id).await?),
        None => None,
    };
    let classroom = Classroom::open(folder, exercise.kind == Kind::Question).await?;
    let graded = grade(&folder.course, exercise, submission, &classroom);
    if let (Some(installation), Some(learner)) = (installation, learner) {
        keep_attempt(&installation.store, &folder.course, &graded, learner).await?;
    }
    output::result(session.json, &json!(graded), || shown(&graded))?;
    Ok(match graded.outcome {
        Outcome::Passed => Exit::Done,
        Outcome::NotGraded => Exit::Failed,
        Outcome::Failed | Outcome::Unreadable | Outcome::OverBudget => Exit::NotVerified,
    })
}

/// The installation, once the learner is known to be one of its own.
pub(super) async fn known(session: &Session, learner: &str) -> anyhow::Result<Installation> {
    let installation = Installation::open_existing(&session.folder).await?;
    let known = installation.store.learner(learner).await?;
    anyhow::ensure!(
        known.is_some(),
        "there is no learner of this id; `igudar learn join` makes one"
    );
    Ok(installation)
}

fn shown(graded: &Graded) -> String {
    let mut lines = Vec::new();
    for (number, case) in graded.cases.iter().enumerate() {
        let mark = if case.passed { "✓" } else { "✗" };
        lines.push(format!(
            "{mark} case {} ({} of {} runs held)",
            number + 1,
            case.held,
            case.runs
        ));
        for verdict in case.verdicts.iter().filter(|verdict| !verdict.holds) {
            let seen = verdict.seen.as_deref().unwrap_or_default();
            lines.push(format!("    asked: {}\n    seen:  {seen}", verdict.asked));
        }
    }
    lines.push(format!("hidden cases: {} of {} held", graded.hidden_passed, graded.hidden));
    if let Some(problem) = &graded.problem {
        lines.push(problem.clone());
    }
    lines.push(format!("{}: {}", graded.exercise, graded.outcome.as_str()));
    lines.join("\n")
}

/// Refuses a language that the course is not in.
fn check_language(course: &Course, language: &str) -> Result<(), WrongUse> {
    if course.title.contains_key(language) {
        return Ok(());
    }
    let tags: Vec<&str> = course.title.keys().map(String::as_str).collect();
    Err(WrongUse(format!("the course is not in `{language}`; it is in {}", tags.join(", "))))
}
