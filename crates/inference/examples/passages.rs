//! How many passages a second the sentence encoder reads:
//! `cargo run --release -p inference --example passages -- MODELS FILE [REPEATS]`, a passage a line.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring tool for the command line"
)]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use inference::sentence_encoder::SentenceEncoder;
use model::Embedder as _;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [models, file, rest @ ..] = arguments.as_slice() else {
        return Err("name the models folder and a file with a passage a line".into());
    };
    let repeats: usize = rest.first().map_or(Ok(1), |repeats| repeats.parse())?;
    let started = Instant::now();
    let encoder = SentenceEncoder::load(Path::new(models))?;
    println!("load {:.0} ms", started.elapsed().as_secs_f64() * 1_000.0);
    let content = std::fs::read_to_string(file)?;
    let passages: Vec<&str> = content.lines().collect();
    for _ in 0..repeats {
        let started = Instant::now();
        let vectors = encoder.embed(&passages)?;
        let seconds = started.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a few thousand passages")]
        let speed = vectors.len() as f64 / seconds;
        println!("{speed:.0} passages/s");
    }
    Ok(())
}
