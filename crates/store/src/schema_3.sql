PRAGMA user_version = 3;

-- Who learns. No name: the id is random, and who it is the cohort's teacher knows.
CREATE TABLE learners (
    id TEXT PRIMARY KEY,
    region TEXT,
    cohort TEXT,
    language TEXT,
    joined_ms INTEGER NOT NULL
) STRICT;

-- What was handed in and how it was judged. The submission itself is not kept.
CREATE TABLE attempts (
    learner TEXT NOT NULL REFERENCES learners (id),
    course TEXT NOT NULL,
    course_version INTEGER NOT NULL,
    exercise TEXT NOT NULL,
    number INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    digest TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (learner, course, exercise, number)
) STRICT, WITHOUT ROWID;

-- Badges, once for each learner and version of a course.
CREATE TABLE badges (
    id TEXT PRIMARY KEY,
    learner TEXT NOT NULL REFERENCES learners (id),
    course TEXT NOT NULL,
    course_version INTEGER NOT NULL,
    token TEXT NOT NULL,
    issued_ms INTEGER NOT NULL,
    UNIQUE (learner, course, course_version)
) STRICT;

-- Badges taken back. Stays when the learner is forgotten: the badge may still be shown somewhere.
CREATE TABLE revocations (
    badge TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;
