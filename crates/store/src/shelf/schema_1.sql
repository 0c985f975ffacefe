PRAGMA user_version = 1;

-- Which state of the tables the search index must show. Counts every change.
CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL
) STRICT;

INSERT INTO state (one, generation) VALUES (1, 0);

CREATE TABLE collections (
    name TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    sharing TEXT NOT NULL,
    personal_data TEXT NOT NULL,
    licence TEXT,
    attribution TEXT,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX collections_of_project ON collections (project);

CREATE TABLE documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL REFERENCES collections (name) ON DELETE CASCADE,
    id TEXT NOT NULL,
    series TEXT NOT NULL,
    digest TEXT NOT NULL,
    facts TEXT NOT NULL,
    remarks TEXT NOT NULL,
    personal_data TEXT NOT NULL,
    in_force INTEGER NOT NULL,
    ingested_ms INTEGER NOT NULL,
    UNIQUE (collection, id)
) STRICT;

CREATE INDEX documents_by_digest ON documents (collection, digest);

CREATE INDEX documents_of_series ON documents (collection, series);

CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (number) ON DELETE CASCADE,
    passage TEXT NOT NULL
) STRICT;

CREATE INDEX passages_of_document ON passages (document);

CREATE TABLE vectors (
    passage INTEGER NOT NULL REFERENCES passages (number) ON DELETE CASCADE,
    embedder TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (passage, embedder)
) STRICT, WITHOUT ROWID;

-- How often another project's search or answer used a collection, by month. Never what was asked.
CREATE TABLE reuses (
    collection TEXT NOT NULL REFERENCES collections (name) ON DELETE CASCADE,
    project TEXT NOT NULL,
    month TEXT NOT NULL,
    searches INTEGER NOT NULL,
    answers INTEGER NOT NULL,
    PRIMARY KEY (collection, project, month)
) STRICT, WITHOUT ROWID;
