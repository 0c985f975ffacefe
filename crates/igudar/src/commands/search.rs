//! `igudar search`

use knowledge::document::is_day;
use knowledge::ports::{Filter, Versions};
use knowledge::search::{Found, Listing, Query};
use serde_json::{Map, Value, json};

use super::{Session, questions};
use crate::arguments::{FilterArguments, Search};
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::Library;

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
        return questions::each("query", async |text| {
            Ok(line_of(&library.search(Query { text, ..query.clone() }).await?))
        });
    }
    let text = search.query.unwrap_or_default();
    let found = library.search(Query { text, ..query }).await?;
    let value = serde_json::to_value(Listing::from(&found))?;
    let (offset, page) = (limit * usize::from(search.page.saturating_sub(1)), search.page);
    output::result(session.json, &value, || for_people(&found, offset, page))?;
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

fn line_of(found: &Found) -> Map<String, Value> {
    let results: Value = found
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
    Map::from_iter([("results".to_owned(), results)])
}

/// The hits, counted on from the pages before.
fn for_people(found: &Found, offset: usize, page: u16) -> String {
    if found.hits.is_empty() {
        return "nothing found".to_owned();
    }
    let hits = found.hits.iter().enumerate().map(|(number, hit)| {
        let facts = &hit.passage.facts;
        let title = facts.title.as_deref().unwrap_or(hit.passage.document.as_str());
        let place = hit.passage.passage.headings.last().filter(|heading| *heading != title);
        let place = place.map(|heading| format!(" › {heading}")).unwrap_or_default();
        let head = format!("{}. {title}{place}  [{}]", offset + number + 1, hit.passage.document);
        let text = hit.passage.passage.text.replace('\n', "\n   ");
        format!("{head}\n   {text}")
    });
    let mut text = hits.collect::<Vec<_>>().join("\n\n");
    if found.more {
        let next = page.saturating_add(1);
        text = format!("{text}\n\nmore: --page {next}");
    }
    text
}
