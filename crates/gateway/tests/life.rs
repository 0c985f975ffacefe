//! The life of a request against a journal in memory and a model that answers as told.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests read the clock and fail loudly"
)]

mod policies;
mod support;

use bytes::Bytes;
use gateway::ports::JournalError;
use gateway::{GatewayError, Incoming, ReplyBody};
use language::OffsetUnit;
use ledger::{Outcome, UsageSource};
use model::{AskError, Route};
use projects::Micro;
use support::{Happened, House, Reply};

const CIN: &str = "DA48213";
const MAIL: &str = "zineb.oukacha@example.ma";

fn question(model: &str, extra: &str) -> String {
    format!(
        r#"{{"model":"{model}","messages":[{{"role":"user","content":"Ma CIN est {CIN}, mon mail {MAIL}."}}]{extra}}}"#
    )
}

/// The label that stands for a value in what the model saw.
fn label_in(body: &str, stem: &str) -> String {
    let start = body.find(&format!("[{stem}_")).unwrap_or_else(|| panic!("no {stem} in {body}"));
    let end = body[start..].find(']').unwrap() + start + 1;
    body[start..end].to_owned()
}

fn completion(content: &str) -> String {
    format!(
        r#"{{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{{"index":0,"message":{{"role":"assistant","content":"{content}"}},"finish_reason":"stop"}}],"usage":{{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}}}"#
    )
}

fn chunk(content: &str) -> String {
    format!(
        "data: {{\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{content}\"}},\"finish_reason\":null}}]}}\n\n"
    )
}

const FINISH: &str = "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const USAGE: &str = "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}\n\n";
const DONE: &str = "data: [DONE]\n\n";

fn pieces(text: &str, size: usize) -> Reply {
    Reply::Pieces(
        text.as_bytes().chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect(),
    )
}

