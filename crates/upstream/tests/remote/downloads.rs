//! Model files from a hub.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use upstream::{DownloadError, Downloader, Fetched, HubFile, HubSettings, ProxyChoice, Sink};

const FILE: &[u8] = b"GGUF: invented weights, forty bytes long";

/// A hub that gives each connection the next answer, and keeps the heads of the requests.
async fn hub(answers: Vec<String>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let heads = tokio::spawn(async move {
        let mut heads = Vec::new();
        for answer in answers {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(client.read_u8().await.unwrap());
            }
            heads.push(String::from_utf8(head).unwrap());
            client.write_all(answer.as_bytes()).await.unwrap();
        }
        heads
    });
    (host, heads)
}

fn answer(status: &str, headers: &str, body: &[u8]) -> String {
    let body = std::str::from_utf8(body).unwrap();
    format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}\r\n{body}")
}

#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    total: Option<u64>,
}

impl Sink for Kept {
    fn begin(&mut self, offset: u64, total: Option<u64>) -> io::Result<()> {
        self.bytes.truncate(usize::try_from(offset).unwrap());
        self.total = total;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

async fn fetch(host: String, kept: &mut Kept) -> Result<Fetched, DownloadError> {
    let token = Some("hub-token".into());
    let settings =
        HubSettings { host, token, proxy: ProxyChoice::Direct, ..HubSettings::default() };
    let file: HubFile = "owner/repo/model.gguf".parse().unwrap();
    let have = kept.bytes.len() as u64;
    Downloader::new(&settings).unwrap().fetch(&file, have, kept).await
}

#[tokio::test]
async fn a_file_from_the_place_the_hub_points_to() {
    let (place, elsewhere) = hub(vec![answer("200 OK", "content-length: 40\r\n", FILE)]).await;
    let checksum = "ab".repeat(32);
    let pointing = format!("location: {place}/blob?sig=1\r\nx-linked-etag: \"{checksum}\"\r\n");
    let (host, asked) = hub(vec![answer("302 Found", &pointing, b"")]).await;
    let mut kept = Kept::default();
    let fetched = fetch(host, &mut kept).await.unwrap();
    assert_eq!(fetched, Fetched { bytes: 40, sha256: Some(checksum) });
    assert_eq!((kept.bytes.as_slice(), kept.total), (FILE, Some(40)));
    let asked = asked.await.unwrap();
    assert!(asked[0].starts_with("GET /owner/repo/resolve/main/model.gguf "));
    assert!(asked[0].contains("authorization: Bearer hub-token"));
    assert!(!elsewhere.await.unwrap()[0].contains("hub-token"), "the token stays with the hub");
}

#[tokio::test]
async fn a_broken_download_resumes() {
    let cut = answer("200 OK", "content-length: 40\r\n", &FILE[..15]);
    let rest = answer(
        "206 Partial Content",
        "content-length: 25\r\ncontent-range: bytes 15-39/40\r\n",
        &FILE[15..],
    );
    let whole = answer("416 Range Not Satisfiable", "content-range: bytes */40\r\n", b"");
    let (host, asked) = hub(vec![cut, rest, whole]).await;
    let mut kept = Kept::default();
    let broken = fetch(host.clone(), &mut kept).await;
    assert!(matches!(broken, Err(DownloadError::BrokeOff(15))), "{broken:?}");
    assert_eq!(fetch(host.clone(), &mut kept).await.unwrap().bytes, 40);
    assert_eq!(kept.bytes, FILE);
    assert_eq!(fetch(host, &mut kept).await.unwrap().bytes, 40);
    assert!(asked.await.unwrap()[1].contains("range: bytes=15-"));
}

#[tokio::test]
async fn a_hub_that_cannot_resume_starts_over() {
    let (host, _) = hub(vec![answer("200 OK", "content-length: 40\r\n", FILE)]).await;
    let mut kept = Kept { bytes: b"old and wrong".to_vec(), total: None };
    fetch(host, &mut kept).await.unwrap();
    assert_eq!(kept.bytes, FILE);
}

#[tokio::test]
async fn hubs_that_refuse() {
    let (host, _) = hub(vec![answer("404 Not Found", "content-length: 0\r\n", b"")]).await;
    let missing = fetch(host, &mut Kept::default()).await;
    assert!(matches!(missing, Err(DownloadError::Status(404))), "{missing:?}");
    let pointing = answer("302 Found", "location: ftp://elsewhere/x\r\n", b"");
    let (host, _) = hub(vec![pointing]).await;
    let lost = fetch(host, &mut Kept::default()).await;
    assert!(matches!(lost, Err(DownloadError::Redirect)), "{lost:?}");
}
