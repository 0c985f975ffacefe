//! A compact map from normalised bytes to source bytes.

use crate::span::ByteSpan;

/// One stretch in which normalised and source bytes advance in fixed steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    normalized: usize,
    source: usize,
    normalized_step: usize,
    source_step: usize,
}

/// Runs in ascending order of their normalised start. Dropped characters leave a gap between the end of
/// one run and the source start of the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct OffsetMap {
    runs: Vec<Run>,
    reached_source: usize,
    normalized_len: usize,
    source_len: usize,
}

impl OffsetMap {
    /// `len` bytes went over unchanged.
    pub(super) fn same(&mut self, normalized: usize, source: usize, len: usize) {
        self.add(Run { normalized, source, normalized_step: 1, source_step: 1 });
        self.reached_source = source + len;
    }

    /// One character of `source_len` bytes became `normalized_len` bytes, none when it was dropped.
    pub(super) fn changed(
        &mut self,
        normalized: usize,
        normalized_len: usize,
        source: usize,
        source_len: usize,
    ) {
        if normalized_len == 0 {
            return;
        }
        self.add(Run {
            normalized,
            source,
            normalized_step: normalized_len,
            source_step: source_len,
        });
        self.reached_source = source + source_len;
    }

    /// The whole lengths, known at the end.
    pub(super) fn close(&mut self, normalized_len: usize, source_len: usize) {
        self.normalized_len = normalized_len;
        self.source_len = source_len;
        self.runs.shrink_to_fit();
    }

    fn add(&mut self, run: Run) {
        let continues = self.runs.last().is_some_and(|last| {
            last.normalized_step == run.normalized_step
                && last.source_step == run.source_step
                && self.reached_source == run.source
        });
        if !continues {
            self.runs.push(run);
        }
    }

    pub(super) fn source_span(&self, span: ByteSpan) -> ByteSpan {
        let start = self.start(span.start);
        if span.is_empty() {
            return ByteSpan::new(start, start);
        }
        ByteSpan::new(start, self.end(span.end))
    }

    fn start(&self, normalized: usize) -> usize {
        if normalized >= self.normalized_len {
            return self.source_len;
        }
        self.run_at(normalized).map_or(0, |run| {
            run.source + (normalized - run.normalized) / run.normalized_step * run.source_step
        })
    }

    fn end(&self, normalized: usize) -> usize {
        let Some(last) = normalized.min(self.normalized_len).checked_sub(1) else { return 0 };
        self.run_at(last).map_or(0, |run| {
            run.source + ((last - run.normalized) / run.normalized_step + 1) * run.source_step
        })
    }

    fn run_at(&self, normalized: usize) -> Option<&Run> {
        let after = self.runs.partition_point(|run| run.normalized <= normalized);
        self.runs.get(after.checked_sub(1)?)
    }
}
