//! A start-up applies over HTTP, is admitted at the command line beside the running server, spends its
//! credits and sees what it spent.

use serde_json::{Value, json};

use crate::client::chat;
use crate::server::{Server, mock};
use crate::walls::call;

/// What only reviewers may read. Invented.
const CONTACT: &str = "bureau@zibaloun.invalid";

fn form() -> Value {
    json!({
        "organisation": "Zibaloun Conseil",
        "contact": CONTACT,
        "kind": "startup",
        "region": "MA-08",
        "language": "fr",
        "need": "Répondre aux clients en darija et en français, depuis nos propres documents.",
        "credits": 2,
        "milestones": [
            { "title": "Un essai avec dix clients", "due": "2027-03-01" },
            { "title": "Ouvert à tous", "due": "2027-09-01" },
        ],
    })
}

#[tokio::test]
async fn a_startup_is_admitted_and_sees_what_it_spends() {
    let mock = mock().await;
    let (server, operator) = Server::before(&mock, &[("mock", "echo")]).await;
    let none = Value::Null;
    let taken = call(&server, "", "post", "/v1/applications", &form()).await;
    assert_eq!(taken.status, 202, "{}", taken.body);
    let id = taken.json()["id"].as_str().unwrap().to_owned();
    let path = taken.json()["status_url"].as_str().unwrap().to_owned();
    let pending = call(&server, "", "get", &path, &none).await;
    assert_eq!(pending.json()["state"], "pending", "{}", pending.body);
    for shown in [&taken.body, &pending.body] {
        assert!(!shown.contains(CONTACT) && !shown.contains("darija"), "{shown}");
    }
    assert_eq!(call(&server, "", "get", "/v1/applications/app_0", &none).await.status, 404);

    let listed = server.installation.run_json(&["application", "list", "--state", "pending"]);
    assert_eq!(listed["applications"][0]["contact"], CONTACT);
    let admitted = server.installation.run_json(&["application", "admit", &id]);
    assert_eq!(admitted["project"], "zibaloun-conseil");
    assert_eq!(admitted["credits_micro"], 2_000_000);
    let key = admitted["key"].as_str().unwrap();
    let twice = server.installation.run(&["application", "admit", &id, "--project", "again"]);
    assert_eq!(twice.status.code(), Some(1));

    let reply = server.chat(key, &chat("mock", "Bonjour", false)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let usage = call(&server, key, "get", "/v1/usage", &none).await.json();
    assert_eq!(
        (&usage["project"], &usage["limit_micro"]),
        (&json!("zibaloun-conseil"), &json!(2_000_000))
    );
    assert!(usage["spent_micro"].as_i64().unwrap() > 0, "{usage}");
    let other = call(&server, &operator, "get", "/v1/usage", &none).await.json();
    assert_eq!(other["requests"], 0, "{other}");
    let dear = server.chat(key, &chat("mock", &"mot ".repeat(600_000), false)).await;
    assert_eq!((dear.status, dear.code().as_str()), (402, "budget_exhausted"), "{}", dear.body);

    let reached = ["application", "milestone", &id, "1", "--reached", "--outcome", "Douze clients"];
    server.installation.run_json(&reached);
    let own = call(&server, key, "get", "/v1/applications", &none).await.json();
    let first = &own["applications"][0]["milestones"][0];
    assert_eq!((&first["state"], &first["outcome"]), (&json!("reached"), &json!("Douze clients")));
    let foreign = call(&server, &operator, "get", "/v1/applications", &none).await;
    assert_eq!(foreign.json()["applications"], json!([]));

    server.installation.run_json(&["application", "forget", &id]);
    let left = server.installation.run_json(&["application", "show", &id]);
    assert_eq!((&left["contact"], &left["project"]), (&json!(""), &json!("zibaloun-conseil")));
    let installation = server.stop().await;
    for path in crate::server::files(&installation.logs()) {
        let log = std::fs::read_to_string(path).unwrap();
        assert!(!log.contains(CONTACT) && !log.contains(key), "{log}");
    }
}

#[tokio::test]
async fn a_refused_applicant_reads_why_and_can_be_forgotten() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("mock", "echo")]).await;
    let taken = call(&server, "", "post", "/v1/applications", &form()).await.json();
    let (id, path) = (taken["id"].as_str().unwrap(), taken["status_url"].as_str().unwrap());
    let refuse = ["application", "refuse", id, "--reason", "Start from the customer desk"];
    server.installation.run_json(&refuse);
    let shown = call(&server, "", "get", path, &Value::Null).await.json();
    assert_eq!((&shown["state"], &shown["project"]), (&json!("refused"), &Value::Null));
    assert_eq!(shown["reason"], "Start from the customer desk");
    server.installation.run_json(&["application", "forget", id]);
    assert_eq!(call(&server, "", "get", path, &Value::Null).await.status, 404);
    let mut wrong = form();
    wrong["region"] = json!("Atlantis");
    let refused = call(&server, "", "post", "/v1/applications", &wrong).await;
    assert_eq!((refused.status, refused.json()["error"]["param"].as_str()), (400, Some("region")));
}
