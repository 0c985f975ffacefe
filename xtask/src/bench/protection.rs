//! How fast personal values are found, on one core.

use std::path::Path;

use anyhow::Result;

use crate::tools;

pub(crate) fn run(root: &Path) -> Result<()> {
    tools::run(root, "cargo", ["bench", "--package", "protection", "--bench", "find"])
}
