PRAGMA user_version = 1;

-- Whose ledger this is. One row, written together with the first entry.
CREATE TABLE installation (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    origin TEXT NOT NULL,
    public_key TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

-- The ledger, byte for byte as it was hashed.
CREATE TABLE entries (
    position INTEGER PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;

-- The Merkle tree, cut as C2SP tlog-tiles cuts it; a tile that is not full grows in place.
CREATE TABLE tiles (
    level INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, position)
) STRICT;

-- The newest signed state of the tree.
CREATE TABLE checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT;

-- Where a request's entries stand, and what it holds of the budget until its answer is there.
CREATE TABLE egresses (
    receipt TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    project TEXT NOT NULL,
    position INTEGER NOT NULL,
    opened_ms INTEGER NOT NULL,
    hold_micro INTEGER NOT NULL,
    answer_position INTEGER,
    PRIMARY KEY (receipt, attempt)
) STRICT, WITHOUT ROWID;

CREATE INDEX open_egresses ON egresses (project) WHERE answer_position IS NULL;

-- What opens an egress's commitment: for the receipt of its owner, never in the ledger.
CREATE TABLE nonces (
    position INTEGER PRIMARY KEY,
    nonce BLOB NOT NULL
) STRICT;

-- Money by project and window of time: every request counts in its day, its month and the total, so that
-- changing a budget's window forgets nothing.
CREATE TABLE balances (
    project TEXT NOT NULL,
    period TEXT NOT NULL,
    spent_micro INTEGER NOT NULL,
    reserved_micro INTEGER NOT NULL,
    PRIMARY KEY (project, period)
) STRICT, WITHOUT ROWID;

-- Requests and tokens by project, month of the request and outcome.
CREATE TABLE tallies (
    project TEXT NOT NULL,
    month TEXT NOT NULL,
    outcome TEXT NOT NULL,
    requests INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cost_micro INTEGER NOT NULL,
    PRIMARY KEY (project, month, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    budget_micro INTEGER,
    budget_window TEXT,
    requests_per_minute INTEGER NOT NULL,
    local_only INTEGER NOT NULL,
    CHECK ((budget_micro IS NULL) = (budget_window IS NULL))
) STRICT;

-- A key's hash, never the key.
CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    project TEXT NOT NULL REFERENCES projects (id),
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    revoked_ms INTEGER,
    expires_ms INTEGER
) STRICT;

CREATE INDEX keys_of_project ON keys (project);

-- Deleting a row makes every map that was sealed under it unreadable.
CREATE TABLE sealing_salts (
    project TEXT NOT NULL,
    key_id TEXT NOT NULL,
    salt BLOB NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (project, key_id)
) STRICT;
