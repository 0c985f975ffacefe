//! The public register, recourse, and the gate of production keys.

use std::sync::Mutex;

use axum::body::Body;
use futures_core::future::BoxFuture;
use http::Request;
use ledger::{ReceiptId, document_digest};
use register::{
    Answerable, Asked, DOCUMENT_FORMAT, Document, Entry, Facts, Language, Left, Term, Texts,
    Traffic,
};
use serde_json::json;
use server::{
    ContestShown, Published, Recourse, RecourseFault, Register, RegisterFault, Taken, Told,
};

use crate::support::{House, Reply};

const ENTRY: &str = r#"
id = "accueil"
project = "p1"
status = "in_use"
publication_category = "other_algorithm"
contact_email = "ia@exemple.ma"
name = { fr = "Accueil", ar = "الاستقبال" }
description_short = { fr = "Aide.", ar = "يساعد." }
organization = { fr = "Commune", ar = "جماعة" }
"#;

/// A register with one entry.
pub(crate) struct OneEntry;

fn published() -> Published {
    let entry: Entry = register::read("entry.toml", ENTRY).unwrap();
    let document = Document {
        format: DOCUMENT_FORMAT.to_owned(),
        version: 1,
        published: "2026-11-25T00:00:00Z".to_owned(),
        entry,
        runs: Facts::default(),
        counted: Traffic::default(),
    }
    .to_text();
    Published {
        id: "accueil".to_owned(),
        version: 1,
        state: "published",
        changed_ms: 5,
        digest: document_digest(document.as_bytes()).to_hex(),
        statement: ReceiptId::from_bytes([2; 16]).to_string(),
        reason: None,
        document,
    }
}

impl Register for OneEntry {
    fn list(&self) -> BoxFuture<'_, Result<Vec<Published>, RegisterFault>> {
        Box::pin(std::future::ready(Ok(vec![published()])))
    }

    fn entry(&self, id: &str) -> BoxFuture<'_, Result<Option<Published>, RegisterFault>> {
        let found = match id {
            "accueil" => Ok(Some(published())),
            "broken" => Err(RegisterFault),
            _ => Ok(None),
        };
        Box::pin(std::future::ready(found))
    }
}

/// Recourse for the receipt of sixteen ones; the last contest's text is kept.
pub(crate) struct OneReceipt;

static TAKEN: Mutex<Option<(String, Language)>> = Mutex::new(None);

fn is_known(receipt: &ReceiptId) -> bool {
    *receipt == ReceiptId::from_bytes([1; 16])
}

fn term() -> Term {
    Term { days: 10, source: "own".to_owned() }
}

impl Recourse for OneReceipt {
    fn told<'a>(
        &'a self,
        receipt: &'a ReceiptId,
    ) -> BoxFuture<'a, Result<Option<Told>, RecourseFault>> {
        let left = Left {
            destination: "cloud".to_owned(),
            model: "large".to_owned(),
            here: false,
            operator: Some("Exemple SA".to_owned()),
            place: "FR".to_owned(),
            law: Some("EU".to_owned()),
            policy: "law-09-08".to_owned(),
            findings: [("person".to_owned(), 2)].into(),
        };
        let told = Told {
            asked: Asked {
                receipt: receipt.to_string(),
                day: "2026-11-25".to_owned(),
                answered: true,
                left: vec![left],
            },
            answerable: Some(Answerable {
                entry: "accueil".to_owned(),
                system: Texts::from([(Language::Fr, "Accueil")]),
                organization: Texts::from([(Language::Fr, "Commune")]),
                contact: "ia@exemple.ma".to_owned(),
                appeals: Texts::default(),
            }),
            term: term(),
            contests: (2, 1),
        };
        Box::pin(std::future::ready(Ok(is_known(receipt).then_some(told))))
    }

    fn contest<'a>(
        &'a self,
        _: &'a ReceiptId,
        text: &'a str,
        language: Language,
    ) -> BoxFuture<'a, Result<Option<Taken>, RecourseFault>> {
        if text == "Faux." {
            *TAKEN.lock().unwrap() = Some((text.to_owned(), language));
        }
        let taken = if text == "again" {
            Err(RecourseFault::TooMany)
        } else {
            Ok(Some(Taken {
                contest: "cst_1".to_owned(),
                due: "2026-12-06T00:00:00Z".to_owned(),
                term: term(),
                statement: ReceiptId::from_bytes([3; 16]).to_string(),
            }))
        };
        Box::pin(std::future::ready(taken))
    }

    fn contested<'a>(
        &'a self,
        _: &'a ReceiptId,
        contest: &'a str,
    ) -> BoxFuture<'a, Result<Option<ContestShown>, RecourseFault>> {
        let shown = ContestShown {
            contest: contest.to_owned(),
            received: String::new(),
            due: String::new(),
            term: Some(term()),
            state: "open".to_owned(),
            overdue: false,
            reason: None,
            statement: String::new(),
            outcome_statement: None,
        };
        Box::pin(std::future::ready(Ok((contest == "cst_1").then_some(shown))))
    }
}

