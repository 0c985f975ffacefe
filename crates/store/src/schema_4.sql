PRAGMA user_version = 4;

-- What was stated and belongs into the ledger. A row without a position waits for the ledger's writer, so that
-- a command can state something beside a running server, in one transaction with what it states.
CREATE TABLE statements (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    project TEXT,
    body TEXT NOT NULL,
    position INTEGER
) STRICT;

CREATE INDEX waiting_statements ON statements (number) WHERE position IS NULL;

-- `production` asks for a published entry of the register.
ALTER TABLE keys ADD COLUMN stage TEXT NOT NULL DEFAULT 'test';

-- The public register, each version of an entry. `source` is the entry as it was written (TOML); `document` is
-- what was published, byte for byte: its digest stands in the ledger. A draft has no document.
CREATE TABLE register_entries (
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    project TEXT NOT NULL,
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    document TEXT,
    digest TEXT,
    changed_ms INTEGER NOT NULL,
    statement TEXT,
    reason TEXT,
    PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX register_of_project ON register_entries (project, state);

-- Who contests what a request led to. What people wrote is sealed with a key of this installation; erasing
-- sets it to NULL, with the nonce that opens its commitment, and leaves the dates and the outcome.
CREATE TABLE contests (
    id TEXT PRIMARY KEY,
    receipt TEXT NOT NULL,
    project TEXT NOT NULL,
    language TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    term TEXT NOT NULL,
    sealed BLOB,
    nonce BLOB,
    statement TEXT NOT NULL,
    outcome TEXT,
    sealed_reason BLOB,
    decided_ms INTEGER,
    outcome_statement TEXT,
    erased_ms INTEGER
) STRICT;

CREATE INDEX contests_of_receipt ON contests (receipt);
CREATE INDEX open_contests ON contests (due_ms) WHERE outcome IS NULL;
