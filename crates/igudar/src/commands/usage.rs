//! `igudar usage`

use projects::Micro;
use serde_json::Value;

use super::Session;
use crate::arguments::ProjectChoice;
use crate::exit::Exit;
use crate::output;
use crate::wiring::{Installation, usage_report};

pub(crate) async fn run(session: &Session, choice: ProjectChoice) -> anyhow::Result<Exit> {
    let installation = Installation::open_existing(&session.folder).await?;
    let currency = session.configuration()?.settings.projects.currency;
    let projects = match choice.project {
        Some(id) => vec![installation.project(Some(&id)).await?],
        None => installation.store.projects().await?,
    };
    let mut reports = Vec::new();
    for project in &projects {
        reports.push(usage_report(&installation.store, &project.id, &currency).await?);
    }
    if session.json.0 {
        let lines: Vec<Value> =
            reports.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
        output::line(&Value::from(lines).to_string())?;
        return Ok(Exit::Done);
    }
    let rows = reports.iter().map(|report| {
        let limit =
            report.limit_micro.map_or_else(|| "none".to_owned(), |limit| Micro(limit).to_string());
        vec![
            report.project.clone(),
            report.window.clone(),
            Micro(report.spent_micro).to_string(),
            Micro(report.reserved_micro).to_string(),
            limit,
            report.requests.to_string(),
            format!("{} + {}", report.prompt_tokens, report.completion_tokens),
        ]
    });
    let spent = format!("spent ({currency})");
    let head = ["project", "window", &spent, "held", "budget", "requests", "tokens"];
    output::line(&output::table(&head, rows))?;
    Ok(Exit::Done)
}
