//! The register and recourse with a real server: the gate of production keys, the alarm, a contest from the
//! citizen's request to the outcome in the ledger.

use std::time::{Duration, Instant};

use ledger::document_digest;
use serde_json::{Value, json};

use crate::client::chat;
use crate::record::{export, exported, verify};
use crate::server::{Installation, Server, destination, files, mock};
use crate::walls::call;

/// The draft of `register init`, filled in as an officer would.
fn filled_in(installation: &Installation, project: &str) -> std::path::PathBuf {
    let path = installation.logs().join(format!("{project}.toml"));
    let out = path.to_str().unwrap();
    installation.run_json(&["register", "init", "--project", project, "--out", out]);
    let again = installation.run(&["register", "init", "--project", project, "--out", out]);
    assert_eq!(again.status.code(), Some(1), "a file that is there stays");
    let checked = installation.run(&["register", "check", out]);
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert_eq!(checked.status.code(), Some(3), "{said}");
    assert!(said.contains("`contact_email`: is missing"), "{said}");

    let draft = std::fs::read_to_string(&path).unwrap();
    let text = draft
        .replace("contact_email = \"\"", "contact_email = \"ia@exemple.ma\"")
        .replace(
            "[description_short]\nfr = \"\"\nar = \"\"",
            "[description_short]\nfr = \"Aide l'accueil.\"",
        )
        .replace(
            "[organization]\nfr = \"\"\nar = \"\"",
            "[organization]\nfr = \"Commune d'Exemple\"",
        );
    assert_ne!(text, draft);
    std::fs::write(&path, text).unwrap();
    path
}

fn published(installation: &Installation, project: &str) -> Value {
    let path = filled_in(installation, project);
    installation.run_json(&["register", "publish", path.to_str().unwrap()])
}

#[tokio::test]
async fn a_production_key_needs_a_published_entry() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("mock", "echo")]).await;
    let production = ["key", "create", "--project", "tests", "--stage", "production"];
    let refused = server.installation.run(&production);
    assert_eq!(refused.status.code(), Some(3));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("igudar register init --project tests"), "{said}");

    // Beside the running server, whose writer gives the statement its place in the ledger.
    let entry = published(&server.installation, "tests");
    assert!(entry["ledger_entry"].is_u64(), "{entry}");
    let key = server.installation.run_json(&production);
    let key = key["key"].as_str().unwrap();
    assert_eq!(server.chat(key, &chat("mock", "Salam", false)).await.status, 200);

    let none = Value::Null;
    let listed = call(&server, "", "get", "/v1/register", &none).await.json();
    assert_eq!(listed["entries"][0]["id"], "tests");
    let shown = call(&server, "", "get", "/v1/register/tests", &none).await.json();
    assert_eq!(shown["runs"]["destinations"]["openai-mock"]["place"], "FR");
    let document = call(&server, "", "get", "/v1/register/tests?format=document", &none).await;
    assert_eq!(
        document_digest(document.body.as_bytes()).to_hex(),
        entry["digest"].as_str().unwrap()
    );
    let flat = call(&server, "", "get", "/v1/register?format=nl-1.0", &none).await.json();
    assert_eq!(flat[0]["status"], "In gebruik");

    server.installation.run_json(&["register", "withdraw", "tests", "--reason", "essai fini"]);
    let withdrawn = Instant::now();
    let refused = loop {
        let reply = server.chat(key, &chat("mock", "Salam", false)).await;
        if reply.status != 200 {
            break reply;
        }
        assert!(withdrawn.elapsed() < Duration::from_secs(2));
    };
    assert_eq!((refused.status, refused.code().as_str()), (409, "conflict"));
    let shown = call(&server, "", "get", "/v1/register/tests", &none).await.json();
    assert_eq!(
        (shown["state"].as_str(), shown["reason"].as_str()),
        (Some("withdrawn"), Some("essai fini"))
    );

    let bodies = exported(&server.installation);
    let stated: Vec<&Value> = bodies.iter().filter(|body| body["entry"] == "statement").collect();
    assert_eq!(stated.len(), 2);
    assert_eq!(stated[0]["subject"], "tests@1");
    assert_eq!((&stated[0]["kind"], &stated[0]["digest"]), (&json!("register"), &entry["digest"]));
    assert_eq!(stated[1]["subject"], "tests@1 withdrawn");
    assert_eq!(verify(&server.installation, &export(&server.installation), &[]).0, 0);
}

