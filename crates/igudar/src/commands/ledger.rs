//! `igudar ledger`

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::Context as _;
use ledger::{Checkpoint, ExportVerifier, Fault, PublicKey, Receipt, Verdict};
use serde_json::json;

use super::{Session, write_text};
use crate::arguments::Ledger;
use crate::exit::Exit;
use crate::output;
use crate::wiring::Installation;

pub(crate) async fn run(session: &Session, ledger: Ledger) -> anyhow::Result<Exit> {
    match ledger {
        Ledger::Verify { export, checkpoint, public_key } => {
            let saved = checkpoint
                .as_deref()
                .map(|path| {
                    std::fs::read_to_string(path)
                        .with_context(|| format!("{} cannot be read", path.display()))
                })
                .transpose()?;
            let trusted = public_key
                .map(|text| PublicKey::parse(&text).context("--public-key is no public key"))
                .transpose()?;
            let trusts = trusted.is_some();
            let verifier = ExportVerifier::new(saved.as_deref(), trusted);
            let verdict = match export.as_deref() {
                None => verify_folder(&session.folder, verifier).await?,
                Some(path) if path == Path::new("-") => {
                    verify_lines(std::io::stdin().lock(), verifier)?
                }
                Some(path) => {
                    let file = File::open(path)
                        .with_context(|| format!("{} cannot be read", path.display()))?;
                    verify_lines(BufReader::new(file), verifier)?
                }
            };
            let compared = saved.is_some() || trusts;
            let source = match export.as_deref() {
                None => format!("the ledger of {}", session.folder.display()),
                Some(path) if path == Path::new("-") => "standard input".to_owned(),
                Some(path) => path.display().to_string(),
            };
            tell(session, &verdict, &source, compared)
        }
        Ledger::Receipt { receipt, public_key } => {
            let text = if receipt == Path::new("-") {
                std::io::read_to_string(std::io::stdin().lock())
            } else {
                std::fs::read_to_string(&receipt)
            };
            let text = text.with_context(|| format!("{} cannot be read", receipt.display()))?;
            let key = match public_key {
                Some(text) => PublicKey::parse(&text).context("--public-key is no public key")?,
                None => {
                    Installation::open_existing(&session.folder).await?.store.public_key().await?
                }
            };
            tell_receipt(session, &text, &key)
        }
        Ledger::Export => {
            let installation = Installation::open_existing(&session.folder).await?;
            let mut export = installation.store.export().await?;
            while let Some(page) = export.next_page().await? {
                write_text(&page)?;
            }
            Ok(Exit::Done)
        }
        Ledger::Checkpoint => {
            let installation = Installation::open_existing(&session.folder).await?;
            let receipts: &dyn gateway::ports::Receipts = &installation.store;
            let note = receipts.checkpoint().await?;
            if !session.json.0 {
                write_text(&note)?;
                return Ok(Exit::Done);
            }
            let checkpoint = Checkpoint::parse_unverified(&note)?;
            let value = json!({
                "checkpoint": note,
                "origin": checkpoint.origin,
                "size": checkpoint.size,
                "public_key": installation.store.public_key().await?.to_string(),
            });
            output::line(&value.to_string())?;
            Ok(Exit::Done)
        }
    }
}

fn tell_receipt(session: &Session, text: &str, key: &PublicKey) -> anyhow::Result<Exit> {
    let receipt: Receipt = serde_json::from_str(text)
        .context("this is no receipt: it is not JSON as the API gives it")?;
    match receipt.verify(key) {
        Ok(entries) => {
            let value = json!({ "holds": true, "entries": entries, "public_key": key.to_string() });
            output::result(session.json, &value, || {
                format!("holds: {} entries are in the ledger signed by {key}", entries.len())
            })?;
            Ok(Exit::Done)
        }
        Err(fault) => {
            let value = json!({ "holds": false, "fault": fault.to_string() });
            output::result(session.json, &value, || format!("does NOT hold: {fault}"))?;
            Ok(Exit::NotVerified)
        }
    }
}

fn verify_lines(input: impl BufRead, mut verifier: ExportVerifier) -> anyhow::Result<Verdict> {
    for line in input.split(b'\n') {
        let line = line.context("the export cannot be read")?;
        if let Err(fault) = verifier.line_bytes(&line) {
            return Ok(Verdict::Broken(fault));
        }
    }
    Ok(verifier.finish())
}

async fn verify_folder(folder: &Path, mut verifier: ExportVerifier) -> anyhow::Result<Verdict> {
    let installation = Installation::open_existing(folder).await?;
    let mut export = installation.store.export().await?;
    while let Some(page) = export.next_page().await? {
        for line in page.lines() {
            if let Err(fault) = verifier.line(line) {
                return Ok(Verdict::Broken(fault));
            }
        }
    }
    Ok(verifier.finish())
}

fn tell(
    session: &Session,
    verdict: &Verdict,
    source: &str,
    compared: bool,
) -> anyhow::Result<Exit> {
    match verdict {
        Verdict::Intact { checkpoint, public_key } => {
            let value = json!({
                "intact": true,
                "origin": checkpoint.origin,
                "entries": checkpoint.size,
                "public_key": public_key.to_string(),
                "compared": compared,
            });
            output::result(session.json, &value, || {
                let outside = if compared {
                    ""
                } else {
                    "\ncompared with nothing from outside: whoever holds the key can rewrite a whole ledger. \
                     Give `igudar ledger checkpoint` to somebody to keep, and verify with --checkpoint"
                };
                format!(
                    "{source} is intact: {} entries of {}, signed by {public_key}{outside}",
                    checkpoint.size, checkpoint.origin
                )
            })?;
            Ok(Exit::Done)
        }
        Verdict::Broken(fault) => {
            let value =
                json!({ "intact": false, "fault": fault.to_string(), "entry": entry(fault) });
            output::result(session.json, &value, || format!("{source} is NOT intact: {fault}"))?;
            Ok(Exit::NotVerified)
        }
    }
}

/// The first bad entry, where the fault is about one.
fn entry(fault: &Fault) -> Option<u64> {
    match fault {
        Fault::EntryLine { index, .. }
        | Fault::EntryChanged { index }
        | Fault::EntryContent { index }
        | Fault::Unasked { index } => Some(*index),
        Fault::Genesis => Some(0),
        Fault::EntryOrder { expected, .. } => Some(*expected),
        _ => None,
    }
}
