//! Walls between projects: every call about collections and documents, with the key of another project.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Reply, read};
use crate::server::{Server, mock};

/// What only the owner may ever read. Invented.
pub(crate) const SECRET: &str = "zibaloun";

const TEXT: &str = "---\nid: note-zibaloun\ntitle: Note zibaloun\nlanguage: fr\n---\n\n# Note zibaloun\n\nLe guichet zibaloun délivre l'attestation bleue contre 35 dirhams.\n";

pub(crate) async fn call(
    server: &Server,
    key: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> Reply {
    let method = method.to_uppercase().parse().unwrap();
    let request = server.client.request(method, format!("{}{path}", server.url)).bearer_auth(key);
    let request = if body.is_null() {
        request
    } else {
        request.header("content-type", "application/json").body(body.to_string())
    };
    read(request).await
}

pub(crate) async fn upload(server: &Server, key: &str, collection: &str) -> Reply {
    upload_text(server, key, collection, TEXT).await
}

/// Sends a file as a form.
pub(crate) async fn upload_text(server: &Server, key: &str, collection: &str, text: &str) -> Reply {
    let boundary = "edge-of-these-tests";
    let form = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"collection\"\r\n\r\n{collection}\r\n\
         --{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"note.md\"\r\n\r\n{text}\r\n\
         --{boundary}--\r\n"
    );
    let request = server.client.post(format!("{}/v1/documents", server.url)).bearer_auth(key);
    let kind = format!("multipart/form-data; boundary={boundary}");
    read(request.header("content-type", kind).body(form)).await
}

/// Waits until a job has ended.
pub(crate) async fn ended(server: &Server, key: &str, job: &Value) -> Value {
    let path = job["status_url"].as_str().unwrap();
    let ended = async {
        loop {
            let now = call(server, key, "get", path, &Value::Null).await.json();
            if now["state"] != "queued" {
                return now;
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), ended).await.unwrap()
}

/// What to send where: the body, and the path with its names filled in. A route that is missing here fails
/// the test.
fn case(method: &str, path: &str, job: &str) -> Option<(String, Value)> {
    let filled = |body: Value| {
        let path = path.replace("/jobs/{id}", &format!("/jobs/{job}"));
        let path = path.replace("{name}", "closed").replace("{id}", "note-zibaloun");
        Some((path, body))
    };
    let in_collection = |(path, body): (String, Value)| {
        let separator = if path.contains("/jobs/") { return (path, body) } else { '?' };
        (format!("{path}{separator}collection=closed"), body)
    };
    match (method, path) {
        ("get" | "delete", "/v1/collections/{name}") => filled(Value::Null),
        ("post", "/v1/collections/{name}/share") => filled(json!({ "projects": ["stranger"] })),
        ("post", "/v1/collections/{name}/publish") => {
            filled(json!({ "licence": "CC0-1.0", "attribution": "x" }))
        }
        ("get" | "delete", "/v1/documents" | "/v1/documents/{id}" | "/v1/documents/jobs/{id}") => {
            filled(Value::Null).map(in_collection)
        }
        ("post", "/v1/search") => {
            filled(json!({ "query": "attestation bleue", "collections": ["closed"] }))
        }
        ("post", "/v1/answers") => filled(
            json!({ "question": "Combien coûte l'attestation bleue ?", "collections": ["closed"] }),
        ),
        ("post", "/v1/chat/completions") => filled(json!({
            "model": "mock",
            "messages": [{ "role": "user", "content": "Combien coûte l'attestation bleue ?" }],
            "knowledge": { "collections": ["closed"] },
        })),
        _ => None,
    }
}

/// Routes that name no collection: what they show is looked at, not their status.
const LISTS: &[(&str, &str)] = &[("get", "/v1/collections"), ("post", "/v1/collections")];

#[tokio::test]
async fn nothing_crosses_to_another_project() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("mock", "echo")]).await;
    let owner = server.installation.project("owner", &["--requests-per-minute", "0"]);
    let stranger = server.installation.project("stranger", &["--requests-per-minute", "0"]);
    let made = call(&server, &owner, "post", "/v1/collections", &json!({ "name": "closed" })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let taken = upload(&server, &owner, "closed").await;
    assert_eq!(taken.status, 202, "{}", taken.body);
    let job = ended(&server, &owner, &taken.json()).await;
    assert_eq!(job["state"], "done", "{job}");
    let id = job["id"].as_str().unwrap();

    let document = call(&server, &owner, "get", "/openapi.json", &Value::Null).await.json();
    let mut walked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let about_documents = ["/v1/collections", "/v1/documents", "/v1/search", "/v1/answers"]
            .iter()
            .chain(&["/v1/chat/completions"])
            .any(|start| path.starts_with(start));
        for method in methods.as_object().unwrap().keys().filter(|_| about_documents) {
            if LISTS.contains(&(method, path)) || (method == "post" && path == "/v1/documents") {
                continue;
            }
            let (closed, body) = case(method, path, id)
                .unwrap_or_else(|| panic!("{method} {path} has no case here: add one"));
            let missing = (closed.replace("closed", "nowhere").replace(SECRET, "nothing"))
                .replace(id, "job_00");
            let no_body: Value =
                serde_json::from_str(&body.to_string().replace("closed", "nowhere")).unwrap();
            let denied = call(&server, &stranger, method, &closed, &body).await;
            let unknown = call(&server, &stranger, method, &missing, &no_body).await;
            assert_eq!(denied.status, 404, "{method} {closed}: {}", denied.body);
            assert_eq!(denied.body, unknown.body, "{method} {closed} tells that it exists");
            assert!(!denied.body.contains(SECRET), "{method} {closed}: {}", denied.body);
            walked += 1;
        }
    }
    assert!(walked >= 8, "{walked} calls");
    let sent = upload(&server, &stranger, "closed").await;
    assert_eq!((sent.status, sent.body), {
        let nowhere = upload(&server, &stranger, "nowhere").await;
        (404, nowhere.body)
    });
    let listed = call(&server, &stranger, "get", "/v1/collections", &Value::Null).await;
    assert_eq!(listed.json()["data"], json!([]));
    // Nothing was counted, changed or deleted by all this.
    let own = call(&server, &owner, "get", "/v1/collections/closed", &Value::Null).await.json();
    assert_eq!((&own["reuses"], &own["public"]), (&json!([]), &json!(false)), "{own}");
    let path = "/v1/documents/note-zibaloun?collection=closed";
    assert_eq!(call(&server, &owner, "get", path, &Value::Null).await.status, 200);
}

