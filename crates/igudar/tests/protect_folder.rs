//! `igudar protect FOLDER` and back.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests fail loudly and look at files"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const FILES: [(&str, &str); 5] = [
    ("letter.txt", "Je suis Zineb Oukacha, CIN DA48213.\r\n\r\nMon CIN: DA48213\n"),
    (
        "deep/table.csv",
        "\u{feff}nom,cin,note\r\n\"Oukacha, Zineb\",DA48213,\"dit \"\"DA48213\"\"\"\r\nKarim Bennani,BK412097,rien\r\n",
    ),
    (
        "rows.jsonl",
        "{\"nom\":  \"Zineb Oukacha\", \"cin\":\"DA48213\", \"n\": 0.10}\n{\"note\":\"\\u0043IN DA48213\\nfin\"}\n",
    ),
    (
        "page.html",
        "<p class=\"DA\">Nom&nbsp;: <b>Zineb Oukacha</b>, CIN DA48213 <a href=\"mailto:z.oukacha@exemple.ma\">&eacute;crire</a></p>\n",
    ),
    ("empty.md", ""),
];

struct Shell {
    folder: TempDir,
}

impl Shell {
    fn new() -> Self {
        let shell = Self { folder: TempDir::new().unwrap() };
        for (name, content) in FILES {
            shell.write(&format!("in/{name}"), content);
        }
        shell.write("in/photo.jpg", "no text");
        shell
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn run(&self, line: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_igudar"))
            .args(line)
            .env_clear()
            .env("IGUDAR_DATA", self.path("data"))
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    fn report(&self, line: &[&str], code: i32) -> Value {
        let output = self.run(line);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{error}");
        assert!(!error.contains("DA48213"), "{error}");
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }
}

const PROTECT: [&str; 7] = ["protect", "in", "--out", "out", "--map", "run.map", "--json"];

#[test]
fn a_folder_is_protected_and_comes_back_byte_for_byte() {
    let shell = Shell::new();
    let report = shell.report(&PROTECT, 0);
    assert_eq!(report["files"].as_array().unwrap().len(), FILES.len(), "{report}");
    assert_eq!(report["skipped"][0]["file"], "photo.jpg");
    assert!(report["findings"]["cin"].as_u64().unwrap() >= 7, "{report}");
    for (name, content) in FILES {
        let protected = shell.read(&format!("out/{name}"));
        for value in ["DA48213", "BK412097", "Oukacha", "z.oukacha"] {
            assert!(!protected.contains(value), "{name}: {protected}");
        }
        assert_eq!(protected.lines().count(), content.lines().count(), "{protected}");
    }
    assert!(
        shell
            .read("out/page.html")
            .starts_with("<p class=\"DA\">Nom&nbsp;: <b>[PERSON_1]</b>, CIN ")
    );
    assert!(
        shell.read("out/page.html").contains("<a href=\"mailto:[EMAIL_1]\">&eacute;crire</a></p>")
    );
    assert!(shell.read("out/deep/table.csv").starts_with("\u{feff}nom,cin,note\r\n\"["));
    for line in shell.read("out/rows.jsonl").lines() {
        serde_json::from_str::<Value>(line).unwrap();
    }
    assert!(shell.read("out/rows.jsonl").contains("\"n\": 0.10"));
    assert!(!shell.read("run.map").contains("DA48213"));
    shell.report(&["restore", "out", "--map", "run.map", "--out", "back", "--json"], 0);
    for (name, content) in FILES {
        assert_eq!(shell.read(&format!("back/{name}")), content, "{name}");
    }
    let journal = shell.read("out/.igudar-journal.jsonl");
    assert!(
        !journal.contains("DA48213") && !shell.read("out/igudar-report.json").contains("DA48213")
    );
}

#[test]
fn a_stopped_run_goes_on_and_changed_files_are_done_again() {
    let shell = Shell::new();
    shell.report(&PROTECT, 0);
    let before = |report: &Value| {
        let files = report["files"].as_array().unwrap();
        files.iter().filter(|line| line["done_before"] == true).count()
    };
    let first = shell.read("out/rows.jsonl");
    // As a killed run leaves it: a line cut off, a draft, a file that was not written.
    let journal = shell.read("out/.igudar-journal.jsonl");
    shell.write("out/.igudar-journal.jsonl", &format!("{journal}{{\"file\":\"le"));
    shell.write("out/letter.txt.draft-1-1", "half");
    fs::remove_file(shell.path("out/page.html")).unwrap();
    shell.write("in/letter.txt", "CIN BK412097");
    let report = shell.report(&PROTECT, 0);
    assert_eq!(before(&report), FILES.len() - 2, "{report}");
    assert_eq!(shell.read("out/letter.txt"), "CIN [CIN_1]");
    assert!(!shell.path("out/letter.txt.draft-1-1").exists());
    assert_eq!(shell.read("out/rows.jsonl"), first);
    let masked = [&PROTECT[..], &["--mode", "mask"]].concat();
    assert_eq!(before(&shell.report(&masked, 0)), 0, "another setting, another result");
    assert!(shell.read("out/letter.txt").contains('█'));
}

#[test]
fn columns_are_chosen_by_name() {
    let shell = Shell::new();
    fs::remove_file(shell.path("in/letter.txt")).unwrap();
    fs::remove_file(shell.path("in/page.html")).unwrap();
    let line = ["protect", "in", "--out", "out", "--no-map", "--columns", "CIN", "--json"];
    shell.report(&line, 0);
    let table = shell.read("out/deep/table.csv");
    assert!(
        table.contains("Karim Bennani,[CIN],rien") && table.contains("\"dit \"\"DA48213\"\"\""),
        "{table}"
    );
    shell.write("in/other.csv", "a,b\nDA48213,x\n");
    let report = shell.report(&line, 1);
    assert!(report["errors"][0]["why"].as_str().unwrap().contains("--columns"), "{report}");
    assert!(!shell.path("out/other.csv").exists());
}

#[test]
fn nothing_is_overwritten_or_lost_in_silence() {
    let shell = Shell::new();
    shell.write("in/broken.jsonl", "{\"cin\": \"DA48213\"\n");
    fs::write(shell.path("in/latin.txt"), b"n\xe9 DA48213").unwrap();
    let report = shell.report(&PROTECT, 1);
    assert_eq!(report["errors"].as_array().unwrap().len(), 2, "{report}");
    assert!(!shell.path("out/broken.jsonl").exists() && !shell.path("out/latin.txt").exists());
    let other = ["protect", "in", "--out", "out2", "--map", "run.map"];
    assert_eq!(shell.run(&other).status.code(), Some(2), "the map of another run stays");
    for wrong in [
        &["protect", "in", "--out", "out3"][..],
        &["protect", "in", "--map", "x"],
        &["protect", "in", "--out", "in/out", "--no-map"],
        &["protect", "in/letter.txt", "--map", "run.map"],
        &["protect", "in/letter.txt", "--no-map", "--out", "x"],
    ] {
        assert_eq!(shell.run(wrong).status.code(), Some(2), "{wrong:?}");
    }
    let silent = shell.run(&["protect", "in/letter.txt", "--no-map"]);
    assert!(
        String::from_utf8_lossy(&silent.stdout).contains("CIN [CIN]") && silent.stderr.is_empty()
    );
    let warned = shell.run(&["protect", "in/letter.txt"]);
    assert!(String::from_utf8_lossy(&warned.stderr).contains("--map"));
    assert!(Path::new(&shell.path("run.map")).exists());
}
