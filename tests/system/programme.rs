//! Indicators: every figure is counted anew, from the exported ledger and from what this test did, and
//! compared.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::client::chat;
use crate::server::{Server, mock};
use crate::walls::{call, ended, upload};

const COURSE: &str = "donnees-personnelles";

/// The value of an indicator where its slice holds these members.
fn figure(figures: &Value, indicator: &str, slice: &Value) -> i64 {
    let lines = figures["figures"].as_array().unwrap().iter();
    let fits = |line: &&Value| {
        line["indicator"] == indicator
            && slice.as_object().unwrap().iter().all(|(name, value)| line[name] == *value)
    };
    lines.filter(fits).map(|line| line["value"].as_i64().unwrap()).sum()
}

/// Requests by outcome and their cost, and the runs of studies, from the exported ledger alone.
fn recount(export: &str) -> (BTreeMap<String, i64>, i64, i64) {
    let (mut requests, mut cost, mut runs) = (BTreeMap::new(), 0, 0);
    for line in export.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let body = match &line["body"] {
            Value::String(text) => serde_json::from_str(text).unwrap(),
            other => other.clone(),
        };
        match body["entry"].as_str() {
            Some("answer") => {
                let outcome = body["outcome"].as_str().unwrap().to_owned();
                *requests.entry(outcome).or_default() += 1;
                cost += body["cost_micro"].as_i64().unwrap();
            }
            Some("statement") => runs += i64::from(body["kind"] == "study"),
            _ => {}
        }
    }
    (requests, cost, runs)
}

/// A learner who hands in the reference solutions of so many exercises.
async fn learner(server: &Server, key: &str, wish: Value, passes: usize) -> String {
    let joined = call(server, key, "post", "/v1/learners", &wish).await;
    let learner = joined.json()["learner"].as_str().unwrap().to_owned();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../courses").join(COURSE);
    let course = call(server, "", "get", &format!("/v1/courses/{COURSE}"), &Value::Null).await;
    for exercise in course.json()["exercises"].as_array().unwrap().iter().take(passes) {
        let exercise = exercise["id"].as_str().unwrap();
        let place = folder.join("exercises").join(exercise).join("reference");
        let file = std::fs::read_dir(place).unwrap().next().unwrap().unwrap().path();
        let body =
            json!({ "submission": std::fs::read_to_string(file).unwrap(), "learner": learner });
        let path = format!("/v1/courses/{COURSE}/exercises/{exercise}/attempts");
        // Handing in again is no second pass.
        for _ in 0..2 {
            let graded = call(server, key, "post", &path, &body).await;
            assert_eq!(graded.json()["outcome"], "passed", "{}", graded.body);
        }
    }
    learner
}

async fn people(server: &Server, key: &str) {
    let badge = async |learner: &str| {
        let asked = json!({ "course": COURSE, "learner": learner });
        let badge = call(server, key, "post", "/v1/badges", &asked).await.json();
        badge["id"].as_str().unwrap().to_owned()
    };
    let south = |language: &str| json!({ "region": "MA-09", "language": language });
    let first = learner(server, key, south("ar"), 5).await;
    badge(&first).await;
    let second = learner(server, key, south("fr"), 5).await;
    let revoked = badge(&second).await;
    server.installation.run_json(&["badge", "revoke", &revoked, "--reason", "a test"]);
    learner(server, key, south("fr"), 2).await;
    learner(server, key, json!({}), 0).await;
}

async fn documents(server: &Server, owner: &str, reader: &str) {
    let rules = json!({ "name": "open", "licence": "CC0-1.0", "attribution": "Commune" });
    assert_eq!(call(server, owner, "post", "/v1/collections", &rules).await.status, 201);
    let job = upload(server, owner, "open").await.json();
    assert_eq!(ended(server, owner, &job).await["state"], "done");
    let publish = "/v1/collections/open/publish";
    assert_eq!(call(server, owner, "post", publish, &json!({})).await.status, 200);
    for question in ["Combien coûte l'attestation bleue ?", "xyzzy plugh"] {
        let asked = json!({ "question": question });
        assert_eq!(call(server, reader, "post", "/v1/answers", &asked).await.status, 200);
    }
    let asked = json!({ "query": "attestation bleue" });
    call(server, reader, "post", "/v1/search", &asked).await;
}

