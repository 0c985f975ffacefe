//! A file read in pieces that can be worked on one by one, so that no file is too large.

use std::io::{self, BufRead};

use anyhow::Context as _;

use super::parts::Format;

/// Cuts a file where its format allows it: tables behind a row, JSON lines behind a line, texts behind an
/// empty line, or behind any line when none comes for long.
pub(super) struct Segments<R> {
    input: R,
    format: Format,
    /// What was read behind the last cut.
    left: Vec<u8>,
    /// How many bytes came before `left`.
    offset: u64,
}

impl<R: BufRead> Segments<R> {
    pub(super) fn new(input: R, format: Format) -> Self {
        Self { input, format, left: Vec::new(), offset: 0 }
    }

    /// The next piece; nothing at the end of the file.
    pub(super) fn next(&mut self) -> anyhow::Result<Option<String>> {
        let window = self.format.window();
        let mut bytes = std::mem::take(&mut self.left);
        let mut quotes = quotes_in(&bytes);
        loop {
            let line_start = bytes.len();
            let room = window.end.saturating_sub(line_start);
            let complete = read_line(&mut self.input, &mut bytes, room)?;
            let line = bytes.get(line_start..).unwrap_or_default();
            if line.is_empty() && complete {
                break;
            }
            quotes += quotes_in(line);
            let empty = line.iter().all(u8::is_ascii_whitespace);
            let good = complete
                && match self.format {
                    Format::Text | Format::Html => empty || bytes.len() >= window.end / 2,
                    Format::Csv | Format::Tsv => quotes.is_multiple_of(2),
                    Format::JsonLines => true,
                };
            if good && bytes.len() >= window.start {
                break;
            }
            if bytes.len() >= window.end {
                match self.format {
                    Format::Text | Format::Html => self.cut(&mut bytes),
                    _ => anyhow::bail!("a row is longer than {} MiB", window.end >> 20),
                }
                break;
            }
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        let before = self.offset;
        self.offset += bytes.len() as u64;
        String::from_utf8(bytes).map(Some).map_err(|error| {
            let at = before + error.utf8_error().valid_up_to() as u64;
            anyhow::anyhow!("it is not UTF-8: the byte at offset {at} is wrong")
        })
    }

    /// Leaves what stands behind the last space for the next piece.
    fn cut(&mut self, bytes: &mut Vec<u8>) {
        let space = bytes.iter().rposition(u8::is_ascii_whitespace).map(|at| at + 1);
        // Not inside a character.
        let whole = match std::str::from_utf8(bytes) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => bytes.len(),
        };
        let end = space.filter(|&end| end > bytes.len() / 2).unwrap_or(whole);
        self.left = bytes.split_off(end);
    }
}

fn quotes_in(bytes: &[u8]) -> usize {
    bytes.split(|&byte| byte == b'"').count() - 1
}

/// Appends the next line with its break, at most `room` bytes; whether the line, or the file, is at its end.
fn read_line(input: &mut impl BufRead, bytes: &mut Vec<u8>, room: usize) -> anyhow::Result<bool> {
    let limit = bytes.len() + room;
    loop {
        let chunk = match input.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error).context("it cannot be read"),
        };
        if chunk.is_empty() {
            return Ok(true);
        }
        let line = chunk.iter().position(|&byte| byte == b'\n').map(|at| at + 1);
        let take = line.unwrap_or(chunk.len()).min(limit - bytes.len());
        bytes.extend_from_slice(chunk.get(..take).unwrap_or_default());
        let ended = line == Some(take);
        input.consume(take);
        if ended {
            return Ok(true);
        }
        if bytes.len() >= limit {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: Format, text: &str, pieces: usize) {
        let mut segments = Segments::new(text.as_bytes(), format);
        let mut all = Vec::new();
        while let Some(segment) = segments.next().unwrap() {
            all.push(segment);
        }
        let sizes: Vec<usize> = all.iter().map(String::len).collect();
        assert_eq!(all.len(), pieces, "{format:?} in pieces of {sizes:?} bytes");
        assert!(all.concat() == text);
    }

    #[test]
    fn pieces_make_the_whole() {
        check(Format::Text, "", 0);
        check(Format::Text, "a\nb", 1);
        check(Format::Text, &"م ".repeat(3 << 20), 3);
        check(Format::Text, &"é".repeat(5 << 20), 3);
        check(Format::Text, &format!("{}\n\nx", "word ".repeat(1 << 18)), 2);
        check(Format::Csv, &"a,\"b\nc\"\n".repeat(1 << 18), 2);
        check(Format::JsonLines, &"{\"a\": 1}\n".repeat(1 << 18), 3);
    }

    #[test]
    fn wrong_bytes_are_named_by_their_place() {
        let mut text = vec![b'a'; 5];
        text.push(0xFF);
        let error = Segments::new(text.as_slice(), Format::Text).next().unwrap_err();
        assert!(error.to_string().contains("offset 5"), "{error}");
    }
}
