//! The walk through every door: offline, and the same when it is done again.

use crate::server::{Installation, files};

#[test]
fn every_door_opens_twice() {
    let installation = Installation::empty();
    for _ in 0..2 {
        let walked = installation.run(&["--json", "demo"]);
        let error = String::from_utf8_lossy(&walked.stderr);
        assert!(walked.status.success(), "{error}");
        let printed = String::from_utf8(walked.stdout).unwrap();
        let last = printed.trim_end().lines().last().unwrap();
        let last: serde_json::Value = serde_json::from_str(last).unwrap();
        assert_eq!(last["doors"].as_array().map(Vec::len), Some(10), "{last}");
        // Whom the citizen's message names stands in no file that the house keeps.
        let folder = installation.data().join("demo-walk");
        let export = std::fs::read_to_string(folder.join("files/ledger.jsonl")).unwrap();
        assert!(export.lines().count() > 10, "{export}");
        for file in files(&folder) {
            let content = std::fs::read(&file).unwrap();
            let named = content.windows(8).any(|piece| piece == b"Lahrichi");
            assert!(!named, "{}", file.display());
        }
    }
    // A folder that somebody else made is left alone.
    let folder = installation.data().join("demo-walk");
    std::fs::remove_file(folder.join("made-by-igudar-demo")).unwrap();
    let refused = installation.run(&["demo"]);
    assert!(!refused.status.success() && folder.join("igudar.toml").is_file());
}
