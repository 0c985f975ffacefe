//! Entries, Merkle tree, signed checkpoints, receipts, verification.
//!
//! Owns what a line of the ledger says, how lines become a tree (RFC 6962, RFC 9162), how the tree's state
//! is signed (C2SP tlog-checkpoint, signed-note) and how anybody can check all of it offline. It stores
//! nothing and never holds a value that was found: an entry has counts, names and hashes.
//!
//! What the ledger claims: a change shows **against a checkpoint that someone else holds**.

pub mod checkpoint;
mod entry;
pub mod export;
mod hash;
mod proof;
mod receipt;
mod receipt_id;
mod signing;
mod statement;
mod tile;
mod tree;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use entry::{Answer, Commitment, Egress, Entry, EntryError, Genesis, Outcome, UsageSource};
pub use export::{ExportVerifier, Fault, Verdict, verify_export};
pub use hash::{Hash, leaf_hash, node_hash};
pub use proof::{
    consistency_proof, consistency_tiles, inclusion_proof, inclusion_tiles, verify_consistency,
    verify_inclusion,
};
pub use receipt::{Receipt, ReceiptEntry, ReceiptError};
pub use receipt_id::{ReceiptId, ReceiptIdError};
pub use signing::{CheckpointSigner, PublicKey, PublicKeyError};
pub use statement::{Statement, StatementKind, document_digest};
pub use tile::{
    TILE_WIDTH, TileCoordinate, TileError, TileReader, TileWrite, tile_bytes, tile_hashes,
};
pub use tree::Tree;
