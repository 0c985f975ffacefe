//! The schemas of what is sent to the routes of courses, learners and badges.

use serde_json::{Map, Value, json};

/// The schema of a route's body.
pub(super) fn of(path: &str) -> Option<&'static str> {
    Some(match path {
        "/v1/courses/{id}/exercises/{exercise}/attempts" => "AttemptRequest",
        "/v1/learners" => "LearnerRequest",
        "/v1/badges" => "BadgeRequest",
        "/v1/badges/verify" => "BadgeVerification",
        "/v1/applications" => "ApplicationRequest",
        "/v1/solutions" => "SolutionRequest",
        _ => return None,
    })
}

/// Adds the schemas under their names.
pub(super) fn schemas(all: &mut Map<String, Value>) {
    let object = |required: &[&str], optional: &[&str]| {
        let members = required.iter().chain(optional);
        let properties: Map<String, Value> =
            members.map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
        json!({
            "type": "object",
            "required": required,
            "additionalProperties": false,
            "properties": properties,
        })
    };
    let kinds: Vec<&str> = projects::ProjectKind::ALL.map(projects::ProjectKind::as_str).to_vec();
    let mut application = object(
        &["organisation", "contact", "kind", "language", "need", "credits"],
        &["region", "solution", "milestones"],
    );
    if let Some(members) = application.get_mut("properties").and_then(Value::as_object_mut) {
        members.insert("kind".to_owned(), json!({ "type": "string", "enum": kinds }));
        let credits = json!({ "type": "integer", "minimum": 1, "maximum": projects::MOST_CREDITS });
        members.insert("credits".to_owned(), credits);
        let milestones = json!({ "type": "array", "items": object(&["title", "due"], &[]) });
        members.insert("milestones".to_owned(), milestones);
    }
    let mut solution = object(&["files"], &[]);
    if let Some(members) = solution.get_mut("properties").and_then(Value::as_object_mut) {
        let files = json!({ "type": "object", "additionalProperties": { "type": "string" } });
        members.insert("files".to_owned(), files);
    }
    for (name, schema) in [
        ("ApplicationRequest", application),
        ("SolutionRequest", solution),
        ("AttemptRequest", object(&["submission"], &["learner"])),
        ("LearnerRequest", object(&[], &["region", "cohort", "language"])),
        ("BadgeRequest", object(&["course", "learner"], &[])),
        ("BadgeVerification", object(&["badge"], &[])),
    ] {
        all.insert(name.to_owned(), schema);
    }
}
