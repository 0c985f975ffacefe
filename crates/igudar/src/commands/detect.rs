//! `igudar detect`

use language::OffsetConverter;
use protection::decide::risk::Risk;
use protection::decide::topics::ShownTopic;
use protection::{Finding, Findings, Place, ShownFinding, TextIn, shown};
use serde::Serialize;
use serde_json::json;

use super::{Session, documents, read_input};
use crate::arguments::Detect;
use crate::exit::Exit;
use crate::output;
use crate::wiring;

/// What a text holds.
#[derive(Serialize)]
struct Detected {
    findings: Vec<ShownFinding>,
    topics: Vec<ShownTopic>,
    class: &'static str,
    /// What may have been missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    risk: Option<Risk>,
}

pub(crate) fn run(session: &Session, detect: &Detect) -> anyhow::Result<Exit> {
    let knowledge = wiring::knowledge(&session.configuration()?)?;
    let find = |text: &str| {
        protection::find_all(&*knowledge.finder, &[TextIn { text, place: Place::Text }])
    };
    if detect.jsonl {
        return documents::run(detect.file.as_slice(), |text| detected(text, &find(text), detect));
    }
    let text = read_input(detect.file.as_deref())?;
    let found = find(&text);
    output::result(session.json, &json!(detected(&text, &found, detect)), || {
        for_people(&text, &found, detect)
    })?;
    Ok(Exit::Done)
}

fn detected(text: &str, found: &Findings, detect: &Detect) -> Detected {
    Detected {
        findings: shown(text, of_the_text(found), detect.offsets.into(), detect.why),
        topics: found.topics().iter().map(|topic| topic.shown(detect.why)).collect(),
        class: found.class().as_str(),
        risk: found.risk(),
    }
}

fn of_the_text(found: &Findings) -> &[Finding] {
    found.per_text.first().map_or(&[], Vec::as_slice)
}

fn for_people(text: &str, found: &Findings, detect: &Detect) -> String {
    let findings = of_the_text(found);
    if findings.is_empty() && found.topics().is_empty() {
        return format!("nothing found{}", missed(found));
    }
    let mut converter = OffsetConverter::new(text, detect.offsets.into());
    let rows = findings.iter().map(|finding| {
        let (start, end) = converter.span(finding.span);
        let mut row = vec![
            finding.kind.to_string(),
            format!("{start}–{end}"),
            format!("{}%", finding.score),
            finding.span.of(text).escape_debug().to_string(),
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
    let topics = found.topics().iter().map(|topic| {
        if detect.why {
            format!("{} ({})", topic.topic, topic.reason)
        } else {
            topic.topic.to_string()
        }
    });
    let topics: Vec<String> = topics.collect();
    let topics = if topics.is_empty() {
        String::new()
    } else {
        format!("\nsensitive topics: {}", topics.join(", "))
    };
    let class = found.class().as_str();
    format!("{}\nclass: {class}{topics}{}", output::table(&head, rows), missed(found))
}

/// What may have been missed, in a line of its own.
fn missed(found: &Findings) -> String {
    found.risk().map_or_else(String::new, |risk| {
        format!("\nvalues that may have been missed: {:.2}", risk.expected_missed)
    })
}
