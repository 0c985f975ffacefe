//! The process that reads: one file in on standard input, one answer out on standard output.

use std::io::{BufRead, BufReader, Read, Write};

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

use crate::limits::Limits;
use crate::{ReadError, Readings, read};

/// What the parent says before the bytes of the file, on one line.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) name: String,
    pub(crate) length: u64,
    pub(crate) limits: Limits,
}

/// What the child answers.
pub(crate) type Answer = Result<Readings, ReadError>;

/// Reads the one file that standard input brings and answers on standard output. Ends at once when the parent
/// closes standard input, which its death does too.
pub fn worker_main() -> std::io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, std::io::stdin());
    let mut line = String::new();
    (&mut input).take(1 << 16).read_line(&mut line)?;
    let order: Order = serde_json::from_str(&line)?;
    let limit = Rlimit { current: Some(order.limits.memory), maximum: Some(order.limits.memory) };
    setrlimit(Resource::As, limit)?;
    let core = Rlimit { current: Some(0), maximum: Some(0) };
    // A memory image of a crash would hold the document.
    setrlimit(Resource::Core, core)?;
    let mut bytes = Vec::new();
    (&mut input).take(order.length).read_to_end(&mut bytes)?;
    std::thread::spawn(move || {
        let mut rest = [0_u8; 1];
        while input.read(&mut rest).is_ok_and(|count| count > 0) {}
        #[expect(clippy::exit, reason = "nobody is there any more to take the answer")]
        std::process::exit(0);
    });
    let answer: Answer = read(&order.name, &bytes, &order.limits);
    drop(bytes);
    let mut output = std::io::stdout().lock();
    serde_json::to_writer(&mut output, &answer)?;
    output.write_all(b"\n")?;
    output.flush()
}
