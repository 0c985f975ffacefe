//! The server beside a bare proxy, LiteLLM and TensorZero: one mock upstream, one request body, one run.
//!
//! `wrk` at one connection gives the added latency, at sixteen the throughput. Igudar runs twice: with its
//! data folder on the disk and in memory, so that the price of the ledger's sync stands apart.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::python::Environment;
use crate::running::{Running, create_key, serve};
use crate::tools::{self, install, is_installed, output_of, say, target};

/// Seconds for each measurement.
const SECONDS: u32 = 8;

struct Contender {
    name: &'static str,
    url: String,
    model: &'static str,
    key: Option<String>,
    /// Kept alive while it is measured.
    _running: Option<Running>,
}

struct Row {
    name: &'static str,
    p50_alone_us: f64,
    p99_alone_us: f64,
    per_second: f64,
    p50_at_16_us: f64,
}

pub(crate) fn run(root: &Path) -> Result<()> {
    if !is_installed("wrk") {
        install(&["wrk"])?;
    }
    say("building for speed");
    tools::run(
        root,
        "cargo",
        [
            "build",
            "--release",
            "-p",
            "igudar",
            "-p",
            "igudar-mock-upstream",
            "-p",
            "igudar-floor-proxy",
        ],
    )?;
    let peers = peers(root)?;
    let release = target(root).join("release");
    let mock = Running::start(Command::new(release.join("igudar-mock-upstream")).args([
        "--listen",
        "127.0.0.1:0",
        "--forget",
    ]))?;
    let upstream = mock.url()?.trim_end_matches("/v1").to_owned();
    let contenders: [&dyn Fn() -> Result<Contender>; 6] = [
        &|| Ok(Contender::plain("direct", format!("{upstream}/v1/chat/completions"), None)),
        &|| floor(&release, &upstream),
        &|| igudar(root, &release, &upstream, "Igudar, data in memory", Path::new("/dev/shm")),
        &|| igudar(root, &release, &upstream, "Igudar, data on disk", &target(root)),
        &|| tensorzero(root, &peers, &upstream),
        &|| litellm(root, &peers, &upstream),
    ];
    let mut rows = Vec::new();
    for start in contenders {
        let contender = start()?;
        say(contender.name);
        let row = measure(root, &contender)?;
        println!(
            "{:.3} ms alone, {:.0} requests/s at 16",
            row.p50_alone_us / 1000.0,
            row.per_second
        );
        rows.push(row);
    }
    print_table(&rows);
    Ok(())
}

impl Contender {
    fn plain(name: &'static str, url: String, running: Option<Running>) -> Self {
        Self { name, url, model: "bench", key: None, _running: running }
    }
}

fn floor(release: &Path, upstream: &str) -> Result<Contender> {
    let host = upstream.trim_start_matches("http://");
    let running = Running::start(
        Command::new(release.join("igudar-floor-proxy")).args(["127.0.0.1:0", host]),
    )?;
    let url = format!("{}/v1/chat/completions", running.url()?);
    Ok(Contender::plain("floor: bare hyper proxy", url, Some(running)))
}

fn igudar(
    root: &Path,
    release: &Path,
    upstream: &str,
    name: &'static str,
    place: &Path,
) -> Result<Contender> {
    let binary = release.join("igudar");
    let data = place.join("igudar-bench-data");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    let configuration =
        std::fs::read_to_string(root.join("benches/igudar.toml"))?.replace("{MOCK}", upstream);
    std::fs::write(data.join("igudar.toml"), configuration)?;
    let running = serve(&binary, &data, |command| {
        command.args(["--listen", "127.0.0.1:0"]).stderr(Stdio::null());
    })?;
    let key = create_key(&binary, &data, "bench")?;
    let url = format!("{}/v1/chat/completions", running.url()?);
    Ok(Contender { name, url, model: "bench", key: Some(key), _running: Some(running) })
}

fn tensorzero(root: &Path, peers: &Environment, upstream: &str) -> Result<Contender> {
    let script = root.join("benches/peers/tensorzero_gateway.py");
    let running =
        Running::start_gentle(peers.python().arg(script).arg(upstream).stderr(Stdio::null()))?;
    let base = running.ready.get("base").and_then(Value::as_str).context("no base URL")?;
    let url = format!("{base}/chat/completions");
    Ok(Contender {
        name: "TensorZero 2026.6.0",
        url,
        model: "tensorzero::model_name::bench",
        key: None,
        _running: Some(running),
    })
}

fn litellm(root: &Path, peers: &Environment, upstream: &str) -> Result<Contender> {
    let script = root.join("benches/peers/litellm_proxy.py");
    let running = Running::start(peers.python().arg(script).arg(upstream).arg("8493"))?;
    let url = format!("{}/v1/chat/completions", running.url()?);
    let key = running.ready.get("key").and_then(Value::as_str).map(str::to_owned);
    Ok(Contender {
        name: "LiteLLM 1.108.7, 1 worker",
        url,
        model: "bench",
        key,
        _running: Some(running),
    })
}

/// The peers, installed from their registry into an environment of their own.
fn peers(root: &Path) -> Result<Environment> {
    let peers = Environment::named(root, "peers-venv")?;
    peers.install(["-r".as_ref(), root.join("benches/peers/requirements.txt").as_os_str()])?;
    Ok(peers)
}

fn measure(root: &Path, contender: &Contender) -> Result<Row> {
    load(root, contender, 1, 2)?;
    let alone = load(root, contender, 1, SECONDS)?;
    let crowded = load(root, contender, 16, SECONDS)?;
    let number =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
    for run in [&alone, &crowded] {
        anyhow::ensure!(
            number(run, "errors") == 0.0,
            "{} answered with errors: {run}",
            contender.name
        );
    }
    Ok(Row {
        name: contender.name,
        p50_alone_us: number(&alone, "p50_us"),
        p99_alone_us: number(&alone, "p99_us"),
        per_second: number(&crowded, "requests") / number(&crowded, "seconds"),
        p50_at_16_us: number(&crowded, "p50_us"),
    })
}

fn load(root: &Path, contender: &Contender, connections: u32, seconds: u32) -> Result<Value> {
    let mut command = Command::new("wrk");
    command
        .arg(format!("-t{}", connections.min(2)))
        .arg(format!("-c{connections}"))
        .arg(format!("-d{seconds}s"))
        .args(["--timeout", "30s", "-s"])
        .arg(root.join("benches/peers/chat.lua"))
        .arg(&contender.url)
        .env("BENCH_MODEL", contender.model);
    if let Some(key) = &contender.key {
        command.env("BENCH_KEY", key);
    }
    let output = output_of(&mut command)?;
    let line =
        output.lines().find(|line| line.starts_with('{')).context("wrk printed no result")?;
    Ok(serde_json::from_str(line)?)
}

fn print_table(rows: &[Row]) {
    let direct = rows.first().map_or(0.0, |row| row.p50_alone_us);
    let floor = rows.get(1).map_or(f64::NAN, |row| row.per_second);
    println!(
        "\n| | p50 at c=1, ms | added p50, ms | p99 at c=1, ms | requests/s at c=16 | of the floor | p50 at c=16, ms |"
    );
    println!("|---|---|---|---|---|---|---|");
    for row in rows {
        println!(
            "| {} | {:.3} | {:.3} | {:.3} | {:.0} | {:.2} | {:.2} |",
            row.name,
            row.p50_alone_us / 1000.0,
            (row.p50_alone_us - direct) / 1000.0,
            row.p99_alone_us / 1000.0,
            row.per_second,
            row.per_second / floor,
            row.p50_at_16_us / 1000.0,
        );
    }
}
