//! A programme is read whole, or the error says where it is wrong.

use super::*;
use crate::indicators::Slice;

/// Nothing in it is anybody's: names say what they stand for.
const FILE: &str = r#"name = { fr = "Programme d'exemple", ar = "برنامج مثال" }
from = "2027-01-01"
until = "2029-12-31"

[[objective]]
id = "skills"
text = { fr = "Des personnes formées" }
indicator = "people_trained"
target = 40
region = "North"

[[partner]]
id = "university"
name = "Une université"
kind = "research"
region = "XX-1"

[[project]]
id = "course"
title = { fr = "Un cours" }
kind = "training"
partners = ["university"]

[[project.milestone]]
title = "La première promotion"
due = "2027-06-30"
state = "reached"
outcome = "Trente personnes"

[[project.milestone]]
title = "La seconde"
due = "2027-12-31"
"#;

fn region(written: &str) -> Result<String, String> {
    match written {
        "North" | "XX-1" => Ok("XX-1".to_owned()),
        _ => Err("this is no region".to_owned()),
    }
}

#[test]
fn a_programme_is_read_and_measured() {
    let programme = Programme::read("programme.toml", FILE, &region).unwrap();
    assert_eq!(programme.objectives[0].region.as_deref(), Some("XX-1"));
    assert_eq!(programme.partners[0].kind, PartnerKind::Research);
    let states: Vec<MilestoneState> =
        programme.projects[0].milestones.iter().map(|one| one.state).collect();
    assert_eq!(states, [MilestoneState::Reached, MilestoneState::Open]);
    let mut indicators = Indicators::default();
    let north = Slice { region: Some("XX-1".to_owned()), ..Slice::default() };
    indicators.add(Indicator::PeopleTrained, north, 10);
    indicators.add(Indicator::PeopleTrained, Slice::default(), 90);
    let standing = &programme.standings(&indicators)[0];
    assert_eq!((standing.value, standing.target, standing.percent), (10, 40, 25));
}

#[test]
fn errors_name_line_and_key() {
    fn check(from: &str, to: &str, line: usize, problem: &str) {
        assert!(FILE.contains(from), "{from}");
        let changed = FILE.replacen(from, to, 1);
        let error = Programme::read("programme.toml", &changed, &region).unwrap_err();
        let text = error.to_string();
        assert!(error.line == line && text.contains(problem), "{from} → {to}: {text}");
        assert!(text.starts_with(&format!("programme.toml, line {line}: ")), "{text}");
    }
    check("until = \"2029-12-31\"", "until = \"2026-12-31\"", 3, "`until`: it is before");
    check("2027-01-01", "2027-02-30", 2, "`from`: it is no day");
    check("people_trained", "wishes", 8, "`objective.indicator`: it is one of learners");
    check("target = 40", "target = 0", 9, "`objective.target`");
    check("region = \"North\"", "region = \"South\"", 10, "`objective.region`: this is no region");
    check("id = \"university\"", "id = \"Univ\"", 13, "`partner.id`");
    check("kind = \"research\"", "kind = \"other\"", 15, "`partner.kind`");
    check("kind = \"training\"", "kind = \"other\"", 21, "`project.kind`");
    check("[\"university\"]", "[\"nobody\"]", 22, "`project.partners`");
    check("state = \"reached\"", "state = \"done\"", 27, "`project.milestone.state`");
    check("outcome = \"Trente personnes\"\n", "", 25, "`project.milestone.outcome`");
    check("2027-12-31\"\n", "31/12\"\n", 32, "`project.milestone.due`");
    check("target = 40", "targett = 40", 9, "targett");
    check("kind = \"research\"\n", "", 12, "kind");
    check("from =", "from", 2, "");
}
