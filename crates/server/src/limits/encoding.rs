//! Content encodings of a request's body, decoded piece by piece so that a bomb stops at the limit.

use async_compression::tokio::bufread::{
    BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder,
};
use async_compression::zstd::DParameter;
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::Share;
use crate::errors::{Code, PublicError};

/// RFC 9659: a decoder of the content coding `zstd` takes windows of up to 8 MB.
const ZSTD_WINDOW_LOG: u32 = 23;
/// Decoded between two points where other tasks may run.
const PIECE: usize = 128 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Encoding {
    /// The encoding that the headers name. One at most: encodings on top of each other serve no client.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, PublicError> {
        let mut named = headers
            .get_all(CONTENT_ENCODING)
            .iter()
            .flat_map(|value| value.to_str().unwrap_or("?").split(','))
            .map(|name| name.trim().to_ascii_lowercase())
            .filter(|name| !name.is_empty() && name != "identity");
        let Some(name) = named.next() else { return Ok(Self::Identity) };
        if named.next().is_some() {
            return Err(PublicError::new(
                Code::UnsupportedMediaType,
                "the body is encoded more than once",
            ));
        }
        match name.as_str() {
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "deflate" => Ok(Self::Deflate),
            "br" => Ok(Self::Brotli),
            "zstd" => Ok(Self::Zstd),
            _ => Err(PublicError::new(
                Code::UnsupportedMediaType,
                "the content encoding of the body is not one that this server decodes",
            )),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }
}

/// The decoded bytes, at most `limit` of them.
pub(super) async fn decode(
    raw: Bytes,
    encoding: Encoding,
    limit: usize,
    share: &mut Share,
) -> Result<Bytes, PublicError> {
    let source = raw.as_ref();
    // Both the encoded and the decoded bytes are in memory while this works.
    let mut hold = |decoded: usize| share.hold(source.len() + decoded);
    match encoding {
        Encoding::Identity if raw.len() > limit => Err(too_large(limit)),
        Encoding::Identity => Ok(raw),
        Encoding::Gzip => {
            let mut decoder = GzipDecoder::new(source);
            decoder.multiple_members(true);
            read(decoder, encoding, limit, &mut hold).await
        }
        Encoding::Deflate if has_zlib_header(source) => {
            read(ZlibDecoder::new(source), encoding, limit, &mut hold).await
        }
        Encoding::Deflate => read(DeflateDecoder::new(source), encoding, limit, &mut hold).await,
        Encoding::Brotli => read(BrotliDecoder::new(source), encoding, limit, &mut hold).await,
        Encoding::Zstd => {
            let window = [DParameter::window_log_max(ZSTD_WINDOW_LOG)];
            read(ZstdDecoder::with_params(source, &window), encoding, limit, &mut hold).await
        }
    }
}

/// RFC 9110 means the zlib format by `deflate`; some clients send the bare DEFLATE stream (RFC 1951).
fn has_zlib_header(source: &[u8]) -> bool {
    let [method, flags, ..] = source else { return false };
    method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)).is_multiple_of(31)
}

async fn read(
    mut decoder: impl AsyncRead + Unpin,
    encoding: Encoding,
    limit: usize,
    hold: &mut impl FnMut(usize) -> Result<(), PublicError>,
) -> Result<Bytes, PublicError> {
    let mut whole = BytesMut::new();
    let mut since_yield = 0;
    loop {
        whole.reserve(PIECE.min(8 << 10));
        let read = decoder.read_buf(&mut whole).await.map_err(|_| {
            PublicError::new(
                Code::InvalidRequest,
                format!("the body is not a whole and valid {} stream", encoding.name()),
            )
        })?;
        if read == 0 {
            return Ok(whole.freeze());
        }
        if whole.len() > limit {
            return Err(too_large(limit));
        }
        hold(whole.len())?;
        since_yield += read;
        if since_yield >= PIECE {
            since_yield = 0;
            tokio::task::yield_now().await;
        }
    }
}

fn too_large(limit: usize) -> PublicError {
    PublicError::new(
        Code::BodyTooLarge,
        format!(
            "the decompressed body is longer than the limit of {limit} bytes (server.max_decoded_body)"
        ),
    )
}

#[cfg(test)]
mod tests {
    use async_compression::tokio::bufread::{
        BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder,
    };

    use super::*;
    use crate::limits::BodyMemory;

    async fn all(mut reader: impl AsyncRead + Unpin) -> Bytes {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).await.unwrap();
        Bytes::from(bytes)
    }

    async fn decode(raw: Bytes, encoding: Encoding, limit: usize) -> Result<Bytes, PublicError> {
        super::decode(raw, encoding, limit, &mut BodyMemory::new(1 << 20).share()).await
    }

    #[tokio::test]
    async fn decodes_each_and_stops_bombs() {
        let text = "{\"m\":\"سلام\"}".repeat(5000);
        let source = text.as_bytes();
        for (encoding, packed) in [
            (Encoding::Gzip, all(GzipEncoder::new(source)).await),
            (Encoding::Deflate, all(ZlibEncoder::new(source)).await),
            (Encoding::Deflate, all(DeflateEncoder::new(source)).await),
            (Encoding::Brotli, all(BrotliEncoder::new(source)).await),
            (Encoding::Zstd, all(ZstdEncoder::new(source)).await),
        ] {
            let whole = decode(packed.clone(), encoding, source.len()).await.unwrap();
            assert_eq!(whole, source, "{encoding:?}");
            let bomb = decode(packed.clone(), encoding, source.len() - 1).await.unwrap_err();
            assert_eq!(bomb.code, Code::BodyTooLarge, "{encoding:?}");
            let half = packed.slice(..packed.len() / 2);
            let broken = decode(half, encoding, source.len()).await.unwrap_err();
            assert_eq!(broken.code, Code::InvalidRequest, "{encoding:?}");
        }
    }

    #[test]
    fn names() {
        fn check(values: &[&str], expect: Option<Encoding>) {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, value.parse().unwrap());
            }
            assert_eq!(Encoding::of(&headers).ok(), expect, "{values:?}");
        }
        check(&[], Some(Encoding::Identity));
        check(&["identity"], Some(Encoding::Identity));
        check(&["GZIP"], Some(Encoding::Gzip));
        check(&["x-gzip"], Some(Encoding::Gzip));
        check(&["br"], Some(Encoding::Brotli));
        check(&["zstd"], Some(Encoding::Zstd));
        check(&["deflate, identity"], Some(Encoding::Deflate));
        check(&["gzip, br"], None);
        check(&["gzip", "gzip"], None);
        check(&["compress"], None);
    }
}
