//! The server's door to courses. A learner of one project does not exist for another; exercises run where
//! blocking is allowed, two at a time, so that grading never takes the machine from requests.

use std::sync::Arc;

use gateway::ports::Ambient as _;
use learning::{BadgeSigner, Exercise, Kind, Outcome, grade, verify};
use projects::{ProjectId, Regions};
use serde_json::{Value, json};
use server::{Courses, DoorAnswer, DoorFault, HandedIn, Joining};
use store::{LearnerRecord, Store, SystemAmbient};
use tokio::sync::{OnceCell, Semaphore};

use super::badges::random_id;
use super::courses::{CourseFolder, courses};
use super::school::{self, Issued};
use super::workbench::Classroom;

/// So many submissions are graded at once.
const GRADED_AT_ONCE: usize = 2;

/// The courses as the server shows them.
pub(crate) struct School {
    store: Store,
    signer: BadgeSigner,
    regions: Regions,
    rooms: Vec<Room>,
    grading: Arc<Semaphore>,
}

/// A course, and its classroom once somebody handed in something.
struct Room {
    folder: Arc<CourseFolder>,
    classroom: OnceCell<Arc<Classroom>>,
}

fn unavailable(error: impl std::fmt::Display) -> DoorFault {
    DoorFault::Unavailable(error.to_string())
}

impl School {
    /// The school over a store.
    pub(crate) fn open(
        store: Store,
        signer: BadgeSigner,
        regions: Regions,
    ) -> anyhow::Result<Self> {
        let room = |folder| Room { folder: Arc::new(folder), classroom: OnceCell::new() };
        let rooms = courses()?.into_iter().map(room).collect();
        Ok(Self {
            store,
            signer,
            regions,
            rooms,
            grading: Arc::new(Semaphore::new(GRADED_AT_ONCE)),
        })
    }

    fn room(&self, id: &str) -> Result<&Room, DoorFault> {
        let room = self.rooms.iter().find(|room| room.folder.course.id == id);
        room.ok_or(DoorFault::Unknown("course"))
    }

    async fn learner(&self, project: &ProjectId, id: &str) -> Result<LearnerRecord, DoorFault> {
        let learner = self.store.learner(id).await.map_err(unavailable)?;
        learner
            .filter(|learner| learner.project.as_deref() == Some(project.as_str()))
            .ok_or(DoorFault::Unknown("learner"))
    }

    async fn graded(&self, project: &ProjectId, handed_in: HandedIn) -> Result<Value, DoorFault> {
        let HandedIn { course, exercise, learner, submission } = handed_in;
        let room = self.room(&course)?;
        let exercise = room.folder.course.exercise(&exercise);
        let exercise = exercise.ok_or(DoorFault::Unknown("exercise"))?.clone();
        if let Some(learner) = &learner {
            self.learner(project, learner).await?;
        }
        let turn = Arc::clone(&self.grading).acquire_owned().await.map_err(unavailable)?;
        let questions = room.folder.course.exercises.iter().any(|one| one.kind == Kind::Question);
        let open = || async { Classroom::open(&room.folder, questions).await.map(Arc::new) };
        let classroom = room.classroom.get_or_try_init(open).await.map_err(unavailable)?;
        let (folder, classroom) = (Arc::clone(&room.folder), Arc::clone(classroom));
        let work = move || {
            // Held until the work ends, also where nobody waits for it any more.
            let _turn = turn;
            grade(&folder.course, &exercise, &submission, &*classroom)
        };
        // A panic's text could hold a hidden case.
        let graded = tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| unavailable("an exercise's run ended early"))?;
        let mut shown = json!(graded);
        if let Some(learner) = learner {
            school::keep_attempt(&self.store, &room.folder.course, &graded, learner.clone())
                .await
                .map_err(unavailable)?;
            let progress = school::progress_of(&self.store, &learner).await.map_err(unavailable)?;
            let line = progress.into_iter().find(|line| line.course == course);
            if let (Some(fields), Some(line)) = (shown.as_object_mut(), line) {
                fields.insert("recorded".to_owned(), json!(graded.outcome != Outcome::NotGraded));
                fields.insert("progress".to_owned(), json!(line));
            }
        }
        Ok(shown)
    }

    async fn joined(&self, project: &ProjectId, joining: Joining) -> Result<Value, DoorFault> {
        let Joining { region, cohort, language } = joining;
        if let Some(problem) = school::wrong_words(cohort.as_deref(), language.as_deref()) {
            let member = if problem.starts_with("`cohort`") { "cohort" } else { "language" };
            return Err(DoorFault::Wrong { member, problem: problem.to_owned() });
        }
        let region = region
            .map(|written| school::region_code(&self.regions, &written))
            .transpose()
            .map_err(|problem| DoorFault::Wrong { member: "region", problem })?;
        let learner = LearnerRecord {
            id: random_id(),
            region,
            cohort,
            language,
            project: Some(project.as_str().to_owned()),
            joined_ms: SystemAmbient.now_ms(),
        };
        self.store.add_learner(&learner).await.map_err(unavailable)?;
        Ok(json!({ "learner": learner.id, "region": learner.region }))
    }

    async fn issued(
        &self,
        project: &ProjectId,
        course: &str,
        learner: &str,
    ) -> Result<Value, DoorFault> {
        let course = &self.room(course)?.folder.course;
        self.learner(project, learner).await?;
        let issued = school::issue_badge(&self.store, &self.signer, course, learner).await;
        match issued.map_err(unavailable)? {
            Issued::Badge(badge) => Ok(json!({ "id": badge.id, "badge": badge.token })),
            Issued::Open(open) => Err(DoorFault::Conflict(format!(
                "the course is not passed yet; open: {}",
                open.join(", ")
            ))),
            Issued::Revoked(_) => {
                Err(DoorFault::Conflict("the badge of this learner was revoked".to_owned()))
            }
        }
    }

    async fn checked(&self, badge: &str) -> Result<Value, DoorFault> {
        let list = school::revocation_list(&self.store, &self.signer).await.map_err(unavailable)?;
        let now = SystemAmbient.now_ms() / 1000;
        Ok(match verify(badge.trim(), &self.signer.public_key(), now, Some(&list)) {
            Ok(badge) => json!({ "valid": true, "badge": badge, "revocations_checked": true }),
            Err(error) => json!({ "valid": false, "problem": error.to_string() }),
        })
    }

    async fn kept_badge(&self, id: &str) -> Result<Value, DoorFault> {
        let id = id.strip_prefix("urn:uuid:").unwrap_or(id);
        let badge = self.store.badge(&format!("urn:uuid:{id}")).await.map_err(unavailable)?;
        let badge = badge.ok_or(DoorFault::Unknown("badge"))?;
        let list = school::revocation_list(&self.store, &self.signer).await.map_err(unavailable)?;
        Ok(json!({
            "id": badge.id,
            "course": badge.course,
            "badge": badge.token,
            "revoked": list.reason(&badge.id),
        }))
    }
}

