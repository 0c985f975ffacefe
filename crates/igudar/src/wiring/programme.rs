//! The programme of the data folder, and its indicators counted from store, ledger and shelf.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use futures_core::future::BoxFuture;
use gateway::ports::Ambient as _;
use knowledge::Sharing;
use learning::Outcome;
use projects::programme::Programme;
use projects::{ApplicationState, Indicator, Indicators, MilestoneState, Regions, Slice};
use serde_json::json;
use server::{DoorAnswer, DoorFault, Programmes};
use store::shelf::SqliteShelf;
use store::{Store, SystemAmbient};
use tokio::sync::Mutex;

use super::courses::courses;
use super::school::{region_code, valid_badges};

/// The file of the data folder that says what is wanted.
pub(crate) const PROGRAMME_FILE: &str = "programme.toml";
const NOT_GIVEN: &str = "not given";
/// A count is given again for so many milliseconds.
const COUNTED_MS: i64 = 2_000;

/// What a programme is measured by.
pub(crate) struct Office {
    pub(crate) folder: PathBuf,
    pub(crate) store: Store,
    /// None where nothing was ever read.
    pub(crate) shelf: Option<Arc<SqliteShelf>>,
    pub(crate) regions: Regions,
}

/// A figure's value; no count of this house comes near the largest.
fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn given(text: Option<String>) -> String {
    text.unwrap_or_else(|| NOT_GIVEN.to_owned())
}

fn detail(text: &str) -> Slice {
    Slice { detail: Some(text.to_owned()), ..Slice::default() }
}

/// Reads a programme; the error names file, line and key.
pub(crate) fn read_programme(
    file: &str,
    content: &str,
    regions: &Regions,
) -> anyhow::Result<Programme> {
    Ok(Programme::read(file, content, &|written| region_code(regions, written))?)
}

impl Office {
    /// The programme of the data folder, where there is one.
    pub(crate) fn programme(&self) -> anyhow::Result<Option<Programme>> {
        let path = self.folder.join(PROGRAMME_FILE);
        match std::fs::read_to_string(&path) {
            Ok(content) => read_programme(PROGRAMME_FILE, &content, &self.regions).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context(format!("{} cannot be read", path.display())),
        }
    }

    /// Everything that is counted.
    pub(crate) async fn count(&self) -> anyhow::Result<Indicators> {
        let mut all = Indicators::default();
        self.count_learners(&mut all).await?;
        self.count_requests(&mut all).await?;
        self.count_solutions(&mut all).await?;
        self.count_collections(&mut all).await?;
        self.count_projects(&mut all).await?;
        for answered in self.store.answered().await? {
            let indicator =
                if answered.given { Indicator::AnswersGiven } else { Indicator::AnswersRefused };
            let slice = Slice { language: Some(answered.language), ..Slice::default() };
            all.add(indicator, slice, number(answered.answers));
        }
        Ok(all)
    }

    async fn count_learners(&self, all: &mut Indicators) -> anyhow::Result<()> {
        let courses = courses()?;
        let attempts = self.store.attempts(None).await?;
        // What somebody passed in the courses as they are, each exercise once.
        let mut passed: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
        for made in attempts.iter().filter(|made| made.outcome == Outcome::Passed.as_str()) {
            let course = courses.iter().map(|folder| &folder.course).find(|course| {
                course.id == made.course
                    && course.version == made.course_version
                    && course.exercise(&made.exercise).is_some()
            });
            if course.is_some() {
                passed.entry(&made.learner).or_default().insert((&made.course, &made.exercise));
            }
        }
        let badges = valid_badges(&self.store).await?;
        let holders: BTreeSet<&str> = badges.iter().map(|badge| badge.learner.as_str()).collect();
        for learner in self.store.learners().await? {
            let (region, language) = (given(learner.region), given(learner.language));
            let slice = Slice { region: Some(region), language: Some(language), detail: None };
            all.add(Indicator::Learners, slice.clone(), 1);
            let own = passed.get(learner.id.as_str()).cloned().unwrap_or_default();
            if !own.is_empty() {
                all.add(Indicator::ExercisesPassed, slice.clone(), number(own.len() as u64));
            }
            let whole = courses.iter().map(|folder| &folder.course).any(|course| {
                let mut exercises = course.exercises.iter();
                exercises.all(|one| own.contains(&(course.id.as_str(), one.id.as_str())))
            });
            // Who passed an earlier version shows it by the badge.
            if whole || holders.contains(learner.id.as_str()) {
                all.add(Indicator::PeopleTrained, slice, 1);
            }
        }
        for badge in &badges {
            all.add(Indicator::Badges, detail(&badge.course), 1);
        }
        Ok(())
    }

