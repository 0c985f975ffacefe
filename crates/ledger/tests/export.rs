//! Exports, checkpoints and receipts: whatever is changed, it shows.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests: a failure shall stop the test"
)]

mod sample;

use std::collections::BTreeMap;

use ledger::{
    Checkpoint, CheckpointError, CheckpointSigner, Entry, ExportVerifier, Fault, Hash, PublicKey,
    PublicKeyError, Receipt, ReceiptEntry, ReceiptError, ReceiptId, Verdict, export,
    inclusion_proof, verify_export,
};
use proptest::prelude::*;
use sample::{bodies, checkpoint_of, entry, exported, signer, tree_of};

fn fault(lines: &[String], saved: Option<&str>) -> Fault {
    match verify_export(lines, saved) {
        Verdict::Broken(fault) => fault,
        Verdict::Intact { .. } => panic!("a fault was expected"),
    }
}

#[test]
fn an_untouched_export_is_intact() {
    for size in [1, 2, 3, 255, 256, 257, 700] {
        let bodies = bodies(size);
        let verdict = verify_export(exported(&bodies, &signer()), None);
        let Verdict::Intact { checkpoint, public_key } = verdict else { panic!("{verdict:?}") };
        assert_eq!((checkpoint.size, public_key), (size, signer().public_key()));
        for saved_size in [0, 1, size / 2, size] {
            let saved = &bodies[..usize::try_from(saved_size).unwrap()];
            let saved = checkpoint_of(saved, &signer());
            assert!(verify_export(exported(&bodies, &signer()), Some(&saved)).is_intact());
        }
    }
}

#[test]
fn the_first_bad_entry_is_named() {
    let good = exported(&bodies(9), &signer());

    let mut changed = good.clone();
    changed[5] = changed[5].replace("\"cost_micro\\\":42", "\"cost_micro\\\":41");
    changed[7] = changed[7].replace("\"cost_micro\\\":42", "\"cost_micro\\\":41");
    assert_eq!(fault(&changed, None), Fault::EntryChanged { index: 4 });

    let mut spaced = good.clone();
    spaced[3].push(' ');
    assert_eq!(fault(&spaced, None), Fault::EntryLine { index: 2, line: 4 });

    let mut removed = good.clone();
    removed.remove(4);
    assert_eq!(fault(&removed, None), Fault::EntryOrder { expected: 3, found: 4 });

    let mut swapped = good.clone();
    swapped.swap(2, 6);
    assert_eq!(fault(&swapped, None), Fault::EntryOrder { expected: 1, found: 5 });

    let mut doubled = good.clone();
    doubled.insert(3, good[2].clone());
    assert_eq!(fault(&doubled, None), Fault::EntryOrder { expected: 2, found: 1 });

    assert_eq!(fault(&good[..6], None), Fault::CutOff { entries: 5 });
    assert_eq!(fault(&[], None), Fault::Header);
    assert_eq!(fault(&good[1..], None), Fault::Header);

    let mut last_removed = good.clone();
    last_removed.remove(9);
    assert_eq!(fault(&last_removed, None), Fault::EntryCount { signed: 9, entries: 8 });

    let mut longer = good.clone();
    longer.push(good[1].clone());
    assert_eq!(fault(&longer, None), Fault::AfterFooter { line: 12 });
}

#[test]
fn a_rewritten_ledger_needs_the_key() {
    let mut rewritten = bodies(9);
    let saved = checkpoint_of(&rewritten[..6], &signer());
    let footer = export::footer_line(&checkpoint_of(&rewritten, &signer()));
    rewritten[4] = rewritten[4].replace("\"cost_micro\":42", "\"cost_micro\":1");

    let mut unsigned = exported(&rewritten, &signer());
    *unsigned.last_mut().unwrap() = footer;
    assert_eq!(fault(&unsigned, None), Fault::Root);

    let signed_again = exported(&rewritten, &signer());
    assert!(verify_export(&signed_again, None).is_intact());
    assert_eq!(fault(&signed_again, Some(&saved)), Fault::Rewritten { saved: 6 });

    let thief = CheckpointSigner::new("igudar/test", &[8; 32]);
    let signed_by_another = exported(&rewritten, &thief);
    assert_eq!(
        fault(&signed_by_another, Some(&saved)),
        Fault::SavedCheckpoint(CheckpointError::BadSignature)
    );
    let mut verifier = ExportVerifier::new(None, Some(signer().public_key()));
    assert_eq!(verifier.line(&signed_by_another[0]), Err(Fault::UntrustedKey));

    let mut foreign_footer = exported(&bodies(9), &signer());
    *foreign_footer.last_mut().unwrap() = export::footer_line(&checkpoint_of(&bodies(9), &thief));
    assert_eq!(fault(&foreign_footer, None), Fault::Checkpoint(CheckpointError::BadSignature));
}

