//! What a run over a folder did: for people, and as JSON. Never holds a value.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::output;

/// The report's name in the output folder.
pub(super) const REPORT: &str = "igudar-report.json";

/// The whole run.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    pub(super) files: Vec<FileLine>,
    pub(super) skipped: Vec<Reason>,
    pub(super) errors: Vec<Reason>,
    pub(super) bytes: u64,
    pub(super) findings: BTreeMap<String, u64>,
    pub(super) restorable: bool,
}

/// A file that was protected.
#[derive(Debug, Serialize)]
pub(super) struct FileLine {
    pub(super) file: String,
    pub(super) format: &'static str,
    pub(super) bytes: u64,
    pub(super) findings: BTreeMap<String, u64>,
    /// Numbers that became strings, since no label can stand in a number.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) numbers_as_strings: u64,
    /// An earlier run had done it.
    pub(super) done_before: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A file that was not protected, and why.
#[derive(Debug, Serialize)]
pub(super) struct Reason {
    pub(super) file: String,
    pub(super) why: String,
}

impl Report {
    pub(super) fn add(&mut self, line: FileLine) {
        self.bytes += line.bytes;
        for (kind, count) in &line.findings {
            *self.findings.entry(kind.clone()).or_default() += count;
        }
        self.files.push(line);
    }

    pub(super) fn sort(&mut self) {
        self.files.sort_by(|one, other| one.file.cmp(&other.file));
        self.skipped.sort_by(|one, other| one.file.cmp(&other.file));
        self.errors.sort_by(|one, other| one.file.cmp(&other.file));
    }

    pub(super) fn for_people(&self) -> String {
        let before = self.files.iter().filter(|line| line.done_before).count();
        let mut text = format!("{} files, {} bytes", self.files.len(), self.bytes);
        if before > 0 {
            text = format!("{text} ({before} of them done by an earlier run)");
        }
        let kinds = self.findings.iter().map(|(kind, count)| vec![kind.clone(), count.to_string()]);
        if !self.findings.is_empty() {
            text = format!("{text}\n{}", output::table(&["type", "values"], kinds));
        }
        for (head, reasons) in [("skipped", &self.skipped), ("NOT protected", &self.errors)] {
            for reason in reasons {
                text.extend(["\n", head, ": ", &reason.file, ": ", &reason.why]);
            }
        }
        text
    }
}
