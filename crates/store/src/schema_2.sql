PRAGMA user_version = 2;

-- A project's own policy, as its TOML was given; NULL where it has none.
ALTER TABLE projects ADD COLUMN policy TEXT;
