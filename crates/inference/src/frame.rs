//! The frames between server and worker: a kind, the request's number, a length, a payload.
//!
//! Layout, big-endian: 1 byte kind · 8 bytes request number · 4 bytes payload length · payload.
//! Many requests share one socket; the number says to which of them a frame belongs.

use std::io::{self, Read, Write};

/// The longest payload that is accepted; a longer one means that the two sides have lost step.
pub(crate) const LONGEST_PAYLOAD: usize = 256 << 20;

/// What a frame says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To the worker, first of all: its settings as JSON.
    Open,
    /// To the worker: a request. One byte operation, one byte "stream", then the body.
    Ask,
    /// To the worker: nobody waits for this request any more.
    Cancel,
    /// From the worker: the model is loaded; facts about it as JSON.
    Ready,
    /// From the worker: the model could not be loaded; the reason.
    LoadFailed,
    /// From the worker: the request is accepted, its answer will follow.
    Accepted,
    /// From the worker: bytes of the answer.
    Bytes,
    /// From the worker while it computes: it lives.
    Alive,
    /// From the worker: the answer is complete.
    End,
    /// From the worker: the model cannot do what the request wants; the reason.
    Unsupported,
    /// From the worker: the request cannot be served now; the reason.
    NotReady,
}

impl Kind {
    const ALL: [Self; 11] = [
        Self::Open,
        Self::Ask,
        Self::Cancel,
        Self::Ready,
        Self::LoadFailed,
        Self::Accepted,
        Self::Bytes,
        Self::Alive,
        Self::End,
        Self::Unsupported,
        Self::NotReady,
    ];

    fn code(self) -> u8 {
        self as u8
    }

    fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    pub(crate) request: u64,
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    /// A frame without a payload.
    pub(crate) fn bare(kind: Kind, request: u64) -> Self {
        Self { kind, request, payload: Vec::new() }
    }

    /// Writes the frame; the caller flushes.
    pub(crate) fn write_to(&self, writer: &mut impl Write) -> io::Result<()> {
        write_parts(writer, self.kind, self.request, &self.payload)
    }

    /// Reads the next frame; `None` at a clean end, between two frames.
    pub(crate) fn read_from(reader: &mut impl Read) -> io::Result<Option<Self>> {
        let mut kind = [0_u8; 1];
        loop {
            match reader.read(&mut kind) {
                Ok(0) => return Ok(None),
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let [code] = kind;
        let kind = Kind::from_code(code).ok_or_else(|| broken("an unknown kind of frame"))?;
        let mut number = [0_u8; 8];
        reader.read_exact(&mut number)?;
        let mut length = [0_u8; 4];
        reader.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > LONGEST_PAYLOAD {
            return Err(broken("a frame longer than any that is sent"));
        }
        // The buffer grows with what arrives: a wrong length alone costs no memory.
        let mut payload = Vec::new();
        let read = reader.by_ref().take(length as u64).read_to_end(&mut payload)?;
        if read < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(Self { kind, request: u64::from_be_bytes(number), payload }))
    }
}

/// Writes a frame from borrowed parts.
pub(crate) fn write_parts(
    writer: &mut impl Write,
    kind: Kind,
    request: u64,
    payload: &[u8],
) -> io::Result<()> {
    let length = u32::try_from(payload.len())
        .ok()
        .filter(|_| payload.len() <= LONGEST_PAYLOAD)
        .ok_or_else(|| broken("a payload longer than a frame may be"))?;
    let mut head = Vec::with_capacity(13);
    head.push(kind.code());
    head.extend_from_slice(&request.to_be_bytes());
    head.extend_from_slice(&length.to_be_bytes());
    writer.write_all(&head)?;
    writer.write_all(payload)
}

fn broken(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(frames: &[Frame]) {
        let mut wire = Vec::new();
        for frame in frames {
            frame.write_to(&mut wire).unwrap();
        }
        let mut reader = wire.as_slice();
        for frame in frames {
            assert_eq!(Frame::read_from(&mut reader).unwrap().as_ref(), Some(frame));
        }
        assert_eq!(Frame::read_from(&mut reader).unwrap(), None);
        for cut in 1..wire.len() {
            let mut reader = &wire[..cut];
            let mut whole = 0;
            let end = loop {
                match Frame::read_from(&mut reader) {
                    Ok(Some(_)) => whole += 1,
                    other => break other,
                }
            };
            assert!(whole < frames.len());
            assert!(end.is_err() || reader.is_empty());
        }
    }

    #[test]
    fn frames_come_back_as_they_went() {
        check(&[Frame::bare(Kind::End, 0)]);
        check(&[
            Frame { kind: Kind::Ask, request: u64::MAX, payload: "دار".as_bytes().to_vec() },
            Frame::bare(Kind::Cancel, 7),
            Frame { kind: Kind::Bytes, request: 1, payload: vec![0; 300] },
        ]);
        for kind in Kind::ALL {
            check(&[Frame { kind, request: 3, payload: vec![1, 2, 3] }]);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(Frame::read_from(&mut [200_u8; 40].as_slice()).is_err());
        let mut long = vec![1_u8, 0, 0, 0, 0, 0, 0, 0, 0];
        long.extend_from_slice(&u32::MAX.to_be_bytes());
        assert!(Frame::read_from(&mut long.as_slice()).is_err());
    }
}
