//! What the model sees holds no value; what comes back is what was written.

use serde_json::{Value, json};

use crate::client::chat;
use crate::invented::{letter, standing};
use crate::server::{Server, mock};

#[tokio::test]
async fn a_whole_answer() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    let (text, values) = letter();
    let reply = server.chat(&key, &chat("mock", &text, false)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.content(), text);
    assert!(reply.header("x-igudar-receipt").starts_with("rcp_"));
    assert_eq!(reply.header("x-igudar-destination"), "openai-mock");
    for count in ["cin=2", "email=1", "phone=1", "person=2"] {
        assert!(reply.header("x-igudar-findings").contains(count), "{:?}", reply.headers);
    }
    let received = &mock.received()[0];
    assert_eq!(standing(&received.bytes(), values), Vec::<String>::new());
    assert!(received.text().contains("[CIN_1]"), "{}", received.text());
    assert!(!received.text().contains(&key));
}

#[tokio::test]
async fn bytes_outside_the_values_are_unchanged() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("echo", "echo")]).await;
    let before = "{ \"messages\" : [ {\"role\":\"user\",\t\"content\":\"CIN ";
    let after = ", \\u0633\\u0644\\u0627\\u0645 \\/ \\\"x\\\"\"} ] ,\n \"temperature\" : 1e-7, \"top_p\":0.10,\
        \"x_unknown\" : [ 0.1 , 12345678901234567890123456789012345678901, null ,{\"a\": true } ],";
    let model = " \"max_tokens\":77, \"model\":\"echo\" }";
    let body = format!("{before}AB123456{after}{model}");
    let reply = server.post_raw(&key, "/v1/chat/completions", body, &[]).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let received = mock.received()[0].text().into_owned();
    assert!(received.starts_with(&format!("{before}[CIN_1]{after}")), "{received}");
    assert!(reply.content().starts_with("CIN AB123456, سلام / \"x\""));
}

#[tokio::test]
async fn labels_do_not_move_when_a_conversation_grows() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    let first = json!({ "role": "user", "content": "Je suis Karim Bennani, CIN AB123456." });
    let more = json!([
        first,
        { "role": "assistant", "content": "Bonjour Karim Bennani." },
        { "role": "user", "content": "Ma voisine a la CIN BE654321, moi AB123456." },
    ]);
    server.chat(&key, &json!({ "model": "mock", "messages": [first] })).await;
    let reply = server.chat(&key, &json!({ "model": "mock", "messages": more })).await;
    assert_eq!(reply.content(), "Ma voisine a la CIN BE654321, moi AB123456.");
    let received = mock.received();
    let message = |request: usize, message: usize| {
        received[request].json()["messages"][message]["content"].as_str().unwrap().to_owned()
    };
    assert_eq!(message(0, 0), message(1, 0));
    assert_eq!(message(1, 1), "Bonjour [PERSON_1].");
    assert!(message(1, 2).contains("[CIN_2]") && message(1, 2).contains("[CIN_1]"));
}

#[tokio::test]
async fn a_look_alike_stays_what_it_is() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    let text = "Le modèle écrit [CIN_1], CIN_2 et cin 3 ; ma CIN est AB123456.";
    let reply = server.chat(&key, &chat("mock", text, false)).await;
    assert_eq!(reply.content(), text);
    let received = mock.received()[0].text().into_owned();
    assert!(received.contains("[CIN_1], CIN_2 et cin 3"), "{received}");
    assert!(!received.contains("AB123456"));
}

