//! Runs the submissions of learners for real: the pack, the gateway, the transliterator of this binary, in a
//! classroom of its own, so that a submission is graded alike on every installation.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use gateway::{Gateway, Incoming, Preview};
use knowledge::ports::Filter;
use language::OffsetUnit;
use language::service;
use language::transliterate::{Form, Options};
use learning::{Fault, Kind, Observed, Task, Workbench};
use model::Route;
use projects::Project;
use protection::dictionary::Dictionary;
use protection::{Finder, FinderParts, Place, TextIn};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::closed::{closed_gateway, nobody, visitor};
use super::{CourseFolder, Knowledge, Library, check_project_policy, knowledge_in};
use crate::configuration::{Configuration, assemble, read};

/// The one destination of the classroom: a model inside the country. Nothing is ever sent to it.
const CLASSROOM: &str = "
[[destinations]]
name = 'classroom'
kind = 'compatible'
url = 'http://127.0.0.1:9/v1'
place = 'MA'
models = [{ name = 'classroom' }]
";

/// Where an invite's letter stands.
const INPUT: &str = "{input}";

/// The collection of a course's own documents.
const COLLECTION: &str = "course";

/// Everything that exercises run on.
pub(crate) struct Classroom {
    configuration: Configuration,
    knowledge: Knowledge,
    /// The course's own documents, where it has some; their files go away with the classroom.
    documents: Option<(Library, TempDir)>,
}

impl Classroom {
    /// A classroom with the built-in pack and none of the installation's own settings.
    /// Questions need the course's own documents on a shelf.
    pub(crate) async fn open(folder: &CourseFolder, questions: bool) -> anyhow::Result<Self> {
        let written = read(CLASSROOM, "the classroom")?;
        let configuration = assemble(Path::new(""), written, |_| None)?;
        let documents = if questions {
            Library::of_texts(COLLECTION, folder.below("documents"), None).await?
        } else {
            None
        };
        Ok(Self { configuration, knowledge: knowledge_in(None)?, documents })
    }

    fn preview(&self, text: &str, policy: Option<&str>) -> Result<Preview, Fault> {
        let project = policy.map(|policy| Project { policy: Some(Arc::from(policy)), ..nobody() });
        let gateway: Gateway =
            closed_gateway(&self.configuration, &self.knowledge, None).map_err(platform)?;
        let body =
            json!({ "model": "classroom", "messages": [{ "role": "user", "content": text }] });
        let incoming = Incoming { route: Route::ChatCompletions, body: body.to_string().into() };
        let access = visitor(project).map_err(platform)?;
        let previews = gateway.preview(&access, &incoming, OffsetUnit::Chars).map_err(platform)?;
        previews.into_iter().next().ok_or_else(|| platform("the classroom has no destination"))
    }

    fn prompt(&self, task: Task<'_>) -> Result<Observed, Fault> {
        let places = task.submission.matches(INPUT).count();
        if places != 1 {
            let problem =
                format!("`{INPUT}` must stand in the prompt once; it stands there {places} times");
            return Err(Fault::Submission(problem));
        }
        let text = task.submission.replace(INPUT, task.input);
        Ok(observed(&self.preview(&text, None)?))
    }

    fn policy(&self, task: Task<'_>) -> Result<Observed, Fault> {
        check_project_policy(&self.configuration, &self.knowledge, "policy.toml", task.submission)
            .map_err(|error| Fault::Submission(format!("{error:#}")))?;
        Ok(observed(&self.preview(task.input, Some(task.submission))?))
    }

    fn question(&self, task: Task<'_>) -> Result<Observed, Fault> {
        let (library, _) =
            self.documents.as_ref().ok_or_else(|| platform("the course has no documents"))?;
        let question = [task.input, task.submission].join(" ").trim().to_owned();
        if question.is_empty() {
            return Err(Fault::Submission("there is no question in it".to_owned()));
        }
        let filter = Filter { collections: vec![COLLECTION.to_owned()], ..Filter::default() };
        let answer = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(library.answer(question, filter))
        });
        let answer = answer.map_err(platform)?;
        Ok(Observed {
            answer: answer.text(),
            refused: answer.refused,
            cited: answer.citations.iter().map(|one| one.document.to_string()).collect(),
            ..Observed::default()
        })
    }

    fn dictionary(&self, task: Task<'_>) -> Result<Observed, Fault> {
        let dictionary = Dictionary::read("dictionary.toml", task.submission)
            .map_err(|error| Fault::Submission(error.to_string()))?;
        let parts =
            FinderParts { dictionary: Some(Arc::new(dictionary)), ..FinderParts::default() };
        let finder = Finder::with(&self.knowledge.pack, parts);
        let texts = [TextIn { text: task.input, place: Place::Text }];
        let findings = protection::find_all(&finder, &texts);
        let found = findings
            .per_text
            .iter()
            .flatten()
            .map(|finding| (finding.kind.to_string(), finding.span.of(task.input).to_owned()));
        Ok(Observed {
            found: found.collect(),
            class: findings.class().to_string(),
            ..Observed::default()
        })
    }
}

impl Workbench for Classroom {
    fn run(&self, task: Task<'_>) -> Result<Observed, Fault> {
        match task.kind {
            Kind::Prompt => self.prompt(task),
            Kind::Policy => self.policy(task),
            Kind::Dictionary => self.dictionary(task),
            Kind::Transliteration => transliteration(task),
            Kind::Question => self.question(task),
        }
    }
}

fn transliteration(task: Task<'_>) -> Result<Observed, Fault> {
    let target = task.target.and_then(|target| target.split_once('>'));
    let (from, to) = target.ok_or_else(|| platform("the case names no direction"))?;
    let (from, to): (Form, Form) = (from.parse().map_err(platform)?, to.parse().map_err(platform)?);
    let text = task.submission.trim();
    let written = service::transliterated(
        text,
        from,
        to,
        &Options { answers: 1, rules_only: false, mark_foreign: false },
        OffsetUnit::Chars,
    )
    .map_err(platform)?;
    Ok(Observed { answer: written.text, ..Observed::default() })
}

/// What a preview shows.
fn observed(seen: &Preview) -> Observed {
    let sent = match &seen.outcome {
        Ok((body, _)) => {
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            let text = body.pointer("/messages/0/content").and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        }
        Err(_) => String::new(),
    };
    let actions: BTreeMap<String, String> =
        seen.why.iter().map(|why| (why.kind.to_string(), why.action.to_string())).collect();
    Observed {
        sent,
        class: seen.class.to_string(),
        actions,
        refused: seen.outcome.is_err(),
        ..Observed::default()
    }
}

fn platform(problem: impl std::fmt::Display) -> Fault {
    Fault::Platform(problem.to_string())
}
