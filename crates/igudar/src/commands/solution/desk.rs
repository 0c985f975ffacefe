//! `igudar solution run` and `igudar solution score`: a desk that answers from the documents of a folder.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;
use gateway::ports::Ambient as _;
use knowledge::answer::Answer;
use knowledge::document::{Collection, PersonalData, Sharing};
use knowledge::ports::Filter;
use projects::solution::{Desk, DeskQuestion, Files, Solution as Sheet};
use protection::{Finder, Place, TextIn, find_all};
use serde_json::{Value, json};
use store::SystemAmbient;

use super::found;
use crate::arguments::Whose;
use crate::commands::Session;
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{Installation, Library, count_answer, knowledge};

/// A desk with its documents read.
struct Open {
    sheet: Sheet,
    files: Files,
    desk: Desk,
    library: Library,
    finder: Arc<Finder>,
    installation: Installation,
    project: String,
    documents: usize,
    /// Personal values found in documents and blacked out, by type; counted when a document is read anew.
    personal_data: BTreeMap<String, u64>,
}

/// A question, what was asked in its stead, and the answer.
struct Asked {
    question: String,
    masked: String,
    personal_values: usize,
    answer: Answer,
}

async fn open(session: &Session, what: &str, whose: &Whose) -> anyhow::Result<Open> {
    let (sheet, files) = found(session, what).await?;
    let Some(desk) = sheet.desk.clone() else {
        let text = format!("`{}` has no desk to run: [desk] in its solution.toml", sheet.name);
        return Err(WrongUse(text).into());
    };
    let configuration = session.configuration()?;
    let installation = Installation::open_or_begin(&configuration).await?;
    let project = installation.project(whose.project.as_deref()).await?.id.to_string();
    let library = Library::open(&configuration).await?;
    let known = library.shelf.collection(&sheet.name).await?;
    let collection = if let Some(known) = known {
        known
    } else {
        let made = Collection {
            name: sheet.name.clone(),
            project: project.clone(),
            sharing: Sharing::Private,
            personal_data: PersonalData::Mask,
            licence: Some(sheet.licence.clone()),
            attribution: Some(sheet.attribution.clone()),
        };
        library.shelf.add_collection(&made, SystemAmbient.now_ms()).await?;
        made
    };
    anyhow::ensure!(
        collection.project == project,
        "there is a collection `{}` already, of another project: --project",
        sheet.name
    );
    anyhow::ensure!(
        collection.sharing == Sharing::Private && collection.personal_data == PersonalData::Mask,
        "the collection `{}` is shared or keeps personal data, so a solution's documents do not go there; \
         use another project or rename it",
        sheet.name
    );
    let start = format!("{}/", desk.documents);
    let (mut documents, mut personal_data) = (0, BTreeMap::new());
    for (path, content) in &files {
        let Some(name) = path.strip_prefix(&start) else { continue };
        let kept = library.ingest(name, content.clone().into_bytes(), &collection).await;
        let kept = kept.with_context(|| format!("{path} cannot be read"))?;
        for (kind, count) in kept.personal_data {
            *personal_data.entry(kind).or_default() += count;
        }
        documents += 1;
    }
    library.shelf.flush().await?;
    let finder = knowledge(&configuration)?.finder;
    Ok(Open {
        sheet,
        files,
        desk,
        library,
        finder,
        installation,
        project,
        documents,
        personal_data,
    })
}

impl Open {
    /// What a customer reads.
    fn text(&self, answer: &Answer) -> String {
        if answer.refused { self.desk.refusal(answer.language).to_owned() } else { answer.text() }
    }

    /// Asks with each personal value's type in its place: the desk needs none of them to answer.
    async fn ask(&self, question: &str) -> anyhow::Result<Asked> {
        let texts = [TextIn { text: question, place: Place::Text }];
        let findings = find_all(&*self.finder, &texts);
        let (mut masked, mut at, mut personal_values) = (String::new(), 0, 0);
        for finding in findings.per_text.iter().flatten() {
            let Some(between) = question.get(at..finding.span.start) else { continue };
            masked.push_str(between);
            masked.push('[');
            masked.push_str(&finding.kind.to_string().to_uppercase());
            masked.push(']');
            at = finding.span.end;
            personal_values += 1;
        }
        masked.push_str(question.get(at..).unwrap_or_default());
        let filter = Filter { collections: vec![self.sheet.name.clone()], ..Filter::default() };
        let answer = self.library.answer(masked.clone(), filter).await?;
        Ok(Asked { question: question.to_owned(), masked, personal_values, answer })
    }
}

