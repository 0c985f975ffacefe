//! `igudar protect`

mod folder;
mod journal;
mod lines;
mod markup;
mod one_file;
mod parts;
mod report;
mod sealing;
mod segments;
mod table;

use std::path::Path;

use anyhow::Context as _;
use protection::{Action, Place, Policy, TextIn, apply, shown};
use serde_json::json;
use store::files::{self, Readers};

pub(crate) use self::journal::{MapLine, lines as map_lines};
use self::sealing::Sealer;
pub(crate) use self::sealing::open as open_map;
use super::{Session, read_input, write_text};
use crate::arguments::{Mode, Protect};
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{Knowledge, general_policy, knowledge, policies};

pub(crate) async fn run(session: &Session, arguments: Protect) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let knowledge = knowledge(&configuration)?;
    let mut policy = general_policy(&configuration, &knowledge)?;
    let named = arguments.project.project.as_deref();
    if let Some(project) = super::policy::named_project(session, named).await? {
        let policies = policies(&configuration, &knowledge)?;
        policy = policies.of_project(&policy, &project, None)?;
    }
    if let Some(mode) = arguments.mode {
        in_mode(&mut policy, mode);
    }
    let life = sealing::life(&configuration, arguments.expires.as_deref())?;
    let folder = arguments.file.as_deref().filter(|path| path.is_dir());
    if let Some(path) = &arguments.map
        && folder.is_none()
        && path.exists()
        && !arguments.force
    {
        return Err(map_is_there(path).into());
    }
    let sealer = match &arguments.map {
        Some(_) => {
            let project = arguments.project.project.as_deref();
            Some(Sealer::new(&configuration, project, life).await?)
        }
        None => None,
    };
    if let Some(from) = folder {
        let arguments = &arguments;
        let knowledge = &knowledge;
        return folder::Run { session, arguments, knowledge, policy, sealer, from }.run();
    }
    if arguments.out.is_some() {
        return Err(WrongUse("--out is for a folder".to_owned()).into());
    }
    one_text(session, &arguments, &knowledge, &policy, sealer.as_ref())
}

fn one_text(
    session: &Session,
    arguments: &Protect,
    knowledge: &Knowledge,
    policy: &Policy,
    sealer: Option<&Sealer>,
) -> anyhow::Result<Exit> {
    let text = read_input(arguments.file.as_deref())?;
    let inputs = [TextIn { text: &text, place: Place::Text }];
    let found = protection::find_all(&*knowledge.finder, &inputs);
    let replacements = if arguments.no_map {
        protection::replace_constant(&found, &inputs, policy)?
    } else {
        let protected = protection::replace(&found, &inputs, policy)?;
        if let (Some(path), Some(sealer)) = (&arguments.map, sealer) {
            let sealed = format!("{}\n", sealer.seal(&protected.vault));
            files::replace(path, sealed.as_bytes(), Readers::Owner)
                .with_context(|| format!("{} cannot be written", path.display()))?;
        } else if !protected.vault.is_empty() {
            output::remark(
                "igudar: nothing can put the values back: use --map FILE to be able to, or --no-map",
            );
        }
        protected.replacements
    };
    let protected = apply(&text, replacements.first().map_or(&[][..], Vec::as_slice));
    if session.json.0 {
        let counts: serde_json::Map<String, serde_json::Value> =
            found.counts().iter().map(|(kind, count)| (kind.to_string(), json!(count))).collect();
        let found = found.per_text.first().map_or(&[][..], Vec::as_slice);
        let findings = shown(&text, found, arguments.offsets.into(), false);
        let value = json!({ "text": protected, "findings": findings, "counts": counts });
        output::line(&value.to_string())?;
    } else {
        write_text(&protected)?;
    }
    Ok(Exit::Done)
}

/// The mode counts for every type but those that the policy blocks or masks: a mode makes nothing laxer.
fn in_mode(policy: &mut Policy, mode: Mode) {
    let change = |action: &mut Action| match (mode, *action) {
        (_, Action::Block | Action::Mask) => {}
        (Mode::Label, _) => *action = Action::Label,
        (Mode::Mask, _) => *action = Action::Mask,
    };
    change(&mut policy.default);
    policy.by_kind.values_mut().for_each(change);
}

fn map_is_there(path: &Path) -> WrongUse {
    WrongUse(format!(
        "{} is there already, and without it its text cannot be restored; choose another name, or \
         --force to replace it",
        path.display()
    ))
}
