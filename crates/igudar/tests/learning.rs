//! `igudar learn` and `igudar badge`: the built-in course, from the first exercise to a badge that verifies.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests fail loudly and look at files"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

const COURSE: &str = "donnees-personnelles";

struct Shell(TempDir);

impl Shell {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn run(&self, line: &[&str]) -> (Option<i32>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_igudar"))
            .args(line)
            .env_clear()
            .env("IGUDAR_DATA", self.0.path().join("data"))
            .current_dir(self.0.path())
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    }

    fn json(&self, line: &[&str]) -> Value {
        let (code, text) = self.run(&[&["--json"], line].concat());
        assert_eq!(code, Some(0), "{line:?}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    fn write(&self, name: &str, content: &str) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        path.display().to_string()
    }
}

fn course() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../courses").join(COURSE)
}

/// The files of an exercise's folder: `reference` or `wrong`.
fn solutions(exercise: &str, kind: &str) -> Vec<PathBuf> {
    let folder = course().join("exercises").join(exercise).join(kind);
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn exercises(shell: &Shell) -> Vec<String> {
    let shown = shell.json(&["learn", "show", COURSE]);
    let all = shown["exercises"].as_array().unwrap();
    all.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn reference_solutions_pass_three_times_and_wrong_ones_fail() {
    let (code, text) = Shell::new().run(&["learn", "check"]);
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn a_badge_is_earned_verifies_and_can_be_taken_back() {
    let shell = Shell::new();
    let join = ["learn", "join", "--region", "Souss-Massa", "--language", "ar"];
    let learner = shell.json(&join)["learner"].as_str().unwrap().to_owned();
    let issue = ["badge", "issue", COURSE, "--learner", &learner];
    assert_eq!(shell.run(&issue).0, Some(3));
    for exercise in exercises(&shell) {
        for (kind, code) in [("wrong", 3), ("reference", 0)] {
            for path in solutions(&exercise, kind) {
                let path = path.display().to_string();
                let line = ["learn", "submit", COURSE, &exercise, &path, "--learner", &learner];
                assert_eq!(shell.run(&line).0, Some(code), "{path}");
            }
        }
    }
    let badge = shell.json(&issue);
    assert_eq!(badge, shell.json(&issue));

    let token = badge["badge"].as_str().unwrap();
    let file = shell.write("badge.jwt", token);
    let key = shell.write("issuer.jwk", &shell.run(&["badge", "key"]).1);
    let verify = |file: &str| shell.run(&["badge", "verify", file, "--key", &key]);
    assert_eq!(verify(&file).0, Some(0), "{}", verify(&file).1);
    let (code, text) = verify(&shell.write("changed.jwt", &token.replacen('J', "K", 2)));
    assert_eq!(code, Some(3), "{text}");
    let other = Shell::new();
    other.json(&["learn", "join"]);
    let foreign = shell.write("foreign.jwk", &other.run(&["badge", "key"]).1);
    assert_eq!(shell.run(&["badge", "verify", &file, "--key", &foreign]).0, Some(3));

    let id = badge["id"].as_str().unwrap();
    shell.json(&["badge", "revoke", id, "--reason", "issued by mistake"]);
    let list = shell.write("revoked.json", &shell.run(&["badge", "revocations"]).1);
    let line = ["badge", "verify", &file, "--key", &key, "--revocations", &list];
    let (code, text) = shell.run(&line);
    assert!(code == Some(3) && text.contains("issued by mistake"), "{text}");

    let groups = shell.json(&["learn", "progress"]);
    let group = &groups["groups"][0];
    assert_eq!(shell.run(&issue).0, Some(3), "a revoked badge is not given out again");
    assert_eq!((&group["region"], &group["badges"]), (&Value::from("MA-09"), &Value::from(0)));
}

#[test]
fn no_hidden_case_appears_in_any_output() {
    let shell = Shell::new();
    let mut hidden = Vec::new();
    let mut outputs = shell.run(&["learn", "list"]).1 + &shell.run(&["--json", "learn", "list"]).1;
    for exercise in exercises(&shell) {
        let path = course().join("exercises").join(&exercise).join("hidden.toml");
        let cases: toml::Table = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        for case in cases["case"].as_array().unwrap() {
            hidden.extend(case.get("input").and_then(toml::Value::as_str).map(str::to_owned));
        }
        for json in [&["--json"][..], &[]] {
            outputs += &shell.run(&[json, &["learn", "show", COURSE]].concat()).1;
            outputs += &shell.run(&[json, &["learn", "exercise", COURSE, &exercise]].concat()).1;
            for path in
                solutions(&exercise, "wrong").iter().chain(&solutions(&exercise, "reference"))
            {
                let path = path.display().to_string();
                let line = ["learn", "submit", COURSE, &exercise, &path];
                outputs += &shell.run(&[json, &line[..]].concat()).1;
            }
        }
    }
    assert!(hidden.len() > 5);
    for input in hidden {
        assert!(!outputs.contains(&input), "a hidden case was shown: {input}");
    }
}

#[test]
fn what_is_not_there_is_said_with_what_is() {
    let shell = Shell::new();
    let check = |line: &[&str], code: i32, expect: &str| {
        let (ended, text) = shell.run(line);
        assert!(ended == Some(code) && text.contains(expect), "{line:?}: {ended:?} {text}");
    };
    check(&["learn", "show", "nothing"], 2, COURSE);
    check(&["learn", "show", COURSE, "--lesson", "nothing"], 2, "valeurs");
    check(&["learn", "exercise", COURSE, "nothing"], 2, "dictionnaire");
    check(&["learn", "show", COURSE, "--language", "en"], 2, "it is in ar, fr");
    check(&["learn", "progress", "--learner", "x"], 1, "there is no data");
    check(&["learn", "check", "missing-folder"], 1, "cannot be read");
    let badge = shell.write("no-badge", "not a badge");
    let key = shell.write("no-key", "{}");
    check(&["badge", "verify", &badge, "--key", &key], 1, "no JSON Web Key");
    shell.json(&["learn", "join"]);
    check(&["learn", "forget", "x"], 1, "no learner");
    check(&["badge", "verify", &badge], 3, "not a compact JSON Web Signature");
}
