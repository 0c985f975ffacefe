//! Tasks as `study.toml` words them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::items::{Line, lines, texts};
use super::{Generation, Item, Kind, NO_LANGUAGE, System, SystemInput, Task, harness};
use crate::chance::Chance;
use crate::choice::{LETTERS, shown};
use crate::metric::Metric;
use crate::study::{Files, Texts};
use crate::study_error::StudyError;
use crate::template::{Fields, Templates, text_of};

/// A `[[task]]` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaskTable {
    id: String,
    #[serde(default)]
    title: Texts,
    /// The items of a task of Igudar's own.
    items: Option<String>,
    /// A task of lm-evaluation-harness instead.
    harness: Option<String>,
    kind: Option<KindWord>,
    prompt: Option<String>,
    #[serde(default)]
    metrics: Vec<Metric>,
    max_tokens: Option<u64>,
    #[serde(default)]
    stop: Vec<String>,
    /// Templates of what stands in an item under another name.
    choices: Option<String>,
    target: Option<String>,
    language: Option<String>,
    group: Option<String>,
    refusal_is_right: Option<String>,
    /// Tags of the items' file, and what reports call them.
    #[serde(default)]
    languages: BTreeMap<String, String>,
    /// Whether options stand in an order of chance (from the study's seed).
    shuffle: Option<bool>,
    system: Option<System>,
    input: Option<String>,
    option: Option<String>,
    documents: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindWord {
    Choice,
    Text,
}

/// What a study says for all of its tasks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Common<'a> {
    pub(crate) seed: u64,
    pub(crate) max_tokens: u64,
    pub(crate) temperature: f64,
    pub(crate) files: &'a Files,
}

