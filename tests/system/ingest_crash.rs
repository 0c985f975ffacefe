//! kill −9 in the middle of an ingest: what was acknowledged is kept, whole, and found; the same command goes on.

use std::path::Path;
use std::process::Stdio;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};

use crate::server::{Installation, Server, mock, signal};
use crate::walls::{call, ended, upload_text};

const UPLOADS: usize = 40;
const FILES: usize = 400;

/// A document whose words no other has; long enough that reading it takes a while.
fn document(number: usize) -> String {
    let head = format!("---\nid: note-{number}\ntitle: Note {number}\nlanguage: fr\n---\n\n");
    let sections = (0..20).map(|section| {
        format!(
            "## Section {section}\n\nLe guichet repère{number} délivre la pièce n° {section} contre 35 dirhams.\n\n"
        )
    });
    std::iter::once(head).chain(sections).collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn every_upload_that_was_acknowledged_survives_a_power_cut() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("mock", "echo")]).await;
    let key = server.installation.project("owner", &["--requests-per-minute", "0"]);
    let made = call(&server, &key, "post", "/v1/collections", &json!({ "name": "notes" })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let mut acknowledged: Vec<Value> = Vec::new();
    {
        let uploads = (0..UPLOADS).map(|number| {
            let (server, key) = (&server, key.as_str());
            async move { upload_text(server, key, "notes", &document(number)).await }
        });
        let mut uploads: FuturesUnordered<_> = uploads.collect();
        while acknowledged.len() < UPLOADS / 2 {
            let reply = uploads.next().await.unwrap();
            assert_eq!(reply.status, 202, "{}", reply.body);
            acknowledged.push(reply.json());
        }
    }
    let server = server.kill().await.serve().await;
    let mut documents = Vec::new();
    for job in &acknowledged {
        let ended = ended(&server, &key, job).await;
        assert_eq!(ended["state"], "done", "{ended}");
        documents.push(ended["report"]["document"].as_str().unwrap().to_owned());
    }
    for document in documents {
        let number = document.trim_start_matches("note-");
        let query =
            json!({ "query": format!("repère{number}"), "collections": ["notes"], "limit": 1 });
        let found = call(&server, &key, "post", "/v1/search", &query).await.json();
        assert_eq!(found["results"][0]["document"], document, "{found}");
    }
}

/// How many documents a collection has.
fn kept(installation: &Installation) -> u64 {
    let rows = ["collection", "show", "documents", "--limit", "1000"];
    installation.run_json(&rows)["documents"].as_array().unwrap().len() as u64
}

fn ingest(installation: &Installation, folder: &Path) -> std::process::Command {
    let mut command = installation.command(env!("CARGO_BIN_EXE_igudar"));
    command.args(["--json", "ingest"]).arg(folder).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

#[tokio::test]
async fn a_killed_ingest_loses_nothing_and_goes_on() {
    let installation = Installation::empty();
    let folder = tempfile::tempdir().unwrap();
    for number in 0..FILES {
        std::fs::write(folder.path().join(format!("note-{number}.md")), document(number)).unwrap();
    }
    let log = std::fs::File::create(installation.logs().join("ingest")).unwrap();
    let mut command = tokio::process::Command::from(ingest(&installation, folder.path()));
    let mut child = command.stderr(log).kill_on_drop(true).spawn().unwrap();
    // In the middle: the database grows while documents are kept.
    let database = installation.data().join("knowledge.db-wal");
    let growing = async {
        while std::fs::metadata(&database).map_or(0, |file| file.len()) < 200_000 {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), growing).await.unwrap();
    signal(child.id().unwrap(), "KILL").await;
    assert!(!child.wait().await.unwrap().success());
    let before = kept(&installation);
    let again = installation.run(&["--json", "ingest", &folder.path().to_string_lossy()]);
    let report: Value = serde_json::from_slice(&again.stdout).unwrap();
    let count = |name: &str| report[name].as_u64().unwrap();
    assert!(
        before > 0 && before < FILES as u64,
        "{before} of {FILES} were kept when it was killed"
    );
    assert_eq!((count("unchanged"), count("added")), (before, FILES as u64 - before), "{report}");
    assert_eq!((kept(&installation), count("replaced")), (FILES as u64, 0), "{report}");
    for number in [0, 7, FILES - 1] {
        let query = format!("repère{number}");
        let found = installation.run_json(&["search", "--limit", "1", &query]);
        assert_eq!(found["results"][0]["document"], format!("note-{number}"), "{found}");
    }
}
