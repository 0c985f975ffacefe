//! A run: every respondent is asked every item that it can answer, several at a time, and judged.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use serde_json::json;

use crate::canonical::digest;
use crate::choice::read_choice;
use crate::metric::{Metric, number};
use crate::outcome::{Judged, Outcome, Way, rounded};
use crate::respondent::{Cache, CacheError, End, NoReply, Progress, Question, Reply, Respondent};
use crate::study::Study;
use crate::task::{Item, Kind, Task};

/// Counts up whenever the same answer would be asked for otherwise.
const CACHE_VERSION: u32 = 1;

/// What a run needs beside the study.
pub struct Asking<'a> {
    /// Who is asked, in the order of reports.
    pub respondents: Vec<&'a dyn Respondent>,
    /// What was answered before.
    pub cache: &'a dyn Cache,
    /// Whether only what is new is asked; else everything.
    pub use_cache: bool,
    /// Told how far it is.
    pub progress: &'a dyn Progress,
    /// How many questions are under way at once.
    pub concurrency: usize,
}

impl std::fmt::Debug for Asking<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.respondents.iter().map(|own| own.name()).collect();
        formatter.debug_struct("Asking").field("respondents", &names).finish_non_exhaustive()
    }
}

/// One question of the plan.
struct Step<'a> {
    task: &'a Task,
    item: &'a Item,
    respondent: &'a dyn Respondent,
    way: Way,
}

/// Runs a study. Each answer is kept as soon as it is there: a run that is dropped or killed goes on where it was. The
/// result has the order of the study, whatever came first. An item whose question fails is asked again next time.
pub async fn run(study: &Study, asking: &Asking<'_>) -> Result<Vec<Judged>, CacheError> {
    let mut steps = Vec::new();
    for respondent in &asking.respondents {
        for task in &study.tasks {
            if !can_answer(*respondent, task) {
                continue;
            }
            let way = way(*respondent, task, asking).await?;
            let items = task.items.iter().filter(|item| asked(*respondent, item));
            steps.extend(items.map(|item| Step { task, item, respondent: *respondent, way }));
        }
    }
    asking.progress.begin(steps.len());
    let mut judged = Vec::with_capacity(steps.len());
    let mut running = stream::iter(steps.iter().enumerate())
        .map(|(place, step)| async move {
            let judged = step.judge(asking).await;
            asking.progress.settled();
            (place, judged)
        })
        .buffer_unordered(asking.concurrency.max(1));
    while let Some((place, one)) = running.next().await {
        judged.push((place, one?));
    }
    judged.sort_by_key(|(place, _)| *place);
    Ok(judged.into_iter().map(|(_, one)| one).collect())
}

/// Whether a respondent can answer a task: a model what has a prompt, a system its own tasks.
pub fn can_answer(respondent: &dyn Respondent, task: &Task) -> bool {
    match respondent.system() {
        Some(system) => task.system == Some(system),
        None => task.asks_models(),
    }
}

fn asked(respondent: &dyn Respondent, item: &Item) -> bool {
    if respondent.system().is_some() { item.input.is_some() } else { item.prompt.is_some() }
}

/// By log-likelihoods where the task wants them and the respondent gives them: the first item shows it.
async fn way(
    respondent: &dyn Respondent,
    task: &Task,
    asking: &Asking<'_>,
) -> Result<Way, CacheError> {
    let first = task.items.first().filter(|_| task.kind == Kind::Likelihood);
    let Some((question, _)) = first.and_then(|item| Some((likelihoods(item).next()?, item))) else {
        return Ok(Way::Generation);
    };
    Ok(match answer(respondent, question, asking).await? {
        Err(NoReply::NotGiven(_)) => Way::Generation,
        Ok(_) | Err(_) => Way::Likelihood,
    })
}

/// The questions for the likelihood of each option.
fn likelihoods(item: &Item) -> impl Iterator<Item = Question> {
    let context = item.context.as_deref().unwrap_or_default();
    item.options.iter().map(move |option| Question::Likelihood {
        context: context.to_owned(),
        continuation: format!("{}{option}", item.delimiter),
    })
}

/// The kept answer, or a new one, which is kept.
async fn answer(
    respondent: &dyn Respondent,
    question: Question,
    asking: &Asking<'_>,
) -> Result<Result<Reply, NoReply>, CacheError> {
    if !respondent.is_kept() {
        return Ok(respondent.ask(question).await);
    }
    let key = digest(&json!({
        "version": CACHE_VERSION,
        "respondent": respondent.name(),
        "facts": respondent.facts(),
        "question": question,
    }));
    if asking.use_cache
        && let Some(reply) = asking.cache.get(&key)
    {
        return Ok(Ok(reply));
    }
    let reply = respondent.ask(question).await;
    if let Ok(reply) = &reply {
        asking.cache.put(&key, reply)?;
    }
    Ok(reply)
}

