//! `igudar pack`

use serde_json::json;

use super::Session;
use crate::arguments::Pack;
use crate::exit::Exit;
use crate::output;
use crate::wiring;

pub(crate) fn run(session: &Session, pack: &Pack) -> anyhow::Result<Exit> {
    let Pack::Check { folder } = pack;
    let knowledge = match folder {
        Some(folder) => wiring::knowledge_in(Some(folder))?,
        None => wiring::knowledge(&session.configuration()?)?,
    };
    let files: Vec<&str> = knowledge.pack.file_names().collect();
    let value = json!({ "ok": true, "from": knowledge.from, "files": files });
    output::result(session.json, &value, || {
        format!("{}: {} files, in order\n  {}", knowledge.from, files.len(), files.join("\n  "))
    })?;
    Ok(Exit::Done)
}
