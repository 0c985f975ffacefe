//! The machine's clock and its secure random source.

use std::time::{SystemTime, UNIX_EPOCH};

use gateway::ports::Ambient;

/// Time and chance of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemAmbient;

impl Ambient for SystemAmbient {
    fn now_ms(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        }
    }

    #[expect(
        clippy::panic,
        reason = "without chance every key, nonce and receipt could be guessed"
    )]
    fn random(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the system's random source fails: {error}");
        }
    }
}
