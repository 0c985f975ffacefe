//! `igudar eval compare`

use std::path::Path;

use evaluation::compare::{CompareError, Comparison, compare};
use evaluation::page::{shown, signed};
use serde_json::json;

use super::{ReadRun, Session};
use crate::exit::{Exit, WrongUse};
use crate::output;

pub(super) fn run(
    session: &Session,
    first: &Path,
    second: &Path,
    respondents: Option<&str>,
) -> anyhow::Result<Exit> {
    let wanted = match respondents.map(|pair| pair.split_once(',')) {
        Some(Some(pair)) => Some(pair),
        Some(None) => {
            return Err(
                WrongUse("--respondents takes two names with a comma between".to_owned()).into()
            );
        }
        None => None,
    };
    let (first, second) = match (ReadRun::read(session, first)?, ReadRun::read(session, second)?) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(error), _) | (_, Err(error)) => {
            output::failure(&error.into());
            return Ok(Exit::NotVerified);
        }
    };
    let comparison = match compare(first.side(), second.side(), wanted) {
        Ok(comparison) => comparison,
        Err(error @ CompareError::Pairs(..)) => {
            return Err(WrongUse(format!("{error} (--respondents FIRST,SECOND)")).into());
        }
        Err(error @ CompareError::Unknown(..)) => return Err(WrongUse(error.to_string()).into()),
        Err(error) => return Err(error.into()),
    };
    let value = json!({
        "first": first.manifest.digest(),
        "second": second.manifest.digest(),
        "comparison": comparison,
    });
    output::result(session.json, &value, || for_people(&comparison))?;
    Ok(Exit::Done)
}

fn for_people(comparison: &Comparison) -> String {
    let rows = comparison.rows.iter().map(|row| {
        let mark = if row.same_task { "" } else { " *" };
        vec![
            format!("{}{mark}", row.task),
            row.metric.as_str().to_owned(),
            row.language.clone(),
            format!("{} {}", row.first, shown(row.first_score)),
            format!("{} {}", row.second, shown(row.second_score)),
            signed(row.difference),
            format!("{} … {}", signed(row.low), signed(row.high)),
            row.items.to_string(),
            if row.is_clear() { "clear".to_owned() } else { String::new() },
        ]
    });
    let head =
        ["task", "metric", "language", "first", "second", "difference", "interval", "items", ""];
    let mut text = output::table(&head, rows);
    if comparison.rows.iter().any(|row| !row.same_task) {
        text.push_str("\n\n* asked in other words, or with other items: only items that both judged are compared");
    }
    if !comparison.only_in_one.is_empty() {
        text.push_str(
            "

only in one of the two: ",
        );
        text.push_str(&comparison.only_in_one.join(", "));
    }
    text
}
