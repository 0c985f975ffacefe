//! The ledger as an export, a page at a time: a ledger may be larger than memory.

use ledger::{
    Checkpoint, Hash, PublicKey, TILE_WIDTH, TileCoordinate, consistency_proof, consistency_tiles,
    export,
};

use crate::error::StoreError;
use crate::frontier::{newest_checkpoint, tiles};
use crate::rows::{column, count};
use crate::store::Store;

/// An export being read. What is appended meanwhile is not in it: it ends at the checkpoint that was the
/// newest when it began.
#[derive(Debug)]
pub struct Export {
    store: Store,
    key: PublicKey,
    checkpoint: String,
    size: u64,
    next: Next,
}

#[derive(Debug)]
enum Next {
    Header,
    Entries(u64),
    Nothing,
}

impl Store {
    /// Begins an export of the whole ledger. Works beside a running server.
    pub async fn export(&self) -> Result<Export, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let checkpoint = newest_checkpoint(&mut connection).await?;
        drop(connection);
        let size = size_of(&checkpoint)?;
        let key = self.public_key().await?;
        Ok(Export { store: self.clone(), key, checkpoint, size, next: Next::Header })
    }

    /// The key that checks this ledger's checkpoints.
    pub async fn public_key(&self) -> Result<PublicKey, StoreError> {
        let text: String = sqlx::query_scalar("SELECT public_key FROM installation")
            .fetch_optional(&self.pool)
            .await?
            .ok_or(StoreError::NoLedger)?;
        PublicKey::parse(&text)
            .map_err(|error| StoreError::Corrupt(format!("the ledger's public key: {error}")))
    }

    /// The hashes that lead from an older checkpoint's size to the newest one, and the newest one.
    pub async fn consistency(&self, old_size: u64) -> Result<(Vec<Hash>, String), StoreError> {
        let mut snapshot = self.pool.begin().await?;
        let checkpoint = newest_checkpoint(&mut snapshot).await?;
        let size = size_of(&checkpoint)?;
        let tiles = tiles(&mut snapshot, consistency_tiles(old_size, size)).await?;
        snapshot.rollback().await?;
        let proof = consistency_proof(&tiles, old_size, size)
            .map_err(|error| StoreError::Corrupt(format!("the ledger's tree: {error}")))?;
        Ok((proof, checkpoint))
    }
}

fn size_of(checkpoint: &str) -> Result<u64, StoreError> {
    Checkpoint::parse_unverified(checkpoint)
        .map(|checkpoint| checkpoint.size)
        .map_err(|error| StoreError::Corrupt(format!("the ledger's checkpoint: {error}")))
}

impl Export {
    /// How many entries the export has.
    pub fn entries(&self) -> u64 {
        self.size
    }

    /// The next lines, each with its line break; `None` after the last.
    pub async fn next_page(&mut self) -> Result<Option<String>, StoreError> {
        match self.next {
            Next::Header => {
                self.next = Next::Entries(0);
                Ok(Some(format!("{}\n", export::header_line(&self.key))))
            }
            Next::Entries(position) if position * (TILE_WIDTH as u64) < self.size => {
                self.next = Next::Entries(position + 1);
                self.entry_lines(position).await.map(Some)
            }
            Next::Entries(_) => {
                self.next = Next::Nothing;
                Ok(Some(format!("{}\n", export::footer_line(&self.checkpoint))))
            }
            Next::Nothing => Ok(None),
        }
    }

    /// The entries under one tile. The hashes are the tree's own, so an entry that was changed in the
    /// database does not match its hash and is named by the verification.
    async fn entry_lines(&self, position: u64) -> Result<String, StoreError> {
        let first = position * TILE_WIDTH as u64;
        let end = self.size.min(first + TILE_WIDTH as u64);
        let mut connection = self.store.pool.acquire().await?;
        let at = TileCoordinate { level: 0, position };
        let tiles = tiles(&mut connection, [at]).await?;
        let leaves = tiles.get(&at).map_or(&[][..], Vec::as_slice);
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT position, body FROM entries WHERE position >= ?1 AND position < ?2
             ORDER BY position",
        )
        .bind(column(first))
        .bind(column(end))
        .fetch_all(&mut *connection)
        .await?;
        let mut page = String::new();
        for (index, body) in rows {
            let index = count(index, "an entry's position")?;
            let leaf = usize::try_from(index - first).ok().and_then(|place| leaves.get(place));
            let leaf = leaf.ok_or_else(|| {
                StoreError::Corrupt(format!("the tree has no hash of entry {index}"))
            })?;
            page.push_str(&export::entry_line(index, &body, *leaf));
            page.push('\n');
        }
        Ok(page)
    }
}
