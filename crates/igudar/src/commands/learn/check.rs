//! `igudar learn check`: what a course's author wants to know before anybody else sees it.

use std::path::Path;

use learning::{Outcome, grade};
use serde_json::json;

use crate::commands::Session;
use crate::exit::Exit;
use crate::output;
use crate::wiring::{Classroom, CourseFolder, course_in, courses};

/// A reference solution must pass so often in a row.
const IN_A_ROW: usize = 3;

pub(super) async fn run(session: &Session, folder: Option<&Path>) -> anyhow::Result<Exit> {
    let folders = match folder {
        Some(folder) => vec![course_in(folder)?],
        None => courses()?,
    };
    let mut problems = Vec::new();
    let mut runs = 0;
    for folder in &folders {
        let classroom = Classroom::open(folder, true).await?;
        for exercise in &folder.course.exercises {
            let place = format!("exercises/{}", exercise.id);
            for (kind, wanted) in [("reference", true), ("wrong", false)] {
                let solutions = format!("{place}/{kind}");
                let mut any = false;
                for (name, submission) in folder.below(&solutions) {
                    any = true;
                    for _ in 0..if wanted { IN_A_ROW } else { 1 } {
                        runs += 1;
                        let graded = grade(&folder.course, exercise, submission, &classroom);
                        let as_wanted = match graded.outcome {
                            Outcome::Passed => wanted,
                            Outcome::Failed | Outcome::Unreadable => !wanted,
                            Outcome::OverBudget | Outcome::NotGraded => false,
                        };
                        if !as_wanted {
                            let outcome = graded.outcome.as_str();
                            let why = problem_of(&graded);
                            problems.push(format!("{solutions}/{name}: {outcome}{why}"));
                        }
                    }
                }
                if !any {
                    problems.push(format!("{solutions}: there is no solution to check by"));
                }
            }
        }
    }
    let names: Vec<&str> = folders.iter().map(|CourseFolder { course, .. }| &*course.id).collect();
    let value = json!({ "courses": names, "runs": runs, "problems": problems });
    output::result(session.json, &value, || {
        if problems.is_empty() {
            let names = names.join(", ");
            return format!("{names}: in order; {runs} solutions ran, all as they should");
        }
        problems.join("\n")
    })?;
    Ok(if problems.is_empty() { Exit::Done } else { Exit::NotVerified })
}

/// What an author needs to see, hidden cases by their number.
fn problem_of(graded: &learning::Graded) -> String {
    let mut why = graded.problem.clone().unwrap_or_default();
    for verdict in graded.cases.iter().flat_map(|case| &case.verdicts) {
        if !verdict.holds {
            let seen = verdict.seen.as_deref().unwrap_or_default();
            why = format!("{why}\n    asked: {}\n    seen:  {seen}", verdict.asked);
        }
    }
    format!(" ({} of {} hidden cases held) {why}", graded.hidden_passed, graded.hidden)
}
