//! Times for people.

use projects::{Window, window_key};

/// The day, UTC.
pub(super) fn day(milliseconds: i64) -> String {
    window_key(Window::Day, milliseconds)
}
