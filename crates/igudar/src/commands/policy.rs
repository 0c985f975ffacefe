//! `igudar policy`

mod explain;

use projects::Project;
use protection::{Action, Kind, PolicyFile};
use serde_json::{Value, json};

use super::{Session, in_runtime};
use crate::arguments::Policy;
use crate::exit::Exit;
use crate::output;
use crate::wiring::{self, Installation};

pub(crate) fn run(session: &Session, policy: Policy) -> anyhow::Result<Exit> {
    match policy {
        Policy::Explain(explain) => in_runtime(explain::run(session, explain)),
        Policy::Check { file, for_project } => check(session, &file, for_project),
        Policy::List => in_runtime(list(session)),
        Policy::Show { destination, project } => in_runtime(show(session, destination, project)),
    }
}

fn check(session: &Session, file: &std::path::Path, for_project: bool) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let knowledge = wiring::knowledge(&configuration)?;
    let content = super::read_input(Some(file))?;
    let name = file.display().to_string();
    let policy = if for_project {
        wiring::check_project_policy(&configuration, &knowledge, &name, &content)?
    } else {
        let names = wiring::names_of_destinations(&configuration);
        PolicyFile::read(&name, &content, &knowledge.words, Some(&names))?
    };
    let value = json!({ "ok": true, "file": name, "name": policy.name });
    output::result(session.json, &value, || format!("{name}: in order (policy {})", policy.name))?;
    Ok(Exit::Done)
}

/// The projects that have a policy of their own; none where there is no data folder yet.
async fn projects_with_policies(session: &Session) -> anyhow::Result<Vec<Project>> {
    if !Installation::exists(&session.folder) {
        return Ok(Vec::new());
    }
    let installation = Installation::open_existing(&session.folder).await?;
    let projects = installation.store.projects().await?;
    Ok(projects.into_iter().filter(|project| project.policy.is_some()).collect())
}

/// The project that somebody named.
pub(super) async fn named_project(
    session: &Session,
    id: Option<&str>,
) -> anyhow::Result<Option<Project>> {
    let Some(id) = id else { return Ok(None) };
    let installation = Installation::open_existing(&session.folder).await?;
    Ok(Some(installation.project(Some(id)).await?))
}

async fn list(session: &Session) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let knowledge = wiring::knowledge(&configuration)?;
    let policies = wiring::policies(&configuration, &knowledge)?;
    let mut lines = vec![listed("no destination", None, &policies.general())];
    for destination in &configuration.destinations {
        let policy = policies.for_destination(destination)?;
        lines.push(listed(&destination.name, None, &policy));
    }
    for project in projects_with_policies(session).await? {
        let policy = policies.of_project(&policies.general(), &project, None)?;
        lines.push(listed("no destination", Some(project.id.as_str()), &policy));
    }
    output::result(session.json, &json!({ "policies": lines }), || {
        let head = ["destination", "project", "policy", "default", "other types"];
        let rows = lines.iter().map(|line| {
            let text = |member: &str| line[member].as_str().unwrap_or_default().to_owned();
            let types = line["types"].as_object().map_or_else(String::new, |types| {
                let pairs = types.iter().map(|(kind, action)| {
                    format!("{kind}={}", action.as_str().unwrap_or_default())
                });
                pairs.collect::<Vec<_>>().join(", ")
            });
            vec![text("destination"), text("project"), text("name"), text("default"), types]
        });
        output::table(&head, rows)
    })?;
    Ok(Exit::Done)
}

fn listed(destination: &str, project: Option<&str>, policy: &protection::Policy) -> Value {
    json!({
        "destination": destination,
        "project": project,
        "name": policy.name,
        "default": policy.default,
        "types": policy.by_kind,
        "highest_class": policy.highest_class,
        "highest_risk": policy.highest_risk,
        "needs_authorisation": policy.needs_authorisation,
    })
}

async fn show(
    session: &Session,
    destination: Option<String>,
    project: Option<String>,
) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let knowledge = wiring::knowledge(&configuration)?;
    let policies = wiring::policies(&configuration, &knowledge)?;
    let mut policy = match &destination {
        None => policies.general(),
        Some(name) => {
            let known = configuration.destinations.iter().find(|one| one.name == *name);
            let names = wiring::names_of_destinations(&configuration).join(", ");
            let known = known.ok_or_else(|| {
                anyhow::anyhow!("there is no destination `{name}`; there are {names}")
            })?;
            policies.for_destination(known)?
        }
    };
    if let Some(project) = named_project(session, project.as_deref()).await? {
        policy = policies.of_project(&policy, &project, destination.as_deref())?;
    }
    let kinds: Vec<&Kind> = knowledge.words.kinds().collect();
    let types: Vec<Value> = kinds
        .iter()
        .map(|kind| {
            json!({
                "type": kind,
                "class": knowledge.words.class(kind),
                "action": policy.action(kind),
                "rule": rule(policy.rule(kind)),
            })
        })
        .collect();
    let mut value = listed(destination.as_deref().unwrap_or("no destination"), None, &policy);
    if let Some(members) = value.as_object_mut() {
        members.insert("types".to_owned(), json!(types));
        members.insert("strictness".to_owned(), json!(Action::ALL));
    }
    output::result(session.json, &value, || {
        let head = ["type", "class", "what happens", "rule"];
        let rows = kinds.iter().map(|kind| {
            vec![
                kind.to_string(),
                knowledge.words.class(kind).to_string(),
                policy.action(kind).to_string(),
                with_law(policy.rule(kind)),
            ]
        });
        let class = policy.highest_class.map_or("no limit".to_owned(), |class| class.to_string());
        let risk = policy.highest_risk.map_or("no limit".to_owned(), |risk| risk.to_string());
        let named: Vec<&str> = policy.needs_authorisation.iter().map(String::as_str).collect();
        format!(
            "policy {}\n{}\nhighest class: {class}\nhighest risk: {risk}\nleaves the country only with \
             an authorisation: {}",
            policy.name,
            output::table(&head, rows),
            if named.is_empty() { "nothing".to_owned() } else { named.join(", ") }
        )
    })?;
    Ok(Exit::Done)
}

/// A rule for programs.
pub(super) fn rule(rule: &protection::decide::Rule) -> Value {
    json!({ "file": &*rule.file, "line": rule.line, "key": rule.key, "law": rule.law })
}

/// A rule for people.
pub(super) fn with_law(rule: &protection::decide::Rule) -> String {
    match &rule.law {
        Some(law) => format!("{rule}\n{law}"),
        None => rule.to_string(),
    }
}
