//! Reasons and offsets on the command line, lines that are odd, readers that go away.
#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const TEXT: &str = "é😀 Ma CIN est DA48213.";

fn start(folder: &TempDir, line: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_igudar"))
        .args(line)
        .env_clear()
        .env("IGUDAR_DATA", folder.path().join("data"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn run(line: &[&str], input: &str) -> Output {
    let folder = TempDir::new().unwrap();
    let mut child = start(&folder, line);
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn every_command_that_reports_findings_counts_as_it_is_told() {
    for command in ["detect", "protect"] {
        for (unit, start) in [("chars", 14), ("bytes", 18), ("utf16", 15)] {
            let output = run(&[command, "--json", "--offsets", unit], TEXT);
            let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(answer["findings"][0]["start"], start, "{command} {unit}: {answer}");
        }
    }
}

#[test]
fn reasons_name_no_value() {
    let line = format!("{{\"id\":1,\"text\":\"{TEXT}\"}}\n");
    for (arguments, input) in
        [(&["detect", "--json", "--why"][..], TEXT), (&["detect", "--jsonl", "--why"], &line)]
    {
        let output = run(arguments, input);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let why = answer["findings"][0]["why"].as_str().unwrap();
        assert!(!why.is_empty() && !why.contains("DA48213"), "{why}");
    }
}

#[test]
fn odd_lines_are_named_and_not_lost() {
    let input = "{\"id\":1,\"text\":\"x\\ud83d CIN DA48213\"}\n[2,\"CIN DA48213\"]\n{\"id\":3,\"text\":\"\"}\n";
    let output = run(&["detect", "--jsonl"], input);
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["findings"][0]["start"], 7);
    let said = text(&output.stderr);
    assert!(said.contains("line 1: half") && said.contains("line 2: a list"), "{said}");
    assert!(!said.contains("DA48213"));
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let folder = TempDir::new().unwrap();
    let mut child = start(&folder, &["detect", "--jsonl"]);
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let writer = std::thread::spawn(move || {
        let line = format!("{{\"id\":1,\"text\":\"{TEXT}\"}}\n");
        while input.write_all(line.as_bytes()).is_ok() {}
    });
    let mut first = String::new();
    output.read_line(&mut first).unwrap();
    drop(output);
    let ended = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!((ended.status.code(), text(&ended.stderr)), (Some(0), String::new()));
}
