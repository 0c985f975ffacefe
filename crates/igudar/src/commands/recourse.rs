//! `igudar recourse`

use anyhow::Context as _;
use gateway::ports::Ambient as _;
use ledger::ReceiptId;
use register::{LONGEST_REASON, LONGEST_TEXT, Language, Outcome, explain};
use serde_json::{Value, json};
use store::{ContestRecord, SystemAmbient};

use super::{Session, dates, read_input};
use crate::arguments::{Decide, Recourse};
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{Installation, RecourseDesk, settle};

pub(crate) async fn run(session: &Session, recourse: Recourse) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let installation = Installation::open_existing(&session.folder).await?;
    let desk = RecourseDesk::new(&configuration, &installation);
    match recourse {
        Recourse::Show { receipt, language } => {
            let (receipt, language) = (receipt_of(&receipt)?, language_of(&language)?);
            let told = desk.tell(&receipt).await?.with_context(unknown)?;
            let text = explain(&told.asked, told.answerable.as_ref(), &told.term, language);
            let value = json!({ "receipt": receipt, "left": told.asked.left, "text": text });
            output::result(session.json, &value, || text.text())?;
            Ok(Exit::Done)
        }
        Recourse::Contest { receipt, file, language } => {
            let (receipt, language) = (receipt_of(&receipt)?, language_of(&language)?);
            let text = read_input(Some(&file))?;
            let text = within(text.trim(), LONGEST_TEXT, "a contest")?;
            let taken = desk.take(&receipt, text, language).await?.with_context(unknown)?;
            settle(&installation, &receipt_of(&taken.statement)?).await?;
            output::result(session.json, &json!(taken), || {
                format!("{} is taken; it is to be answered until {}", taken.contest, taken.due)
            })?;
            Ok(Exit::Done)
        }
        Recourse::Queue { all } => queue(session, &desk, all).await,
        Recourse::Read { id } => {
            let contest = found(&desk, &id).await?;
            let text = desk.text_of(&contest)?;
            let shown = desk.shown(&contest)?;
            let mut value = json!(shown);
            if let Some(members) = value.as_object_mut() {
                members.insert("receipt".to_owned(), json!(contest.receipt));
                members.insert("language".to_owned(), json!(contest.language));
                members.insert("text".to_owned(), json!(text));
            }
            output::result(session.json, &value, || {
                let text = text.as_deref().unwrap_or("(erased)");
                let reason = shown
                    .reason
                    .as_deref()
                    .map_or_else(String::new, |reason| format!("\n\nReason: {reason}"));
                let text = output::plain(text);
                format!(
                    "{}  receipt {}  answer in {}\nreceived {}  due {}  {}\n\n{text}{reason}",
                    shown.contest,
                    contest.receipt,
                    contest.language,
                    shown.received,
                    shown.due,
                    shown.state
                )
            })?;
            Ok(Exit::Done)
        }
        Recourse::Decide(Decide { id, outcome, reason }) => {
            let outcome: Outcome = outcome.into();
            let reason = within(reason.trim(), LONGEST_REASON, "a reason")?;
            let statement = desk.decide(&id, outcome, reason).await?;
            let place = settle(&installation, &statement.receipt).await?;
            let value = json!({
                "contest": id,
                "state": outcome.as_str(),
                "statement": statement.receipt,
                "ledger_entry": place,
            });
            output::result(session.json, &value, || format!("{id}: {}", outcome.as_str()))?;
            Ok(Exit::Done)
        }
        Recourse::Erase { id } => {
            desk.store.erase_contest(&id, SystemAmbient.now_ms()).await?;
            let value = json!({ "contest": id, "erased": true });
            output::result(session.json, &value, || format!("what was written in {id} is erased"))?;
            Ok(Exit::Done)
        }
    }
}

async fn queue(session: &Session, desk: &RecourseDesk, all: bool) -> anyhow::Result<Exit> {
    let contests = desk.store.contests(!all).await?;
    let now_ms = SystemAmbient.now_ms();
    let late = |contest: &ContestRecord| contest.outcome.is_none() && contest.due_ms <= now_ms;
    let state = |contest: &ContestRecord| match &contest.outcome {
        Some(outcome) => outcome.clone(),
        None if late(contest) => "overdue".to_owned(),
        None => "open".to_owned(),
    };
    let value: Value = contests
        .iter()
        .map(|contest| {
            json!({
                "contest": contest.id,
                "receipt": contest.receipt,
                "project": contest.project.as_str(),
                "language": contest.language,
                "received_ms": contest.received_ms,
                "due_ms": contest.due_ms,
                "state": state(contest),
            })
        })
        .collect();
    output::result(session.json, &value, || {
        if contests.is_empty() {
            return "no contest waits".to_owned();
        }
        let rows = contests.iter().map(|contest| {
            vec![
                contest.id.clone(),
                contest.project.to_string(),
                contest.language.clone(),
                dates::day(contest.received_ms),
                // The term ends with the last moment of the day before.
                dates::day(contest.due_ms - 1),
                state(contest),
            ]
        });
        output::table(&["contest", "project", "language", "received", "due", "state"], rows)
    })?;
    Ok(if contests.iter().any(late) { Exit::NotVerified } else { Exit::Done })
}

async fn found(desk: &RecourseDesk, id: &str) -> anyhow::Result<ContestRecord> {
    let contest = desk.store.contest(id).await?;
    contest.with_context(|| format!("there is no contest `{id}`: igudar recourse queue --all"))
}

fn unknown() -> &'static str {
    "no request of this installation has this receipt"
}

fn receipt_of(text: &str) -> anyhow::Result<ReceiptId> {
    Ok(ReceiptId::parse(text).map_err(|error| WrongUse(error.to_string()))?)
}

fn language_of(text: &str) -> anyhow::Result<Language> {
    Ok(Language::parse(text)
        .ok_or_else(|| WrongUse("--language is one of fr, ar, zgh, en".to_owned()))?)
}

fn within<'t>(text: &'t str, longest: usize, what: &str) -> anyhow::Result<&'t str> {
    let count = text.chars().count();
    if count == 0 || count > longest {
        return Err(
            WrongUse(format!("{what} has 1 to {longest} characters, this has {count}")).into()
        );
    }
    Ok(text)
}
