//! One file of a folder: read in pieces, protected, written whole or not at all.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;

use anyhow::Context as _;
use protection::replace::{Find, Series};
use protection::{Finder, Policy, Replacement, TextIn, Vault, apply};
use sha2::{Digest as _, Sha256};
use store::files::{Growing, Readers};

use super::markup::InMarkup;
use super::parts::{Format, Reader, Wanted};
use super::segments::Segments;

/// What is the same for every file of a run.
pub(super) struct Work<'w> {
    pub(super) finder: &'w Finder,
    pub(super) policy: &'w Policy,
    pub(super) wanted: &'w Wanted,
    /// The type alone stands for a value.
    pub(super) constant: bool,
}

/// What came of one file.
pub(super) struct Written {
    pub(super) bytes: u64,
    pub(super) length: u64,
    pub(super) findings: BTreeMap<String, u64>,
    /// Numbers of JSON lines that became strings.
    pub(super) numbers: u64,
    pub(super) vault: Vault,
}

/// The SHA-256 of a file's content, in hexadecimal digits, and its length.
pub(super) fn digest(path: &Path) -> anyhow::Result<(String, u64)> {
    let mut file = File::open(path).context("it cannot be read")?;
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        let read = file.read(&mut chunk).context("it cannot be read")?;
        if read == 0 {
            return Ok((hex::encode(hash.finalize()), length));
        }
        hash.update(chunk.get(..read).unwrap_or_default());
        length += read as u64;
    }
}

/// Writes the protected form of `from` to `to`. `digest` is what `from` held when it was looked at.
pub(super) fn protect_file(
    work: &Work<'_>,
    from: &Path,
    to: &Path,
    format: Format,
    digest: &str,
) -> anyhow::Result<Written> {
    let words = work.finder.label_words();
    let mut series = Series::new(words, &[]);
    if !work.constant {
        let mut segments = open(from, format)?;
        while let Some(segment) = segments.next()? {
            series.reserve(&segment);
        }
    }
    if let Some(folder) = to.parent() {
        store::files::create_folder(folder).context("its folder cannot be made")?;
    }
    let growing = Growing::begin(to, Readers::Anyone).context("it cannot be written")?;
    let mut out = BufWriter::new(growing);
    let mut reader = Reader::new(format);
    let mut segments = open(from, format)?;
    let mut hash = Sha256::new();
    let mut done = Written {
        bytes: 0,
        length: 0,
        findings: BTreeMap::new(),
        numbers: 0,
        vault: Vault::default(),
    };
    while let Some(segment) = segments.next()? {
        hash.update(segment.as_bytes());
        let protected = if format == Format::Html {
            protect_segment(
                work,
                &InMarkup(work.finder),
                &mut series,
                &mut reader,
                &segment,
                &mut done,
            )?
        } else {
            protect_segment(work, work.finder, &mut series, &mut reader, &segment, &mut done)?
        };
        done.bytes += segment.len() as u64;
        done.length += protected.len() as u64;
        out.write_all(protected.as_bytes()).context("it cannot be written")?;
    }
    reader.finish(work.wanted)?;
    anyhow::ensure!(hex::encode(hash.finalize()) == digest, "it changed while it was read");
    out.flush().context("it cannot be written")?;
    let growing = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    growing.keep().context("it cannot be written")?;
    done.vault = series.vault(work.policy);
    Ok(done)
}

fn open(path: &Path, format: Format) -> anyhow::Result<Segments<BufReader<File>>> {
    let file = File::open(path).context("it cannot be read")?;
    Ok(Segments::new(BufReader::with_capacity(1 << 16, file), format))
}

fn protect_segment<F: Find + ?Sized>(
    work: &Work<'_>,
    finder: &F,
    series: &mut Series<'_>,
    reader: &mut Reader,
    segment: &str,
    done: &mut Written,
) -> anyhow::Result<String> {
    let parts = reader.parts(segment, work.wanted)?;
    let texts: Vec<TextIn<'_>> = parts
        .iter()
        .map(|part| TextIn { text: part.span.of(segment), place: part.place.clone() })
        .collect();
    let findings = series.find(finder, &texts);
    for (kind, count) in findings.counts() {
        *done.findings.entry(kind.to_string()).or_default() += u64::from(count);
    }
    let replacements = if work.constant {
        protection::replace_constant(&findings, &texts, work.policy)
    } else {
        protection::replace(&findings, &texts, work.policy).map(|protected| protected.replacements)
    };
    // The number of the text says nothing about a file.
    let replacements = replacements.map_err(|error| match error {
        protection::ReplaceError::Blocked { kind, policy, .. } => anyhow::anyhow!(
            "it holds a value of the type `{kind}`, which the policy `{policy}` blocks"
        ),
        _ => anyhow::anyhow!(
            "labels in it could not be taken back exactly; use --no-map or split it"
        ),
    })?;
    let mut out = String::with_capacity(segment.len() + segment.len() / 8);
    let mut reached = 0;
    for (part, with) in parts.iter().zip(replacements) {
        if with.is_empty() {
            continue;
        }
        out.push_str(segment.get(reached..part.span.start).unwrap_or_default());
        let with: Vec<Replacement> = with;
        let changed = apply(part.span.of(segment), &with);
        if part.quote {
            done.numbers += 1;
            out.extend(["\"", &changed, "\""]);
        } else {
            out.push_str(&changed);
        }
        reached = part.span.end;
    }
    out.push_str(segment.get(reached..).unwrap_or_default());
    Ok(out)
}
