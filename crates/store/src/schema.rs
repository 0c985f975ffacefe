//! The tables, and how an older database becomes a newer one.

use sqlx::{Connection as _, SqliteConnection};

use crate::error::StoreError;

/// Each version's statements, in order. A published version is never edited; a change is a new one.
pub(crate) const VERSIONS: &[&str] = &[
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
];

/// Brings the database to the newest version. Two processes may try at once: the second finds it done.
pub(crate) async fn migrate(
    connection: &mut SqliteConnection,
    versions: &[&'static str],
) -> Result<(), StoreError> {
    let newest = i64::try_from(versions.len()).unwrap_or(i64::MAX);
    if version(connection).await? == newest {
        return Ok(());
    }
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let found = version(&mut transaction).await?;
    if found > newest || found < 0 {
        return Err(StoreError::NewerSchema { found, known: newest });
    }
    for statements in versions.iter().skip(usize::try_from(found).unwrap_or(0)) {
        sqlx::raw_sql(*statements).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

async fn version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("PRAGMA user_version").fetch_one(connection).await?)
}
