//! Runs: outcomes apart, the same digest again, a run that stopped goes on, two runs side by side.
#![expect(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "tests fail loudly, and their numbers are exact"
)]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use evaluation::compare::{CompareError, Side, compare};
use evaluation::manifest::{ManifestError, answers};
use evaluation::outcome::Way;
use evaluation::respondent::End;
use evaluation::{
    Asking, Cache, CacheError, Files, Judged, Manifest, NoReply, Outcome, Progress, Question,
    Reply, Respondent, Study, System, run,
};
use futures_core::future::BoxFuture;
use serde_json::{Value, json};

const STUDY: &str = r#"
id = "petite"
version = 1
licence = "CC0-1.0"
seed = 7
reference = "fr"
[title]
fr = "Petite <étude>"
[question]
fr = "Q"
[protocol]
fr = "P"
[review]
fr = "Non relue."
[parameters]
resamples = 100
[[task]]
id = "sens"
items = "sens.jsonl"
kind = "choice"
shuffle = false
prompt = "{{ id }} {{ options }}"
[[task]]
id = "ecrire"
items = "ecrire.jsonl"
kind = "text"
prompt = "{{ id }}"
metrics = ["cer", "exact_match"]
refusal_is_right = "{{ refuse }}"
[[task]]
id = "mc"
harness = "mc.yaml"
"#;

fn study() -> Study {
    let sens = |id: &str, language: &str, group: &str| {
        json!({ "id": id, "language": language, "group": group, "choices": ["oui", "non"], "answer": 0 }).to_string()
    };
    let sens = [
        sens("right-fr", "fr", "1"),
        sens("right-ary", "ary-Arab", "1"),
        sens("fail", "fr", "2"),
        sens("cut", "ary-Arab", "2"),
        sens("cut-but-read", "fr", "3"),
        sens("wrong", "ary-Arab", "3"),
        sens("unread", "ary-Arab", "4"),
        sens("policy", "fr", "5"),
    ];
    let write = |id: &str, refuse: bool| {
        json!({ "id": id, "target": "salam", "refuse": refuse, "language": "fr" }).to_string()
    };
    let ecrire = [
        write("salam", false),
        write("salan", false),
        write("decline", true),
        write("decline-wrong", false),
    ];
    let mc = "task: mc\ndataset_path: json\ndataset_kwargs: {data_files: mc.jsonl}\noutput_type: multiple_choice\n\
              doc_to_text: q\ndoc_to_choice: [a, bbbb]\ndoc_to_target: 1\nmetric_list: [{metric: acc}, {metric: acc_norm}]\n";
    let files: Files = [
        ("study.toml", STUDY.to_owned()),
        ("sens.jsonl", sens.join("\n")),
        ("ecrire.jsonl", ecrire.join("\n")),
        ("mc.yaml", mc.to_owned()),
        ("mc.jsonl", "{\"q\":\"likely\"}".to_owned()),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text))
    .collect();
    Study::read(&files).unwrap()
}

/// Answers by what the prompt begins with.
#[derive(Default)]
struct Model {
    name: &'static str,
    likelihoods: bool,
    asked: AtomicUsize,
    /// Fails from this question on, as a killed run stops.
    stops_after: Option<usize>,
    always: Option<&'static str>,
}

impl Respondent for Model {
    fn name(&self) -> &str {
        self.name
    }

    fn system(&self) -> Option<System> {
        None
    }

    fn facts(&self) -> Value {
        json!({ "place": "here" })
    }

    fn ask(&self, question: Question) -> BoxFuture<'_, Result<Reply, NoReply>> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        let said = |text: &str, end| Ok(Reply::Text { text: text.to_owned(), end });
        let answer = match question {
            _ if self.stops_after.is_some_and(|after| number >= after) => {
                Err(NoReply::Failed("gone".to_owned()))
            }
            Question::Likelihood { context, continuation } if self.likelihoods => {
                assert_eq!(context, "likely");
                // Longer is less likely, but not for each character.
                Ok(Reply::Likelihood(if continuation == " a" { -1.0 } else { -2.0 }))
            }
            Question::Likelihood { .. } => Err(NoReply::NotGiven("no log-likelihoods".to_owned())),
            Question::Generate { .. } if self.always.is_some() => {
                said(self.always.unwrap(), End::Complete)
            }
            Question::Generate { prompt, .. } => match prompt.split_whitespace().next().unwrap() {
                "right-fr" | "right-ary" => said("A", End::Complete),
                "fail" => Err(NoReply::Failed("status 500".to_owned())),
                "cut" => said("Je pense que", End::Truncated),
                "cut-but-read" => said("A) parce que", End::Truncated),
                "wrong" => said("B", End::Complete),
                "policy" => Err(NoReply::Refused("highest_class".to_owned())),
                "decline" | "decline-wrong" => said("", End::Refused),
                "likely" => said("B", End::Complete),
                other => said(other, End::Complete),
            },
            Question::System { .. } => Err(NoReply::Failed("no system".to_owned())),
        };
        Box::pin(std::future::ready(answer))
    }
}

