//! 2,000 generated requests, half of the upstreams failing: no found value reaches the mock, and no value at
//! all is left in logs, metrics, ledger or files.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use futures_util::StreamExt as _;
use igudar_mock_upstream::MockUpstream;
use serde_json::json;

use crate::canary_requests::{Request, generate, positions};
use crate::client::Reply;
use crate::invented::escaped;
use crate::record::export;
use crate::server::{Installation, Server, destination, files, impatient, mock};

const REQUESTS: usize = 2_000;
const MODELS: &[(&str, &str)] = &[
    ("good", "echo-all"),
    ("good-cut", "echo-all+cut:7+crlf"),
    ("good-tools", "tools+pieces:2"),
    ("good-ascii", "echo-all+ascii+reasoning"),
    ("bad-500", "status:500"),
    ("bad-400", "status:400"),
    ("bad-422", "status:422+error:detail"),
    ("bad-429", "status:429"),
    ("bad-page", "html"),
    ("bad-hang", "hang"),
    ("bad-silence", "hang-mid-stream"),
    ("bad-break", "break-mid-stream"),
    ("bad-end", "end-mid-event"),
];

/// Finds any of many texts, letter case aside.
struct Search {
    automaton: AhoCorasick,
    patterns: Vec<String>,
}

impl Search {
    /// Each value as it is, with non-ASCII letters escaped, and numbers without separators.
    fn of(values: &BTreeSet<String>) -> Self {
        let mut patterns = BTreeSet::new();
        for value in values {
            patterns.insert(value.clone());
            let quoted = serde_json::to_string(value).unwrap();
            patterns.insert(quoted.trim_matches('"').to_owned());
            patterns.insert(escaped(value));
        }
        let patterns: Vec<String> = patterns.into_iter().collect();
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostFirst)
            .build(&patterns)
            .unwrap();
        Self { automaton, patterns }
    }

    /// What stands in some bytes. Half a million hexadecimal digits of hashes and ids hold any short run of
    /// digits by chance, so a hit in the middle of more such digits is none.
    fn in_bytes(&self, bytes: &[u8]) -> BTreeSet<&str> {
        let is_hex =
            |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_hexdigit);
        self.automaton
            .find_iter(bytes)
            .map(|hit| (self.patterns[hit.pattern().as_usize()].as_str(), hit))
            .filter(|(pattern, hit)| {
                let by_chance = pattern.bytes().all(|byte| byte.is_ascii_hexdigit());
                !by_chance || !(is_hex(hit.start().checked_sub(1)) || is_hex(Some(hit.end())))
            })
            .map(|(pattern, _)| pattern)
            .collect()
    }
}

async fn send(server: &Server, key: &str, request: &Request) -> Reply {
    server.post(key, request.path, &request.body).await
}

/// The values of uncertain types that the server itself finds in their sentences.
async fn found_by_detect(server: &Server, key: &str, requests: &[Request]) -> BTreeSet<String> {
    let mut sentences = BTreeMap::new();
    for (value, sentence) in requests.iter().flat_map(|request| &request.values) {
        if !value.certain {
            sentences.insert(sentence.clone(), value.text.clone());
        }
    }
    let mut found = BTreeSet::new();
    for (sentence, value) in sentences {
        let reply = server.post(key, "/v1/detect", &json!({ "text": sentence })).await.json();
        let letters: Vec<char> = sentence.chars().collect();
        for one in reply["findings"].as_array().unwrap() {
            let at = |name: &str| usize::try_from(one[name].as_u64().unwrap()).unwrap();
            let span: String = letters[at("start")..at("end")].iter().collect();
            if span.contains(&value) {
                found.insert(value.clone());
            }
        }
    }
    found
}

/// Positions in which a name is written alone, where finding it depends on more than its sentence.
fn has_bare_value(request: &Request) -> bool {
    const BARE: &[&str] = &[
        "author",
        "arguments by key",
        "tool result as JSON",
        "tool schema",
        "stop",
        "stops",
        "metadata",
        "user field",
        "safety identifier",
        "response format",
        "unknown tree",
        "a word that is none",
        "role",
        "tool name",
        "tool choice",
        "tool call id",
        "object key",
        "unknown key",
        "model",
        "cache key",
        "broken arguments",
        "input",
    ];
    request.places.iter().any(|place| BARE.contains(place))
}

