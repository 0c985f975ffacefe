//! Plain text to continue: protected before a remote model, scored by a model on this machine.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::invented::{letter, standing};
use crate::record::export;
use crate::server::{Server, mock};

#[tokio::test]
async fn prompts_leave_with_labels_and_come_back_with_values() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo+cut:7")]).await;
    let (text, values) = letter();
    let body = json!({ "model": "mock", "prompt": [text, "sans rien"], "max_tokens": 200 });
    let reply = server.post(&key, "/v1/completions", &body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.json()["choices"][0]["text"], text);
    assert_eq!(reply.json()["choices"][1]["text"], "sans rien");
    assert!(reply.header("x-igudar-findings").contains("cin=2"), "{:?}", reply.headers);
    let body = json!({ "model": "mock", "prompt": text, "max_tokens": 200, "stream": true });
    let stream = server.post(&key, "/v1/completions", &body).await;
    let told: Vec<Value> = stream.chunks();
    let pieces = told.iter().filter_map(|chunk| chunk["choices"][0]["text"].as_str());
    assert_eq!(pieces.collect::<String>(), text);
    assert!(stream.is_done());
    for received in mock.received() {
        assert_eq!(standing(&received.bytes(), values.clone()), Vec::<String>::new());
    }
    assert_eq!(mock.received().len(), 2);
    for refused in [
        json!({ "model": "mock", "prompt": text, "echo": true, "logprobs": 1 }),
        json!({ "model": "mock", "prompt": [[1, 2], [3]] }),
    ] {
        let reply = server.post(&key, "/v1/completions", &refused).await;
        assert_eq!(reply.status, 400, "{}", reply.body);
    }
    assert_eq!(mock.received().len(), 2, "nothing more was sent");
}

/// The default model; without it the test says `skipped` and passes.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
pub(crate) fn model_file() -> Option<PathBuf> {
    let named = std::env::var_os("IGUDAR_TEST_MODEL").map(PathBuf::from);
    let found = named.filter(|path| path.is_file());
    if found.is_none() {
        println!("skipped: no model file; set IGUDAR_TEST_MODEL to a SmolLM2-135M-Instruct GGUF");
    }
    found
}

#[tokio::test]
async fn a_model_on_this_machine_tells_how_likely_each_token_is() {
    let Some(file) = model_file() else { return };
    let configuration = format!(
        "[[destinations]]\nname = \"here\"\nkind = \"local\"\nfile = {file:?}\n\
         models = [{{ name = \"small\", context = 512 }}]\n"
    );
    let (server, key) = Server::configured(&configuration).await;
    let tokens = async |text: &str| {
        let body = json!({ "prompt": text, "add_special_tokens": false });
        server.post(&key, "/tokenize", &body).await.json()["tokens"].clone()
    };
    let context = "The sun rises in the";
    let counted = tokens(context).await.as_array().unwrap().len();
    let mut likely = Vec::new();
    for end in [" east", " fridge"] {
        // What lm-evaluation-harness sends.
        let body = json!({
            "model": "small", "prompt": [tokens(&format!("{context}{end}")).await], "echo": true,
            "logprobs": 1, "max_tokens": 1, "temperature": 0, "seed": 1234,
        });
        let reply = server.post(&key, "/v1/completions", &body).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let told = &reply.json()["choices"][0]["logprobs"]["token_logprobs"];
        let told = told.as_array().unwrap();
        assert!(told[0].is_null());
        likely.push(told[counted..told.len() - 1].iter().filter_map(Value::as_f64).sum::<f64>());
    }
    assert!(likely[0] > likely[1] + 1.0, "{likely:?}");

    let text = "Je suis Karim Bennani, CIN AB123456.";
    let body =
        json!({ "model": "small", "prompt": text, "echo": true, "logprobs": 0, "max_tokens": 0 });
    let reply = server.post(&key, "/v1/completions", &body).await;
    let choice = reply.json()["choices"][0].clone();
    assert_eq!(choice["text"], text, "values are put back into what is given back");
    let told = choice["logprobs"]["tokens"].as_array().unwrap().iter();
    assert_eq!(told.filter_map(Value::as_str).collect::<String>(), text);
    assert!(reply.header("x-igudar-findings").contains("cin=1"));
    let long = json!({ "model": "small", "prompt": "mot ".repeat(600) });
    let long = server.post(&key, "/v1/completions", &long).await;
    assert_eq!(long.status, 400, "{}", long.body);
    assert!(long.body.contains("this model's context holds 512"), "{}", long.body);
    let installation = server.stop().await;
    let ledger = export(&installation);
    assert!(ledger.contains("completions") && !ledger.contains("AB123456"), "{ledger}");
    assert_eq!(installation.run(&["ledger", "verify"]).status.code(), Some(0));
}
