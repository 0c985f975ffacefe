//! Receipts, the export of the ledger, and what shows when somebody changes it.

use ledger::{Entry, Receipt};
use serde_json::Value;

use crate::client::chat;
use crate::invented::{letter, standing};
use crate::server::{Installation, Server, mock};

/// The bodies of every entry in the ledger's export.
pub(crate) fn exported(installation: &Installation) -> Vec<Value> {
    export(installation)
        .lines()
        .filter_map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["body"].as_str().map(str::to_owned)
        })
        .map(|body| serde_json::from_str(&body).unwrap())
        .collect()
}

/// The ledger's export.
pub(crate) fn export(installation: &Installation) -> String {
    let output = installation.run(&["ledger", "export"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The exit code of a verification, and all it printed.
pub(crate) fn verify(installation: &Installation, text: &str, more: &[&str]) -> (i32, String) {
    let file = installation.logs().join("export.jsonl");
    std::fs::write(&file, text).unwrap();
    let output = installation.run(&[&["ledger", "verify", file.to_str().unwrap()], more].concat());
    let printed = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8_lossy(&printed).into_owned())
}

#[tokio::test]
async fn a_receipt_proves_what_was_sent() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    let (text, values) = letter();
    for stream in [false, true] {
        let reply = server.chat(&key, &chat("mock", &text, stream)).await;
        let id = reply.header("x-igudar-receipt");
        let fetched = server.get(&key, &format!("/v1/receipts/{id}")).await;
        assert_eq!(fetched.status, 200, "{}", fetched.body);
        assert_eq!(standing(fetched.body.as_bytes(), values.clone()), Vec::<String>::new());
        let receipt: Receipt = serde_json::from_str(&fetched.body).unwrap();
        assert_eq!(receipt.entries.len(), 2, "egress and answer");
        let sent = mock.received().last().unwrap().body.clone();
        let opening = &receipt.entries[0];
        let nonce: [u8; 32] = nonce(opening.nonce_hex.as_deref().unwrap());
        let Entry::Egress(egress) = Entry::from_bytes(opening.body.as_bytes()).unwrap() else {
            panic!("the first entry of a receipt is the egress")
        };
        assert!(egress.commitment.opens_with(&nonce, &sent), "the commitment is to the bytes sent");
        assert_eq!(egress.bytes, sent.len() as u64);
        assert_eq!(egress.findings["cin"], 2);
    }
}

/// 32 bytes out of hexadecimal digits.
pub(crate) fn nonce(hex: &str) -> [u8; 32] {
    let byte = |at: usize| u8::from_str_radix(hex.get(at * 2..at * 2 + 2).unwrap(), 16).unwrap();
    std::array::from_fn(byte)
}

#[tokio::test]
async fn any_change_of_an_export_shows() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo"), ("bad", "status:500")]).await;
    for (model, stream) in [("mock", false), ("mock", true), ("bad", false), ("mock", false)] {
        server.chat(&key, &chat(model, "Ma CIN est AB123456", stream)).await;
    }
    let kept = server.get(&key, "/v1/ledger/checkpoint").await.body;
    for _ in 0..3 {
        server.chat(&key, &chat("mock", "Salam", false)).await;
    }
    let installation = server.stop().await;
    let checkpoint = installation.logs().join("checkpoint");
    std::fs::write(&checkpoint, &kept).unwrap();
    let against = ["--checkpoint", checkpoint.to_str().unwrap()];
    let whole = export(&installation);
    assert_eq!(verify(&installation, &whole, &[]).0, 0);
    let (code, printed) = verify(&installation, &whole, &against);
    assert_eq!(code, 0, "{printed}");
    assert_eq!(installation.run(&["ledger", "verify"]).status.code(), Some(0));

    let lines: Vec<&str> = whole.lines().collect();
    let broken = |text: &str, expect: &str| {
        let (code, printed) = verify(&installation, text, &against);
        assert_eq!(code, 3, "{printed}");
        assert!(printed.contains(expect), "{expect:?} in {printed}");
    };
    let joined = |lines: &[&str]| lines.join("\n") + "\n";
    broken(&whole.replacen("\\\"cin\\\":1", "\\\"cin\\\":2", 1), "entry 1");
    let third = lines[3].replacen("\\\"time_ms\\\":1", "\\\"time_ms\\\":2", 1);
    broken(&joined(&[&lines[..3], &[&third], &lines[4..]].concat()), "entry 2");
    broken(&joined(&[&lines[..4], &lines[5..]].concat()), "3");
    let mut swapped = lines.clone();
    swapped.swap(2, 3);
    broken(&joined(&swapped), "1");
    broken(&joined(&lines[..lines.len() - 1]), "cut off");
    broken(&joined(&[&lines[..4], &lines[lines.len() - 1..]].concat()), "");
    for place in (0..whole.len()).step_by(whole.len() / 40) {
        let mut bytes = whole.clone().into_bytes();
        bytes[place] = if bytes[place] == b'7' { b'8' } else { b'7' };
        let (code, printed) = verify(&installation, &String::from_utf8_lossy(&bytes), &against);
        assert_eq!(code, 3, "byte {place}: {printed}");
    }
}

#[tokio::test]
async fn the_order_of_the_record() {
    let mock = mock().await;
    let (server, key) =
        Server::before(&mock, &[("slow", "hang-mid-stream"), ("mock", "echo")]).await;
    let url = format!("{}/v1/chat/completions", server.url);
    let request =
        server.client.post(url).bearer_auth(&key).header("content-type", "application/json");
    let running =
        request.body(chat("slow", "Ma CIN est AB123456", true).to_string()).send().await.unwrap();
    // The upstream has the request, so the ledger already holds its egress entry.
    let entries = exported(&server.installation);
    assert_eq!(entries.last().unwrap()["entry"], "egress");
    drop(running);
    let reply = server.chat(&key, &chat("mock", "Salam", true)).await;
    assert!(reply.is_done());
    // The client has the end of the answer, so the ledger already holds its answer entry.
    let id = reply.header("x-igudar-receipt");
    let entries = exported(&server.installation);
    let own: Vec<&Value> = entries.iter().filter(|entry| entry["receipt"] == id).collect();
    assert_eq!(own.len(), 2);
    assert_eq!((&own[0]["entry"], &own[1]["outcome"]), (&"egress".into(), &"complete".into()));
    assert_eq!(own[1]["usage"], "measured");
}