#[tokio::test]
async fn nothing_found_leaves_and_nothing_at_all_stays() {
    let mock = mock().await;
    let closed = MockUpstream::closed_url().await.unwrap();
    let configuration = destination("openai", &mock.url(), MODELS)
        + &destination("compatible", &closed, &[("bad-closed", "echo")]);
    let server = Installation::new(&impatient(&configuration)).serve().await;
    let key = server.installation.project("tests", &["--requests-per-minute", "0"]);
    let mut names: Vec<&str> = MODELS.iter().map(|(name, _)| *name).collect();
    names.extend(["bad-closed", "good", "good", "good-cut", "good-tools", "good-ascii"]);
    let requests: Vec<Request> = (0..REQUESTS).map(|number| generate(number, &names)).collect();
    assert!(requests.len() > 20 * positions());

    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    let mut replies = futures_util::stream::iter(&requests)
        .map(async |request| (request, send(&server, &key, request).await))
        .buffered(24);
    let certain: BTreeSet<String> = values(&requests, |certain| certain);
    let search = Search::of(&certain);
    while let Some((request, reply)) = replies.next().await {
        *statuses.entry(reply.status).or_default() += 1;
        assert!(reply.status != 500 && reply.status != 503, "{request:?}: {}", reply.body);
        let by_upstream = reply.body.contains("refused the request");
        if reply.status >= 400 && !by_upstream {
            let shown = search.in_bytes(reply.body.as_bytes());
            assert!(shown.is_empty(), "an error shows {shown:?}: {}", reply.body);
        }
    }
    drop(replies);
    assert!(statuses[&200] > REQUESTS / 3, "{statuses:?}");
    assert!(statuses[&400] > 0 && statuses[&404] > 0 && statuses[&502] > 0, "{statuses:?}");
    assert!(statuses[&504] > 0 && statuses[&429] > 0, "{statuses:?}");

    check_received(&mock, &server, &key, &requests, &search).await;
    let metrics = server.get("", "/metrics").await;
    assert_eq!(metrics.status, 200);
    let everything = Search::of(&values(&requests, |_| true));
    let clean = |name: &str, bytes: &[u8]| {
        let left = everything.in_bytes(bytes);
        assert!(left.is_empty(), "{name} holds {left:?}");
    };
    clean("the metrics", metrics.body.as_bytes());
    let running: Vec<_> = files(&server.installation.data());
    assert!(running.len() > 1);
    for path in running {
        clean(&path.display().to_string(), &std::fs::read(&path).unwrap());
    }
    let installation = server.stop().await;
    clean("the ledger", export(&installation).as_bytes());
    for path in files(&installation.data()).into_iter().chain(files(&installation.logs())) {
        clean(&path.display().to_string(), &std::fs::read(&path).unwrap());
    }
    assert_eq!(installation.run(&["ledger", "verify"]).status.code(), Some(0));
}

/// The texts of the values, all or only those whose finding is certain.
fn values(requests: &[Request], of: impl Fn(bool) -> bool) -> BTreeSet<String> {
    let all = requests.iter().flat_map(|request| &request.values);
    all.filter(|(value, _)| of(value.certain)).map(|(value, _)| value.text.clone()).collect()
}

async fn check_received(
    mock: &MockUpstream,
    server: &Server,
    key: &str,
    requests: &[Request],
    certain: &Search,
) {
    let received = mock.received();
    assert!(received.len() > REQUESTS / 2, "{} reached the upstream", received.len());
    let people = found_by_detect(server, key, requests).await;
    assert!(people.len() > 10, "{people:?}");
    let people = Search::of(&people);
    let mut leaked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in received {
        let bytes = one.bytes();
        let number = one.json()["seed"].as_u64().map(|seed| usize::try_from(seed).unwrap());
        let request = number.map(|number| &requests[number]);
        let places =
            request.map_or_else(|| "embeddings".to_owned(), |request| request.places.join("+"));
        let mut left = certain.in_bytes(&bytes);
        if request.is_some_and(|request| !has_bare_value(request)) {
            left.extend(people.in_bytes(&bytes));
        }
        for value in left {
            leaked.entry(places.clone()).or_default().insert(value.to_owned());
        }
    }
    assert!(leaked.is_empty(), "found values reached the upstream: {leaked:#?}");
}
