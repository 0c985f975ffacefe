//! Blocks as they come in from formats that mark their structure up.

use knowledge::reading::{Block, BlockKind};

use crate::headings;

/// Collects blocks; every text is put on one line.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    pub(crate) blocks: Vec<Block>,
    /// Code points so far.
    characters: usize,
}

impl Flow {
    /// Adds a block; an article of a law is a heading, however it is marked up.
    pub(crate) fn add(&mut self, kind: BlockKind, text: &str, page: Option<u32>) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return;
        }
        let kind = match (kind, headings::level(&text)) {
            (BlockKind::Paragraph, Some(level)) => BlockKind::Heading(level + 1),
            (kind, _) => kind,
        };
        self.characters += text.chars().count();
        self.blocks.push(Block { kind, text, page });
    }

    /// Adds a table's row; a row of empty cells is none.
    pub(crate) fn add_row(&mut self, header: bool, cells: &[String], page: Option<u32>) {
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        if cells.iter().all(String::is_empty) {
            return;
        }
        let kind = if header { BlockKind::TableHeader } else { BlockKind::TableRow };
        self.add(kind, &cells.join(" | "), page);
    }

    /// Whether more than so many code points have come in.
    pub(crate) fn is_beyond(&self, characters: usize) -> bool {
        self.characters > characters
    }

    /// The first heading of level 1, which is a document's title where it names none.
    pub(crate) fn title(&self) -> Option<String> {
        let heading = self.blocks.iter().find(|block| block.kind == BlockKind::Heading(1));
        heading.map(|block| block.text.clone())
    }
}
