//! Identify, transliterate, normalise.

use serde_json::{Value, json};

use crate::support::House;

async fn ask(house: &House, what: &str, body: &Value) -> Value {
    let reply = house.post(&format!("/v1/languages/{what}"), &body.to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

#[tokio::test]
async fn languages_of_a_text_and_of_a_list() {
    let house = House::new();
    for (unit, start) in [("chars", 2), ("bytes", 5), ("utf16", 3)] {
        let body = json!({ "text": "😀 bonjour tout le monde", "offsets": unit });
        let answer = ask(&house, "identify", &body).await;
        assert_eq!((&answer["language"], &answer["offsets"]), (&json!("fr"), &json!(unit)));
        assert_eq!(answer["spans"][0]["start"], start, "{answer}");
        assert!(answer["confidence"].as_f64().is_some_and(|own| own > 0.5 && own <= 1.0));
    }
    let body = json!({ "texts": ["bonjour tout le monde", "12 30", "ⴰⵣⵓⵍ ⴼⵍⵍⴰⵡⵏ"] });
    let answers = ask(&house, "identify", &body).await["answers"].clone();
    let languages: Vec<_> =
        answers.as_array().unwrap().iter().map(|own| &own["language"]).collect();
    assert_eq!(languages, ["fr", "und", "zgh-Tfng"]);
    let body = json!({ "text": "bonjour tout le monde", "among": ["en", "es"] });
    assert_ne!(ask(&house, "identify", &body).await["language"], "fr");
}

#[tokio::test]
async fn other_scripts_and_normal_forms() {
    let house = House::new();
    let body = json!({ "text": "chwiya", "from": "ary-Latn", "to": "ary-Arab", "answers": 3 });
    let answer = ask(&house, "transliterate", &body).await;
    assert_eq!(answer["text"], "شوية", "{answer}");
    assert_eq!(answer["words"][0]["end"], 6);
    let body = json!({ "texts": ["كـت", "Été"], "map": true });
    let answers = ask(&house, "normalize", &body).await["answers"].clone();
    assert_eq!((&answers[0]["text"], &answers[1]["text"]), (&json!("كت"), &json!("ete")));
    let second = json!({ "start": 1, "end": 2, "source_start": 2, "source_end": 3 });
    assert_eq!(answers[0]["map"][1], second, "{answers}");
    let body = json!({ "text": "Été", "profile": "display" });
    assert_eq!(ask(&house, "normalize", &body).await, json!({ "text": "Été", "offsets": "chars" }));
}

#[tokio::test]
async fn wrong_questions_are_told_what_is_wrong() {
    let house = House::new();
    let forms = |from: &str, to: &str| json!({ "text": "a", "from": from, "to": to });
    let long = "a ".repeat(120 << 10);
    for (what, body, status, param) in [
        ("identify", json!({}), 400, json!("text")),
        ("identify", json!({ "text": "a", "texts": [] }), 400, json!("text")),
        ("identify", json!({ "text": "a", "among": ["ur"] }), 400, json!("among")),
        ("identify", json!({ "text": "a", "lang": "fr" }), 400, Value::Null),
        ("identify", json!({ "texts": vec![""; 10_001] }), 413, json!("texts")),
        ("transliterate", forms("fr", "ary-Arab"), 400, json!("from")),
        ("transliterate", forms("ary-Latn", "x"), 400, json!("to")),
        ("transliterate", forms("zgh-Latn", "ar-Arab"), 400, json!("to")),
        (
            "transliterate",
            json!({ "text": "a", "from": "ary-Latn", "to": "ary-Arab", "answers": 0 }),
            400,
            json!("answers"),
        ),
        (
            "transliterate",
            json!({ "text": long, "from": "ary-Latn", "to": "ary-Arab", "answers": 20 }),
            413,
            Value::Null,
        ),
        ("normalize", json!({ "text": "a", "profile": "pretty" }), 400, Value::Null),
    ] {
        let reply = house.post(&format!("/v1/languages/{what}"), &body.to_string()).await;
        assert_eq!(reply.refusal().0, status, "{what}: {}", reply.text());
        assert_eq!(reply.json()["error"]["param"], param, "{}", reply.text());
    }
    let keyless = http::Request::post("/v1/languages/identify").body(axum::body::Body::from("{}"));
    assert_eq!(house.send(keyless.unwrap()).await.refusal().0, 401);
}

#[tokio::test]
async fn the_document_has_their_schemas() {
    let house = House::new();
    let document = house.get("/openapi.json").await.json();
    for what in ["identify", "transliterate", "normalize"] {
        let route = &document["paths"][format!("/v1/languages/{what}")]["post"];
        for content in [&route["requestBody"], &route["responses"]["200"]] {
            let name = content["content"]["application/json"]["schema"]["$ref"].as_str().unwrap();
            let name = name.strip_prefix("#/components/schemas/").unwrap();
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
    }
}
