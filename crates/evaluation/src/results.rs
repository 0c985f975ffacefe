//! Results: means with their intervals for each task, respondent, metric and language, and the differences between
//! languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::interval::{Interval, Resampling, difference_interval, interval};
use crate::metric::{Metric, number};
use crate::outcome::{Judged, Outcome, Way, rounded};
use crate::study::Study;

/// Stands where a row is about all languages together.
pub const ALL_LANGUAGES: &str = "all";

/// One row of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The task.
    pub task: String,
    /// Who was asked.
    pub respondent: String,
    /// The metric.
    pub metric: Metric,
    /// The language, or [`ALL_LANGUAGES`].
    pub language: String,
    /// How answers came about.
    pub way: Way,
    /// How many items were asked.
    pub items: usize,
    /// How many of them are judged: the score is their mean.
    pub judged: usize,
    /// The mean over what is judged; `None` where nothing is.
    pub score: Option<f64>,
    /// The bounds of the interval.
    pub low: Option<f64>,
    /// The upper one.
    pub high: Option<f64>,
    /// The mean were every item that is not judged as wrong as can be.
    pub worst: f64,
    /// How many items ended how.
    pub outcomes: Outcomes,
}

/// How many items ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    /// With a whole answer.
    pub answered: usize,
    /// Declined.
    pub refused: usize,
    /// Cut off.
    pub truncated: usize,
    /// Failed.
    pub error: usize,
    /// Of the answered ones, those in which no option can be read.
    pub unread: usize,
}

/// The difference between one language and the reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The task.
    pub task: String,
    /// Who was asked.
    pub respondent: String,
    /// The metric.
    pub metric: Metric,
    /// The language.
    pub language: String,
    /// What it is compared with.
    pub reference: String,
    /// How many pairs of counterparts there are; 0 where items are not paired.
    pub pairs: usize,
    /// How many values are behind it: the pairs, or the fewer of both sides.
    pub items: usize,
    /// The language's mean less the reference's.
    pub difference: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Difference {
    /// Whether zero lies outside the bounds, and enough values are behind them.
    pub fn is_clear(&self) -> bool {
        clear(self.items, self.low, self.high)
    }
}

/// How many values there must be before a difference is called clear. Five that all differ the same way come about by
/// chance once in sixteen, six once in thirty-two; and few values that are alike make an interval without width.
const FEWEST: usize = 6;

/// Whether a difference is more than chance would make it.
pub(crate) fn clear(items: usize, low: f64, high: f64) -> bool {
    items >= FEWEST && (low > 0.0 || high < 0.0)
}

/// All results of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// The rows.
    pub cells: Vec<Cell>,
    /// Differences between languages.
    pub differences: Vec<Difference>,
}

/// Sums up what was judged in a study. The order is that of the run.
pub fn results(judged: &[Judged], study: &Study) -> Results {
    let (seed, resampling, reference) = (study.seed, study.resampling, study.reference.as_deref());
    let mut found = Results { cells: Vec::new(), differences: Vec::new() };
    for (task, respondent) in
        in_order(judged.iter().map(|own| (own.task.as_str(), own.respondent.as_str())))
    {
        let of_both: Vec<&Judged> =
            judged.iter().filter(|own| own.task == task && own.respondent == respondent).collect();
        let mut languages: Vec<&str> = of_both.iter().map(|own| own.language.as_str()).collect();
        languages.sort_unstable();
        languages.dedup();
        let metrics = study.tasks.iter().find(|own| own.id == task).map(|own| own.metrics.clone());
        let written = of_both.iter().all(|own| own.way == Way::Generation);
        for metric in metrics.unwrap_or_default() {
            // Without likelihoods there is nothing to divide by a length.
            if metric == Metric::AccuracyNorm && written {
                continue;
            }
            let place = Place { task, respondent, metric, seed, resampling };
            found.cells.push(place.cell(ALL_LANGUAGES, &of_both));
            if languages.len() < 2 {
                continue;
            }
            for language in &languages {
                found.cells.push(place.cell(language, &in_language(&of_both, language)));
            }
            let Some(reference) = reference.filter(|own| languages.contains(own)) else { continue };
            let base = in_language(&of_both, reference);
            for language in languages.iter().filter(|own| **own != reference) {
                found.differences.extend(place.difference(
                    language,
                    &in_language(&of_both, language),
                    reference,
                    &base,
                ));
            }
        }
    }
    found
}

