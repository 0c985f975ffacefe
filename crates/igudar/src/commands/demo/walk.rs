//! The walk: through every door with invented people, offline, in a folder of its own that begins anew each time.
//!
//! It does nothing that a person could not do: each step is a command of this program or a call of its API, and
//! what it prints says which.

mod entry;
mod house;
mod steps;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::Session;
use crate::exit::Exit;
use crate::output;
use house::House;

/// What happened at one door.
pub(super) struct Told {
    door: &'static str,
    did: String,
    /// Commands that show more.
    look: Vec<String>,
}

/// What earlier steps know that later ones need.
#[derive(Default)]
pub(super) struct Notes(BTreeMap<&'static str, String>);

impl Notes {
    fn keep(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.insert(name, value.into());
    }

    fn of(&self, name: &'static str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

pub(super) async fn run(session: &Session) -> anyhow::Result<Exit> {
    let mut house = House::begin(&session.folder).await?;
    let mut notes = Notes::default();
    let mut doors = Vec::new();
    for step in steps::STEPS {
        let told = step(&mut house, &mut notes).await?;
        output::result(
            session.json,
            &json!({ "door": told.door, "did": told.did, "look": told.look }),
            || {
                let look: Vec<String> =
                    told.look.iter().map(|line| format!("  → {line}")).collect();
                format!("\n{}\n{}\n{}", told.door, told.did, look.join("\n"))
            },
        )?;
        doors.push(told.door);
    }
    house.close().await?;
    let folder = house.folder().display().to_string();
    output::result(session.json, &json!({ "doors": doors, "data": folder }), || {
        format!(
            "\n{} doors, everyone invented, nothing left this machine. To look around: export IGUDAR_DATA={folder}",
            doors.len()
        )
    })?;
    Ok(Exit::Done)
}

/// A member of an answer as text; an error names it where it is missing.
fn text(value: &Value, pointer: &str) -> anyhow::Result<String> {
    let found =
        value.pointer(pointer).ok_or_else(|| anyhow::anyhow!("an answer lacks {pointer}"))?;
    Ok(found.as_str().map_or_else(|| found.to_string(), str::to_owned))
}
