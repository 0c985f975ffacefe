//! `igudar ingest`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use futures_util::{StreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use store::shelf::Put;

use super::{Session, collection};
use crate::arguments::Ingest;
use crate::exit::Exit;
use crate::output;
use crate::wiring::{Ingested, Installation, Library};

/// So many files are made findable together.
const FLUSH_EVERY: usize = 2_000;

pub(crate) async fn run(session: &Session, ingest: Ingest) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let mut files = Vec::new();
    for source in &ingest.sources {
        list(source, &mut files)?;
    }
    files.sort();
    files.dedup();
    let installation = Installation::open_or_begin(&configuration).await?;
    let library = Library::open(&configuration).await?;
    let name = &ingest.collection;
    let collection = if let Some(known) = library.shelf.collection(name).await? {
        let wanted = ingest.project.as_ref();
        anyhow::ensure!(
            wanted.is_none_or(|project| *project == known.project),
            "there is a collection `{name}` already, of another project"
        );
        known
    } else {
        let project = installation.project(ingest.project.as_deref()).await?;
        collection::made(&library, name, project.id.as_str(), &ingest.rules).await?
    };
    let mut report = Report::default();
    let bar = bar(files.len());
    let at_once = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut results = stream::iter(files)
        .map(|(path, name)| {
            let (library, collection) = (&library, &collection);
            async move {
                let kept = match read(&path).await {
                    Ok(bytes) => {
                        let kept = library.ingest(&name, bytes, collection).await;
                        kept.map_err(|fault| fault.to_string())
                    }
                    Err(why) => Err(why),
                };
                (name, kept)
            }
        })
        .buffer_unordered(at_once);
    let stopped = tokio::signal::ctrl_c();
    tokio::pin!(stopped);
    loop {
        let next = tokio::select! {
            next = results.next() => next,
            _ = &mut stopped => {
                report.stopped = true;
                None
            }
        };
        let Some((name, kept)) = next else { break };
        report.add(name, kept);
        bar.inc(1);
        if report.files().is_multiple_of(FLUSH_EVERY) {
            library.shelf.flush().await?;
        }
    }
    drop(results);
    bar.finish_and_clear();
    library.shelf.flush().await?;
    report.show(session, name, library.embedder())
}

/// The bytes of a file; one that would be refused for its size is not loaded.
async fn read(path: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("the file cannot be read ({})", error.kind());
    let most = extraction::Limits::default().bytes;
    if tokio::fs::metadata(path).await.map_err(unreadable)?.len() > most {
        return Err(extraction::ReadError::TooLarge(most).to_string());
    }
    tokio::fs::read(path).await.map_err(unreadable)
}

/// Files with the names they are kept under: their path inside the folder that was named.
fn list(source: &Path, files: &mut Vec<(PathBuf, String)>) -> anyhow::Result<()> {
    let failed = || format!("{} cannot be read", source.display());
    let kind = std::fs::metadata(source).with_context(failed)?;
    if !kind.is_dir() {
        let name = source.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push((source.to_path_buf(), name));
        return Ok(());
    }
    let mut folders = vec![source.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let failed = || format!("{} cannot be read", folder.display());
        for entry in std::fs::read_dir(&folder).with_context(failed)? {
            let entry = entry.with_context(failed)?;
            let (path, kind) = (entry.path(), entry.file_type().with_context(failed)?);
            // A link could lead out of the folder, or round in it.
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                let name = path.strip_prefix(source).unwrap_or(&path);
                files.push((path.clone(), name.to_string_lossy().into_owned()));
            }
        }
    }
    Ok(())
}

fn bar(files: usize) -> ProgressBar {
    let bar = ProgressBar::new(files as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} files, {eta} left") {
        bar.set_style(style);
    }
    bar
}

#[derive(Default)]
struct Report {
    kept: Vec<(String, Ingested)>,
    failed: Vec<(String, String)>,
    stopped: bool,
}

impl Report {
    fn files(&self) -> usize {
        self.kept.len() + self.failed.len()
    }

    fn add(&mut self, name: String, kept: Result<Ingested, String>) {
        match kept {
            Ok(kept) => self.kept.push((name, kept)),
            Err(why) => self.failed.push((name, why)),
        }
    }

    fn show(
        &self,
        session: &Session,
        collection: &str,
        embedder: Option<&str>,
    ) -> anyhow::Result<Exit> {
        let count = |put: Put| self.kept.iter().filter(|(_, kept)| kept.put == put).count();
        let (added, replaced, unchanged) =
            (count(Put::Added), count(Put::Replaced), count(Put::Unchanged));
        let passages: usize = self.kept.iter().map(|(_, kept)| kept.passages).sum();
        let mut personal: BTreeMap<&str, u64> = BTreeMap::new();
        for (kind, count) in self.kept.iter().flat_map(|(_, kept)| &kept.personal_data) {
            *personal.entry(kind).or_default() += count;
        }
        let remarked: Vec<_> = self
            .kept
            .iter()
            .filter(|(_, kept)| !kept.remarks.is_empty())
            .map(|(name, kept)| json!({ "file": name, "remarks": kept.remarks }))
            .collect();
        let failed: Vec<_> =
            self.failed.iter().map(|(name, why)| json!({ "file": name, "why": why })).collect();
        let value = json!({
            "collection": collection,
            "added": added,
            "replaced": replaced,
            "unchanged": unchanged,
            "passages": passages,
            "personal_data": personal,
            "remarks": remarked,
            "failed": failed,
            "embedder": embedder,
            "stopped": self.stopped,
        });
        output::result(session.json, &value, || {
            let mut lines = vec![format!(
                "{collection}: {added} added, {replaced} replaced, {unchanged} unchanged; {passages} passages"
            )];
            if !personal.is_empty() {
                let kinds: Vec<String> =
                    personal.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
                lines.push(format!("personal data found: {}", kinds.join(", ")));
            }
            lines.extend(
                remarked.iter().map(|line| format!("{}: {}", line["file"], line["remarks"])),
            );
            lines.extend(self.failed.iter().map(|(name, why)| format!("not kept: {name}: {why}")));
            if embedder.is_none() {
                lines.push(
                    "search is by words and concepts; by meaning too after `igudar models pull sentence-encoder` \
                     and another ingest"
                        .to_owned(),
                );
            }
            lines.join("\n")
        })?;
        if self.stopped {
            output::remark("stopped; what is counted here is kept, the same command goes on");
        }
        let whole = self.failed.is_empty() && !self.stopped;
        Ok(if whole { Exit::Done } else { Exit::Failed })
    }
}
