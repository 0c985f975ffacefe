//! `igudar search`

use std::io::{BufRead as _, Write as _};

use anyhow::Context as _;
use knowledge::document::is_day;
use knowledge::ports::{Filter, Versions};
use knowledge::search::{Found, Listing, Query};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::Session;
use crate::arguments::{FilterArguments, Search};
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::Library;

#[derive(Deserialize)]
struct Line<'line> {
    #[serde(borrow)]
    id: &'line RawValue,
    query: String,
}

pub(crate) async fn run(session: &Session, search: Search) -> anyhow::Result<Exit> {
    let library = opened(session).await?;
    let filter = filter(&library, &search.filter).await?;
    let limit = usize::from(search.limit);
    let query = Query {
        text: String::new(),
        filter,
        limit,
        offset: limit * usize::from(search.page.saturating_sub(1)),
    };
    if search.jsonl {
        return each_line(&library, &query).await;
    }
    let text = search.query.unwrap_or_default();
    let found = library.search(Query { text, ..query }).await?;
    let value = serde_json::to_value(Listing::from(&found))?;
    output::result(session.json, &value, || for_people(&found))?;
    Ok(Exit::Done)
}

/// The library; an error that says what to do where nothing was ever read.
pub(super) async fn opened(session: &Session) -> anyhow::Result<Library> {
    anyhow::ensure!(
        store::shelf::SqliteShelf::exists(&session.folder),
        "there are no documents yet; `igudar ingest FOLDER` reads some"
    );
    Library::open(&session.configuration()?).await
}

/// The filter that arguments ask for. Whoever sits at the command line may read every collection.
pub(super) async fn filter(
    library: &Library,
    arguments: &FilterArguments,
) -> anyhow::Result<Filter> {
    let known: Vec<String> =
        library.shelf.collections().await?.into_iter().map(|one| one.name).collect();
    if let Some(unknown) = arguments.collection.iter().find(|name| !known.contains(name)) {
        let message = format!("there is no collection `{unknown}`; there are {}", known.join(", "));
        return Err(WrongUse(message).into());
    }
    let versions = match arguments.version_of_document.as_deref() {
        None => Versions::InForce,
        Some("all") => Versions::All,
        Some(number) => Versions::Number(number.parse().map_err(|_| {
            WrongUse(format!("--version-of-document `{number}` is neither a number nor `all`"))
        })?),
    };
    for (option, date) in [("--from", &arguments.from), ("--until", &arguments.until)] {
        if let Some(date) = date
            && !is_day(date)
        {
            return Err(WrongUse(format!("{option} `{date}` is no date; write YYYY-MM-DD")).into());
        }
    }
    Ok(Filter {
        collections: if arguments.collection.is_empty() {
            known
        } else {
            arguments.collection.clone()
        },
        languages: arguments.language.clone(),
        institution: arguments.institution.clone(),
        commune: arguments.commune.clone(),
        from: arguments.from.clone(),
        until: arguments.until.clone(),
        versions,
    })
}

async fn each_line(library: &Library, query: &Query) -> anyhow::Result<Exit> {
    let mut bad = 0_u64;
    for (number, line) in (1_u64..).zip(std::io::stdin().lock().lines()) {
        let line = line.context("standard input cannot be read as UTF-8")?;
        if line.trim().is_empty() {
            continue;
        }
        let Ok(asked) = serde_json::from_str::<Line<'_>>(&line) else {
            bad += 1;
            output::remark(&format!("line {number}: a question needs `id` and the string `query`"));
            continue;
        };
        match library.search(Query { text: asked.query, ..query.clone() }).await {
            Ok(found) => {
                let results: Vec<Value> = found
                    .hits
                    .iter()
                    .map(|hit| {
                        json!({
                            "document": hit.passage.document,
                            "passage": hit.passage.passage.text,
                            "score": hit.score,
                        })
                    })
                    .collect();
                let mut out = std::io::stdout().lock();
                writeln!(out, "{}", json!({ "id": asked.id, "results": results }))?;
            }
            Err(error) => {
                bad += 1;
                output::remark(&format!("line {number}: {error}"));
            }
        }
    }
    if bad > 0 {
        anyhow::bail!("{bad} of the lines could not be answered; the others were");
    }
    Ok(Exit::Done)
}

fn for_people(found: &Found) -> String {
    if found.hits.is_empty() {
        return "nothing found".to_owned();
    }
    let hits = found.hits.iter().enumerate().map(|(number, hit)| {
        let facts = &hit.passage.facts;
        let title = facts.title.as_deref().unwrap_or(hit.passage.document.as_str());
        let place = hit.passage.passage.headings.last().filter(|heading| *heading != title);
        let place = place.map(|heading| format!(" › {heading}")).unwrap_or_default();
        let head = format!("{}. {title}{place}  [{}]", number + 1, hit.passage.document);
        let text = hit.passage.passage.text.replace('\n', "\n   ");
        format!("{head}\n   {text}")
    });
    let mut text = hits.collect::<Vec<_>>().join("\n\n");
    if found.more {
        text.push_str("\n\nmore: --page 2");
    }
    text
}
