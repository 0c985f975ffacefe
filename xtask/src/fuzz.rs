//! Coverage-guided checks: builds the targets of `fuzz/` with the instruments of libFuzzer, on the stable
//! compiler, and runs them two at a time. What a target finds is kept, with the command to see it again.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::tools::{self, output_of, run_command, say, target};

/// The targets, each a program in `fuzz/targets`.
const TARGETS: [&str; 7] =
    ["find", "replace", "restore_stream", "scanner", "normalize", "identify", "transliterate"];

/// Seconds for each target; this variable changes them for local runs (`0` leaves fuzzing out).
pub(crate) const SECONDS_VARIABLE: &str = "IGUDAR_FUZZ_SECONDS";

/// What rustc must add to the code so that libFuzzer sees which parts an input reaches.
const INSTRUMENTS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Ccodegen-units=1";

/// How many run at once.
const AT_ONCE: usize = 2;

/// Every target for so many seconds, unless the variable says otherwise. Yields how many held.
pub(crate) fn all(root: &Path, seconds: u64) -> Result<u64> {
    let asked = std::env::var(SECONDS_VARIABLE).ok();
    let seconds = match asked.as_deref().map(str::parse) {
        Some(Ok(seconds)) => seconds,
        Some(Err(_)) => bail!("{SECONDS_VARIABLE} is not a number of seconds"),
        None => seconds,
    };
    if seconds == 0 {
        println!("skipped: {SECONDS_VARIABLE}=0, so nothing was fuzzed");
        return Ok(0);
    }
    run(root, &TARGETS, seconds)
}

/// These targets, or all of them where none is named.
pub(crate) fn some(root: &Path, names: &[String], seconds: u64) -> Result<()> {
    if names.is_empty() {
        return all(root, seconds).map(drop);
    }
    if let Some(unknown) = names.iter().find(|name| !TARGETS.contains(&name.as_str())) {
        bail!("there is no target {unknown}; the targets are {}", TARGETS.join(", "));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    run(root, &names, seconds).map(drop)
}

/// Runs one target on one input that it found.
pub(crate) fn reproduce(root: &Path, name: &str, input: &Path) -> Result<()> {
    let programs = build(root)?;
    run_command(Command::new(programs.join(name)).current_dir(root).arg(input))
}

fn run(root: &Path, names: &[&str], seconds: u64) -> Result<u64> {
    let programs = build(root)?;
    say(&format!("fuzzing, {seconds} s each, {AT_ONCE} at once: {}", names.join(", ")));
    let folder = target(root).join("fuzz");
    let mut failed = Vec::new();
    for group in names.chunks(AT_ONCE) {
        let mut running = Vec::new();
        for name in group {
            running.push((name, start(root, &programs, &folder, name, seconds)?));
        }
        for (name, (mut child, log)) in running {
            let held = child.wait()?.success();
            println!("{} {name}: {}", if held { "ok" } else { "FAILED" }, summary(&log)?);
            if !held {
                failed.push((*name, log));
            }
        }
    }
    for (name, log) in &failed {
        tell(name, log)?;
    }
    if !failed.is_empty() {
        bail!("{} of {} targets found an input that breaks a law", failed.len(), names.len());
    }
    Ok(u64::try_from(names.len())?)
}

/// Builds all targets and yields the folder they are in.
fn build(root: &Path) -> Result<PathBuf> {
    let version = output_of(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("rustc does not say for which machine it builds")?;
    say("building the fuzz targets");
    let folder = target(root).join("fuzz");
    run_command(
        Command::new("cargo")
            .current_dir(root)
            // Given a machine, cargo leaves build scripts and macros without the instruments.
            .args(["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target", host])
            .arg("--target-dir")
            .arg(&folder)
            .env("RUSTFLAGS", INSTRUMENTS),
    )?;
    Ok(folder.join(host).join("release"))
}

/// Starts a target. The inputs that reach something further are kept from run to run.
fn start(
    root: &Path,
    programs: &Path,
    folder: &Path,
    name: &str,
    seconds: u64,
) -> Result<(Child, PathBuf)> {
    let (corpus, found) = (folder.join("corpus").join(name), folder.join("found"));
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&found)?;
    let log = folder.join(format!("{name}.log"));
    let mut command = Command::new(programs.join(name));
    command.current_dir(root).arg(&corpus).arg(root.join("fuzz/seeds").join(name));
    command.args(["-max_len=2000", "-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1"]);
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-artifact_prefix={}/{name}-", found.display()));
    let words = root.join("fuzz/dictionaries").join(format!("{name}.dict"));
    if words.is_file() {
        command.arg(format!("-dict={}", words.display()));
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&log)?);
    let child = command.spawn().with_context(|| format!("cannot start the target {name}"))?;
    Ok((child, log))
}

/// How many inputs were tried, and how many are worth keeping.
fn summary(log: &Path) -> Result<String> {
    let text = String::from_utf8_lossy(&fs::read(log)?).into_owned();
    let of = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("?");
        line.trim().to_owned()
    };
    Ok(format!(
        "{} inputs, {} of them reached something new",
        of("stat::number_of_executed_units:"),
        of("stat::new_units_added:")
    ))
}

/// What a target said, and how to see it again.
fn tell(name: &str, log: &Path) -> Result<()> {
    let text = String::from_utf8_lossy(&fs::read(log)?).into_owned();
    println!("\n── {name}");
    let said =
        text.lines().skip_while(|line| !line.contains("panicked at") && !line.contains("ERROR:"));
    for line in said.take(6) {
        println!("{line}");
    }
    let input = text.lines().find_map(|line| line.split_once("Test unit written to "));
    match input {
        Some((_, input)) => println!("again: cargo xtask fuzz {name} --reproduce {input}"),
        None => println!("the whole log: {}", log.display()),
    }
    Ok(())
}

/// Formatting of the targets, which are no part of the workspace.
pub(crate) fn check_formatting(root: &Path) -> Result<()> {
    tools::run(root, "cargo", ["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"])
}
