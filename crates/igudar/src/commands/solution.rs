//! `igudar solution`

mod desk;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use projects::ProjectId;
use projects::solution::{Files, Solution as Sheet};
use serde_json::{Value, json};
use server::DoorFault;
use store::files::{self, Readers};

use super::Session;
use crate::arguments::{Solution, Whose};
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{
    Catalogue, Installation, Listed, knowledge, listed_value, published_value, solution_in,
};

pub(crate) async fn run(session: &Session, solution: Solution) -> anyhow::Result<Exit> {
    match solution {
        Solution::List => {
            let all = open(session).await?.0.listed().await?;
            let found: Vec<(Option<f64>, &Listed)> = all.iter().map(|one| (None, one)).collect();
            list(session, &found)
        }
        Solution::Find { need } => {
            let found = open(session).await?.0.find(&need).await?;
            let lines: Vec<(Option<f64>, &Listed)> =
                found.iter().map(|(score, one)| (Some(*score), one)).collect();
            list(session, &lines)
        }
        Solution::Show { name, language } => show(session, &name, &language).await,
        Solution::Check { folder } => check(session, &folder),
        Solution::Publish { folder, whose } => {
            let (catalogue, project) = opened_for(session, &whose).await?;
            let (_, files) = solution_in(&folder)?;
            let (listed, personal) = catalogue.put(&project, &files).await.map_err(in_words)?;
            let value = published_value(&listed, &personal);
            output::result(session.json, &value, || {
                let name = &listed.solution.name;
                let mut said = format!("`{name}` is in the catalogue; others find it by its need");
                let kinds: Vec<String> =
                    personal.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
                if !kinds.is_empty() {
                    said.push_str("\nit holds personal data, for all to read: ");
                    said.push_str(&kinds.join(", "));
                }
                said
            })?;
            Ok(Exit::Done)
        }
        Solution::Withdraw { name, whose } => {
            let installation = Installation::open_existing(&session.folder).await?;
            let project = installation.project(whose.project.as_deref()).await?.id;
            installation.store.withdraw_solution(&name, &project).await?;
            output::result(session.json, &json!({ "withdrawn": name }), || "withdrawn".to_owned())?;
            Ok(Exit::Done)
        }
        Solution::Reuse { name, folder, whose } => reuse(session, &name, &folder, &whose).await,
        Solution::Reuses { name, whose } => {
            let (catalogue, project) = opened_for(session, &whose).await?;
            let counts = catalogue.counts(&project, &name).await.map_err(in_words)?;
            output::result(session.json, &counts, || {
                format!("taken {} times", counts.get("times").unwrap_or(&Value::Null))
            })?;
            Ok(Exit::Done)
        }
        Solution::Run { what, question, whose } => {
            desk::run(session, &what, question, &whose).await
        }
        Solution::Score { what, least, whose } => desk::score(session, &what, least, &whose).await,
    }
}

async fn open(session: &Session) -> anyhow::Result<(Catalogue, Installation)> {
    let configuration = session.configuration()?;
    let installation = Installation::open_or_begin(&configuration).await?;
    let finder = knowledge(&configuration)?.finder;
    let finder = Arc::new(move || Arc::clone(&finder));
    let catalogue = Catalogue::open(installation.store.clone(), &configuration, finder)?;
    Ok((catalogue, installation))
}

async fn opened_for(session: &Session, whose: &Whose) -> anyhow::Result<(Catalogue, ProjectId)> {
    let (catalogue, installation) = open(session).await?;
    let project = installation.project(whose.project.as_deref()).await?.id;
    Ok((catalogue, project))
}

/// A fault in words for whoever sits at the command line.
fn in_words(fault: DoorFault) -> anyhow::Error {
    match fault {
        DoorFault::Wrong { problem, .. } => anyhow::anyhow!(problem),
        other => other.into(),
    }
}

/// A text in French where there is one, else in the first language.
fn text(texts: &projects::programme::Texts) -> &str {
    texts.get("fr").or_else(|| texts.values().next()).map_or("", String::as_str)
}

