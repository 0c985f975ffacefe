//! The installation of the walk: its folder, its server, and how it is asked.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::Context as _;
use reqwest::{Client, Method};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

/// The folder below the data folder.
const FOLDER: &str = "demo-walk";
/// Only a folder with this file is emptied.
const MARK: &str = "made-by-igudar-demo";
/// The echo is no model; a price makes credits move without anything leaving the machine.
const CONFIGURATION: &str = "\
[[destinations]]
name = \"echo\"
kind = \"echo\"
models = [{ name = \"echo-no-model\", input_price = \"20.00\", output_price = \"60.00\" }]
";

/// A command's answer.
pub(super) struct Ran {
    pub(super) json: Value,
    pub(super) text: String,
}

/// The installation.
pub(super) struct House {
    program: PathBuf,
    folder: PathBuf,
    client: Client,
    server: Option<(Child, String)>,
}

impl House {
    /// A new folder in the place of an earlier walk's.
    pub(super) async fn begin(data: &Path) -> anyhow::Result<Self> {
        let folder = data.join(FOLDER);
        if folder.exists() {
            anyhow::ensure!(
                folder.join(MARK).is_file(),
                "{} is there and was not made by this command; move it away",
                folder.display()
            );
            tokio::fs::remove_dir_all(&folder).await?;
        }
        tokio::fs::create_dir_all(&folder).await?;
        tokio::fs::write(folder.join(MARK), "").await?;
        tokio::fs::write(folder.join("igudar.toml"), CONFIGURATION).await?;
        let client = Client::builder().no_proxy().build()?;
        let program = std::env::current_exe().context("this program is not found")?;
        Ok(Self { program, folder, client, server: None })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--json").args(words);
        // What the caller's environment says of another installation is not meant for this one.
        let names = std::env::vars_os().map(|(name, _)| name);
        for name in names.filter(|name| name.to_string_lossy().starts_with("IGUDAR_")) {
            command.env_remove(name);
        }
        command.env("IGUDAR_DATA", &self.folder);
        command.kill_on_drop(true).stderr(Stdio::piped()).stdout(Stdio::piped());
        command
    }

    /// Runs a command with a text on standard input.
    pub(super) async fn told(&self, words: &[&str], input: &str) -> anyhow::Result<Ran> {
        let mut child = self.command(words).stdin(Stdio::piped()).spawn()?;
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(input.as_bytes()).await?;
        }
        let output = child.wait_with_output().await?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        anyhow::ensure!(
            output.status.success(),
            "igudar {} ended with {}: {text}{}",
            words.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(Ran { json: serde_json::from_str(&text).unwrap_or_default(), text })
    }

    /// Runs a command.
    pub(super) async fn run(&self, words: &[&str]) -> anyhow::Result<Value> {
        Ok(self.told(words, "").await?.json)
    }

    /// Writes a file of the walk and gives its path.
    pub(super) async fn file(&self, name: &str, content: &str) -> anyhow::Result<String> {
        let path = self.folder.join("files").join(name);
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        tokio::fs::write(&path, content).await?;
        Ok(path.display().to_string())
    }

    /// Starts the server and waits until it listens.
    pub(super) async fn serve(&mut self) -> anyhow::Result<()> {
        let mut child = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = child.stdin(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let output = child.stdout.take().context("the server has no output")?;
        let line = BufReader::new(output).lines().next_line().await?.unwrap_or_default();
        let ready: Value = serde_json::from_str(&line).context("the server did not start")?;
        let address = super::text(&ready, "/listen")?;
        self.server = Some((child, format!("http://{address}")));
        Ok(())
    }

    /// Calls the API.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        key: &str,
        body: &Value,
    ) -> anyhow::Result<(Value, Option<String>)> {
        let (_, url) = self.server.as_ref().context("the server was not started")?;
        let mut request = self.client.request(method, format!("{url}{path}"));
        if !key.is_empty() {
            request = request.bearer_auth(key);
        }
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.map_err(reqwest::Error::without_url)?;
        let status = response.status();
        let receipt = response.headers().get("x-igudar-receipt");
        let receipt = receipt.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let text = response.text().await?;
        anyhow::ensure!(status.is_success(), "{path} was answered with {status}: {text}");
        Ok((serde_json::from_str(&text)?, receipt))
    }

    /// Ends the server.
    pub(super) async fn close(&mut self) -> anyhow::Result<()> {
        if let Some((mut child, _)) = self.server.take() {
            child.kill().await?;
        }
        Ok(())
    }
}
