//! The floor of the gateway benchmarks: a proxy that parses each body as JSON, writes it again and does
//! nothing else. usage: igudar-floor-proxy LISTEN UPSTREAM (both host:port)
#![expect(clippy::print_stdout, reason = "prints its ready line for the benchmark that starts it")]

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;

type Failure = Box<dyn Error + Send + Sync>;
type Upstream = Client<HttpConnector, Full<Bytes>>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(listen), Some(upstream)) = (arguments.next(), arguments.next()) else {
        return Err("usage: igudar-floor-proxy LISTEN UPSTREAM".into());
    };
    let listener = TcpListener::bind(listen.parse::<SocketAddr>()?).await?;
    println!("{{\"url\":\"http://{}\"}}", listener.local_addr()?);
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client: Upstream = Client::builder(TokioExecutor::new()).build(connector);
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        let (client, upstream) = (client.clone(), upstream.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let (client, upstream) = (client.clone(), upstream.clone());
                async move { Ok::<_, Infallible>(answer(client, &upstream, request).await) }
            });
            let connection = TokioIo::new(connection);
            // A client that went away is no concern of a benchmark's floor.
            drop(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(connection, service)
                    .await,
            );
        });
    }
}

async fn answer(
    client: Upstream,
    upstream: &str,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    forward(client, upstream, request).await.unwrap_or_else(|_| {
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::BAD_GATEWAY;
        response
    })
}

async fn forward(
    client: Upstream,
    upstream: &str,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Failure> {
    let (mut head, body) = request.into_parts();
    let body = rewritten(&body.collect().await?.to_bytes())?;
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    head.uri = format!("http://{upstream}{path}").parse::<Uri>()?;
    head.headers.remove(HOST);
    head.headers.insert(CONTENT_LENGTH, body.len().into());
    let response = client.request(Request::from_parts(head, Full::new(body))).await?;
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).cloned();
    let body = rewritten(&response.into_body().collect().await?.to_bytes())?;
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    if let Some(kind) = kind {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    Ok(response)
}

fn rewritten(body: &Bytes) -> Result<Bytes, Failure> {
    let value: serde_json::Value = serde_json::from_slice(body)?;
    Ok(serde_json::to_vec(&value)?.into())
}
