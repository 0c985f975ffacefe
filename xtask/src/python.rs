//! The Python package: built as a wheel, installed into an environment of its own, tried from outside.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::tools::{self, run_command, say, target};

/// What building and trying the package needs from PyPI. No model of Presidio's is needed.
const PACKAGES: [&str; 2] = ["maturin==1.16.0", "presidio-analyzer==2.2.366"];

/// An environment of its own in the folder `name` of the target folder.
#[derive(Debug)]
pub(crate) struct Environment {
    programs: PathBuf,
}

impl Environment {
    /// The environment, made where it is not there yet.
    pub(crate) fn named(root: &Path, name: &str) -> Result<Self> {
        tools::install_python()?;
        let folder = target(root).join(name);
        let own = Self { programs: folder.join("bin") };
        if !own.programs.join("python").is_file() {
            run_command(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        }
        Ok(own)
    }

    /// The environment with our package in it.
    pub(crate) fn with_package(root: &Path, release: bool) -> Result<Self> {
        let own = Self::named(root, "python-venv")?;
        own.install(PACKAGES)?;
        let wheel = wheel(root, &own, release)?;
        own.install(["--force-reinstall".as_ref(), "--no-deps".as_ref(), wheel.as_os_str()])?;
        Ok(own)
    }

    /// Its Python.
    pub(crate) fn python(&self) -> Command {
        Command::new(self.programs.join("python"))
    }

    /// Installs packages, named as pip takes them.
    pub(crate) fn install<S: AsRef<OsStr>>(
        &self,
        packages: impl IntoIterator<Item = S>,
    ) -> Result<()> {
        let mut pip = self.python();
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        run_command(pip.args(packages))
    }
}

/// Builds the package and yields its file.
fn wheel(root: &Path, environment: &Environment, release: bool) -> Result<PathBuf> {
    let wheels = target(root).join("wheels");
    let mut build = Command::new(environment.programs.join("maturin"));
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
    std::fs::read_dir(&wheels)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|kind| kind == "whl"))
        .context("maturin built no wheel")
}

/// Builds the package and runs its tests, its documentation's examples and Presidio with it.
pub(crate) fn test(root: &Path) -> Result<u64> {
    say("Python package");
    let output = Environment::with_package(root, false)?
        .python()
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