#[tokio::test]
async fn every_indicator_equals_a_recount() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo"), ("bad", "status:500")]).await;
    let other = server.installation.project("other", &["--requests-per-minute", "0"]);
    for (model, times) in [("mock", 3), ("bad", 1)] {
        for _ in 0..times {
            server.chat(&key, &chat(model, "Bonjour à tous", false)).await;
        }
    }
    server.chat(&other, &chat("mock", "Bonsoir", true)).await;
    people(&server, &key).await;
    documents(&server, &key, &other).await;
    for name in ["customer-desk", "customer-desk"] {
        let path = format!("/v1/solutions/{name}/reuse");
        assert_eq!(call(&server, &other, "post", &path, &json!({})).await.status, 200);
    }
    let form = json!({
        "organisation": "Exemple", "contact": "bureau@exemple.invalid", "kind": "startup",
        "region": "MA-08", "language": "fr", "need": "Répondre aux clients en darija.",
        "credits": 5, "milestones": [
            { "title": "Un", "due": "2027-01-01" }, { "title": "Deux", "due": "2027-02-01" },
        ],
    });
    let taken = call(&server, "", "post", "/v1/applications", &form).await.json();
    let id = taken["id"].as_str().unwrap();
    server.installation.run_json(&["application", "admit", id]);
    for (number, end) in [("1", "--reached"), ("2", "--missed")] {
        let line = ["application", "milestone", id, number, end, "--outcome", "x"];
        server.installation.run_json(&line);
    }

    let path = "/v1/programme/indicators";
    let figures = call(&server, "", "get", path, &Value::Null).await.json();
    let csv = call(&server, "", "get", &format!("{path}?format=csv"), &Value::Null).await.body;
    let installation = server.stop().await;
    let told = installation.run_json(&["programme", "indicators"]);
    assert_eq!(figures, told, "the server and the command count alike");
    let printed = installation.run(&["programme", "indicators", "--csv"]).stdout;
    assert_eq!(csv, String::from_utf8(printed).unwrap());
    assert_eq!(csv.lines().count(), figures["figures"].as_array().unwrap().len() + 1);

    let export = installation.run(&["ledger", "export"]).stdout;
    let (requests, cost, runs) = recount(&String::from_utf8(export).unwrap());
    let total: i64 = requests.values().sum();
    assert!(total >= 5 && requests.len() >= 2 && cost > 0, "{requests:?} {cost}");
    for (outcome, number) in &requests {
        assert_eq!(figure(&figures, "requests", &json!({ "detail": outcome })), *number);
    }
    let is = |indicator: &str, slice: Value, expect: i64| {
        assert_eq!(figure(&figures, indicator, &slice), expect, "{indicator} {slice}: {figures}");
    };
    is("requests", json!({}), total);
    is("cost", json!({}), cost);
    is("cost_per_request", json!({}), cost / total);
    is("study_runs", json!({}), runs);
    is("learners", json!({}), 4);
    is("learners", json!({ "region": "MA-09", "language": "fr" }), 2);
    is("learners", json!({ "region": "not given" }), 1);
    is("people_trained", json!({}), 2);
    is("people_trained", json!({ "region": "MA-09", "language": "ar" }), 1);
    is("exercises_passed", json!({}), 12);
    is("badges", json!({ "detail": COURSE }), 1);
    is("answers_given", json!({ "language": "fr" }), 1);
    is("answers_refused", json!({}), 1);
    is("collections_published", json!({}), 1);
    is("collections_reused", json!({}), 1);
    is("collection_reuses", json!({}), 2);
    is("solutions_published", json!({}), 0);
    is("solutions_reused", json!({}), 1);
    is("solution_reuses", json!({ "detail": "customer-desk" }), 2);
    is("projects_admitted", json!({ "region": "MA-08", "detail": "startup" }), 1);
    is("milestones_reached", json!({}), 1);
    is("milestones_missed", json!({}), 1);

    // A study's run is in the ledger, and so are its requests.
    let run = ["eval", "run", "darija-amazighe", "--limit", "1", "--model", "echo-no-model"];
    let ran = installation.run(&run);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let after = installation.run_json(&["programme", "indicators"]);
    let export = installation.run(&["ledger", "export"]).stdout;
    let (requests, cost, runs) = recount(&String::from_utf8(export).unwrap());
    assert!(requests.values().sum::<i64>() > total, "{requests:?}");
    for (indicator, expect) in
        [("study_runs", runs), ("requests", requests.values().sum()), ("cost", cost)]
    {
        assert_eq!(figure(&after, indicator, &json!({})), expect, "{indicator}: {after}");
    }
    assert_eq!(runs, 1);

    // The documentation's example, in this data folder: its objectives are measured by these figures.
    let page = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/programme.md"),
    );
    let page = page.unwrap();
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    std::fs::write(installation.data().join("programme.toml"), example).unwrap();
    assert_eq!(installation.run_json(&["programme", "check"])["valid"], true);
    let shown = installation.run_json(&["programme", "show"]);
    let standing = &shown["standings"][0];
    assert_eq!((&standing["indicator"], &standing["value"]), (&json!("people_trained"), &json!(2)));
    let wrong = example.replacen("kind = \"research\"", "kind = \"other\"", 1);
    std::fs::write(installation.data().join("programme.toml"), wrong).unwrap();
    let output = installation.run(&["programme", "check"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(text.contains("line ") && text.contains("`partner.kind`"), "{text}");
}
