//! Reading in a process of its own: whatever a file does to its reader ends that process, and nothing else.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use crate::limits::Limits;
use crate::worker::{Answer, Order};
use crate::{ReadError, Readings};

/// Reads a file of any format in a process of its own: `program read-worker`.
#[expect(clippy::disallowed_methods, reason = "this crate is an edge: it starts processes")]
pub fn read_in_child(
    program: &Path,
    name: &str,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Readings, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    let length = bytes.len() as u64;
    if length > limits.bytes {
        return Err(ReadError::TooLarge(limits.bytes));
    }
    let order = Order { name: name.to_owned(), length, limits: *limits };
    let mut order =
        serde_json::to_vec(&order).map_err(|_| process("its order cannot be written"))?;
    order.push(b'\n');
    let child = Command::new(program)
        .arg("read-worker")
        // The environment holds the keys of providers. The path alone is needed, to find tesseract.
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| ReadError::Process(format!("it does not start ({})", error.kind())))?;
    conversation(child, &order, bytes, limits)
}

fn conversation(
    mut child: Child,
    order: &[u8],
    bytes: &[u8],
    limits: &Limits,
) -> Result<Readings, ReadError> {
    let (Some(mut input), Some(output), Some(errors)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(process("it has no pipes"));
    };
    std::thread::scope(|scope| {
        let (send, receive) = channel();
        // Standard input stays open until the answer is there: its end tells the child to stop.
        let writer = scope.spawn(move || {
            let written = input.write_all(order).and_then(|()| input.write_all(bytes));
            (written.is_ok(), input)
        });
        let most = limits.answer;
        scope.spawn(move || {
            let mut answer = Vec::new();
            let read = output.take(most.saturating_add(1)).read_to_end(&mut answer);
            // Nobody waits any more where the time is over.
            drop(send.send(read.map(|_| answer)));
        });
        let complaints = scope.spawn(move || {
            let mut text = Vec::new();
            let read = errors.take(1 << 16).read_to_end(&mut text);
            read.is_ok_and(|_| memchr::memmem::find(&text, b"memory allocation of").is_some())
        });
        let answer = receive.recv_timeout(Duration::from_secs(limits.seconds));
        let too_long = matches!(answer, Err(RecvTimeoutError::Timeout));
        let too_much = matches!(&answer, Ok(Ok(answer)) if answer.len() as u64 > most);
        if too_long || too_much {
            drop(child.kill());
        }
        drop(writer.join());
        let status = child.wait();
        let out_of_memory = complaints.join().unwrap_or(false);
        if too_long {
            return Err(ReadError::Time(limits.seconds));
        }
        if too_much {
            return Err(ReadError::Bomb(format!("{most} bytes of text")));
        }
        if let Ok(Ok(answer)) = answer
            && let Ok(answer) = serde_json::from_slice::<Answer>(&answer)
        {
            return answer;
        }
        if out_of_memory {
            return Err(ReadError::Memory(limits.memory));
        }
        Err(ReadError::Crashed(status.map_or_else(|_| "unknown".to_owned(), ending)))
    })
}

fn process(what: &str) -> ReadError {
    ReadError::Process(what.to_owned())
}

fn ending(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.signal(), status.code()) {
        (Some(signal), _) => format!("signal {signal}"),
        (None, Some(code)) => format!("exit code {code}"),
        (None, None) => "unknown".to_owned(),
    }
}
