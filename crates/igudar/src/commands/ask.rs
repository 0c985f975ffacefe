//! `igudar ask`

use std::io::{BufRead as _, Write as _};

use anyhow::Context as _;
use knowledge::answer::{Answer, Citation};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::Session;
use super::search::{filter, opened};
use crate::arguments::Ask;
use crate::exit::Exit;
use crate::output;

#[derive(Deserialize)]
struct Line<'line> {
    #[serde(borrow)]
    id: &'line RawValue,
    question: String,
}

pub(crate) async fn run(session: &Session, ask: Ask) -> anyhow::Result<Exit> {
    let library = opened(session).await?;
    let filter = filter(&library, &ask.filter).await?;
    let Some(question) = ask.question else {
        let mut bad = 0_u64;
        for (number, line) in (1_u64..).zip(std::io::stdin().lock().lines()) {
            let line = line.context("standard input cannot be read as UTF-8")?;
            if line.trim().is_empty() {
                continue;
            }
            let Ok(asked) = serde_json::from_str::<Line<'_>>(&line) else {
                bad += 1;
                output::remark(&format!(
                    "line {number}: a question needs `id` and the string `question`"
                ));
                continue;
            };
            match library.answer(asked.question, filter.clone()).await {
                Ok(answer) => {
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "{}", line_of(asked.id, &answer))?;
                }
                Err(error) => {
                    bad += 1;
                    output::remark(&format!("line {number}: {error}"));
                }
            }
        }
        anyhow::ensure!(bad == 0, "{bad} of the lines could not be answered; the others were");
        return Ok(Exit::Done);
    };
    let answer = library.answer(question, filter).await?;
    let mut value = serde_json::to_value(&answer)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("answer".to_owned(), Value::String(answer.text()));
    }
    output::result(session.json, &value, || for_people(&answer))?;
    Ok(Exit::Done)
}

fn line_of(id: &RawValue, answer: &Answer) -> Value {
    let citations: Vec<Value> = answer
        .citations
        .iter()
        .map(|citation| json!({ "document": citation.document, "quote": citation.quote }))
        .collect();
    json!({
        "id": id,
        "answer": answer.text(),
        "citations": citations,
        "refused": answer.refused,
    })
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
