//! An exercise: what is asked, the cases that judge it, and how often it must hold.

use serde::Deserialize;

use crate::assertion::{Assertion, CaseText};
use crate::course::{CourseError, Files, Texts, read_toml, texts};

/// An exercise.
#[derive(Debug, Clone, PartialEq)]
pub struct Exercise {
    /// Its name in addresses and commands.
    pub id: String,
    /// What is handed in, and what runs it.
    pub kind: Kind,
    /// What it is called.
    pub title: Texts,
    /// What is asked, Markdown.
    pub task: Texts,
    /// The cases that a learner sees.
    pub public: Vec<Case>,
    /// The cases that nobody but the authors sees.
    pub hidden: Vec<Case>,
    /// How often each case runs: more than once only where a model answers.
    pub repeats: u32,
    /// How many of the repeats must hold.
    pub pass_mark: u32,
    /// How many tokens all its runs together may take.
    pub token_budget: u64,
}

/// What is handed in, and what runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A prompt with the place `{input}`, prepared by the gateway up to what would leave.
    Prompt,
    /// A policy, TOML; the case's input is a text under it.
    Policy,
    /// A detection dictionary, TOML; the case's input is a text to find in.
    Dictionary,
    /// A question to a collection; the case's input, where there is one, stands before it.
    Question,
    /// A text in one script, transliterated by the platform.
    Transliteration,
}

/// One thing that must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What the submission is run on.
    pub input: String,
    /// For a policy: the destination asked about. For a transliteration: `ary-Latn>ary-Arab`. For a question:
    /// the collection.
    pub target: Option<String>,
    /// What must be seen.
    pub expect: Vec<Assertion>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExerciseFile {
    kind: Kind,
    title: Texts,
    #[serde(default = "once")]
    repeats: u32,
    pass_mark: Option<u32>,
    #[serde(default = "some_tokens")]
    token_budget: u64,
    #[serde(default)]
    case: Vec<CaseText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HiddenFile {
    #[serde(default)]
    case: Vec<CaseText>,
}

fn once() -> u32 {
    1
}

fn some_tokens() -> u64 {
    20_000
}

impl Exercise {
    /// Reads one exercise of a course.
    pub(crate) fn read(files: &Files, id: &str, languages: &[&str]) -> Result<Self, CourseError> {
        let path = format!("exercises/{id}/exercise.toml");
        let hidden_path = format!("exercises/{id}/hidden.toml");
        let file: ExerciseFile = read_toml(files, &path)?;
        let hidden = if files.contains_key(&hidden_path) {
            read_toml::<HiddenFile>(files, &hidden_path)?.case
        } else {
            Vec::new()
        };
        if let Some(missing) = languages.iter().find(|tag| !file.title.contains_key(**tag)) {
            let problem = format!("key `title`: no text in `{missing}`, which the course has");
            return Err(CourseError::new(&path, problem));
        }
        let pass_mark = file.pass_mark.unwrap_or(file.repeats);
        if !(1..=20).contains(&file.repeats) || !(1..=file.repeats).contains(&pass_mark) {
            let problem = "`repeats` is 1 to 20 and `pass_mark` 1 to `repeats`";
            return Err(CourseError::new(&path, problem));
        }
        if file.token_budget == 0 {
            return Err(CourseError::new(&path, "`token_budget` is at least 1"));
        }
        let exercise = Self {
            id: id.to_owned(),
            kind: file.kind,
            title: file.title,
            task: texts(files, languages, |tag| format!("exercises/{id}/task.{tag}.md"))?,
            public: cases(file.case, &path)?,
            hidden: cases(hidden, &hidden_path)?,
            repeats: file.repeats,
            pass_mark,
            token_budget: file.token_budget,
        };
        if exercise.public.is_empty() {
            return Err(CourseError::new(&path, "an exercise needs a case that learners can see"));
        }
        Ok(exercise)
    }
}

fn cases(texts: Vec<CaseText>, path: &str) -> Result<Vec<Case>, CourseError> {
    texts
        .into_iter()
        .enumerate()
        .map(|(number, case)| {
            let (input, target) = (case.input.clone(), case.target.clone());
            let expect = case.assertions();
            if expect.is_empty() {
                let problem = format!("case {}: it expects nothing, so it cannot fail", number + 1);
                return Err(CourseError::new(path, problem));
            }
            Ok(Case { input, target, expect })
        })
        .collect()
}
