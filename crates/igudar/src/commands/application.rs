//! `igudar application`

use anyhow::Context as _;
use gateway::ports::Ambient as _;
use projects::{
    ApplicationForm, ApplicationState, Budget, MilestoneState, Project, ProjectId, Promise, Window,
    project_id_of,
};
use serde_json::{Value, json};
use server::DoorFault;
use store::{ApplicationRecord, SystemAmbient};

use super::{Session, dates};
use crate::arguments::{Application, Submit};
use crate::configuration::amount;
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{FrontDesk, Installation, new_key, regions};

pub(crate) async fn run(session: &Session, application: Application) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let installation = match &application {
        Application::Submit(_) => Installation::open_or_begin(&configuration).await?,
        _ => Installation::open_existing(&session.folder).await?,
    };
    let desk = FrontDesk {
        store: installation.store.clone(),
        regions: regions(&configuration)?,
        currency: configuration.settings.projects.currency.clone(),
    };
    desk.erase_old().await?;
    let now_ms = SystemAmbient.now_ms();
    match application {
        Application::Submit(form) => submit(session, &desk, form).await,
        Application::List { state } => {
            let mut all = desk.store.applications().await?;
            let state = state.map(ApplicationState::from);
            all.retain(|one| state.is_none_or(|state| one.state == state));
            list(session, &desk, &all)
        }
        Application::Show { id } => show(session, &desk, &found(&desk, &id).await?),
        Application::Admit { id, project, credits, requests_per_minute, local_only } => {
            let one = found(&desk, &id).await?;
            let credits = match credits.as_deref() {
                Some(text) => amount(text).ok_or_else(|| {
                    WrongUse("--credits is no amount; write it like 500 or 12.50".to_owned())
                })?,
                None => one.credits,
            };
            let project = project.unwrap_or_else(|| project_id_of(&one.organisation, &short(&id)));
            let usual = configuration.settings.projects.requests_per_minute;
            let record = Project {
                id: ProjectId::parse(&project).map_err(|error| WrongUse(error.to_string()))?,
                name: one.organisation.clone(),
                created_ms: now_ms,
                budget: Some(Budget { limit: credits, window: Window::Total }),
                requests_per_minute: requests_per_minute.unwrap_or(usual),
                local_only,
                policy: None,
            };
            admit(session, &desk, &one, &record).await
        }
        Application::Refuse { id, reason } => {
            desk.store.refuse_application(&id, &reason, now_ms).await?;
            show(session, &desk, &found(&desk, &id).await?)
        }
        Application::Milestone { id, number, end, outcome } => {
            let state = if end.reached { MilestoneState::Reached } else { MilestoneState::Missed };
            desk.store.close_milestone(&id, number, state, &outcome, now_ms).await?;
            show(session, &desk, &found(&desk, &id).await?)
        }
        Application::Forget { id } => {
            desk.store.erase_application(&id).await?;
            output::result(session.json, &json!({ "forgotten": id }), || "forgotten".to_owned())?;
            Ok(Exit::Done)
        }
    }
}

async fn found(desk: &FrontDesk, id: &str) -> anyhow::Result<ApplicationRecord> {
    let found = desk.store.application(id).await?;
    found.context("there is no application of this id: igudar application list")
}

/// What tells an application from others where its organisation's name gives no project id.
fn short(id: &str) -> String {
    let end: String = id.chars().filter(char::is_ascii_hexdigit).take(8).collect();
    format!("project-{end}")
}

