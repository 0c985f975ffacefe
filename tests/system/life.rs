//! The life of a server: its first start, its end, its second start.

use std::time::Duration;

use crate::client::chat;
use crate::server::{Installation, Server, mock, signal};

#[tokio::test]
async fn the_first_start_makes_all_that_is_needed() {
    let empty = Installation::empty();
    let server = empty.serve().await;
    let key = server.first_key.clone().unwrap();
    assert!(key.starts_with("igd_"));
    let text = "Je suis Zineb Oukacha, CIN DA482133";
    assert_eq!(server.chat(&key, &chat("echo-no-model", text, false)).await.content(), text);
    assert_eq!(server.get("", "/livez").await.status, 200);
    assert_eq!(server.get("", "/openapi.json").await.status, 200);
    let written = std::fs::read_to_string(server.installation.data().join("igudar.toml")).unwrap();
    assert!(written.contains("IGUDAR_LISTEN"), "the configuration explains itself");
    let installation = server.stop().await;
    for path in crate::server::files(&installation.data()) {
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()), "{path:?}");
    }
    let again = installation.serve().await;
    assert_eq!(again.first_key, None, "a key is shown once");
    assert_eq!(again.chat(&key, &chat("echo-no-model", text, true)).await.streamed(0), text);
}

#[tokio::test]
async fn secrets_are_for_the_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = Installation::empty().serve().await;
    for name in ["ledger.key", "sealing.key"] {
        let file = std::fs::metadata(server.installation.data().join(name)).unwrap();
        assert_eq!(file.permissions().mode() & 0o077, 0, "{name}");
    }
}

#[tokio::test]
async fn a_running_answer_may_end_before_the_server_does() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("slow", "drip:20")]).await;
    let text = "Une réponse assez longue, avec la CIN AB123456, pour durer un peu.";
    let body = chat("slow", text, true).to_string();
    let url = format!("{}/v1/chat/completions", server.url);
    let request =
        server.client.post(url).bearer_auth(&key).header("content-type", "application/json");
    let mut response = request.body(body).send().await.unwrap();
    let mut all = response.chunk().await.unwrap().unwrap().to_vec();
    signal(server.process(), "TERM").await;
    while let Some(piece) = response.chunk().await.unwrap() {
        all.extend_from_slice(&piece);
    }
    assert!(all.ends_with(b"data: [DONE]\n\n"));
    server.ended().await;
}

#[tokio::test]
async fn two_servers_do_not_write_one_ledger() {
    let first = Installation::empty().serve().await;
    let second = first.installation.run(&["serve", "--listen", "127.0.0.1:0"]);
    let error = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(1), "{error}");
    assert!(error.contains("another"), "{error}");
    let key = first.first_key.clone().unwrap();
    assert_eq!(first.chat(&key, &chat("echo-no-model", "Salam", false)).await.content(), "Salam");
}

#[tokio::test]
async fn a_slow_or_silent_client_does_not_hold_the_server() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let installation = Installation::new("[server]\nbody_idle_time = \"300 ms\"\n");
    let server = installation.serve().await;
    let key = server.installation.project("tests", &[]);
    let host = server.url.trim_start_matches("http://").to_owned();
    let mut silent = tokio::net::TcpStream::connect(&host).await.unwrap();
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: 500\r\n\r\n{{\"model\":"
    );
    silent.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    let read = silent.read_exact(&mut answer);
    tokio::time::timeout(Duration::from_secs(10), read).await.unwrap().unwrap();
    assert_eq!(answer, b"HTTP/1.1 408");
    assert!(server.lives().await);
}
