//! What happens at each door. Everyone is invented.

use futures_util::future::{BoxFuture, FutureExt as _};
use reqwest::Method;
use serde_json::{Value, json};

use super::super::super::learn::named;
use super::entry::entry;
use super::house::House;
use super::{Notes, Told, text};

type Step = for<'a> fn(&'a mut House, &'a mut Notes) -> BoxFuture<'a, anyhow::Result<Told>>;

/// The doors, in the order of the walk.
pub(super) const STEPS: &[Step] = &[
    |house, notes| learning(house, notes).boxed(),
    |house, notes| research(house, notes).boxed(),
    |house, notes| sharing(house, notes).boxed(),
    |house, notes| startup(house, notes).boxed(),
    |house, notes| register(house, notes).boxed(),
    |house, notes| citizen(house, notes).boxed(),
    |house, notes| recourse(house, notes).boxed(),
    |house, notes| languages(house, notes).boxed(),
    |house, notes| gate(house, notes).boxed(),
    |house, notes| officer(house, notes).boxed(),
];

const COURSE: &str = "donnees-personnelles";

/// A civil servant of Errachidia hands in what the course's authors wrote as solutions.
async fn learning(house: &mut House, _: &mut Notes) -> anyhow::Result<Told> {
    let folder = named(COURSE)?;
    let region = ["--region", "MA-08", "--cohort", "tafilalt-2026", "--language", "fr"];
    let joined = house.run(&[&["learn", "join"], &region[..]].concat()).await?;
    let learner = text(&joined, "/learner")?;
    let mut passed = 0;
    for exercise in &folder.course.exercises {
        let place = format!("exercises/{}/reference", exercise.id);
        let solution = folder.below(&place).next().map(|(_, content)| content.to_owned());
        let file =
            house.file(&format!("{}.txt", exercise.id), &solution.unwrap_or_default()).await?;
        let words = ["learn", "submit", COURSE, &exercise.id, &file, "--learner", &learner];
        let graded = house.run(&words).await?;
        passed += usize::from(graded.pointer("/outcome") == Some(&json!("passed")));
    }
    let issued = house.run(&["badge", "issue", COURSE, "--learner", &learner]).await?;
    let badge = house.file("badge.jwt", &text(&issued, "/badge")?).await?;
    let verified = house.run(&["badge", "verify", &badge]).await?;
    anyhow::ensure!(
        verified.pointer("/valid") == Some(&Value::Bool(true)),
        "the badge does not verify"
    );
    Ok(Told {
        door: "Formation",
        did: format!(
            "A civil servant in Drâa-Tafilalet passes {passed} exercises of “{COURSE}”, graded on this machine with hidden cases, and gets a signed badge that verifies offline."
        ),
        look: vec![
            format!("igudar learn progress --learner {learner}"),
            format!("igudar badge verify {badge}"),
        ],
    })
}

/// A researcher runs a study on two respondents, then again.
async fn research(house: &mut House, _: &mut Notes) -> anyhow::Result<Told> {
    let words = [
        "eval",
        "run",
        "darija-amazighe",
        "--limit",
        "1",
        "--model",
        "echo-no-model",
        "--model",
        "igudar:identify",
    ];
    let first = house.run(&words).await?;
    let again = house.run(&[&words[..], &["--fresh"]].concat()).await?;
    let (digest, second) = (text(&first, "/manifest_sha256")?, text(&again, "/manifest_sha256")?);
    anyhow::ensure!(digest == second, "the study gave {digest}, then {second}");
    let run = text(&first, "/folder")?;
    let page = house.folder().join("files/study.html").display().to_string();
    house.run(&["eval", "report", &run, "--html", &page]).await?;
    Ok(Told {
        door: "Recherche",
        did: format!(
            "A researcher runs the study “darija-amazighe” on two respondents, twice from nothing: the same digest, {digest}, which the ledger carries."
        ),
        look: vec![format!("igudar eval report {run}"), page],
    })
}

