//! Scores the finder on the corpus of this repository, and fails below the gates.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::tools::{build_igudar_for_speed, output_of, run_command, say, target};

/// The least share of annotated spans that must be covered, and typed.
const COVERED: f64 = 0.95;
const TYPED: f64 = 0.92;
/// The least share of findings that must touch an annotated span.
const PRECISION: f64 = 0.93;
/// The most characters marked outside annotated spans, of a thousand.
const SPILL: f64 = 8.0;
/// The least share of identifiers covered: every type but the three that are words rather than numbers.
const IDENTIFIERS: f64 = 0.98;
const WORDS: [&str; 3] = ["person", "address", "account"];
/// The least share covered in a language, where it has spans enough to tell.
const LANGUAGE: f64 = 0.90;
const SPANS_ENOUGH: f64 = 40.0;

pub(crate) fn run(root: &Path) -> Result<()> {
    let folder = root.join("evaluations/personal-data");
    let (corpus, scorer) = (folder.join("dev.jsonl"), folder.join("score.py"));
    say("detection on the development corpus");
    let igudar = build_igudar_for_speed(root)?;
    let found = target(root).join("dev-findings.jsonl");
    let open =
        |path: &Path| File::open(path).with_context(|| format!("cannot read {}", path.display()));
    run_command(
        Command::new(igudar)
            .args(["detect", "--jsonl"])
            .stdin(Stdio::from(open(&corpus)?))
            .stdout(File::create(&found)?),
    )?;
    let table = output_of(Command::new("python3").arg(scorer).arg(&corpus).arg(&found))?;
    print!("{table}");
    let below = below_the_gates(&Scores::read(&table)?);
    if !below.is_empty() {
        bail!("below the gates: {}", below.join("; "));
    }
    println!("above every gate");
    say("sensitive topics on the development corpus");
    let topics = root.join("evaluations/topics/score.py");
    run_command(Command::new("python3").arg(topics).arg(corpus).arg(found))
}

/// What the scorer printed.
#[derive(Debug, Default)]
struct Scores {
    /// By type: annotated spans, and the share that is covered.
    types: BTreeMap<String, (f64, f64)>,
    /// By language: annotated spans, and the share that is covered.
    languages: BTreeMap<String, (f64, f64)>,
    totals: BTreeMap<String, f64>,
}

impl Scores {
    fn read(table: &str) -> Result<Self> {
        let mut scores = Self::default();
        for line in table.lines().skip(1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["language", pairs @ ..] => {
                    for three in pairs.chunks_exact(3) {
                        let [name, share, spans] = three else { continue };
                        let spans = spans.trim_matches(['(', ')']).parse()?;
                        scores.languages.insert((*name).to_owned(), (spans, share.parse()?));
                    }
                }
                ["covered", ..] => {
                    for pair in words.chunks_exact(2) {
                        let [name, number] = pair else { continue };
                        let number = number.split('/').next().unwrap_or_default().parse()?;
                        scores.totals.insert((*name).to_owned(), number);
                    }
                }
                [name, spans, covered, _, _] => {
                    scores.types.insert((*name).to_owned(), (spans.parse()?, covered.parse()?));
                }
                _ => bail!("the scorer printed a line of another form: {line}"),
            }
        }
        Ok(scores)
    }

    fn total(&self, name: &str) -> f64 {
        self.totals.get(name).copied().unwrap_or(f64::NAN)
    }
}

/// Every gate that these scores do not pass. A score that is missing passes none.
fn below_the_gates(scores: &Scores) -> Vec<String> {
    let mut below = Vec::new();
    let mut at_least = |name: &str, value: f64, gate: f64| {
        let passes = value >= gate;
        if !passes {
            below.push(format!("{name} {value:.3}, at least {gate}"));
        }
    };
    at_least("covered", scores.total("covered"), COVERED);
    at_least("typed", scores.total("typed"), TYPED);
    at_least("precision", scores.total("precision"), PRECISION);
    let numbers = scores
        .types
        .iter()
        .filter(|(name, (spans, _))| *spans > 0.0 && !WORDS.contains(&name.as_str()));
    let (spans, covered) = numbers
        .fold((0.0, 0.0), |(all, sum), (_, (spans, share))| (all + spans, sum + spans * share));
    at_least("identifiers covered", covered / spans, IDENTIFIERS);
    for (name, (spans, share)) in &scores.languages {
        if *spans >= SPANS_ENOUGH {
            at_least(name, *share, LANGUAGE);
        }
    }
    let spill = scores.total("spill");
    let little = spill <= SPILL;
    if !little {
        below.push(format!("spill {spill} of 1,000, at most {SPILL}"));
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "type  gold covered typed false\n\
        cin  12 1.000 1.000 0\n\
        person  210 0.948 0.948 25\n\
        spam  0 nan nan 3\n\
        language  ar 0.944 (90)  es 0.800 (10)\n\
        covered 0.972  typed 0.969  leaked 13.7/1000  precision 0.947  spill 5.88/1000  spans 457  findings 475\n";

    fn check(from: &str, to: &str, expect: usize) {
        let scores = Scores::read(&TABLE.replace(from, to)).unwrap();
        assert_eq!(below_the_gates(&scores).len(), expect, "{from} -> {to}");
    }

    #[test]
    fn each_gate_closes() {
        check("", "", 0);
        check("covered 0.972", "covered 0.949", 1);
        check("typed 0.969", "typed 0.919", 1);
        check("precision 0.947", "precision 0.929", 1);
        check("spill 5.88", "spill 8.01", 1);
        check("12 1.000", "12 0.917", 1);
        check("ar 0.944", "ar 0.899", 1);
        check("es 0.800", "es 0.700", 0);
        check("covered 0.972", "covered nan", 1);
    }
}