#[tokio::test]
async fn a_mistral_destination() {
    let mock = mock().await;
    let models = [("m", "mistral"), ("m-thinks", "mistral+reasoning")];
    let configuration = crate::server::destination("mistral", &mock.url(), &models);
    let server = crate::server::Installation::new(&configuration).serve().await;
    let key = server.installation.project("tests", &[]);
    let (text, values) = letter();
    let mut body = chat("m", &text, false);
    body["seed"] = 7.into();
    body["max_completion_tokens"] = 99.into();
    body["stream_options"] = json!({ "include_usage": true });
    body["stream"] = true.into();
    let reply = server.chat(&key, &body).await;
    assert_eq!(reply.streamed(0), text);
    assert!(reply.is_done(), "{}", reply.body);
    let sent = mock.received()[0].json();
    assert_eq!((&sent["random_seed"], &sent["max_tokens"]), (&7.into(), &99.into()));
    for stripped in ["seed", "max_completion_tokens", "stream_options"] {
        assert!(sent.get(stripped).is_none(), "{stripped} is not Mistral's");
    }
    let reply = server.chat(&key, &chat("m-thinks", &text, true)).await;
    assert_eq!(reply.streamed(0), text);
    for received in mock.received() {
        assert_eq!(standing(&received.bytes(), values.clone()), Vec::<String>::new());
    }
}

#[tokio::test]
async fn embeddings_get_the_constant_label() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("embed", "echo")]).await;
    let input = ["CIN AB123456, dossier 1", "CIN BE654321, dossier 1", "sans valeur"];
    let reply =
        server.post(&key, "/v1/embeddings", &json!({ "model": "embed", "input": input })).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let data = reply.json()["data"].clone();
    assert_eq!(data.as_array().unwrap().len(), 3);
    assert_eq!(data[0]["embedding"], data[1]["embedding"], "one label for all values of a type");
    let sent = mock.received()[0].json();
    assert_eq!(sent["input"][0], "CIN [CIN], dossier 1");
    assert_eq!(sent["input"][2], "sans valeur");
}

#[tokio::test]
async fn what_needs_no_model() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    let (text, values) = letter();
    let found = server.post(&key, "/v1/detect", &json!({ "text": text })).await.json();
    let kinds: Vec<&str> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["type"].as_str().unwrap())
        .collect();
    assert!(kinds.contains(&"cin") && kinds.contains(&"email"), "{kinds:?}");
    let protected = server.post(&key, "/v1/protect", &json!({ "text": text })).await.json();
    let hidden = protected["text"].as_str().unwrap();
    assert_eq!(standing(hidden.as_bytes(), values.clone()), Vec::<String>::new());
    let sealed = json!({ "text": hidden, "map": protected["map"] });
    let restored = server.post(&key, "/v1/restore", &sealed).await.json();
    assert_eq!(restored["text"], text);
    let preview = server.post(&key, "/v1/preview", &chat("mock", &text, false)).await;
    assert_eq!(preview.status, 200, "{}", preview.body);
    let seen = preview.json()["data"].to_string();
    assert_eq!(standing(seen.as_bytes(), values), Vec::<String>::new());
    let bytes = server.post(&key, "/v1/preview?offsets=bytes", &chat("mock", &text, false)).await;
    let (bytes, chars) = (bytes.json(), preview.json());
    assert_eq!((&bytes["offsets"], &chars["offsets"]), (&json!("bytes"), &json!("chars")));
    let places = |answer: &Value, end: &str| -> Vec<usize> {
        let why = answer["data"][0]["why"].as_array().unwrap().iter();
        why.map(|why| usize::try_from(why[end].as_u64().unwrap()).unwrap()).collect()
    };
    for end in ["start", "end"] {
        let counted =
            places(&bytes, end).into_iter().map(|at| text.get(..at).unwrap().chars().count());
        assert_eq!(counted.collect::<Vec<_>>(), places(&chars, end));
    }
    let unknown = server.post(&key, "/v1/preview?offsets=words", &chat("mock", &text, false)).await;
    assert_eq!(unknown.status, 400, "{}", unknown.body);
    let other = server.installation.project("others", &[]);
    let stolen = server.post(&other, "/v1/restore", &sealed).await;
    assert_ne!(stolen.status, 200, "a map belongs to its project");
    assert_eq!(mock.counts().requests, 0, "nothing was sent");
}
