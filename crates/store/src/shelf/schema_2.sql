PRAGMA user_version = 2;

-- Files that were taken over HTTP and are read later. A file lies in the folder `knowledge.uploads` under its
-- job's id until the job has ended.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    collection TEXT NOT NULL REFERENCES collections (name) ON DELETE CASCADE,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    report TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX jobs_of_collection ON jobs (collection);
