//! A small ledger of invented requests, its tree and its export.

use std::collections::BTreeMap;

use ledger::{
    Answer, Checkpoint, CheckpointSigner, Commitment, Egress, Entry, Genesis, Outcome, ReceiptId,
    Tree, UsageSource, export, leaf_hash,
};

pub(crate) fn signer() -> CheckpointSigner {
    CheckpointSigner::new("igudar/test", &[7; 32])
}

pub(crate) fn entry(index: u64) -> Entry {
    let receipt = ReceiptId::from_bytes([u8::try_from(index % 100).unwrap(); 16]);
    if index == 0 {
        return Entry::Genesis(Genesis {
            origin: "igudar/test".to_owned(),
            public_key: signer().public_key().to_string(),
            time_ms: 1,
        });
    }
    if index % 2 == 1 {
        Entry::Egress(Egress {
            receipt,
            attempt: 1,
            time_ms: 1_764_028_800_000,
            project: "demo \"quoted\" \\ \u{e9} \u{645}".to_owned(),
            key_id: "key_1".to_owned(),
            route: "/v1/chat/completions".to_owned(),
            destination: "echo".to_owned(),
            model: "echo-no-model".to_owned(),
            place: "here".to_owned(),
            policy: "label".to_owned(),
            class: "personal".to_owned(),
            findings: BTreeMap::from([("person".to_owned(), 2), ("cin".to_owned(), 1)]),
            commitment: Commitment::new(&[index.to_le_bytes()[0]; 32], b"sent"),
            bytes: 4,
            reserved_micro: 500,
        })
    } else {
        Entry::Answer(Answer {
            receipt: ReceiptId::from_bytes([u8::try_from((index - 1) % 100).unwrap(); 16]),
            attempt: 1,
            time_ms: 1_764_028_800_100,
            outcome: Outcome::ALL[usize::try_from(index).unwrap() / 2 % 5],
            prompt_tokens: index,
            completion_tokens: 3,
            usage: UsageSource::Measured,
            cost_micro: 42,
            restored: BTreeMap::new(),
            written: BTreeMap::new(),
            http_status: index.is_multiple_of(4).then_some(200),
        })
    }
}

pub(crate) fn tree_of(bodies: &[String]) -> Tree {
    let mut tree = Tree::new();
    for body in bodies {
        tree.append(leaf_hash(body.as_bytes()));
    }
    tree
}

pub(crate) fn checkpoint_of(bodies: &[String], signer: &CheckpointSigner) -> String {
    let tree = tree_of(bodies);
    Checkpoint::sign(tree.size(), &tree.root(), signer)
}

pub(crate) fn bodies(size: u64) -> Vec<String> {
    (0..size).map(|index| String::from_utf8(entry(index).to_bytes()).unwrap()).collect()
}

pub(crate) fn exported(bodies: &[String], signer: &CheckpointSigner) -> Vec<String> {
    let mut lines = vec![export::header_line(&signer.public_key())];
    for (index, body) in (0..).zip(bodies) {
        lines.push(export::entry_line(index, body, leaf_hash(body.as_bytes())));
    }
    lines.push(export::footer_line(&checkpoint_of(bodies, signer)));
    lines
}
