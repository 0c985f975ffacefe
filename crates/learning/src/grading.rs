//! Grading: a submission runs on every case, as often as the exercise says, and is judged.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::assertion::{Observed, Verdict};
use crate::course::Course;
use crate::exercise::{Case, Exercise, Kind};

/// Runs one submission on one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task<'a> {
    /// What is handed in, and so what runs it.
    pub kind: Kind,
    /// What the learner handed in.
    pub submission: &'a str,
    /// What it is run on.
    pub input: &'a str,
    /// The case's target.
    pub target: Option<&'a str>,
    /// How many tokens are left.
    pub tokens_left: u64,
}

/// Why a run gave nothing to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The submission cannot be run: the text says what is wrong and where. The learner's.
    Submission(String),
    /// The platform or a model failed. Not the learner's: nothing is graded.
    Platform(String),
}

/// What runs submissions for real; the binary implements it.
pub trait Workbench {
    /// Runs one.
    fn run(&self, task: Task<'_>) -> Result<Observed, Fault>;
}

/// How a grading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every case held often enough.
    Passed,
    /// A case did not.
    Failed,
    /// The submission cannot be run.
    Unreadable,
    /// The exercise's tokens were used up.
    OverBudget,
    /// The platform or a model failed: this attempt does not count.
    NotGraded,
}

impl Outcome {
    /// The outcome in records and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Unreadable => "unreadable",
            Self::OverBudget => "over_budget",
            Self::NotGraded => "not_graded",
        }
    }
}

/// A graded submission. Says of hidden cases how many there are, how many held, and their tokens among all tokens;
/// whoever hands in often can tell by these numbers whether a change mattered to a hidden case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Graded {
    /// The course.
    pub course: String,
    /// The exercise.
    pub exercise: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What is wrong with the submission, or what failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The cases that everyone may see.
    pub cases: Vec<CaseResult>,
    /// How many hidden cases held.
    pub hidden_passed: usize,
    /// How many there are.
    pub hidden: usize,
    /// Tokens that models took and gave.
    pub tokens: u64,
    /// SHA-256 over the course's digest, the exercise, the submission and the outcome: the evidence.
    pub digest: String,
}

/// How a case that everyone may see went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseResult {
    /// Whether it held often enough.
    pub passed: bool,
    /// What it ran on.
    pub input: String,
    /// How many of the runs held.
    pub held: u32,
    /// How many there were.
    pub runs: u32,
    /// The verdicts of the last run.
    pub verdicts: Vec<Verdict>,
}

/// What a learner hears when the submission fails on a hidden case: nothing of the case.
const HIDDEN_PROBLEM: &str =
    "the submission runs on the cases you see and cannot be run on one that you do not see";

/// Grades a submission. Stops at the first fault, and when the tokens are used up.
pub fn grade(
    course: &Course,
    exercise: &Exercise,
    submission: &str,
    workbench: &dyn Workbench,
) -> Graded {
    let mut run = Run { exercise, submission, workbench, tokens: 0 };
    let mut cases = Vec::new();
    let mut hidden_passed = 0;
    let end = judge(&mut run, &mut cases, &mut hidden_passed);
    let (outcome, problem) = match end {
        Ok(true) => (Outcome::Passed, None),
        Ok(false) => (Outcome::Failed, None),
        Err(Stop::Submission(problem)) => (Outcome::Unreadable, Some(problem)),
        Err(Stop::Platform(problem)) => (Outcome::NotGraded, Some(problem)),
        Err(Stop::Budget) => (
            Outcome::OverBudget,
            Some(format!("the exercise allows {} tokens", exercise.token_budget)),
        ),
    };
    Graded {
        course: course.id.clone(),
        exercise: exercise.id.clone(),
        outcome,
        problem,
        cases,
        hidden_passed,
        hidden: exercise.hidden.len(),
        tokens: run.tokens,
        digest: digest(course, exercise, submission, outcome),
    }
}

enum Stop {
    Submission(String),
    Platform(String),
    Budget,
}

struct Run<'a> {
    exercise: &'a Exercise,
    submission: &'a str,
    workbench: &'a dyn Workbench,
    tokens: u64,
}

fn judge(
    run: &mut Run<'_>,
    cases: &mut Vec<CaseResult>,
    hidden_passed: &mut usize,
) -> Result<bool, Stop> {
    let exercise = run.exercise;
    for case in &exercise.public {
        cases.push(run.case(case)?);
    }
    // A submission that fails in public learns nothing about what is hidden.
    if cases.iter().any(|case| !case.passed) {
        return Ok(false);
    }
    for case in &exercise.hidden {
        let result = run.case(case).map_err(|stop| match stop {
            Stop::Submission(_) => Stop::Submission(HIDDEN_PROBLEM.to_owned()),
            Stop::Platform(_) => {
                Stop::Platform("a model or the platform failed: try again later".to_owned())
            }
            Stop::Budget => Stop::Budget,
        })?;
        *hidden_passed += usize::from(result.passed);
    }
    Ok(*hidden_passed == exercise.hidden.len())
}

