//! `igudar programme`

use std::path::PathBuf;

use anyhow::Context as _;
use projects::programme::Programme as Plan;
use projects::{Figure, Indicator, Micro};
use serde_json::json;

use super::{Session, read_input, write_text};
use crate::arguments::Programme;
use crate::exit::Exit;
use crate::output;
use crate::wiring::{Installation, Library, Office, PROGRAMME_FILE, read_programme, regions};

pub(crate) async fn run(session: &Session, programme: Programme) -> anyhow::Result<Exit> {
    match programme {
        Programme::Check { file } => check(session, file),
        Programme::Show => show(session).await,
        Programme::Indicators { csv } => indicators(session, csv).await,
    }
}

/// What counts over the data folder.
async fn office(session: &Session) -> anyhow::Result<Office> {
    let configuration = session.configuration()?;
    let installation = Installation::open_existing(&session.folder).await?;
    let shelf = if store::shelf::SqliteShelf::exists(&session.folder) {
        Some(Library::open(&configuration).await?.shelf)
    } else {
        None
    };
    let (folder, store) = (session.folder.clone(), installation.store);
    Ok(Office { folder, store, shelf, regions: regions(&configuration)? })
}

fn check(session: &Session, file: Option<PathBuf>) -> anyhow::Result<Exit> {
    let path = file.unwrap_or_else(|| session.folder.join(PROGRAMME_FILE));
    let content = read_input(Some(&path))?;
    let regions = regions(&session.configuration()?)?;
    match read_programme(&path.display().to_string(), &content, &regions) {
        Ok(plan) => {
            let (objectives, partners) = (plan.objectives.len(), plan.partners.len());
            let projects = plan.projects.len();
            let value = json!({
                "valid": true,
                "objectives": objectives,
                "partners": partners,
                "projects": projects,
            });
            output::result(session.json, &value, || {
                format!(
                    "in order: {objectives} objectives, {partners} partners, {projects} projects"
                )
            })?;
            Ok(Exit::Done)
        }
        Err(error) => {
            let value = json!({ "valid": false, "problem": error.to_string() });
            output::result(session.json, &value, || error.to_string())?;
            Ok(Exit::NotVerified)
        }
    }
}

async fn show(session: &Session) -> anyhow::Result<Exit> {
    let office = office(session).await?;
    let plan = office.programme()?.with_context(|| {
        format!(
            "there is no {PROGRAMME_FILE} in {}; docs/programme.md tells how to write one",
            session.folder.display()
        )
    })?;
    let standings = plan.standings(&office.count().await?);
    let value = json!({ "programme": plan, "standings": standings });
    output::result(session.json, &value, || {
        let name = text(&plan.name);
        let objectives = plan.objectives.iter().zip(&standings).map(|(objective, standing)| {
            vec![
                text(&objective.text).to_owned(),
                standing.indicator.to_owned(),
                standing.value.to_string(),
                standing.target.to_string(),
                format!("{} %", standing.percent),
            ]
        });
        let head = ["objective", "measured by", "is", "shall be", ""];
        let objectives = output::table(&head, objectives);
        format!("{name}\n{} to {}\n\n{objectives}\n\n{}", plan.from, plan.until, work(&plan))
    })?;
    Ok(Exit::Done)
}

/// The projects and who does them.
fn work(plan: &Plan) -> String {
    let rows = plan.projects.iter().map(|project| {
        let names = project.partners.iter().map(|id| {
            let partner = plan.partners.iter().find(|partner| partner.id == *id);
            partner.map_or(id.as_str(), |partner| partner.name.as_str())
        });
        let reached = project.milestones.iter().filter(|one| one.state.as_str() == "reached");
        vec![
            text(&project.title).to_owned(),
            project.kind.as_str().to_owned(),
            project.region.clone().unwrap_or_else(|| "–".to_owned()),
            names.collect::<Vec<_>>().join(", "),
            format!("{} of {}", reached.count(), project.milestones.len()),
        ]
    });
    output::table(&["project", "kind", "region", "with", "milestones reached"], rows)
}

/// A text in French where there is one, else in the first language.
fn text(texts: &projects::programme::Texts) -> &str {
    texts.get("fr").or_else(|| texts.values().next()).map_or("", String::as_str)
}

async fn indicators(session: &Session, csv: bool) -> anyhow::Result<Exit> {
    let office = office(session).await?;
    let counted = office.count().await?;
    if csv {
        write_text(&counted.csv())?;
        return Ok(Exit::Done);
    }
    let figures = counted.figures();
    output::result(session.json, &json!({ "figures": figures }), || {
        let rows = figures.iter().map(|figure| row(figure, &office));
        output::table(&["indicator", "region", "language", "of", "value", "unit"], rows)
    })?;
    Ok(Exit::Done)
}

fn row(figure: &Figure, office: &Office) -> Vec<String> {
    let cell = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
    let region = figure.slice.region.as_deref();
    let region = region.map_or("–", |code| office.regions.name(code, "fr")).to_owned();
    let money = figure.unit == Indicator::Cost.unit();
    let value = if money { Micro(figure.value).to_string() } else { figure.value.to_string() };
    let unit = if money { "units of the currency" } else { figure.unit };
    vec![
        figure.indicator.to_owned(),
        region,
        cell(&figure.slice.language),
        cell(&figure.slice.detail),
        value,
        unit.to_owned(),
    ]
}
