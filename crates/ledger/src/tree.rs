//! The growing tree. It keeps its right edge only: some tens of hashes, whatever the number of entries.

use crate::hash::{Hash, node_hash};
use crate::tile::{
    TILE_HEIGHT, TILE_WIDTH, TileCoordinate, TileError, TileReader, TileWrite, complete_root,
};

/// A Merkle tree (RFC 6962, RFC 9162) as its right edge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    size: u64,
    /// The roots of the complete subtrees, from the largest to the smallest: one for each bit of `size`.
    range: Vec<Hash>,
    /// The unfinished tile of each level.
    edge: Vec<Vec<Hash>>,
    /// Full tiles that the store has not been given yet.
    filled: Vec<TileWrite>,
    /// The lowest levels whose unfinished tiles changed since the store was last given tiles.
    touched: usize,
}

impl Tree {
    /// A tree without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// The tiles out of which `from_tiles` rebuilds a tree of `size` entries.
    pub fn edge_tiles(size: u64) -> Vec<TileCoordinate> {
        edge_widths(size)
            .filter(|&(_, _, width)| width > 0)
            .map(|(level, position, _)| TileCoordinate { level, position })
            .collect()
    }

    /// Rebuilds the tree of `size` entries from the tiles at its right edge.
    pub fn from_tiles(reader: &impl TileReader, size: u64) -> Result<Self, TileError> {
        let mut edge = Vec::new();
        let mut range = Vec::new();
        for (level, position, width) in edge_widths(size) {
            let at = TileCoordinate { level, position };
            let mut tile = Vec::new();
            if width > 0 {
                let stored = reader.tile(at).and_then(|hashes| hashes.get(..width));
                tile = stored.ok_or(TileError::Missing(at))?.to_vec();
            }
            // The range is built from the smallest subtree to the largest, then turned.
            let mut end = width;
            for bit in 0..TILE_HEIGHT {
                let count = 1_usize << bit;
                if width & count != 0 {
                    let hashes = tile.get(end - count..end).and_then(complete_root);
                    range.push(hashes.ok_or(TileError::Missing(at))?);
                    end -= count;
                }
            }
            edge.push(tile);
        }
        range.reverse();
        Ok(Self { size, range, edge, filled: Vec::new(), touched: 0 })
    }

    /// The number of entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all entries.
    pub fn root(&self) -> Hash {
        let mut hashes = self.range.iter().rev();
        let Some(last) = hashes.next() else { return Hash::of_nothing() };
        hashes.fold(*last, |right, left| node_hash(left, &right))
    }

    /// Appends the hash of an entry and tells its index.
    pub fn append(&mut self, leaf: Hash) -> u64 {
        let index = self.size;
        let mut hash = leaf;
        let mut level = 0;
        loop {
            if level % TILE_HEIGHT == 0 {
                self.append_to_tile(level / TILE_HEIGHT, hash);
            }
            if index >> level & 1 == 0 {
                break;
            }
            // One root stands in the range for each set bit of the size.
            let Some(left) = self.range.pop() else { break };
            hash = node_hash(&left, &hash);
            level += 1;
        }
        self.range.push(hash);
        self.size += 1;
        index
    }

    /// The tiles that changed since the last call, each once, with all its hashes.
    pub fn take_tile_writes(&mut self) -> Vec<TileWrite> {
        let mut writes = std::mem::take(&mut self.filled);
        let touched = std::mem::take(&mut self.touched);
        for ((level, position, width), tile) in edge_widths(self.size).zip(&self.edge).take(touched)
        {
            if width > 0 {
                let at = TileCoordinate { level, position };
                writes.push(TileWrite { at, hashes: tile.clone() });
            }
        }
        writes
    }

    fn append_to_tile(&mut self, tile_level: u32, hash: Hash) {
        let level = tile_level as usize;
        if self.edge.len() <= level {
            self.edge.push(Vec::with_capacity(TILE_WIDTH));
        }
        self.touched = self.touched.max(level + 1);
        let Some(tile) = self.edge.get_mut(level) else { return };
        tile.push(hash);
        if tile.len() == TILE_WIDTH {
            let at = TileCoordinate {
                level: u8::try_from(tile_level).unwrap_or(u8::MAX),
                position: self.size >> (TILE_HEIGHT * (tile_level + 1)),
            };
            self.filled.push(TileWrite { at, hashes: std::mem::take(tile) });
        }
    }
}

/// Level, position and width of the unfinished tile of each level that a tree of `size` entries has.
fn edge_widths(size: u64) -> impl Iterator<Item = (u8, u64, usize)> {
    (0_u8..8).map_while(move |level| {
        let complete = size >> (TILE_HEIGHT * u32::from(level));
        let width = usize::try_from(complete % TILE_WIDTH as u64).unwrap_or(0);
        (complete > 0).then_some((level, complete / TILE_WIDTH as u64, width))
    })
}
