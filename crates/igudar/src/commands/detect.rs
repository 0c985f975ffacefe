//! `igudar detect`

use language::OffsetConverter;
use protection::{Place, TextIn};
use serde_json::json;

use super::{Session, jsonl, read_input};
use crate::arguments::Detect;
use crate::exit::Exit;
use crate::output;
use crate::wiring;

pub(crate) fn run(session: &Session, detect: &Detect) -> anyhow::Result<Exit> {
    let knowledge = wiring::knowledge(&session.configuration()?)?;
    if detect.jsonl {
        return jsonl::run(&knowledge, detect);
    }
    let text = read_input(detect.file.as_deref())?;
    let inputs = [TextIn { text: &text, place: Place::Text }];
    let found = protection::find_all(&*knowledge.finder, &inputs);
    let mut converter = OffsetConverter::new(&text, detect.offsets.into());
    let findings = found.per_text.first().map_or(&[][..], Vec::as_slice);
    let listed: Vec<_> = findings
        .iter()
        .map(|finding| {
            let (start, end) = converter.span(finding.span);
            let mut line = json!({
                "type": finding.kind,
                "start": start,
                "end": end,
                "score": score(finding.score),
            });
            if detect.why
                && let Some(members) = line.as_object_mut()
            {
                members.insert("why".to_owned(), json!(finding.reason));
            }
            line
        })
        .collect();
    let topics: Vec<_> = found.topics().iter().map(|topic| topic.shown(detect.why)).collect();
    let value = json!({
        "findings": listed,
        "topics": topics,
        "class": found.class().as_str(),
    });
    output::result(session.json, &value, || {
        if findings.is_empty() && found.topics().is_empty() {
            return "nothing found".to_owned();
        }
        let mut converter = OffsetConverter::new(&text, detect.offsets.into());
        let rows = findings.iter().map(|finding| {
            let (start, end) = converter.span(finding.span);
            let mut row = vec![
                finding.kind.to_string(),
                format!("{start}–{end}"),
                format!("{}%", finding.score),
                finding.span.of(&text).escape_debug().to_string(),
            ];
            if detect.why {
                row.push(finding.reason.to_string());
            }
            row
        });
        let mut head = vec!["type", "where", "sure", "text"];
        if detect.why {
            head.push("why");
        }
        let topics: Vec<String> = found
            .topics()
            .iter()
            .map(|topic| {
                if detect.why {
                    format!("{} ({})", topic.topic, topic.reason)
                } else {
                    topic.topic.to_string()
                }
            })
            .collect();
        let topics = if topics.is_empty() {
            String::new()
        } else {
            format!("\nsensitive topics: {}", topics.join(", "))
        };
        let class = found.class().as_str();
        format!("{}\nclass: {class}{topics}", output::table(&head, rows))
    })?;
    Ok(Exit::Done)
}

/// Percent as a share of one.
pub(super) fn score(percent: u8) -> f64 {
    f64::from(percent) / 100.0
}