async fn submit(session: &Session, desk: &FrontDesk, form: Submit) -> anyhow::Result<Exit> {
    let promise = |written: &String| {
        let (due, title) = written
            .split_once('=')
            .ok_or_else(|| WrongUse("--milestone is written as YYYY-MM-DD=TITLE".to_owned()))?;
        Ok(Promise { title: title.to_owned(), due: due.to_owned() })
    };
    let form = ApplicationForm {
        milestones: form.milestones.iter().map(promise).collect::<Result<_, WrongUse>>()?,
        organisation: form.organisation,
        contact: form.contact,
        kind: form.kind.into(),
        region: form.region,
        language: form.language,
        need: form.need,
        solution: form.solution,
        credits: form.credits,
    };
    let taken = desk.take(form).await.map_err(|fault| match fault {
        DoorFault::Wrong { member, problem } => {
            let named = problem.starts_with('`');
            let text = if named { problem } else { format!("`{member}`: {problem}") };
            anyhow::Error::from(WrongUse(text))
        }
        other => other.into(),
    })?;
    output::result(session.json, &desk.shown(&taken, false), || {
        format!("{}\n\nWhoever knows this id may see how the application stands.", taken.id)
    })?;
    Ok(Exit::Done)
}

async fn admit(
    session: &Session,
    desk: &FrontDesk,
    one: &ApplicationRecord,
    project: &Project,
) -> anyhow::Result<Exit> {
    let (record, key) = new_key(project.id.clone(), "first", None);
    desk.store.admit_application(&one.id, project, &record, SystemAmbient.now_ms()).await?;
    let credits = project.budget.map(|budget| budget.limit).unwrap_or_default();
    let value = json!({
        "application": one.id,
        "project": project.id.as_str(),
        "credits_micro": credits.0,
        "currency": desk.currency,
        "key_id": record.id.as_str(),
        "key": key.reveal(),
    });
    output::result(session.json, &value, || {
        format!(
            "{}\n\nThis first key of the project `{}` is shown only now; it has {credits} {}.",
            key.reveal(),
            project.id,
            desk.currency
        )
    })?;
    Ok(Exit::Done)
}

fn list(session: &Session, desk: &FrontDesk, all: &[ApplicationRecord]) -> anyhow::Result<Exit> {
    let value: Value = all.iter().map(|one| desk.shown(one, true)).collect();
    output::result(session.json, &json!({ "applications": value }), || {
        let rows = all.iter().map(|one| {
            vec![
                one.id.clone(),
                dates::day(one.submitted_ms),
                one.state.as_str().to_owned(),
                one.kind.as_str().to_owned(),
                one.region.as_deref().map_or("–", |code| desk.regions.name(code, "fr")).to_owned(),
                one.organisation.clone(),
                one.credits.to_string(),
                one.project.clone().unwrap_or_else(|| "–".to_owned()),
            ]
        });
        let credits = format!("credits ({})", desk.currency);
        let head = ["id", "came", "state", "kind", "region", "organisation", &credits, "project"];
        output::table(&head, rows)
    })?;
    Ok(Exit::Done)
}

fn show(session: &Session, desk: &FrontDesk, one: &ApplicationRecord) -> anyhow::Result<Exit> {
    output::result(session.json, &desk.shown(one, true), || {
        let region = one.region.as_deref().map_or("–", |code| desk.regions.name(code, "fr"));
        let mut lines = vec![
            format!("{} ({}, {region})", one.organisation, one.kind.as_str()),
            format!("{} · came {}", one.state.as_str(), dates::day(one.submitted_ms)),
            format!("asks for {} {}", one.credits, desk.currency),
            format!("contact: {} ({})", one.contact, one.language),
        ];
        lines.extend(one.solution.iter().map(|name| format!("starts from: {name}")));
        lines.extend(one.reason.iter().map(|reason| format!("refused: {reason}")));
        lines.extend(one.project.iter().map(|project| format!("project: {project}")));
        lines.push(format!("\n{}\n", one.need));
        for (milestone, number) in one.milestones.iter().zip(1_u32..) {
            let outcome = milestone.outcome.as_deref().unwrap_or("–");
            let (due, title) = (&milestone.due, &milestone.title);
            lines.push(format!("{number}. {due} {title}: {}, {outcome}", milestone.state.as_str()));
        }
        output::plain(lines.join("\n").trim_end())
    })?;
    Ok(Exit::Done)
}
