//! Courses over HTTP: read without a key, hand in with one, earn a badge, see nothing hidden.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::server::{Installation, Server};
use crate::walls::call;

const COURSE: &str = "donnees-personnelles";

fn exercises() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../courses").join(COURSE).join("exercises")
}

/// The submissions of an exercise's folder: `reference` or `wrong`.
fn submissions(exercise: &str, kind: &str) -> Vec<String> {
    let folder = exercises().join(exercise).join(kind);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// What nobody may see: the inputs of an exercise's hidden cases and what they expect.
fn hidden(exercise: &str) -> Vec<String> {
    fn texts(value: &toml::Value, all: &mut Vec<String>) {
        match value {
            toml::Value::String(text) => all.push(text.clone()),
            toml::Value::Array(values) => values.iter().for_each(|value| texts(value, all)),
            toml::Value::Table(table) => table.values().for_each(|value| texts(value, all)),
            _ => {}
        }
    }
    let text = std::fs::read_to_string(exercises().join(exercise).join("hidden.toml")).unwrap();
    let cases: toml::Table = toml::from_str(&text).unwrap();
    let mut all = Vec::new();
    for case in cases["case"].as_array().unwrap() {
        all.extend(case.get("input").and_then(toml::Value::as_str).map(str::to_owned));
        texts(case, &mut all);
    }
    // Short words (a kind, a class, an amount) stand in lessons and public cases too.
    all.retain(|text| text.chars().count() > 24);
    all
}

async fn serve() -> (Server, String, String) {
    let server = Installation::new("").serve().await;
    let class = server.installation.project("class", &["--requests-per-minute", "0"]);
    let other = server.installation.project("other", &["--requests-per-minute", "0"]);
    (server, class, other)
}

#[tokio::test]
async fn a_learner_earns_a_badge_that_anyone_can_check_and_nothing_hidden_is_seen() {
    let (server, class, other) = serve().await;
    let mut seen = String::new();
    let none = Value::Null;
    let list = call(&server, "", "get", "/v1/courses", &none).await;
    assert_eq!(list.json()["courses"][0]["id"], COURSE, "{}", list.body);
    let course = call(&server, "", "get", &format!("/v1/courses/{COURSE}"), &none).await;
    let shown = course.json();
    assert!(shown["lessons"][0]["text"]["ar"].as_str().unwrap().len() > 100, "{shown}");
    assert!(!shown["exercises"][0]["cases"].as_array().unwrap().is_empty(), "{shown}");
    seen.push_str(&course.body);
    assert_eq!(call(&server, "", "get", "/v1/courses/nothing", &none).await.status, 404);

    let wish = json!({ "region": "درعة-تافيلالت", "cohort": "spring", "language": "ar" });
    let joined = call(&server, &class, "post", "/v1/learners", &wish).await;
    assert_eq!((joined.status, &joined.json()["region"]), (201, &json!("MA-08")));
    let learner = joined.json()["learner"].as_str().unwrap().to_owned();
    let lost =
        call(&server, &class, "post", "/v1/learners", &json!({ "region": "Atlantis" })).await;
    assert_eq!((lost.status, lost.json()["error"]["param"].as_str()), (400, Some("region")));

    let issue = json!({ "course": COURSE, "learner": learner });
    let early = call(&server, &class, "post", "/v1/badges", &issue).await;
    assert_eq!((early.status, early.code().as_str()), (409, "conflict"), "{}", early.body);
    let mut secrets = Vec::new();
    for exercise in shown["exercises"].as_array().unwrap() {
        let exercise = exercise["id"].as_str().unwrap();
        secrets.extend(hidden(exercise));
        let path = format!("/v1/courses/{COURSE}/exercises/{exercise}/attempts");
        for (kind, passes) in [("wrong", false), ("reference", true)] {
            for submission in submissions(exercise, kind) {
                let body = json!({ "submission": submission, "learner": learner });
                let stranger = call(&server, &other, "post", &path, &body).await;
                assert_eq!(stranger.status, 404, "another project's learner: {}", stranger.body);
                let graded = call(&server, &class, "post", &path, &body).await;
                let outcome = graded.json()["outcome"].as_str().unwrap_or_default().to_owned();
                assert_eq!(outcome == "passed", passes, "{exercise} {kind}: {}", graded.body);
                seen.push_str(&graded.body);
            }
        }
    }
    let own = format!("/v1/learners/{learner}");
    let progress = call(&server, &class, "get", &own, &none).await;
    assert_eq!(progress.json()["courses"][0]["passed"].as_array().unwrap().len(), 5);
    assert_eq!(progress.json()["courses"][0]["next"], none);
    seen.push_str(&progress.body);
    assert_eq!(call(&server, &other, "get", &own, &none).await.status, 404);
    assert_eq!(call(&server, &other, "post", "/v1/badges", &issue).await.status, 404);

    let badge = call(&server, &class, "post", "/v1/badges", &issue).await.json();
    assert_eq!(badge, call(&server, &class, "post", "/v1/badges", &issue).await.json());
    let id = badge["id"].as_str().unwrap();
    let public = call(&server, "", "get", &format!("/v1/badges/{id}"), &none).await.json();
    assert_eq!((&public["badge"], &public["revoked"]), (&badge["badge"], &none));
    let token = badge["badge"].as_str().unwrap();
    let verify = async |token: &str| {
        call(&server, "", "post", "/v1/badges/verify", &json!({ "badge": token })).await.json()
    };
    assert_eq!(verify(token).await["valid"], true);
    assert_eq!(verify(&token.replacen('J', "K", 2)).await["valid"], false);

    // What the command knows and what the server knows is one thing.
    let told = server.installation.run_json(&["learn", "progress", "--region", "Drâa-Tafilalet"]);
    assert_eq!(
        (&told["groups"][0]["learners"], &told["groups"][0]["badges"]),
        (&json!(1), &json!(1))
    );
    let none_there = server.installation.run_json(&["learn", "progress", "--region", "MA-01"]);
    assert_eq!(none_there["groups"], json!([]));
    server.installation.run_json(&["badge", "revoke", id, "--reason", "issued by mistake"]);
    assert_eq!(verify(token).await["valid"], false);
    let list = call(&server, "", "get", "/v1/badges/revocations", &none).await;
    assert!(list.body.contains(id) && list.body.contains("issued by mistake"), "{}", list.body);
    assert_eq!(call(&server, &class, "post", "/v1/badges", &issue).await.status, 409);

    assert_eq!(call(&server, &other, "delete", &own, &none).await.status, 404);
    assert_eq!(call(&server, &class, "delete", &own, &none).await.status, 200);
    assert_eq!(call(&server, &class, "get", &own, &none).await.status, 404);

    let installation = server.stop().await;
    for path in crate::server::files(&installation.logs()) {
        seen.push_str(&std::fs::read_to_string(path).unwrap());
    }
    // JSON escapes quotes and line breaks.
    let seen = seen.replace("\\\"", "\"").replace("\\n", "\n");
    assert!(secrets.len() > 10, "{}", secrets.len());
    for secret in secrets {
        assert!(!seen.contains(&secret), "a hidden case was shown: {secret}");
    }
}