#[derive(Default)]
struct Memory(Mutex<BTreeMap<String, Reply>>);

impl Cache for Memory {
    fn get(&self, digest: &str) -> Option<Reply> {
        self.0.lock().unwrap().get(digest).cloned()
    }

    fn put(&self, digest: &str, reply: &Reply) -> Result<(), CacheError> {
        self.0.lock().unwrap().insert(digest.to_owned(), reply.clone());
        Ok(())
    }
}

struct Silent;

impl Progress for Silent {
    fn begin(&self, questions: usize) {
        assert_eq!(questions, 13);
    }

    fn settled(&self) {}
}

fn judged(model: &Model, cache: &Memory, use_cache: bool, concurrency: usize) -> Vec<Judged> {
    let asking =
        Asking { respondents: vec![model], cache, use_cache, progress: &Silent, concurrency };
    futures_executor::block_on(run(&study(), &asking)).unwrap()
}

fn of<'j>(judged: &'j [Judged], item: &str) -> &'j Judged {
    judged.iter().find(|own| own.item == item).unwrap()
}

#[test]
fn outcomes_are_apart() {
    let model = Model { name: "m", ..Model::default() };
    let judged = judged(&model, &Memory::default(), true, 3);
    let check = |item: &str, outcome: Outcome, value: Option<f64>| {
        let own = of(&judged, item);
        let metric = if own.task == "ecrire" { "cer" } else { "accuracy" };
        assert_eq!((own.outcome, own.values.get(metric).copied()), (outcome, value), "{item}");
    };
    check("right-fr", Outcome::Answered, Some(1.0));
    check("fail", Outcome::Error, None);
    check("cut", Outcome::Truncated, None);
    check("cut-but-read", Outcome::Answered, Some(1.0));
    check("wrong", Outcome::Answered, Some(0.0));
    check("unread", Outcome::Answered, Some(0.0));
    check("policy", Outcome::Refused, None);
    check("salam", Outcome::Answered, Some(0.0));
    check("salan", Outcome::Answered, Some(0.2));
    check("decline", Outcome::Refused, Some(0.0));
    check("decline-wrong", Outcome::Refused, None);
    assert!(of(&judged, "unread").unread && !of(&judged, "wrong").unread);
    assert_eq!(of(&judged, "fail").reason.as_deref(), Some("status 500"));
    assert_eq!(of(&judged, "policy").reason.as_deref(), Some("refused by the rule highest_class"));
    let manifest = Manifest::of(&study(), &[&model], &judged, "igudar 0");
    let cell = |language: &str| {
        manifest
            .results
            .cells
            .iter()
            .find(|own| own.task == "sens" && own.language == language)
            .unwrap()
    };
    let all = cell("all");
    assert_eq!((all.items, all.judged), (8, 5));
    assert_eq!((all.score, all.worst), (Some(0.6), 0.375));
    let counts = all.outcomes;
    assert_eq!(
        (counts.answered, counts.refused, counts.truncated, counts.error, counts.unread),
        (5, 1, 1, 1, 1)
    );
    assert_eq!((cell("fr").score, cell("ary-Arab").score), (Some(1.0), Some(0.333_333)));
    let difference = &manifest.results.differences[0];
    assert_eq!(
        (difference.language.as_str(), difference.reference.as_str(), difference.pairs),
        ("ary-Arab", "fr", 2)
    );
    assert!((difference.difference + 0.5).abs() < 1e-9 && !difference.is_clear());
}

#[test]
fn the_same_answers_give_the_same_digest_whatever_comes_first() {
    let digest = |concurrency, use_cache| {
        let model = Model { name: "m", ..Model::default() };
        let judged = judged(&model, &Memory::default(), use_cache, concurrency);
        Manifest::of(&study(), &[&model], &judged, "igudar 0").digest()
    };
    let first = digest(1, true);
    assert_eq!(first, digest(8, false));
    let other = Model { name: "m", always: Some("B"), ..Model::default() };
    let others = judged(&other, &Memory::default(), true, 1);
    assert_ne!(first, Manifest::of(&study(), &[&other], &others, "igudar 0").digest());
}

