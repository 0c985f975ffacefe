//! Policies and surrogates, from the request to the restored answer.

use gateway::{Embedding, GatewayError};
use model::Route;

use crate::support::{House, Reply};
use crate::{CIN, completion};

#[test]
fn a_value_has_a_value_of_its_form_where_no_label_can_stand() {
    const RIB: &str = "007 780 0003284000314477 27";
    let house = House::new(|body| {
        let made = body.split("RIB ").nth(1).unwrap().split(';').next().unwrap().to_owned();
        let digits = made.replace(' ', "");
        let text = format!("{{\"rib\": {digits}, \"same\": \"{made}\"}}");
        Ok(Reply::Whole(completion(serde_json::to_string(&text).unwrap().trim_matches('"'))))
    });
    let schema = r#""response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","properties":{"rib":{"type":"string","pattern":"^[0-9 ]+$"}}}}},"#;
    let body = format!(
        r#"{{"model":"remote-model",{schema}"messages":[{{"role":"user","content":"RIB {RIB}; CIN {CIN}"}}]}}"#
    );
    let answer = house.ask(&body).unwrap();
    let seen = house.witness.asked()[0].clone();
    assert!(seen.contains("RIB 999 999 0000000000000001 00; CIN [CIN_1]"), "{seen}");
    assert!(!seen.contains(RIB), "{seen}");
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let text = answer["choices"][0]["message"]["content"].as_str().unwrap();
    let read: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!((&read["rib"], &read["same"]), (&serde_json::json!(RIB), &serde_json::json!(RIB)));
    let closing = &house.witness.closings()[0];
    assert_eq!(closing.written.get("rib"), None, "surrogates are not the model's own");
    assert_eq!(closing.restored.get("rib"), Some(&2));
    // In a key, in a number, in a pattern.
    for place in [
        r#""metadata":{"n.laroussi@example.ma":"x"},"#,
        r#""metadata":{"rib":{"numero":"x","code":10.1}},"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"m":{"type":"string","format":"email","default":"n.laroussi@example.ma"}}}}}],"#,
    ] {
        let body = format!(
            r#"{{"model":"remote-model",{place}"messages":[{{"role":"user","content":"RIB {RIB}; n.laroussi@example.ma"}}]}}"#
        );
        house.ask(&body).unwrap();
        let seen = house.witness.asked().pop().unwrap();
        assert_eq!(seen.matches("personne1@example.org").count(), 2, "{seen}");
        assert!(!seen.contains("laroussi"), "{seen}");
    }
    // A CIN number has no safe made-up one.
    let body = format!(
        r#"{{"model":"remote-model","metadata":{{"{CIN}":"x"}},"messages":[{{"role":"user","content":"CIN {CIN}"}}]}}"#
    );
    let refused = house.ask(&body);
    assert!(matches!(refused, Err(GatewayError::Unprotectable { .. })), "{refused:?}");
}

#[test]
fn what_needs_an_authorisation_stays_in_the_country() {
    let policy = "name = \"p\"\nneeds_authorisation = [\"sensitive\"]\n[law]\nneeds_authorisation = \"law 1\"\n";
    let house = House::with_policy(policy, |_| Ok(Reply::Whole(completion("ok"))));
    let ask = |model: &str, text: &str| {
        house.ask(&format!(
            r#"{{"model":"{model}","messages":[{{"role":"user","content":"{text}"}}]}}"#
        ))
    };
    let sensitive = "dossier médical IPP 4471902 de la patiente";
    assert!(ask("remote-model", "bonjour").is_ok());
    assert!(ask("local-model", sensitive).is_ok());
    match ask("remote-model", sensitive) {
        Err(GatewayError::PolicyRefused { rule, message }) => {
            assert_eq!(rule, "policy.needs_authorisation");
            assert!(message.contains("law 1") && !message.contains("4471902"), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_projects_policy_follows_what_it_was_settled_from() {
    let house =
        House::new(|body| Ok(Reply::Whole(completion(&body.matches('█').count().to_string()))));
    let body = format!(
        r#"{{"model":"remote-model","messages":[{{"role":"user","content":"CIN {CIN}"}}]}}"#
    );
    let ask = |policy: &str| {
        let access = House::access_under(false, Some(policy));
        house.ask_as(&access, Route::ChatCompletions, &body)
    };
    // The destination that the rule was for has another name.
    match ask("[destinations.abroad.types]\ncin = \"block\"\n") {
        Err(GatewayError::PolicyRefused { rule, message }) => {
            assert_eq!(rule, "project.policy");
            assert!(message.contains("`abroad`"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    let known = "[destinations.remote.types]\ncin = \"mask\"\n";
    ask(known).unwrap();
    assert!(house.witness.asked()[0].contains('█'));
    // A finder that knows no such type leaves nothing settled for the one before in force.
    house.gateway.exchange_finder(House::finder_with("[kind.person]\n"));
    assert!(matches!(ask(known), Err(GatewayError::PolicyRefused { .. })));
}

const EMBEDDING: &str = r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]}],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}"#;

/// Embeds a text with a CIN number at a model whose destination takes texts in clear; what it saw.
fn embedded(abroad: bool, policy: &str, own: Option<&str>, model: &str) -> Result<String, String> {
    let change = |destination: &mut gateway::Destination| {
        destination.embedding = Embedding::Clear;
        destination.abroad = abroad && !destination.local;
    };
    let house = House::changed(policy, change, |_| Ok(Reply::Whole(EMBEDDING.to_owned())));
    let body = format!(r#"{{"model":"{model}","input":["CIN {CIN}"]}}"#);
    let access = House::access_under(false, own);
    house.ask_as(&access, Route::Embeddings, &body).map_err(|error| error.to_string())?;
    Ok(house.witness.asked()[0].clone())
}

#[test]
fn texts_to_embed_are_under_the_policy_too() {
    let in_clear = |seen: Result<String, String>| seen.map(|seen| seen.contains(CIN));
    assert_eq!(in_clear(embedded(false, "", None, "remote-model")), Ok(true), "as configured");
    assert_eq!(in_clear(embedded(true, "", None, "remote-model")), Ok(false), "never abroad");
    let own = Some("[types]\ncin = \"mask\"\n");
    let seen = embedded(false, "", own, "remote-model").unwrap();
    assert!(seen.contains("█████") && !seen.contains(CIN), "{seen}");
    assert_eq!(in_clear(embedded(false, "", own, "local-model")), Ok(true), "nothing leaves");
    for model in ["remote-model", "local-model"] {
        let refused = embedded(false, "[types]\ncin = \"block\"\n", None, model).unwrap_err();
        assert!(refused.contains("policy.types.cin") && !refused.contains(CIN), "{refused}");
        let own = Some("[types]\ncin = \"block\"\n");
        assert!(embedded(false, "", own, model).unwrap_err().contains("policy.types.cin"));
    }
}
