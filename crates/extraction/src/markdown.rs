//! Markdown with tables, and its front matter.

use knowledge::reading::{Block, BlockKind, Reading};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::{front_matter, headings};

pub(crate) fn read(text: &str) -> Reading {
    let head = front_matter::read(text);
    let mut reader = MarkdownReader::default();
    for event in Parser::new_ext(head.rest, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
    {
        reader.take(event);
    }
    reader.close();
    let mut facts = head.facts;
    if facts.title.is_none() {
        let title = reader.blocks.iter().find(|block| block.kind == BlockKind::Heading(1));
        facts.title = title.map(|block| block.text.clone());
    }
    Reading { facts, id: head.id, blocks: reader.blocks, remarks: Vec::new() }
}

#[derive(Default)]
struct MarkdownReader {
    blocks: Vec<Block>,
    /// The text of the block that is open.
    text: String,
    kind: Option<BlockKind>,
    /// The cells of the row that is open.
    cells: Vec<String>,
    /// Lists that are open.
    lists: usize,
}

impl MarkdownReader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) => self.text.push_str(&text),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            // Markup inside Markdown is no text of the document.
            _ => {}
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.close();
                self.kind = Some(BlockKind::Heading(*level as u8));
            }
            Tag::Item => {
                self.close();
                self.kind = Some(BlockKind::ListItem);
            }
            Tag::List(_) => {
                self.close();
                self.lists += 1;
            }
            Tag::TableHead | Tag::TableRow => {
                self.close();
                self.cells.clear();
            }
            Tag::TableCell => self.text.clear(),
            Tag::Paragraph | Tag::CodeBlock(_) if self.lists == 0 => self.close(),
            Tag::Paragraph if !self.text.is_empty() => self.text.push(' '),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::TableCell => {
                let cell = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
                self.cells.push(cell);
                self.text.clear();
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                let kind = if tag == TagEnd::TableHead {
                    BlockKind::TableHeader
                } else {
                    BlockKind::TableRow
                };
                self.text = self.cells.join(" | ");
                self.kind = Some(kind);
                self.close();
            }
            TagEnd::List(_) => {
                self.close();
                self.lists = self.lists.saturating_sub(1);
            }
            TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock => self.close(),
            TagEnd::Paragraph if self.lists == 0 => self.close(),
            _ => {}
        }
    }

    fn close(&mut self) {
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let kind = self.kind.take().unwrap_or(BlockKind::Paragraph);
        self.text.clear();
        if text.is_empty() {
            return;
        }
        let kind = match (kind, headings::level(&text)) {
            // An article of a law is a heading, however it is marked up.
            (BlockKind::Paragraph, Some(level)) => BlockKind::Heading(level + 1),
            (kind, _) => kind,
        };
        self.blocks.push(Block { kind, text, page: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_is_kept() {
        let reading = read(
            "---\nid: fr-x\nlanguage: fr\n---\n# Titre\n\nUn *paragraphe*\nsur deux lignes.\n\n- un\n- deux\n  - trois\n\n\
             | Cas | Prix |\n|---|---|\n| Adulte | 550 DH |\n\nArticle 3\n\nDernier.\n",
        );
        let seen: Vec<(BlockKind, &str)> =
            reading.blocks.iter().map(|block| (block.kind, block.text.as_str())).collect();
        assert_eq!(
            seen,
            [
                (BlockKind::Heading(1), "Titre"),
                (BlockKind::Paragraph, "Un paragraphe sur deux lignes."),
                (BlockKind::ListItem, "un"),
                (BlockKind::ListItem, "deux"),
                (BlockKind::ListItem, "trois"),
                (BlockKind::TableHeader, "Cas | Prix"),
                (BlockKind::TableRow, "Adulte | 550 DH"),
                (BlockKind::Heading(4), "Article 3"),
                (BlockKind::Paragraph, "Dernier."),
            ]
        );
        assert_eq!(reading.id.as_deref(), Some("fr-x"));
        assert_eq!(reading.facts.title.as_deref(), Some("Titre"));
    }
}