/// A commune publishes a collection; another project uses it.
async fn sharing(house: &mut House, notes: &mut Notes) -> anyhow::Result<Told> {
    let folder = named(COURSE)?;
    for (name, content) in folder.below("documents") {
        house.file(&format!("fiches/{name}"), content).await?;
    }
    let files = house.folder().join("files/fiches").display().to_string();
    house.run(&["project", "create", "commune", "--requests-per-minute", "0"]).await?;
    house.run(&["ingest", "--collection", "fiches", "--project", "commune", &files]).await?;
    let rights = ["--licence", "CC0-1.0", "--attribution", "Commune inventée"];
    house.run(&[&["collection", "publish", "fiches"], &rights[..]].concat()).await?;
    house.run(&["project", "create", "faculte", "--requests-per-minute", "0"]).await?;
    let reader = text(&house.run(&["key", "create", "--project", "faculte"]).await?, "/key")?;
    let key = text(&house.run(&["key", "create", "--project", "commune"]).await?, "/key")?;
    notes.keep("commune", key);
    house.serve().await?;
    let asked = json!({ "query": "légalisation de signature", "collections": ["fiches"] });
    house.call(Method::POST, "/v1/search", &reader, &asked).await?;
    let shown = house.run(&["collection", "show", "fiches"]).await?;
    let searches = text(&shown, "/reuses/0/searches")?;
    Ok(Told {
        door: "Connaissances",
        did: format!(
            "A commune publishes its documents with licence and attribution; a faculty searches them, and the commune sees {searches} use by another project."
        ),
        look: vec!["igudar collection show fiches".to_owned()],
    })
}

/// A founder is admitted, runs the starter, spends credits.
async fn startup(house: &mut House, _: &mut Notes) -> anyhow::Result<Told> {
    let words = [
        "application",
        "submit",
        "--organisation",
        "Exemple SARL",
        "--contact",
        "bureau@exemple.invalid",
        "--kind",
        "startup",
        "--region",
        "MA-08",
        "--credits",
        "200",
        "--solution",
        "customer-desk",
        "--milestone",
        "2027-03-01=Un essai avec dix clients",
        "--need",
        "Répondre à nos clients en darija et en français à partir de nos documents",
    ];
    let id = text(&house.run(&words).await?, "/id")?;
    let admitted = house.run(&["application", "admit", &id, "--project", "exemple"]).await?;
    let key = text(&admitted, "/key")?;
    let desk =
        house.told(&["solution", "run", "customer-desk", "--project", "exemple"], "").await?;
    anyhow::ensure!(!desk.text.trim().is_empty(), "the desk did not answer");
    let question = "Bonjour, je suis Zineb Oukacha, CIN DA48213 : où en est ma commande ?";
    let body = json!({
        "model": "echo-no-model",
        "messages": [{ "role": "user", "content": question }],
    });
    house.call(Method::POST, "/v1/chat/completions", &key, &body).await?;
    let (usage, _) = house.call(Method::GET, "/v1/usage", &key, &Value::Null).await?;
    let spent = usage.pointer("/spent_micro").and_then(Value::as_i64).unwrap_or_default();
    anyhow::ensure!(spent > 0, "no credits were spent");
    Ok(Told {
        door: "Start-ups et industrie",
        did: format!(
            "A young company applies, is admitted with 200 MAD of credits and its first key, runs the customer desk on its documents, and has spent {spent} millionths of a dirham on a request whose names and numbers no model saw."
        ),
        look: vec![
            format!("igudar application show {id}"),
            "igudar usage --project exemple".to_owned(),
            "igudar solution show customer-desk".to_owned(),
        ],
    })
}

/// The commune publishes what its desk is, which a production key needs.
async fn register(house: &mut House, notes: &mut Notes) -> anyhow::Result<Told> {
    let draft =
        house.told(&["register", "init", "--project", "commune", "--id", "guichet"], "").await?;
    let file = house.file("entry.toml", &entry(&draft.text)).await?;
    house.run(&["register", "publish", &file]).await?;
    let made =
        house.run(&["key", "create", "--project", "commune", "--stage", "production"]).await?;
    notes.keep("production", text(&made, "/key")?);
    house.call(Method::GET, "/v1/register/guichet", "", &Value::Null).await?;
    Ok(Told {
        door: "Confiance: the register",
        did: "The commune publishes the entry of its desk, filled in from what runs; with it a production key can be made, and anyone may read the entry without a key.".to_owned(),
        look: vec!["igudar register show guichet".to_owned(), "igudar register export".to_owned()],
    })
}

