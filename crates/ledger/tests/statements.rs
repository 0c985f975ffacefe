//! Statements: one written form, receipts, exports with and without them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a failure shall stop the test"
)]

mod sample;

use std::collections::BTreeMap;

use ledger::{
    Entry, Hash, Receipt, ReceiptEntry, ReceiptError, ReceiptId, Statement, StatementKind, Verdict,
    document_digest, inclusion_proof, verify_export,
};
use proptest::prelude::*;
use sample::{bodies, checkpoint_of, exported, signer, tree_of};

fn statement(kind: StatementKind, number: u8, project: Option<&str>) -> Entry {
    Entry::Statement(Statement {
        receipt: ReceiptId::from_bytes([number; 16]),
        time_ms: 1_764_028_800_200,
        kind,
        subject: format!("{}-{number}", kind.as_str()),
        digest: document_digest(&[number]),
        project: project.map(str::to_owned),
    })
}

/// An export that was written when there were requests only.
#[test]
fn an_older_export_still_verifies() {
    let older = include_str!("data/export_of_requests.jsonl");
    let lines: Vec<&str> = older.lines().collect();
    let Verdict::Intact { checkpoint, public_key } = verify_export(&lines, None) else { panic!() };
    assert_eq!((checkpoint.size, public_key), (12, signer().public_key()));
    assert_eq!(exported(&bodies(12), &signer()), lines, "entries are written as they were");
    // Its checkpoint, saved, still vouches for a ledger that went on with statements.
    let note: serde_json::Value = serde_json::from_str(lines[13]).unwrap();
    let mut longer = bodies(12);
    longer.extend(stated());
    let saved = note["checkpoint"].as_str();
    assert!(verify_export(exported(&longer, &signer()), saved).is_intact());
}

fn stated() -> Vec<String> {
    (50..)
        .zip(StatementKind::ALL)
        .map(|(number, kind)| {
            let project = (number % 2 == 0).then_some("demo");
            String::from_utf8(statement(kind, number, project).to_bytes()).unwrap()
        })
        .collect()
}

#[test]
fn statements_are_written_in_one_form() {
    let check = |index: usize, expect: &str| {
        assert_eq!(stated()[index], expect);
        let read = Entry::from_bytes(expect.as_bytes()).unwrap();
        assert_eq!(read.to_bytes(), expect.as_bytes());
    };
    check(
        0,
        r#"{"entry":"statement","receipt":"rcp_32323232323232323232323232323232","time_ms":1764028800200,"kind":"study","subject":"study-50","digest":"d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35","project":"demo"}"#,
    );
    check(
        1,
        r#"{"entry":"statement","receipt":"rcp_33333333333333333333333333333333","time_ms":1764028800200,"kind":"register","subject":"register-51","digest":"4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce"}"#,
    );
    for (index, kind) in ["study", "register", "contest", "outcome"].iter().enumerate() {
        assert!(stated()[index].contains(&format!(r#""kind":"{kind}""#)));
    }
    let refused = |from: &str, to: &str| {
        let text = stated()[1].replace(from, to);
        assert_ne!(text, stated()[1]);
        assert!(Entry::from_bytes(text.as_bytes()).is_err(), "{text}");
    };
    refused(r#""kind":"register""#, r#""kind":"rumour""#);
    refused("\"}", "\",\"project\":null}");
    refused("\"}", "\",\"text\":\"more\"}");
    refused("rcp_", "");
    assert_eq!(
        document_digest(b"").to_hex(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn a_statement_has_a_receipt() {
    let mut all = bodies(5);
    all.extend(stated());
    let mut tree = tree_of(&all);
    let tiles: BTreeMap<_, _> =
        tree.take_tile_writes().into_iter().map(|write| (write.at, write.hashes)).collect();
    let receipt = Receipt {
        receipt: ReceiptId::from_bytes([52; 16]),
        entries: vec![ReceiptEntry {
            index: 7,
            body: all[7].clone(),
            nonce_hex: None,
            proof: inclusion_proof(&tiles, 7, 9).unwrap(),
        }],
        checkpoint: checkpoint_of(&all, &signer()),
    };
    let key = signer().public_key();
    let expect = statement(StatementKind::Contest, 52, Some("demo"));
    assert_eq!(receipt.verify(&key).unwrap(), [expect]);
    let mut other = receipt.clone();
    other.entries[0].body = other.entries[0].body.replace("contest", "outcome");
    assert!(matches!(other.verify(&key), Err(ReceiptError::NotIncluded { index: 7 })));
    let mut foreign = receipt;
    foreign.receipt = ReceiptId::from_bytes([50; 16]);
    assert!(matches!(foreign.verify(&key), Err(ReceiptError::ForeignEntry { index: 7 })));
}

proptest! {
    #[test]
    fn any_statement_is_read_back(
        number: u8, time_ms: i64, kind in prop::sample::select(StatementKind::ALL.to_vec()),
        subject in "\\PC{0,60}", digest: [u8; 32], project in prop::option::of("\\PC{0,20}"),
    ) {
        let entry = Entry::Statement(Statement {
            receipt: ReceiptId::from_bytes([number; 16]),
            time_ms, kind, subject, digest: Hash(digest), project,
        });
        let bytes = entry.to_bytes();
        prop_assert_eq!(Entry::from_bytes(&bytes).unwrap(), entry);
        let text = String::from_utf8(bytes).unwrap();
        let mut all = bodies(3);
        all.push(text);
        prop_assert!(verify_export(exported(&all, &signer()), None).is_intact());
    }
}
