//! Tasks of lm-evaluation-harness: the subset of its YAML that runs no Python and fetches nothing.
//!
//! A key outside the subset is refused by its name and never left out in silence, since it would change what is
//! measured.

use serde_json::Value;

use super::items::{Line, lines, texts};
use super::native::{Common, gold, plain};
use super::yaml::{Mapping, mapping};
use super::{Generation, Item, Kind, NO_LANGUAGE, Task};
use crate::choice::{LETTERS, shown};
use crate::metric::Metric;
use crate::study_error::StudyError;
use crate::template::{Templates, text_of};

/// Keys that name or group a task and change nothing about what is measured.
const NAMES: [&str; 6] =
    ["tag", "group", "task_alias", "metadata", "dataset_name", "training_split"];

/// Keys that are read.
const READ: [&str; 13] = [
    "task",
    "dataset_path",
    "dataset_kwargs",
    "test_split",
    "validation_split",
    "output_type",
    "doc_to_text",
    "doc_to_target",
    "doc_to_choice",
    "description",
    "target_delimiter",
    "metric_list",
    "generation_kwargs",
];

/// Keys that may stand with the one value that means: not used.
const UNUSED: [(&str, &str); 5] = [
    ("num_fewshot", "0"),
    ("repeats", "1"),
    ("should_decontaminate", "false"),
    ("fewshot_delimiter", "\n\n"),
    ("process_docs", "null"),
];

/// Where an answer ends and how long it may be, as the harness has it by default.
const MAX_GEN_TOKS: u64 = 256;

struct Reader<'a> {
    file: &'a str,
    yaml: Mapping,
    templates: Templates,
}

/// Reads a task and its items. Paths are as the YAML file has them: beside it.
pub(super) fn read(file: &str, common: Common<'_>) -> Result<Task, StudyError> {
    let text =
        common.files.get(file).ok_or_else(|| StudyError::new(file, "there is no such file"))?;
    let reader = Reader { file, yaml: mapping(file, text)?, templates: Templates::new() };
    reader.check_keys()?;
    let data = data_file(file, &reader)?;
    let content = common.files.get(&data).ok_or_else(|| {
        reader.refused("dataset_kwargs", format!("there is no file {data} in the study"))
    })?;
    let choice = match reader.text("output_type")?.as_deref() {
        Some("multiple_choice") => true,
        Some("generate_until") => false,
        Some(other) => {
            let problem =
                format!("`{other}` is not in the subset: `generate_until` or `multiple_choice`");
            return Err(reader.refused("output_type", problem));
        }
        None => {
            return Err(
                reader.refused("output_type", "it must be `generate_until` or `multiple_choice`")
            );
        }
    };
    let metrics = reader.metrics(choice)?;
    let generation = reader.generation(choice, common)?;
    let read = |line: &Line| reader.item(line, choice);
    let items = lines(&data, content)?.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Task {
        id: reader.text("task")?.ok_or_else(|| reader.refused("task", "a task needs a name"))?,
        title: crate::study::Texts::new(),
        kind: if choice { Kind::Likelihood } else { Kind::Text },
        metrics,
        generation,
        system: None,
        documents: None,
        items,
    })
}

