//! Requests a minute by callers without a key, by where they come from.
//!
//! Addresses are not kept: each falls into one of a fixed number of slots, so that memory stays the same
//! however many come. Behind a proxy all callers are one, which makes the limit stricter, never laxer.

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::errors::{Code, PublicError};

/// So many slots.
const SLOTS: u64 = 4096;

/// One leaky bucket a slot.
#[derive(Debug)]
pub(crate) struct Visitors {
    buckets: Option<DefaultKeyedRateLimiter<u64>>,
    per_minute: u32,
    hasher: RandomState,
}

impl Visitors {
    /// A limit of 0 means that there is none.
    pub(crate) fn new(per_minute: u32) -> Self {
        let buckets =
            NonZeroU32::new(per_minute).map(|limit| RateLimiter::keyed(Quota::per_minute(limit)));
        Self { buckets, per_minute, hasher: RandomState::new() }
    }

    /// Counts one request of a caller.
    pub(crate) fn count(&self, caller: Option<IpAddr>) -> Result<(), PublicError> {
        let Some(buckets) = &self.buckets else { return Ok(()) };
        let slot = self.hasher.hash_one(caller.map(network)) % SLOTS;
        buckets.check_key(&slot).map_err(|refused| {
            let wait = refused.wait_time_from(DefaultClock::default().now());
            let text = format!("this takes {} requests a minute without a key", self.per_minute);
            PublicError::new(Code::RateLimited, text).retry_after(wait.max(Duration::from_secs(1)))
        })
    }
}

/// One caller holds a whole network of the sixth version, so it counts as one.
fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address) >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_has_its_allowance_and_a_network_is_one_caller() {
        let visitors = Visitors::new(2);
        let count = |text: &str| visitors.count(Some(text.parse().unwrap())).is_ok();
        assert!(count("2001:db8::1") && count("2001:db8::2"));
        assert!(!count("2001:db8::3"), "the third of one network");
        // Slots may coincide, but not all of them.
        assert!((0..16).any(|last| count(&format!("192.0.2.{last}"))), "others have theirs");
        assert!(Visitors::new(0).count(None).is_ok());
        let refused = (0..3).find_map(|_| visitors.count(None).err()).unwrap();
        assert_eq!(refused.code, Code::RateLimited);
        assert!(refused.retry_after.unwrap() >= Duration::from_secs(1));
    }
}
