//! Two runs side by side: the same items, pair by pair.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::chance::Chance;
use crate::interval::{Resampling, interval, mean_of};
use crate::manifest::Manifest;
use crate::metric::{METRICS, Metric};
use crate::outcome::{Judged, rounded};
use crate::results::{ALL_LANGUAGES, clear, paired};

/// One run, read back.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Its manifest.
    pub manifest: &'a Manifest,
    /// Its answers.
    pub judged: &'a [Judged],
}

/// What two runs have in common, side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The rows.
    pub rows: Vec<Row>,
    /// Tasks that only one of the two has.
    pub only_in_one: Vec<String>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The task.
    pub task: String,
    /// Whether both asked it in the same words.
    pub same_task: bool,
    /// Who answered first.
    pub first: String,
    /// Who answered second.
    pub second: String,
    /// The metric.
    pub metric: Metric,
    /// The language, or [`ALL_LANGUAGES`].
    pub language: String,
    /// How many items are judged in both; the scores are over these.
    pub items: usize,
    /// The first one's mean.
    pub first_score: f64,
    /// The second one's mean.
    pub second_score: f64,
    /// The second's less the first's.
    pub difference: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Row {
    /// Whether zero lies outside the bounds, and enough items are behind them.
    pub fn is_clear(&self) -> bool {
        clear(self.items, self.low, self.high)
    }
}

/// Two runs that cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// They are of two studies.
    #[error("the runs are of two studies, `{0}` and `{1}`")]
    Studies(String, String),
    /// Nobody said whom to compare with whom.
    #[error("the runs have no respondent in common ({0}; {1}): say which to compare")]
    Pairs(String, String),
    /// A respondent that is not in its run.
    #[error("`{0}` answered nothing in its run; there are {1}")]
    Unknown(String, String),
    /// Nothing is judged in both.
    #[error("no item is judged in both runs")]
    Nothing,
}

/// Compares. Respondents are paired as said, else by their names, else, where each run has one that the other has not,
/// these two.
pub fn compare(
    first: Side<'_>,
    second: Side<'_>,
    wanted: Option<(&str, &str)>,
) -> Result<Comparison, CompareError> {
    let (one, two) = (&first.manifest.study, &second.manifest.study);
    if one.id != two.id {
        return Err(CompareError::Studies(one.id.clone(), two.id.clone()));
    }
    let resampling = resampling(first.manifest);
    let mut rows = Vec::new();
    for (left, right) in pairs(first, second, wanted)? {
        for task in tasks_of(first.judged, left) {
            let same = first.manifest.tasks.get(task) == second.manifest.tasks.get(task);
            let (own, other) = (of(first.judged, task, left), of(second.judged, task, right));
            for metric in METRICS {
                for language in languages(&own) {
                    let (own, other) =
                        (values(&own, metric, language), values(&other, metric, language));
                    let own: BTreeMap<&str, f64> =
                        own.into_iter().filter(|(item, _)| other.contains_key(item)).collect();
                    let other: BTreeMap<&str, f64> =
                        other.into_iter().filter(|(item, _)| own.contains_key(item)).collect();
                    let place = ["compare", task, left, right, metric.as_str(), language];
                    let mut chance = Chance::of(first.manifest.seed, &place);
                    let differences = paired(&other, &own);
                    let Some(found) = interval(&differences, resampling, &mut chance) else {
                        continue;
                    };
                    let mean = |values: BTreeMap<&str, f64>| {
                        rounded(
                            mean_of(&values.into_values().collect::<Vec<_>>()).unwrap_or_default(),
                        )
                    };
                    rows.push(Row {
                        task: task.to_owned(),
                        same_task: same,
                        first: left.to_owned(),
                        second: right.to_owned(),
                        metric,
                        language: language.to_owned(),
                        items: differences.len(),
                        first_score: mean(own),
                        second_score: mean(other),
                        difference: rounded(found.mean),
                        low: rounded(found.low),
                        high: rounded(found.high),
                    });
                }
            }
        }
    }
    if rows.is_empty() {
        return Err(CompareError::Nothing);
    }
    let tasks = |side: Side<'_>| side.manifest.tasks.keys().cloned().collect::<BTreeSet<_>>();
    let only_in_one = tasks(first).symmetric_difference(&tasks(second)).cloned().collect();
    Ok(Comparison { rows, only_in_one })
}

fn resampling(manifest: &Manifest) -> Resampling {
    let parameter = |name: &str| manifest.parameters.get(name);
    Resampling {
        resamples: parameter("resamples")
            .and_then(|own| usize::try_from(own.as_u64()?).ok())
            .unwrap_or(1000),
        confidence: parameter("confidence").and_then(serde_json::Value::as_f64).unwrap_or(0.95),
    }
}

type Pairs<'a> = Vec<(&'a str, &'a str)>;

fn pairs<'a>(
    first: Side<'a>,
    second: Side<'a>,
    wanted: Option<(&'a str, &'a str)>,
) -> Result<Pairs<'a>, CompareError> {
    let names = |side: Side<'a>| -> Vec<&'a str> {
        side.manifest.respondents.keys().map(String::as_str).collect()
    };
    let (left, right) = (names(first), names(second));
    if let Some((one, two)) = wanted {
        for (name, known) in [(one, &left), (two, &right)] {
            if !known.contains(&name) {
                return Err(CompareError::Unknown(name.to_owned(), known.join(", ")));
            }
        }
        return Ok(vec![(one, two)]);
    }
    let mut pairs: Pairs<'a> =
        left.iter().filter(|name| right.contains(name)).map(|name| (*name, *name)).collect();
    let alone = |own: &[&'a str], other: &[&'a str]| {
        let mut alone = own.iter().filter(|name| !other.contains(name));
        alone.next().copied().filter(|_| alone.next().is_none())
    };
    if let (Some(one), Some(two)) = (alone(&left, &right), alone(&right, &left)) {
        pairs.push((one, two));
    }
    if pairs.is_empty() {
        return Err(CompareError::Pairs(left.join(", "), right.join(", ")));
    }
    Ok(pairs)
}

fn tasks_of<'j>(judged: &'j [Judged], respondent: &str) -> Vec<&'j str> {
    let mut seen = BTreeSet::new();
    let own = judged.iter().filter(|own| own.respondent == respondent);
    own.map(|own| own.task.as_str()).filter(|task| seen.insert(*task)).collect()
}

fn of<'j>(judged: &'j [Judged], task: &str, respondent: &str) -> Vec<&'j Judged> {
    judged.iter().filter(|own| own.task == task && own.respondent == respondent).collect()
}

fn languages<'j>(judged: &[&'j Judged]) -> Vec<&'j str> {
    let all: BTreeSet<&str> = judged.iter().map(|own| own.language.as_str()).collect();
    let several = all.len() > 1;
    std::iter::once(ALL_LANGUAGES).chain(all.into_iter().filter(|_| several)).collect()
}

fn values<'j>(judged: &[&'j Judged], metric: Metric, language: &str) -> BTreeMap<&'j str, f64> {
    let fits = |own: &&&Judged| language == ALL_LANGUAGES || own.language == language;
    let value = |own: &&'j Judged| Some((own.item.as_str(), *own.values.get(metric.as_str())?));
    judged.iter().filter(fits).filter_map(value).collect()
}
