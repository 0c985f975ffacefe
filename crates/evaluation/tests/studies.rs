//! Studies are read whole, and whatever is wrong with one is named with its file and key.
#![expect(clippy::indexing_slicing, reason = "tests fail loudly")]

use evaluation::metric::Metric;
use evaluation::task::Kind;
use evaluation::{Files, Study, StudyError, System};

const STUDY: &str = r#"
id = "petite"
version = 1
licence = "CC0-1.0"
seed = 7
models = ["m"]
reference = "fr"
[title]
fr = "Petite étude"
[question]
fr = "Que comprennent-ils ?"
[protocol]
fr = "On demande."
[review]
fr = "Non relue."
[parameters]
max_tokens = 12
resamples = 100

[[task]]
id = "sens"
items = "tasks/sens.jsonl"
kind = "choice"
prompt = "{{ text }}\n{{ options }}"

[[task]]
id = "langue"
items = "evaluations:texts.jsonl"
kind = "text"
language = "{{ lang }}"
languages = { ary = "ary-Arab" }
prompt = "Langue de : {{ text }}"
target = "{{ lang }}"
metrics = ["exact_match", "f1"]
system = "identify"
input = "{{ text }}"

[[task]]
id = "harness"
harness = "tasks/t.yaml"
"#;

const YAML: &str = r#"
task: petite_mc
dataset_path: json
dataset_kwargs: { data_files: { test: t.jsonl } }
test_split: test
output_type: multiple_choice
description: "Choose.\n"
doc_to_text: "{{q}}\nAnswer:"
doc_to_choice: "{{choices}}"
doc_to_target: label
metric_list:
  - metric: acc
    aggregation: mean
    higher_is_better: true
  - metric: acc_norm
metadata: { version: 1.0 }
"#;

