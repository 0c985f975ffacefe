//! All that CI runs.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::fuzz;
use crate::python;
use crate::tools::{
    self, build_igudar, fetch_default_model, install_build_tools, output_of, run_command, say,
    target,
};

/// How long each fuzz target runs.
const FUZZ_SECONDS: u64 = 60;

pub(crate) fn run(root: &Path) -> Result<()> {
    install_build_tools()?;
    say("formatting");
    tools::run(root, "cargo", ["fmt", "--all", "--check"])?;
    fuzz::check_formatting(root)?;
    say("lints");
    tools::run(root, "cargo", ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    let igudar = build_igudar(root)?;
    let model = fetch_default_model(root, &igudar)?;
    say("tests");
    let mut total = cargo_test(root, &model)?;
    say("unmodified Python clients");
    total += clients(root, &igudar, &model)?;
    total += python::test(root)?;
    total += fuzz::all(root, FUZZ_SECONDS)?;
    say("documentation");
    run_command(
        Command::new("cargo").current_dir(root).env("RUSTDOCFLAGS", "-D warnings").args([
            "doc",
            "--workspace",
            "--no-deps",
            "--quiet",
        ]),
    )?;
    licences(root)?;
    println!("\n{total} passed, 0 failed");
    Ok(())
}

/// Runs `cargo test`, shows its output and counts what passed.
fn cargo_test(root: &Path, model: &Path) -> Result<u64> {
    let mut child = Command::new("cargo")
        .current_dir(root)
        .env("IGUDAR_TEST_MODEL", model)
        .args(["test", "--workspace", "--no-fail-fast"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let stdout = child.stdout.take().context("cargo has no standard output")?;
    let mut passed = 0;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        passed += passed_in(&line).unwrap_or(0);
    }
    if !child.wait()?.success() {
        bail!("tests failed: see above");
    }
    Ok(passed)
}

/// The number in `test result: ok. 12 passed; …`.
fn passed_in(line: &str) -> Option<u64> {
    let rest = line.strip_prefix("test result: ok. ")?;
    rest.split_once(" passed")?.0.parse().ok()
}

/// Runs the `openai` and `mistralai` clients from PyPI, unmodified, against a server before two mocks, and
/// `lm_eval` against the default model.
fn clients(root: &Path, igudar: &Path, model: &Path) -> Result<u64> {
    tools::install_python()?;
    tools::run(root, "cargo", ["build", "--package", "igudar-mock-upstream"])?;
    let output = output_of(
        Command::new("python3")
            .arg(root.join("tests/clients/run.py"))
            .arg("--igudar")
            .arg(igudar)
            .arg("--mock")
            .arg(target(root).join("debug/igudar-mock-upstream"))
            .arg("--model")
            .arg(model)
            .arg("--work")
            .arg(target(root).join("clients")),
    )?;
    print!("{output}");
    let passed = output.lines().filter(|line| line.starts_with("ok ")).count();
    anyhow::ensure!(passed > 0, "the client scripts checked nothing");
    Ok(u64::try_from(passed)?)
}

/// Licences, sources and bans, where cargo-deny is installed.
fn licences(root: &Path) -> Result<()> {
    if !tools::is_installed("cargo-deny") {
        println!("skipped: cargo-deny is not installed, so licences and sources were not checked");
        return Ok(());
    }
    say("licences and sources");
    tools::run(root, "cargo", ["deny", "--offline", "check", "bans", "licenses", "sources"])
}
