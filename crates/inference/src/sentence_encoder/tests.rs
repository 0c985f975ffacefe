use super::*;

/// The encoder, where `igudar models pull sentence-encoder` has brought it; else the test says so.
fn encoder() -> Option<SentenceEncoder> {
    let models = std::env::var_os("IGUDAR_TEST_MODELS")?;
    SentenceEncoder::load(Path::new(&models)).ok()
}

fn cosine(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

#[test]
fn texts_of_one_meaning_are_near() {
    let Some(encoder) = encoder() else {
        println!("skipped: IGUDAR_TEST_MODELS names no folder with the sentence encoder");
        return;
    };
    let long = "mot ".repeat(3_000);
    let texts =
        ["Combien coûte le passeport ?", "كم ثمن جواز السفر؟", "Il pleut sur la mer.", "", &long];
    let vectors = encoder.embed(&texts).unwrap();
    for vector in &vectors {
        assert!((cosine(vector, vector) - 1.0).abs() < 1e-4 && vector.len() == DIMENSIONS);
    }
    assert!(cosine(&vectors[0], &vectors[1]) > cosine(&vectors[0], &vectors[2]) + 0.1);
    // A text's vector does not depend on its neighbours in the batch.
    let alone = encoder.embed(&texts[1..2]).unwrap();
    assert!(cosine(&alone[0], &vectors[1]) > 0.999_99);
}

#[test]
fn a_folder_without_the_encoder_is_said() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!SentenceEncoder::is_in(folder.path()));
    let missing = SentenceEncoder::load(folder.path()).err();
    assert_eq!(missing, Some(WeightsError::Unreadable(PIECES_FILE)));
}