#[tokio::test]
async fn a_published_collection_is_read_by_others_and_changed_by_none() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("mock", "echo")]).await;
    let owner = server.installation.project("owner", &["--requests-per-minute", "0"]);
    let reader = server.installation.project("reader", &["--requests-per-minute", "0"]);
    let rules = json!({ "name": "open", "licence": "CC0-1.0" });
    assert_eq!(call(&server, &owner, "post", "/v1/collections", &rules).await.status, 201);
    let job = upload(&server, &owner, "open").await.json();
    assert_eq!(ended(&server, &owner, &job).await["state"], "done");
    let publish = "/v1/collections/open/publish";
    let refused = call(&server, &owner, "post", publish, &json!({})).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "conflict"));
    assert!(refused.body.contains("attribution"), "{}", refused.body);
    let done = call(&server, &owner, "post", publish, &json!({ "attribution": "Commune" })).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let read = "/v1/documents/note-zibaloun?collection=open";
    let document = call(&server, &reader, "get", read, &Value::Null).await;
    assert!(document.status == 200 && document.body.contains(SECRET), "{}", document.body);
    let seen = &document.json()["document"];
    assert!(seen["id"] == "note-zibaloun" && seen["personal_data"].is_null(), "{seen}");
    let question = json!({ "query": "attestation bleue" });
    for key in [&reader, &owner] {
        assert_eq!(call(&server, key, "post", "/v1/search", &question).await.status, 200);
    }
    let counted = call(&server, &owner, "get", "/v1/collections/open", &Value::Null).await.json();
    let reuses = counted["reuses"].as_array().unwrap();
    assert_eq!((reuses.len(), &reuses[0]["searches"]), (1, &json!(1)), "{counted}");
    for (method, path) in [("delete", read), ("delete", "/v1/collections/open")] {
        let reply = call(&server, &reader, method, path, &Value::Null).await;
        assert_eq!((reply.status, reply.code().as_str()), (403, "forbidden"), "{method} {path}");
    }
    let job = job["status_url"].as_str().unwrap();
    assert_eq!(call(&server, &reader, "get", job, &Value::Null).await.status, 404);
    assert_eq!(call(&server, &owner, "delete", read, &Value::Null).await.status, 200);
    assert_eq!(call(&server, &reader, "get", read, &Value::Null).await.status, 404);
}