/// The text that a client joins from the content deltas.
fn content_of(events: &str) -> String {
    events
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .filter(|data| *data != "[DONE]")
        .map(|data| serde_json::from_str::<serde_json::Value>(data).unwrap())
        .filter_map(|value| value["choices"][0]["delta"]["content"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn values_stay_home_and_come_back() {
    let house = House::new(|body| {
        Ok(Reply::Whole(completion(&format!(
            "Noté : {} et {}.",
            label_in(body, "CIN"),
            label_in(body, "EMAIL")
        ))))
    });
    let answer = house.ask(&question("remote-model", "")).unwrap();
    assert!(answer.contains(&format!("Noté : {CIN} et {MAIL}.")), "{answer}");
    let seen = &house.witness.asked()[0];
    assert!(!seen.contains(CIN) && !seen.contains(MAIL), "{seen}");
    assert!(seen.contains(r#""model":"remote-upstream""#), "{seen}");
}

#[test]
fn the_record_opens_before_the_model_is_asked_and_closes_with_its_count() {
    let house = House::new(|_| Ok(Reply::Whole(completion("ok"))));
    house.ask(&question("remote-model", "")).unwrap();
    let seen = house.witness.seen();
    let [Happened::Opened(egress), Happened::Asked(body), Happened::Closed(answer)] = &seen[..]
    else {
        panic!("{seen:?}")
    };
    assert_eq!(egress.bytes, body.len() as u64);
    assert_eq!(egress.findings.get("cin"), Some(&1));
    assert_eq!((answer.outcome, answer.usage), (Outcome::Complete, UsageSource::Measured));
    assert_eq!((answer.prompt_tokens, answer.completion_tokens), (10, 5));
    assert_eq!(answer.cost_micro, 50, "10 × 2 + 5 × 6 micro-units");
    assert!(egress.reserved_micro >= answer.cost_micro);
}

#[test]
fn a_journal_that_refuses_lets_nothing_out() {
    let house = House::new(|_| Ok(Reply::Whole(completion("never"))));
    for error in [
        JournalError::Unavailable("the disk is full".to_owned()),
        JournalError::BudgetExhausted { limit: Micro(1), spent: Micro(1), reserved: Micro(0) },
    ] {
        *house.witness.refuse.lock().unwrap() = Some(error.clone());
        let refused = house.ask(&question("remote-model", "")).unwrap_err();
        assert!(matches!(refused, GatewayError::Journal(given) if given == error));
    }
    assert_eq!(house.witness.seen(), []);
}

#[test]
fn a_model_here_is_not_closed_when_its_record_was_refused() {
    let house = House::new(|_| Ok(Reply::Whole(completion("never"))));
    *house.witness.refuse.lock().unwrap() = Some(JournalError::Unavailable("locked".to_owned()));
    assert!(house.ask(&question("local-model", "")).is_err());
    assert_eq!(house.witness.closings(), []);
}

#[test]
fn every_split_of_a_stream_gives_the_same_bytes() {
    let script = |size: usize| {
        move |body: &str| {
            let (cin, mail) = (label_in(body, "CIN"), label_in(body, "EMAIL"));
            let mut events = chunk("Reçu ");
            for piece in format!("{cin}, {mail}. Fin [P").chars().collect::<Vec<_>>().chunks(3) {
                events.push_str(&chunk(&piece.iter().collect::<String>()));
            }
            events.push_str(FINISH);
            events.push_str(USAGE);
            events.push_str(DONE);
            Ok(pieces(&events, size))
        }
    };
    let expected =
        House::new(script(usize::MAX)).ask(&question("remote-model", r#","stream":true"#));
    let expected = expected.unwrap();
    assert_eq!(content_of(&expected), format!("Reçu {CIN}, {MAIL}. Fin [P"));
    assert!(expected.ends_with(DONE));
    for size in 1..200 {
        let house = House::new(script(size));
        let answer = house.ask(&question("remote-model", r#","stream":true"#)).unwrap();
        assert_eq!(answer, expected, "in pieces of {size} bytes");
        assert_eq!(house.witness.closings()[0].outcome, Outcome::Complete);
    }
}

#[test]
fn usage_is_always_asked_for_and_hidden_from_who_did_not_ask() {
    let script = |_: &str| Ok(pieces(&[&chunk("ok"), FINISH, USAGE, DONE].concat(), 50));
    let house = House::new(script);
    let answer = house.ask(&question("remote-model", r#","stream":true"#)).unwrap();
    assert!(house.witness.asked()[0].contains(r#""include_usage":true"#));
    assert!(!answer.contains("prompt_tokens"), "{answer}");
    assert_eq!(house.witness.closings()[0].completion_tokens, 5);
    let null = chunk("ok").replace("}]}", r#"}],"usage":null}"#);
    let house = House::new(move |_| Ok(pieces(&[&null, FINISH, USAGE, DONE].concat(), 50)));
    let answer = house.ask(&question("remote-model", r#","stream":true"#)).unwrap();
    assert!(!answer.contains("usage"), "{answer}");
    let asked = r#","stream":true,"stream_options":{"include_usage":true}"#;
    let answer = House::new(script).ask(&question("remote-model", asked)).unwrap();
    assert!(answer.contains("prompt_tokens"), "{answer}");
}

/// How a stream goes on after its first event.
type Ending = fn() -> Vec<Result<Bytes, AskError>>;

#[test]
fn a_dead_stream_ends_with_an_error_and_no_done() {
    let endings: [Ending; 4] = [
        Vec::new,
        || vec![Err(AskError::Truncated)],
        || vec![Err(AskError::IdleTimeout)],
        || vec![Ok(Bytes::from_static(b"data: {\"id\":"))],
    ];
    for ending in endings {
        let house = House::new(move |body| {
            let mut events = vec![Ok(Bytes::from(chunk(&label_in(body, "CIN"))))];
            events.extend(ending());
            Ok(Reply::Pieces(events))
        });
        let answer = house.ask(&question("remote-model", r#","stream":true"#)).unwrap();
        assert!(answer.contains(CIN), "what came is given: {answer}");
        assert!(answer.contains("\"error\"") && !answer.contains("[DONE]"), "{answer}");
        let closing = &house.witness.closings()[0];
        assert_eq!((closing.outcome, closing.usage), (Outcome::Truncated, UsageSource::Estimated));
        assert!(closing.completion_tokens > 0, "the part used is metered");
    }
}

#[test]
fn a_client_that_goes_away_closes_the_record_as_cancelled() {
    let house = House::new(|_| Ok(Reply::Hanging(vec![Bytes::from(chunk("un début"))])));
    let body = question("remote-model", r#","stream":true"#);
    let incoming = Incoming { route: Route::ChatCompletions, body: Bytes::from(body) };
    let prepared = house.gateway.prepare(&House::access(false), &incoming).unwrap();
    let reply = futures_executor::block_on(house.gateway.send(prepared)).unwrap();
    let ReplyBody::Events(mut events) = reply.body else { panic!("a stream") };
    let first = futures_executor::block_on(futures_util::StreamExt::next(&mut events)).unwrap();
    assert!(String::from_utf8_lossy(&first).contains("un début"));
    drop(events);
    let seen = house.witness.seen();
    let Some(Happened::ClosedDetached(closing)) = seen.last() else { panic!("{seen:?}") };
    assert_eq!((closing.outcome, closing.usage), (Outcome::Cancelled, UsageSource::Estimated));
    assert!(closing.cost_micro > 0);
}

type Check = fn(&GatewayError) -> bool;

#[test]
fn a_refusal_of_the_upstream_costs_nothing_and_says_so() {
    let statuses: [(u16, Check); 5] = [
        (400, |error| matches!(error, GatewayError::Rejected { status: 400, .. })),
        (422, |error| matches!(error, GatewayError::Rejected { status: 422, .. })),
        (429, |error| matches!(error, GatewayError::Busy { .. })),
        (401, |error| matches!(error, GatewayError::Ask(AskError::Status { status: 401, .. }))),
        (500, |error| matches!(error, GatewayError::Ask(AskError::Status { status: 500, .. }))),
    ];
    for (status, is_right) in statuses {
        let house = House::new(move |body| {
            let message = format!("the value {} is not allowed", label_in(body, "CIN"));
            Err(AskError::Status { status, retry_after: None, message: Some(message) })
        });
        let error = house.ask(&question("remote-model", "")).unwrap_err();
        assert!(is_right(&error), "{status}: {error:?}");
        assert!(!error.to_string().contains(CIN), "clients log errors: {error}");
        let closing = &house.witness.closings()[0];
        assert_eq!((closing.outcome, closing.cost_micro), (Outcome::Failed, 0));
        assert_eq!(closing.http_status, Some(status));
    }
}

#[test]
fn what_is_charged_when_no_answer_comes() {
    type Failure = fn() -> AskError;
    let failures: [(Failure, UsageSource); 5] = [
        (|| AskError::Connect, UsageSource::Estimated),
        (|| AskError::NotReady("restarting".to_owned()), UsageSource::Estimated),
        (|| AskError::HeaderTimeout, UsageSource::Bound),
        (|| AskError::IdleTimeout, UsageSource::Bound),
        (|| AskError::TooLarge { limit: 1 }, UsageSource::Bound),
    ];
    for (failure, source) in failures {
        let house = House::new(move |_| Err(failure()));
        house.ask(&question("remote-model", "")).unwrap_err();
        let seen = house.witness.seen();
        let Some(Happened::Opened(egress)) = seen.first() else { panic!("{seen:?}") };
        let closing = &house.witness.closings()[0];
        assert_eq!((closing.usage, closing.http_status), (source, None), "{}", failure());
        let charged = if source == UsageSource::Bound { egress.reserved_micro } else { 0 };
        assert_eq!(closing.cost_micro, charged, "{}", failure());
    }
}

#[test]
fn rules_choose_the_destination_or_refuse() {
    let house = House::new(|_| Ok(Reply::Whole(completion("ok"))));
    let here = House::access(true);
    let refused = house.ask_as(&here, Route::ChatCompletions, &question("remote-model", ""));
    assert!(
        matches!(refused, Err(GatewayError::PolicyRefused { rule, .. }) if rule == "project.local_only")
    );
    assert!(house.ask_as(&here, Route::ChatCompletions, &question("local-model", "")).is_ok());
    assert!(house.ask(&question("remote/remote-model", "")).is_ok(), "qualified names work");
    assert!(matches!(house.ask(&question("nothing", "")), Err(GatewayError::UnknownModel)));
    assert_eq!(house.gateway.models(&here).len(), 1);
}

#[test]
fn texts_to_embed_carry_constant_labels_to_remote_embedders_only() {
    let embedding = r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]}],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}"#;
    let house = House::new(move |_| Ok(Reply::Whole(embedding.to_owned())));
    let body =
        |model: &str| format!(r#"{{"model":"{model}","input":["CIN {CIN}","CIN {CIN} bis"]}}"#);
    for model in ["remote-model", "local-model"] {
        let answer = house.ask_as(&House::access(false), Route::Embeddings, &body(model)).unwrap();
        assert_eq!(answer, embedding, "byte for byte");
    }
    let asked = house.witness.asked();
    assert!(asked[0].contains(r#"["CIN [CIN]","CIN [CIN] bis"]"#), "{}", asked[0]);
    assert!(asked[1].contains(CIN));
    let ids = r#"{"model":"remote-model","input":[1,2,3]}"#;
    let refused = house.ask_as(&House::access(false), Route::Embeddings, ids);
    assert!(matches!(refused, Err(GatewayError::UnreadableInput { .. })), "{refused:?}");
}

#[test]
fn values_that_the_model_writes_itself_are_kept_and_counted() {
    let own = "appelez le 0662 18 45 09";
    let whole = House::new(move |body| {
        Ok(Reply::Whole(completion(&format!("{} : {own}", label_in(body, "CIN")))))
    });
    let answer = whole.ask(&question("remote-model", "")).unwrap();
    assert!(answer.contains(own), "{answer}");
    let streamed = House::new(move |body| {
        let label = label_in(body, "CIN");
        let events = [chunk(&label), chunk(" : appelez le 0662"), chunk(" 18 45 09")].concat();
        Ok(pieces(&[&events, FINISH, USAGE, DONE].concat(), 64))
    });
    let answer = streamed.ask(&question("remote-model", r#","stream":true"#)).unwrap();
    assert!(content_of(&answer).ends_with("0662 18 45 09"), "{answer}");
    for house in [whole, streamed] {
        let closing = &house.witness.closings()[0];
        assert_eq!(closing.written.get("phone"), Some(&1), "{closing:?}");
        assert_eq!(closing.written.get("cin"), None, "a label is no value of the model's");
        assert_eq!(closing.restored.get("cin"), Some(&1));
    }
}

#[test]
fn streamed_json_stays_json_when_a_value_holds_a_backslash() {
    let house = House::new(|body| {
        let label = label_in(body, "SECRET");
        let json = format!("{{\\\"mot\\\":\\\"{label}\\\"}}");
        Ok(pieces(&[&chunk(&json), FINISH, USAGE, DONE].concat(), 64))
    });
    let body = r#"{"model":"remote-model","stream":true,"response_format":{"type":"json_object"},"messages":[{"role":"user","content":"mot de passe : Zx\\9!kLm42q"}]}"#;
    let content = content_of(&house.ask(body).unwrap());
    let value: serde_json::Value = serde_json::from_str(&content).unwrap();
    assert_eq!(value["mot"], r"Zx\9!kLm42q");
}

#[test]
fn a_found_value_does_not_leave_as_a_seed_or_under_a_long_key() {
    let house = House::new(|_| Ok(Reply::Whole(completion("ok"))));
    let with = |members: &str| {
        format!(
            r#"{{"model":"remote-model","messages":[{{"role":"user","content":"tel 0612345678"}}],{members}}}"#
        )
    };
    for members in
        [r#""seed":212612345678"#, r#""top_k":612345678"#, r#""logit_bias":{"1":212612345678}"#]
    {
        let refused = house.ask(&with(members)).unwrap_err();
        assert!(matches!(refused, GatewayError::Unprotectable { .. }), "{members}: {refused:?}");
    }
    for members in [
        r#""seed":2.12612345678e11"#,
        r#""seed":6123456780e-1"#,
        r#""metadata":{"telephone":6.12345678e8}"#,
        r#""metadata":{"telephone":612345678.0}"#,
    ] {
        let refused = house.ask(&with(members)).unwrap_err();
        assert!(matches!(refused, GatewayError::Unprotectable { .. }), "{members}: {refused:?}");
    }
    house.ask(&with(r#""seed":7216554988421"#)).unwrap();
    let key = "q".repeat(100_000);
    let list = vec![r#""a""#; 40_000].join(",");
    house.ask(&with(&format!(r#""metadata":{{"{key}":[{list}]}}"#))).unwrap();
}

#[test]
fn a_value_in_escapes_is_found_whatever_is_around_it() {
    let house = House::new(|_| Ok(Reply::Whole(completion("ok"))));
    let name = r"\u0645\u062d\u0645\u062f \u0627\u0644\u0639\u0644\u0648\u064a";
    for content in [
        format!(r#"{{\"nom\": \"{name}\", \"score\": NaN}}"#),
        format!(r#"{{\"a\": 1}}\n{{\"nom\": \"{name}\"}}"#),
        format!(r#"Resultat: {{\"nom\": \"{name}\"}}"#),
        format!(r#"{{\"nom\": \"{name}\", \"e\": \"\\ud83d\"}}"#),
    ] {
        let body = format!(
            r#"{{"model":"remote-model","messages":[{{"role":"user","content":"Je suis محمد العلوي"}},{{"role":"assistant","content":null,"tool_calls":[{{"id":"call_1","type":"function","function":{{"name":"f","arguments":"{content}"}}}}]}},{{"role":"tool","tool_call_id":"call_1","content":"{content}"}}]}}"#
        );
        house.ask(&body).unwrap();
        let asked = house.witness.asked().pop().unwrap();
        assert!(!asked.contains("u0645") && !asked.contains("محمد"), "{asked}");
    }
}

#[test]
fn lines_may_end_in_any_way() {
    for ending in ["\n", "\r\n", "\r"] {
        let house = House::new(move |body| {
            let events = [&chunk(&label_in(body, "CIN")), FINISH, USAGE, DONE].concat();
            Ok(pieces(&events.replace('\n', ending), 11))
        });
        let answer = house.ask(&question("remote-model", r#","stream":true"#)).unwrap();
        assert!(answer.contains(CIN) && answer.contains("[DONE]"), "{answer}");
        assert_eq!(house.witness.closings()[0].outcome, Outcome::Complete);
    }
}

#[test]
fn an_error_event_of_the_upstream_ends_the_stream_and_names_no_value() {
    let house = House::new(|body| {
        let label = label_in(body, "CIN");
        let error = format!("data: {{\"error\":{{\"message\":\"bad input near {label}\"}}}}\n\n");
        Ok(pieces(&[&chunk("un début"), &error, DONE].concat(), 64))
    });
    let answer = house.ask(&question("remote-model", r#","stream":true"#)).unwrap();
    assert!(answer.contains("bad input near [CIN_1]"), "{answer}");
    assert!(!answer.contains(CIN) && !answer.contains("[DONE]"), "{answer}");
    assert_eq!(house.witness.closings()[0].outcome, Outcome::Truncated);
}

#[test]
fn a_preview_shows_what_each_destination_would_see_and_sends_nothing() {
    let house = House::new(|_| Ok(Reply::Whole(completion("ok"))));
    let body = Bytes::from(question("remote-model", ""));
    let incoming = Incoming { route: Route::ChatCompletions, body };
    let previews =
        house.gateway.preview(&House::access(false), &incoming, OffsetUnit::Chars).unwrap();
    assert_eq!(previews.len(), 3);
    for preview in &previews {
        let (body, hold) = preview.outcome.as_ref().unwrap();
        assert!(!String::from_utf8_lossy(body).contains(CIN));
        assert!(hold.0 > 0);
    }
    assert_eq!(house.witness.seen(), []);
    let answer = house.gateway.prepare(&House::access(false), &incoming).unwrap();
    futures_executor::block_on(house.gateway.send(answer)).unwrap();
    let shown = previews[0].outcome.as_ref().unwrap();
    assert_eq!(house.witness.asked()[0].as_bytes(), &shown.0[..], "the preview told the truth");
}

#[test]
fn a_preview_counts_in_the_unit_asked_for() {
    let house = House::new(|_| Ok(Reply::Whole(completion("ok"))));
    let text = format!("é 😀 CIN {CIN}");
    let body =
        Bytes::from(question("remote-model", "").replace(&format!("Ma CIN est {CIN}"), &text));
    let incoming = Incoming { route: Route::ChatCompletions, body };
    for (unit, start) in [(OffsetUnit::Chars, 8), (OffsetUnit::Bytes, 12), (OffsetUnit::Utf16, 9)] {
        let previews = house.gateway.preview(&House::access(false), &incoming, unit).unwrap();
        let first = &previews[0].why[0];
        assert_eq!((first.start, first.end), (start, start + CIN.len()), "{unit:?}");
    }
}

#[test]
fn many_values_beside_many_control_numbers_take_linear_time() {
    let house = House::new(|_| Ok(Reply::Whole(completion("ok"))));
    let phones: Vec<String> = (0..4000).map(|number| format!("tel 0612{number:06}")).collect();
    let biases: Vec<String> =
        (0..100_000).map(|token| format!(r#""{token}":999{token:09}"#)).collect();
    let body = format!(
        r#"{{"model":"remote-model","messages":[{{"role":"user","content":"{}"}}],"logit_bias":{{{}}}}}"#,
        phones.join(", "),
        biases.join(",")
    );
    let begin = std::time::Instant::now();
    house.ask(&body).unwrap();
    // Comparing each with each takes minutes.
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
}
