//! What can be wrong with the machine: the port, the disk, the database, the configuration, the model file.

use crate::client::chat;
use crate::record::{export, verify};
use crate::server::{Installation, Server, destination, files, mock};

#[tokio::test]
async fn a_port_in_use() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let installation = Installation::new("");
    let output = installation.run(&["serve", "--listen", &address.to_string()]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains(&address.port().to_string()) && error.contains("in use"), "{error}");
}

#[tokio::test]
async fn a_wrong_configuration() {
    let installation = Installation::new("[server]\nlisen = \"127.0.0.1:0\"\n");
    let output = installation.run(&["serve"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{error}");
    assert!(error.contains("line 2") && error.contains("listen"), "{error}");
}

#[tokio::test]
async fn a_corrupt_database() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    server.chat(&key, &chat("mock", "Salam", false)).await;
    let installation = server.stop().await;
    let databases = files(&installation.data());
    let is_database = |bytes: &[u8]| bytes.starts_with(b"SQLite format 3\0");
    let mut spoiled = 0;
    for path in databases {
        let mut bytes = std::fs::read(&path).unwrap();
        if is_database(&bytes) {
            let end = bytes.len().min(64 << 10);
            bytes[16..end].fill(0x5a);
            std::fs::write(&path, bytes).unwrap();
            spoiled += 1;
        }
    }
    assert!(spoiled > 0);
    let failed = installation.serve_as(env!("CARGO_BIN_EXE_igudar"), &[]).await;
    let Err(error) = failed else { panic!("a corrupt database must not be served") };
    assert!(error.contains("exit status: 1"), "{error}");
    assert!(!error.contains("panicked"), "{error}");
}

#[tokio::test]
async fn a_full_disk() {
    let mock = mock().await;
    let configuration = destination("openai", &mock.url(), &[("mock", "echo")]);
    let first = Installation::new(&configuration).with("IGUDAR_LOG", "error").serve().await;
    let key = first.installation.project("tests", &["--requests-per-minute", "0"]);
    let installation = first.stop().await;
    // No file may grow beyond one mebibyte; writes beyond it fail as on a full disk.
    let limited = "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\"";
    let arguments = ["-c", limited, env!("CARGO_BIN_EXE_igudar")];
    let server =
        installation.serve_as("sh", &arguments).await.unwrap_or_else(|error| panic!("{error}"));
    let body = chat("mock", "Ma CIN est AB123456", false);
    let mut passed = 0;
    let refused = loop {
        let reply = server.chat(&key, &body).await;
        if reply.status != 200 {
            break reply;
        }
        passed += 1;
        assert!(passed < 20_000, "the limit was never met");
    };
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (503, "ledger_unavailable"),
        "{}",
        refused.body
    );
    // At most the one whose answer could not be recorded went out besides.
    let sent = mock.counts().requests;
    assert!(sent - passed <= 1, "{sent} sent, {passed} answered");
    let before = mock.counts().requests;
    for _ in 0..3 {
        assert_eq!(server.chat(&key, &body).await.status, 503);
    }
    assert_eq!(mock.counts().requests, before, "nothing is sent while nothing can be recorded");
    let installation = server.kill().await;
    let server = installation.serve().await;
    assert_eq!(server.chat(&key, &body).await.status, 200, "with room again it goes on");
    let (code, printed) = verify(&server.installation, &export(&server.installation), &[]);
    assert_eq!(code, 0, "{printed}");
}

#[tokio::test]
async fn a_missing_or_damaged_model_file() {
    let installation = Installation::new("");
    std::fs::create_dir_all(installation.data().join("models")).unwrap();
    std::fs::write(installation.data().join("models/damaged.gguf"), b"GGUF is not enough").unwrap();
    let damaged = "[[destinations]]\nname = \"damaged\"\nkind = \"local\"\nfile = \"models/damaged.gguf\"\n\
        models = [{ name = \"damaged\" }]\n";
    std::fs::write(installation.data().join("igudar.toml"), damaged).unwrap();
    let server = installation.serve().await;
    let key = server.installation.project("tests", &[]);
    for model in ["smollm2-135m-instruct", "damaged"] {
        let reply = server.chat(&key, &chat(model, "Salam", false)).await;
        assert_eq!((reply.status, reply.code().as_str()), (503, "no_capacity"), "{}", reply.body);
    }
    assert!(server.lives().await);
}
