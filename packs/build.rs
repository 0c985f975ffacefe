//! Lists every file of the pack of Morocco, so that no list has to be kept by hand.
#![allow(clippy::disallowed_methods, reason = "a build script reads the folder it lists")]

#[path = "src/folder.rs"]
mod folder;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed=src/folder.rs");
    // A folder counts as changed with any file below it.
    println!("cargo::rerun-if-changed=ma");
    let mut list = String::from("&[\n");
    for (name, path) in folder::files_below(&root.join("ma"))? {
        writeln!(list, "    ({name:?}, include_str!({:?})),", path.display().to_string())
            .map_err(io::Error::other)?;
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("morocco.rs"), list)
}
