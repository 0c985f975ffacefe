//! Frames on their way from the worker to the server, from either of its threads.

use std::io::{BufWriter, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::frame::{Kind, write_parts};

/// Buffers frames until [`Outbox::flush`]. A write that fails means that the server is gone; the
/// reading thread sees that too and ends the process, so nothing is reported here.
#[derive(Debug)]
pub(crate) struct Outbox {
    writer: Mutex<BufWriter<UnixStream>>,
}

impl Outbox {
    pub(crate) fn new(socket: UnixStream) -> Self {
        Self { writer: Mutex::new(BufWriter::with_capacity(1 << 16, socket)) }
    }

    pub(crate) fn send(&self, kind: Kind, request: u64, payload: &[u8]) {
        if let Err(error) = write_parts(&mut *self.writer(), kind, request, payload) {
            tracing::debug!(%error, "the server is gone");
        }
    }

    pub(crate) fn flush(&self) {
        if let Err(error) = self.writer().flush() {
            tracing::debug!(%error, "the server is gone");
        }
    }

    fn writer(&self) -> MutexGuard<'_, BufWriter<UnixStream>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
