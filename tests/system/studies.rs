//! Studies: asked through the gateway like any request, the same digest again, outcomes apart, no answer lost.

use std::path::Path;
use std::process::Stdio;

use igudar_mock_upstream::MockUpstream;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::invented::standing;
use crate::server::{Installation, destination, mock, signal};

const STUDY: &str = r#"
id = "petite"
version = 1
licence = "CC0-1.0"
seed = 7
reference = "fr"
title = { fr = "Petite étude" }
question = { fr = "Que comprennent-ils ?" }
protocol = { fr = "On demande." }
review = { fr = "Non relue." }
parameters = { resamples = 200 }

[[task]]
id = "sens"
items = "tasks/sens.jsonl"
kind = "choice"
shuffle = false
prompt = "{{ text }}\n{{ options }}"
"#;

const ITEMS: usize = 12;
const VALUE: &str = "AB123456";

/// Models of the mock behind the names by which the study asks for them.
const MODELS: [(&str, &str); 5] = [
    ("right", "say:A"),
    ("wrong", "say:B"),
    ("broken", "status:500"),
    ("cut", "say:Je pense que+finish:length"),
    ("slow", "say:A+delay:120"),
];

fn write_study(folder: &Path) -> String {
    let item = |number: usize| {
        let language = ["fr", "ary-Arab", "zgh-Tfng"][number % 3];
        json!({
            "id": number.to_string(), "language": language, "group": (number / 3).to_string(),
            "text": format!("Dossier {number} de la CIN {VALUE}"), "choices": ["oui", "non"], "answer": 0,
        })
    };
    let items: Vec<String> = (0..ITEMS).map(|number| item(number).to_string()).collect();
    let study = folder.join("petite");
    std::fs::create_dir_all(study.join("tasks")).unwrap();
    std::fs::write(study.join("study.toml"), STUDY).unwrap();
    std::fs::write(study.join("tasks/sens.jsonl"), items.join("\n")).unwrap();
    study.to_str().unwrap().to_owned()
}

fn before(mock: &MockUpstream) -> (Installation, String) {
    let installation = Installation::new(&destination("openai", &mock.url(), &MODELS));
    let study = write_study(&installation.logs());
    (installation, study)
}

fn run(installation: &Installation, arguments: &[&str]) -> (Option<i32>, Value, String) {
    let output = installation.run(&[&["--json", "eval"], arguments].concat());
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or_default(), error)
}

