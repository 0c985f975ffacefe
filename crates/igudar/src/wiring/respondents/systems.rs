//! Igudar's own systems, as this program carries them: without an installation's dictionary or documents, so that a
//! study finds the same everywhere.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use evaluation::respondent::End;
use evaluation::task::{SYSTEMS, SystemInput};
use evaluation::{NoReply, Question, Reply, Respondent, System};
use futures_core::future::BoxFuture;
use knowledge::ports::Filter;
use language::OffsetUnit;
use language::service;
use language::transliterate::{Form, Options};
use protection::{Place, TextIn};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::wiring::studies::StudyFolder;
use crate::wiring::{Knowledge, Library, knowledge_in};

/// The collection of a study's documents.
const COLLECTION: &str = "study";

/// One of them.
struct Own {
    system: System,
    parts: Arc<Parts>,
}

/// What they work with.
struct Parts {
    knowledge: Knowledge,
    pack_digest: String,
    /// The documents of each set; their files go away with the run.
    libraries: BTreeMap<String, (Library, TempDir)>,
    embedder: Option<String>,
}

/// The systems that a study needs. `models` is where an installation keeps model files: where a sentence encoder is
/// there, documents are searched by meaning too.
pub(crate) async fn systems(
    folder: &StudyFolder,
    models: &Path,
) -> anyhow::Result<Vec<Arc<dyn Respondent>>> {
    let wanted: Vec<System> = SYSTEMS
        .into_iter()
        .filter(|system| folder.study.tasks.iter().any(|task| task.system == Some(*system)))
        .collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut libraries = BTreeMap::new();
    for set in folder.study.tasks.iter().filter_map(|task| task.documents.as_deref()) {
        if !libraries.contains_key(set) {
            libraries.insert(set.to_owned(), library(folder, set, models).await?);
        }
    }
    let embedder =
        libraries.values().find_map(|(library, _)| library.embedder()).map(str::to_owned);
    let pack = evaluation::canonical::digest(&json!(packs::morocco()));
    let parts =
        Arc::new(Parts { knowledge: knowledge_in(None)?, pack_digest: pack, libraries, embedder });
    let own = |system| Arc::new(Own { system, parts: Arc::clone(&parts) }) as Arc<dyn Respondent>;
    Ok(wanted.into_iter().map(own).collect())
}

/// Reads a set of documents onto a shelf of its own.
async fn library(
    folder: &StudyFolder,
    set: &str,
    models: &Path,
) -> anyhow::Result<(Library, TempDir)> {
    let texts = folder.documents(set);
    let library = Library::of_texts(COLLECTION, texts, Some(models)).await?;
    library.with_context(|| format!("there is no document in `{set}`"))
}

impl Own {
    async fn answer(&self, question: Question) -> Result<Reply, NoReply> {
        let Question::System { input, documents, .. } = question else {
            return Err(NoReply::NotGiven(format!("{} is no model", self.name())));
        };
        match self.system {
            System::Identify => {
                let found = service::identified(&input.text, &[], OffsetUnit::Chars);
                Ok(said(found.language.tag()))
            }
            System::Transliterate => transliterated(&input),
            System::Detect => Ok(self.detected(&input.text)),
            System::Ask => self.asked(input.text, documents.as_deref()).await,
        }
    }

    fn detected(&self, text: &str) -> Reply {
        let texts = [TextIn { text, place: Place::Text }];
        let findings = protection::find_all(&*self.parts.knowledge.finder, &texts);
        let found = findings.per_text.iter().flatten();
        let lines: Vec<String> = found
            .map(|finding| finding.span.of(text).split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        said(&lines.join("\n"))
    }

    /// The document of the first citation, or a refusal.
    async fn asked(&self, question: String, set: Option<&str>) -> Result<Reply, NoReply> {
        let library = set.and_then(|set| self.parts.libraries.get(set));
        let (library, _) =
            library.ok_or_else(|| NoReply::Failed("the documents are not there".to_owned()))?;
        let filter = Filter { collections: vec![COLLECTION.to_owned()], ..Filter::default() };
        let answer = library.answer(question, filter).await;
        let answer = answer.map_err(|error| NoReply::Failed(error.to_string()))?;
        if answer.refused {
            return Ok(Reply::Text { text: String::new(), end: End::Refused });
        }
        let first = answer.citations.first().map(|one| one.document.to_string());
        Ok(said(first.as_deref().unwrap_or_default()))
    }
}

fn transliterated(input: &SystemInput) -> Result<Reply, NoReply> {
    let failed = |problem: String| NoReply::Failed(problem);
    let direction = input.option.as_deref().and_then(|option| option.split_once('>'));
    let (from, to) = direction.ok_or_else(|| failed("the item names no direction".to_owned()))?;
    let form = |tag: &str| tag.trim().parse::<Form>().map_err(|error| failed(error.to_string()));
    let options = Options { answers: 1, rules_only: false, mark_foreign: false };
    let written =
        service::transliterated(&input.text, form(from)?, form(to)?, &options, OffsetUnit::Chars);
    Ok(said(&written.map_err(|error| failed(error.to_string()))?.text))
}

fn said(text: &str) -> Reply {
    Reply::Text { text: text.to_owned(), end: End::Complete }
}

impl Respondent for Own {
    fn name(&self) -> &str {
        self.system.respondent()
    }

    fn system(&self) -> Option<System> {
        Some(self.system)
    }

    fn facts(&self) -> Value {
        let mut facts = json!({
            "kind": "system",
            "program": concat!("igudar ", env!("CARGO_PKG_VERSION")),
            "pack_sha256": self.parts.pack_digest,
        });
        if let (System::Ask, Some(members)) = (self.system, facts.as_object_mut()) {
            members.insert("searched_by_meaning".to_owned(), json!(self.parts.embedder));
        }
        facts
    }

    fn ask(&self, question: Question) -> BoxFuture<'_, Result<Reply, NoReply>> {
        Box::pin(self.answer(question))
    }
}
