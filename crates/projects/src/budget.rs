//! Budgets: how much a project may spend in a window of time.

use serde::{Deserialize, Serialize};

use crate::money::Micro;

/// A limit for each window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// The most that may be spent in a window.
    pub limit: Micro,
    /// How long a window is.
    pub window: Window,
}

/// How long a budget lasts before it starts anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// It never starts anew.
    Total,
    /// A calendar month, UTC.
    Month,
    /// A calendar day, UTC.
    Day,
}

impl Window {
    /// Every window.
    pub const ALL: [Self; 3] = [Self::Total, Self::Month, Self::Day];

    /// The word in the configuration and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Month => "month",
            Self::Day => "day",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|window| window.as_str() == text)
    }
}

/// The name of the window that `now_ms` (since the Unix epoch) falls into: `total`, `2026-11`, `2026-11-25`.
/// A new window is a new name, so starting anew never overwrites what was spent.
pub fn window_key(window: Window, now_ms: i64) -> String {
    if window == Window::Total {
        return "total".to_owned();
    }
    let (year, month, day) = civil_date(now_ms.div_euclid(86_400_000));
    match window {
        Window::Day => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}"),
    }
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar. Years are counted from
/// March, so that the leap day is a year's last.
fn civil_date(days: i64) -> (i64, i64, i64) {
    const DAYS_OF_ERA: i64 = 146_097;
    let days = days + 719_468;
    let era = days.div_euclid(DAYS_OF_ERA);
    let day_of_era = days.rem_euclid(DAYS_OF_ERA);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The state of a budget in one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The most that may be spent.
    pub limit: Micro,
    /// What requests that ended cost.
    pub spent: Micro,
    /// What running requests hold.
    pub reserved: Micro,
}

/// Whether `amount` more still fits, counting everything that running requests hold.
pub fn may_reserve(balance: &Balance, amount: Micro) -> bool {
    let taken = i128::from(balance.spent.0) + i128::from(balance.reserved.0) + i128::from(amount.0);
    amount >= Micro::ZERO && taken <= i128::from(balance.limit.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(now_ms: i64, month: &str, day: &str) {
        assert_eq!(window_key(Window::Month, now_ms), month, "{now_ms}");
        assert_eq!(window_key(Window::Day, now_ms), day, "{now_ms}");
        assert_eq!(window_key(Window::Total, now_ms), "total");
    }

    #[test]
    fn windows() {
        check(0, "1970-01", "1970-01-01");
        check(-1, "1969-12", "1969-12-31");
        check(951_782_399_999, "2000-02", "2000-02-28");
        check(951_782_400_000, "2000-02", "2000-02-29");
        check(951_868_800_000, "2000-03", "2000-03-01");
        check(1_764_028_800_000, "2025-11", "2025-11-25");
        check(1_767_225_599_999, "2025-12", "2025-12-31");
        check(1_767_225_600_000, "2026-01", "2026-01-01");
        check(1_709_164_800_000, "2024-02", "2024-02-29");
        check(4_107_542_400_000, "2100-03", "2100-03-01");
        check(4_107_542_399_999, "2100-02", "2100-02-28");
    }

    #[test]
    fn each_day_follows_the_one_before() {
        let mut before = civil_date(-1);
        for days in 0..80_000 {
            let (year, month, day) = civil_date(days);
            let follows = (year, month, day) == (before.0, before.1, before.2 + 1)
                || (day == 1 && (year, month) == (before.0, before.1 + 1))
                || (day == 1 && month == 1 && before.1 == 12 && year == before.0 + 1);
            assert!(follows, "{before:?} {year}-{month}-{day}");
            before = (year, month, day);
        }
    }

    #[test]
    fn words_of_windows_are_read_back() {
        for window in Window::ALL {
            assert_eq!(Window::parse(window.as_str()), Some(window));
        }
        assert_eq!(Window::parse("year"), None);
    }

    #[test]
    fn reserving() {
        let balance = |limit, spent, reserved| Balance {
            limit: Micro(limit),
            spent: Micro(spent),
            reserved: Micro(reserved),
        };
        for (balance, amount, expect) in [
            (balance(10, 0, 0), 10, true),
            (balance(10, 0, 0), 11, false),
            (balance(10, 4, 5), 1, true),
            (balance(10, 4, 5), 2, false),
            (balance(10, 11, 0), 0, false),
            (balance(10, 10, 0), 0, true),
            (balance(10, 0, 0), -1, false),
            (balance(i64::MAX, i64::MAX, i64::MAX), 1, false),
        ] {
            assert_eq!(may_reserve(&balance, Micro(amount)), expect, "{balance:?} {amount}");
        }
    }
}