fn listed(folder: &CourseFolder) -> Value {
    let course = &folder.course;
    json!({
        "id": course.id,
        "version": course.version,
        "title": course.title,
        "licence": course.licence,
        "lessons": course.lessons.len(),
        "exercises": course.exercises.len(),
        "digest": course.digest,
    })
}

fn described(folder: &CourseFolder) -> Value {
    let course = &folder.course;
    let lesson = |one: &learning::Lesson| json!({ "id": one.id, "text": one.text });
    let exercise = |one: &Exercise| {
        json!({
            "id": one.id,
            "kind": one.kind,
            "title": one.title,
            "task": one.task,
            "cases": school::shown_cases(one),
            "hidden_cases": one.hidden.len(),
            "repeats": one.repeats,
            "pass_mark": one.pass_mark,
            "token_budget": one.token_budget,
        })
    };
    json!({
        "id": course.id,
        "version": course.version,
        "title": course.title,
        "criteria": course.criteria,
        "licence": course.licence,
        "digest": course.digest,
        "lessons": course.lessons.iter().map(lesson).collect::<Vec<_>>(),
        "exercises": course.exercises.iter().map(exercise).collect::<Vec<_>>(),
    })
}

impl Courses for School {
    fn courses(&self) -> DoorAnswer<'_> {
        let all: Vec<Value> = self.rooms.iter().map(|room| listed(&room.folder)).collect();
        Box::pin(std::future::ready(Ok(json!({ "courses": all }))))
    }

    fn course(&self, id: &str) -> DoorAnswer<'_> {
        let course = self.room(id).map(|room| described(&room.folder));
        Box::pin(std::future::ready(course))
    }

    fn attempt(&self, project: &ProjectId, handed_in: HandedIn) -> DoorAnswer<'_> {
        let project = project.clone();
        Box::pin(async move { self.graded(&project, handed_in).await })
    }

    fn join(&self, project: &ProjectId, joining: Joining) -> DoorAnswer<'_> {
        let project = project.clone();
        Box::pin(async move { self.joined(&project, joining).await })
    }

    fn progress(&self, project: &ProjectId, learner: &str) -> DoorAnswer<'_> {
        let (project, id) = (project.clone(), learner.to_owned());
        Box::pin(async move {
            let learner = self.learner(&project, &id).await?;
            let courses = school::progress_of(&self.store, &id).await.map_err(unavailable)?;
            Ok(json!({
                "learner": id,
                "region": learner.region,
                "cohort": learner.cohort,
                "language": learner.language,
                "courses": courses,
            }))
        })
    }

    fn forget(&self, project: &ProjectId, learner: &str) -> DoorAnswer<'_> {
        let (project, id) = (project.clone(), learner.to_owned());
        Box::pin(async move {
            self.learner(&project, &id).await?;
            self.store.forget_learner(&id).await.map_err(unavailable)?;
            Ok(json!({ "forgotten": id }))
        })
    }

    fn issue(&self, project: &ProjectId, course: &str, learner: &str) -> DoorAnswer<'_> {
        let project = project.clone();
        let (course, learner) = (course.to_owned(), learner.to_owned());
        Box::pin(async move { self.issued(&project, &course, &learner).await })
    }

    fn badge(&self, id: &str) -> DoorAnswer<'_> {
        let id = id.to_owned();
        Box::pin(async move { self.kept_badge(&id).await })
    }

    fn verify(&self, badge: &str) -> DoorAnswer<'_> {
        let badge = badge.to_owned();
        Box::pin(async move { self.checked(&badge).await })
    }

    fn revocations(&self) -> DoorAnswer<'_> {
        Box::pin(async move {
            let list = school::revocation_list(&self.store, &self.signer).await;
            Ok(json!(list.map_err(unavailable)?))
        })
    }

    fn issuer_key(&self) -> DoorAnswer<'_> {
        Box::pin(std::future::ready(Ok(json!(self.signer.public_key()))))
    }
}
