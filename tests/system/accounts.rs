//! Budgets, rate limits, keys, walls between projects.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::client::chat;
use crate::server::{Server, mock};

#[tokio::test]
async fn a_budget_that_is_used_up() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("mock", "echo")]).await;
    // 200 tokens of output at 6.00 a million hold 1,200 millionths; the budget has 1,000.
    let poor = server.installation.project("poor", &["--budget", "0.001", "--window", "month"]);
    let reply = server.chat(&poor, &chat("mock", "Salam", false)).await;
    assert_eq!((reply.status, reply.code().as_str()), (402, "budget_exhausted"), "{}", reply.body);
    assert_eq!(mock.counts().requests, 0, "nothing was sent");
    let mut small = chat("mock", "Salam", false);
    small["max_tokens"] = 10.into();
    assert_eq!(server.chat(&poor, &small).await.status, 200, "a smaller answer has room");
}

#[tokio::test]
async fn concurrent_requests_do_not_overrun_a_budget() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("mock", "say:one two three+delay:20")]).await;
    let rules = ["--budget", "0.005", "--window", "total", "--requests-per-minute", "0"];
    let key = server.installation.project("narrow", &rules);
    let body = chat("mock", "Salam", false);
    let replies = join_all((0..60).map(|_| server.chat(&key, &body))).await;
    let passed = replies.iter().filter(|reply| reply.status == 200).count();
    let refused = replies.iter().filter(|reply| reply.status == 402).count();
    assert_eq!(
        passed + refused,
        60,
        "{:?}",
        replies.iter().map(|reply| reply.status).collect::<Vec<_>>()
    );
    assert!(passed >= 1 && refused >= 1, "{passed} passed, {refused} refused");
    assert!(mock.counts().most_open <= 4, "four answers of 1,200 millionths fit at once");
    assert_eq!(mock.counts().requests, u64::try_from(passed).unwrap());
    // Everything held was given back, so there is room again.
    assert_eq!(server.chat(&key, &body).await.status, 200);
}

#[tokio::test]
async fn a_rate_limit_says_where_one_stands() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("mock", "echo")]).await;
    let key = server.installation.project("slow", &["--requests-per-minute", "3"]);
    let body = chat("mock", "Salam", false);
    for remaining in ["2", "1", "0"] {
        let reply = server.chat(&key, &body).await;
        assert_eq!(reply.status, 200);
        for name in ["x-ratelimit-limit-requests", "x-ratelimit-limit-req-minute"] {
            assert_eq!(reply.header(name), "3");
        }
        assert_eq!(reply.header("x-ratelimit-remaining-requests"), remaining);
        assert_eq!(reply.header("x-ratelimit-remaining-req-minute"), remaining);
    }
    let reply = server.chat(&key, &body).await;
    assert_eq!((reply.status, reply.code().as_str()), (429, "rate_limited"));
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    assert_eq!(mock.counts().requests, 3);
}

#[tokio::test]
async fn a_revoked_key_is_refused_within_a_second() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("mock", "echo")]).await;
    let made = server.installation.run_json(&["key", "create", "--project", "tests"]);
    let key = made["key"].as_str().unwrap();
    assert_eq!(server.chat(key, &chat("mock", "Salam", false)).await.status, 200);
    server.installation.run_json(&["key", "revoke", made["id"].as_str().unwrap()]);
    let revoked = Instant::now();
    let refused = loop {
        let reply = server.chat(key, &chat("mock", "Salam", false)).await;
        if reply.status != 200 {
            break reply;
        }
        assert!(revoked.elapsed() < Duration::from_secs(1));
    };
    assert_eq!((refused.status, refused.code().as_str()), (401, "invalid_key"));
    let listed = server.installation.run_json(&["key", "list"]).to_string();
    assert!(!listed.contains(key), "a key is shown once");
}

#[tokio::test]
async fn a_project_is_a_wall() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    let other = server.installation.project("others", &[]);
    let reply = server.chat(&key, &chat("mock", "Ma CIN est AB123456", false)).await;
    let path = format!("/v1/receipts/{}", reply.header("x-igudar-receipt"));
    assert_eq!(server.get(&key, &path).await.status, 200);
    let refused = server.get(&other, &path).await;
    assert_eq!((refused.status, refused.code().as_str()), (404, "not_found"));
}

#[tokio::test]
async fn a_project_that_stays_on_this_machine() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("mock", "echo")]).await;
    let key = server.installation.project("home", &["--local-only"]);
    let reply = server.chat(&key, &chat("mock", "Ma CIN est AB123456", false)).await;
    assert!([403, 404].contains(&reply.status), "{}", reply.body);
    assert_eq!(mock.counts().requests, 0);
    assert_eq!(server.chat(&key, &chat("echo-no-model", "Salam", false)).await.content(), "Salam");
}
