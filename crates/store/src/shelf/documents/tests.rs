use std::sync::Arc;

use knowledge::document::{Collection, Facts, PersonalData, Sharing};
use knowledge::ports::{Field, Filter, IndexTerms, Shelf as _, Versions, WeightedTerm};

use super::*;
use crate::shelf::Analysis;
use crate::store::Settings;

fn analysis(name: &str) -> Analysis {
    let terms = |_: &Facts, passage: &Passage| IndexTerms {
        words: passage.text.split_whitespace().map(str::to_owned).collect(),
        concepts: Vec::new(),
    };
    Analysis { name: name.to_owned(), terms: Arc::new(terms) }
}

async fn shelf(folder: &std::path::Path) -> SqliteShelf {
    SqliteShelf::open(folder, &Settings::default(), analysis("words")).await.unwrap()
}

async fn with_collection(folder: &std::path::Path, name: &str, project: &str) -> SqliteShelf {
    let shelf = shelf(folder).await;
    shelf.add_collection(&collection(name, project), 1).await.unwrap();
    shelf
}

fn collection(name: &str, project: &str) -> Collection {
    Collection {
        name: name.to_owned(),
        project: project.to_owned(),
        sharing: Sharing::Private,
        personal_data: PersonalData::Keep,
        licence: None,
        attribution: None,
    }
}

fn document(of: &str, id: &str, text: &str, version: u32) -> NewDocument {
    let passage = Passage {
        headings: vec!["Titre".to_owned()],
        text: text.to_owned(),
        start: 0,
        end: text.chars().count(),
        page: None,
    };
    NewDocument {
        collection: collection(of, if of == "secret" { "q" } else { "p" }),
        id: DocumentId::new(id).unwrap(),
        digest: format!("{id} {text}"),
        facts: Facts {
            version: Some(version),
            language: Some("fr".to_owned()),
            ..Facts::default()
        },
        remarks: Vec::new(),
        personal_data: BTreeMap::from([("person".to_owned(), 2)]),
        passages: vec![KeptPassage {
            passage,
            vectors: vec![("e".to_owned(), vec![127, i8::try_from(text.len()).unwrap_or(1)])],
        }],
        ingested_ms: 5,
    }
}

fn found(shelf: &SqliteShelf, word: &str, versions: Versions) -> Vec<String> {
    found_in(shelf, word, versions, "c")
}

fn found_in(shelf: &SqliteShelf, word: &str, versions: Versions, collection: &str) -> Vec<String> {
    let filter = Filter { collections: vec![collection.to_owned()], versions, ..Filter::default() };
    let terms = [WeightedTerm { text: word.to_owned(), weight: 1.0 }];
    let scores = shelf.by_terms(Field::Words, &terms, &filter, 10).unwrap();
    let numbers: Vec<u64> = scores.best.iter().map(|(number, _)| *number).collect();
    let passages = shelf.passages(&numbers).unwrap();
    passages.into_iter().map(|passage| passage.document.to_string()).collect()
}

#[tokio::test]
async fn what_is_kept_is_found_and_the_same_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = with_collection(folder.path(), "c", "p").await;
    let first = document("c", "a", "le passeport coûte", 1);
    assert_eq!(shelf.put(&first).await.unwrap(), Put::Added);
    shelf.flush().await.unwrap();
    assert_eq!(found(&shelf, "passeport", Versions::InForce), ["a"]);
    assert_eq!(shelf.put(&first).await.unwrap(), Put::Unchanged);
    assert_eq!(shelf.put(&document("c", "a", "la carte", 1)).await.unwrap(), Put::Replaced);
    shelf.flush().await.unwrap();
    assert_eq!(found(&shelf, "passeport", Versions::All), [""; 0]);
    assert_eq!(found(&shelf, "carte", Versions::InForce), ["a"]);
    let record = shelf.documents("c", 0, 10).await.unwrap();
    assert_eq!((record.len(), record[0].passages, record[0].in_force), (1, 1, true));
    // Gone, somebody else's, or under another rule since the file was read.
    let mut others = document("c", "b", "x", 1);
    others.collection.project = "q".to_owned();
    let mut masked = document("c", "b", "x", 1);
    masked.collection.personal_data = PersonalData::Mask;
    for gone in [document("nowhere", "b", "x", 1), others, masked] {
        assert!(matches!(shelf.put(&gone).await, Err(CollectionError::Unknown)));
    }
}

