//! A group's reads and writes in SQL: few round trips whatever the size of the group, because each one
//! crosses to the connection's own thread. Rows travel as JSON arrays that SQLite takes apart.

use ledger::{Checkpoint, CheckpointSigner, Entry, Tree, tile_bytes};
use serde_json::json;
use sqlx::{FromRow, Row as _, SqliteConnection};

use crate::batch::{Changes, Command, Funds, Known, Present};
use crate::error::StoreError;
use crate::rows::column;

/// Parameters are written `$1`, which sqlx numbers for the whole text; `?1` would be numbered by SQLite for
/// each statement. The rows of the three questions differ in their number of columns.
const BEGIN_AND_FIND: &str = "
BEGIN IMMEDIATE;

SELECT egress.receipt, egress.attempt, egress.project, egress.opened_ms, egress.hold_micro,
       egress.answer_position IS NOT NULL
FROM json_each($1) AS wanted
CROSS JOIN egresses AS egress
  ON egress.receipt = wanted.value ->> 0 AND egress.attempt = wanted.value ->> 1;

SELECT balance.project, balance.period, balance.spent_micro, balance.reserved_micro
FROM json_each($2) AS wanted
CROSS JOIN balances AS balance
  ON balance.project = wanted.value ->> 0 AND balance.period = wanted.value ->> 1;

SELECT body FROM statements WHERE position IS NULL ORDER BY number LIMIT 1024;";

macro_rules! write_statements {
    () => {
        "
INSERT INTO entries (position, body)
SELECT value ->> 0, value ->> 1 FROM json_each($1);

INSERT INTO egresses (receipt, attempt, project, position, opened_ms, hold_micro)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
FROM json_each($2);

INSERT INTO nonces (position, nonce)
SELECT value ->> 3, unhex(value ->> 6) FROM json_each($2);

UPDATE egresses SET answer_position = answer.value ->> 2
FROM json_each($3) AS answer
WHERE egresses.receipt = answer.value ->> 0 AND egresses.attempt = answer.value ->> 1;

INSERT INTO balances (project, period, spent_micro, reserved_micro)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($4) WHERE true
ON CONFLICT (project, period) DO UPDATE SET
    spent_micro = spent_micro + excluded.spent_micro,
    reserved_micro = reserved_micro + excluded.reserved_micro;

INSERT INTO tallies (project, month, outcome, requests, prompt_tokens, completion_tokens, cost_micro)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM json_each($5) WHERE true
ON CONFLICT (project, month, outcome) DO UPDATE SET
    requests = requests + excluded.requests,
    prompt_tokens = prompt_tokens + excluded.prompt_tokens,
    completion_tokens = completion_tokens + excluded.completion_tokens,
    cost_micro = cost_micro + excluded.cost_micro;

UPDATE statements SET position = stated.value ->> 1
FROM json_each($9) AS stated WHERE statements.id = stated.value ->> 0;

INSERT INTO tiles (level, position, hashes)
SELECT value ->> 0, value ->> 1, unhex(value ->> 2) FROM json_each($6) WHERE true
ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes;

INSERT INTO checkpoint (one, size, note) VALUES (1, $7, $8)
ON CONFLICT (one) DO UPDATE SET size = excluded.size, note = excluded.note;"
    };
}

const WRITE: &str = write_statements!();
const WRITE_AND_COMMIT: &str = concat!(write_statements!(), "COMMIT;");

/// Begins the transaction and reads what the commands need to know, in one round trip.
pub(crate) async fn begin(
    connection: &mut SqliteConnection,
    commands: &[Command],
) -> Result<Present, StoreError> {
    let keys: Vec<_> = commands.iter().map(Command::key).collect();
    // A balance that is not there yet is an empty one.
    let mut present = Present::default();
    present
        .funds
        .extend(commands.iter().filter_map(Command::funds_key).map(|key| (key, Funds::default())));
    let funds_keys: Vec<_> = present.funds.keys().collect();
    let rows = sqlx::query(BEGIN_AND_FIND)
        .bind(json!(keys).to_string())
        .bind(json!(funds_keys).to_string())
        .fetch_all(connection)
        .await?;
    for row in &rows {
        if row.len() == 1 {
            let (body,) = <(String,)>::from_row(row)?;
            if let Ok(Entry::Statement(statement)) = Entry::from_bytes(body.as_bytes()) {
                present.statements.push(statement);
            }
        } else if row.len() == 4 {
            let (project, period, spent, reserved) = <(String, String, i64, i64)>::from_row(row)?;
            present.funds.insert((project, period), Funds { spent, reserved });
        } else {
            let (receipt, attempt, project, opened_ms, hold_micro, answered) =
                FromRow::from_row(row)?;
            let known = Known { project, opened_ms, hold_micro, answered };
            present.egresses.insert((receipt, attempt), known);
        }
    }
    Ok(present)
}

/// Ends a transaction that has nothing to write.
pub(crate) async fn roll_back(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("ROLLBACK").execute(connection).await?;
    Ok(())
}

/// Writes the changes and the signed state of the tree after them, and commits, in one round trip.
pub(crate) async fn write_and_commit(
    connection: &mut SqliteConnection,
    changes: &Changes,
    tree: &Tree,
    signer: &CheckpointSigner,
) -> Result<(), StoreError> {
    run(WRITE_AND_COMMIT, connection, changes, tree, signer).await
}

/// The same inside a transaction that goes on.
pub(crate) async fn write(
    connection: &mut SqliteConnection,
    changes: &Changes,
    tree: &Tree,
    signer: &CheckpointSigner,
) -> Result<(), StoreError> {
    run(WRITE, connection, changes, tree, signer).await
}

async fn run(
    statements: &'static str,
    connection: &mut SqliteConnection,
    changes: &Changes,
    tree: &Tree,
    signer: &CheckpointSigner,
) -> Result<(), StoreError> {
    let egresses: Vec<_> = changes
        .egresses
        .iter()
        .map(|row| {
            let known = &row.known;
            json!([
                row.key.0,
                row.key.1,
                known.project,
                row.position,
                known.opened_ms,
                known.hold_micro,
                hex::encode(row.nonce)
            ])
        })
        .collect();
    let answers: Vec<_> = changes
        .answers
        .iter()
        .map(|((receipt, attempt), position)| json!([receipt, attempt, position]))
        .collect();
    let funds: Vec<_> = changes
        .funds
        .iter()
        .map(|((project, period), funds)| json!([project, period, funds.spent, funds.reserved]))
        .collect();
    let tallies: Vec<_> = changes
        .tallies
        .iter()
        .map(|((project, month, outcome), sum)| {
            json!([
                project,
                month,
                outcome,
                sum.requests,
                sum.prompt_tokens,
                sum.completion_tokens,
                sum.cost_micro
            ])
        })
        .collect();
    let tiles: Vec<_> = changes
        .tiles
        .iter()
        .map(|tile| json!([tile.at.level, tile.at.position, hex::encode(tile_bytes(&tile.hashes))]))
        .collect();
    sqlx::query(statements)
        .bind(json!(changes.entries).to_string())
        .bind(json!(egresses).to_string())
        .bind(json!(answers).to_string())
        .bind(json!(funds).to_string())
        .bind(json!(tallies).to_string())
        .bind(json!(tiles).to_string())
        .bind(column(tree.size()))
        .bind(Checkpoint::sign(tree.size(), &tree.root(), signer))
        .bind(json!(changes.statements).to_string())
        .execute(connection)
        .await?;
    Ok(())
}
