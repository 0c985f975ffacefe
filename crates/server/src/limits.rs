//! What one caller may take of this machine: body sizes, time, requests a minute, requests at once.

mod body;
mod encoding;
mod in_flight;
mod linger;
mod memory;
mod rate;
mod visitors;

use std::time::Duration;

pub(crate) use body::read_body;
pub(crate) use in_flight::InFlight;
pub(crate) use linger::drain_refused;
pub(crate) use memory::{BodyMemory, Share};
pub(crate) use rate::RateLimiter;
pub(crate) use visitors::Visitors;

/// Limits of one body.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// Bytes as they come over the wire.
    pub raw: usize,
    /// Bytes after decompression.
    pub decoded: usize,
    /// Bytes of all bodies together that are being read or worked on.
    pub together: usize,
    /// From the first byte of the body to its last.
    pub total_time: Duration,
    /// Between two pieces of the body.
    pub idle_time: Duration,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self {
            raw: 32 << 20,
            decoded: 64 << 20,
            together: 1 << 30,
            total_time: Duration::from_mins(1),
            idle_time: Duration::from_secs(15),
        }
    }
}
