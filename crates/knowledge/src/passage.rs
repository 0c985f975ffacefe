//! Passages: the pieces of a document that are found and cited.
//!
//! A passage is a run of blocks under one heading, short enough to be read at a glance. A table that is cut
//! keeps its header row in every piece, so that a fee never stands without the name of its column.

use serde::{Deserialize, Serialize};

use crate::reading::{Block, BlockKind, Reading};

/// Above this many characters a section is cut at the next block.
const LONG: usize = 900;
/// A single block above this many characters is cut inside, at the end of a sentence or word.
const TOO_LONG: usize = 2_000;

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The headings above it, the highest first.
    pub headings: Vec<String>,
    /// Its text: whole blocks, each on a line of its own.
    pub text: String,
    /// Where its own text (without a repeated table header) begins in the document's text, in code points.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The page it begins on.
    pub page: Option<u32>,
}

/// The text of a document: its blocks, each on a line of its own. Character ranges refer to it.
pub fn document_text(reading: &Reading) -> String {
    let lines: Vec<&str> = reading.blocks.iter().map(|block| block.text.as_str()).collect();
    lines.join("\n")
}

/// Cuts a document into passages.
pub fn cut(reading: &Reading) -> Vec<Passage> {
    let mut cutter = Cutter::default();
    for block in &reading.blocks {
        cutter.take(block);
    }
    cutter.close();
    cutter.passages
}

#[derive(Default)]
struct Cutter {
    passages: Vec<Passage>,
    /// The headings in force, with their levels.
    headings: Vec<(u8, String)>,
    /// The passage being filled.
    open: Option<Passage>,
    open_chars: usize,
    /// The header row of the table the last block belonged to.
    header: Option<String>,
    /// Where the next block begins in the document's text, in code points.
    at: usize,
}

impl Cutter {
    fn take(&mut self, block: &Block) {
        let length = block.text.chars().count();
        if let BlockKind::Heading(level) = block.kind {
            self.close();
            self.header = None;
            self.headings.retain(|(above, _)| *above < level);
            self.headings.push((level, block.text.clone()));
        } else {
            match block.kind {
                BlockKind::TableHeader => self.header = Some(block.text.clone()),
                BlockKind::TableRow => {}
                _ => self.header = None,
            }
            let pieces = pieces(&block.text);
            // A passage's range has no holes: a block without text, or in pieces, stands alone.
            let alone = pieces.len() != 1;
            for (offset, piece) in pieces {
                if alone || self.open_chars + length > LONG {
                    self.close();
                }
                self.add(block, self.at + offset, piece);
            }
            if alone {
                self.close();
            }
        }
        // The line break behind the block counts.
        self.at += length + 1;
    }

    fn add(&mut self, block: &Block, start: usize, text: &str) {
        let length = text.chars().count();
        let passage = self.open.get_or_insert_with(|| Passage {
            headings: self.headings.iter().map(|(_, text)| text.clone()).collect(),
            text: match (&self.header, block.kind) {
                (Some(header), BlockKind::TableRow) => header.clone(),
                _ => String::new(),
            },
            start,
            end: start,
            page: block.page,
        });
        if !passage.text.is_empty() {
            passage.text.push('\n');
        }
        passage.text.push_str(text);
        passage.end = start + length;
        self.open_chars += length + 1;
    }

    fn close(&mut self) {
        self.open_chars = 0;
        if let Some(passage) = self.open.take()
            && passage.text.chars().any(char::is_alphanumeric)
        {
            self.passages.push(passage);
        }
    }
}

/// A block's text in pieces that are not too long, each with the code point it begins at.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let (mut rest, mut at) = (text, 0);
    while let Some((limit, _)) = rest.char_indices().nth(TOO_LONG) {
        let (window, _) = rest.split_at(limit);
        let sentence = window
            .char_indices()
            .filter(|(_, letter)| matches!(letter, '.' | '!' | '?' | '؟' | '؛' | '۔'))
            .map(|(place, letter)| place + letter.len_utf8())
            .next_back();
        let word = window.rfind(char::is_whitespace).filter(|place| *place > 0);
        // A text without any end inside the window is cut where the window ends.
        let end = sentence.or(word).unwrap_or(limit);
        let (piece, behind) = rest.split_at(end);
        pieces.push((at, piece));
        at += piece.chars().count();
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push((at, rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reading(blocks: &[(BlockKind, &str)]) -> Reading {
        let blocks = blocks
            .iter()
            .map(|(kind, text)| Block { kind: *kind, text: (*text).to_owned(), page: None })
            .collect();
        Reading { blocks, ..Reading::default() }
    }

    #[test]
    fn sections_are_passages_under_their_headings() {
        let passages = cut(&reading(&[
            (BlockKind::Heading(1), "Passeport"),
            (BlockKind::Paragraph, "Cette fiche vaut pour tous."),
            (BlockKind::Heading(2), "Droits"),
            (BlockKind::TableHeader, "Cas | Montant"),
            (BlockKind::TableRow, "Adulte | 550 DH"),
            (BlockKind::Heading(2), "Délais"),
            (BlockKind::ListItem, "10 jours"),
        ]));
        let seen: Vec<(String, &str)> = passages
            .iter()
            .map(|passage| (passage.headings.join(" > "), passage.text.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                ("Passeport".to_owned(), "Cette fiche vaut pour tous."),
                ("Passeport > Droits".to_owned(), "Cas | Montant\nAdulte | 550 DH"),
                ("Passeport > Délais".to_owned(), "10 jours"),
            ]
        );
    }

    #[test]
    fn a_cut_table_keeps_its_header() {
        let row = "x".repeat(500);
        let passages = cut(&reading(&[
            (BlockKind::TableHeader, "Cas | Montant"),
            (BlockKind::TableRow, &row),
            (BlockKind::TableRow, &row),
            (BlockKind::TableRow, "dernier | 1 DH"),
        ]));
        assert!(passages.len() > 1);
        for passage in passages {
            assert!(passage.text.starts_with("Cas | Montant\n"));
        }
    }

    #[test]
    fn a_heading_without_text_is_no_passage() {
        assert_eq!(cut(&reading(&[(BlockKind::Heading(1), "Titre")])), []);
        assert_eq!(cut(&reading(&[(BlockKind::Paragraph, "———")])), []);
    }

    proptest! {
        /// Every passage's range names its own text, and together they hold every letter.
        #[test]
        fn ranges_name_the_text(
            lines in prop::collection::vec(("[a-zéع؟.\n😀 ]{1,40}", 0_usize..120), 1..12)
        ) {
            let blocks: Vec<(BlockKind, String)> = lines
                .iter()
                .map(|(piece, repeat)| (BlockKind::Paragraph, piece.repeat(*repeat)))
                .collect();
            let blocks: Vec<(BlockKind, &str)> =
                blocks.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
            let reading = reading(&blocks);
            let text: Vec<char> = document_text(&reading).chars().collect();
            let mut letters = 0;
            for passage in cut(&reading) {
                let own: String = text[passage.start..passage.end].iter().collect();
                prop_assert_eq!(&own, &passage.text);
                letters += passage.text.chars().filter(|letter| letter.is_alphanumeric()).count();
            }
            prop_assert_eq!(letters, text.iter().filter(|letter| letter.is_alphanumeric()).count());
        }
    }
}
