//! The tree's right edge, rebuilt from the stored tiles and checked against the newest checkpoint; and the
//! first entry of a new ledger.

use std::collections::{BTreeMap, BTreeSet};

use gateway::ports::Ambient;
use ledger::{
    Checkpoint, CheckpointSigner, Entry, Genesis, Hash, TileCoordinate, Tree, tile_hashes,
};
use sqlx::SqliteConnection;

use crate::batch::Changes;
use crate::error::StoreError;
use crate::record;
use crate::rows::column;
use crate::secrets::Secret;

/// The signer of this installation's ledger. A ledger without entries gets its first one here.
pub(crate) async fn signer_of_ledger(
    connection: &mut SqliteConnection,
    seed: &Secret,
    ambient: &dyn Ambient,
) -> Result<CheckpointSigner, StoreError> {
    let found: Option<(String, String)> =
        sqlx::query_as("SELECT origin, public_key FROM installation")
            .fetch_optional(&mut *connection)
            .await?;
    if let Some((origin, public_key)) = found {
        let signer = CheckpointSigner::new(&origin, seed.reveal());
        if signer.public_key().to_string() != public_key {
            return Err(StoreError::WrongSigningKey);
        }
        return Ok(signer);
    }
    let mut name = [0; 8];
    ambient.random(&mut name);
    let signer = CheckpointSigner::new(&format!("igudar/{}", hex::encode(name)), seed.reveal());
    begin(connection, &signer, ambient.now_ms()).await?;
    Ok(signer)
}

async fn begin(
    connection: &mut SqliteConnection,
    signer: &CheckpointSigner,
    now_ms: i64,
) -> Result<(), StoreError> {
    let public_key = signer.public_key().to_string();
    let genesis = Entry::Genesis(Genesis {
        origin: signer.origin().to_owned(),
        public_key: public_key.clone(),
        time_ms: now_ms,
    });
    let (mut tree, mut changes) = (Tree::new(), Changes::default());
    changes.append(&mut tree, &genesis);
    changes.tiles = tree.take_tile_writes();
    let mut transaction = sqlx::Connection::begin_with(connection, "BEGIN IMMEDIATE").await?;
    sqlx::query(
        "INSERT INTO installation (one, origin, public_key, created_ms) VALUES (1, ?1, ?2, ?3)",
    )
    .bind(signer.origin())
    .bind(public_key)
    .bind(now_ms)
    .execute(&mut *transaction)
    .await?;
    record::write(&mut transaction, &changes, &tree, signer).await?;
    transaction.commit().await?;
    Ok(())
}

/// The tree as it was signed last.
pub(crate) async fn tree_of_ledger(
    connection: &mut SqliteConnection,
    signer: &CheckpointSigner,
) -> Result<Tree, StoreError> {
    let note = newest_checkpoint(connection).await?;
    let checkpoint = Checkpoint::verify(&note, &signer.public_key())
        .map_err(|error| StoreError::Corrupt(format!("the ledger's checkpoint: {error}")))?;
    let tiles = tiles(connection, Tree::edge_tiles(checkpoint.size)).await?;
    let tree = Tree::from_tiles(&tiles, checkpoint.size)
        .map_err(|error| StoreError::Corrupt(format!("the ledger's tree: {error}")))?;
    if tree.root() != checkpoint.root {
        return Err(StoreError::Corrupt("the ledger's tree is not the one signed last".to_owned()));
    }
    let last: Option<i64> =
        sqlx::query_scalar("SELECT max(position) FROM entries").fetch_one(connection).await?;
    if last.map_or(0, |last| last + 1) != column(checkpoint.size) {
        return Err(StoreError::Corrupt(
            "the ledger has more or fewer entries than were signed".to_owned(),
        ));
    }
    Ok(tree)
}

/// The newest signed note.
pub(crate) async fn newest_checkpoint(
    connection: &mut SqliteConnection,
) -> Result<String, StoreError> {
    sqlx::query_scalar("SELECT note FROM checkpoint")
        .fetch_optional(connection)
        .await?
        .ok_or(StoreError::NoLedger)
}

/// The stored tiles among those wanted.
pub(crate) async fn tiles(
    connection: &mut SqliteConnection,
    wanted: impl IntoIterator<Item = TileCoordinate>,
) -> Result<BTreeMap<TileCoordinate, Vec<Hash>>, StoreError> {
    let wanted: BTreeSet<(u8, u64)> =
        wanted.into_iter().map(|at| (at.level, at.position)).collect();
    let rows: Vec<(u8, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT tile.level, tile.position, tile.hashes FROM json_each(?1) AS wanted
         CROSS JOIN tiles AS tile
           ON tile.level = wanted.value ->> 0 AND tile.position = wanted.value ->> 1",
    )
    .bind(serde_json::json!(wanted).to_string())
    .fetch_all(connection)
    .await?;
    let mut tiles = BTreeMap::new();
    for (level, position, bytes) in rows {
        let position = crate::rows::count(position, "a tile's position")?;
        let hashes = tile_hashes(&bytes)
            .ok_or_else(|| StoreError::Corrupt("a tile has the wrong size".to_owned()))?;
        tiles.insert(TileCoordinate { level, position }, hashes);
    }
    Ok(tiles)
}
