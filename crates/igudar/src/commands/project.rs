//! `igudar project`

use std::path::Path;

use gateway::ports::Ambient as _;
use projects::{Budget, Project as Record, ProjectId, Window};
use serde_json::{Value, json};
use store::SystemAmbient;

use super::Session;
use crate::arguments::{BudgetWindow, Project, ProjectRules};
use crate::configuration::amount;
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{self, Installation};

pub(crate) async fn run(session: &Session, project: Project) -> anyhow::Result<Exit> {
    match project {
        Project::Create { id, name, rules } => {
            let configuration = session.configuration()?;
            let mut record = Record {
                id: ProjectId::parse(&id).map_err(|error| WrongUse(error.to_string()))?,
                name: name.unwrap_or(id),
                created_ms: SystemAmbient.now_ms(),
                budget: None,
                requests_per_minute: configuration.settings.projects.requests_per_minute,
                local_only: false,
                policy: None,
            };
            apply(&mut record, &rules)?;
            apply_policy(session, &mut record, &rules)?;
            let installation = Installation::open_or_begin(&configuration).await?;
            installation.store.add_project(&record).await?;
            show(session, &[record])
        }
        Project::List => {
            let installation = Installation::open_existing(&session.folder).await?;
            let records = installation.store.projects().await?;
            if session.json.0 {
                let all: Value = records.iter().map(described).collect();
                output::line(&all.to_string())?;
                return Ok(Exit::Done);
            }
            show(session, &records)
        }
        Project::Show { id } => {
            let installation = Installation::open_existing(&session.folder).await?;
            let record = installation.project(Some(&id)).await?;
            let policy = record.policy.clone();
            show(session, &[record])?;
            if let (Some(policy), false) = (policy, session.json.0) {
                output::line(&format!("\nits own policy:\n\n{}", policy.trim_end()))?;
            }
            Ok(Exit::Done)
        }
        Project::Set { id, rules } => {
            let installation = Installation::open_existing(&session.folder).await?;
            let mut record = installation.project(Some(&id)).await?;
            apply(&mut record, &rules)?;
            apply_policy(session, &mut record, &rules)?;
            installation.store.change_project(&record).await?;
            show(session, &[record])
        }
    }
}

fn apply(record: &mut Record, rules: &ProjectRules) -> Result<(), WrongUse> {
    let window = rules.window.map(|window| match window {
        BudgetWindow::Total => Window::Total,
        BudgetWindow::Month => Window::Month,
        BudgetWindow::Day => Window::Day,
    });
    match rules.budget.as_deref() {
        Some("none") if window.is_some() => {
            return Err(WrongUse("--window needs a budget".to_owned()));
        }
        Some("none") => record.budget = None,
        Some(text) => {
            let limit = amount(text).ok_or_else(|| {
                WrongUse(format!("--budget `{text}` is no amount; write it like 500 or 12.50"))
            })?;
            let before = record.budget.map_or(Window::Month, |budget| budget.window);
            record.budget = Some(Budget { limit, window: window.unwrap_or(before) });
        }
        None => match (window, record.budget.as_mut()) {
            (Some(window), Some(budget)) => budget.window = window,
            (Some(_), None) => return Err(WrongUse("--window needs --budget".to_owned())),
            (None, _) => {}
        },
    }
    if let Some(number) = rules.requests_per_minute {
        record.requests_per_minute = number;
    }
    if let Some(local_only) = rules.local_only {
        record.local_only = local_only;
    }
    Ok(())
}

/// Reads and checks the project's own policy. One that is laxer anywhere than the installation's is refused.
fn apply_policy(
    session: &Session,
    record: &mut Record,
    rules: &ProjectRules,
) -> anyhow::Result<()> {
    match rules.policy.as_deref() {
        None => {}
        Some(path) if path == Path::new("none") => record.policy = None,
        Some(path) => {
            let configuration = session.configuration()?;
            let knowledge = wiring::knowledge(&configuration)?;
            let content = super::read_input(Some(path))?;
            let file = path.display().to_string();
            wiring::check_project_policy(&configuration, &knowledge, &file, &content)?;
            record.policy = Some(content.into());
        }
    }
    Ok(())
}

fn described(record: &Record) -> Value {
    json!({
        "id": record.id.as_str(),
        "name": record.name,
        "created_ms": record.created_ms,
        "budget_micro": record.budget.map(|budget| budget.limit.0),
        "window": record.budget.map(|budget| budget.window.as_str()),
        "requests_per_minute": record.requests_per_minute,
        "local_only": record.local_only,
        "policy": record.policy,
    })
}

fn show(session: &Session, records: &[Record]) -> anyhow::Result<Exit> {
    if session.json.0 {
        for record in records {
            output::line(&described(record).to_string())?;
        }
        return Ok(Exit::Done);
    }
    let rows = records.iter().map(|record| {
        let budget = record.budget.map_or_else(
            || "none".to_owned(),
            |budget| format!("{} ({})", budget.limit, budget.window.as_str()),
        );
        let minute = match record.requests_per_minute {
            0 => "no limit".to_owned(),
            number => number.to_string(),
        };
        let stays = if record.local_only { "yes" } else { "no" };
        let policy = if record.policy.is_some() { "its own" } else { "the installation's" };
        let (stays, policy) = (stays.to_owned(), policy.to_owned());
        vec![record.id.to_string(), record.name.clone(), budget, minute, stays, policy]
    });
    output::line(&output::table(
        &["id", "name", "budget", "requests a minute", "local only", "policy"],
        rows,
    ))?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use projects::Micro;

    use super::*;

    fn record() -> Record {
        Record {
            id: ProjectId::new("p"),
            name: "p".to_owned(),
            created_ms: 0,
            budget: None,
            requests_per_minute: 60,
            local_only: false,
            policy: None,
        }
    }

    #[test]
    fn rules_change_what_they_name_and_nothing_else() {
        let mut record = record();
        let budget = |text: &str, window| ProjectRules {
            budget: Some(text.to_owned()),
            window,
            ..ProjectRules::default()
        };
        apply(&mut record, &budget("12.50", Some(BudgetWindow::Day))).unwrap();
        let limit = Micro(12_500_000);
        assert_eq!(record.budget, Some(Budget { limit, window: Window::Day }));
        apply(&mut record, &budget("1", None)).unwrap();
        assert_eq!(record.budget, Some(Budget { limit: Micro(1_000_000), window: Window::Day }));
        assert_eq!(record.requests_per_minute, 60);
        apply(&mut record, &budget("none", None)).unwrap();
        assert_eq!(record.budget, None);
        assert!(apply(&mut record, &budget("lots", None)).is_err());
        assert!(apply(&mut record, &budget("none", Some(BudgetWindow::Day))).is_err());
        let window = ProjectRules { window: Some(BudgetWindow::Day), ..ProjectRules::default() };
        assert!(apply(&mut record, &window).is_err());
        let local = ProjectRules { local_only: Some(true), ..ProjectRules::default() };
        apply(&mut record, &local).unwrap();
        assert!(record.local_only);
    }
}