async fn open(house: &House, method: &str, path: &str, body: &str) -> Reply {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("content-type", "application/json");
    house.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn the_register_is_open_to_everyone() {
    let house = House::new();
    let get = async |path: &str| open(&house, "GET", path, "").await;
    let list = get("/v1/register").await.json();
    assert_eq!(list["entries"][0]["id"], "accueil");
    assert_eq!(list["entries"][0]["entry"]["name"]["ar"], "الاستقبال");
    let one = get("/v1/register/accueil").await.json();
    assert_eq!((one["state"].as_str(), one["version"].as_u64()), (Some("published"), Some(1)));
    let document = get("/v1/register/accueil?format=document").await;
    assert_eq!(document_digest(&document.bytes).to_hex(), one["digest"].as_str().unwrap());
    let flat = get("/v1/register/accueil?format=nl-1.0").await.json();
    assert_eq!((flat[0]["lang"].as_str(), flat[1]["lang"].as_str()), (Some("fra"), Some("ara")));
    assert_eq!(get("/v1/register?format=nl-1.0").await.json(), flat);
    let csv = get("/v1/register?format=nl-1.0-csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"), "{:?}", csv.headers);
    assert_eq!(csv.text().lines().count(), 3);
    for path in ["/v1/register?format=xml", "/v1/register/accueil?form=x"] {
        assert_eq!(get(path).await.refusal(), (400, "invalid_request".to_owned()), "{path}");
    }
    assert_eq!(get("/v1/register/nobody").await.refusal(), (404, "not_found".to_owned()));
    assert_eq!(get("/v1/register/broken").await.refusal(), (503, "no_capacity".to_owned()));
}

#[tokio::test]
async fn whoever_holds_a_receipt_is_told_and_may_contest() {
    let house = House::new();
    let receipt = ReceiptId::from_bytes([1; 16]);
    let path = format!("/v1/recourse/{receipt}");
    let told = open(&house, "GET", &path, "").await;
    assert_eq!(told.header("cache-control"), "no-store");
    let body = told.json();
    for language in ["fr", "ar", "zgh", "en"] {
        let left = body["texts"][language]["left"][0].as_str().unwrap();
        assert!(left.contains("Exemple SA") && left.contains("FR"), "{left}");
    }
    assert_eq!(body["answerable"]["contact"], "ia@exemple.ma");
    assert_eq!(body["left"][0]["findings"]["person"], 2);
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    let known = ["answerable", "answered", "contests", "day", "left", "receipt", "term", "texts"];
    assert_eq!(keys, known, "nothing else is told without a key");
    let one = open(&house, "GET", &format!("{path}?language=zgh"), "").await.json();
    assert_eq!(one["texts"].as_object().unwrap().len(), 1);

    let contests = format!("{path}/contests");
    let taken = open(&house, "POST", &contests, r#"{"text": " Faux. ", "language": "ar"}"#).await;
    assert_eq!((taken.status.as_u16(), taken.json()["contest"].as_str()), (202, Some("cst_1")));
    assert_eq!(*TAKEN.lock().unwrap(), Some(("Faux.".to_owned(), Language::Ar)));
    assert_eq!(open(&house, "GET", &format!("{contests}/cst_1"), "").await.json()["state"], "open");

    let long = json!({ "text": "é".repeat(4001) }).to_string();
    let huge = json!({ "text": "a".repeat(70_000) }).to_string();
    let unknown = format!("/v1/recourse/{}/contests", ReceiptId::from_bytes([9; 16]));
    for (path, body, expect) in [
        (&contests, r#"{"text": ""}"#, (400, "invalid_request")),
        (&contests, r#"{"text": "x", "language": "nl"}"#, (400, "invalid_request")),
        (&contests, r#"{"text": "x", "name": "y"}"#, (400, "invalid_request")),
        (&contests, "[]", (400, "invalid_request")),
        (&contests, &long, (400, "invalid_request")),
        (&contests, &huge, (413, "body_too_large")),
        (&contests, r#"{"text": "again"}"#, (409, "conflict")),
        (&unknown, r#"{"text": "x"}"#, (404, "not_found")),
        (&"/v1/recourse/rcp_1/contests".to_owned(), r#"{"text": "x"}"#, (404, "not_found")),
    ] {
        let refusal = open(&house, "POST", path, body).await.refusal();
        assert_eq!((refusal.0, refusal.1.as_str()), expect, "{path}");
    }
    for path in [format!("{contests}/cst_2"), unknown.replace("/contests", ""), format!("{path}x")]
    {
        assert_eq!(open(&house, "GET", &path, "").await.refusal().0, 404, "{path}");
    }
    let language = open(&house, "GET", &format!("{path}?language=nl"), "").await;
    assert_eq!(language.refusal(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn contests_come_at_a_measured_pace() {
    let house = House::new();
    let path = format!("/v1/recourse/{}/contests", ReceiptId::from_bytes([1; 16]));
    let mut refused = None;
    for _ in 0..31 {
        let reply = open(&house, "POST", &path, r#"{"text": "x"}"#).await;
        if reply.status == 429 {
            refused = Some(reply);
            break;
        }
    }
    let refused = refused.unwrap();
    assert_eq!(refused.refusal().1, "rate_limited");
    assert!(!refused.header("retry-after").is_empty());
}

#[tokio::test]
async fn a_production_key_needs_a_published_entry() {
    let house = House::new();
    let ask = async |key: &str| {
        let request = Request::get("/v1/models").header("x-api-key", key);
        house.send(request.body(Body::empty()).unwrap()).await
    };
    assert_eq!(ask(&house.production).await.status, 200);
    let refused = ask(&house.unregistered).await;
    assert_eq!(refused.refusal(), (409, "conflict".to_owned()));
    let text = refused.text();
    assert!(text.contains("`igudar register init --project p2`"), "{text}");
}
