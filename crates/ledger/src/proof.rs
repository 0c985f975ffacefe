//! Inclusion and consistency proofs: made from tiles, verified from hashes alone (RFC 9162, sections 2.1.3
//! and 2.1.4).

use std::collections::BTreeSet;

use crate::hash::{Hash, node_hash};
use crate::tile::{Node, TileCoordinate, TileError, TileReader, nodes_of, subtree_hash, tiles_of};

/// The tiles that `inclusion_proof` reads.
pub fn inclusion_tiles(index: u64, size: u64) -> BTreeSet<TileCoordinate> {
    tiles_of(inclusion_subtrees(index, size).iter().flatten())
}

/// Shows that the entry at `index` is in the tree of `size` entries.
pub fn inclusion_proof(
    reader: &impl TileReader,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, TileError> {
    if index >= size {
        return Err(TileError::OutOfRange { size });
    }
    inclusion_subtrees(index, size).iter().map(|nodes| subtree_hash(nodes, reader)).collect()
}

/// The tiles that `consistency_proof` reads.
pub fn consistency_tiles(old_size: u64, new_size: u64) -> BTreeSet<TileCoordinate> {
    tiles_of(consistency_subtrees(old_size, new_size).iter().flatten())
}

/// Shows that the tree of `new_size` entries begins with the tree of `old_size` entries.
pub fn consistency_proof(
    reader: &impl TileReader,
    old_size: u64,
    new_size: u64,
) -> Result<Vec<Hash>, TileError> {
    if old_size > new_size {
        return Err(TileError::OutOfRange { size: new_size });
    }
    consistency_subtrees(old_size, new_size)
        .iter()
        .map(|nodes| subtree_hash(nodes, reader))
        .collect()
}

/// Whether `proof` shows that `leaf` is entry `index` of the tree with this size and root.
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree with `new_root` begins with the tree with `old_root`.
pub fn verify_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> bool {
    if old_size > new_size {
        return false;
    }
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root;
    }
    if old_size == 0 {
        return proof.is_empty() && *old_root == Hash::of_nothing();
    }
    let mut hashes = proof.iter();
    let (mut node, mut last) = (old_size - 1, new_size - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    // When the old tree is complete its root is the first hash; it is not sent again.
    let first = if node == 0 { Some(old_root) } else { hashes.next() };
    let Some(&first) = first else { return false };
    let (mut old, mut new) = (first, first);
    for hash in hashes {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old = node_hash(hash, &old);
            new = node_hash(hash, &new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new = node_hash(&new, hash);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old == *old_root && new == *new_root
}

/// The subtrees beside the way from the entry to the root, the nearest first.
fn inclusion_subtrees(index: u64, size: u64) -> Vec<Vec<Node>> {
    let mut beside = Vec::new();
    let (mut start, mut end) = (0, size);
    while end.saturating_sub(start) > 1 {
        let middle = start + split(end - start);
        if index < middle {
            beside.push(nodes_of(middle, end));
            end = middle;
        } else {
            beside.push(nodes_of(start, middle));
            start = middle;
        }
    }
    beside.reverse();
    beside
}

/// SUBPROOF of RFC 9162, section 2.1.4.1.
fn consistency_subtrees(old_size: u64, new_size: u64) -> Vec<Vec<Node>> {
    let mut subtrees = Vec::new();
    if old_size == 0 || old_size >= new_size {
        return subtrees;
    }
    let (mut start, mut end) = (0, new_size);
    // Whether everything of the old tree before `start` is still to be shown.
    let mut from_the_left = true;
    while end > old_size {
        let middle = start + split(end - start);
        if old_size <= middle {
            subtrees.push(nodes_of(middle, end));
            end = middle;
        } else {
            subtrees.push(nodes_of(start, middle));
            start = middle;
            from_the_left = false;
        }
    }
    if !from_the_left {
        subtrees.push(nodes_of(start, end));
    }
    subtrees.reverse();
    subtrees
}

/// The largest power of two below `count`, for a count of two or more.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}
