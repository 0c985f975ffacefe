//! All that CI runs.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::running::{Running, create_key, serve};
use crate::tools::{
    self, build_igudar, fetch_default_model, install_build_tools, run_command, say, target,
};

pub(crate) fn run(root: &Path) -> Result<()> {
    install_build_tools()?;
    say("formatting");
    tools::run(root, "cargo", ["fmt", "--all", "--check"])?;
    say("lints");
    tools::run(root, "cargo", ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    let igudar = build_igudar(root)?;
    let model = fetch_default_model(root, &igudar)?;
    say("tests");
    let mut total = cargo_test(root, &model)?;
    say("unmodified Python clients");
    total += clients(root, &igudar, &model)?;
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

/// Runs the `openai` and `mistralai` clients from PyPI against a server whose models are a mock upstream.
fn clients(root: &Path, igudar: &Path, model: &Path) -> Result<u64> {
    tools::install_python()?;
    let environment = target(root).join("clients-venv");
    let python = environment.join("bin").join("python");
    let requirements = root.join("tests/clients/requirements.txt");
    if !python.is_file() {
        run_command(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    }
    run_command(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(&requirements),
    )?;
    tools::run(root, "cargo", ["build", "--package", "igudar-mock-upstream"])?;
    let mock = Running::start(
        Command::new(target(root).join("debug/igudar-mock-upstream"))
            .args(["--listen", "127.0.0.1:0"]),
    )?;
    let data = target(root).join("clients-data");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    let configuration = std::fs::read_to_string(root.join("tests/clients/igudar.toml"))?
        .replace("{MOCK}", mock.url()?)
        .replace("{MODEL}", &model.to_string_lossy());
    std::fs::write(data.join("igudar.toml"), configuration)?;
    let server = serve(igudar, &data, |command| {
        command.args(["--listen", "127.0.0.1:0"]);
    })?;
    let key = create_key(igudar, &data, "clients")?;
    let mut passed = 0;
    for script in ["openai_client.py", "mistral_client.py"] {
        let output = tools::output_of(
            Command::new(&python)
                .arg(root.join("tests/clients").join(script))
                .env("IGUDAR_URL", server.url()?)
                .env("IGUDAR_KEY", &key),
        )?;
        print!("{output}");
        passed += output.lines().filter(|line| line.starts_with("ok ")).count() as u64;
    }
    Ok(passed)
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
