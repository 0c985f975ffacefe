//! PDF: page by page, in reading order; pages that are images are read by tesseract where it is installed.

use std::ops::ControlFlow;

use knowledge::document::Facts;
use knowledge::reading::{BlockKind, Reading, Remark};
use unpdf::{ErrorKind, PageSelection, PageStreamOptions, ParseEvent, ParseOptions, PdfParser};

use crate::flow::Flow;
use crate::limits::Limits;
use crate::{ReadError, images, reading_order};

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Reading, ReadError> {
    let parser = PdfParser::from_bytes_with_options(bytes, ParseOptions::default().sequential())
        .map_err(|error| fault(&error))?;
    let count = parser.page_count();
    if count > limits.pages {
        return Err(ReadError::TooManyPages { pages: count, limit: limits.pages });
    }
    let mut pages = Pages { limits: *limits, ..Pages::default() };
    // Few pages are in memory at a time, however many there are.
    let options = PageStreamOptions { parallel: false, ..PageStreamOptions::default() };
    parser.for_each_page(options, |event| pages.take(event)).map_err(|error| fault(&error))?;
    pages.read_images(&parser)?;
    if pages.flow.blocks.is_empty() && !pages.images_only.is_empty() {
        return Err(ReadError::OnlyImages(
            u32::try_from(pages.images_only.len()).unwrap_or(u32::MAX),
        ));
    }
    Ok(pages.finished())
}

#[derive(Default)]
struct Pages {
    limits: Limits,
    flow: Flow,
    title: Option<String>,
    /// Pages with images and no text.
    images_only: Vec<u32>,
    read_from_images: Vec<u32>,
    failed: Vec<u32>,
    cut: bool,
}

impl Pages {
    fn take(&mut self, event: ParseEvent) -> ControlFlow<()> {
        match event {
            ParseEvent::DocumentStart { metadata, .. } => {
                self.title = metadata.title.filter(|title| !title.trim().is_empty());
            }
            ParseEvent::PageParsed(page) => {
                let before = self.flow.blocks.len();
                for element in &page.elements {
                    self.element(element, page.number);
                }
                if self.flow.blocks.len() == before && page.image_op_count > 0 {
                    self.images_only.push(page.number);
                }
                if self.flow.is_beyond(self.limits.characters) {
                    self.cut = true;
                    return ControlFlow::Break(());
                }
            }
            ParseEvent::PageFailed { page, .. } => self.failed.push(page),
            ParseEvent::Progress { .. } | ParseEvent::DocumentEnd { .. } => {}
        }
        ControlFlow::Continue(())
    }

    fn element(&mut self, element: &unpdf::Block, page: u32) {
        match element {
            unpdf::Block::Paragraph(paragraph) => {
                let kind = match paragraph.heading_level() {
                    Some(level) => BlockKind::Heading(level),
                    None if paragraph.is_list_item() => BlockKind::ListItem,
                    None => BlockKind::Paragraph,
                };
                let text = reading_order::letters(&paragraph.plain_text());
                self.flow.add(kind, &text, Some(page));
            }
            unpdf::Block::Table(table) => {
                let row = |row: &unpdf::TableRow| {
                    let cells = row.cells.iter();
                    cells.map(|cell| reading_order::letters(&cell.plain_text())).collect()
                };
                let mut rows: Vec<Vec<String>> = table.rows.iter().map(row).collect();
                reading_order::rows_from_the_right(&mut rows);
                for (number, row) in rows.iter().enumerate() {
                    self.flow.add_row(number == 0, row, Some(page));
                }
            }
            unpdf::Block::Code { content } => {
                self.flow.add(BlockKind::Paragraph, &reading_order::letters(content), Some(page));
            }
            _ => {}
        }
    }

    /// Reads the letters of pages that are images, if something here can.
    fn read_images(&mut self, parser: &PdfParser) -> Result<(), ReadError> {
        if self.images_only.is_empty() || !images::can_be_read() {
            return Ok(());
        }
        let options = PageStreamOptions {
            parallel: false,
            extract_text: false,
            extract_resources: true,
            pages: PageSelection::Pages(self.images_only.clone()),
            ..PageStreamOptions::default()
        };
        let mut texts: Vec<(u32, String)> = Vec::new();
        let limits = self.limits;
        let take = |event| {
            if let ParseEvent::PageParsed(page) = event {
                let read = page.images.iter().filter_map(|(_, image)| {
                    images::letters(&image.data, limits.seconds_per_image)
                });
                let text = read.collect::<Vec<_>>().join("\n\n");
                texts.push((page.number, text));
            }
            ControlFlow::Continue(())
        };
        parser.for_each_page(options, take).map_err(|error| fault(&error))?;
        for (page, text) in texts {
            let blocks = crate::plain::read(&text).blocks;
            if blocks.is_empty() {
                continue;
            }
            self.images_only.retain(|number| *number != page);
            self.read_from_images.push(page);
            for block in blocks {
                self.flow.add(block.kind, &block.text, Some(page));
            }
        }
        // The pages that had text came first.
        self.flow.blocks.sort_by_key(|block| block.page);
        Ok(())
    }

    fn finished(self) -> Reading {
        let mut remarks = Vec::new();
        if !self.images_only.is_empty() {
            remarks.push(Remark::ImagesOnly { pages: self.images_only });
        }
        if !self.read_from_images.is_empty() {
            remarks.push(Remark::ReadFromImages { pages: self.read_from_images });
        }
        if !self.failed.is_empty() {
            let pages: Vec<String> = self.failed.iter().map(u32::to_string).collect();
            let what = format!("damaged pages: {}", pages.join(", "));
            remarks.push(Remark::LeftOut { what });
        }
        if self.cut {
            let what = format!("pages behind {} characters", self.limits.characters);
            remarks.push(Remark::LeftOut { what });
        }
        let title = self.flow.title().or(self.title);
        Reading {
            facts: Facts { title, ..Facts::default() },
            id: None,
            blocks: self.flow.blocks,
            remarks,
        }
    }
}

fn fault(error: &unpdf::Error) -> ReadError {
    match error.kind() {
        ErrorKind::Encrypted | ErrorKind::InvalidPassword => ReadError::Encrypted,
        ErrorKind::UnknownFormat => ReadError::UnknownFormat,
        _ => ReadError::Damaged("its PDF structure cannot be followed".to_owned()),
    }
}