#[test]
fn a_shortened_ledger_shows_against_a_saved_checkpoint() {
    let saved = checkpoint_of(&bodies(9), &signer());
    let short = exported(&bodies(7), &signer());
    assert!(verify_export(&short, None).is_intact());
    assert_eq!(fault(&short, Some(&saved)), Fault::Shortened { saved: 9, entries: 7 });
    assert_eq!(
        fault(&short, Some("no checkpoint")),
        Fault::SavedCheckpoint(CheckpointError::Malformed)
    );
}

#[test]
fn checkpoints() {
    let key = signer().public_key();
    let note = Checkpoint::sign(5, &Hash([3; 32]), &signer());
    let read = Checkpoint::verify(&note, &key).unwrap();
    assert_eq!(read, Checkpoint::parse_unverified(&note).unwrap());
    assert_eq!((read.origin.as_str(), read.size, read.root), ("igudar/test", 5, Hash([3; 32])));
    assert_eq!(note.lines().count(), 5);
    let other = CheckpointSigner::new("igudar/other", &[7; 32]).public_key();
    assert_eq!(Checkpoint::verify(&note, &other), Err(CheckpointError::WrongOrigin));
    // A witness's line beside the ledger's own does no harm.
    let witnessed = format!("{note}\u{2014} witness AAAA\n");
    assert_eq!(Checkpoint::verify(&witnessed, &key).unwrap(), read);
    for wrong in ["", "\n\n", "a\n1\n\n\n", "igudar/test\n05\nAAAA\n\n\u{2014} x y\n"] {
        assert!(Checkpoint::parse_unverified(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn public_keys() {
    let text = signer().public_key().to_string();
    assert_eq!(PublicKey::parse(&text).unwrap().to_string(), text);
    assert_eq!(
        PublicKey::parse(&text.replace("igudar/test", "igudar/tess")).unwrap_err(),
        PublicKeyError::WrongHash
    );
    for wrong in ["", "a", "a+b", "a+b+c", "a+00000000+AA==", "+00000000+AQ=="] {
        assert!(PublicKey::parse(wrong).is_err(), "{wrong:?}");
    }
    assert!(!format!("{:?}", signer()).contains('7'));
}

#[test]
fn entries_are_read_back() {
    for index in 0..12 {
        let bytes = entry(index).to_bytes();
        assert_eq!(Entry::from_bytes(&bytes).unwrap(), entry(index));
        let spaced = String::from_utf8(bytes).unwrap().replacen(':', ": ", 1);
        assert!(Entry::from_bytes(spaced.as_bytes()).is_err());
    }
    assert!(Entry::from_bytes(b"{}").is_err());
    let Entry::Egress(egress) = entry(1) else { panic!() };
    assert!(egress.commitment.opens_with(&[1; 32], b"sent"));
    assert!(!egress.commitment.opens_with(&[2; 32], b"sent"));
    assert!(ReceiptId::parse(egress.receipt.as_str()).is_ok());
    for wrong in ["", "rcp_", "rcp_AB", "rcp_0123456789abcdef0123456789ABCDEF", "0123"] {
        assert!(ReceiptId::parse(wrong).is_err());
    }
}

#[test]
fn receipts() {
    let bodies = bodies(300);
    let mut tree = tree_of(&bodies);
    let tiles: BTreeMap<_, _> =
        tree.take_tile_writes().into_iter().map(|write| (write.at, write.hashes)).collect();
    let receipt = Receipt {
        receipt: ReceiptId::from_bytes([1; 16]),
        entries: [1_u64, 2]
            .map(|index| ReceiptEntry {
                index,
                body: bodies[usize::try_from(index).unwrap()].clone(),
                nonce_hex: (index == 1).then(|| "01".repeat(32)),
                proof: inclusion_proof(&tiles, index, 300).unwrap(),
            })
            .to_vec(),
        checkpoint: checkpoint_of(&bodies, &signer()),
    };
    let key = signer().public_key();
    let json = serde_json::to_string(&receipt).unwrap();
    let receipt: Receipt = serde_json::from_str(&json).unwrap();
    assert_eq!(receipt.verify(&key).unwrap(), [entry(1), entry(2)]);

    let mut changed = receipt.clone();
    changed.entries[1].body = changed.entries[1].body.replace("42", "43");
    assert!(matches!(changed.verify(&key), Err(ReceiptError::NotIncluded { index: 2 })));
    let mut moved = receipt.clone();
    moved.entries[0].index = 3;
    assert!(matches!(moved.verify(&key), Err(ReceiptError::NotIncluded { index: 3 })));
    let mut foreign = receipt.clone();
    foreign.receipt = ReceiptId::from_bytes([9; 16]);
    assert!(matches!(foreign.verify(&key), Err(ReceiptError::ForeignEntry { index: 1 })));
    let mut empty = receipt.clone();
    empty.entries.clear();
    assert!(matches!(empty.verify(&key), Err(ReceiptError::Empty)));
    let thief = CheckpointSigner::new("igudar/test", &[8; 32]).public_key();
    assert!(matches!(receipt.verify(&thief), Err(ReceiptError::Checkpoint(_))));
}

/// Each single byte of an export, set to another value: lines are split as a reader of a file does.
#[test]
fn every_changed_byte_shows() {
    let text = exported(&bodies(4), &signer()).join("\n");
    let intact = |bytes: &[u8]| {
        std::str::from_utf8(bytes)
            .is_ok_and(|text| verify_export(text.split('\n'), None).is_intact())
    };
    assert!(intact(text.as_bytes()));
    let mut bytes = text.into_bytes();
    for place in 0..bytes.len() {
        let before = bytes[place];
        for value in [before ^ 1, before ^ 0x20, b'\n', b' ', b'0', b'"'] {
            bytes[place] = value;
            assert_eq!(intact(&bytes), value == before, "byte {place} set to {value}");
        }
        bytes[place] = before;
    }
}

#[test]
fn bytes_that_are_no_text_show() {
    let mut with_a_replacement_character = bodies(2);
    let replaced = with_a_replacement_character[1].replace("demo", "\u{fffd}");
    with_a_replacement_character[1] = replaced;
    let lines = exported(&with_a_replacement_character, &signer());
    let intact = |lines: &[Vec<u8>]| {
        let mut verifier = ExportVerifier::new(None, None);
        lines.iter().all(|line| verifier.line_bytes(line).is_ok()) && verifier.finish().is_intact()
    };
    let mut lines: Vec<Vec<u8>> = lines.into_iter().map(String::into_bytes).collect();
    assert!(intact(&lines));
    let at = lines[2].iter().position(|byte| *byte == 0xef).unwrap();
    lines[2].splice(at..at + 3, [0xff]);
    assert!(!intact(&lines));
}

proptest! {
    #[test]
    fn no_text_upsets_a_parser(
        text in "\\PC{0,200}",
        lines in prop::collection::vec("[ -~\n\u{2014}]{0,80}", 0..6),
    ) {
        let note = format!("{}\n", lines.join("\n"));
        for text in [text.as_str(), note.as_str()] {
            prop_assert!(Checkpoint::verify(text, &signer().public_key()).is_err());
            prop_assert!(Entry::from_bytes(text.as_bytes()).is_err());
            prop_assert!(ReceiptId::parse(text).is_err());
            prop_assert!(PublicKey::parse(text).is_err());
            prop_assert!(serde_json::from_str::<Receipt>(text).is_err());
            prop_assert!(!verify_export(text.split('\n'), Some(text)).is_intact());
        }
    }

    #[test]
    fn any_edit_of_the_entries_shows(
        at: prop::sample::Index, remove in 0_usize..4, add in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        let lines = exported(&bodies(5), &signer());
        let text = lines.join("\n");
        let start = lines[0].len() + 1;
        let end = text.len() - lines[6].len();
        let mut bytes = text.clone().into_bytes();
        let from = start + at.index(end - start);
        let to = (from + remove).min(end);
        bytes.splice(from..to, add);
        prop_assume!(bytes != text.as_bytes());
        let intact = std::str::from_utf8(&bytes)
            .is_ok_and(|text| verify_export(text.split('\n'), None).is_intact());
        prop_assert!(!intact);
    }

    #[test]
    fn any_order_but_the_right_one_shows(order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let lines = exported(&bodies(6), &signer());
        let mut shuffled = vec![lines[0].clone()];
        shuffled.extend(order.iter().map(|index| lines[index + 1].clone()));
        shuffled.push(lines[7].clone());
        prop_assert_eq!(verify_export(&shuffled, None).is_intact(), order.is_sorted());
    }
}

#[test]
fn a_ledger_that_cannot_be_is_no_ledger() {
    let check = |bodies: &[String], expect: Fault| {
        let signer = CheckpointSigner::new("igudar/test", &[9; 32]);
        assert_eq!(fault(&exported(bodies, &signer), None), expect);
    };
    // Somebody else's key under the same origin, with the first entry left as it was.
    check(&bodies(5), Fault::Genesis);
    check(&["{}".to_owned()], Fault::EntryContent { index: 0 });
    let check = |bodies: &[String], expect: Fault| {
        assert_eq!(fault(&exported(bodies, &signer()), None), expect);
    };
    let entries = bodies(5);
    let [genesis, egress, answer, ..] = &entries[..] else { panic!() };
    let of = |bodies: &[&String]| bodies.iter().map(|body| (*body).clone()).collect::<Vec<_>>();
    check(&of(&[egress, answer]), Fault::Genesis);
    check(&of(&[genesis, genesis]), Fault::Genesis);
    check(&of(&[genesis, answer]), Fault::Unasked { index: 1 });
    check(&of(&[genesis, egress, answer, answer]), Fault::Unasked { index: 3 });
    check(&of(&[genesis, egress, egress]), Fault::EntryContent { index: 2 });
    let nonsense = "hello, not an entry".to_owned();
    check(&of(&[genesis, &nonsense]), Fault::EntryContent { index: 1 });
}