impl Step<'_> {
    async fn judge(&self, asking: &Asking<'_>) -> Result<Judged, CacheError> {
        let mut judged = Judged {
            task: self.task.id.clone(),
            respondent: self.respondent.name().to_owned(),
            item: self.item.id.clone(),
            language: self.item.language.clone(),
            group: self.item.group.clone(),
            outcome: Outcome::Error,
            way: self.way,
            answer: None,
            reason: None,
            unread: false,
            values: BTreeMap::new(),
        };
        match self.way {
            Way::Likelihood => self.by_likelihood(&mut judged, asking).await?,
            Way::Generation => {
                let reply = answer(self.respondent, self.question(), asking).await?;
                self.by_generation(&mut judged, reply);
            }
        }
        Ok(judged)
    }

    fn question(&self) -> Question {
        match (self.respondent.system(), &self.item.input) {
            (Some(system), Some(input)) => Question::System {
                system,
                input: input.clone(),
                documents: self.task.documents.clone(),
            },
            _ => Question::Generate {
                prompt: self.item.prompt.clone().unwrap_or_default(),
                generation: self.task.generation.clone(),
            },
        }
    }

    fn by_generation(&self, judged: &mut Judged, reply: Result<Reply, NoReply>) {
        let (text, end) = match reply {
            Ok(Reply::Text { text, end }) => (text, end),
            Ok(Reply::Likelihood(_)) => {
                return no_reply(judged, &NoReply::Failed("an answer of another kind".to_owned()));
            }
            Err(none) => return no_reply(judged, &none),
        };
        judged.outcome = match end {
            End::Complete => Outcome::Answered,
            End::Truncated => Outcome::Truncated,
            End::Refused => Outcome::Refused,
        };
        let chosen =
            if self.task.is_choice() { read_choice(&text, &self.item.options) } else { None };
        // What follows a choice that can be read changes nothing about it.
        if end == End::Truncated && chosen.is_some() {
            judged.outcome = Outcome::Answered;
        }
        match judged.outcome {
            Outcome::Answered => {
                judged.unread = self.task.is_choice() && chosen.is_none();
                let metrics = self.task.metrics.iter();
                for metric in metrics.filter(|metric| **metric != Metric::AccuracyNorm) {
                    let value = if self.task.is_choice() {
                        right(chosen == Some(self.item.gold))
                    } else if self.item.refusal_is_right {
                        metric.worst()
                    } else {
                        metric.of_text(&text, &self.item.targets)
                    };
                    judged.values.insert(metric.as_str().to_owned(), rounded(value));
                }
            }
            Outcome::Refused if self.item.refusal_is_right => {
                for metric in &self.task.metrics {
                    let best = if metric.higher_is_better() { 1.0 } else { 0.0 };
                    judged.values.insert(metric.as_str().to_owned(), best);
                }
            }
            Outcome::Refused | Outcome::Truncated | Outcome::Error => {}
        }
        judged.answer = Some(text);
    }

    async fn by_likelihood(
        &self,
        judged: &mut Judged,
        asking: &Asking<'_>,
    ) -> Result<(), CacheError> {
        let mut logs = Vec::new();
        for question in likelihoods(self.item) {
            match answer(self.respondent, question, asking).await? {
                Ok(Reply::Likelihood(log)) => logs.push(log),
                Ok(Reply::Text { .. }) => {
                    no_reply(judged, &NoReply::Failed("an answer of another kind".to_owned()));
                    return Ok(());
                }
                Err(none) => {
                    no_reply(judged, &none);
                    return Ok(());
                }
            }
        }
        judged.outcome = Outcome::Answered;
        let plain = highest(logs.iter().copied());
        let lengths = self.item.options.iter().map(|option| number(option.chars().count().max(1)));
        let by_length = highest(logs.iter().zip(lengths).map(|(log, length)| log / length));
        judged.answer = plain.and_then(|place| self.item.options.get(place).cloned());
        for metric in &self.task.metrics {
            let chosen = if *metric == Metric::AccuracyNorm { by_length } else { plain };
            judged.values.insert(metric.as_str().to_owned(), right(chosen == Some(self.item.gold)));
        }
        Ok(())
    }
}

fn no_reply(judged: &mut Judged, none: &NoReply) {
    judged.outcome = match none {
        NoReply::Refused(_) => Outcome::Refused,
        NoReply::Truncated => Outcome::Truncated,
        NoReply::NotGiven(_) | NoReply::Failed(_) => Outcome::Error,
    };
    judged.reason = Some(none.to_string());
}

fn right(is: bool) -> f64 {
    f64::from(u8::from(is))
}

/// The place of the highest value, the first of several.
fn highest(values: impl Iterator<Item = f64>) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (place, value) in values.enumerate() {
        if best.is_none_or(|(_, highest)| value > highest) {
            best = Some((place, value));
        }
    }
    best.map(|(place, _)| place)
}
