//! The catalogue: a team publishes, another finds by need and takes, the publisher sees how often; the
//! starter runs with one command.

use std::path::Path;

use serde_json::{Value, json};

use crate::server::Installation;
use crate::walls::call;

fn starter() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../solutions/customer-desk");
    folder.display().to_string()
}

/// The starter under another name, in a folder of its own.
fn renamed(installation: &Installation, name: &str) -> String {
    let folder = installation.logs().join(name).display().to_string();
    installation.run_json(&["solution", "reuse", "customer-desk", &folder]);
    let path = Path::new(&folder).join("solution.toml");
    let sheet = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, sheet.replacen("customer-desk", name, 1)).unwrap();
    folder
}

#[test]
fn the_starter_runs_with_one_command_and_says_where_each_answer_stands() {
    let installation = Installation::empty();
    assert_eq!(installation.run_json(&["solution", "check", &starter()])["valid"], true);
    let ran = installation.run_json(&["solution", "run", "customer-desk"]);
    assert_eq!(ran["documents"], 21, "{ran}");
    assert_ne!(ran["personal_data"], json!({}), "what is read is searched");
    let answers = ran["answers"].as_array().unwrap();
    let first = &answers[0];
    assert_eq!((&first["personal_values"], &first["refused"]), (&json!(1), &json!(false)));
    assert!(!ran.to_string().contains("06 61 23 45 67"), "{ran}");
    assert_eq!(first["citations"][0]["document"], "garantie-fr", "{first}");
    assert_eq!(answers.last().unwrap()["refused"], true, "{ran}");
    // Again: nothing is read twice.
    let again = installation.run_json(&["solution", "run", "customer-desk"]);
    assert_eq!((&again["documents"], &again["personal_data"]), (&json!(21), &json!({})), "{again}");
    let own = ["solution", "run", "customer-desk", "Quand le magasin est-il ouvert ?"];
    let asked = installation.run_json(&own);
    assert_eq!(asked["answers"][0]["citations"][0]["document"], "magasins-fr", "{asked}");
}

#[test]
fn the_starter_is_measured_by_its_own_questions() {
    let installation = Installation::empty();
    let scored = installation.run_json(&["solution", "score", "customer-desk", "--least", "0.8"]);
    assert_eq!(scored["questions"], 34, "{scored}");
    let impossible = ["solution", "score", "customer-desk", "--least", "1.5"];
    assert_eq!(installation.run(&impossible).status.code(), Some(2));
}

#[tokio::test]
async fn a_solution_is_published_found_by_need_taken_and_counted() {
    let server = Installation::new("").serve().await;
    let maker = server.installation.project("maker", &[]);
    let other = server.installation.project("other", &[]);
    let folder = renamed(&server.installation, "bakery-desk");
    let publish = ["solution", "publish", &folder, "--project", "maker"];
    let published = server.installation.run_json(&publish);
    // The mail address of the documents is invented, and found all the same.
    assert!(published["personal_data"]["email"].as_u64().unwrap() >= 3, "{published}");
    let stolen = server.installation.run(&["solution", "publish", &folder, "--project", "other"]);
    assert_eq!(stolen.status.code(), Some(1));

    for need in
        ["répondre aux clients en darija", "نجاوب الزبناء", "answer customers", "نجاوبو الكليان"]
    {
        let found = server.installation.run_json(&["solution", "find", need]);
        let names: Vec<&str> = found["solutions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert!(
            names.contains(&"bakery-desk") && names.contains(&"customer-desk"),
            "{need}: {names:?}"
        );
    }
    let query = "/v1/solutions?need=answer%20customers";
    let found = call(&server, "", "get", query, &Value::Null).await.json();
    assert_eq!(found["solutions"].as_array().unwrap().len(), 2, "{found}");
    let nothing = server.installation.run_json(&["solution", "find", "prévoir la météo marine"]);
    assert_eq!(nothing["solutions"], json!([]));

    let take = "/v1/solutions/bakery-desk/reuse";
    let taken = call(&server, &other, "post", take, &json!({})).await.json();
    assert!(taken["files"]["solution.toml"].as_str().unwrap().contains("bakery-desk"), "{taken}");
    assert_eq!(call(&server, &maker, "post", take, &json!({})).await.status, 200);
    let counts = "/v1/solutions/bakery-desk/reuses";
    let seen = call(&server, &maker, "get", counts, &Value::Null).await.json();
    assert_eq!((&seen["times"], &seen["reuses"][0]["project"]), (&json!(1), &json!("other")));
    assert_eq!(call(&server, &other, "get", counts, &Value::Null).await.status, 404);

    let mut files = taken["files"].clone();
    files["solution.toml"] = json!("name = 'x'");
    let wrong = call(&server, &maker, "post", "/v1/solutions", &json!({ "files": files })).await;
    assert_eq!((wrong.status, wrong.json()["error"]["param"].as_str()), (400, Some("files")));
    let reserved = json!({ "files": call(&server, &other, "post", "/v1/solutions/customer-desk/reuse", &json!({})).await.json()["files"] });
    let refused = call(&server, &other, "post", "/v1/solutions", &reserved).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "conflict"));
    let gone = "/v1/solutions/bakery-desk";
    assert_eq!(call(&server, &other, "delete", gone, &Value::Null).await.status, 404);
    assert_eq!(call(&server, &maker, "delete", gone, &Value::Null).await.status, 200);
    assert_eq!(call(&server, "", "get", gone, &Value::Null).await.status, 404);
}
