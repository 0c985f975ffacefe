//! What the operator sees of requests: one log line and a few counters each. Method, route template,
//! status, duration, receipt; never a body, a header, a key, a query or a value.

mod held;
mod metrics;

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method};

use crate::app::Shared;
use crate::errors::Refused;
use crate::routes::RECEIPT;

pub(crate) use held::Held;
pub use metrics::Metrics;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The outermost middleware. The line is written when the last byte of the answer is gone, or when the
/// client is.
pub(crate) async fn observe(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let mut random = [0; 12];
    app.parts.ambient.random(&mut random);
    let id = format!("req_{}", hex::encode(random));
    let route = request.extensions().get::<MatchedPath>().map(|path| Arc::from(path.as_str()));
    let mut end = End {
        app: Arc::clone(&app),
        method: known(request.method()),
        route: route.unwrap_or_else(|| Arc::from("unmatched")),
        status: 0,
        code: None,
        id: id.clone(),
        receipt: None,
        start: Instant::now(),
    };
    let mut response = next.run(request).await;
    end.status = response.status().as_u16();
    end.code = response.extensions().get::<Refused>().map(|refused| refused.0);
    end.receipt =
        response.headers().get(RECEIPT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response.map(|body| Body::new(Held::new(body, end)))
}

/// A method's name, where it is one of the usual: the name is the client's text.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Writes the line when it is dropped. A status of 0 means that the client went away before the answer.
struct End {
    app: Shared,
    method: &'static str,
    route: Arc<str>,
    status: u16,
    code: Option<&'static str>,
    id: String,
    receipt: Option<String>,
    start: Instant,
}

impl Drop for End {
    fn drop(&mut self) {
        let took = self.start.elapsed();
        self.app.parts.metrics.request(self.method, &self.route, self.status, took);
        tracing::info!(
            target: "igudar::request",
            method = self.method,
            route = %self.route,
            status = self.status,
            code = self.code,
            milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            receipt = self.receipt,
            request = %self.id,
        );
    }
}
