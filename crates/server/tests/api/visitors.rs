//! The doors of people: what a visitor may do without a key, how often and how much.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use futures_core::future::BoxFuture;
use http::Request;
use projects::{ApplicationForm, Indicator, Indicators, ProjectId, Slice};
use serde_json::{Value, json};
use server::{
    Applications, Courses, DoorAnswer, DoorFault, Doors, HandedIn, Joining, Programmes, Settings,
    Solutions,
};

use crate::register::{OneEntry, OneReceipt};
use crate::support::{House, settings};

/// Doors behind which everything is called `one`.
pub(crate) fn doors() -> Doors {
    Doors {
        courses: Arc::new(One),
        applications: Arc::new(One),
        programme: Arc::new(One),
        solutions: Arc::new(One),
        register: Arc::new(OneEntry),
        recourse: Arc::new(OneReceipt),
    }
}

struct One;

fn said<'a>(value: Value) -> DoorAnswer<'a> {
    Box::pin(std::future::ready(Ok(value)))
}

impl Courses for One {
    fn courses(&self) -> DoorAnswer<'_> {
        said(json!({ "courses": [] }))
    }

    fn course(&self, id: &str) -> DoorAnswer<'_> {
        said(json!({ "id": id }))
    }

    fn attempt(&self, project: &ProjectId, handed_in: HandedIn) -> DoorAnswer<'_> {
        said(json!({
            "project": project.as_str(),
            "course": handed_in.course,
            "exercise": handed_in.exercise,
            "length": handed_in.submission.len(),
        }))
    }

    fn join(&self, _: &ProjectId, _: Joining) -> DoorAnswer<'_> {
        said(json!({ "learner": "one" }))
    }

    fn progress(&self, _: &ProjectId, learner: &str) -> DoorAnswer<'_> {
        let known = learner == "one";
        let answer = if known { Ok(json!({})) } else { Err(DoorFault::Unknown("learner")) };
        Box::pin(std::future::ready(answer))
    }

    fn forget(&self, _: &ProjectId, _: &str) -> DoorAnswer<'_> {
        said(json!({}))
    }

    fn issue(&self, _: &ProjectId, _: &str, _: &str) -> DoorAnswer<'_> {
        let open = "the course is not passed yet".to_owned();
        Box::pin(std::future::ready(Err(DoorFault::Conflict(open))))
    }

    fn badge(&self, id: &str) -> DoorAnswer<'_> {
        said(json!({ "id": id }))
    }

    fn verify(&self, _: &str) -> DoorAnswer<'_> {
        said(json!({ "valid": false }))
    }

    fn revocations(&self) -> DoorAnswer<'_> {
        said(json!({}))
    }

    fn issuer_key(&self) -> DoorAnswer<'_> {
        let cause = "the key lies in /some/where".to_owned();
        Box::pin(std::future::ready(Err(DoorFault::Unavailable(cause))))
    }
}

impl Applications for One {
    fn submit(&self, form: ApplicationForm) -> DoorAnswer<'_> {
        said(json!({ "id": "one", "credits": form.credits }))
    }

    fn application(&self, id: &str) -> DoorAnswer<'_> {
        said(json!({ "id": id }))
    }

    fn of_project(&self, project: &ProjectId) -> DoorAnswer<'_> {
        said(json!({ "project": project.as_str() }))
    }
}

impl Programmes for One {
    fn programme(&self) -> DoorAnswer<'_> {
        said(json!({ "programme": {} }))
    }

    fn indicators(&self) -> BoxFuture<'_, Result<Indicators, DoorFault>> {
        let mut counted = Indicators::default();
        counted.add(Indicator::Learners, Slice::default(), 3);
        Box::pin(std::future::ready(Ok(counted)))
    }
}

impl Solutions for One {
    fn solutions(&self, need: Option<&str>) -> DoorAnswer<'_> {
        said(json!({ "need": need }))
    }

    fn solution(&self, name: &str) -> DoorAnswer<'_> {
        said(json!({ "name": name }))
    }

    fn publish(&self, _: &ProjectId, files: BTreeMap<String, String>) -> DoorAnswer<'_> {
        said(json!({ "files": files.len() }))
    }

    fn reuse(&self, project: &ProjectId, name: &str) -> DoorAnswer<'_> {
        said(json!({ "project": project.as_str(), "name": name }))
    }

    fn reuses(&self, _: &ProjectId, _: &str) -> DoorAnswer<'_> {
        said(json!({}))
    }

    fn withdraw(&self, _: &ProjectId, _: &str) -> DoorAnswer<'_> {
        said(json!({}))
    }
}

fn open(method: &str, path: &str, body: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("content-type", "application/json");
    request.body(Body::from(body.to_owned())).unwrap()
}

