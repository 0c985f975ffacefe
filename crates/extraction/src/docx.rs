//! DOCX: paragraphs, headings by their styles, lists, tables, notes.

use knowledge::document::Facts;
use knowledge::reading::{BlockKind, Reading};
use undoc::model::{Block, Paragraph};
use undoc::{Error, ErrorKind};

use crate::ReadError;
use crate::flow::Flow;

pub(crate) fn read(bytes: &[u8]) -> Result<Reading, ReadError> {
    let document = undoc::parse_bytes(bytes).map_err(|error| fault(&error))?;
    let mut flow = Flow::default();
    for section in &document.sections {
        for block in &section.content {
            match block {
                Block::Paragraph(paragraph) => add(&mut flow, paragraph),
                Block::Table(table) => {
                    for (number, row) in table.rows.iter().enumerate() {
                        let cells: Vec<String> =
                            row.cells.iter().map(undoc::model::Cell::plain_text).collect();
                        flow.add_row(number == 0 || row.is_header, &cells, None);
                    }
                }
                Block::Note { content, .. } => content.iter().for_each(|note| add(&mut flow, note)),
                _ => {}
            }
        }
    }
    let title = document.metadata.title.filter(|title| !title.trim().is_empty());
    let facts = Facts { title: flow.title().or(title), ..Facts::default() };
    Ok(Reading { facts, blocks: flow.blocks, ..Reading::default() })
}

fn add(flow: &mut Flow, paragraph: &Paragraph) {
    let style = paragraph.style_name.as_deref().unwrap_or_default();
    let kind = if paragraph.heading.is_heading() {
        BlockKind::Heading(paragraph.heading.level())
    } else if style.eq_ignore_ascii_case("title") || style.eq_ignore_ascii_case("titre") {
        BlockKind::Heading(1)
    } else if paragraph.is_list_item() {
        BlockKind::ListItem
    } else {
        BlockKind::Paragraph
    };
    flow.add(kind, &paragraph.plain_text(), None);
}

fn fault(error: &Error) -> ReadError {
    match error.kind() {
        ErrorKind::Encrypted => ReadError::Encrypted,
        _ => ReadError::Damaged("its office structure cannot be followed".to_owned()),
    }
}
