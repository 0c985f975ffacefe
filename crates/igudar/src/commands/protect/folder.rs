//! `igudar protect FOLDER --out FOLDER2`

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use protection::{Action, Policy};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::files::{self, Readers};

use super::journal::{self, Entry, JOURNAL, MapLine};
use super::one_file::{Work, digest, protect_file};
use super::parts::{Format, Wanted};
use super::report::{FileLine, REPORT, Reason, Report};
use super::sealing::Sealer;
use crate::arguments::Protect;
use crate::commands::Session;
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::Knowledge;

/// A run over a folder.
pub(super) struct Run<'r> {
    pub(super) session: &'r Session,
    pub(super) arguments: &'r Protect,
    pub(super) knowledge: &'r Knowledge,
    pub(super) policy: Policy,
    pub(super) sealer: Option<Sealer>,
    pub(super) from: &'r Path,
}

/// What a worker says of one file.
enum News {
    Done(FileLine, Option<MapLine>, Entry),
    Before(FileLine),
    Failed(Reason),
}

impl Run<'_> {
    pub(super) fn run(mut self) -> anyhow::Result<Exit> {
        let out = self.arguments.out.clone().ok_or_else(|| {
            WrongUse(format!(
                "{} is a folder: say with --out where the protected files go",
                self.from.display()
            ))
        })?;
        if self.arguments.map.is_none() && !self.arguments.no_map {
            let message = "a folder needs --map FILE, to be restored later, or --no-map";
            return Err(WrongUse(message.to_owned()).into());
        }
        apart(self.from, &out)?;
        // What is safe instead of a value is known for one text at a time.
        let plain = |action: &mut Action| {
            if *action == Action::Surrogate {
                *action = Action::Label;
            }
        };
        plain(&mut self.policy.default);
        self.policy.by_kind.values_mut().for_each(plain);
        files::create_folder(&out).with_context(|| format!("{} cannot be made", out.display()))?;
        let mut report = Report { restorable: !self.arguments.no_map, ..Report::default() };
        let mut todo = Vec::new();
        list(self.from, Path::new(""), &mut todo, &mut report.skipped)?;
        remove_drafts(&out)?;
        let journal = out.join(JOURNAL);
        let before = journal::lines(&journal, |entry: &Entry| entry.file.clone())?;
        let maps = self.maps(!before.is_empty())?;
        let settings = self.settings();
        let wanted = Wanted::new(self.arguments.columns.as_deref());
        let mut work = Vec::new();
        for file in todo {
            match Format::of(&file) {
                Some(format) => work.push((file, format)),
                None => self.other(&file, &out, &mut report),
            }
        }
        let bar = self.bar(work.len());
        let (send, receive) = mpsc::channel();
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| -> anyhow::Result<()> {
            for _ in 0..self.threads().min(work.len()) {
                let (send, next, work, wanted) = (send.clone(), &next, &work, &wanted);
                let (run, before, maps, settings, out) = (&self, &before, &maps, &settings, &out);
                scope.spawn(move || {
                    while let Some((file, format)) = work.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        let known = before.get(&name_of(file)).filter(|entry| {
                            entry.settings == *settings
                                && (run.arguments.no_map
                                    || maps.contains(&(entry.file.clone(), entry.source.clone())))
                        });
                        let news = run.one(file, *format, out, wanted, settings, known);
                        if send.send(news).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(send);
            for news in receive {
                bar.inc(1);
                match news {
                    News::Done(line, map, entry) => {
                        // The map first: a file counts as done only when it can be restored.
                        if let (Some(map), Some(path)) = (map, &self.arguments.map) {
                            journal::append(path, &map)?;
                        }
                        journal::append(&journal, &entry)?;
                        report.add(line);
                    }
                    News::Before(line) => report.add(line),
                    News::Failed(reason) => report.errors.push(reason),
                }
            }
            Ok(())
        })?;
        bar.finish_and_clear();
        report.sort();
        let written = serde_json::to_string_pretty(&report)?;
        files::replace(&out.join(REPORT), format!("{written}\n").as_bytes(), Readers::Anyone)
            .context("the report cannot be written")?;
        output::result(self.session.json, &json!(report), || report.for_people())?;
        Ok(if report.errors.is_empty() { Exit::Done } else { Exit::Failed })
    }

    fn one(
        &self,
        file: &Path,
        format: Format,
        out: &Path,
        wanted: &Wanted,
        settings: &str,
        known: Option<&Entry>,
    ) -> News {
        let name = name_of(file);
        let from = self.from.join(file);
        let to = out.join(file);
        let failed = |error: &anyhow::Error| {
            let why = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
            // What an earlier run wrote for another content must not be taken for this one's.
            drop(std::fs::remove_file(&to));
            News::Failed(Reason { file: name.clone(), why })
        };
        let (source, _) = match digest(&from) {
            Ok(found) => found,
            Err(error) => return failed(&error),
        };
        let line = |bytes, findings, numbers, done_before| FileLine {
            file: name.clone(),
            format: format.name(),
            bytes,
            findings,
            numbers_as_strings: numbers,
            done_before,
        };
        let length = std::fs::metadata(&to).map(|found| found.len()).ok();
        if let Some(known) =
            known.filter(|known| known.source == source && length == Some(known.written))
        {
            return News::Before(line(known.bytes, known.findings.clone(), known.numbers, true));
        }
        let work = Work {
            finder: &self.knowledge.finder,
            policy: &self.policy,
            wanted,
            constant: self.arguments.no_map,
        };
        match protect_file(&work, &from, &to, format, &source) {
            Err(error) => failed(&error),
            Ok(done) => {
                let map = self.sealer.as_ref().map(|sealer| MapLine {
                    file: name.clone(),
                    source: source.clone(),
                    map: sealer.seal(&done.vault),
                });
                let entry = Entry {
                    file: name.clone(),
                    source,
                    settings: settings.to_owned(),
                    bytes: done.bytes,
                    written: done.length,
                    findings: done.findings.clone(),
                    numbers: done.numbers,
                };
                News::Done(line(done.bytes, done.findings, done.numbers, false), map, entry)
            }
        }
    }

    /// The files, with what they held, of which the map can be read. A map of another run is refused.
    fn maps(&self, goes_on: bool) -> anyhow::Result<BTreeSet<(String, String)>> {
        let Some(path) = &self.arguments.map else { return Ok(BTreeSet::new()) };
        if path.exists() && !goes_on {
            if !self.arguments.force {
                return Err(super::map_is_there(path).into());
            }
            std::fs::remove_file(path)
                .with_context(|| format!("{} cannot be replaced", path.display()))?;
        }
        let lines: BTreeMap<String, MapLine> =
            journal::lines(path, |line: &MapLine| line.file.clone())?;
        Ok(lines.into_values().map(|line| (line.file, line.source)).collect())
    }

    /// What decides the result beside the file itself, as one hash.
    fn settings(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        };
        add(env!("CARGO_PKG_VERSION"));
        for name in self.knowledge.pack.file_names() {
            add(name);
            add(self.knowledge.pack.file(name));
        }
        add(&self.knowledge.own);
        add(&format!("{:?} {:?}", self.policy.default, self.policy.by_kind));
        add(self.arguments.columns.as_deref().unwrap_or("all"));
        add(if self.arguments.no_map { "constant" } else { "numbered" });
        hex::encode(hash.finalize())
    }

    fn other(&self, file: &Path, out: &Path, report: &mut Report) {
        let name = name_of(file);
        if !self.arguments.copy_others {
            let why = "not a format that is read: txt, md, html, csv, tsv, jsonl".to_owned();
            report.skipped.push(Reason { file: name, why });
            return;
        }
        let to = out.join(file);
        let made = to.parent().map_or(Ok(()), files::create_folder);
        match made.and_then(|()| std::fs::copy(self.from.join(file), &to)) {
            Ok(_) => {
                let why = "copied as it is, UNPROTECTED (--copy-others)".to_owned();
                report.skipped.push(Reason { file: name, why });
            }
            Err(error) => report.errors.push(Reason { file: name, why: error.to_string() }),
        }
    }

    fn threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.arguments.threads.map_or_else(cores, usize::from).max(1)
    }

    fn bar(&self, files: usize) -> ProgressBar {
        if self.session.json.0 || !std::io::IsTerminal::is_terminal(&std::io::stderr()) {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files, {eta} left");
        let bar = ProgressBar::new(files as u64);
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar
    }
}

