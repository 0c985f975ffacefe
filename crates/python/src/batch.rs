//! The same work on many texts, on several threads, in the order the texts came.

use std::num::NonZero;
use std::thread;

/// Applies `work` to every text. `threads` 0 means one for each processor.
pub(crate) fn each<T: Send>(
    texts: &[String],
    threads: usize,
    work: impl Fn(&str) -> T + Sync,
) -> Vec<T> {
    let available = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = if threads == 0 { available } else { threads };
    // Each thread takes a run of neighbours, so that the results only have to be strung together.
    let run = texts.len().div_ceil(threads.max(1)).max(1);
    if threads == 1 || texts.len() < 2 {
        return texts.iter().map(|text| work(text)).collect();
    }
    let work = &work;
    thread::scope(|scope| {
        let started: Vec<_> = texts
            .chunks(run)
            .map(|texts| {
                scope.spawn(move || texts.iter().map(|text| work(text)).collect::<Vec<T>>())
            })
            .collect();
        started
            .into_iter()
            .flat_map(|thread| match thread.join() {
                Ok(results) => results,
                // A panic of a worker is this call's panic: PyO3 turns it into an exception.
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    })
}
