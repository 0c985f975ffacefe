//! The commands as pipes, with their exit codes.

use std::io::Write as _;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::invented::{letter, standing};
use crate::server::Installation;

impl Installation {
    /// Runs a command with this on standard input.
    fn pipe(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = self.command(env!("CARGO_BIN_EXE_igudar"));
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut into = child.stdin.take().unwrap();
        let input = input.to_vec();
        // Written from a thread of its own: a large input and a large output would wait for each other.
        let writing = std::thread::spawn(move || drop(into.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writing.join().unwrap();
        output
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn protect_and_restore_are_each_others_inverse() {
    let installation = Installation::new("");
    let (written, values) = letter();
    let map = installation.logs().join("map");
    let map = map.to_str().unwrap();
    for original in
        [written.clone(), format!("{written}\n\n"), String::new(), "sans valeur\r\n".into()]
    {
        let protect = ["protect", "--force", "--map", map];
        let protected = installation.pipe(&protect, original.as_bytes());
        assert!(protected.status.success(), "{}", text(&protected.stderr));
        assert_eq!(standing(&protected.stdout, values.clone()), Vec::<String>::new());
        let sealed = std::fs::read(map).unwrap();
        assert_eq!(standing(&sealed, values.clone()), Vec::<String>::new(), "the map is sealed");
        let restored = installation.pipe(&["restore", "--map", map], &protected.stdout);
        assert_eq!(text(&restored.stdout), original);
    }
    let other = Installation::new("");
    let stolen = other.pipe(&["restore", "--map", map], b"[PERSON_1]");
    assert_eq!(stolen.status.code(), Some(1), "another installation cannot open the map");
    assert!(stolen.stdout.is_empty());
}

#[test]
fn detect_reads_lines_and_keeps_their_order() {
    let installation = Installation::new("");
    let lines = [
        r#"{"id":"b","text":"سلام 😀 CIN AB123456"}"#,
        r#"{"id":7,"text":""}"#,
        r#"{"id":"a","text":"karim.bennani@courriel.example.ma"}"#,
    ];
    let output = installation.pipe(&["detect", "--jsonl"], (lines.join("\n") + "\n").as_bytes());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let read: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read.len(), 3);
    assert_eq!(
        (&read[0]["id"], &read[1]["id"], &read[2]["id"]),
        (&"b".into(), &7.into(), &"a".into())
    );
    let finding = &read[0]["findings"][0];
    // Offsets in code points: five letters and the blank, one emoji and the blank, `CIN` and the blank.
    let found = (&finding["type"], &finding["start"], &finding["end"]);
    assert_eq!(found, (&"cin".into(), &11.into(), &19.into()));
    assert_eq!(read[1]["findings"], serde_json::json!([]));
    assert_eq!(read[2]["findings"][0]["type"], "email");
}

#[test]
fn exit_codes() {
    let installation = Installation::new("");
    let check = |arguments: &[&str], input: &[u8], expect: i32| {
        let output = installation.pipe(arguments, input);
        let printed = [output.stdout, output.stderr].concat();
        assert_eq!(output.status.code(), Some(expect), "{arguments:?}: {}", text(&printed));
        assert!(!text(&printed).contains("panicked"), "{arguments:?}: {}", text(&printed));
    };
    check(&["--help"], b"", 0);
    check(&["--version"], b"", 0);
    check(&["fly"], b"", 2);
    check(&["detect", "--offsets", "miles"], b"", 2);
    check(&["detect"], b"caf\xe9", 1);
    check(&["detect", "/nowhere/letter.txt"], b"", 1);
    check(&["detect", "--jsonl"], b"not JSON\n", 1);
    check(&["restore", "--map", "/nowhere/map"], b"", 1);
    check(&["config", "check"], b"", 0);
    check(&["config", "show"], b"", 0);
    check(&["pack", "check"], b"", 0);
    check(&["pack", "check", "/nowhere"], b"", 1);
    check(&["key", "list"], b"", 1);
    check(&["ledger", "verify", "-"], b"nothing of a ledger", 3);
    check(&["models", "list"], b"", 0);
    check(&["preview"], b"Ma CIN est AB123456", 0);
    for shell in ["bash", "fish", "zsh"] {
        check(&["completions", shell], b"", 0);
    }
}

#[test]
fn preview_shows_what_each_destination_would_see() {
    let installation = Installation::new(&crate::server::destination(
        "mistral",
        "http://127.0.0.1:9/v1",
        &[("m", "echo")],
    ));
    let (written, values) = letter();
    let output = installation.pipe(&["preview"], written.as_bytes());
    let shown = text(&output.stdout);
    assert!(shown.contains("mistral-mock") && shown.contains("echo"), "{shown}");
    assert!(shown.contains("[CIN_1]"), "{shown}");
    assert_eq!(standing(shown.as_bytes(), values), Vec::<String>::new());
}

#[test]
fn configuration_errors_name_line_and_key() {
    let wrong = [
        ("[server]\nmax_body = \"much\"\n", "max_body"),
        ("[log]\nlevle = \"info\"\n", "level"),
        ("[[destinations]]\nname = \"x\"\nkind = \"opnai\"\nmodels = []\n", "kind"),
        ("[server\n", "line 1"),
    ];
    for (configuration, expect) in wrong {
        let output = Installation::new(configuration).run(&["config", "check"]);
        let error = text(&output.stderr) + &text(&output.stdout);
        assert_eq!(output.status.code(), Some(4), "{error}");
        assert!(error.contains(expect), "{expect}: {error}");
    }
}