fn cell<'v>(run: &'v Value, respondent: &str, language: &str) -> &'v Value {
    let cells = run["results"]["cells"].as_array().unwrap();
    let fits = |cell: &&Value| cell["respondent"] == respondent && cell["language"] == language;
    cells.iter().find(fits).unwrap_or_else(|| panic!("no row for {respondent} and {language}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_study_gives_the_same_digest_again_and_counts_outcomes_apart() {
    let mock = mock().await;
    let (installation, study) = before(&mock);
    let asked = [
        "run",
        &study,
        "--retries",
        "0",
        "--fresh",
        "--model",
        "right",
        "--model",
        "broken",
        "--model",
        "cut",
    ];
    let (code, first, error) = run(&installation, &asked);
    assert_eq!(code, Some(1), "{error}");
    assert!(error.contains("12 questions got no answer"), "{error}");
    assert_eq!(mock.counts().requests, 36);
    for request in mock.received() {
        assert_eq!(standing(&request.body, [VALUE]), Vec::<String>::new());
    }
    let outcomes = |respondent: &str| {
        let counts = &cell(&first, respondent, "all")["outcomes"];
        ["answered", "truncated", "error", "refused"].map(|name| counts[name].as_u64().unwrap())
    };
    assert_eq!(outcomes("right"), [12, 0, 0, 0]);
    assert_eq!(outcomes("broken"), [0, 0, 12, 0]);
    assert_eq!(outcomes("cut"), [0, 12, 0, 0]);
    assert_eq!(cell(&first, "right", "zgh-Tfng")["score"], 1.0);
    assert_eq!(cell(&first, "broken", "all")["score"], Value::Null);
    assert_eq!(cell(&first, "cut", "all")["worst"], 0.0);

    let (_, second, _) = run(&installation, &[&asked[..], &["--concurrency", "1"]].concat());
    assert_eq!(mock.counts().requests, 72, "everything is asked anew");
    assert_eq!(first["manifest_sha256"], second["manifest_sha256"]);
    assert_eq!(first["receipt"], second["receipt"], "the same manifest is stated once");

    let ledger = installation.run(&["ledger", "export"]).stdout;
    let ledger = String::from_utf8(ledger).unwrap();
    let digest = first["manifest_sha256"].as_str().unwrap();
    let stated: Vec<&str> =
        ledger.lines().filter(|line| line.contains("statement") && line.contains(digest)).collect();
    assert_eq!(stated.len(), 1, "{ledger}");
    assert!(stated[0].contains("study"));
    let asked =
        ledger.lines().filter(|line| line.contains("egress") && line.contains("\\\"eval\\\""));
    assert_eq!(asked.count(), 72, "every question is on record as the command's");
    assert_eq!(installation.run(&["ledger", "verify"]).status.code(), Some(0));
    let manifest = Path::new(first["folder"].as_str().unwrap()).join("manifest.json");
    let bytes = std::fs::read(manifest).unwrap();
    assert_eq!(ledger::document_digest(&bytes).to_hex(), digest, "as sha256sum prints it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_run_and_a_killed_one_go_on() {
    let mock = mock().await;
    let (installation, study) = before(&mock);
    let arguments = ["--json", "eval", "run", &study, "--model", "slow", "--concurrency", "1"];
    let start = || {
        let mut command = Command::from(installation.command(env!("CARGO_BIN_EXE_igudar")));
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command.spawn().unwrap()
    };
    let stopped = start();
    mock.until_received(4).await;
    signal(stopped.id().unwrap(), "INT").await;
    let output = stopped.wait_with_output().await.unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("goes on from there"), "{error}");
    assert!(output.stdout.is_empty(), "a part is no result");

    let killed = start();
    mock.until_received(8).await;
    signal(killed.id().unwrap(), "KILL").await;
    killed.wait_with_output().await.unwrap();

    let (code, whole, error) = run(&installation, &arguments[2..]);
    assert_eq!(code, Some(0), "{error}");
    assert_eq!(cell(&whole, "slow", "all")["outcomes"]["answered"], 12);
    let asked = mock.counts().requests;
    assert!((12..=14).contains(&asked), "{asked}: only what was under way is asked twice");
    let (_, again, _) = run(&installation, &arguments[2..]);
    assert_eq!(mock.counts().requests, asked, "nothing is asked again");
    assert_eq!(again["manifest_sha256"], whole["manifest_sha256"]);
    assert_eq!(installation.run(&["ledger", "verify"]).status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_study_asks_through_a_running_server() {
    let mock = mock().await;
    let (installation, study) = before(&mock);
    let server = installation.serve().await;
    let installation = &server.installation;
    let (code, _, error) = run(installation, &["run", &study, "--model", "right"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("--url"), "{error}");
    let key = installation.project("lab", &["--requests-per-minute", "0"]);
    let through = [
        "run",
        &study,
        "--model",
        "right",
        "--url",
        &server.url,
        "--key",
        &key,
        "--project",
        "lab",
    ];
    let (code, done, error) = run(installation, &through);
    assert_eq!(code, Some(0), "{error}");
    assert_eq!(cell(&done, "right", "all")["score"], 1.0);
    assert!(done["ledger_position"].is_u64(), "the running server gave it its place: {done}");
    let receipt = format!("/v1/receipts/{}", done["receipt"].as_str().unwrap());
    assert_eq!(server.get(&key, &receipt).await.status, 200);
    let (code, _, error) = run(
        installation,
        &["run", &study, "--model", "nobody", "--url", &server.url, "--key", &key],
    );
    assert_eq!(code, Some(2));
    assert!(error.contains("`nobody`") && error.contains("right"), "{error}");
    let (code, _, error) = run(
        installation,
        &["run", &study, "--model", "right", "--url", &server.url, "--key", "igd_x"],
    );
    assert_eq!(code, Some(1));
    assert!(error.contains("401"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_reported_compared_and_forgotten() {
    let mock = mock().await;
    let (installation, study) = before(&mock);
    let done = |model: &str| {
        let (code, run, error) = run(&installation, &["run", &study, "--model", model]);
        assert_eq!(code, Some(0), "{error}");
        run["run"].as_str().unwrap().to_owned()
    };
    let (right, wrong) = (done("right"), done("wrong"));
    let html = installation.logs().join("report.html");
    let (code, report, error) =
        run(&installation, &["report", &right, "--html", html.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{error}");
    assert_eq!(cell(&report, "right", "fr")["score"], 1.0);
    let page = std::fs::read_to_string(&html).unwrap();
    assert!(
        page.contains("<svg") && page.contains("zgh-Tfng") && !page.contains("<script"),
        "{page}"
    );
    let table = installation.run(&["eval", "report", &right]).stdout;
    let table = String::from_utf8(table).unwrap();
    assert!(
        table.contains("differences between languages") && table.contains("ary-Arab − fr"),
        "{table}"
    );

    let (code, compared, error) = run(&installation, &["compare", &wrong, &right]);
    assert_eq!(code, Some(0), "{error}");
    let row = &compared["comparison"]["rows"][0];
    assert_eq!((&row["first_score"], &row["second_score"]), (&0.0.into(), &1.0.into()));

    let folder = installation.data().join("studies/runs").join(&right);
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).unwrap();
    let edited = manifest.replacen("\"score\":1.0", "\"score\":0.5", 1);
    assert_ne!(edited, manifest);
    std::fs::write(folder.join("manifest.json"), edited).unwrap();
    assert_eq!(run(&installation, &["report", &right]).0, Some(3), "an edited score");
    std::fs::write(folder.join("manifest.json"), manifest).unwrap();
    let answers = folder.join("answers.jsonl");
    let changed = std::fs::read_to_string(&answers).unwrap().replacen("1.0", "0.0", 1);
    std::fs::write(&answers, changed).unwrap();
    let (code, _, error) = run(&installation, &["report", &right]);
    assert_eq!(code, Some(3), "{error}");

    let (code, _, error) = run(&installation, &["forget", &right, "--answers"]);
    assert_eq!(code, Some(0), "{error}");
    assert_eq!(run(&installation, &["list"]).1["runs"], json!([wrong]));
    assert_eq!(run(&installation, &["report", &right]).0, Some(2));
    let asked = mock.counts().requests;
    done("wrong");
    assert_eq!(mock.counts().requests, asked + 12, "no answer is left");
}

#[test]
fn the_study_that_ships_runs_on_the_systems_of_the_house() {
    let installation = Installation::empty();
    let systems = ["igudar:identify", "igudar:transliterate", "igudar:detect", "igudar:ask"];
    let models: Vec<&str> = systems.iter().flat_map(|system| ["--model", *system]).collect();
    let asked = [&["run", "darija-amazighe", "--limit", "1"][..], &models].concat();
    let (code, first, error) = run(&installation, &asked);
    assert_eq!(code, Some(0), "{error}");
    for language in ["ary-Arab", "ary-Latn", "zgh-Tfng", "zgh-Latn", "fr"] {
        assert_eq!(cell(&first, "igudar:identify", language)["items"], 1);
        assert_eq!(cell(&first, "igudar:ask", language)["items"], 1);
    }
    assert_eq!(run(&installation, &asked).1["manifest_sha256"], first["manifest_sha256"]);
    let (code, _, error) = run(&installation, &["run", "darija-amazighe", "--model", "igudar:fly"]);
    assert_eq!(code, Some(2), "{error}");
    let (code, _, error) = run(&installation, &["check", "no-such-study"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("darija-amazighe"), "{error}");
}

const HARNESS: &str = r#"
task: capitals
dataset_path: json
dataset_kwargs: { data_files: capitals.jsonl }
output_type: multiple_choice
doc_to_text: "The capital of {{ country }} is"
doc_to_choice: ["Paris", "Rabat", "Madrid", "Lisbon"]
doc_to_target: "{{ capital }}"
metric_list: [{ metric: acc }, { metric: acc_norm }]
"#;

#[test]
fn a_model_on_this_machine_is_judged_by_likelihood_and_answers_alike_again() {
    let Some(file) = crate::completions::model_file() else { return };
    let configuration = format!(
        "[[destinations]]\nname = \"here\"\nkind = \"local\"\nfile = {file:?}\n\
         models = [{{ name = \"small\", context = 512 }}]\n"
    );
    let installation = Installation::new(&configuration);
    let study = write_study(&installation.logs());
    let folder = Path::new(&study);
    let countries = [("France", "Paris"), ("Morocco", "Rabat"), ("Spain", "Madrid")];
    let item = |(country, capital): &(&str, &str)| {
        json!({ "country": country, "capital": capital }).to_string()
    };
    let items: Vec<String> = countries.iter().map(item).collect();
    std::fs::write(folder.join("tasks/capitals.jsonl"), items.join("\n")).unwrap();
    std::fs::write(folder.join("tasks/capitals.yaml"), HARNESS).unwrap();
    let task = "[[task]]\nid = \"capitals\"\nharness = \"tasks/capitals.yaml\"\n";
    std::fs::write(folder.join("study.toml"), format!("{STUDY}{task}")).unwrap();
    let asked = ["run", &study, "--model", "small", "--limit", "3", "--fresh"];
    let (code, first, error) = run(&installation, &asked);
    assert_eq!(code, Some(0), "{error}");
    let cells = first["results"]["cells"].as_array().unwrap();
    let row = cells.iter().find(|cell| cell["task"] == "capitals").unwrap();
    assert_eq!((&row["way"], &row["judged"]), (&"likelihood".into(), &3.into()));
    // Chance gives a quarter; a model that is small knows these.
    assert!(row["score"].as_f64().unwrap() > 0.6, "{row}");
    assert_eq!(run(&installation, &asked).1["manifest_sha256"], first["manifest_sha256"]);
}
