//! Indicators: what was done, counted from what was recorded. Nothing here is typed in.

use std::collections::BTreeMap;

use serde::Serialize;

/// What can be counted, and what an objective of a programme can be measured by.
macro_rules! indicators {
    ($($name:ident = $word:literal, $unit:literal, $about:literal;)+) => {
        /// What is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Indicator { $(#[doc = $about] $name,)+ }

        impl Indicator {
            /// Every indicator, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its name in files and answers.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// What one of it is.
            pub const fn unit(self) -> &'static str {
                match self { $(Self::$name => $unit,)+ }
            }

            /// What it says.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$name => $about,)+ }
            }
        }
    };
}

indicators! {
    Learners = "learners", "people", "Learners, by region and language.";
    PeopleTrained = "people_trained", "people", "Learners who passed every exercise of a course as it is today, or hold a badge, by region and language.";
    ExercisesPassed = "exercises_passed", "exercises", "Exercises passed in the courses as they are, each once a learner, by region and language.";
    Badges = "badges", "badges", "Badges that were issued and not taken back, by course.";
    Requests = "requests", "requests", "Requests to models that ended, by outcome: answer entries of the ledger.";
    StudyRuns = "study_runs", "runs", "Runs of studies whose manifest the ledger holds.";
    SolutionsPublished = "solutions_published", "solutions", "Solutions that projects published.";
    SolutionsReused = "solutions_reused", "solutions", "Solutions that another project took at least once.";
    SolutionReuses = "solution_reuses", "uses", "How often solutions were taken by another project, by solution.";
    CollectionsPublished = "collections_published", "collections", "Collections that every project may read.";
    CollectionsReused = "collections_reused", "collections", "Collections that another project's search or answer used.";
    CollectionReuses = "collection_reuses", "uses", "How often another project's search or answer used a collection.";
    AnswersGiven = "answers_given", "answers", "Questions that documents answered, by language.";
    AnswersRefused = "answers_refused", "answers", "Questions that documents did not answer, by language.";
    ProjectsAdmitted = "projects_admitted", "projects", "Applications that became a project, by region and kind.";
    MilestonesReached = "milestones_reached", "milestones", "Milestones of admitted projects that were reached, by region and kind.";
    MilestonesMissed = "milestones_missed", "milestones", "Milestones of admitted projects that were missed, by region and kind.";
    Cost = "cost", "micro", "What requests cost, in millionths of the currency unit.";
    CostPerRequest = "cost_per_request", "micro", "What a request cost on average, rounded down, in millionths of the currency unit.";
}

impl Serialize for Indicator {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Indicator {
    /// Reads the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == text)
    }
}

/// What a figure is of: the parts that it has are given.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Slice {
    /// The region's code, or `not given`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// A BCP 47 tag, or `not given`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// An outcome, a kind, a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// All indicators of an installation at one time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indicators(BTreeMap<(Indicator, Slice), i64>);

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// Which indicator.
    pub indicator: &'static str,
    /// What it is of.
    #[serde(flatten)]
    pub slice: Slice,
    /// How many.
    pub value: i64,
    /// What one is.
    pub unit: &'static str,
}

impl Indicators {
    /// Adds to a figure.
    pub fn add(&mut self, indicator: Indicator, slice: Slice, value: i64) {
        let figure = self.0.entry((indicator, slice)).or_default();
        *figure = figure.saturating_add(value);
    }

    /// The sum over everything that lies in a region and a language, where they are named.
    pub fn total(&self, indicator: Indicator, region: Option<&str>, language: Option<&str>) -> i64 {
        let fits = |asked: Option<&str>, held: Option<&String>| {
            asked.is_none() || asked == held.map(String::as_str)
        };
        let lines = self.0.iter().filter(|((one, slice), _)| {
            *one == indicator
                && fits(region, slice.region.as_ref())
                && fits(language, slice.language.as_ref())
        });
        lines.fold(0, |sum: i64, (_, value)| sum.saturating_add(*value))
    }

    /// Every figure, in the order of the indicators; one that counted nothing is there with 0.
    pub fn figures(&self) -> Vec<Figure> {
        let mut all = Vec::new();
        for indicator in Indicator::ALL {
            let of = |slice: Slice, value: i64| Figure {
                indicator: indicator.as_str(),
                slice,
                value,
                unit: indicator.unit(),
            };
            let before = all.len();
            for ((one, slice), value) in &self.0 {
                if one == indicator {
                    all.push(of(slice.clone(), *value));
                }
            }
            if all.len() == before {
                all.push(of(Slice::default(), 0));
            }
        }
        all
    }

    /// The figures as CSV (RFC 4180, line feeds), with a header.
    pub fn csv(&self) -> String {
        let mut text = "indicator,region,language,detail,value,unit\n".to_owned();
        for figure in self.figures() {
            let Slice { region, language, detail } = &figure.slice;
            for cell in
                [Some(figure.indicator), region.as_deref(), language.as_deref(), detail.as_deref()]
            {
                text.push_str(&quoted(cell.unwrap_or_default()));
                text.push(',');
            }
            text.push_str(&figure.value.to_string());
            text.push(',');
            text.push_str(figure.unit);
            text.push('\n');
        }
        text
    }
}

/// A cell; a sign with which a table program begins a formula gets an apostrophe before it.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\n', '\r']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(region: &str, language: &str) -> Slice {
        let (region, language) = (Some(region.to_owned()), Some(language.to_owned()));
        Slice { region, language, detail: None }
    }

    #[test]
    fn sums_by_region_and_language() {
        let mut all = Indicators::default();
        all.add(Indicator::Learners, slice("MA-01", "fr"), 2);
        all.add(Indicator::Learners, slice("MA-01", "ar"), 3);
        all.add(Indicator::Learners, slice("MA-01", "ar"), 1);
        all.add(Indicator::Learners, slice("MA-02", "ar"), 5);
        let total = |region, language| all.total(Indicator::Learners, region, language);
        assert_eq!(total(None, None), 11);
        assert_eq!(total(Some("MA-01"), None), 6);
        assert_eq!(total(None, Some("ar")), 9);
        assert_eq!(total(Some("MA-02"), Some("fr")), 0);
        assert_eq!(all.total(Indicator::Badges, None, None), 0);
    }

    #[test]
    fn csv_has_every_indicator_and_no_formula() {
        let mut all = Indicators::default();
        all.add(Indicator::Learners, slice("=1+1", "a,b\"c"), 2);
        let csv = all.csv();
        assert!(csv.contains("learners,'=1+1,\"a,b\"\"c\",,2,people\n"), "{csv}");
        assert!(csv.contains("badges,,,,0,badges\n"), "{csv}");
        assert_eq!(csv.lines().count(), Indicator::ALL.len() + 1);
    }

    #[test]
    fn names_are_read_back() {
        for indicator in Indicator::ALL {
            assert_eq!(Indicator::parse(indicator.as_str()), Some(*indicator));
            assert!(indicator.about().ends_with('.') && !indicator.unit().is_empty());
        }
        assert_eq!(Indicator::parse("wishes"), None);
    }
}
