//! Lines of files or of standard input, and answers that do not wait for the end.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, IsTerminal as _, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

/// Inputs below this size are done before anybody wonders.
const WORTH_SHOWING: u64 = 4 << 20;

pub(super) struct Lines<'f> {
    files: Vec<&'f Path>,
}

impl<'f> Lines<'f> {
    pub(super) fn new(files: &'f [PathBuf]) -> Self {
        let mut files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
        if files.is_empty() {
            files.push(Path::new("-"));
        }
        Self { files }
    }

    /// Shows every line, without its end, to `work`, with the place to name it by and where answers go.
    /// Answers leave when no further line has arrived yet, so that whoever sends line by line gets each
    /// before the next one is sent.
    pub(super) fn each(
        &mut self,
        mut work: impl FnMut(&str, &[u8], &mut dyn Write) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut out = BufWriter::new(std::io::stdout().lock());
        let progress = self.progress();
        let mut line = Vec::new();
        for file in &self.files {
            let (input, name): (Box<dyn Read>, _) = if *file == Path::new("-") {
                (Box::new(std::io::stdin().lock()), "standard input".to_owned())
            } else {
                let name = file.display().to_string();
                (
                    Box::new(File::open(file).with_context(|| format!("{name} cannot be read"))?),
                    name,
                )
            };
            let mut input = BufReader::with_capacity(1 << 16, input);
            for number in 1_u64.. {
                line.clear();
                let read = input.read_until(b'\n', &mut line);
                let read = read.with_context(|| format!("{name} cannot be read"))?;
                if read == 0 {
                    break;
                }
                progress.inc(u64::try_from(read).unwrap_or(0));
                let text = line.strip_suffix(b"\n").unwrap_or(&line);
                let text = text.strip_suffix(b"\r").unwrap_or(text);
                let mark = b"\xef\xbb\xbf";
                let text = if number == 1 { text.strip_prefix(mark).unwrap_or(text) } else { text };
                work(&format!("{name}, line {number}"), text, &mut out)?;
                if input.buffer().is_empty() {
                    out.flush()?;
                }
            }
        }
        progress.finish_and_clear();
        out.flush()?;
        Ok(())
    }

    /// A bar on standard error for long input, where somebody watches and answers go elsewhere.
    fn progress(&self) -> ProgressBar {
        let watched = std::io::stderr().is_terminal() && !std::io::stdout().is_terminal();
        let sizes =
            self.files.iter().map(|file| std::fs::metadata(file).map_or(0, |own| own.len()));
        let size: u64 = sizes.sum();
        if !watched || size < WORTH_SHOWING {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(size);
        let style = ProgressStyle::with_template("{bar:30} {bytes} of {total_bytes}, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }
}
