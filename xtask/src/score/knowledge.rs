//! Search and answers over `evaluations/procedures`, by the commands that users run: once by words and concepts
//! alone, as on a fresh installation, and once with the sentence encoder.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::tools::{build_igudar, run_command, say, target};

const SET: &str = "evaluations/procedures";

/// The least that each figure may be: whether the sentence encoder is there, the scorer's row, its figure.
const GATES: &[(bool, &str, &str, f64)] = &[
    (false, "all", "recall@5", 0.79),
    (false, "all", "nDCG@10", 0.65),
    (true, "all", "recall@5", 0.82),
    (true, "all", "nDCG@10", 0.68),
    (true, "all", "passage@5", 0.60),
    (true, "fr", "recall@5", 0.93),
    (true, "ar", "recall@5", 0.88),
    (true, "en", "recall@5", 0.87),
    (true, "ary", "recall@5", 0.68),
    (true, "ary-Latn", "recall@5", 0.68),
    (true, "zgh-Latn", "recall@5", 0.65),
    (true, "zgh-Tfng", "recall@5", 0.65),
    (true, "cross-language", "recall@5", 0.72),
    (false, "citations", "verify", 1.0),
    (true, "citations", "verify", 1.0),
];

pub(super) fn run(root: &Path) -> Result<()> {
    let igudar = build_igudar(root)?;
    let work = target(root).join("score-knowledge");
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir_all(&work)?;
    let questions = questions(root)?;
    let mut below = Vec::new();
    for (name, encoder) in [("words and concepts", false), ("with the sentence encoder", true)] {
        say(&format!("{SET}: {name}"));
        let data = work.join(if encoder { "with" } else { "without" });
        let igudar = |arguments: &[&str]| {
            let mut command = Command::new(&igudar);
            command.args(arguments).current_dir(root).env("IGUDAR_DATA", &data);
            command
        };
        if encoder {
            run_command(&mut igudar(&["models", "pull", "sentence-encoder"]))?;
        }
        run_command(&mut igudar(&["ingest", &format!("{SET}/documents")]))?;
        let mut found = Vec::new();
        for (what, member) in [("search", "query"), ("ask", "question")] {
            let (asked, answered) =
                (work.join(format!("{what}.jsonl")), data.join(format!("{what}-answers.jsonl")));
            let lines: Vec<String> = questions
                .iter()
                .map(|(id, text)| json!({ "id": id, member: text }).to_string())
                .collect();
            fs::write(&asked, lines.join("\n"))?;
            let mut command = igudar(&[what, "--jsonl"]);
            command.stdin(File::open(&asked)?).stdout(Stdio::from(File::create(&answered)?));
            run_command(&mut command)?;
            found.push(answered);
        }
        let [searched, answered] = found.as_slice() else { anyhow::bail!("two runs were made") };
        let mut scorer = Command::new("python3");
        scorer.current_dir(root).arg(format!("{SET}/score.py"));
        scorer.arg(format!("{SET}/questions_dev.jsonl")).arg(format!("{SET}/documents"));
        scorer.arg("--search").arg(searched).arg("--answers").arg(answered);
        let scored = scorer.output().context("python3 cannot be started")?;
        let table = String::from_utf8_lossy(&scored.stdout);
        println!("{table}");
        anyhow::ensure!(scored.status.success(), "the scorer failed");
        for (_, row, figure, least) in GATES.iter().filter(|gate| gate.0 == encoder) {
            let value = figure_of(&table, row, figure)
                .with_context(|| format!("the scorer gives no {figure} of {row}"))?;
            if value < *least {
                below.push(format!("{name}: {figure} of {row} is {value}, below {least}"));
            }
        }
    }
    anyhow::ensure!(below.is_empty(), "{}", below.join("\n"));
    Ok(())
}

/// A figure of a row of the scorer's table: the row begins with its name, the value stands behind the figure's.
fn figure_of(table: &str, row: &str, figure: &str) -> Option<f64> {
    let mut rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let words = rows.find(|words| words.first() == Some(&row))?;
    let place = words.iter().position(|word| *word == figure)?;
    words.get(place + 1)?.parse().ok()
}

fn questions(root: &Path) -> Result<Vec<(String, String)>> {
    let path = root.join(SET).join("questions_dev.jsonl");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let question: Value = serde_json::from_str(line)?;
            let member = |name: &str| {
                let text = question.get(name).and_then(Value::as_str);
                text.map(str::to_owned).with_context(|| format!("a question has no {name}"))
            };
            Ok((member("id")?, member("question")?))
        })
        .collect()
}
