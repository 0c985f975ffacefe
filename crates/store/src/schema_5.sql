PRAGMA user_version = 5;

-- Whose learner it is, where one joined over HTTP: that project's keys alone may hand in for it.
ALTER TABLE learners ADD COLUMN project TEXT;

-- Who asks for a project. `contact` is personal and empty once it was erased.
CREATE TABLE applications (
    id TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    contact TEXT NOT NULL,
    kind TEXT NOT NULL,
    region TEXT,
    language TEXT NOT NULL,
    need TEXT NOT NULL,
    solution TEXT,
    credits_micro INTEGER NOT NULL,
    state TEXT NOT NULL,
    submitted_ms INTEGER NOT NULL,
    decided_ms INTEGER,
    reason TEXT,
    project TEXT REFERENCES projects (id),
    CHECK ((state = 'pending') = (decided_ms IS NULL)),
    CHECK ((state = 'admitted') = (project IS NOT NULL))
) STRICT;

-- What an application promises, and what became of it.
CREATE TABLE milestones (
    application TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    due TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    closed_ms INTEGER,
    PRIMARY KEY (application, number)
) STRICT, WITHOUT ROWID;

-- The catalogue: what projects publish for others to start from.
CREATE TABLE solutions (
    name TEXT PRIMARY KEY,
    project TEXT NOT NULL REFERENCES projects (id),
    digest TEXT NOT NULL,
    published_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE solution_files (
    solution TEXT NOT NULL REFERENCES solutions (name) ON DELETE CASCADE,
    path TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (solution, path)
) STRICT, WITHOUT ROWID;

-- How often a project took a solution of another, by month. The solutions of the program have no row of
-- their own, so no reference stands here.
CREATE TABLE solution_reuses (
    solution TEXT NOT NULL,
    project TEXT NOT NULL,
    month TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (solution, project, month)
) STRICT, WITHOUT ROWID;

-- How many questions were answered or refused. Never what was asked, nor by whom.
CREATE TABLE answers_given (
    day TEXT NOT NULL,
    language TEXT NOT NULL,
    outcome TEXT NOT NULL,
    answers INTEGER NOT NULL,
    PRIMARY KEY (day, language, outcome)
) STRICT, WITHOUT ROWID;
