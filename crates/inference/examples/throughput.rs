//! Measures a model on this machine: tokens a second for one request and for several at once.
//!
//! `cargo run --release -p inference --example throughput -- MODEL.gguf [THREADS [REQUESTS]]`
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring tool for the command line"
)]

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use inference::{LocalModel, LocalSettings};
use model::{Answer, Ask, Model, Route};

type Fault = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == "model-worker") {
        return Ok(inference::worker::run()?);
    }
    let path = words.first().ok_or("give the path of a GGUF file")?;
    let worker = vec!["model-worker".to_owned()];
    let mut settings = LocalSettings::new(std::env::current_exe()?, worker, path.into());
    if let Some(threads) = words.get(1) {
        settings.threads = threads.parse()?;
    }
    let requests = words.get(2).map_or(Ok(16), |word| word.parse())?;
    settings.parallel = requests;
    settings.context_tokens = 1024;
    println!("{} threads, {requests} requests at once", settings.threads);
    let begun = Instant::now();
    let model = LocalModel::start(settings)?;
    println!("{:?}", model.ready().await?);
    println!("loaded in {:.2?}", begun.elapsed());
    println!("{}", answer(&model, "What is the capital of France?", 40).await?.0);
    for at_once in [1, 2, 4, 8, requests] {
        let (begun, computed) = (Instant::now(), processor_seconds(&model));
        let asked = (0..at_once).map(|_| answer(&model, "Write a long story about a river.", 128));
        let mut tokens = 0;
        let mut first = Duration::ZERO;
        for answered in join_all(asked).await {
            let (_, count, waited) = answered?;
            tokens += count;
            first = first.max(waited);
        }
        let rate = f64::from(tokens) / begun.elapsed().as_secs_f64();
        let per_second = f64::from(tokens) / (processor_seconds(&model) - computed).max(0.01);
        println!(
            "{at_once:3} at once: {rate:6.1} tokens/s in all, {per_second:6.1} tokens a second of \
             processor time, first token after {first:.0?}"
        );
    }
    Ok(())
}

/// Processor time of the worker so far: on a busy machine it says more than the clock.
fn processor_seconds(model: &LocalModel) -> f64 {
    let pid = model.worker_pid().unwrap_or(0);
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    // Linux counts in hundredths of a second for programs.
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The text, its tokens (one event each), and the time to the first of them.
async fn answer(
    model: &LocalModel,
    question: &str,
    tokens: u32,
) -> Result<(String, u32, Duration), Fault> {
    let body = serde_json::json!({
        "stream": true, "max_tokens": tokens, "temperature": 0,
        "messages": [{"role": "user", "content": question}],
    });
    let body = Bytes::from(body.to_string());
    let begun = Instant::now();
    let events = match model.ask(Ask { route: Route::ChatCompletions, body, stream: true }).await? {
        Answer::Stream(events) => events,
        Answer::Whole(bytes) => stream::iter([Ok(bytes)]).boxed(),
    };
    let mut events = std::pin::pin!(events);
    let (mut text, mut count, mut first) = (String::new(), 0, None);
    while let Some(event) = events.next().await {
        let event = event?;
        let data = event.strip_prefix(b"data: ").unwrap_or_default();
        let Ok(chunk) = serde_json::from_slice::<serde_json::Value>(data) else { continue };
        if let Some(piece) = chunk.pointer("/choices/0/delta/content").and_then(|it| it.as_str())
            && !piece.is_empty()
        {
            text.push_str(piece);
            count += 1;
            first.get_or_insert_with(|| begun.elapsed());
        }
    }
    Ok((text, count, first.unwrap_or_default()))
}
