//! Policies and surrogates, from the request to the restored answer.

use gateway::GatewayError;

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
