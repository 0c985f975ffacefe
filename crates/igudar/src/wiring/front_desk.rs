//! Where applications come in, from the command line and over HTTP alike, and how they are shown.

use gateway::ports::Ambient as _;
use projects::{ApplicationForm, MilestoneState, ProjectId, Regions};
use serde_json::{Value, json};
use server::{Applications, DoorAnswer, DoorFault};
use store::{ApplicationRecord, ErasedBefore, MilestoneRecord, Store, SystemAmbient};

use super::badges::random_id;
use super::school::region_code;

const DAY_MS: i64 = 86_400_000;
/// A refused application is kept so long, for questions about the decision.
const REFUSED_DAYS: i64 = 180;
/// One that nobody decided is kept so long.
const PENDING_DAYS: i64 = 365;
/// So many may wait for a decision.
const MOST_PENDING: u64 = 1_000;

/// The desk of one installation.
pub(crate) struct FrontDesk {
    pub(crate) store: Store,
    pub(crate) regions: Regions,
    pub(crate) currency: String,
}

fn unavailable(error: impl std::fmt::Display) -> DoorFault {
    DoorFault::Unavailable(error.to_string())
}

impl FrontDesk {
    /// Keeps an application as pending.
    pub(crate) async fn take(&self, form: ApplicationForm) -> Result<ApplicationRecord, DoorFault> {
        form.check().map_err(|error| DoorFault::Wrong {
            member: error.member,
            problem: error.to_string(),
        })?;
        self.erase_old().await?;
        if self.store.pending_applications().await.map_err(unavailable)? >= MOST_PENDING {
            let full = "too many applications wait for a decision; try again later".to_owned();
            return Err(DoorFault::Conflict(full));
        }
        let region = form
            .region
            .as_deref()
            .map(|written| region_code(&self.regions, written))
            .transpose()
            .map_err(|problem| DoorFault::Wrong { member: "region", problem })?;
        let credits = form.amount();
        let promised = form.milestones.into_iter().map(|promise| MilestoneRecord {
            title: promise.title.trim().to_owned(),
            due: promise.due,
            state: MilestoneState::Open,
            outcome: None,
        });
        let record = ApplicationRecord {
            id: format!("app_{}", random_id().replace('-', "")),
            organisation: form.organisation.trim().to_owned(),
            contact: form.contact,
            kind: form.kind,
            region,
            language: form.language,
            need: form.need.trim().to_owned(),
            solution: form.solution,
            credits,
            state: projects::ApplicationState::Pending,
            submitted_ms: SystemAmbient.now_ms(),
            decided_ms: None,
            reason: None,
            project: None,
            milestones: promised.collect(),
        };
        self.store.add_application(&record).await.map_err(unavailable)?;
        Ok(record)
    }

    /// Erases what was kept long enough.
    pub(crate) async fn erase_old(&self) -> Result<u64, DoorFault> {
        let now = SystemAmbient.now_ms();
        let before = ErasedBefore {
            refused_ms: now - REFUSED_DAYS * DAY_MS,
            pending_ms: now - PENDING_DAYS * DAY_MS,
        };
        self.store.erase_old_applications(before).await.map_err(unavailable)
    }

    /// What an applicant sees; with `reviewer` what was written as well.
    pub(crate) fn shown(&self, application: &ApplicationRecord, reviewer: bool) -> Value {
        let milestones = application.milestones.iter().zip(1_u32..).map(|(milestone, number)| {
            json!({
                "number": number,
                "title": milestone.title,
                "due": milestone.due,
                "state": milestone.state,
                "outcome": milestone.outcome,
            })
        });
        let mut shown = json!({
            "id": application.id,
            "state": application.state,
            "kind": application.kind,
            "region": application.region,
            "solution": application.solution,
            "credits_micro": application.credits.0,
            "currency": self.currency,
            "submitted_ms": application.submitted_ms,
            "decided_ms": application.decided_ms,
            "reason": application.reason,
            "project": application.project,
            "milestones": milestones.collect::<Vec<_>>(),
        });
        if let Some(fields) = shown.as_object_mut().filter(|_| reviewer) {
            for (name, text) in [
                ("organisation", &application.organisation),
                ("contact", &application.contact),
                ("language", &application.language),
                ("need", &application.need),
            ] {
                fields.insert(name.to_owned(), Value::from(text.as_str()));
            }
        }
        shown
    }
}

impl Applications for FrontDesk {
    fn submit(&self, form: ApplicationForm) -> DoorAnswer<'_> {
        Box::pin(async move {
            let taken = self.take(form).await?;
            let mut shown = self.shown(&taken, false);
            if let Some(fields) = shown.as_object_mut() {
                let path = format!("/v1/applications/{}", taken.id);
                fields.insert("status_url".to_owned(), Value::from(path));
            }
            Ok(shown)
        })
    }

    fn application(&self, id: &str) -> DoorAnswer<'_> {
        let id = id.to_owned();
        Box::pin(async move {
            let found = self.store.application(&id).await.map_err(unavailable)?;
            let found = found.ok_or(DoorFault::Unknown("application"))?;
            Ok(self.shown(&found, false))
        })
    }

    fn of_project(&self, project: &ProjectId) -> DoorAnswer<'_> {
        let project = project.clone();
        Box::pin(async move {
            let mut all = self.store.applications().await.map_err(unavailable)?;
            all.retain(|one| one.project.as_deref() == Some(project.as_str()));
            let all: Vec<Value> = all.iter().map(|one| self.shown(one, false)).collect();
            Ok(json!({ "applications": all }))
        })
    }
}
