//! `igudar eval report`

use std::path::Path;

use anyhow::Context as _;
use evaluation::Manifest;
use evaluation::outcome::Way;
use evaluation::page::{between, page, shown, signed};
use evaluation::results::Cell;
use evaluation::study::text_in;
use serde_json::json;

use super::{ReadRun, Session};
use crate::exit::Exit;
use crate::output;
use crate::output::plain;

pub(super) fn run(session: &Session, name: &Path, html: Option<&Path>) -> anyhow::Result<Exit> {
    let read = match ReadRun::read(session, name)? {
        Ok(read) => read,
        Err(error) => {
            output::failure(&error.into());
            return Ok(Exit::NotVerified);
        }
    };
    let digest = read.manifest.digest();
    if let Some(file) = html {
        let page = page(&read.manifest, &digest);
        store::files::replace(file, page.as_bytes(), store::files::Readers::Anyone)
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    let value = json!({
        "manifest_sha256": digest,
        "study": read.manifest.study,
        "respondents": read.manifest.respondents,
        "results": read.manifest.results,
    });
    output::result(session.json, &value, || {
        format!("{}\n\nmanifest  {digest}", for_people(&read.manifest))
    })?;
    Ok(Exit::Done)
}

/// Results as tables: one for each task, then the differences between languages.
pub(super) fn for_people(manifest: &Manifest) -> String {
    let title = plain(text_in(&manifest.study.title, "fr"));
    let review = plain(text_in(&manifest.study.review, "fr"));
    let mut parts = vec![format!("{title}\n{}", review.trim())];
    let mut tasks: Vec<&str> = Vec::new();
    for cell in &manifest.results.cells {
        if !tasks.contains(&cell.task.as_str()) {
            tasks.push(&cell.task);
        }
    }
    for task in tasks {
        let cells = manifest.results.cells.iter().filter(|cell| cell.task == task);
        let head = [
            "respondent",
            "metric",
            "language",
            "score",
            "interval",
            "judged",
            "worst",
            "answered",
            "refused",
            "truncated",
            "error",
            "unread",
        ];
        parts.push(format!("{task}\n{}", output::table(&head, cells.map(row))));
    }
    let differences = &manifest.results.differences;
    if !differences.is_empty() {
        let rows = differences.iter().map(|own| {
            let pairs = if own.pairs == 0 { "–".to_owned() } else { own.pairs.to_string() };
            vec![
                own.task.clone(),
                own.respondent.clone(),
                own.metric.as_str().to_owned(),
                format!("{} − {}", own.language, own.reference),
                signed(own.difference),
                format!("{} … {}", signed(own.low), signed(own.high)),
                pairs,
                if own.is_clear() { "clear".to_owned() } else { String::new() },
            ]
        });
        let head =
            ["task", "respondent", "metric", "languages", "difference", "interval", "pairs", ""];
        parts.push(format!("differences between languages\n{}", output::table(&head, rows)));
    }
    parts.join("\n\n")
}

/// The metric, and how the answers came about where that is not by writing.
fn measured(cell: &Cell) -> String {
    let metric = cell.metric.as_str();
    match cell.way {
        Way::Generation => metric.to_owned(),
        Way::Likelihood => format!("{metric}, by likelihood"),
    }
}

fn row(cell: &Cell) -> Vec<String> {
    vec![
        cell.respondent.clone(),
        measured(cell),
        cell.language.clone(),
        cell.score.map_or_else(|| "–".to_owned(), shown),
        between(cell),
        format!("{} of {}", cell.judged, cell.items),
        shown(cell.worst),
        cell.outcomes.answered.to_string(),
        cell.outcomes.refused.to_string(),
        cell.outcomes.truncated.to_string(),
        cell.outcomes.error.to_string(),
        cell.outcomes.unread.to_string(),
    ]
}
