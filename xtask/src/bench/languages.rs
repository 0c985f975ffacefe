//! Telling languages apart: speed and quality beside whichlang, whatlang, lingua and py3langid, one thread,
//! one run.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::python::Environment;
use crate::tools::{output_of, run_command, say, target};

/// The peer of PyPI.
const PEER: &str = "py3langid==0.4.0";

pub(crate) fn run(root: &Path) -> Result<()> {
    let folder = target(root).join("languages-peers");
    fs::create_dir_all(&folder)?;
    let sentences = folder.join("sentences.txt");
    fs::write(&sentences, own_sentences(root)?)?;
    let table = root.join("../shared/data/languages/lid_dev.tsv");
    let mut texts = vec![sentences.into_os_string()];
    if table.is_file() {
        texts.push(table.into_os_string());
    } else {
        println!("skipped: {} is not there, so speed alone is measured", table.display());
    }

    say("building the peers");
    run_command(
        Command::new("cargo")
            .current_dir(root)
            .args(["build", "--release", "--manifest-path", "benches/languages-peers/Cargo.toml"])
            .arg("--target-dir")
            .arg(&folder),
    )?;
    say("measuring, one thread");
    let program = folder.join("release/languages-peers");
    let mut lines = output_of(Command::new(program).args(&texts))?;
    let peers = Environment::named(root, "python-venv")?;
    peers.install([PEER])?;
    let script = root.join("benches/peers/languages.py");
    lines += &output_of(peers.python().arg(script).args(&texts))?;
    println!("{}", markdown(&lines)?);
    Ok(())
}

/// The sentences of the committed evaluations, one a line, without their marks.
fn own_sentences(root: &Path) -> Result<String> {
    let mut sentences = String::new();
    for set in ["code-switch", "chat-darija"] {
        let file = root.join("evaluations").join(set).join("sentences.txt");
        let content = fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
        for line in content.lines().filter(|line| line.starts_with('{')) {
            let parts = line.split('{').filter_map(|part| part.trim_end().strip_suffix('}'));
            let words = parts.filter_map(|part| part.split_once(' ')).map(|(_, words)| words);
            sentences.push_str(&words.collect::<Vec<_>>().join(" "));
            sentences.push('\n');
        }
    }
    Ok(sentences)
}

/// The table of benches/README.md.
fn markdown(lines: &str) -> Result<String> {
    let mut table =
        "| | short sentences/s | load, ms | F1 ar | fr | en | es | of all rows right |\n\
        |---|---|---|---|---|---|---|---|\n"
            .to_owned();
    for line in lines.lines() {
        let found: Value = serde_json::from_str(line)?;
        let number = |pointer: &str, digits: usize| {
            let value = found.pointer(pointer).and_then(Value::as_f64);
            value.map_or_else(|| "–".to_owned(), |own| format!("{own:.digits$}"))
        };
        let cells = [
            found.get("tool").and_then(Value::as_str).unwrap_or_default().to_owned(),
            number("/sentences_per_second", 0),
            number("/load_ms", 1),
            number("/quality/f1/ar", 3),
            number("/quality/f1/fr", 3),
            number("/quality/f1/en", 3),
            number("/quality/f1/es", 3),
            number("/quality/right", 3),
        ];
        table.push_str("| ");
        table.push_str(&cells.join(" | "));
        table.push_str(" |\n");
    }
    Ok(table)
}