fn files() -> Files {
    [
        ("study.toml", STUDY),
        (
            "tasks/sens.jsonl",
            "{\"id\":\"1\",\"language\":\"fr\",\"group\":\"g\",\"text\":\"eau\",\"choices\":[\"water\",\"fire\",\"salt\"],\"answer\":0}\n\
             {\"id\":\"2\",\"language\":\"ary-Latn\",\"group\":\"g\",\"text\":\"lma\",\"choices\":[\"water\",\"fire\",\"salt\"],\"answer\":\"water\"}\n",
        ),
        ("evaluations:texts.jsonl", "{\"lang\":\"ary\",\"text\":\"شحال\"}\n{\"lang\":\"fr\",\"text\":\"combien\"}\n"),
        ("tasks/t.yaml", YAML),
        ("tasks/t.jsonl", "{\"q\":\"2+2\",\"choices\":[\"three\",\"four\"],\"label\":1,\"language\":\"en\"}\n"),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .collect()
}

fn with(path: &str, from: &str, to: &str) -> Result<Study, StudyError> {
    let mut files = files();
    assert!(files[path].contains(from), "{path} does not hold {from}");
    let changed = files[path].replace(from, to);
    files.insert(path.to_owned(), changed);
    Study::read(&files)
}

#[test]
fn a_study_is_read_whole() {
    let study = Study::read(&files()).unwrap();
    assert_eq!((study.tasks.len(), study.items()), (3, 5));
    assert_eq!(study.respondents, ["m", "igudar:identify"]);
    let choice = &study.tasks[0];
    assert_eq!((choice.kind, choice.metrics.as_slice()), (Kind::Choice, &[Metric::Accuracy][..]));
    for item in &choice.items {
        assert_eq!(item.options[item.gold], "water");
        let shown =
            format!("A) {}\nB) {}\nC) {}", item.options[0], item.options[1], item.options[2]);
        assert!(item.prompt.as_deref().unwrap().ends_with(&shown));
    }
    assert_eq!(choice.generation.max_tokens, 12);
    let text = &study.tasks[1];
    assert_eq!(text.system, Some(System::Identify));
    assert_eq!(text.languages(), ["ary-Arab", "fr"]);
    assert_eq!(text.items[0].targets, ["ary"]);
    assert_eq!(text.items[0].input.as_ref().unwrap().text, "شحال");
    let harness = &study.tasks[2];
    assert_eq!((harness.id.as_str(), harness.kind), ("harness", Kind::Likelihood));
    assert_eq!(harness.metrics, [Metric::Accuracy, Metric::AccuracyNorm]);
    let item = &harness.items[0];
    assert_eq!(item.context.as_deref(), Some("Choose.\n2+2\nAnswer:"));
    assert_eq!(
        (item.delimiter.as_str(), item.gold, item.targets.as_slice()),
        (" ", 1, &["four".to_owned()][..])
    );
    assert!(item.prompt.as_deref().unwrap().contains("B) four"));
    assert_eq!(study.inputs.len(), 5);
}

#[test]
fn options_move_with_the_seed_and_no_other() {
    let order = |study: &Study| {
        study.tasks[0].items.iter().map(|item| item.options.clone()).collect::<Vec<_>>()
    };
    let first = Study::read(&files()).unwrap();
    assert_eq!(order(&first), order(&Study::read(&files()).unwrap()));
    let moved = (8..40).any(|seed| {
        order(&with("study.toml", "seed = 7", &format!("seed = {seed}")).unwrap()) != order(&first)
    });
    assert!(moved);
    let fixed =
        with("study.toml", "kind = \"choice\"", "kind = \"choice\"\nshuffle = false").unwrap();
    assert_eq!(fixed.tasks[0].items[0].options, ["water", "fire", "salt"]);
}

#[test]
fn faults_are_named() {
    fn check(path: &str, from: &str, to: &str, expect: &[&str]) {
        let error = with(path, from, to).unwrap_err().to_string();
        assert!(expect.iter().all(|part| error.contains(part)), "{error}");
    }
    check("study.toml", "seed = 7", "sede = 7", &["study.toml", "sede"]);
    check("study.toml", "id = \"petite\"", "id = \"Petite\"", &["study.toml", "`id`"]);
    check("study.toml", "[review]\nfr", "[review]\nar", &["`review`", "`fr`"]);
    check("study.toml", "resamples = 100", "resamples = 3", &["`parameters.resamples`"]);
    check("study.toml", "id = \"langue\"", "id = \"sens\"", &["`sens` stands twice"]);
    check("study.toml", "tasks/sens.jsonl", "../secret.jsonl", &["../secret.jsonl", "inside"]);
    check("study.toml", "tasks/sens.jsonl", "/etc/hosts", &["inside"]);
    check("study.toml", "tasks/sens.jsonl", "evaluations:../x.jsonl", &["inside"]);
    check(
        "study.toml",
        "tasks/sens.jsonl",
        "tasks/none.jsonl",
        &["`items`", "no file tasks/none.jsonl"],
    );
    check("study.toml", "kind = \"choice\"\n", "", &["task `sens`", "`kind`"]);
    check(
        "study.toml",
        "[\"exact_match\", \"f1\"]",
        "[\"accuracy\"]",
        &["task `langue`", "accuracy"],
    );
    check("study.toml", "\"f1\"", "\"bleu\"", &["study.toml", "bleu"]);
    check("study.toml", "input = \"{{ text }}\"\n", "", &["task `langue`", "`input`"]);
    check(
        "study.toml",
        "{{ lang }}\"\nlanguages",
        "{{ tongue }}\"\nlanguages",
        &["texts.jsonl, line 1", "`language`", "undefined"],
    );
    check("tasks/sens.jsonl", "\"answer\":0", "\"answer\":3", &["sens.jsonl, line 1", "`answer`"]);
    check(
        "tasks/sens.jsonl",
        "\"answer\":\"water\"",
        "\"answer\":\"sun\"",
        &["sens.jsonl, line 2", "`answer`"],
    );
    check("tasks/sens.jsonl", "\"fire\"", "\"water\"", &["line 1", "stands twice"]);
    check("tasks/sens.jsonl", "\"text\":\"lma\"", "\"texte\":\"lma\"", &["line 2", "`prompt`"]);
}

#[test]
fn what_is_not_in_the_subset_of_the_harness_is_refused_by_name() {
    fn check(from: &str, to: &str, expect: &[&str]) {
        let error = with("tasks/t.yaml", from, to).unwrap_err().to_string();
        assert!(error.starts_with("tasks/t.yaml"), "{error}");
        assert!(expect.iter().all(|part| error.contains(part)), "{error}");
    }
    check(
        "doc_to_target: label",
        "doc_to_target: !function utils.target",
        &["line 10", "`doc_to_target`", "!function"],
    );
    check(
        "doc_to_target: label",
        "doc_to_target: answer_text",
        &["`doc_to_target`", "tasks/t.jsonl, line 1"],
    );
    check(
        "doc_to_target: label",
        "doc_to_target: \"{{ labl }}\"",
        &["`doc_to_target`", "undefined"],
    );
    check(
        "dataset_path: json",
        "dataset_path: someone/dataset",
        &["`dataset_path`", "fetches no data set"],
    );
    check("test: t.jsonl", "test: u.jsonl", &["`dataset_kwargs`", "tasks/u.jsonl"]);
    check("output_type: multiple_choice", "output_type: loglikelihood_rolling", &["`output_type`"]);
    check("metric: acc_norm", "metric: mcc", &["`metric_list[1].metric`", "mcc"]);
    check(
        "metric: acc_norm",
        "metric: acc_norm\n    hf_evaluate: true",
        &["`metric_list[1].hf_evaluate`"],
    );
    check("metadata: {", "filter_list: [x]\nmetadata: {", &["`filter_list`", "subset"]);
    check("metadata: {", "num_fewshot: 5\nmetadata: {", &["line 16", "`num_fewshot`", "\"0\""]);
    check("metadata: {", "include: base.yaml\nmetadata: {", &["`include`"]);
    check("doc_to_choice: \"{{choices}}\"", "doc_to_choice: [one]", &["`doc_to_choice`", "2 to"]);
    check("task: petite_mc", "task: [a]", &["`task`"]);
    let generated = "output_type: generate_until\ngeneration_kwargs: { until: [\"\\n\"], max_gen_toks: 9, top_k: 2 }";
    check("output_type: multiple_choice", generated, &["metric_list[0].metric"]);
}

#[test]
fn a_text_task_of_the_harness_is_read() {
    let mut files = files();
    let yaml = "task: ecrire\ndataset_path: json\ndataset_kwargs: {data_files: t.jsonl}\noutput_type: generate_until\n\
                doc_to_text: q\ndoc_to_target: \"{{ choices[label] }}\"\nnum_fewshot: 0\nmetric_list:\n\
                \x20 - {metric: exact_match, ignore_case: true, ignore_punctuation: true}\n  - {metric: chrf, aggregation: chrf}\n\
                generation_kwargs: {until: [\"\\n\"], max_gen_toks: 9, do_sample: false}\n";
    files.insert("tasks/t.yaml".to_owned(), yaml.to_owned());
    let study = Study::read(&files).unwrap();
    let task = &study.tasks[2];
    assert_eq!(
        (task.kind, task.metrics.as_slice()),
        (Kind::Text, &[Metric::ExactMatch, Metric::Chrf][..])
    );
    assert_eq!(
        (task.generation.max_tokens, task.generation.stop.as_slice()),
        (9, &["\n".to_owned()][..])
    );
    assert_eq!(task.items[0].prompt.as_deref(), Some("2+2"));
    assert_eq!(task.items[0].targets, ["four"]);
}

#[test]
fn shared_sets_are_named_before_they_are_read() {
    let shared = evaluation::study::shared(STUDY).unwrap();
    assert_eq!(shared.into_iter().collect::<Vec<_>>(), ["texts.jsonl"]);
}

#[test]
fn a_study_is_cut_to_tasks_and_items() {
    let study = Study::read(&files()).unwrap();
    let one = study.clone().only(&["sens".to_owned()]).unwrap();
    assert_eq!((one.tasks.len(), one.respondents.as_slice()), (1, &["m".to_owned()][..]));
    let error = study.clone().only(&["sons".to_owned()]).unwrap_err();
    assert!(error.contains("`sons`") && error.contains("sens, langue, harness"), "{error}");
    let mut files = files();
    let twice = files["tasks/sens.jsonl"].replace("\"id\":\"1\"", "\"id\":\"3\"");
    files.get_mut("tasks/sens.jsonl").unwrap().push_str(twice.lines().next().unwrap());
    let study = Study::read(&files).unwrap();
    assert_eq!(study.items(), 6);
    let limited = study.limited(1);
    assert_eq!((limited.items(), limited.limit), (5, Some(1)));
}
