//! What a fresh machine lacks, and how it gets it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Debian packages that building needs, each with a program or file that shows it is there.
const BUILD_PACKAGES: [(&str, &str); 3] =
    [("cmake", "cmake"), ("clang", "clang"), ("libclang-dev", "llvm-config")];

/// Debian packages that fetching the default model and the client tests need.
const PYTHON_PACKAGES: [(&str, &str); 1] = [("python3-venv", "python3")];

/// The repository's root, from where this program was built.
pub(crate) fn repository() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here.parent().context("xtask lies in no repository")?.to_owned())
}

/// Says what is about to happen.
pub(crate) fn say(text: &str) {
    println!("\n── {text}");
}

/// Runs a program in the repository and fails when it does.
pub(crate) fn run<I, S>(root: &Path, program: &str, arguments: I) -> Result<()>
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    let mut command = Command::new(program);
    command.current_dir(root).args(arguments);
    run_command(&mut command)
}

/// Runs a prepared command and fails when it does.
pub(crate) fn run_command(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("cannot start: {shown}"))?;
    if !status.success() {
        bail!("failed ({status}): {shown}");
    }
    Ok(())
}

/// What a command prints, as text.
pub(crate) fn output_of(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start: {shown}"))?;
    if !output.status.success() {
        bail!("failed ({}): {shown}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn shown(command: &Command) -> String {
    let mut shown = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        shown.push(' ');
        shown.push_str(&argument.to_string_lossy());
    }
    shown
}

/// Whether a program is on the search path.
pub(crate) fn is_installed(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}

/// Installs what building needs.
pub(crate) fn install_build_tools() -> Result<()> {
    let missing: Vec<&str> = BUILD_PACKAGES
        .iter()
        .filter(|(package, program)| match *package {
            "libclang-dev" => !has_libclang(),
            _ => !is_installed(program),
        })
        .map(|(package, _)| *package)
        .collect();
    install(&missing)
}

/// Installs what Python needs.
pub(crate) fn install_python() -> Result<()> {
    let missing: Vec<&str> = PYTHON_PACKAGES
        .iter()
        .filter(|(_, program)| !is_installed(program))
        .map(|(package, _)| *package)
        .collect();
    install(&missing)
}

fn has_libclang() -> bool {
    let folders = ["/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];
    let versions = (13..=22).map(|version| format!("/usr/lib/llvm-{version}/lib"));
    folders.into_iter().map(str::to_owned).chain(versions).any(|folder| {
        std::fs::read_dir(folder).is_ok_and(|entries| {
            entries.flatten().any(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                name.starts_with("libclang.so") || name.starts_with("libclang-")
            })
        })
    })
}

/// Installs Debian packages, with `sudo` where this is not root.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    say(&format!("installing {}", packages.join(", ")));
    if !is_installed("apt-get") {
        bail!(
            "install these with your system's package manager, then run again: {}",
            packages.join(" ")
        );
    }
    let is_root = output_of(Command::new("id").arg("-u"))?.trim() == "0";
    let apt = |arguments: &[&str]| {
        let mut command = if is_root { Command::new("apt-get") } else { Command::new("sudo") };
        if !is_root {
            command.arg("apt-get");
        }
        command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments).stdin(Stdio::null());
        run_command(&mut command)
    };
    apt(&["update", "-qq"])?;
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(packages);
    apt(&arguments)
}

/// The folder into which this repository builds.
pub(crate) fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// Builds the binary in the profile that the tests use as well, and yields its path.
pub(crate) fn build_igudar(root: &Path) -> Result<PathBuf> {
    say("building igudar");
    run(root, "cargo", ["build", "--package", "igudar"])?;
    Ok(target(root).join("debug").join("igudar"))
}

/// The same with every optimisation, to measure with.
pub(crate) fn build_igudar_for_speed(root: &Path) -> Result<PathBuf> {
    say("building igudar, optimised");
    run(root, "cargo", ["build", "--release", "--package", "igudar"])?;
    Ok(target(root).join("release").join("igudar"))
}

/// Fetches the default model into a folder shared by demo and tests, and yields the data folder's model path.
pub(crate) fn fetch_default_model(root: &Path, igudar: &Path) -> Result<PathBuf> {
    let folder = target(root).join("igudar-models");
    let file = folder.join("models").join(DEFAULT_MODEL_FILE);
    if !file.is_file() {
        say("fetching the default model (98 MB)");
        install_python()?;
        run_command(
            Command::new(igudar).args(["models", "pull", "smollm2", "--data"]).arg(&folder),
        )?;
    }
    if !file.is_file() {
        bail!("`igudar models pull smollm2` ended well but {} is not there", file.display());
    }
    Ok(file)
}

/// The file name under which `igudar models pull smollm2` places the default model.
const DEFAULT_MODEL_FILE: &str = "smollm2-135m-instruct-q4_1.gguf";