/// A citizen asks in Arabizi.
async fn citizen(house: &mut House, notes: &mut Notes) -> anyhow::Result<Told> {
    let question = "ch7al taman dyal légalisation ? ana Hamza Lahrichi, CIN AE91827";
    let body = json!({
        "model": "echo-no-model",
        "messages": [{ "role": "user", "content": question }],
        "knowledge": { "collections": ["fiches"], "mode": "generated" },
    });
    let key = notes.of("production").to_owned();
    let (answer, receipt) = house.call(Method::POST, "/v1/chat/completions", &key, &body).await?;
    let said = text(&answer, "/choices/0/message/content")?;
    let cited = text(&answer, "/knowledge/citations/0/document")?;
    let receipt = receipt.unwrap_or_default();
    notes.keep("receipt", receipt.as_str());
    Ok(Told {
        door: "Services publics",
        did: format!(
            "A citizen asks in Arabizi: “{question}”\n{said}\n(cited: {cited}; receipt {receipt})"
        ),
        look: vec![format!("igudar recourse show {receipt} --language ar")],
    })
}

/// The citizen contests the answer; somebody decides.
async fn recourse(house: &mut House, notes: &mut Notes) -> anyhow::Result<Told> {
    let receipt = notes.of("receipt").to_owned();
    house.run(&["recourse", "show", &receipt, "--language", "ar"]).await?;
    let words = ["recourse", "contest", &receipt, "-"];
    let contested = house.told(&words, "Le prix affiché au guichet est un autre.").await?.json;
    let id = text(&contested, "/contest")?;
    let reason = "Le tarif de la fiche est celui de l'arrêté en vigueur.";
    house.run(&["recourse", "decide", &id, "--outcome", "rejected", "--reason", reason]).await?;
    Ok(Told {
        door: "Confiance: recourse",
        did: format!(
            "The citizen reads what left and who answers for it, contests, and a person decides before the term ends ({id})."
        ),
        look: vec!["igudar recourse queue --all".to_owned(), format!("igudar recourse read {id}")],
    })
}

/// A linguist reads a line in other letters.
async fn languages(house: &mut House, _: &mut Notes) -> anyhow::Result<Told> {
    let line = "fin kayna lbaladiya?";
    let told = house.told(&["identify"], line).await?;
    let into = ["transliterate", "--from", "ary-Latn", "--to", "ary-Arab"];
    let written = house.told(&into, line).await?;
    Ok(Told {
        door: "Langues",
        did: format!(
            "A line in Arabizi is told from French and written in Arabic letters: {line}\n{}\n{}",
            text(&told.json, "/language")?,
            text(&written.json, "/text")?
        ),
        look: vec!["igudar identify --help".to_owned(), "igudar transliterate --help".to_owned()],
    })
}

/// A developer looks at what a model would see.
async fn gate(house: &mut House, notes: &mut Notes) -> anyhow::Result<Told> {
    let sent = "Je m'appelle Zineb Oukacha, CIN DA48213, tél. 0662 18 45 09.";
    let body = json!({
        "model": "echo-no-model",
        "messages": [{ "role": "user", "content": sent }],
    });
    let key = notes.of("commune").to_owned();
    let (seen, _) = house.call(Method::POST, "/v1/preview", &key, &body).await?;
    let sees = text(&seen, "/data/0/body/messages/0/content")?;
    anyhow::ensure!(!sees.contains("DA48213"), "a value would leave in clear");
    let (answer, _) = house.call(Method::POST, "/v1/chat/completions", &key, &body).await?;
    let back = text(&answer, "/choices/0/message/content")?;
    anyhow::ensure!(back == sent, "what came back is not what was sent");
    Ok(Told {
        door: "The gate",
        did: format!("A developer sends: {sent}\nA model sees: {sees}\nWhat comes back: {back}"),
        look: vec!["igudar preview --help".to_owned()],
    })
}

/// An officer verifies the ledger and counts what was done.
async fn officer(house: &mut House, _: &mut Notes) -> anyhow::Result<Told> {
    let export = house.told(&["ledger", "export"], "").await?.text;
    let file = house.file("ledger.jsonl", &export).await?;
    house.run(&["ledger", "verify", &file]).await?;
    house.run(&["programme", "indicators"]).await?;
    Ok(Told {
        door: "Confiance: the ledger",
        did: format!(
            "A data-protection officer exports the ledger ({} lines) and verifies it without the server; the programme's indicators are counted.",
            export.lines().count()
        ),
        look: vec![
            format!("igudar ledger verify {file}"),
            "igudar programme indicators".to_owned(),
        ],
    })
}
