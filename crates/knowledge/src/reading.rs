//! What a file says once it is read: its text in blocks, whatever format it came in.

use serde::{Deserialize, Serialize};

use crate::document::Facts;

/// A file, read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What the file says about itself.
    pub facts: Facts,
    /// The id it gives itself.
    pub id: Option<String>,
    /// Its text, in reading order.
    pub blocks: Vec<Block>,
    /// What a person should know about how it was read.
    pub remarks: Vec<Remark>,
}

/// A piece of a document that stands by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text; the cells of a table's row are parted by ` | `.
    pub text: String,
    /// The page it stands on, counted from 1, where the format has pages.
    pub page: Option<u32>,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A heading; 1 is the highest level. An article of a law is a heading too.
    Heading(u8),
    /// Running text.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// The first row of a table, which names its columns.
    TableHeader,
    /// Another row of a table.
    TableRow,
}

/// Something about how a file was read that its owner should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "remark", rename_all = "snake_case")]
pub enum Remark {
    /// Pages that hold images only, and were not read.
    ImagesOnly {
        /// Which.
        pages: Vec<u32>,
    },
    /// Pages that were read from images: expect wrong letters.
    ReadFromImages {
        /// Which.
        pages: Vec<u32>,
    },
    /// What went beyond a limit and was left out.
    LeftOut {
        /// What, and which limit.
        what: String,
    },
    /// The text gives orders to a language model. It is treated as text.
    GivesOrders {
        /// The block it stands in, counted from 0.
        block: u32,
    },
    /// The file's name says another format than its content, which was read.
    OtherFormat {
        /// The format of the content.
        read_as: String,
    },
}
