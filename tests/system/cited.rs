//! Chat completions and answers that rest on documents: what a model gets to see, what of its words is passed on.

use igudar_mock_upstream::{Behaviour, Saying};
use serde_json::{Value, json};

use crate::server::{Server, mock};
use crate::walls::{call, ended, upload_text};

const DOCUMENT: &str = "---\nid: fr-attestation-bleue\ntitle: Attestation bleue\nlanguage: fr\nversion: 2\n---\n\n# Attestation bleue\n\n## Frais\n\nL'attestation bleue coûte 35 dirhams au guichet. La CIN DA48213 sert d'exemple.\n";
const QUESTION: &str = "Combien coûte l'attestation bleue ?";

fn says(text: &str) -> Behaviour {
    Behaviour { saying: Saying::Fixed(text.to_owned()), ..Behaviour::default() }
}

fn chat(more: &Value) -> Value {
    let mut body = json!({
        "model": "mock",
        "messages": [{ "role": "user", "content": QUESTION }],
        "knowledge": { "collections": ["papers"] },
    });
    let object = body.as_object_mut().unwrap();
    object.extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn of_a_models_words_only_what_is_borne_out_is_passed_on() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("mock", "echo")]).await;
    let key = server.installation.project("owner", &["--requests-per-minute", "0"]);
    let made = call(&server, &key, "post", "/v1/collections", &json!({ "name": "papers" })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let job = upload_text(&server, &key, "papers", DOCUMENT).await;
    assert_eq!(ended(&server, &key, &job.json()).await["state"], "done");
    let path = "/v1/chat/completions";

    mock.script([says(
        "Elle coûte 35 dirhams [1: \"coûte 35 dirhams au guichet\"].\nElle est gratuite le lundi [1: \"gratuite le lundi\"].\nVotre carte est DA48213 [1: \"La CIN [CIN_1]\"].",
    )]);
    let reply = call(&server, &key, "post", path, &chat(&json!({}))).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(!reply.header("x-igudar-receipt").is_empty());
    assert!(reply.header("x-igudar-findings").contains("cin=1"));
    let answer = reply.json();
    let content = answer["choices"][0]["message"]["content"].as_str().unwrap();
    assert_eq!(content, "Elle coûte 35 dirhams [1]\nVotre carte est DA48213 [2]");
    let knowledge = &answer["knowledge"];
    assert_eq!((&knowledge["mode"], &knowledge["dropped"]), (&json!("generated"), &json!(1)));
    assert_eq!(knowledge["citations"][1]["quote"], "La CIN DA48213");
    let received = &mock.received()[0];
    let sent = received.text();
    assert!(!sent.contains("DA48213") && !sent.contains("\"knowledge\""), "{sent}");
    assert!(sent.contains("35 dirhams au guichet") && sent.contains("[CIN_1]"), "{sent}");

    // Streamed, sentence by sentence, each with what it cites; the upstream is asked in one piece.
    mock.script([says("Elle coûte 35 dirhams [1: \"coûte 35 dirhams\"].")]);
    let streamed = json!({ "stream": true, "stream_options": { "include_usage": true } });
    let reply = call(&server, &key, "post", path, &chat(&streamed)).await;
    let events: Vec<&str> =
        reply.body.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
    let [first, last, "[DONE]"] = events.as_slice() else { panic!("{}", reply.body) };
    let (first, last): (Value, Value) =
        (serde_json::from_str(first).unwrap(), serde_json::from_str(last).unwrap());
    assert_eq!(first["choices"][0]["delta"]["content"], "Elle coûte 35 dirhams [1]");
    assert_eq!(first["citations"][0]["document"], "fr-attestation-bleue");
    assert_eq!(last["choices"][0]["finish_reason"], "stop");
    assert!(last["usage"].is_object() && last["knowledge"]["citations"][0]["version"] == 2);

    // A model that quotes nothing leaves the documents to speak themselves.
    mock.script([says("C'est gratuit, j'en suis certain.")]);
    let asked = json!({ "question": QUESTION, "collections": ["papers"], "model": "mock" });
    let answer = call(&server, &key, "post", "/v1/answers", &asked).await.json();
    assert_eq!(
        (&answer["mode"], &answer["dropped"]),
        (&json!("extractive"), &json!(1)),
        "{answer}"
    );
    assert!(answer["answer"].as_str().unwrap().contains("35 dirhams"), "{answer}");
}

#[tokio::test]
async fn what_needs_no_model_asks_none() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("mock", "echo")]).await;
    let key = server.installation.project("owner", &["--requests-per-minute", "0"]);
    call(&server, &key, "post", "/v1/collections", &json!({ "name": "papers" })).await;
    let job = upload_text(&server, &key, "papers", DOCUMENT).await;
    assert_eq!(ended(&server, &key, &job.json()).await["state"], "done");
    let path = "/v1/chat/completions";
    let extractive = json!({ "knowledge": { "collections": ["papers"], "mode": "extractive" } });
    let answer = call(&server, &key, "post", path, &chat(&extractive)).await.json();
    assert_eq!(answer["model"], "igudar-extractive", "{answer}");
    assert!(answer["choices"][0]["message"]["content"].as_str().unwrap().contains("35 dirhams"));
    let unknown =
        json!({ "messages": [{ "role": "user", "content": "Quel temps fera-t-il à Mars ?" }] });
    let answer = call(&server, &key, "post", path, &chat(&unknown)).await.json();
    assert_eq!(answer["knowledge"]["refused"], true, "{answer}");
    for (more, status, param) in [
        (json!({ "n": 2 }), 400, "n"),
        (json!({ "tools": [] }), 400, "tools"),
        (json!({ "messages": [] }), 400, "messages"),
        (json!({ "knowledge": { "collection": "papers" } }), 400, "knowledge"),
        (json!({ "knowledge": { "collections": ["nowhere"] } }), 404, "collections"),
    ] {
        let reply = call(&server, &key, "post", path, &chat(&more)).await;
        assert_eq!(
            (reply.status, reply.json()["error"]["param"].as_str()),
            (status, Some(param)),
            "{}",
            reply.body
        );
    }
    // Spelled so that another reader would take it for the member, it is refused, not passed on.
    let body = chat(&json!({})).to_string().replace("\"knowledge\"", "\"\\u006bnowledge\"");
    let request = server.client.post(format!("{}{path}", server.url)).bearer_auth(&key);
    let reply =
        crate::client::read(request.header("content-type", "application/json").body(body)).await;
    assert_eq!((reply.status, mock.received().len()), (400, 0), "{}", reply.body);
}
