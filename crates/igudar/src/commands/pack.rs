//! `igudar pack`

use anyhow::Context as _;
use serde_json::json;

use super::{Session, cases};
use crate::arguments::Pack;
use crate::exit::Exit;
use crate::output;
use crate::wiring::{self, CASES};

/// Types that a pack's case files leave aside: what is found of them follows from statistics, which have
/// measures of their own.
const ASIDE: [&str; 3] = ["person", "address", "date_of_birth"];

pub(crate) fn run(session: &Session, pack: &Pack) -> anyhow::Result<Exit> {
    let Pack::Check { folder } = pack;
    let knowledge = match folder {
        Some(folder) => wiring::knowledge_in(Some(folder))?,
        None => wiring::knowledge(&session.configuration()?)?,
    };
    let files: Vec<&str> = knowledge.pack.file_names().collect();
    // The pack's own cases must hold for the pack alone; the installation's hold beside its dictionary.
    let alone = protection::Finder::new(&knowledge.pack);
    let mut lines = Vec::new();
    for name in files.iter().filter(|name| name.starts_with("cases/")) {
        let all = cases::read(name, knowledge.pack.file(name))?;
        lines.push(((*name).to_owned(), cases::run(&alone, &all, &ASIDE)));
    }
    let own = session.folder.join(CASES);
    if own.exists() {
        let content = std::fs::read_to_string(&own)
            .with_context(|| format!("{} cannot be read", own.display()))?;
        let with = wiring::knowledge(&session.configuration()?)?;
        let finder = if folder.is_some() { &knowledge.finder } else { &with.finder };
        let all = cases::read(CASES, &content)?;
        lines.push((CASES.to_owned(), cases::run(finder, &all, &[])));
    }
    let failed: usize = lines.iter().map(|(_, outcome)| outcome.failed.len()).sum();
    let listed: Vec<_> = lines
        .iter()
        .map(|(file, outcome)| {
            json!({
                "file": file,
                "cases": outcome.cases,
                "failed": outcome.failed,
                "open": outcome.open,
                "open_that_hold": outcome.surprising,
            })
        })
        .collect();
    let value =
        json!({ "ok": failed == 0, "from": knowledge.from, "files": files, "cases": listed });
    output::result(session.json, &value, || {
        let mut text = format!(
            "{}: {} files, in order\n  {}",
            knowledge.from,
            files.len(),
            files.join("\n  ")
        );
        for (file, outcome) in &lines {
            let failed: Vec<String> = outcome.failed.iter().map(ToString::to_string).collect();
            let failed = if failed.is_empty() {
                "all hold".to_owned()
            } else {
                format!("these do NOT hold: {}", failed.join(", "))
            };
            let mut line = format!("\n{file}: {} cases, {failed}", outcome.cases);
            if outcome.open + outcome.surprising > 0 {
                let (open, surprising) = (outcome.open, outcome.surprising);
                line = format!("{line}; {open} open, {surprising} open ones hold now");
            }
            text.push_str(&line);
        }
        text
    })?;
    Ok(if failed == 0 { Exit::Done } else { Exit::NotVerified })
}