    async fn count_requests(&self, all: &mut Indicators) -> anyhow::Result<()> {
        let ended = self.store.ended_requests().await?;
        let (mut requests, mut cost) = (0_u64, 0_i64);
        for one in &ended {
            all.add(Indicator::Requests, detail(&one.outcome), number(one.requests));
            requests = requests.saturating_add(one.requests);
            cost = cost.saturating_add(one.cost.0);
        }
        all.add(Indicator::Cost, Slice::default(), cost);
        let mean = cost.checked_div(number(requests)).unwrap_or_default();
        all.add(Indicator::CostPerRequest, Slice::default(), mean);
        let runs = self.store.study_runs().await?;
        all.add(Indicator::StudyRuns, Slice::default(), number(runs));
        Ok(())
    }

    async fn count_solutions(&self, all: &mut Indicators) -> anyhow::Result<()> {
        let published = self.store.solutions().await?;
        all.add(Indicator::SolutionsPublished, Slice::default(), number(published.len() as u64));
        let mut taken = BTreeSet::new();
        for reuse in self.store.solution_reuses().await? {
            all.add(Indicator::SolutionReuses, detail(&reuse.solution), number(reuse.times));
            taken.insert(reuse.solution);
        }
        all.add(Indicator::SolutionsReused, Slice::default(), number(taken.len() as u64));
        Ok(())
    }

    async fn count_collections(&self, all: &mut Indicators) -> anyhow::Result<()> {
        let Some(shelf) = &self.shelf else { return Ok(()) };
        for collection in shelf.collections().await? {
            if collection.sharing == Sharing::Public {
                all.add(Indicator::CollectionsPublished, Slice::default(), 1);
            }
            let uses: u64 = shelf
                .reuses(&collection.name)
                .await?
                .iter()
                .map(|reuse| reuse.searches + reuse.answers)
                .sum();
            if uses > 0 {
                all.add(Indicator::CollectionsReused, Slice::default(), 1);
            }
            all.add(Indicator::CollectionReuses, Slice::default(), number(uses));
        }
        Ok(())
    }

    async fn count_projects(&self, all: &mut Indicators) -> anyhow::Result<()> {
        for one in self.store.applications().await? {
            if one.state != ApplicationState::Admitted {
                continue;
            }
            let region = Some(given(one.region));
            let slice = Slice { region, ..detail(one.kind.as_str()) };
            for milestone in &one.milestones {
                let indicator = match milestone.state {
                    MilestoneState::Open => continue,
                    MilestoneState::Reached => Indicator::MilestonesReached,
                    MilestoneState::Missed => Indicator::MilestonesMissed,
                };
                all.add(indicator, slice.clone(), 1);
            }
            all.add(Indicator::ProjectsAdmitted, slice, 1);
        }
        Ok(())
    }
}

/// The office as the server asks it. Counting walks through whole tables, and everyone may ask: whoever comes within
/// [`COUNTED_MS`] of a count gets that one, and one count runs at a time.
pub(super) struct OpenOffice {
    office: Office,
    counted: Mutex<Option<(i64, Indicators)>>,
}

impl OpenOffice {
    pub(super) fn new(office: Office) -> Self {
        Self { office, counted: Mutex::new(None) }
    }

    async fn count(&self) -> Result<Indicators, DoorFault> {
        let mut counted = self.counted.lock().await;
        let now = SystemAmbient.now_ms();
        if let Some((at, indicators)) = &*counted
            && (0..COUNTED_MS).contains(&(now - at))
        {
            return Ok(indicators.clone());
        }
        let indicators = self.office.count().await.map_err(|error| unavailable(&error))?;
        *counted = Some((now, indicators.clone()));
        Ok(indicators)
    }
}

fn unavailable(error: &anyhow::Error) -> DoorFault {
    DoorFault::Unavailable(format!("{error:#}"))
}

impl Programmes for OpenOffice {
    fn programme(&self) -> DoorAnswer<'_> {
        Box::pin(async move {
            let programme = self.office.programme().map_err(|error| unavailable(&error))?;
            let programme = programme.ok_or(DoorFault::Unknown("programme"))?;
            let counted = self.count().await?;
            let standings = programme.standings(&counted);
            Ok(json!({ "programme": programme, "standings": standings }))
        })
    }

    fn indicators(&self) -> BoxFuture<'_, Result<Indicators, DoorFault>> {
        Box::pin(self.count())
    }
}
