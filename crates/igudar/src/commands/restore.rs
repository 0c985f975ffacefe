//! `igudar restore`

use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::path::{Component, Path};

use anyhow::Context as _;
use protection::{Escape, Vault};
use serde_json::json;
use store::files::{self, Growing, Readers};

use super::protect::{MapLine, map_lines, open_map};
use super::{Session, read_input, write_text};
use crate::arguments::Restore;
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::Installation;

pub(crate) async fn run(session: &Session, arguments: Restore) -> anyhow::Result<Exit> {
    if let Some(from) = arguments.file.as_deref().filter(|path| path.is_dir()) {
        return folder(session, &arguments, from).await;
    }
    if arguments.out.is_some() {
        return Err(WrongUse("--out is for a folder".to_owned()).into());
    }
    let sealed = std::fs::read_to_string(&arguments.map)
        .with_context(|| format!("{} cannot be read", arguments.map.display()))?;
    let installation = Installation::open_existing(&session.folder).await?;
    let vault = open_map(&installation, sealed.trim()).await?;
    let text = read_input(arguments.file.as_deref())?;
    let restored = vault.restore(&text, Escape::Plain);
    if session.json.0 {
        output::line(&json!({ "text": restored }).to_string())?;
    } else {
        write_text(&restored)?;
    }
    Ok(Exit::Done)
}

async fn folder(session: &Session, arguments: &Restore, from: &Path) -> anyhow::Result<Exit> {
    let Some(out) = &arguments.out else {
        let message = format!("{} is a folder: say with --out where the files go", from.display());
        return Err(WrongUse(message).into());
    };
    let lines = map_lines(&arguments.map, |line: &MapLine| line.file.clone())?;
    anyhow::ensure!(
        !lines.is_empty(),
        "{} holds no map; was it written by protect for a folder?",
        arguments.map.display()
    );
    let installation = Installation::open_existing(&session.folder).await?;
    let (mut restored, mut errors) = (0_u64, Vec::new());
    for (name, line) in &lines {
        let vault = open_map(&installation, &line.map).await?;
        let restoring = stays_below(name)
            .and_then(|()| restore_file(&vault, &from.join(name), &out.join(name)));
        match restoring {
            Ok(()) => restored += 1,
            Err(error) => errors.push(json!({ "file": name, "why": format!("{error:#}") })),
        }
    }
    let value = json!({ "restored": restored, "errors": errors });
    output::result(session.json, &value, || {
        let failed = errors.iter().filter_map(|error| {
            let (file, why) = (error.get("file")?.as_str()?, error.get("why")?.as_str()?);
            Some(format!("\nNOT restored: {file}: {why}"))
        });
        format!("{restored} files restored{}", failed.collect::<String>())
    })?;
    Ok(if errors.is_empty() { Exit::Done } else { Exit::Failed })
}

/// The names in a map are not sealed: a changed one must not lead out of the folders.
fn stays_below(name: &str) -> anyhow::Result<()> {
    let below = |part| matches!(part, Component::Normal(_));
    anyhow::ensure!(Path::new(name).components().all(below), "its name leads out of the folder");
    Ok(())
}

/// Restores a file piece by piece, so that its length does not matter.
fn restore_file(vault: &Vault, from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut file = File::open(from).context("it cannot be read")?;
    if let Some(folder) = to.parent() {
        files::create_folder(folder).context("its folder cannot be made")?;
    }
    let mut out = BufWriter::new(Growing::begin(to, Readers::Owner)?);
    let mut restorer = vault.restorer(Escape::Plain);
    let (mut bytes, mut text) = (Vec::new(), String::new());
    let mut chunk = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut chunk).context("it cannot be read")?;
        bytes.extend_from_slice(chunk.get(..read).unwrap_or_default());
        let whole = match std::str::from_utf8(&bytes) {
            Ok(_) => bytes.len(),
            Err(error) if error.error_len().is_none() && read > 0 => error.valid_up_to(),
            Err(_) => anyhow::bail!("it is not UTF-8"),
        };
        let rest = bytes.split_off(whole);
        restorer.push(std::str::from_utf8(&bytes).unwrap_or_default(), &mut text);
        bytes = rest;
        if read == 0 {
            restorer.finish(&mut text);
        }
        out.write_all(text.as_bytes()).context("it cannot be written")?;
        text.clear();
        if read == 0 {
            break;
        }
    }
    out.flush()?;
    out.into_inner().map_err(std::io::IntoInnerError::into_error)?.keep()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_below_the_folder() {
        let check =
            |name: &str, right: bool| assert_eq!(stays_below(name).is_ok(), right, "{name}");
        check("a/b.txt", true);
        check("a/../../b.txt", false);
        check("../b.txt", false);
        check("/b.txt", false);
    }
}