#[tokio::test]
async fn an_entry_that_is_no_longer_true_raises_the_alarm() {
    let mock = mock().await;
    let configuration = destination("openai", &mock.url(), &[("mock", "echo")]);
    let (server, _) = Server::configured(&configuration).await;
    published(&server.installation, "tests");
    let compared = server.installation.run_json(&["register", "compare"]);
    assert_eq!(compared, json!([]));
    let installation = server.stop().await;
    let doctor = installation.run(&["doctor"]);
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(said.contains("every published entry is as it runs"), "{said}");

    let changed =
        configuration.replace("place = \"FR\"", "place = \"US\"").replace("\"mock\"", "\"mock-2\"");
    std::fs::write(installation.data().join("igudar.toml"), changed).unwrap();
    let compared = installation.run(&["register", "compare"]);
    let said = String::from_utf8_lossy(&compared.stdout).into_owned();
    assert_eq!(compared.status.code(), Some(3), "{said}");
    let alarm = "destination of `openai-mock`: published as FR, runs as US";
    assert!(said.contains(alarm) && said.contains("mock-2 was added"), "{said}");
    let doctor = installation.run(&["doctor"]);
    assert_eq!(doctor.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&doctor.stdout).contains(alarm));

    let server = installation.serve().await;
    let metrics = call(&server, "", "get", "/metrics", &Value::Null).await.body;
    assert!(metrics.contains("igudar_register_mismatch{entry=\"tests\"} 3"), "{metrics}");
    let log = std::fs::read_to_string(server.installation.logs().join("stderr")).unwrap();
    assert!(log.contains("the register is no longer true") && log.contains(alarm));

    // A new version tells the truth again.
    let path = server.installation.logs().join("tests.toml");
    let second = server.installation.run_json(&["register", "publish", path.to_str().unwrap()]);
    assert_eq!(second["version"], 2);
    assert_eq!(server.installation.run_json(&["register", "compare"]), json!([]));
}

#[tokio::test]
async fn a_citizen_is_told_contests_and_gets_an_answer() {
    const CONTEST: &str = "La pièce demandée n'existe pas, je suis Zineb Oukacha.";
    const REASON: &str = "Vous avez raison, Zineb Oukacha: la pièce n'est pas exigée.";
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    published(&server.installation, "tests");
    let reply = server.chat(&key, &chat("mock", "Ma CIN est AB123456", false)).await;
    let receipt = reply.header("x-igudar-receipt").to_owned();
    let path = format!("/v1/recourse/{receipt}");
    let told = call(&server, "", "get", &path, &Value::Null).await;
    let body = told.json();
    assert_eq!(body["left"][0]["findings"], json!({ "cin": 1 }), "{body}");
    assert_eq!(body["answerable"]["contact"], "ia@exemple.ma");
    for (language, expect) in
        [("fr", "Lieu : FR"), ("ar", "المكان: FR"), ("zgh", "ⴰⴷⵖⴰⵔ: FR"), ("en", "Place: FR")]
    {
        let left = body["texts"][language]["left"][0].as_str().unwrap();
        assert!(left.contains(expect), "{left}");
    }
    for hidden in ["AB123456", "key_", "cost", "commitment", &key] {
        assert!(!told.body.contains(hidden), "{hidden} in {}", told.body);
    }
    let strange = format!("/v1/recourse/rcp_{}", "0".repeat(32));
    assert_eq!(call(&server, "", "get", &strange, &Value::Null).await.status, 404);

    let contests = format!("{path}/contests");
    let taken = call(&server, "", "post", &contests, &json!({ "text": CONTEST })).await;
    assert_eq!(taken.status, 202, "{}", taken.body);
    let contest = taken.json()["contest"].as_str().unwrap().to_owned();
    assert_eq!(taken.json()["term"]["days"], 10);
    for _ in 0..2 {
        assert_eq!(call(&server, "", "post", &contests, &json!({ "text": "x" })).await.status, 202);
    }
    let fourth = call(&server, "", "post", &contests, &json!({ "text": "x" })).await;
    assert_eq!((fourth.status, fourth.code().as_str()), (409, "conflict"));

    let queue = server.installation.run_json(&["recourse", "queue"]);
    assert_eq!(queue.as_array().unwrap().len(), 3);
    let read = server.installation.run_json(&["recourse", "read", &contest]);
    assert_eq!(read["text"], CONTEST);
    let decide = ["recourse", "decide", &contest, "--outcome", "upheld", "--reason", REASON];
    server.installation.run_json(&decide);
    assert_eq!(
        server.installation.run(&decide).status.code(),
        Some(1),
        "a contest is decided once"
    );
    let shown =
        call(&server, "", "get", &format!("{contests}/{contest}"), &Value::Null).await.json();
    assert_eq!((shown["state"].as_str(), shown["reason"].as_str()), (Some("upheld"), Some(REASON)));

    let bodies = exported(&server.installation);
    let kinds: Vec<&str> = bodies.iter().filter_map(|body| body["kind"].as_str()).collect();
    assert_eq!(kinds, ["register", "contest", "contest", "contest", "outcome"]);
    assert_eq!(verify(&server.installation, &export(&server.installation), &[]).0, 0);

    // What people wrote stands nowhere in clear, and nowhere at all once it is erased.
    let installation = server.stop().await;
    for file in files(&installation.data()).into_iter().chain(files(&installation.logs())) {
        let bytes = std::fs::read(&file).unwrap();
        let holds = bytes.windows(12).any(|window| window == b"Zineb Oukach");
        assert!(!holds, "{}", file.display());
    }
    installation.run_json(&["recourse", "erase", &contest]);
    let read = installation.run_json(&["recourse", "read", &contest]);
    assert_eq!(
        (&read["text"], &read["reason"], &read["state"]),
        (&Value::Null, &Value::Null, &json!("upheld"))
    );
}
