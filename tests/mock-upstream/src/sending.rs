//! How the bytes of an answer go out: cut, dripped, broken off or never.

use std::io::Write as _;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, header};
use bytes::Bytes;
use futures_util::stream;

use crate::record::Watch;
use crate::{Behaviour, Ending};

/// A body in pieces and what comes after the last of them.
struct Outgoing {
    pieces: std::vec::IntoIter<Bytes>,
    drip: Option<Duration>,
    last: Last,
    watch: Watch,
}

#[derive(Clone, Copy)]
enum Last {
    End,
    Silence,
    Break,
}

/// Sends the parts of an answer (events of a stream, or one whole body) as the behaviour says.
pub(crate) fn send(
    parts: Vec<String>,
    content_type: &str,
    behaviour: &Behaviour,
    mut watch: Watch,
) -> Response<Body> {
    let response = Response::builder().header(header::CONTENT_TYPE, content_type);
    let simple = behaviour.drip.is_none() && behaviour.cut_bytes.is_none() && parts.len() == 1;
    match behaviour.ending {
        Ending::Complete if simple => {
            watch.finished();
            let body = parts.concat();
            return response.body(body.into()).unwrap_or_default();
        }
        Ending::Gzip => {
            watch.finished();
            let response = response.header(header::CONTENT_ENCODING, "gzip");
            return response.body(gzip(&parts.concat()).into()).unwrap_or_default();
        }
        _ => {}
    }
    let last = match behaviour.ending {
        Ending::HangMidStream => Last::Silence,
        Ending::BreakMidStream => Last::Break,
        _ => Last::End,
    };
    let pieces = cut(parts, behaviour).into_iter();
    let outgoing = Outgoing { pieces, drip: behaviour.drip, last, watch };
    response.body(Body::from_stream(stream::unfold(outgoing, next))).unwrap_or_default()
}

async fn next(mut outgoing: Outgoing) -> Option<(Result<Bytes, std::io::Error>, Outgoing)> {
    match outgoing.drip {
        Some(pause) => tokio::time::sleep(pause).await,
        // A pause lets the server flush, so that pieces leave apart.
        None => tokio::task::yield_now().await,
    }
    if let Some(piece) = outgoing.pieces.next() {
        return Some((Ok(piece), outgoing));
    }
    match outgoing.last {
        Last::End => {
            outgoing.watch.finished();
            None
        }
        Last::Silence => std::future::pending().await,
        Last::Break => {
            outgoing.watch.broken();
            let broken = std::io::Error::other("broken off on purpose");
            Some((Err(broken), outgoing))
        }
    }
}

fn cut(parts: Vec<String>, behaviour: &Behaviour) -> Vec<Bytes> {
    let mut pieces: Vec<Vec<u8>> = parts.into_iter().map(String::into_bytes).collect();
    match behaviour.ending {
        Ending::HangMidStream | Ending::EndMidEvent | Ending::BreakMidStream => halve(&mut pieces),
        Ending::NotUtf8 => pieces.insert(pieces.len() / 2, b"data: \"\xff\xfe\"\n\n".to_vec()),
        _ => {}
    }
    if let Some(size) = behaviour.cut_bytes {
        let all = pieces.concat();
        return all.chunks(size).map(Bytes::copy_from_slice).collect();
    }
    pieces.into_iter().map(Bytes::from).collect()
}

/// Keeps the first half of the pieces, and half of the piece after them.
fn halve(pieces: &mut Vec<Vec<u8>>) {
    pieces.truncate(pieces.len() / 2 + 1);
    if let Some(last) = pieces.last_mut() {
        last.truncate(last.len() / 2);
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing into memory cannot fail.
    drop(encoder.write_all(text.as_bytes()));
    encoder.finish().unwrap_or_default()
}
