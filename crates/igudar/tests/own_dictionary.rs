//! `igudar dictionary`, `igudar correct` and the installation's own cases.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests fail loudly and look at files"
)]

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

struct Shell {
    folder: TempDir,
}

struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Shell {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join("data").join(name)).unwrap_or_default()
    }

    fn write(&self, name: &str, content: &str) {
        fs::create_dir_all(self.folder.path().join("data")).unwrap();
        fs::write(self.folder.path().join("data").join(name), content).unwrap();
    }

    fn run(&self, line: &[&str], input: &str) -> Ended {
        let mut child = Command::new(env!("CARGO_BIN_EXE_igudar"))
            .args(line)
            .env_clear()
            .env("IGUDAR_DATA", self.folder.path().join("data"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads nothing closes the pipe early.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let output = child.wait_with_output().unwrap();
        Ended {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn changed(&self, line: &[&str], input: &str) -> bool {
        let line = [line, &["--json"]].concat();
        let ended = self.run(&line, input);
        assert_eq!(ended.code, Some(0), "{line:?}: {}", ended.err);
        serde_json::from_str::<Value>(&ended.out).unwrap()["changed"] == true
    }

    fn types(&self, text: &str) -> Vec<String> {
        let answer: Value =
            serde_json::from_str(&self.run(&["detect", "--json"], text).out).unwrap();
        let findings = answer["findings"].as_array().unwrap().iter();
        findings.map(|found| found["type"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn terms_are_added_and_removed_and_remarks_stay() {
    let shell = Shell::new();
    let ours = "# ours\n[[never]]\nterm = \"standard@agence.ma\" # the front desk\n\n# another\n[[never]]\nterm = \"x@agence.ma\"\n";
    shell.write("dictionary.toml", ours);
    let add = ["dictionary", "add", "Projet Atlas \"7\"", "--as", "project_name"];
    assert!(shell.changed(&add, "") && !shell.changed(&add, ""));
    assert!(shell.file("dictionary.toml").starts_with(ours));
    assert_eq!(shell.types("le projet atlas 7, standard@agence.ma"), ["project_name"]);
    let listed: Value =
        serde_json::from_str(&shell.run(&["dictionary", "list", "--json"], "").out).unwrap();
    assert_eq!((&listed["terms"][2]["as"], &listed["hidden"]), (&json!("project_name"), &json!(0)));
    assert!(shell.changed(&["dictionary", "remove", "STANDARD@agence.ma"], ""));
    let left = shell.file("dictionary.toml");
    assert!(left.starts_with("# ours\n# another\n[[never]]\nterm = \"x@agence.ma\"\n"), "{left}");
    assert_eq!(shell.run(&["dictionary", "remove", "nothing"], "").code, Some(1));
    // A type becomes a label's word.
    for odd in [
        &["dictionary", "add", "ZX-4471", "--as", "Zineb Oukacha", "--hidden"][..],
        &["correct", "--missed", "ZX-4471", "--as", "Zineb Oukacha"],
        &["correct", "--missed", "ZX-4471", "--as", "persno"],
    ] {
        assert_eq!(shell.run(odd, "ZX-4471").code, Some(2), "{odd:?}");
    }
    assert_eq!(shell.run(&["dictionary", "add", "x y", "--as", "persn"], "").code, Some(2));
    shell.write("dictionary.toml", "[[protect]]\nterm = \"Atlas\"\nkind = \"x\"\n");
    for command in [&["dictionary", "check"][..], &["config", "check"], &["detect"]] {
        let ended = shell.run(command, "");
        assert_eq!(ended.code, Some(4), "{command:?}");
        assert!(ended.err.contains("dictionary.toml:3: key `kind`"), "{}", ended.err);
    }
    assert_eq!(shell.run(&["doctor"], "").code, Some(5));
}

#[test]
fn a_staff_list_gives_no_name_away() {
    let shell = Shell::new();
    let staff = "Izza Tamsamani Oubrik\tإيزة التمسماني أوبريك\nKarim\n";
    let line = ["dictionary", "import-staff", "-", "--json"];
    let ended = shell.run(&line, staff);
    assert_eq!(ended.code, Some(1));
    let said: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((&said["added"], &said["refused"][0]["line"]), (&json!(2), &json!(2)), "{said}");
    let kept = shell.file("staff.tsv").to_lowercase();
    assert!(!kept.contains("tamsamani") && !kept.contains("أوبريك"), "{kept}");
    assert_eq!(shell.types("tamsamani oubrik izza a dit"), ["person"]);
    assert!(shell.changed(&["dictionary", "remove", "Izza Tamsamani Oubrik"], ""));
}

#[test]
fn what_was_missed_is_learnt_once_and_kept_as_a_case() {
    let shell = Shell::new();
    let text =
        "Bonjour.\nle code zx-4471-q de Zineb Oukacha, CIN DA48213, manque. Fin de DA48213.\n";
    let correct = ["correct", "--missed", "zx-4471-q", "--as", "door_code"];
    assert!(!shell.types(text).contains(&"door_code".to_owned()));
    assert!(shell.changed(&correct, text));
    assert!(!shell.changed(&correct, text), "the same correction twice changes nothing");
    assert!(shell.types(text).contains(&"door_code".to_owned()));
    let case = shell.file("cases.toml");
    assert!(
        case.contains("zx-4471-q") && !case.contains("Oukacha") && !case.contains("DA48213"),
        "{case}"
    );
    assert!(!case.contains("Bonjour") && !case.contains("Fin de"), "{case}");
    assert_eq!(case.matches("[[case]]").count(), 1);
    assert!(!shell.file("staff.tsv").contains("4471"));
    let check = shell.run(&["pack", "check", "--json"], "");
    assert_eq!(check.code, Some(0), "{}", check.out);
    assert!(
        check.out.contains("{\"cases\":1,\"failed\":[],\"file\":\"cases.toml\""),
        "{}",
        check.out
    );
    assert!(shell.changed(&["dictionary", "remove", "zx-4471-q"], ""));
    assert_eq!(shell.run(&["pack", "check"], "").code, Some(3));
    let invented = [&correct[..], &["--invented", "ab-0000-c"]].concat();
    fs::remove_file(shell.folder.path().join("data/cases.toml")).unwrap();
    assert!(shell.changed(&invented, text));
    let case = shell.file("cases.toml");
    assert!(
        case.contains("ab-0000-c") && case.contains("open = true") && !case.contains("4471"),
        "{case}"
    );
    assert_eq!(shell.run(&["pack", "check"], "").code, Some(0), "an open case is no fault");
}

#[test]
fn a_false_alarm_is_learnt_for_the_whole_value_alone() {
    let shell = Shell::new();
    let text = "Écrire à standard@agence.ma svp";
    let correct = ["correct", "--false-alarm", "standard@agence.ma"];
    assert_eq!(shell.types(text), ["email"]);
    assert_eq!(shell.run(&["correct", "--false-alarm", "standard"], text).code, Some(2));
    assert_eq!(shell.run(&["correct", "--false-alarm", "absent@x.ma"], text).code, Some(2));
    assert!(shell.changed(&correct, text) && !shell.changed(&correct, text));
    assert_eq!(shell.types(text), Vec::<String>::new());
    assert_eq!(shell.types("Écrire à m.standard@agence.ma svp"), ["email"]);
    assert!(shell.file("cases.toml").contains("finds = []"));
    assert_eq!(shell.run(&["pack", "check"], "").code, Some(0));
}
