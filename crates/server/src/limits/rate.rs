//! Requests a minute, by project, with headers that say what is left.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::{StateInformationMiddleware, StateSnapshot};
use governor::state::{InMemoryState, NotKeyed};
use governor::{NotUntil, Quota};
use http::{HeaderMap, HeaderName, HeaderValue};
use projects::ProjectId;

use crate::errors::{Code, PublicError};

type Bucket<C> = governor::RateLimiter<NotKeyed, InMemoryState, C, StateInformationMiddleware>;

/// The limit that a bucket was made for, and the bucket.
type Limited<C> = (u32, Arc<Bucket<C>>);

/// Where a project stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    limit: u32,
    remaining: u32,
}

impl Standing {
    /// Adds the headers in OpenAI's and in Mistral's spelling.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        let mut put = |name: &'static str, value: HeaderValue| {
            headers.insert(HeaderName::from_static(name), value);
        };
        put("x-ratelimit-limit-requests", self.limit.into());
        put("x-ratelimit-remaining-requests", self.remaining.into());
        put("x-ratelimit-limit-req-minute", self.limit.into());
        put("x-ratelimit-remaining-req-minute", self.remaining.into());
        if let Ok(value) = HeaderValue::try_from(self.reset()) {
            put("x-ratelimit-reset-requests", value);
        }
    }

    /// The time until the whole allowance is there again, as OpenAI writes it (`1s`, `6m0s`, `120ms`).
    fn reset(self) -> String {
        let used = u64::from(self.limit.saturating_sub(self.remaining));
        let milliseconds = (used * 60_000).div_ceil(u64::from(self.limit.max(1)));
        let seconds = milliseconds.div_ceil(1000);
        if milliseconds < 1000 {
            format!("{milliseconds}ms")
        } else if seconds < 60 {
            format!("{seconds}s")
        } else {
            format!("{}m{}s", seconds / 60, seconds % 60)
        }
    }
}

/// A refusal: the error, and where the project stands.
#[derive(Debug)]
pub(crate) struct TooMany {
    pub(crate) error: PublicError,
    pub(crate) standing: Standing,
}

/// One leaky bucket a project (GCRA): the allowance of a minute may come at once and then refills evenly.
#[derive(Debug)]
pub(crate) struct RateLimiter<C: Clock = DefaultClock> {
    clock: C,
    buckets: Mutex<HashMap<ProjectId, Limited<C>>>,
}

impl Default for RateLimiter {
    fn default() -> Self {
        Self::with_clock(DefaultClock::default())
    }
}

impl<C: Clock + Clone> RateLimiter<C> {
    fn with_clock(clock: C) -> Self {
        Self { clock, buckets: Mutex::new(HashMap::new()) }
    }

    /// Counts one request. A limit of 0 means that the project has no limit.
    pub(crate) fn count(
        &self,
        project: &ProjectId,
        per_minute: u32,
    ) -> Result<Option<Standing>, Box<TooMany>> {
        let Some(limit) = NonZeroU32::new(per_minute) else { return Ok(None) };
        let bucket = self.bucket(project, limit);
        match bucket.check() {
            Ok(snapshot) => Ok(Some(standing(limit, &snapshot))),
            Err(refused) => Err(Box::new(self.too_many(limit, &refused))),
        }
    }

    /// The project's bucket; a changed limit begins a new one.
    fn bucket(&self, project: &ProjectId, limit: NonZeroU32) -> Arc<Bucket<C>> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, bucket)) = buckets.get(project)
            && *known == limit.get()
        {
            return Arc::clone(bucket);
        }
        let bucket =
            governor::RateLimiter::direct_with_clock(Quota::per_minute(limit), self.clock.clone())
                .with_middleware::<StateInformationMiddleware>();
        let bucket = Arc::new(bucket);
        buckets.insert(project.clone(), (limit.get(), Arc::clone(&bucket)));
        bucket
    }

    fn too_many(&self, limit: NonZeroU32, refused: &NotUntil<C::Instant>) -> TooMany {
        let wait = refused.wait_time_from(self.clock.now()).max(Duration::from_millis(1));
        let error = PublicError::new(
            Code::RateLimited,
            format!("the project has used its {limit} requests a minute"),
        )
        .retry_after(wait);
        TooMany { error, standing: Standing { limit: limit.get(), remaining: 0 } }
    }
}

fn standing(limit: NonZeroU32, snapshot: &StateSnapshot) -> Standing {
    Standing { limit: limit.get(), remaining: snapshot.remaining_burst_capacity() }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    #[test]
    fn counts_down_refuses_and_refills() {
        let clock = FakeRelativeClock::default();
        let limiter = RateLimiter::with_clock(clock.clone());
        let project = ProjectId::new("p");
        for remaining in [2, 1, 0] {
            let standing = limiter.count(&project, 3).unwrap().unwrap();
            assert_eq!(standing, Standing { limit: 3, remaining });
        }
        let refused = limiter.count(&project, 3).unwrap_err();
        assert_eq!(refused.standing, Standing { limit: 3, remaining: 0 });
        let wait = refused.error.retry_after.unwrap();
        assert!(wait <= Duration::from_secs(20) && wait > Duration::from_secs(19), "{wait:?}");
        assert!(limiter.count(&ProjectId::new("other"), 3).is_ok(), "projects do not share");
        clock.advance(Duration::from_secs(20));
        assert!(limiter.count(&project, 3).is_ok());
        assert!(limiter.count(&project, 3).is_err());
        assert_eq!(limiter.count(&project, 0).unwrap(), None, "no limit");
    }

    #[test]
    fn a_changed_limit_holds_at_once() {
        let limiter = RateLimiter::with_clock(FakeRelativeClock::default());
        let project = ProjectId::new("p");
        assert!(limiter.count(&project, 1).is_ok());
        assert!(limiter.count(&project, 1).is_err());
        assert!(limiter.count(&project, 2).is_ok());
    }

    #[test]
    fn reset_is_written_as_openai_does() {
        fn check(limit: u32, remaining: u32, expect: &str) {
            assert_eq!(Standing { limit, remaining }.reset(), expect);
        }
        check(600, 599, "100ms");
        check(60, 59, "1s");
        check(60, 0, "1m0s");
        check(7, 6, "9s");
        check(60, 60, "0ms");
    }

    #[test]
    fn headers_in_both_spellings() {
        let mut headers = HeaderMap::new();
        Standing { limit: 60, remaining: 59 }.write(&mut headers);
        for (name, value) in [
            ("x-ratelimit-limit-requests", "60"),
            ("x-ratelimit-remaining-requests", "59"),
            ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-limit-req-minute", "60"),
            ("x-ratelimit-remaining-req-minute", "59"),
        ] {
            assert_eq!(headers[name], value);
        }
    }
}
