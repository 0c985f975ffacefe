//! SQLite: ledger, reservations, projects, keys; secrets and files in the data folder.
