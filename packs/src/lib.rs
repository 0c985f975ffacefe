//! The country packs that lie in this folder, inside the program. Data only: `protection` reads them.

/// Every `.toml` and `.tsv` file of `packs/ma`: its name inside the pack, and its content.
pub const MOROCCO: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/morocco.rs"));