#[tokio::test]
async fn a_visitor_reads_and_a_key_does() {
    let house = House::new();
    for path in ["/v1/courses", "/v1/courses/one", "/v1/badges/one", "/v1/badges/revocations"] {
        assert_eq!(house.send(open("GET", path, "")).await.status, 200, "{path}");
    }
    for (method, path) in [
        ("POST", "/v1/courses/one/exercises/two/attempts"),
        ("POST", "/v1/learners"),
        ("GET", "/v1/learners/one"),
        ("DELETE", "/v1/learners/one"),
        ("POST", "/v1/badges"),
    ] {
        assert_eq!(house.send(open(method, path, "{}")).await.status, 401, "{method} {path}");
    }
    let attempts = "/v1/courses/one/exercises/two/attempts";
    let graded = house.post(attempts, r#"{"submission": "abc"}"#).await.json();
    let expect = json!({ "project": "p1", "course": "one", "exercise": "two", "length": 3 });
    assert_eq!(graded, expect);
    let long = json!({ "submission": "a".repeat(70_000) }).to_string();
    let refused = house.post(attempts, &long).await;
    assert_eq!(refused.refusal(), (400, "invalid_request".to_owned()));
    assert_eq!(refused.json()["error"]["param"], "submission");
    assert_eq!(house.post("/v1/learners", "{}").await.status, 201);
    assert_eq!(house.get("/v1/learners/two").await.refusal(), (404, "not_found".to_owned()));
    let early = house.post("/v1/badges", r#"{"course": "c", "learner": "l"}"#).await;
    assert_eq!(early.refusal(), (409, "conflict".to_owned()));
    let shut = house.get("/v1/badges/key").await;
    assert_eq!(shut.refusal(), (503, "no_capacity".to_owned()));
    assert!(!shut.text().contains("/some/where"), "{}", shut.text());
}

#[tokio::test]
async fn an_application_is_checked_at_the_door() {
    let house = House::new();
    let form = json!({
        "organisation": "Exemple", "contact": "bureau@exemple.invalid", "kind": "startup",
        "language": "fr", "need": "Répondre aux clients en darija.", "credits": 100,
    });
    let reply = house.send(open("POST", "/v1/applications", &form.to_string())).await;
    assert_eq!((reply.status.as_u16(), &reply.json()["credits"]), (202, &json!(100)));
    for (member, value, param) in [
        ("contact", json!("zibaloun"), json!("contact")),
        ("credits", json!(0), json!("credits")),
        ("milestones", json!([{ "title": "x", "due": "zibaloun" }]), json!("milestones.due")),
        ("kind", json!("zibaloun"), json!(null)),
        ("unknown", json!("zibaloun"), json!(null)),
    ] {
        let mut wrong = form.clone();
        wrong[member] = value;
        let reply = house.send(open("POST", "/v1/applications", &wrong.to_string())).await;
        assert_eq!(reply.refusal(), (400, "invalid_request".to_owned()), "{member}");
        assert_eq!(reply.json()["error"]["param"], param, "{}", reply.text());
        assert!(!reply.text().contains("zibaloun"), "{}", reply.text());
    }
    assert_eq!(house.send(open("GET", "/v1/applications", "")).await.status, 401);
    assert_eq!(house.get("/v1/applications").await.json()["project"], "p1");
}

#[tokio::test]
async fn indicators_come_as_json_and_as_csv() {
    let house = House::new();
    let path = "/v1/programme/indicators";
    let json = house.send(open("GET", path, "")).await.json();
    assert_eq!(
        json["figures"][0],
        json!({ "indicator": "learners", "value": 3, "unit": "people" })
    );
    let csv = house.send(open("GET", &format!("{path}?format=csv"), "")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.text().contains("\nlearners,,,,3,people\n"), "{}", csv.text());
    let wrong = house.send(open("GET", &format!("{path}?format=pdf"), "")).await;
    assert_eq!(wrong.refusal(), (400, "invalid_request".to_owned()));
    assert_eq!(house.send(open("GET", "/v1/programme", "")).await.status, 200);
}

#[tokio::test]
async fn the_catalogue_is_read_by_all_and_changed_with_a_key() {
    let house = House::new();
    let found = house.send(open("GET", "/v1/solutions?need=clients%20darija", "")).await;
    assert_eq!(found.json()["need"], "clients darija");
    let long = format!("/v1/solutions?need={}", "a".repeat(2000));
    assert_eq!(house.send(open("GET", &long, "")).await.status, 400);
    for (method, path) in [
        ("POST", "/v1/solutions"),
        ("DELETE", "/v1/solutions/one"),
        ("POST", "/v1/solutions/one/reuse"),
        ("GET", "/v1/solutions/one/reuses"),
    ] {
        assert_eq!(house.send(open(method, path, "{}")).await.status, 401, "{method} {path}");
    }
    let published = house.post("/v1/solutions", r#"{"files": {"solution.toml": "x"}}"#).await;
    assert_eq!((published.status.as_u16(), &published.json()["files"]), (201, &json!(1)));
    let taken = house.post("/v1/solutions/one/reuse", "{}").await.json();
    assert_eq!(taken, json!({ "project": "p1", "name": "one" }));
}

#[tokio::test]
async fn a_visitor_has_an_allowance_and_small_bodies() {
    let house = House::with(Settings { visitor_requests_per_minute: 2, ..settings() }, 0);
    let long = json!({ "badge": "a".repeat(70_000) }).to_string();
    let refused = house.send(open("POST", "/v1/badges/verify", &long)).await;
    assert_eq!(refused.refusal(), (413, "body_too_large".to_owned()));
    let verify = r#"{"badge": "a.b.c"}"#;
    assert_eq!(house.send(open("POST", "/v1/badges/verify", verify)).await.status, 200);
    let refused = house.send(open("GET", "/v1/courses", "")).await;
    assert_eq!(refused.refusal(), (429, "rate_limited".to_owned()));
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    // Other doors have their own.
    assert_eq!(house.get("/v1/models").await.status, 200);
    assert_eq!(house.send(open("GET", "/livez", "")).await.status, 200);
}