#[test]
fn a_stopped_run_goes_on_and_only_failures_are_asked_again() {
    let cache = Memory::default();
    let stopped = Model { name: "m", stops_after: Some(4), ..Model::default() };
    let first = judged(&stopped, &cache, true, 1);
    assert!(first.iter().any(|own| own.reason.as_deref() == Some("gone")));
    let whole = Model { name: "m", ..Model::default() };
    let second = judged(&whole, &cache, true, 1);
    // 13 items and the probe for likelihoods, less the two answers that were kept before the fourth question.
    let kept = 13 + 1 - whole.asked.load(Ordering::SeqCst);
    assert_eq!(kept, 2);
    assert_eq!(
        second,
        judged(&Model { name: "m", ..Model::default() }, &Memory::default(), true, 1)
    );
    let again = Model { name: "m", ..Model::default() };
    judged(&again, &cache, true, 1);
    // The two that give no answer, and the probe.
    assert_eq!(again.asked.load(Ordering::SeqCst), 3);
}

#[test]
fn likelihoods_where_they_are_given() {
    let model = Model { name: "m", likelihoods: true, ..Model::default() };
    let by_likelihood = judged(&model, &Memory::default(), true, 2);
    let own = by_likelihood.iter().find(|own| own.task == "mc").unwrap();
    assert_eq!((own.way, own.answer.as_deref()), (Way::Likelihood, Some("a")));
    // -1 against -2; for each character -1 against -1/2.
    assert_eq!((own.values["accuracy"], own.values["accuracy_norm"]), (0.0, 1.0));
    let model = Model { name: "m", ..Model::default() };
    let by_writing = judged(&model, &Memory::default(), true, 2);
    let own = by_writing.iter().find(|own| own.task == "mc").unwrap();
    assert_eq!((own.way, own.values["accuracy"]), (Way::Generation, 1.0));
}

#[test]
fn a_manifest_reads_back_and_a_changed_one_shows() {
    let model = Model { name: "m", ..Model::default() };
    let judged = judged(&model, &Memory::default(), true, 2);
    let manifest = Manifest::of(&study(), &[&model], &judged, "igudar 0");
    let lines = answers(&judged);
    let (read, back) = Manifest::read(&manifest.text(), &lines).unwrap();
    assert_eq!((read.digest(), &back), (manifest.digest(), &judged));
    let changed = lines.replace("\"B\"", "\"A\"");
    assert_eq!(Manifest::read(&manifest.text(), &changed), Err(ManifestError::Answers));
    let other = manifest.text().replace("study run 1", "study run 9");
    assert!(matches!(Manifest::read(&other, &lines), Err(ManifestError::Format(_))));
    assert!(matches!(Manifest::read("{}", &lines), Err(ManifestError::Unreadable(_))));
}

#[test]
fn two_runs_stand_side_by_side() {
    let (good, bad) = (
        Model { name: "good", always: Some("A"), ..Model::default() },
        Model { name: "bad", always: Some("B"), ..Model::default() },
    );
    let runs = [&good, &bad].map(|model| judged(model, &Memory::default(), true, 2));
    let manifests = [(&good, &runs[0]), (&bad, &runs[1])]
        .map(|(model, own)| Manifest::of(&study(), &[model], own, "igudar 0"));
    let side = |place: usize| Side { manifest: &manifests[place], judged: &runs[place] };
    let comparison = compare(side(1), side(0), None).unwrap();
    let row =
        comparison.rows.iter().find(|row| row.task == "sens" && row.language == "all").unwrap();
    assert_eq!((row.first.as_str(), row.second.as_str(), row.items), ("bad", "good", 8));
    assert_eq!((row.first_score, row.second_score, row.difference), (0.0, 1.0, 1.0));
    assert!(row.is_clear() && row.same_task);
    assert_eq!(compare(side(0), side(0), None).unwrap().rows[0].difference, 0.0);
    let unknown = compare(side(0), side(1), Some(("good", "x")));
    assert!(matches!(unknown, Err(CompareError::Unknown(..))));
}

#[test]
fn the_page_needs_nothing_and_escapes_everything() {
    let model = Model { name: "<b>m</b>\"'", ..Model::default() };
    let judged = judged(&model, &Memory::default(), true, 2);
    let manifest = Manifest::of(&study(), &[&model], &judged, "igudar 0");
    let page = evaluation::page::page(&manifest, &manifest.digest());
    for part in [
        "Petite &lt;étude&gt;",
        "&lt;b&gt;m&lt;/b&gt;&quot;&#39;",
        "<svg",
        "ary-Arab",
        "Non relue.",
        &manifest.digest(),
    ] {
        assert!(page.contains(part), "{part}");
    }
    for part in ["<b>", "<script", "http:", "https:", "url(", "@import", "<img", "<link", " src="] {
        assert!(!page.contains(part), "{part}");
    }
}
