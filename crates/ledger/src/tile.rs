//! Tiles: the tree in pieces of height 8, as C2SP tlog-tiles cuts it.
//!
//! The tile at `level` and `position` holds up to 256 hashes: hash `i` is the root of the complete subtree
//! over entries `((position * 256 + i) << (8 * level)) ..` of `1 << (8 * level)` entries. A tile that is not
//! full is at the right edge and only ever grows.

use std::collections::{BTreeMap, BTreeSet};

use crate::hash::{Hash, node_hash};

/// The number of hashes in a full tile.
pub const TILE_WIDTH: usize = 256;

/// Levels of the tree that one tile spans.
pub(crate) const TILE_HEIGHT: u32 = 8;

/// Where a tile stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileCoordinate {
    /// 0 holds the hashes of entries.
    pub level: u8,
    /// From the left.
    pub position: u64,
}

/// A tile to be stored in place of the shorter one that stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileWrite {
    /// Where.
    pub at: TileCoordinate,
    /// Up to 256 hashes.
    pub hashes: Vec<Hash>,
}

/// Tiles as the store has them.
pub trait TileReader {
    /// The tile's hashes, or `None` where there is no such tile.
    fn tile(&self, at: TileCoordinate) -> Option<&[Hash]>;
}

impl TileReader for BTreeMap<TileCoordinate, Vec<Hash>> {
    fn tile(&self, at: TileCoordinate) -> Option<&[Hash]> {
        self.get(&at).map(Vec::as_slice)
    }
}

/// A tile that a proof needs is missing or too short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// The tile is missing or too short.
    #[error("tile {position} of level {level} is missing or incomplete", level = .0.level, position = .0.position)]
    Missing(TileCoordinate),
    /// The question has no answer in a tree of this size.
    #[error("there is no such proof in a tree of {size} entries")]
    OutOfRange {
        /// The tree's size.
        size: u64,
    },
}

/// The bytes of a tile, as C2SP tlog-tiles serves them: its hashes one after the other.
pub fn tile_bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Reads the bytes of a tile; `None` where their number is not 32 for each of 1 to 256 hashes.
pub fn tile_hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    let right = rest.is_empty() && (1..=TILE_WIDTH).contains(&hashes.len());
    right.then(|| hashes.iter().copied().map(Hash).collect())
}

/// A complete subtree: `1 << level` entries from `index << level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) level: u32,
    pub(crate) index: u64,
}

impl Node {
    fn first_hash(self) -> (TileCoordinate, usize, usize) {
        let inside = self.level % TILE_HEIGHT;
        let first = self.index << inside;
        let at = TileCoordinate {
            level: u8::try_from(self.level / TILE_HEIGHT).unwrap_or(u8::MAX),
            position: first / TILE_WIDTH as u64,
        };
        (at, usize::try_from(first % TILE_WIDTH as u64).unwrap_or(0), 1 << inside)
    }

    /// The node's hash, out of the tile that spans it.
    pub(crate) fn hash(self, reader: &impl TileReader) -> Result<Hash, TileError> {
        let (at, first, count) = self.first_hash();
        reader
            .tile(at)
            .and_then(|hashes| hashes.get(first..first + count))
            .and_then(complete_root)
            .ok_or(TileError::Missing(at))
    }
}

/// The root over 2^k hashes.
pub(crate) fn complete_root(hashes: &[Hash]) -> Option<Hash> {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        let (pairs, rest) = row.as_chunks::<2>();
        if !rest.is_empty() {
            return None;
        }
        row = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    row.first().copied()
}

/// The complete subtrees that make up `start..end`, from left to right. `start` must be a multiple of the
/// next power of two at or above the length, as every subtree of RFC 6962 is.
pub(crate) fn nodes_of(start: u64, end: u64) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut at = start;
    while at < end {
        let level = (end - at).ilog2();
        nodes.push(Node { level, index: at >> level });
        at += 1 << level;
    }
    nodes
}

/// The hash of the subtree that `nodes` make up.
pub(crate) fn subtree_hash(nodes: &[Node], reader: &impl TileReader) -> Result<Hash, TileError> {
    let mut hashes = nodes.iter().rev().map(|node| node.hash(reader));
    let Some(last) = hashes.next() else { return Ok(Hash::of_nothing()) };
    hashes.try_fold(last?, |right, left| Ok(node_hash(&left?, &right)))
}

pub(crate) fn tiles_of<'n>(nodes: impl IntoIterator<Item = &'n Node>) -> BTreeSet<TileCoordinate> {
    nodes.into_iter().map(|node| node.first_hash().0).collect()
}
