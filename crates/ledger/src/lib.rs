//! Entries, Merkle tree, signed checkpoints, receipts, verification.
