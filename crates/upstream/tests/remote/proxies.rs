//! Proxies and private authorities.

use std::sync::atomic::Ordering;

use igudar_mock_upstream::MockUpstream;
use model::{AskError, Model as _};
use upstream::{ProxyChoice, RemoteModel, Settings};

use crate::network::{Proxy, TlsFront};
use crate::{chat, settings};

fn through(proxy: &Proxy, except: Option<&str>) -> ProxyChoice {
    let url = proxy.url.as_str().into();
    ProxyChoice::Explicit { url, except: except.map(str::to_owned) }
}

#[tokio::test]
async fn a_forward_proxy_for_plain_http() {
    let (mock, proxy) = (MockUpstream::start().await.unwrap(), Proxy::start().await);
    let settings = Settings { proxy: through(&proxy, None), ..settings(mock.url()) };
    RemoteModel::new(&settings).unwrap().ask(chat(false)).await.unwrap();
    assert_eq!(proxy.forwarded.load(Ordering::SeqCst), 1);
    assert_eq!(mock.counts().requests, 1);
}

#[tokio::test]
async fn hosts_reached_without_the_proxy() {
    let (mock, proxy) = (MockUpstream::start().await.unwrap(), Proxy::start().await);
    let except = through(&proxy, Some("example.test,127.0.0.1"));
    let settings = Settings { proxy: except, ..settings(mock.url()) };
    RemoteModel::new(&settings).unwrap().ask(chat(false)).await.unwrap();
    assert_eq!(proxy.forwarded.load(Ordering::SeqCst), 0);
    assert_eq!(mock.counts().requests, 1);
}

#[tokio::test]
async fn a_proxy_that_is_not_there() {
    let mock = MockUpstream::start().await.unwrap();
    let url = MockUpstream::closed_url().await.unwrap().replace("/v1", "");
    let proxy = ProxyChoice::Explicit { url: url.into(), except: None };
    let model = RemoteModel::new(&Settings { proxy, ..settings(mock.url()) }).unwrap();
    assert!(matches!(model.ask(chat(false)).await, Err(AskError::Connect)));
    assert_eq!(mock.counts().requests, 0);
}

#[tokio::test]
async fn a_private_authority() {
    let mock = MockUpstream::start().await.unwrap();
    let front = TlsFront::before(mock.address()).await;
    let unknown = RemoteModel::new(&settings(&front.url)).unwrap();
    assert!(matches!(unknown.ask(chat(false)).await, Err(AskError::Connect)));
    let private_ca_pem = Some(front.authority_pem.clone().into_bytes());
    let trusting = Settings { private_ca_pem, ..settings(&front.url) };
    RemoteModel::new(&trusting).unwrap().ask(chat(false)).await.unwrap();
    assert_eq!(mock.counts().requests, 1);
}

#[tokio::test]
async fn a_tunnel_through_the_proxy_for_https() {
    let (mock, proxy) = (MockUpstream::start().await.unwrap(), Proxy::start().await);
    let front = TlsFront::before(mock.address()).await;
    let settings = Settings {
        private_ca_pem: Some(front.authority_pem.clone().into_bytes()),
        proxy: through(&proxy, None),
        ..settings(&front.url)
    };
    RemoteModel::new(&settings).unwrap().ask(chat(false)).await.unwrap();
    assert_eq!(proxy.connected.load(Ordering::SeqCst), 1);
    assert_eq!(proxy.forwarded.load(Ordering::SeqCst), 0);
    assert_eq!(mock.counts().requests, 1);
}
