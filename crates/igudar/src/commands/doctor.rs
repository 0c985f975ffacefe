//! `igudar doctor`: what is missing, and how to mend it.

mod checks;

use serde_json::json;

use super::Session;
use crate::exit::Exit;
use crate::output;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// In order.
    Good,
    /// Igudar works without it, but something will not.
    Warning,
    /// Must be mended.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) name: String,
    pub(super) state: State,
    pub(super) what: String,
    /// How to mend it.
    pub(super) mend: Option<String>,
}

impl Finding {
    pub(super) fn good(name: impl Into<String>, what: impl Into<String>) -> Self {
        Self { name: name.into(), state: State::Good, what: what.into(), mend: None }
    }

    pub(super) fn warning(
        name: impl Into<String>,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        let mend = Some(mend.into());
        Self { name: name.into(), state: State::Warning, what: what.into(), mend }
    }

    pub(super) fn bad(
        name: impl Into<String>,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        let mend = Some(mend.into());
        Self { name: name.into(), state: State::Bad, what: what.into(), mend }
    }
}

pub(crate) async fn run(session: &Session) -> anyhow::Result<Exit> {
    let findings = checks::all(session).await;
    let value = findings
        .iter()
        .map(|finding| {
            json!({
                "name": finding.name,
                "state": word(finding.state),
                "what": finding.what,
                "mend": finding.mend,
            })
        })
        .collect();
    output::result(session.json, &value, || {
        let lines: Vec<String> = findings.iter().map(line).collect();
        lines.join("\n")
    })?;
    let bad = findings.iter().any(|finding| finding.state == State::Bad);
    Ok(if bad { Exit::Missing } else { Exit::Done })
}

fn word(state: State) -> &'static str {
    match state {
        State::Good => "good",
        State::Warning => "warning",
        State::Bad => "bad",
    }
}

fn line(finding: &Finding) -> String {
    let (mark, colour) = match finding.state {
        State::Good => ("✓", anstyle::AnsiColor::Green),
        State::Warning => ("!", anstyle::AnsiColor::Yellow),
        State::Bad => ("✗", anstyle::AnsiColor::Red),
    };
    let style = colour.on_default();
    let mend = finding.mend.as_ref().map_or_else(String::new, |mend| format!("\n    {mend}"));
    format!("{style}{mark}{style:#} {}: {}{mend}", finding.name, finding.what)
}
