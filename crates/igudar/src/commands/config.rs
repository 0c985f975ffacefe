//! `igudar config`

use serde_json::json;

use super::Session;
use crate::arguments::Config;
use crate::configuration::{DestinationKind, FILE_NAME, Origin, SETTINGS};
use crate::exit::Exit;
use crate::output;
use crate::wiring;

pub(crate) fn run(session: &Session, config: &Config) -> anyhow::Result<Exit> {
    match config {
        Config::Check => check(session),
        Config::Show => show(session),
    }
}

fn check(session: &Session) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    // What only shows when the parts are built: kinds of the policy, addresses, certificates.
    let knowledge = wiring::knowledge(&configuration)?;
    wiring::check_destinations(&configuration, &knowledge)?;
    let policies = wiring::policies(&configuration, &knowledge)?;
    for destination in &configuration.destinations {
        if let Some(remark) = policies.remark_on(destination)? {
            output::remark(&remark);
        }
    }
    for remark in super::remarks_on_variables() {
        output::remark(&remark);
    }
    let file = session.folder.join(FILE_NAME);
    let there = file.exists();
    let value = json!({ "ok": true, "file": file, "exists": there });
    output::result(session.json, &value, || {
        let file = file.display();
        if there {
            format!("{file}: in order")
        } else {
            format!("{file} does not exist; the defaults are in order")
        }
    })?;
    Ok(Exit::Done)
}

fn show(session: &Session) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let origin = |key: &str, variable: &str| match configuration.origins.get(key) {
        None => "default".to_owned(),
        Some(Origin::File) => FILE_NAME.to_owned(),
        Some(Origin::Variable) => variable.to_owned(),
    };
    let lines: Vec<[String; 4]> = SETTINGS
        .iter()
        .map(|setting| {
            [
                setting.key.to_owned(),
                (setting.shown)(&configuration.settings),
                origin(setting.key, setting.variable),
                setting.variable.to_owned(),
            ]
        })
        .collect();
    let destinations: Vec<serde_json::Value> = configuration
        .destinations
        .iter()
        .map(|destination| {
            let models: Vec<&str> =
                destination.models.iter().map(|model| model.name.as_str()).collect();
            let key = destination.key_variable.as_ref().map(|name| {
                let state = if super::variable(name).is_some() { "set" } else { "not set" };
                format!("{name} ({state})")
            });
            json!({
                "name": destination.name,
                "kind": kind(destination.kind),
                "url": without_secret(&destination.url),
                "key": key,
                "place": destination.place,
                "models": models,
            })
        })
        .collect();
    let settings: serde_json::Map<String, serde_json::Value> = lines
        .iter()
        .map(|[key, value, origin, variable]| {
            (key.clone(), json!({ "value": value, "origin": origin, "variable": variable }))
        })
        .collect();
    let value = json!({
        "folder": session.folder,
        "settings": settings,
        "destinations": destinations,
    });
    output::result(session.json, &value, || {
        let head = ["setting", "value", "from", "variable"];
        let mut text = output::table(&head, lines.into_iter().map(Vec::from));
        text.push_str("\n\n");
        let rows = destinations.iter().map(|destination| {
            ["name", "kind", "url", "key", "place", "models"]
                .iter()
                .map(|member| match destination.get(member) {
                    Some(serde_json::Value::String(text)) => text.clone(),
                    Some(serde_json::Value::Array(items)) => items
                        .iter()
                        .filter_map(serde_json::Value::as_str)
                        .collect::<Vec<_>>()
                        .join(", "),
                    _ => String::new(),
                })
                .collect()
        });
        text.push_str(&output::table(
            &["destination", "kind", "url", "key", "place", "models"],
            rows,
        ));
        text
    })?;
    Ok(Exit::Done)
}

pub(crate) fn kind(kind: DestinationKind) -> &'static str {
    match kind {
        DestinationKind::Echo => "echo",
        DestinationKind::Local => "local",
        DestinationKind::Openai => "openai",
        DestinationKind::Compatible => "compatible",
        DestinationKind::Mistral => "mistral",
    }
}

/// A URL may hold a password or a token, though none should.
fn without_secret(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match url.split_once("://") {
        Some((scheme, rest)) => match rest.split_once('@') {
            Some((_, host)) => format!("{scheme}://…@{host}"),
            None => url.to_owned(),
        },
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_masked() {
        fn check(url: &str, expect: &str) {
            assert_eq!(without_secret(url), expect);
        }
        check("https://host/v1", "https://host/v1");
        check("https://user:word@host/v1", "https://…@host/v1");
        check("https://host/v1?key=abc", "https://host/v1");
        check("", "");
    }
}
