//! Starts, asks and ends `igudar serve`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use igudar_mock_upstream::{MockUpstream, Options};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// The credential that the mock asks for and the server holds.
pub(crate) const UPSTREAM_KEY: &str = "upstream-credential-of-these-tests";

/// A mock that asks for the credential.
pub(crate) async fn mock() -> MockUpstream {
    let key = Some(UPSTREAM_KEY.to_owned());
    MockUpstream::start_with(Options { key, ..Options::default() }).await.unwrap()
}

/// A destination's part of the configuration. `models` are names by which callers ask, and the behaviours
/// of the mock behind them.
pub(crate) fn destination(kind: &str, url: &str, models: &[(&str, &str)]) -> String {
    let models: Vec<String> = models
        .iter()
        .map(|(name, behaviour)| {
            format!(
                "  {{ name = \"{name}\", upstream_name = \"{behaviour}\", input_price = \"2.00\", \
                 output_price = \"6.00\", max_output_tokens = 200 }},\n"
            )
        })
        .collect();
    format!(
        "[[destinations]]\nname = \"{kind}-mock\"\nkind = \"{kind}\"\nurl = \"{url}\"\n\
         key_variable = \"MOCK_KEY\"\nplace = \"FR\"\nheader_time = \"60 s\"\nidle_time = \"60 s\"\n\
         models = [\n{}]\n\n",
        models.concat()
    )
}

/// The same, but waiting less than a second for an upstream that says nothing.
pub(crate) fn impatient(configuration: &str) -> String {
    configuration.replace("60 s", "700 ms")
}

/// Files of one installation: `data` is the server's, `logs` ours.
pub(crate) struct Installation {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Installation {
    /// A new installation with this configuration.
    pub(crate) fn new(configuration: &str) -> Self {
        let installation = Self::empty();
        std::fs::create_dir(installation.data()).unwrap();
        std::fs::write(installation.data().join("igudar.toml"), configuration).unwrap();
        installation
    }

    /// Nothing yet, not even the data folder.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("logs")).unwrap();
        Self { folder, variables: Vec::new() }
    }

    /// The same with a variable of the environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Everything the server printed.
    pub(crate) fn logs(&self) -> PathBuf {
        self.folder.path().join("logs")
    }

    pub(crate) fn command(&self, program: &str) -> std::process::Command {
        let mut command = std::process::Command::new(program);
        command.env_clear().env("IGUDAR_DATA", self.data()).env("MOCK_KEY", UPSTREAM_KEY);
        // A full log is the harder test of what may not stand in it.
        command
            .env("IGUDAR_LOG", "debug")
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command of the binary to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_igudar")).args(arguments).output().unwrap()
    }

    /// Runs a command with `--json` that must succeed, and reads its answer.
    pub(crate) fn run_json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[&["--json"], arguments].concat());
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Makes a project and returns a key of it.
    pub(crate) fn project(&self, id: &str, rules: &[&str]) -> String {
        self.run_json(&[&["project", "create", id], rules].concat());
        self.key(id)
    }

    /// A new key of a project.
    pub(crate) fn key(&self, project: &str) -> String {
        let made = self.run_json(&["key", "create", "--project", project]);
        made["key"].as_str().unwrap().to_owned()
    }

    /// Starts the server and waits until it says where it listens.
    pub(crate) async fn serve(self) -> Server {
        let program = env!("CARGO_BIN_EXE_igudar");
        self.serve_as(program, &[]).await.unwrap_or_else(|failure| panic!("{failure}"))
    }

    /// Starts the server through another program (a shell that sets limits first). The error is what it
    /// printed before it ended.
    pub(crate) async fn serve_as(self, program: &str, before: &[&str]) -> Result<Server, String> {
        let log = |name| File::options().create(true).append(true).open(self.logs().join(name));
        let mut command = Command::from(self.command(program));
        command
            .args(before)
            .args(["--json", "serve", "--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log("stderr").unwrap())
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            let ready: Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(url) = ready["url"].as_str() {
                let url = url.trim_end_matches('/').trim_end_matches("/v1").to_owned();
                let key = ready["key"].as_str().map(str::to_owned);
                let mut rest = tokio::fs::File::from_std(log("stdout").unwrap());
                tokio::spawn(async move {
                    tokio::io::copy(lines.get_mut(), &mut rest).await.ok();
                });
                let client = reqwest::Client::builder().no_proxy().build().unwrap();
                return Ok(Server { installation: self, child, url, first_key: key, client });
            }
        }
        let status = child.wait().await.unwrap();
        let printed = std::fs::read_to_string(self.logs().join("stderr")).unwrap();
        Err(format!("{status}: {printed}"))
    }
}

/// A running server.
pub(crate) struct Server {
    pub(crate) installation: Installation,
    child: Child,
    pub(crate) url: String,
    /// The key that the first start made.
    pub(crate) first_key: Option<String>,
    pub(crate) client: reqwest::Client,
}

impl Server {
    /// A server before one mock, and a key without limits.
    pub(crate) async fn before(mock: &MockUpstream, models: &[(&str, &str)]) -> (Self, String) {
        Self::configured(&destination("openai", &mock.url(), models)).await
    }

    /// A server with this configuration, and a key without limits.
    pub(crate) async fn configured(configuration: &str) -> (Self, String) {
        let server = Installation::new(configuration).serve().await;
        let key = server.installation.project("tests", &["--requests-per-minute", "0"]);
        (server, key)
    }

    /// The server's process id.
    pub(crate) fn process(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// SIGKILL, as a power cut would do it. The files stay.
    pub(crate) async fn kill(mut self) -> Installation {
        self.child.kill().await.unwrap();
        self.installation
    }

    /// Asks the server to end and waits for it.
    pub(crate) async fn stop(self) -> Installation {
        signal(self.process(), "TERM").await;
        self.ended().await
    }

    /// Waits for its end, which must be an orderly one.
    pub(crate) async fn ended(mut self) -> Installation {
        let status = self.child.wait().await.unwrap();
        assert!(status.success(), "{status}");
        self.installation
    }
}

/// Sends a signal to a process that these tests started.
pub(crate) async fn signal(process: u32, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status();
    assert!(sent.await.unwrap().success());
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}