/// The JSON lines that the task names, as a path in the study.
fn data_file(file: &str, reader: &Reader<'_>) -> Result<String, StudyError> {
    if reader.text("dataset_path")?.as_deref() != Some("json") {
        let problem = "Igudar fetches no data set: `dataset_path: json` with `dataset_kwargs: {data_files: FILE.jsonl}`";
        return Err(reader.refused("dataset_path", problem));
    }
    let split = match reader.text("test_split")? {
        Some(split) => Some(split),
        None => reader.text("validation_split")?,
    };
    let files = reader.yaml.members.get("dataset_kwargs").and_then(|own| own.get("data_files"));
    let named = match (files, &split) {
        (Some(Value::String(name)), _) => Some(name.as_str()),
        (Some(Value::Object(splits)), Some(split)) => splits.get(split).and_then(Value::as_str),
        _ => None,
    };
    let name = named.ok_or_else(|| {
        reader.refused(
            "dataset_kwargs",
            "`data_files` must name one file of JSON lines, or one for the `test_split`",
        )
    })?;
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    Ok(if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") })
}

impl Reader<'_> {
    fn refused(&self, key: &str, problem: impl std::fmt::Display) -> StudyError {
        let top = key.split(['.', '[']).next().unwrap_or(key);
        let line =
            self.yaml.lines.get(top).map(|line| format!(", line {line}")).unwrap_or_default();
        StudyError::key(format!("{}{line}", self.file), key, problem)
    }

    fn check_keys(&self) -> Result<(), StudyError> {
        for (key, value) in &self.yaml.members {
            let key = key.as_str();
            if READ.contains(&key) || NAMES.contains(&key) {
                continue;
            }
            let unused = UNUSED.iter().find(|(name, _)| *name == key);
            match unused {
                Some((_, only)) if text_of(value) == *only => {}
                Some((_, only)) => {
                    let problem = format!("only {only:?} is in the subset that Igudar reads");
                    return Err(self.refused(key, problem));
                }
                None => {
                    let problem = "this key is not in the subset that Igudar reads; without it the task would \
                                   measure something else";
                    return Err(self.refused(key, problem));
                }
            }
        }
        Ok(())
    }

    fn text(&self, key: &str) -> Result<Option<String>, StudyError> {
        match self.yaml.members.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.refused(key, "it must be a text")),
        }
    }

    fn metrics(&self, choice: bool) -> Result<Vec<Metric>, StudyError> {
        let usual = if choice { vec![Metric::Accuracy] } else { vec![Metric::ExactMatch] };
        let Some(list) = self.yaml.members.get("metric_list") else { return Ok(usual) };
        let list = list.as_array().filter(|own| !own.is_empty());
        let list =
            list.ok_or_else(|| self.refused("metric_list", "it must be a list of metrics"))?;
        list.iter().enumerate().map(|(place, own)| self.metric(place, own, choice)).collect()
    }

    fn metric(&self, place: usize, written: &Value, choice: bool) -> Result<Metric, StudyError> {
        let at = |key: &str| format!("metric_list[{place}].{key}");
        let members = written.as_object().ok_or_else(|| {
            self.refused(&format!("metric_list[{place}]"), "it must be a mapping with `metric`")
        })?;
        let flag = |key: &str| members.get(key).and_then(Value::as_bool).unwrap_or(false);
        let loose = flag("ignore_case") && flag("ignore_punctuation");
        for (key, value) in members {
            let fits = match key.as_str() {
                "metric" | "higher_is_better" => true,
                "aggregation" => matches!(value.as_str(), Some("mean" | "chrf")),
                "ignore_case" | "ignore_punctuation" => {
                    value.is_boolean() && (loose || value == false)
                }
                _ => false,
            };
            if !fits {
                let problem = "not in the subset: `aggregation: mean`; `ignore_case` and `ignore_punctuation` both or \
                               neither; nothing else";
                return Err(self.refused(&at(key), problem));
            }
        }
        match (members.get("metric").and_then(Value::as_str), choice) {
            (Some("acc"), true) => Ok(Metric::Accuracy),
            (Some("acc_norm"), true) => Ok(Metric::AccuracyNorm),
            (Some("exact_match"), false) if loose => Ok(Metric::ExactMatch),
            (Some("exact_match"), false) => Ok(Metric::ExactMatchStrict),
            (Some("chrf"), false) => Ok(Metric::Chrf),
            (name, _) => {
                let name = name.unwrap_or("nothing");
                let able = if choice { "`acc`, `acc_norm`" } else { "`exact_match`, `chrf`" };
                Err(self.refused(
                    &at("metric"),
                    format!("`{name}` is not in the subset for this output: {able}"),
                ))
            }
        }
    }

    fn generation(&self, choice: bool, common: Common<'_>) -> Result<Generation, StudyError> {
        let mut generation = Generation {
            max_tokens: if choice { common.max_tokens } else { MAX_GEN_TOKS },
            temperature: common.temperature,
            stop: if choice { Vec::new() } else { vec!["\n\n".to_owned()] },
        };
        let Some(written) = self.yaml.members.get("generation_kwargs") else {
            return Ok(generation);
        };
        let members = written.as_object();
        let members =
            members.ok_or_else(|| self.refused("generation_kwargs", "it must be a mapping"))?;
        for (key, value) in members {
            let at = format!("generation_kwargs.{key}");
            match key.as_str() {
                "until" => {
                    let stop = texts(value).filter(|own| own.iter().all(|own| !own.is_empty()));
                    generation.stop =
                        stop.ok_or_else(|| self.refused(&at, "it must be a list of texts"))?;
                }
                "max_gen_toks" => {
                    let count = value.as_u64().filter(|count| *count > 0);
                    generation.max_tokens =
                        count.ok_or_else(|| self.refused(&at, "it must be a number above 0"))?;
                }
                "temperature" => {
                    let heat = value.as_f64().filter(|heat| *heat >= 0.0);
                    generation.temperature =
                        heat.ok_or_else(|| self.refused(&at, "it must be a number from 0 on"))?;
                }
                "do_sample" if value.is_boolean() => {}
                _ => {
                    return Err(self.refused(
                        &at,
                        "not in the subset: `until`, `max_gen_toks`, `temperature`, `do_sample`",
                    ));
                }
            }
        }
        if members.get("do_sample") == Some(&Value::Bool(false)) {
            generation.temperature = 0.0;
        }
        Ok(generation)
    }

    fn item(&self, line: &Line, choice: bool) -> Result<Item, StudyError> {
        let description = self.text("description")?.unwrap_or_default();
        let text = self.field("doc_to_text", line)?;
        let text = format!("{description}{}", text_of(&text));
        let mut item = Item {
            id: line.id.clone(),
            language: plain(&line.fields, "language").unwrap_or_else(|| NO_LANGUAGE.to_owned()),
            group: plain(&line.fields, "group"),
            prompt: Some(text.clone()),
            context: None,
            delimiter: self.text("target_delimiter")?.unwrap_or_else(|| " ".to_owned()),
            options: Vec::new(),
            gold: 0,
            targets: Vec::new(),
            refusal_is_right: false,
            input: None,
        };
        let target = self.field("doc_to_target", line)?;
        if !choice {
            item.targets = texts(&target).filter(|own| !own.is_empty()).ok_or_else(|| {
                self.of_line("doc_to_target", line, "it gives neither a text nor a list of texts")
            })?;
            return Ok(item);
        }
        let options = self.options(line)?;
        // A template writes its number as text.
        let number = target.as_str().and_then(|text| text.trim().parse::<u64>().ok());
        let is_option = options.iter().any(|option| Some(option.as_str()) == target.as_str());
        let target = number.filter(|_| !is_option).map_or(target, Value::from);
        item.gold = gold(&target, &options).ok_or_else(|| {
            self.of_line(
                "doc_to_target",
                line,
                "it gives neither an option nor the place of one, counted from 0",
            )
        })?;
        item.targets = options.get(item.gold).cloned().into_iter().collect();
        // Where options are but letters, the text shows what they stand for.
        let letters =
            options.iter().zip(LETTERS).all(|(option, letter)| *option == letter.to_string());
        item.prompt = Some(if letters {
            text.clone()
        } else {
            format!("{text}\n\n{}\n\nAnswer with the letter only.", shown(&options))
        });
        item.context = Some(text);
        item.options = options;
        Ok(item)
    }

    fn options(&self, line: &Line) -> Result<Vec<String>, StudyError> {
        let written =
            self.yaml.members.get("doc_to_choice").ok_or_else(|| {
                self.refused("doc_to_choice", "a task of `multiple_choice` needs it")
            })?;
        let value = match written {
            Value::String(name) if line.fields.contains_key(name) => line.fields.get(name).cloned(),
            Value::String(template) => Some(
                self.templates
                    .value(template, &line.fields)
                    .map_err(|problem| self.of_line("doc_to_choice", line, &problem))?,
            ),
            other => Some(other.clone()),
        };
        let options =
            value.as_ref().and_then(texts).filter(|own| (2..=LETTERS.len()).contains(&own.len()));
        options.ok_or_else(|| {
            self.of_line(
                "doc_to_choice",
                line,
                &format!("it must give 2 to {} texts", LETTERS.len()),
            )
        })
    }

    /// A field of this name, else the text of a template; a number stands for itself.
    fn field(&self, key: &str, line: &Line) -> Result<Value, StudyError> {
        match self.yaml.members.get(key) {
            Some(Value::String(name)) => match line.fields.get(name) {
                Some(value) => Ok(value.clone()),
                None => self
                    .templates
                    .fill(name, &line.fields)
                    .map(Value::from)
                    .map_err(|problem| self.of_line(key, line, &problem)),
            },
            Some(number @ Value::Number(_)) => Ok(number.clone()),
            _ => Err(self.refused(key, "it must be a field's name or a template")),
        }
    }

    fn of_line(&self, key: &str, line: &Line, problem: &str) -> StudyError {
        self.refused(key, format!("{problem} ({})", line.place))
    }
}