#[tokio::test]
async fn the_newest_version_is_in_force_in_whatever_order_they_come() {
    for order in [["x-v1", "x-v2"], ["x-v2", "x-v1"]] {
        let folder = tempfile::tempdir().unwrap();
        let shelf = with_collection(folder.path(), "c", "p").await;
        for id in order {
            let version = if id.ends_with('2') { 2 } else { 1 };
            shelf.put(&document("c", id, "passeport", version)).await.unwrap();
        }
        shelf.flush().await.unwrap();
        assert_eq!(found(&shelf, "passeport", Versions::InForce), ["x-v2"]);
        assert_eq!(found(&shelf, "passeport", Versions::All).len(), 2);
        assert_eq!(found(&shelf, "passeport", Versions::Number(1)), ["x-v1"]);
        assert!(shelf.delete_document("c", &DocumentId::new("x-v2").unwrap()).await.unwrap());
        assert_eq!(found(&shelf, "passeport", Versions::InForce), ["x-v1"]);
        assert!(!shelf.delete_document("c", &DocumentId::new("x-v2").unwrap()).await.unwrap());
    }
}

#[tokio::test]
async fn a_state_that_the_index_does_not_show_is_shown_after_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = with_collection(folder.path(), "c", "p").await;
    shelf.put(&document("c", "a", "passeport", 1)).await.unwrap();
    // Ends like a process that was killed: the index was never committed.
    shelf.close().await;
    drop(shelf);
    let shelf = self::shelf(folder.path()).await;
    assert_eq!(found(&shelf, "passeport", Versions::InForce), ["a"]);
    drop(shelf);
    // A damaged index and another analysis are no loss either.
    let files = std::fs::read_dir(folder.path().join("knowledge.index")).unwrap();
    for file in files {
        std::fs::write(file.unwrap().path(), "no index").unwrap();
    }
    let settings = Settings::default();
    let other = SqliteShelf::open(folder.path(), &settings, analysis("other"));
    assert_eq!(found(&other.await.unwrap(), "passeport", Versions::InForce), ["a"]);
}

#[tokio::test]
async fn another_collection_neither_shows_nor_changes_a_score() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = with_collection(folder.path(), "c", "p").await;
    shelf.put(&document("c", "a", "passeport commune", 1)).await.unwrap();
    shelf.put(&document("c", "b", "commune", 1)).await.unwrap();
    shelf.flush().await.unwrap();
    let filter = Filter { collections: vec!["c".to_owned()], ..Filter::default() };
    let terms = [WeightedTerm { text: "passeport".to_owned(), weight: 1.0 }];
    let score = |shelf: &SqliteShelf| {
        (
            shelf.by_terms(Field::Words, &terms, &filter, 10).unwrap(),
            shelf.by_vector("e", &[1.0, 0.0], &filter, 10).unwrap(),
        )
    };
    let before = score(&shelf);
    assert_eq!((before.0.among, before.1.among), (2, 2));
    shelf.add_collection(&collection("secret", "q"), 1).await.unwrap();
    for number in 0..20 {
        let id = format!("s{number}");
        shelf.put(&document("secret", &id, "passeport passeport", 1)).await.unwrap();
    }
    shelf.flush().await.unwrap();
    assert_eq!(score(&shelf), before);
    assert_eq!(found_in(&shelf, "passeport", Versions::InForce, "secret").len(), 10);
    let none = Filter::default();
    assert_eq!(shelf.by_terms(Field::Words, &terms, &none, 10).unwrap().among, 0);
    assert_eq!(shelf.by_vector("e", &[1.0, 0.0], &none, 10).unwrap().among, 0);
}

/// The files below a folder that hold a word.
fn files_with(folder: &std::path::Path, word: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut paths = vec![folder.to_path_buf()];
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            if bytes.windows(word.len()).any(|window| window == word.as_bytes()) {
                found.push(path);
            }
        }
    }
    found
}

