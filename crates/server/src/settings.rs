//! What the installation decides about its server.

use std::time::Duration;

use crate::limits::BodyLimits;

/// Who may read `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MetricsAccess {
    /// Whoever asks from this machine itself, not through a proxy.
    #[default]
    Loopback,
    /// Everyone who reaches the port.
    Open,
    /// Nobody.
    Off,
}

/// How long sealed maps live.
#[derive(Debug, Clone, Copy)]
pub struct SealTimes {
    /// When the caller does not say.
    pub usual: Duration,
    /// At most.
    pub longest: Duration,
}

impl Default for SealTimes {
    fn default() -> Self {
        Self { usual: Duration::from_hours(1), longest: Duration::from_hours(24 * 30) }
    }
}

/// The settings of the server.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Limits of request bodies.
    pub body: BodyLimits,
    /// The most bytes that an uploaded file may have.
    pub upload: u64,
    /// Requests worked on at once.
    pub in_flight: usize,
    /// Requests a minute of one caller without a key, where a route is open to such; 0 for no limit.
    pub visitor_requests_per_minute: u32,
    /// How long running requests may take after a signal to stop.
    pub drain: Duration,
    /// Who may read `/metrics`.
    pub metrics: MetricsAccess,
    /// How long sealed maps live.
    pub seal: SealTimes,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body: BodyLimits::default(),
            upload: 500 << 20,
            in_flight: 256,
            visitor_requests_per_minute: 120,
            drain: Duration::from_secs(30),
            metrics: MetricsAccess::default(),
            seal: SealTimes::default(),
        }
    }
}
