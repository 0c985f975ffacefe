//! `igudar ask`

use knowledge::answer::{Answer, Citation};
use serde_json::{Map, Value, json};

use super::search::{filter, opened};
use super::{Session, questions};
use crate::arguments::Ask;
use crate::exit::Exit;
use crate::output;
use crate::wiring::{Installation, count_answer};

pub(crate) async fn run(session: &Session, ask: Ask) -> anyhow::Result<Exit> {
    let library = opened(session).await?;
    let filter = filter(&library, &ask.filter).await?;
    let Some(question) = ask.question else {
        return questions::each("question", async |question| {
            Ok(line_of(&library.answer(question, filter.clone()).await?))
        });
    };
    let answer = library.answer(question, filter).await?;
    if Installation::exists(&session.folder) {
        let installation = Installation::open_existing(&session.folder).await?;
        count_answer(&installation.store, &answer).await;
    }
    let mut value = serde_json::to_value(&answer)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("answer".to_owned(), Value::String(answer.text()));
    }
    output::result(session.json, &value, || for_people(&answer))?;
    Ok(Exit::Done)
}

fn line_of(answer: &Answer) -> Map<String, Value> {
    let citations: Value = answer
        .citations
        .iter()
        .map(|citation| json!({ "document": citation.document, "quote": citation.quote }))
        .collect();
    let members = [
        ("answer", Value::String(answer.text())),
        ("citations", citations),
        ("refused", Value::Bool(answer.refused)),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn for_people(answer: &Answer) -> String {
    let mut text = answer.text();
    if !answer.citations.is_empty() {
        text.push('\n');
    }
    for citation in &answer.citations {
        text.push('\n');
        text.push_str(&source(citation));
    }
    text
}

/// One line: document, version, institution, section, page, characters, licence.
fn source(citation: &Citation) -> String {
    let mut parts = vec![citation.document.to_string()];
    parts.extend(citation.version.map(|version| format!("version {version}")));
    parts.extend(citation.institution.clone());
    parts.extend(citation.section.last().cloned());
    parts.extend(citation.page.map(|page| format!("page {page}")));
    parts.push(format!("characters {}–{}", citation.start, citation.end));
    parts.extend(citation.licence.clone());
    parts.extend(citation.attribution.clone());
    format!("[{}] {}", citation.number, parts.join(" · "))
}