impl Run<'_> {
    /// Runs a case until it is clear whether it holds often enough.
    fn case(&mut self, case: &Case) -> Result<CaseResult, Stop> {
        let (repeats, pass_mark) = (self.exercise.repeats, self.exercise.pass_mark);
        let mut result = CaseResult {
            passed: false,
            input: case.input.clone(),
            held: 0,
            runs: 0,
            verdicts: Vec::new(),
        };
        while result.runs < repeats
            && result.held < pass_mark
            && result.held + (repeats - result.runs) >= pass_mark
        {
            let tokens_left = self.exercise.token_budget.saturating_sub(self.tokens);
            if tokens_left == 0 {
                return Err(Stop::Budget);
            }
            let seen = self
                .workbench
                .run(Task {
                    kind: self.exercise.kind,
                    submission: self.submission,
                    input: &case.input,
                    target: case.target.as_deref(),
                    tokens_left,
                })
                .map_err(|fault| match fault {
                    Fault::Submission(problem) => Stop::Submission(problem),
                    Fault::Platform(problem) => Stop::Platform(problem),
                })?;
            self.tokens += seen.tokens;
            result.verdicts = case.expect.iter().map(|asked| asked.verdict(&seen)).collect();
            result.runs += 1;
            result.held += u32::from(result.verdicts.iter().all(|verdict| verdict.holds));
        }
        result.passed = result.held >= pass_mark;
        Ok(result)
    }
}

fn digest(course: &Course, exercise: &Exercise, submission: &str, outcome: Outcome) -> String {
    let submission = hex::encode(Sha256::digest(submission.as_bytes()));
    let text = format!(
        "igudar graded run v1\n{}\n{}\n{}\n{submission}\n{}\n",
        course.id,
        course.digest,
        exercise.id,
        outcome.as_str()
    );
    hex::encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::course::tests::files;

    /// Finds every word that the submission lists; takes one token a run.
    #[derive(Default)]
    struct Words {
        fault_on: Option<(&'static str, Fault)>,
        flaky: bool,
        runs: RefCell<u32>,
    }

    impl Workbench for Words {
        fn run(&self, task: Task<'_>) -> Result<Observed, Fault> {
            *self.runs.borrow_mut() += 1;
            if let Some((input, fault)) = &self.fault_on
                && task.input.contains(input)
            {
                return Err(fault.clone());
            }
            let lucky = !self.flaky || !self.runs.borrow().is_multiple_of(3);
            let found = task
                .submission
                .split_whitespace()
                .filter(|word| task.input.contains(word) && lucky)
                .map(|word| ("case_number".to_owned(), word.to_owned()))
                .collect();
            Ok(Observed { found, tokens: 1, ..Observed::default() })
        }
    }

    fn graded(submission: &str, workbench: &Words, repeats: (u32, u32), budget: u64) -> Graded {
        let course = Course::read(&files()).unwrap();
        let mut exercise = course.exercise("masquer").unwrap().clone();
        (exercise.repeats, exercise.pass_mark) = repeats;
        exercise.token_budget = budget;
        grade(&course, &exercise, submission, workbench)
    }

    #[test]
    fn hidden_cases_decide_and_stay_hidden() {
        let right = graded("TX-1 TX-77", &Words::default(), (1, 1), 100);
        assert_eq!((right.outcome, right.hidden_passed, right.hidden), (Outcome::Passed, 1, 1));
        let wrong = graded("TX-1", &Words::default(), (1, 1), 100);
        assert_eq!((wrong.outcome, wrong.hidden_passed), (Outcome::Failed, 0));
        assert!(!serde_json::to_string(&wrong).unwrap().contains("TX-77"));
        let worse = graded("TX-2", &Words::default(), (1, 1), 100);
        assert_eq!((worse.outcome, worse.tokens), (Outcome::Failed, 1));
        assert_eq!(worse.cases[0].verdicts[0].seen.as_deref(), Some("nothing"));
        assert_ne!(right.digest, wrong.digest);
    }

    #[test]
    fn faults_leak_nothing_and_a_failing_model_is_not_the_learners() {
        let fault = |input, fault| Words { fault_on: Some((input, fault)), ..Words::default() };
        let leak = Fault::Submission("TX-77 broke it".to_owned());
        let hidden = graded("TX-1", &fault("TX-77", leak.clone()), (1, 1), 100);
        assert_eq!(hidden.outcome, Outcome::Unreadable);
        assert!(!serde_json::to_string(&hidden).unwrap().contains("TX-77"));
        let public =
            graded("TX-1", &fault("TX-1", Fault::Submission("line 3".to_owned())), (1, 1), 9);
        assert_eq!(
            (public.outcome, public.problem.as_deref()),
            (Outcome::Unreadable, Some("line 3"))
        );
        let model =
            graded("TX-1", &fault("TX-77", Fault::Platform("503 TX-77".to_owned())), (1, 1), 9);
        assert_eq!(model.outcome, Outcome::NotGraded);
        assert!(!serde_json::to_string(&model).unwrap().contains("TX-77"));
    }

    #[test]
    fn repeats_stop_when_it_is_clear() {
        let steady = graded("TX-1 TX-77", &Words::default(), (5, 3), 100);
        assert_eq!((steady.outcome, steady.tokens), (Outcome::Passed, 6));
        let flaky = graded("TX-1 TX-77", &Words { flaky: true, ..Words::default() }, (3, 2), 100);
        assert_eq!(flaky.outcome, Outcome::Passed);
        let strict = graded("TX-1 TX-77", &Words { flaky: true, ..Words::default() }, (3, 3), 100);
        assert_eq!(strict.outcome, Outcome::Failed);
    }

    #[test]
    fn the_budget_ends_a_run() {
        let graded = graded("TX-1 TX-77", &Words::default(), (3, 3), 4);
        assert_eq!((graded.outcome, graded.tokens), (Outcome::OverBudget, 4));
    }
}