/// A file's path in the folder, with `/` between its parts on every system.
pub(super) fn name_of(file: &Path) -> String {
    let parts = file.components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The files below a folder, in order. Links are not followed: they may lead out of it, or round.
fn list(
    folder: &Path,
    below: &Path,
    found: &mut Vec<PathBuf>,
    skipped: &mut Vec<Reason>,
) -> anyhow::Result<()> {
    let path = folder.join(below);
    let failed = || format!("{} cannot be read", path.display());
    let entries: Result<Vec<_>, _> = std::fs::read_dir(&path).with_context(failed)?.collect();
    let mut entries = entries.with_context(failed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let file = below.join(entry.file_name());
        let kind = entry.file_type().with_context(failed)?;
        if kind.is_dir() {
            list(folder, &file, found, skipped)?;
        } else if kind.is_file() {
            found.push(file);
        } else {
            let why = "a link or device, which is not followed".to_owned();
            skipped.push(Reason { file: name_of(&file), why });
        }
    }
    Ok(())
}

/// Neither folder may hold the other: a run would read what it wrote, or write over what it reads.
fn apart(from: &Path, out: &Path) -> anyhow::Result<()> {
    let real = |path: &Path| {
        let there = path.ancestors().find(|part| part.exists()).unwrap_or(Path::new("."));
        let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
        let rest = path.strip_prefix(there).unwrap_or(path).to_owned();
        std::fs::canonicalize(there).map(|there| there.join(rest))
    };
    let (from, out) = (real(from)?, real(out)?);
    if from.starts_with(&out) || out.starts_with(&from) {
        let message = "one of the two folders lies in the other; choose an --out beside the folder";
        return Err(WrongUse(message.to_owned()).into());
    }
    Ok(())
}

/// Removes what a killed run left half-written.
fn remove_drafts(out: &Path) -> anyhow::Result<()> {
    let (mut found, mut skipped) = (Vec::new(), Vec::new());
    list(out, Path::new(""), &mut found, &mut skipped)?;
    for file in found {
        if file.file_name().is_some_and(|name| files::is_draft(&name.to_string_lossy())) {
            let path = out.join(file);
            std::fs::remove_file(&path)
                .with_context(|| format!("{} cannot be removed", path.display()))?;
        }
    }
    Ok(())
}
