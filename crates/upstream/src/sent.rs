//! A request body that says when it begins to leave.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::oneshot;

/// The bytes of a request. The HTTP library asks for them when the connection stands, so the first question
/// separates the time to connect from the time the server takes.
pub(crate) struct SentBody {
    bytes: Option<Bytes>,
    leaving: Option<oneshot::Sender<()>>,
}

/// A body, and what resolves when it begins to leave.
pub(crate) fn sent_body(bytes: Bytes) -> (SentBody, oneshot::Receiver<()>) {
    let (leaving, left) = oneshot::channel();
    (SentBody { bytes: Some(bytes), leaving: Some(leaving) }, left)
}

impl Body for SentBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(leaving) = self.leaving.take() {
            // Nobody listens any more when the call was cancelled.
            leaving.send(()).ok();
        }
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
