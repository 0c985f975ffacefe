//! Letters in images: tesseract as a process of its own, where it is installed.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

/// Whether tesseract is here, with Arabic and French.
pub(crate) fn can_be_read() -> bool {
    let listed = Command::new("tesseract").arg("--list-langs").stderr(Stdio::piped()).output();
    listed.is_ok_and(|output| {
        // Old versions list on standard error.
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        ["ara", "fra"].iter().all(|language| text.lines().any(|line| line.trim() == *language))
    })
}

/// The text of an image; `None` where none is found in time.
pub(crate) fn letters(image: &[u8], seconds: u64) -> Option<String> {
    let mut child = Command::new("tesseract")
        .args(["stdin", "stdout", "-l", "ara+fra"])
        // Its own threads slow it down where several pages are read, and take the server's cores.
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take()?;
    let mut output = child.stdout.take()?;
    std::thread::scope(|scope| {
        let (send, receive) = channel();
        // It ends when the process does; a process that reads nothing is ended below.
        let writer = scope.spawn(move || input.write_all(image).is_ok());
        scope.spawn(move || {
            let mut text = Vec::new();
            let read = output.by_ref().take(4 << 20).read_to_end(&mut text);
            // Nobody waits any more where the time is over.
            drop(send.send(read.map(|_| text)));
        });
        // Its output ends when the process does.
        let text = receive.recv_timeout(Duration::from_secs(seconds));
        if text.is_err() {
            drop(child.kill());
        }
        let done = child.wait().is_ok_and(|status| status.success());
        let written = writer.join().unwrap_or(false);
        let text = text.ok()?.ok().filter(|_| done && written)?;
        let text = String::from_utf8_lossy(&text).replace('\u{c}', "");
        (!text.trim().is_empty()).then_some(text)
    })
}
