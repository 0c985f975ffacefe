//! A long text is found in window by window, with the same findings as at one go.
#![expect(clippy::disallowed_methods, reason = "the test reads the corpora")]
#![expect(clippy::unwrap_used, reason = "a broken pack or corpus fails the test")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use protection::{Finder, FinderParts, Finding, Pack};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn finder(names: bool) -> Finder {
    let pack = Pack::read(&packs::morocco()).unwrap();
    Finder::with(&pack, FinderParts { names, ..FinderParts::default() })
}

static WITHOUT_NAMES: LazyLock<Finder> = LazyLock::new(|| finder(false));

/// The texts of all corpora of the repository.
fn texts() -> Vec<String> {
    let folder = repository().join("evaluations/personal-data");
    let mut texts = Vec::new();
    let train = ["ar", "ary", "fr", "mix"].map(|part| format!("train/train_{part}.jsonl"));
    for file in std::iter::once("dev.jsonl".to_owned()).chain(train) {
        for line in std::fs::read_to_string(folder.join(file)).unwrap().lines() {
            let document: serde_json::Value = serde_json::from_str(line).unwrap();
            texts.push(document.get("text").unwrap().as_str().unwrap().to_owned());
        }
    }
    assert!(texts.len() > 500);
    texts
}

/// What is found on one side only, for a message.
fn differing(text: &str, whole: &[Finding], parts: &[Finding]) -> Vec<String> {
    let show = |finding: &&Finding| format!("{}: {}", finding.kind, finding.span.of(text));
    let missing = whole.iter().filter(|finding| !parts.contains(finding));
    let added = parts.iter().filter(|finding| !whole.contains(finding));
    missing
        .map(|f| format!("- {}", show(&f)))
        .chain(added.map(|f| format!("+ {}", show(&f))))
        .collect()
}

#[test]
fn tiny_windows_find_the_same_in_every_document() {
    let tiny = WITHOUT_NAMES.clone().in_windows(60, 700);
    for text in texts() {
        let (whole, parts) = (WITHOUT_NAMES.find(&text), tiny.find(&text));
        assert_eq!(whole, parts, "{:?} {text:?}", differing(&text, &whole, &parts));
    }
}

#[test]
fn all_documents_as_one_text() {
    let text = texts().join("\n\n");
    let parts = WITHOUT_NAMES.clone().in_windows(3000, 2048).find(&text);
    let whole = WITHOUT_NAMES.clone().in_windows(text.len(), 0).find(&text);
    assert_eq!(whole, parts, "{:#?}", differing(&text, &whole, &parts));
}

/// Names are read from what a text says as a whole (how it is cased, which words come again), of which a
/// window sees a part. In a text of many documents that brings them nearer to each document's own.
#[test]
fn windows_read_names_no_worse_than_a_mixture_at_one_go() {
    let finder = finder(true);
    let texts = texts();
    let mut documents: Vec<Finding> = Vec::new();
    let mut from = 0;
    for text in &texts {
        documents.extend(finder.find(text).into_iter().map(|mut finding| {
            finding.span.start += from;
            finding.span.end += from;
            finding
        }));
        from += text.len() + 2;
    }
    let text = texts.join("\n\n");
    let parts = finder.clone().in_windows(16 << 10, 4096).find(&text);
    let whole = finder.in_windows(text.len(), 0).find(&text);
    let differ = |found: &[Finding]| differing(&text, &documents, found).len();
    assert!(differ(&parts) <= differ(&whole), "{} {}", differ(&parts), differ(&whole));
}

/// A table with more rows than a window holds.
fn check_table(head: &str, row: impl Fn(usize) -> String, foot: &str) {
    let rows: Vec<String> = (0..400).map(row).collect();
    let text = format!("{head}{}{foot}", rows.concat());
    let tiny = WITHOUT_NAMES.clone().in_windows(900, 700);
    let (whole, parts) = (WITHOUT_NAMES.find(&text), tiny.find(&text));
    assert!(whole.len() >= 400, "{}", whole.len());
    assert_eq!(whole, parts, "{head}: {:?}", differing(&text, &whole, &parts));
}

#[test]
fn a_table_keeps_its_header() {
    let cnss = |row: usize| 100_000_000 + row * 7_919;
    check_table("id;cnss;ville\n", |row| format!("{row};{};Fes\n", cnss(row)), "");
    check_table(
        "| id | cnss | ville |\n|----|------|-------|\n",
        |row| format!("| {row} | {} | Fes |\n", cnss(row)),
        "",
    );
    check_table(
        "INSERT INTO t (id, cnss, ville) VALUES ",
        |row| format!("({row}, '{}', 'Fes'), ", cnss(row)),
        "(0, '', '');",
    );
    check_table(
        "<table><tr><th>id</th><th>CNSS</th></tr>",
        |row| format!("<tr><td>{row}</td><td>{}</td></tr>", cnss(row)),
        "</table>",
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn any_windows_find_what_was_sown(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("CIN n° BK412097, ".to_owned()),
                Just("tel 0661234567\n".to_owned()),
                Just("écrire à a.b@exemple.ma. ".to_owned()),
                Just("وحيد رقم البطاقة AB123456 ".to_owned()),
                Just("\n\n".to_owned()),
                "[a-z ]{1,60}",
                Just("le 12/03/2020, rue x ".to_owned()),
            ],
            1..60
        ),
        core in 1_usize..600,
    ) {
        let text = pieces.concat();
        let parts = WITHOUT_NAMES.clone().in_windows(core, 700).find(&text);
        let whole = WITHOUT_NAMES.find(&text);
        prop_assert_eq!(&whole, &parts, "{:?}", differing(&text, &whole, &parts));
    }
}
