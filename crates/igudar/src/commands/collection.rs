//! `igudar collection`

use anyhow::Context as _;
use gateway::ports::Ambient as _;
use knowledge::document::{Collection, DocumentId, PersonalData, Sharing};
use serde_json::{Value, json};
use store::SystemAmbient;
use store::shelf::CollectionError;

use super::{Session, dates};
use crate::arguments::{CollectionCommand, CollectionRules, PersonalDataRule};
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{Installation, Library};

pub(crate) async fn run(session: &Session, command: CollectionCommand) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    if !matches!(command, CollectionCommand::Create { .. })
        && !store::shelf::SqliteShelf::exists(&session.folder)
    {
        anyhow::bail!("there are no collections yet; `igudar ingest` makes the first");
    }
    let library = Library::open(&configuration).await?;
    match command {
        CollectionCommand::Create { name, project, rules } => {
            let installation = Installation::open_or_begin(&configuration).await?;
            let project = installation.project(project.as_deref()).await?;
            let collection = made(&library, &name, project.id.as_str(), &rules).await?;
            show(session, &[collection])
        }
        CollectionCommand::List => show(session, &library.shelf.collections().await?),
        CollectionCommand::Show { name, limit, offset } => {
            let collection = named(&library, &name).await?;
            documents(session, &library, &collection, offset, limit).await
        }
        CollectionCommand::Set { name, rules } => {
            let mut collection = named(&library, &name).await?;
            apply(&mut collection, &rules);
            library.shelf.change_collection(&collection).await?;
            show(session, &[collection])
        }
        CollectionCommand::Share { name, with } => {
            let mut collection = named(&library, &name).await?;
            let installation = Installation::open_existing(&session.folder).await?;
            for project in &with {
                installation.project(Some(project)).await?;
            }
            collection.sharing =
                if with.is_empty() { Sharing::Private } else { Sharing::Projects(with) };
            library.shelf.change_collection(&collection).await?;
            show(session, &[collection])
        }
        CollectionCommand::Publish { name, rules } => {
            let mut collection = named(&library, &name).await?;
            apply(&mut collection, &rules);
            collection.publish().map_err(|missing| WrongUse(missing.to_string()))?;
            library.shelf.change_collection(&collection).await?;
            show(session, &[collection])
        }
        CollectionCommand::Forget { name, document } => {
            named(&library, &name).await?;
            let id = DocumentId::new(&document).context("no document")?;
            anyhow::ensure!(
                library.shelf.delete_document(&name, &id).await?,
                "the collection has no document of this id"
            );
            deleted(session, &document)
        }
        CollectionCommand::Delete { name } => {
            anyhow::ensure!(
                library.shelf.delete_collection(&name).await?,
                "there is no collection of this name"
            );
            deleted(session, &name)
        }
    }
}

fn deleted(session: &Session, what: &str) -> anyhow::Result<Exit> {
    let value = json!({ "deleted": what });
    output::result(session.json, &value, || format!("{what} is deleted"))?;
    Ok(Exit::Done)
}

async fn named(library: &Library, name: &str) -> anyhow::Result<Collection> {
    match library.shelf.collection(name).await? {
        Some(collection) => Ok(collection),
        None => Err(CollectionError::Unknown.into()),
    }
}

/// Makes a collection.
pub(super) async fn made(
    library: &Library,
    name: &str,
    project: &str,
    rules: &CollectionRules,
) -> anyhow::Result<Collection> {
    // A collection's name stands in addresses, as a project's does.
    projects::ProjectId::parse(name).map_err(|_| {
        WrongUse(format!(
            "`{name}` cannot name a collection: 1 to 64 lower-case letters, digits and hyphens, a letter or \
             digit first"
        ))
    })?;
    let mut collection = Collection {
        name: name.to_owned(),
        project: project.to_owned(),
        sharing: Sharing::Private,
        personal_data: PersonalData::Keep,
        licence: None,
        attribution: None,
    };
    apply(&mut collection, rules);
    library.shelf.add_collection(&collection, SystemAmbient.now_ms()).await?;
    Ok(collection)
}

fn apply(collection: &mut Collection, rules: &CollectionRules) {
    if let Some(rule) = rules.personal_data {
        collection.personal_data = match rule {
            PersonalDataRule::Keep => PersonalData::Keep,
            PersonalDataRule::Mask => PersonalData::Mask,
            PersonalDataRule::Refuse => PersonalData::Refuse,
        };
    }
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    collection.licence = given(&rules.licence).or(collection.licence.take());
    collection.attribution = given(&rules.attribution).or(collection.attribution.take());
}

fn described(collection: &Collection) -> Value {
    json!(collection)
}

fn sharing(collection: &Collection) -> String {
    match &collection.sharing {
        Sharing::Private => "private".to_owned(),
        Sharing::Projects(names) => format!("shared with {}", names.join(", ")),
        Sharing::Public => "public".to_owned(),
    }
}

fn show(session: &Session, collections: &[Collection]) -> anyhow::Result<Exit> {
    let all: Vec<Value> = collections.iter().map(described).collect();
    output::result(session.json, &json!({ "collections": all }), || {
        let rows = collections.iter().map(|one| {
            let rule = format!("{:?}", one.personal_data).to_lowercase();
            let licence = one.licence.clone().unwrap_or_default();
            vec![one.name.clone(), one.project.clone(), sharing(one), rule, licence]
        });
        output::table(&["collection", "project", "read by", "personal data", "licence"], rows)
    })?;
    Ok(Exit::Done)
}

async fn documents(
    session: &Session,
    library: &Library,
    collection: &Collection,
    offset: u32,
    limit: u32,
) -> anyhow::Result<Exit> {
    let documents = library.shelf.documents(&collection.name, offset, limit).await?;
    let reuses = library.shelf.reuses(&collection.name).await?;
    let value = json!({
        "collection": described(collection),
        "documents": documents,
        "reuses": reuses,
    });
    output::result(session.json, &value, || {
        let rows = documents.iter().map(|one| {
            let found: u64 = one.personal_data.values().sum();
            vec![
                one.id.to_string(),
                one.facts.title.clone().unwrap_or_default(),
                one.facts.language.clone().unwrap_or_default(),
                if one.in_force { "in force".to_owned() } else { "superseded".to_owned() },
                one.passages.to_string(),
                found.to_string(),
                dates::day(one.ingested_ms),
            ]
        });
        let head = ["document", "title", "language", "", "passages", "personal values", "read"];
        let table = output::table(&head, rows);
        let uses: u64 = reuses.iter().map(|one| one.searches + one.answers).sum();
        let name = &collection.name;
        format!("{name}: {}, used {uses} times by other projects\n\n{table}", sharing(collection))
    })?;
    Ok(Exit::Done)
}