impl TaskTable {
    /// The files that the task needs.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        [&self.items, &self.harness].into_iter().flatten().map(String::as_str)
    }

    /// The set of documents that it needs.
    pub(crate) fn documents(&self) -> Option<&str> {
        self.documents.as_deref()
    }

    /// Reads the task with its items.
    pub(crate) fn read(self, common: Common<'_>) -> Result<Task, StudyError> {
        let file = format!("{}, task `{}`", crate::study::STUDY_FILE, self.id);
        match (&self.items, &self.harness) {
            (Some(items), None) => {
                let items = items.clone();
                self.native(&file, &items, common)
            }
            (None, Some(path)) => {
                let texts = [
                    &self.prompt,
                    &self.choices,
                    &self.target,
                    &self.language,
                    &self.group,
                    &self.refusal_is_right,
                    &self.input,
                    &self.option,
                    &self.documents,
                ];
                let own = self.kind.is_some() || self.shuffle.is_some() || self.system.is_some();
                let lists = !self.metrics.is_empty() || !self.stop.is_empty();
                if own
                    || lists
                    || self.max_tokens.is_some()
                    || texts.into_iter().any(Option::is_some)
                {
                    let problem = "the YAML file says what a task of the harness is; only `id`, `title`, `harness` \
                                   and `languages` may stand here";
                    return Err(StudyError::new(file, problem));
                }
                let task = harness::read(path, common)?;
                Ok(Task { id: self.id, title: self.title, ..named(task, &self.languages) })
            }
            _ => Err(StudyError::new(file, "a task has either `items` or `harness`")),
        }
    }

    fn native(self, file: &str, items: &str, common: Common<'_>) -> Result<Task, StudyError> {
        let kind = match self.kind {
            Some(KindWord::Choice) => Kind::Choice,
            Some(KindWord::Text) => Kind::Text,
            None => return Err(StudyError::key(file, "kind", "it must be `choice` or `text`")),
        };
        if self.prompt.is_none() && self.system.is_none() {
            return Err(StudyError::key(
                file,
                "prompt",
                "a task needs a `prompt`, or a `system` that answers it",
            ));
        }
        if self.system.is_some() != self.input.is_some() {
            return Err(StudyError::key(
                file,
                "input",
                "a `system` needs an `input`, and an `input` a `system`",
            ));
        }
        if self.system.is_some() && kind != Kind::Text {
            return Err(StudyError::key(
                file,
                "system",
                "Igudar's systems write texts: `kind` must be `text`",
            ));
        }
        if (self.system == Some(System::Ask)) != self.documents.is_some() {
            return Err(StudyError::key(
                file,
                "documents",
                "`system = \"ask\"` needs `documents`, and nothing else does",
            ));
        }
        let choice = kind == Kind::Choice;
        let unfit = self.metrics.iter().find(|metric| metric.judges_choices() != choice);
        if let Some(metric) = unfit {
            let problem = format!(
                "`{}` does not judge a {}",
                metric.as_str(),
                if choice { "choice" } else { "text" }
            );
            return Err(StudyError::key(file, "metrics", problem));
        }
        if self.metrics.contains(&Metric::AccuracyNorm) {
            return Err(StudyError::key(
                file,
                "metrics",
                "`accuracy_norm` needs log-likelihoods: a `harness` task",
            ));
        }
        let metrics = match (self.metrics.is_empty(), choice) {
            (false, _) => self.metrics.clone(),
            (true, true) => vec![Metric::Accuracy],
            (true, false) => {
                return Err(StudyError::key(file, "metrics", "which metric judges the texts?"));
            }
        };
        let content = common.files.get(items);
        let content = content
            .ok_or_else(|| StudyError::key(file, "items", format!("there is no file {items}")))?;
        let templates = Templates::new();
        let read = |line: &Line| self.item(line, choice, common.seed, &templates);
        let items: Vec<Item> = lines(items, content)?.iter().map(read).collect::<Result<_, _>>()?;
        let generation = Generation {
            max_tokens: self.max_tokens.unwrap_or(common.max_tokens),
            temperature: common.temperature,
            stop: self.stop.clone(),
        };
        let task = Task {
            id: self.id,
            title: self.title,
            kind,
            metrics,
            generation,
            system: self.system,
            documents: self.documents,
            items,
        };
        Ok(named(task, &self.languages))
    }

    fn item(
        &self,
        line: &Line,
        choice: bool,
        seed: u64,
        templates: &Templates,
    ) -> Result<Item, StudyError> {
        let at =
            |key: &'static str| move |problem: String| StudyError::key(&line.place, key, problem);
        let mut item = Item {
            id: line.id.clone(),
            language: optional(self.language.as_deref(), "language", line, templates)?
                .unwrap_or_else(|| NO_LANGUAGE.to_owned()),
            group: optional(self.group.as_deref(), "group", line, templates)?,
            prompt: None,
            context: None,
            delimiter: String::new(),
            options: Vec::new(),
            gold: 0,
            targets: Vec::new(),
            refusal_is_right: false,
            input: None,
        };
        let mut fields = line.fields.clone();
        if choice {
            self.take_options(&mut item, line, templates)?;
            if self.shuffle.unwrap_or(true) {
                let mut order: Vec<usize> = (0..item.options.len()).collect();
                Chance::of(seed, &["options", &self.id, &item.id]).shuffle(&mut order);
                item.gold = order.iter().position(|own| *own == item.gold).unwrap_or(0);
                item.options =
                    order.iter().filter_map(|place| item.options.get(*place).cloned()).collect();
            }
            item.targets = item.options.get(item.gold).cloned().into_iter().collect();
            fields.insert("options".to_owned(), Value::from(shown(&item.options)));
        } else {
            item.targets = match self.target.as_deref() {
                None => line.fields.get("target").and_then(texts).ok_or_else(|| {
                    at("target")(
                        "a text or a list of texts must stand here, or the task says `target`"
                            .to_owned(),
                    )
                })?,
                Some(template) if is_expression(template) => {
                    let value = templates.value(template, &line.fields).map_err(at("target"))?;
                    texts(&value).ok_or_else(|| {
                        at("target")("it is neither a text nor a list of texts".to_owned())
                    })?
                }
                Some(template) => {
                    vec![templates.fill(template, &line.fields).map_err(at("target"))?]
                }
            };
        }
        if let Some(template) = &self.refusal_is_right {
            let value = templates.value(template, &line.fields).map_err(at("refusal_is_right"))?;
            item.refusal_is_right = value
                .as_bool()
                .ok_or_else(|| at("refusal_is_right")("it must be true or false".to_owned()))?;
        }
        if let Some(template) = &self.prompt {
            item.prompt = Some(templates.fill(template, &fields).map_err(at("prompt"))?);
        }
        if let Some(template) = &self.input {
            let text = templates.fill(template, &fields).map_err(at("input"))?;
            let option = self.option.as_deref().map(|own| templates.fill(own, &fields)).transpose();
            item.input = Some(SystemInput { text, option: option.map_err(at("option"))? });
        }
        Ok(item)
    }

    fn take_options(
        &self,
        item: &mut Item,
        line: &Line,
        templates: &Templates,
    ) -> Result<(), StudyError> {
        let at =
            |key: &'static str| move |problem: String| StudyError::key(&line.place, key, problem);
        let options = match &self.choices {
            Some(template) => templates.value(template, &line.fields).map_err(at("choices"))?,
            None => line.fields.get("choices").cloned().unwrap_or(Value::Null),
        };
        item.options =
            texts(&options).filter(|own| (2..=LETTERS.len()).contains(&own.len())).ok_or_else(
                || at("choices")(format!("a list of 2 to {} texts must stand here", LETTERS.len())),
            )?;
        let mut distinct = item.options.clone();
        distinct.sort();
        distinct.dedup();
        if distinct.len() != item.options.len() {
            return Err(at("choices")("an option stands twice".to_owned()));
        }
        let target = match &self.target {
            Some(template) => templates.value(template, &line.fields).map_err(at("target"))?,
            None => line.fields.get("answer").cloned().unwrap_or(Value::Null),
        };
        item.gold = gold(&target, &item.options).ok_or_else(|| {
            at("answer")("it must be the right option, or its place counted from 0".to_owned())
        })?;
        Ok(())
    }
}

/// The place of the right option: a number, or the option's text.
pub(super) fn gold(target: &Value, options: &[String]) -> Option<usize> {
    if let Some(place) = target.as_u64().and_then(|place| usize::try_from(place).ok()) {
        return (place < options.len()).then_some(place);
    }
    let text = text_of(target);
    options.iter().position(|option| *option == text)
}

/// Whether a template is one expression, so that its value may be a list.
fn is_expression(template: &str) -> bool {
    let template = template.trim();
    template.starts_with("{{") && template.ends_with("}}") && template.matches("{{").count() == 1
}

/// A text that may be missing: by the task's template, else the field of that name.
fn optional(
    template: Option<&str>,
    name: &'static str,
    line: &Line,
    templates: &Templates,
) -> Result<Option<String>, StudyError> {
    match template {
        Some(template) => templates
            .fill(template, &line.fields)
            .map(Some)
            .map_err(|problem| StudyError::key(&line.place, name, problem)),
        None => Ok(plain(&line.fields, name)),
    }
}

pub(super) fn plain(fields: &Fields, name: &str) -> Option<String> {
    fields.get(name).filter(|value| !value.is_null()).map(text_of)
}

/// The task with the tags that reports use.
fn named(mut task: Task, languages: &BTreeMap<String, String>) -> Task {
    for item in &mut task.items {
        if let Some(name) = languages.get(&item.language) {
            item.language.clone_from(name);
        }
    }
    task
}
