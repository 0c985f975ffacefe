//! The tree against RFC 6962's own recursive definition, and its proofs against each other.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "helpers of tests: a failure shall stop the test"
)]

use std::collections::BTreeMap;

use ledger::{
    Hash, TILE_WIDTH, TileCoordinate, Tree, consistency_proof, consistency_tiles, inclusion_proof,
    inclusion_tiles, leaf_hash, node_hash, tile_bytes, tile_hashes, verify_consistency,
    verify_inclusion,
};
use proptest::prelude::*;

type Tiles = BTreeMap<TileCoordinate, Vec<Hash>>;

fn leaf(index: u64) -> Hash {
    leaf_hash(format!("entry {index}").as_bytes())
}

/// MTH of RFC 6962, section 2.1, word for word.
fn defined_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of_nothing(),
        [only] => *only,
        _ => {
            let mut split = 1;
            while split * 2 < leaves.len() {
                split *= 2;
            }
            node_hash(&defined_root(&leaves[..split]), &defined_root(&leaves[split..]))
        }
    }
}

fn store(tiles: &mut Tiles, tree: &mut Tree) {
    for write in tree.take_tile_writes() {
        assert!((1..=TILE_WIDTH).contains(&write.hashes.len()));
        if let Some(before) = tiles.get(&write.at) {
            assert_eq!(before[..], write.hashes[..before.len()], "a tile only grows");
        }
        tiles.insert(write.at, write.hashes);
    }
}

/// A tree of `size` entries, its tiles stored after each `batch` entries.
fn grown(size: u64, batch: u64) -> (Tree, Tiles) {
    let (mut tree, mut tiles) = (Tree::new(), Tiles::new());
    for index in 0..size {
        assert_eq!(tree.append(leaf(index)), index);
        if (index + 1) % batch == 0 {
            store(&mut tiles, &mut tree);
        }
    }
    store(&mut tiles, &mut tree);
    (tree, tiles)
}

fn only(tiles: &Tiles, wanted: impl IntoIterator<Item = TileCoordinate>) -> Tiles {
    wanted.into_iter().filter_map(|at| Some((at, tiles.get(&at)?.clone()))).collect()
}

#[test]
fn roots_follow_the_definition() {
    let mut tree = Tree::new();
    let mut leaves = Vec::new();
    assert_eq!(tree.root(), Hash::of_nothing());
    for index in 0..1100 {
        tree.append(leaf(index));
        leaves.push(leaf(index));
        assert_eq!(tree.root(), defined_root(&leaves), "{index}");
    }
}

#[test]
fn the_edge_is_rebuilt_from_tiles() {
    for size in [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537, 66_000] {
        let (tree, tiles) = grown(size, 97);
        let read = only(&tiles, Tree::edge_tiles(size));
        assert!(read.len() <= 3);
        let rebuilt = Tree::from_tiles(&read, size).unwrap();
        assert_eq!(rebuilt.root(), tree.root(), "{size}");
        let (mut rebuilt, mut tree) = (rebuilt, tree);
        for index in size..size + 300 {
            rebuilt.append(leaf(index));
            tree.append(leaf(index));
        }
        assert_eq!(rebuilt.root(), tree.root(), "{size}");
        assert_eq!(rebuilt.take_tile_writes(), tree.take_tile_writes(), "{size}");
    }
}

#[test]
fn a_missing_or_short_tile_is_named() {
    let (_, mut tiles) = grown(600, 600);
    let at = TileCoordinate { level: 0, position: 2 };
    tiles.get_mut(&at).unwrap().truncate(10);
    let error = Tree::from_tiles(&tiles, 600).unwrap_err();
    assert_eq!(error.to_string(), "tile 2 of level 0 is missing or incomplete");
    tiles.remove(&at);
    assert!(Tree::from_tiles(&tiles, 600).is_err());
    assert!(inclusion_proof(&tiles, 599, 600).is_err());
    assert!(inclusion_proof(&tiles, 600, 600).is_err());
    assert!(consistency_proof(&tiles, 700, 600).is_err());
}

#[test]
fn tiles_are_read_back() {
    let hashes: Vec<Hash> = (0..256).map(leaf).collect();
    for width in [1, 2, 255, 256] {
        assert_eq!(tile_hashes(&tile_bytes(&hashes[..width])).unwrap(), hashes[..width]);
    }
    assert_eq!(tile_hashes(&[]), None);
    assert_eq!(tile_hashes(&[0; 33]), None);
    assert_eq!(tile_hashes(&[0; 32 * 257]), None);
}

#[test]
fn every_small_proof_holds() {
    for size in 1..40 {
        let (tree, tiles) = grown(size, 7);
        for index in 0..size {
            let proof = inclusion_proof(&tiles, index, size).unwrap();
            assert!(verify_inclusion(leaf(index), index, size, &proof, &tree.root()));
            assert!(!verify_inclusion(leaf(index + 1), index, size, &proof, &tree.root()));
            for other in (0..size).filter(|other| *other != index) {
                assert!(!verify_inclusion(leaf(index), other, size, &proof, &tree.root()));
            }
        }
        for old_size in 0..=size {
            let old_root = grown(old_size, 7).0.root();
            let proof = consistency_proof(&tiles, old_size, size).unwrap();
            let holds = |old: &Hash, new: &Hash, proof: &[Hash]| {
                verify_consistency(old_size, old, size, new, proof)
            };
            assert!(holds(&old_root, &tree.root(), &proof), "{old_size} in {size}");
            if old_size > 0 && old_size < size {
                assert!(!holds(&leaf(0x00ff), &tree.root(), &proof));
                assert!(!holds(&old_root, &leaf(0x00ff), &proof));
                assert!(!holds(&old_root, &tree.root(), &proof[1..]));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn proofs_from_their_own_tiles_hold(
        size in 1_u64..3000, batch in 1_u64..600, place: prop::sample::Index, old: prop::sample::Index,
        flip: prop::sample::Index,
    ) {
        let (tree, tiles) = grown(size, batch);
        let index = place.index(size as usize) as u64;
        let needed = only(&tiles, inclusion_tiles(index, size));
        let mut proof = inclusion_proof(&needed, index, size).unwrap();
        prop_assert!(verify_inclusion(leaf(index), index, size, &proof, &tree.root()));
        if !proof.is_empty() {
            let at = flip.index(proof.len());
            proof[at].0[0] ^= 1;
            prop_assert!(!verify_inclusion(leaf(index), index, size, &proof, &tree.root()));
        }

        let old_size = old.index(size as usize + 1) as u64;
        let old_root = grown(old_size, batch).0.root();
        let needed = only(&tiles, consistency_tiles(old_size, size));
        let mut proof = consistency_proof(&needed, old_size, size).unwrap();
        prop_assert!(verify_consistency(old_size, &old_root, size, &tree.root(), &proof));
        if !proof.is_empty() {
            let at = flip.index(proof.len());
            proof[at].0[0] ^= 1;
            prop_assert!(!verify_consistency(old_size, &old_root, size, &tree.root(), &proof));
        }
    }
}
