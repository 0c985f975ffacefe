//! Reads a request's body: in time, within the limits, decoded, as UTF-8.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use tokio::time::{Instant, timeout, timeout_at};

use super::encoding::{Encoding, decode};
use super::{BodyLimits, Share};
use crate::errors::{Code, PublicError};

/// The body, decoded and known to be UTF-8.
pub(crate) async fn read_body(
    headers: &HeaderMap,
    body: Body,
    limits: &BodyLimits,
    share: &mut Share,
) -> Result<Bytes, PublicError> {
    expect_json(headers)?;
    let encoding = Encoding::of(headers)?;
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<u64>().ok())
        .unwrap_or(0);
    if usize::try_from(announced).unwrap_or(usize::MAX) > limits.raw {
        return Err(too_large_raw(limits.raw));
    }
    let raw = collect(body, limits, share).await?;
    let bytes = decode(raw, encoding, limits.decoded, share).await?;
    match std::str::from_utf8(&bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(PublicError::new(
            Code::InvalidRequest,
            format!("the body is not UTF-8: the byte at offset {} is wrong", error.valid_up_to()),
        )),
    }
}

async fn collect(body: Body, limits: &BodyLimits, share: &mut Share) -> Result<Bytes, PublicError> {
    let deadline = Instant::now() + limits.total_time;
    let mut pieces = body.into_data_stream();
    let mut whole = BytesMut::new();
    loop {
        let next = timeout_at(deadline, timeout(limits.idle_time, pieces.next())).await;
        let Ok(Ok(piece)) = next else {
            return Err(PublicError::new(
                Code::RequestTimeout,
                format!(
                    "the body did not arrive in time ({:?} in all, {:?} between two pieces)",
                    limits.total_time, limits.idle_time
                ),
            ));
        };
        match piece {
            None => return Ok(whole.freeze()),
            Some(Err(_)) => {
                return Err(PublicError::new(Code::InvalidRequest, "the body broke off"));
            }
            Some(Ok(bytes)) if whole.len() + bytes.len() > limits.raw => {
                return Err(too_large_raw(limits.raw));
            }
            Some(Ok(bytes)) => {
                share.hold(whole.len() + bytes.len())?;
                whole.extend_from_slice(&bytes);
            }
        }
    }
}

fn too_large_raw(limit: usize) -> PublicError {
    PublicError::new(
        Code::BodyTooLarge,
        format!("the body is longer than the limit of {limit} bytes (server.max_body)"),
    )
}

/// `application/json` or a `+json` type, in UTF-8. A missing header is taken as JSON, since the routes
/// take nothing else.
fn expect_json(headers: &HeaderMap) -> Result<(), PublicError> {
    let Some(value) = headers.get(CONTENT_TYPE) else { return Ok(()) };
    let text = value.to_str().unwrap_or_default().to_ascii_lowercase();
    let mut parts = text.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    let json = media == "application/json"
        || media.strip_prefix("application/").is_some_and(|rest| rest.ends_with("+json"));
    if !json {
        return Err(PublicError::new(
            Code::UnsupportedMediaType,
            "the content type of the body is not application/json",
        ));
    }
    let charset = parts.find_map(|part| part.strip_prefix("charset="));
    match charset.map(|name| name.trim_matches('"')) {
        None | Some("utf-8" | "utf8" | "us-ascii") => Ok(()),
        Some(_) => {
            Err(PublicError::new(Code::UnsupportedMediaType, "the body's charset is not UTF-8"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use super::*;
    use crate::limits::BodyMemory;

    fn limits() -> BodyLimits {
        BodyLimits {
            raw: 32,
            decoded: 64,
            together: 1 << 20,
            total_time: Duration::from_millis(60),
            idle_time: Duration::from_millis(20),
        }
    }

    async fn check(content_type: Option<&str>, body: Body, expect: Result<&str, (u16, &str)>) {
        let mut headers = HeaderMap::new();
        if let Some(value) = content_type {
            headers.insert(CONTENT_TYPE, value.parse().unwrap());
        }
        let mut share = BodyMemory::new(limits().together).share();
        match (read_body(&headers, body, &limits(), &mut share).await, expect) {
            (Ok(bytes), Ok(text)) => assert_eq!(bytes, text.as_bytes()),
            (Err(error), Err((status, part))) => {
                assert_eq!(error.code.row().status, status);
                assert!(error.message.contains(part), "{}", error.message);
            }
            (got, expect) => panic!("{got:?} instead of {expect:?}"),
        }
    }

    #[tokio::test]
    async fn reads_and_refuses() {
        check(Some("application/json"), Body::from("{}"), Ok("{}")).await;
        check(Some("application/json; charset=UTF-8"), Body::from("{}"), Ok("{}")).await;
        check(Some("application/problem+json"), Body::from("{}"), Ok("{}")).await;
        check(None, Body::from("{}"), Ok("{}")).await;
        check(Some("text/plain"), Body::from("{}"), Err((415, "content type"))).await;
        let form = "application/x-www-form-urlencoded";
        check(Some(form), Body::from("{}"), Err((415, "application/json"))).await;
        let latin = "application/json; charset=iso-8859-1";
        check(Some(latin), Body::from("{}"), Err((415, "charset"))).await;
        check(None, Body::from(vec![b'{', 0xff]), Err((400, "offset 1"))).await;
        check(None, Body::from("x".repeat(33)), Err((413, "32 bytes"))).await;
    }

    #[tokio::test]
    async fn a_body_that_stops_is_given_up() {
        let first = futures_util::stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"{"))]);
        let body = Body::from_stream(first.chain(futures_util::stream::pending()));
        check(None, body, Err((408, "in time"))).await;
    }

    #[tokio::test]
    async fn a_body_that_drips_is_given_up() {
        let drip = futures_util::stream::unfold((), |()| async {
            tokio::task::yield_now().await;
            Some((Ok::<_, Infallible>(Bytes::new()), ()))
        });
        check(None, Body::from_stream(drip), Err((408, "60ms in all"))).await;
    }
}
