//! Takes in the rest of a refused body.
//!
//! A client that is still sending when the connection closes often sees a reset instead of the answer,
//! so what is left is read and thrown away, for a short time and up to a limit.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use futures_util::StreamExt as _;
use http::header::{CONNECTION, EXPECT};
use http::{HeaderValue, StatusCode};
use http_body::{Frame, SizeHint};

const LONGEST: Duration = Duration::from_secs(5);
const MOST: usize = 128 << 20;

/// A body that two parties hold: whoever handles the request, and whoever drains what is left.
#[derive(Clone)]
struct Shared(Arc<Mutex<Body>>);

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

/// Middleware: after a refusal, what the client still sends is taken in.
pub(crate) async fn drain_refused(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if body.is_end_stream() {
        return next.run(Request::from_parts(parts, body)).await;
    }
    // A client that asked for leave to send (RFC 9110, 10.1.1) has not begun.
    let waits_for_leave = parts.headers.contains_key(EXPECT);
    let shared = Shared(Arc::new(Mutex::new(body)));
    let handled = Body::new(shared.clone());
    let mut response = next.run(Request::from_parts(parts, handled)).await;
    let refused = response.status().is_client_error() || response.status().is_server_error();
    if refused && !shared.is_end_stream() {
        let given_up = response.status() == StatusCode::REQUEST_TIMEOUT || waits_for_leave;
        if given_up || !drain(shared).await {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
    response
}

/// Whether the body came to its end.
async fn drain(body: Shared) -> bool {
    let mut pieces = Body::new(body).into_data_stream();
    let mut left = MOST;
    let reading = async {
        while let Some(piece) = pieces.next().await {
            let Ok(bytes) = piece else { return false };
            let Some(rest) = left.checked_sub(bytes.len()) else { return false };
            left = rest;
        }
        true
    };
    tokio::time::timeout(LONGEST, reading).await.unwrap_or(false)
}