pub(super) async fn run(
    session: &Session,
    what: &str,
    question: Option<String>,
    whose: &Whose,
) -> anyhow::Result<Exit> {
    let desk = open(session, what, whose).await?;
    let questions = question.map_or_else(|| desk.desk.examples.clone(), |question| vec![question]);
    let mut asked = Vec::new();
    for question in &questions {
        let one = desk.ask(question).await?;
        count_answer(&desk.installation.store, &one.answer).await;
        asked.push(one);
    }
    let answers: Vec<Value> = asked
        .iter()
        .map(|one| {
            json!({
                "question": one.masked,
                "personal_values": one.personal_values,
                "language": one.answer.language,
                "answer": desk.text(&one.answer),
                "refused": one.answer.refused,
                "citations": one.answer.citations,
            })
        })
        .collect();
    let value = json!({
        "solution": desk.sheet.name,
        "collection": desk.sheet.name,
        "project": desk.project,
        "documents": desk.documents,
        "personal_data": desk.personal_data,
        "answers": answers,
    });
    output::result(session.json, &value, || {
        let mut lines = vec![format!(
            "{} documents are in the collection `{}` of the project `{}`",
            desk.documents, desk.sheet.name, desk.project
        )];
        for one in &asked {
            lines.push(format!("\n? {}", one.question));
            if one.personal_values > 0 {
                lines.push(format!("  asked as: {}", one.masked));
            }
            lines.push(desk.text(&one.answer));
            for citation in &one.answer.citations {
                let section = citation.section.last().map_or("", String::as_str);
                lines.push(format!("  [{}] {} · {section}", citation.number, citation.document));
            }
        }
        lines.push(format!(
            "\nover HTTP, with a key of this project: POST /v1/answers {{\"question\": \"…\", \"collections\": [\"{}\"]}}",
            desk.sheet.name
        ));
        output::plain(&lines.join("\n"))
    })?;
    Ok(Exit::Done)
}

/// What a language's questions came to.
#[derive(Default)]
struct Score {
    right: usize,
    questions: usize,
}

/// Whether a question was answered from one of the right documents, or refused where none answers it.
fn is_right(asked: &DeskQuestion, answer: &Answer) -> bool {
    if asked.documents.is_empty() {
        return answer.refused;
    }
    let mut cited = answer.citations.iter().map(|citation| citation.document.to_string());
    !answer.refused && cited.any(|document| asked.documents.contains(&document))
}

pub(super) async fn score(
    session: &Session,
    what: &str,
    least: f64,
    whose: &Whose,
) -> anyhow::Result<Exit> {
    if !(0.0..=1.0).contains(&least) {
        return Err(WrongUse("--least is a part from 0 to 1".to_owned()).into());
    }
    let desk = open(session, what, whose).await?;
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut wrong = Vec::new();
    for question in desk.sheet.questions(&desk.files)? {
        let answer = desk.ask(&question.question).await?.answer;
        let right = is_right(&question, &answer);
        // Honest refusals are told apart: one number would hide them.
        let group = if question.documents.is_empty() { "to refuse" } else { &question.language };
        let score = scores.entry(group.to_owned()).or_default();
        score.questions += 1;
        score.right += usize::from(right);
        if !right {
            let refused = if answer.refused { "refused" } else { "answered from another document" };
            wrong.push(json!({ "id": question.id, "question": question.question, "was": refused }));
        }
    }
    let right: usize = scores.values().map(|score| score.right).sum();
    let questions: usize = scores.values().map(|score| score.questions).sum();
    #[expect(clippy::cast_precision_loss, reason = "some dozens of questions")]
    let part = right as f64 / questions.max(1) as f64;
    let groups: Vec<Value> = scores
        .iter()
        .map(|(group, score)| {
            json!({ "language": group, "right": score.right, "questions": score.questions })
        })
        .collect();
    let value = json!({
        "solution": desk.sheet.name,
        "right": right,
        "questions": questions,
        "score": part,
        "languages": groups,
        "wrong": wrong,
    });
    output::result(session.json, &value, || {
        let rows = scores.iter().map(|(group, score)| {
            vec![group.clone(), score.right.to_string(), score.questions.to_string()]
        });
        let table = output::table(&["language", "right", "of"], rows);
        let missed = wrong
            .iter()
            .map(|one| format!("\n✗ {} {}: {}", one["id"], one["was"], one["question"]));
        format!(
            "{table}\n{right} of {questions} are right ({part:.2}){}",
            missed.collect::<String>()
        )
    })?;
    Ok(if part >= least { Exit::Done } else { Exit::NotVerified })
}