fn list(session: &Session, found: &[(Option<f64>, &Listed)]) -> anyhow::Result<Exit> {
    let lines: Vec<Value> = found
        .iter()
        .map(|(score, one)| {
            let mut value = listed_value(one);
            if let (Some(fields), Some(score)) = (value.as_object_mut(), score) {
                fields.insert("score".to_owned(), json!(score));
            }
            value
        })
        .collect();
    output::result(session.json, &json!({ "solutions": lines }), || {
        if found.is_empty() {
            return "no solution answers this need yet".to_owned();
        }
        let rows = found.iter().map(|(score, one)| {
            vec![
                one.solution.name.clone(),
                text(&one.solution.need).to_owned(),
                one.solution.licence.clone(),
                one.solution.attribution.clone(),
                score.map_or_else(|| "–".to_owned(), |score| format!("{score:.2}")),
            ]
        });
        output::table(&["name", "need", "licence", "by", "score"], rows)
    })?;
    Ok(Exit::Done)
}

/// A solution of the catalogue, or of a folder, with its files.
async fn found(session: &Session, what: &str) -> anyhow::Result<(Sheet, Files)> {
    if what.contains('/') || Path::new(what).is_dir() {
        return solution_in(Path::new(what));
    }
    let (catalogue, _) = open(session).await?;
    let Some(files) = catalogue.files(what).await? else {
        let names = catalogue.listed().await?;
        let names: Vec<&str> = names.iter().map(|one| one.solution.name.as_str()).collect();
        let text = format!("there is no solution `{what}`; there are {}", names.join(", "));
        return Err(WrongUse(text).into());
    };
    Ok((Sheet::read(&files)?, files))
}

async fn show(session: &Session, name: &str, language: &str) -> anyhow::Result<Exit> {
    let (sheet, files) = found(session, name).await?;
    let of = |path: &String| files.get(path).map_or("", String::as_str);
    let lesson = sheet.lesson.get(language).or_else(|| sheet.lesson.values().next());
    let lesson = lesson.map_or("", of);
    let value = json!({
        "solution": sheet,
        "data_sheet": of(&sheet.data_sheet),
        "lesson": lesson,
        "files": files.keys().collect::<Vec<_>>(),
    });
    output::result(session.json, &value, || {
        let (licence, by) = (&sheet.licence, &sheet.attribution);
        let (title, need) = (text(&sheet.title), text(&sheet.need));
        let data = of(&sheet.data_sheet).trim();
        let told = format!("{title}\n{need}\n{licence} · {by}\n\n{data}\n\n{}", lesson.trim());
        output::plain(&told)
    })?;
    Ok(Exit::Done)
}

fn check(session: &Session, folder: &Path) -> anyhow::Result<Exit> {
    match solution_in(folder) {
        Ok((sheet, files)) => {
            let value = json!({ "valid": true, "name": sheet.name, "files": files.len() });
            output::result(session.json, &value, || format!("`{}` is in order", sheet.name))?;
            Ok(Exit::Done)
        }
        Err(error) => {
            let value = json!({ "valid": false, "problem": format!("{error:#}") });
            output::result(session.json, &value, || format!("{error:#}"))?;
            Ok(Exit::NotVerified)
        }
    }
}

async fn reuse(
    session: &Session,
    name: &str,
    folder: &Path,
    whose: &Whose,
) -> anyhow::Result<Exit> {
    let failed = || format!("{} cannot be written", folder.display());
    let filled = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    anyhow::ensure!(!filled, "{} holds something already; name another folder", folder.display());
    let (catalogue, project) = opened_for(session, whose).await?;
    let files = catalogue.take(&project, name).await.map_err(in_words)?;
    for (path, content) in &files {
        // Paths of a published solution were checked, but those of a database may have been changed.
        anyhow::ensure!(projects::solution::is_inside(path), "a path leads out of the folder");
        let place = folder.join(path);
        if let Some(parent) = place.parent() {
            std::fs::create_dir_all(parent).with_context(failed)?;
        }
        let made =
            files::create(&place, content.as_bytes(), Readers::Anyone).with_context(failed)?;
        anyhow::ensure!(made, "{} was there already", place.display());
    }
    let value = json!({ "solution": name, "folder": folder, "files": files.len() });
    output::result(session.json, &value, || {
        let place = folder.display();
        format!("{} files are in {place}\nnext: igudar solution run {place}", files.len())
    })?;
    Ok(Exit::Done)
}
