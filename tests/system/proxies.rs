//! The proxy that the environment names.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::client::chat;
use crate::server::{Installation, destination, mock};

/// Forwards one plain request after the other; each first line goes into the channel.
async fn proxy() -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (seen, lines) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(forward(client, seen.clone()));
        }
    });
    (url, lines)
}

async fn forward(
    mut client: TcpStream,
    seen: tokio::sync::mpsc::UnboundedSender<String>,
) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    seen.send(head.lines().next()?.to_owned()).ok()?;
    let target = head.split(' ').nth(1)?;
    let (host, path) = target.strip_prefix("http://")?.split_once('/')?;
    let mut server = TcpStream::connect(host).await.ok()?;
    server.write_all(head.replacen(target, &format!("/{path}"), 1).as_bytes()).await.ok()?;
    copy_bidirectional(&mut client, &mut server).await.ok()?;
    Some(())
}

#[tokio::test]
async fn requests_go_through_it() {
    let (mock, (proxy, mut seen)) = (mock().await, proxy().await);
    let configuration = destination("openai", &mock.url(), &[("mock", "echo")]);
    let server = Installation::new(&configuration).with("HTTP_PROXY", &proxy).serve().await;
    let key = server.installation.project("tests", &[]);
    let text = "Ma CIN est AB123456";
    assert_eq!(server.chat(&key, &chat("mock", text, false)).await.content(), text);
    let line = seen.recv().await.unwrap();
    assert!(line.starts_with(&format!("POST {}/chat/completions ", mock.url())), "{line}");
}

#[tokio::test]
async fn hosts_of_no_proxy_are_reached_directly() {
    let (mock, (proxy, mut seen)) = (mock().await, proxy().await);
    let configuration = destination("openai", &mock.url(), &[("mock", "echo")]);
    let installation = Installation::new(&configuration).with("HTTP_PROXY", &proxy);
    let server = installation.with("NO_PROXY", "127.0.0.1").serve().await;
    let key = server.installation.project("tests", &[]);
    assert_eq!(server.chat(&key, &chat("mock", "Salam", false)).await.content(), "Salam");
    assert!(seen.try_recv().is_err());
}
