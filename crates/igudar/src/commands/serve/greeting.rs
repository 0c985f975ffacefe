//! What `serve` says when it is ready.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde_json::json;

use crate::commands::Session;
use crate::output;
use crate::wiring::FirstKey;

/// One JSON line for programs (`--json`, or standard output is no terminal), else a text with a `curl`.
/// The first key is in it once, and nowhere else.
pub(super) fn ready(
    session: &Session,
    address: SocketAddr,
    first: Option<&FirstKey>,
) -> anyhow::Result<()> {
    let url = format!("http://{}", reachable(address));
    if session.json.0 || !output::on_terminal() {
        let mut line = json!({
            "event": "ready",
            "url": url,
            "listen": address.to_string(),
            "data": session.folder,
            "process": std::process::id(),
            "version": env!("CARGO_PKG_VERSION"),
        });
        if let (Some(first), Some(members)) = (first, line.as_object_mut()) {
            members.insert("project".to_owned(), json!(first.project.as_str()));
            members.insert("key".to_owned(), json!(first.key.reveal()));
        }
        return output::line(&line.to_string());
    }
    output::line(&format!("Igudar listens on {url}\nData: {}", session.folder.display()))?;
    let Some(first) = first else { return Ok(()) };
    let key = first.key.reveal();
    output::line(&format!(
        "\nThe first start made the project `{}` and this key. It is shown only now:\n\n  {key}\n\n\
         Try it:\n\n  {}\n",
        first.project,
        curl(&url, key)
    ))
}

/// A request that shows what happens to personal data.
pub(crate) fn curl(url: &str, key: &str) -> String {
    format!(
        "curl {url}/v1/chat/completions \\\n    -H 'authorization: Bearer {key}' \\\n    \
         -H 'content-type: application/json' \\\n    -d '{{\"model\":\"echo-no-model\",\"messages\":[{{\"role\":\
         \"user\",\"content\":\"Je suis Zineb Oukacha, CIN DA48213\"}}]}}' -i"
    )
}

/// Where a client on this machine finds a server that listens everywhere.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_given_an_address_it_can_reach() {
        fn check(address: &str, expect: &str) {
            assert_eq!(reachable(address.parse().unwrap()).to_string(), expect);
        }
        check("0.0.0.0:80", "127.0.0.1:80");
        check("[::]:80", "[::1]:80");
        check("10.1.2.3:80", "10.1.2.3:80");
    }
}
