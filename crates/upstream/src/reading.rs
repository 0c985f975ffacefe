//! Reads an answer's body piece by piece under a limit and two deadlines.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use model::AskError;
use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};
use tokio::time::Instant;

/// An answer being read. Dropping it closes the connection, which cancels the generation.
pub(crate) struct Reading {
    response: Response,
    idle: Duration,
    deadline: Instant,
    limit: usize,
    read: usize,
}

impl Reading {
    pub(crate) fn new(response: Response, idle: Duration, deadline: Instant, limit: usize) -> Self {
        Self { response, idle, deadline, limit, read: 0 }
    }

    /// The next piece, or `None` at the orderly end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, AskError> {
        let until = self.deadline.min(Instant::now() + self.idle);
        let piece = tokio::time::timeout_at(until, self.response.chunk())
            .await
            .map_err(|_| AskError::IdleTimeout)?
            .map_err(|_| AskError::Truncated)?;
        let Some(piece) = piece else { return Ok(None) };
        self.read = self.read.saturating_add(piece.len());
        if self.read > self.limit {
            return Err(AskError::TooLarge { limit: self.limit });
        }
        Ok(Some(piece))
    }

    /// The whole body.
    pub(crate) async fn whole(mut self) -> Result<Bytes, AskError> {
        let announced = self.response.content_length().unwrap_or(0);
        if usize::try_from(announced).map_or(true, |announced| announced > self.limit) {
            return Err(AskError::TooLarge { limit: self.limit });
        }
        let Some(first) = self.next().await? else { return Ok(Bytes::new()) };
        let Some(second) = self.next().await? else { return Ok(first) };
        let mut all = BytesMut::from(first);
        all.extend_from_slice(&second);
        while let Some(piece) = self.next().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }
}

/// What the headers say the body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Announced {
    Json,
    Events,
    Page,
    /// Nothing, or something that tells nothing.
    Unclear,
}

pub(crate) fn announced(response: &Response) -> Result<Announced, AskError> {
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    // No encoding was offered, so none may come: a compressed body has no bound that can be checked first.
    if text(CONTENT_ENCODING).is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        return Err(AskError::NotAnAnswer("a compressed body that was not asked for"));
    }
    Ok(kind(text(CONTENT_TYPE).unwrap_or_default()))
}

fn kind(content_type: &str) -> Announced {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/json" => Announced::Json,
        "text/event-stream" => Announced::Events,
        "text/html" | "application/xhtml+xml" => Announced::Page,
        other if other.ends_with("+json") => Announced::Json,
        _ => Announced::Unclear,
    }
}

/// Checks what can be seen at once in a body that should be JSON.
pub(crate) fn looks_like_json(body: &[u8]) -> Result<(), AskError> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    match first {
        None => Err(AskError::NotAnAnswer("an empty body")),
        Some(b'<') => Err(AskError::NotAnAnswer("a web page")),
        Some(b'{' | b'[') if std::str::from_utf8(body).is_err() => {
            Err(AskError::NotAnAnswer("text that is not UTF-8"))
        }
        Some(b'{' | b'[') => Ok(()),
        Some(_) => Err(AskError::NotAnAnswer("text that is not JSON")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content_type: &str, expect: Announced) {
        assert_eq!(kind(content_type), expect, "{content_type}");
    }

    #[test]
    fn content_types() {
        check("application/json", Announced::Json);
        check("Application/JSON; charset=utf-8", Announced::Json);
        check("application/problem+json", Announced::Json);
        check("text/event-stream;charset=UTF-8", Announced::Events);
        check("text/html; charset=utf-8", Announced::Page);
        check("", Announced::Unclear);
        check("text/plain", Announced::Unclear);
    }

    #[test]
    fn bodies_that_are_no_json() {
        assert!(looks_like_json(b" {}").is_ok());
        for body in [&b""[..], b"  ", b"<html>", b"ok", b"{\"a\":\"\xff\"}"] {
            assert!(looks_like_json(body).is_err());
        }
    }
}
