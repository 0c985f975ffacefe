//! A server of ours that runs while a chore needs it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A child process that prints its URL, or a JSON line with a `url`, once it is ready. Dropped, it is ended.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    /// Whether it ends by itself when its standard input does, and what it started with it.
    ends_with_input: bool,
    /// The line it printed when it was ready.
    pub(crate) ready: Value,
}

impl Running {
    /// Starts `program` and waits for its ready line.
    /// Its standard input stays open and empty as long as it runs.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().with_context(|| {
                format!("cannot start {}", command.get_program().to_string_lossy())
            })?;
        let stdout = child.stdout.take().context("the child has no standard output")?;
        let mut lines = BufReader::new(stdout).lines();
        let mut ready = None;
        for line in lines.by_ref() {
            ready = ready_line(&line?);
            if ready.is_some() {
                break;
            }
        }
        let Some(ready) = ready else {
            let status = child.wait()?;
            bail!("it ended before it was ready ({status})");
        };
        // Keep reading, so that the child never waits on a full pipe.
        std::thread::spawn(move || for _ in lines {});
        Ok(Self { child, ends_with_input: false, ready })
    }

    /// The same for a program that ends when its standard input does: it is not killed, because it has
    /// children of its own to end.
    pub(crate) fn start_gentle(command: &mut Command) -> Result<Self> {
        let mut running = Self::start(command)?;
        running.ends_with_input = true;
        Ok(running)
    }

    /// The URL it listens on.
    pub(crate) fn url(&self) -> Result<&str> {
        self.ready.get("url").and_then(Value::as_str).context("the ready line names no url")
    }

    /// Waits until it ends by itself (Ctrl-C at a terminal reaches it too).
    pub(crate) fn wait(mut self) -> Result<()> {
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        if !self.ends_with_input {
            // Already ended is fine: then there is nothing to end.
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}

/// A JSON object with a `url`, or a bare URL.
fn ready_line(line: &str) -> Option<Value> {
    if line.starts_with("http://") {
        return Some(serde_json::json!({ "url": line.trim() }));
    }
    let value: Value = serde_json::from_str(line).ok()?;
    value.get("url").is_some().then_some(value)
}

/// Starts `igudar serve` on a free port over `data`.
pub(crate) fn serve(
    igudar: &Path,
    data: &Path,
    configure: impl FnOnce(&mut Command),
) -> Result<Running> {
    let mut command = Command::new(igudar);
    command.args(["serve", "--json", "--data"]).arg(data);
    configure(&mut command);
    Running::start(&mut command)
}

/// Makes a key for the first project of a data folder and yields its text.
pub(crate) fn create_key(igudar: &Path, data: &Path, name: &str) -> Result<String> {
    let made = crate::tools::output_of(
        Command::new(igudar).args(["key", "create", "--json", "--name", name, "--data"]).arg(data),
    )?;
    let made: Value =
        serde_json::from_str(made.trim()).context("`key create --json` printed no JSON")?;
    made.get("key")
        .and_then(Value::as_str)
        .map(str::to_owned)
        .context("`key create` printed no key")
}
