//! Plain text: paragraphs parted by empty lines, list items by their marks, headings by their shape.

use knowledge::reading::{Block, BlockKind, Reading};

use crate::headings;

pub(crate) fn read(text: &str) -> Reading {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let paged = text.contains('\u{c}');
    for (page, sheet) in (1..).zip(text.split('\u{c}')) {
        let page = paged.then_some(page);
        for line in sheet.lines() {
            let line = line.trim();
            let kind = kind_of(line);
            let continues = kind == Some(BlockKind::Paragraph) && open.is_some();
            if !continues {
                blocks.extend(open.take());
            }
            let Some(kind) = kind else { continue };
            match &mut open {
                Some(block) => {
                    block.text.push(' ');
                    block.text.push_str(line);
                }
                None if matches!(kind, BlockKind::Heading(_)) => {
                    blocks.push(Block { kind, text: line.to_owned(), page });
                }
                None => {
                    let text = if kind == BlockKind::ListItem { item(line) } else { line };
                    open = Some(Block { kind, text: text.to_owned(), page });
                }
            }
        }
        blocks.extend(open.take());
    }
    Reading { blocks, ..Reading::default() }
}

fn kind_of(line: &str) -> Option<BlockKind> {
    if line.is_empty() {
        None
    } else if let Some(level) = headings::level(line) {
        Some(BlockKind::Heading(level))
    } else if item(line).len() < line.len() {
        Some(BlockKind::ListItem)
    } else {
        Some(BlockKind::Paragraph)
    }
}

/// What stands behind the mark of a list item; the line itself where it has none.
fn item(line: &str) -> &str {
    ["- ", "• ", "* ", "– ", "▪ ", "· "]
        .iter()
        .find_map(|mark| line.strip_prefix(mark))
        .map_or(line, str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_items_articles_pages() {
        let reading = read(
            "Titre II\nUne ligne\nla suite.\n\n- un\n- deux\nsuite de deux\n\u{c}المادة 3\nنص",
        );
        let seen: Vec<(BlockKind, &str, Option<u32>)> = reading
            .blocks
            .iter()
            .map(|block| (block.kind, block.text.as_str(), block.page))
            .collect();
        assert_eq!(
            seen,
            [
                (BlockKind::Heading(1), "Titre II", Some(1)),
                (BlockKind::Paragraph, "Une ligne la suite.", Some(1)),
                (BlockKind::ListItem, "un", Some(1)),
                (BlockKind::ListItem, "deux suite de deux", Some(1)),
                (BlockKind::Heading(3), "المادة 3", Some(2)),
                (BlockKind::Paragraph, "نص", Some(2)),
            ]
        );
    }
}
