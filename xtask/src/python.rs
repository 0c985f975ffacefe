//! The Python package: built as a wheel, installed into an environment of its own, tried from outside.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::tools::{self, run_command, say, target};

/// What building and trying the package needs from PyPI. No model of Presidio's is needed.
const PACKAGES: [&str; 2] = ["maturin==1.16.0", "presidio-analyzer==2.2.366"];

/// An environment without the package, for peers; yields its Python.
pub(crate) fn bare(root: &Path) -> Result<PathBuf> {
    tools::install_python()?;
    let folder = target(root).join("python-venv");
    let python = folder.join("bin/python");
    if !python.is_file() {
        run_command(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    Ok(python)
}

/// An environment with the package in it; yields its Python.
pub(crate) fn environment(root: &Path, release: bool) -> Result<PathBuf> {
    let python = bare(root)?;
    let folder = target(root).join("python-venv");
    let pip = |arguments: &[&str]| {
        run_command(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                .args(arguments),
        )
    };
    pip(&PACKAGES)?;
    let wheels = target(root).join("wheels");
    let mut build = Command::new(folder.join("bin/maturin"));
    build.current_dir(root).args([
        "build",
        "--quiet",
        "--manifest-path",
        "crates/python/Cargo.toml",
    ]);
    build.arg("--out").arg(&wheels).stdout(Stdio::null());
    if release {
        build.arg("--release");
    }
    run_command(&mut build)?;
    let wheel = std::fs::read_dir(&wheels)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|kind| kind == "whl"))
        .context("maturin built no wheel")?;
    pip(&["--force-reinstall", "--no-deps", &wheel.to_string_lossy()])?;
    Ok(python)
}

/// Builds the package and runs its tests, its documentation's examples and Presidio with it.
pub(crate) fn test(root: &Path) -> Result<u64> {
    say("Python package");
    let python = environment(root, false)?;
    let output = Command::new(python)
        .current_dir(root.join("crates/python/tests"))
        .args(["-m", "unittest", "--verbose", "test_igudar", "test_presidio"])
        .output()
        .context("cannot start Python")?;
    let report = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("the Python package's tests failed:\n{report}");
    }
    let passed = report.lines().filter(|line| line.ends_with("... ok")).count();
    anyhow::ensure!(passed > 0, "the Python tests checked nothing:\n{report}");
    println!("{passed} passed");
    Ok(u64::try_from(passed)?)
}
