//! Upstreams that refuse, hang, send a page, half an event or a 429.

use igudar_mock_upstream::MockUpstream;

use crate::client::chat;
use crate::server::{Installation, Server, UPSTREAM_KEY, destination, impatient, mock};

const TEXT: &str =
    "Ma CIN est AB123456 et voici une question assez longue pour plusieurs morceaux.";

/// Behaviour of the mock, status and code of the answer.
const WHOLE: &[(&str, u16, &str)] = &[
    ("status:500", 502, "upstream_failed"),
    ("status:503+error:gateway", 502, "upstream_failed"),
    ("status:401", 502, "upstream_failed"),
    ("status:429+retry-after:7", 429, "rate_limited"),
    ("status:429+error:flat", 429, "rate_limited"),
    ("status:400", 400, "invalid_request"),
    ("status:400+error:flat", 400, "invalid_request"),
    ("status:422+error:detail", 400, "invalid_request"),
    ("html", 502, "upstream_failed"),
    ("html+status:502", 502, "upstream_failed"),
    ("redirect", 502, "upstream_failed"),
    ("not-json", 502, "upstream_failed"),
    ("gzip", 502, "upstream_failed"),
    ("hang", 504, "upstream_timeout"),
    ("hang-mid-stream", 504, "upstream_timeout"),
    ("end-mid-event", 502, "upstream_failed"),
    ("break-mid-stream", 502, "upstream_failed"),
];

/// Behaviours that only show once a stream has begun.
const STREAMED: &[&str] = &[
    "hang-mid-stream",
    "end-mid-event",
    "break-mid-stream",
    "no-done",
    "error-event",
    "not-json",
    "not-utf8",
    "cut:7+end-mid-event",
    "cut:7+break-mid-stream",
];

fn name(behaviour: &str) -> String {
    format!("m-{}", behaviour.replace([':', '+'], "-"))
}

async fn server_with(mock: &MockUpstream, behaviours: &[&str]) -> (Server, String) {
    let names: Vec<String> = behaviours.iter().map(|behaviour| name(behaviour)).collect();
    let models: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(behaviours.iter().copied()).collect();
    Server::configured(&impatient(&destination("openai", &mock.url(), &models))).await
}

#[tokio::test]
async fn each_failure_has_its_status_and_code() {
    let mock = mock().await;
    let behaviours: Vec<&str> = WHOLE.iter().map(|(behaviour, ..)| *behaviour).collect();
    let (server, key) = server_with(&mock, &behaviours).await;
    for (behaviour, status, code) in WHOLE {
        let begins = !behaviour.contains("mid");
        for stream in
            [false, true].into_iter().take(1 + usize::from(begins && *behaviour != "not-json"))
        {
            let reply = server.chat(&key, &chat(&name(behaviour), TEXT, stream)).await;
            let found = (reply.status, reply.code());
            assert_eq!(found, (*status, (*code).to_owned()), "{behaviour}: {}", reply.body);
            for secret in [UPSTREAM_KEY, &mock.address().to_string(), &key] {
                assert!(!reply.body.contains(secret), "{behaviour}: {}", reply.body);
            }
            if *behaviour == "status:429+retry-after:7" {
                assert_eq!(reply.header("retry-after"), "7");
            }
            if *status == 400 {
                // The server's own words come back; labels in them stay labels, because clients log errors.
                assert!(reply.body.contains("CIN_1"), "{behaviour}: {}", reply.body);
                assert!(!reply.body.contains("AB123456"), "{behaviour}: {}", reply.body);
            }
        }
    }
    assert!(server.lives().await);
    let expected = mock.counts().requests;
    let entries = server.installation.run_json(&["usage", "--project", "tests"]);
    assert!(expected > 0);
    assert_eq!(entries[0]["reserved_micro"], 0, "every hold was given back");
}

#[tokio::test]
async fn a_dead_stream_ends_with_an_error_event_and_is_not_done() {
    let mock = mock().await;
    let (server, key) = server_with(&mock, STREAMED).await;
    for behaviour in STREAMED {
        let reply = server.chat(&key, &chat(&name(behaviour), TEXT, true)).await;
        assert_eq!(reply.status, 200, "{behaviour}: {}", reply.body);
        assert!(reply.has_error_event(), "{behaviour}: {}", reply.body);
        assert!(!reply.body.contains("[DONE]"), "{behaviour}: {}", reply.body);
        assert!(TEXT.starts_with(&reply.streamed(0)), "{behaviour}: {}", reply.body);
        assert!(reply.body.ends_with("\n\n"), "{behaviour}: {:?}", reply.body);
    }
    assert!(server.lives().await);
}

#[tokio::test]
async fn nobody_listens() {
    let url = MockUpstream::closed_url().await.unwrap();
    let server = Installation::new(&destination("openai", &url, &[("mock", "echo")])).serve().await;
    let key = server.installation.project("tests", &[]);
    for stream in [false, true] {
        let reply = server.chat(&key, &chat("mock", TEXT, stream)).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (502, "upstream_failed"),
            "{}",
            reply.body
        );
    }
    assert!(server.lives().await);
}

#[tokio::test]
async fn a_wrong_credential_is_the_operators_business() {
    let mock = mock().await;
    let configuration = destination("openai", &mock.url(), &[("mock", "echo")]);
    let installation =
        Installation::new(&configuration).with("MOCK_KEY", "another-credential-word");
    let server = installation.serve().await;
    let key = server.installation.project("tests", &[]);
    let reply = server.chat(&key, &chat("mock", TEXT, false)).await;
    assert_eq!((reply.status, reply.code().as_str()), (502, "upstream_failed"), "{}", reply.body);
    assert!(!reply.body.contains("another-credential-word"));
}
