//! ARTICLE.md names commands and tests: each of them exists.

use std::path::Path;

use crate::server::Installation;

#[test]
fn every_command_and_test_that_the_article_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join("ARTICLE.md")).unwrap();
    let installation = Installation::empty();
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    let points: std::collections::BTreeSet<&str> =
        rows.iter().filter_map(|row| row.split('|').nth(1)).map(str::trim).collect();
    assert_eq!(points.len(), 11, "{points:?}");
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let quoted = |cell: &str| -> Vec<String> {
            cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
        };
        let (commands, tests) = (quoted(cells[4]), quoted(cells[5]));
        assert!(!commands.is_empty() && !tests.is_empty() && !cells[6].is_empty(), "{row}");
        for command in commands {
            let words: Vec<&str> = command.split(' ').skip(1).chain(["--help"]).collect();
            let helped = installation.run(&words);
            assert!(command.starts_with("igudar ") && helped.status.success(), "{command}");
        }
        for test in tests {
            let content = std::fs::read_to_string(root.join(&test)).unwrap_or_default();
            let marks = ["#[test]", "#[tokio::test]", "from checks import"];
            assert!(marks.iter().any(|mark| content.contains(mark)), "{test} holds no test");
        }
    }
}