#[tokio::test]
async fn what_is_deleted_or_replaced_stays_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = with_collection(folder.path(), "c", "p").await;
    shelf.put(&document("c", "a", "motquinexistepas", 1)).await.unwrap();
    shelf.put(&document("c", "b", "autremotsecret", 1)).await.unwrap();
    shelf.flush().await.unwrap();
    assert!(!files_with(folder.path(), "motquinexistepas").is_empty());
    assert!(shelf.delete_document("c", &DocumentId::new("a").unwrap()).await.unwrap());
    assert!(files_with(folder.path(), "motquinexistepas").is_empty());
    shelf.put(&document("c", "b", "nouveau", 1)).await.unwrap();
    shelf.flush().await.unwrap();
    let index = folder.path().join("knowledge.index");
    assert!(files_with(&index, "autremotsecret").is_empty());
    assert_eq!(found(&shelf, "nouveau", Versions::InForce), ["b"]);
}

#[tokio::test]
async fn a_put_that_is_stopped_behind_its_commit_is_found_after_the_next_flush() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = with_collection(folder.path(), "c", "p").await;
    for id in ["a", "b", "d", "e", "f"] {
        let document = document("c", id, "passeport", 1);
        // Polled so often and dropped: wherever it stops, the tables and the index must agree afterwards.
        for polls in 1..40 {
            let mut put = std::pin::pin!(shelf.put(&document));
            let mut left = polls;
            let stopped = std::future::poll_fn(|context| {
                left -= 1;
                match put.as_mut().poll(context) {
                    std::task::Poll::Pending if left > 0 => std::task::Poll::Pending,
                    _ => std::task::Poll::Ready(()),
                }
            });
            stopped.await;
        }
    }
    // A commit may still be on its way when its caller is gone; the next write waits for it.
    shelf.put(&document("c", "last", "passeport", 1)).await.unwrap();
    shelf.flush().await.unwrap();
    let kept = shelf.documents("c", 0, 10).await.unwrap().len();
    assert_eq!(found(&shelf, "passeport", Versions::All).len(), kept);
}

#[tokio::test]
async fn what_changes_nothing_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let one = with_collection(folder.path(), "c", "p").await;
    let other = with_collection(folder.path(), "d", "p").await;
    assert!(!one.delete_document("c", &DocumentId::new("nothing").unwrap()).await.unwrap());
    assert!(!one.delete_collection("nothing").await.unwrap());
    let unknown = document("nowhere", "a", "passeport", 1);
    assert!(one.put(&unknown).await.is_err());
    one.flush().await.unwrap();
    let put = document("d", "a", "passeport", 1);
    let put = tokio::time::timeout(std::time::Duration::from_secs(20), other.put(&put)).await;
    assert_eq!(put.unwrap().unwrap(), Put::Added);
}

#[tokio::test]
async fn a_full_disk_leaves_nothing_half_written() {
    let folder = tempfile::tempdir().unwrap();
    drop(with_collection(folder.path(), "c", "p").await);
    let small = Settings { most_pages: Some(40), ..Settings::default() };
    let shelf = SqliteShelf::open(folder.path(), &small, analysis("words")).await.unwrap();
    let mut big = document("c", "big", "passeport", 1);
    big.passages = vec![big.passages[0].clone(); 3_000];
    let full = shelf.put(&big).await;
    assert!(matches!(full, Err(CollectionError::Store(StoreError::DiskFull))), "{full:?}");
    assert_eq!(shelf.documents("c", 0, 10).await.unwrap(), []);
    shelf.put(&document("c", "small", "passeport", 1)).await.unwrap();
    shelf.flush().await.unwrap();
    assert_eq!(found(&shelf, "passeport", Versions::InForce), ["small"]);
}

#[tokio::test]
async fn two_at_once_keep_one_document() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Arc::new(with_collection(folder.path(), "c", "p").await);
    let same = document("c", "a", "passeport", 1);
    let puts = futures_util::future::join_all((0..8).map(|_| shelf.put(&same))).await;
    let added = puts.into_iter().filter(|put| matches!(put, Ok(Put::Added))).count();
    shelf.flush().await.unwrap();
    assert_eq!((added, found(&shelf, "passeport", Versions::All).len()), (1, 1));
}

#[tokio::test]
async fn reuse_is_counted_for_others_only() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = with_collection(folder.path(), "c", "p").await;
    let names = ["c".to_owned()];
    shelf.count_reuse(&names, "p", "2026-11", false).await.unwrap();
    shelf.count_reuse(&names, "q", "2026-11", false).await.unwrap();
    shelf.count_reuse(&names, "q", "2026-11", true).await.unwrap();
    let reuses = shelf.reuses("c").await.unwrap();
    assert_eq!((reuses.len(), reuses[0].searches, reuses[0].answers), (1, 1, 1));
}
