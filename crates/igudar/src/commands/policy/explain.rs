//! `igudar policy explain`

use gateway::{Incoming, Preview, Why};
use language::OffsetUnit;
use model::Route;
use serde_json::{Value, json};

use super::{named_project, rule, with_law};
use crate::arguments::Explain;
use crate::commands::preview::request_of;
use crate::commands::{Session, read_input};
use crate::exit::Exit;
use crate::output;
use crate::wiring::{self, closed_gateway, visitor};

pub(super) async fn run(session: &Session, explain: Explain) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let knowledge = wiring::knowledge(&configuration)?;
    let gateway = closed_gateway(&configuration, &knowledge, explain.destination.as_deref())?;
    let input = read_input(explain.file.as_deref())?;
    let body =
        if explain.request { input.clone() } else { request_of(&gateway, &input).to_string() };
    let project = named_project(session, explain.project.as_deref()).await?;
    let incoming = Incoming { route: Route::ChatCompletions, body: body.into() };
    let mut previews = gateway.preview(&visitor(project)?, &incoming, OffsetUnit::Chars)?;
    previews.retain(|seen| explain.destination.as_ref().is_none_or(|one| *one == seen.destination));
    let value = |why: &Why| explain.show_values.then(|| why.span.of(&input).to_owned());
    let first = previews.first();
    let topics: Vec<&str> =
        first.iter().flat_map(|seen| &seen.topics).map(protection::Kind::as_str).collect();
    let answer = json!({
        "class": first.map(|seen| seen.class),
        "topics": topics,
        "risk": first.and_then(|seen| seen.risk),
        "destinations": previews.iter().map(|seen| described(seen, value)).collect::<Vec<_>>(),
    });
    output::result(session.json, &answer, || {
        let mut text = String::new();
        for seen in &previews {
            text.push_str(&shown(seen, value));
        }
        if let Some(seen) = first {
            let risk = seen.risk.map_or("not estimated".to_owned(), |risk| format!("{risk:.2}"));
            let topics = if topics.is_empty() { "none".to_owned() } else { topics.join(", ") };
            let class = seen.class;
            text = [text, format!("class: {class}\nsensitive topics: {topics}\nvalues that may have been missed: {risk}")].concat();
        }
        text
    })?;
    Ok(Exit::Done)
}

/// The object with one more member, where there is one.
fn with_member(mut object: Value, name: &str, member: Option<Value>) -> Value {
    if let (Some(members), Some(member)) = (object.as_object_mut(), member) {
        members.insert(name.to_owned(), member);
    }
    object
}

fn described(seen: &Preview, value: impl Fn(&Why) -> Option<String>) -> Value {
    let findings: Vec<Value> = seen
        .why
        .iter()
        .map(|why| {
            let line = json!({
                "type": why.kind,
                "param": why.param,
                "start": why.start,
                "end": why.end,
                "excerpt": why.excerpt,
                "action": why.action,
                "written": why.written,
                "rule": rule(&why.rule),
            });
            with_member(line, "value", value(why).map(Value::String))
        })
        .collect();
    json!({
        "destination": seen.destination,
        "place": seen.place,
        "local": seen.local,
        "policy": seen.policy,
        "allowed": seen.outcome.is_ok(),
        "refused": seen.outcome.as_ref().err().map(ToString::to_string),
        "findings": findings,
    })
}

fn shown(seen: &Preview, value: impl Fn(&Why) -> Option<String>) -> String {
    let Preview { destination, place, policy, .. } = seen;
    let verdict = match &seen.outcome {
        Ok(_) => "allowed".to_owned(),
        Err(error) => format!("refused\n{error}"),
    };
    let mut text = format!("── {destination} ({place}), policy {policy}: {verdict}\n");
    if !seen.why.is_empty() {
        let rows = seen.why.iter().map(|why| {
            vec![
                why.kind.to_string(),
                format!("{} {}–{}", why.param, why.start, why.end),
                value(why).unwrap_or_else(|| why.excerpt.clone()),
                why.action.to_string(),
                why.written.clone().unwrap_or_default(),
                with_law(&why.rule),
            ]
        });
        let head = ["type", "where", "text", "what happens", "in its place", "rule"];
        text.push_str(&output::table(&head, rows));
        text.push('\n');
    }
    text.push('\n');
    text
}
