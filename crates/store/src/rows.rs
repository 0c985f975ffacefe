//! How numbers of the house become numbers of SQLite, whose integers are 64 bits with a sign.

use crate::error::StoreError;

/// A count for a column; beyond what a column holds it stays at the largest.
pub(crate) fn column(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A count out of a column that never holds a negative one.
pub(crate) fn count(column: i64, what: &str) -> Result<u64, StoreError> {
    u64::try_from(column).map_err(|_| StoreError::Corrupt(format!("{what} is negative")))
}
