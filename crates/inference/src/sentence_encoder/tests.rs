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

/// 202 invented texts in eight languages and scripts, and the vectors that the Python package gives them
/// (`tests/sentence_encoder/expected.py`).
#[test]
fn vectors_are_those_of_the_python_package() {
    let Some(encoder) = encoder() else {
        println!("skipped: IGUDAR_TEST_MODELS names no folder with the sentence encoder");
        return;
    };
    let texts: Vec<&str> = include_str!("../../tests/sentence_encoder/texts.txt").lines().collect();
    let expected = include_bytes!("../../tests/sentence_encoder/expected.bin");
    let (expected, rest) = expected.as_chunks::<DIMENSIONS>();
    assert!(expected.len() == texts.len() && rest.is_empty());
    let vectors = encoder.embed(&texts).unwrap();
    assert_eq!(vectors.len(), texts.len());
    let mut least = 1.0_f32;
    for ((text, vector), bytes) in texts.iter().zip(&vectors).zip(expected) {
        let mut expect = bytes.map(|byte| f32::from(i8::from_le_bytes([byte])));
        let length = cosine(&expect, &expect).sqrt();
        for number in &mut expect {
            *number /= length;
        }
        let near = cosine(vector, &expect);
        assert!(near > 0.9999, "{near} {text}");
        least = least.min(near);
    }
    println!("least cosine {least}");
}