fn in_language<'j>(judged: &[&'j Judged], language: &str) -> Vec<&'j Judged> {
    judged.iter().copied().filter(|own| own.language == language).collect()
}

/// Each once, in the order of the first time.
fn in_order<'j>(all: impl Iterator<Item = (&'j str, &'j str)>) -> Vec<(&'j str, &'j str)> {
    let mut seen = std::collections::BTreeSet::new();
    all.filter(|one| seen.insert(*one)).collect()
}

struct Place<'a> {
    task: &'a str,
    respondent: &'a str,
    metric: Metric,
    seed: u64,
    resampling: Resampling,
}

impl Place<'_> {
    fn chance(&self, language: &str, purpose: &str) -> Chance {
        let place =
            ["interval", self.task, self.respondent, self.metric.as_str(), language, purpose];
        Chance::of(self.seed, &place)
    }

    fn values(&self, judged: &[&Judged]) -> Vec<f64> {
        judged.iter().filter_map(|own| own.values.get(self.metric.as_str()).copied()).collect()
    }

    fn cell(&self, language: &str, judged: &[&Judged]) -> Cell {
        let values = self.values(judged);
        let found = interval(&values, self.resampling, &mut self.chance(language, "mean"));
        let missing = judged.len() - values.len();
        let sum: f64 = values.iter().sum::<f64>() + self.metric.worst() * number(missing);
        let mut outcomes = Outcomes::default();
        for own in judged {
            let count = match own.outcome {
                Outcome::Answered => &mut outcomes.answered,
                Outcome::Refused => &mut outcomes.refused,
                Outcome::Truncated => &mut outcomes.truncated,
                Outcome::Error => &mut outcomes.error,
            };
            *count += 1;
            outcomes.unread += usize::from(own.unread);
        }
        Cell {
            task: self.task.to_owned(),
            respondent: self.respondent.to_owned(),
            metric: self.metric,
            language: language.to_owned(),
            way: judged.first().map_or(Way::Generation, |own| own.way),
            items: judged.len(),
            judged: values.len(),
            score: found.map(|own| rounded(own.mean)),
            low: found.map(|own| rounded(own.low)),
            high: found.map(|own| rounded(own.high)),
            worst: rounded(sum / number(judged.len().max(1))),
            outcomes,
        }
    }

    /// Counterparts are compared pair by pair; without any, the two means are.
    fn difference(
        &self,
        language: &str,
        judged: &[&Judged],
        reference: &str,
        base: &[&Judged],
    ) -> Option<Difference> {
        let differences = paired(&self.by_group(judged), &self.by_group(base));
        let mut chance = self.chance(language, "difference");
        let (items, found): (usize, Interval) = if differences.is_empty() {
            let (own, other) = (self.values(judged), self.values(base));
            let found = difference_interval(&own, &other, self.resampling, &mut chance)?;
            (own.len().min(other.len()), found)
        } else {
            (differences.len(), interval(&differences, self.resampling, &mut chance)?)
        };
        Some(Difference {
            task: self.task.to_owned(),
            respondent: self.respondent.to_owned(),
            metric: self.metric,
            language: language.to_owned(),
            reference: reference.to_owned(),
            pairs: differences.len(),
            items,
            difference: rounded(found.mean),
            low: rounded(found.low),
            high: rounded(found.high),
        })
    }

    fn by_group<'j>(&self, judged: &[&'j Judged]) -> BTreeMap<&'j str, f64> {
        let value = |own: &&'j Judged| {
            Some((own.group.as_deref()?, *own.values.get(self.metric.as_str())?))
        };
        judged.iter().filter_map(value).collect()
    }
}

/// The differences (first less second) of what both have.
pub(crate) fn paired<K: Ord>(first: &BTreeMap<K, f64>, second: &BTreeMap<K, f64>) -> Vec<f64> {
    first.iter().filter_map(|(key, value)| Some(value - second.get(key)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_make_nothing_clear() {
        fn check(items: usize, low: f64, high: f64, expect: bool) {
            assert_eq!(clear(items, low, high), expect, "{items} {low} {high}");
        }
        check(1, 1.0, 1.0, false);
        check(5, 1.0, 1.0, false);
        check(6, 1.0, 1.0, true);
        check(40, -0.4, -0.1, true);
        check(40, -0.4, 0.1, false);
        check(40, 0.0, 0.0, false);
    }
}
