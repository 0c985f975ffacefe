//! The types of settings: written as people write them, kept as numbers.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use projects::Micro;
use protection::Action;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

/// A value that is written as text has one reader, for the file and the variables alike.
macro_rules! from_text {
    ($($type:ty),+) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    )+};
}

from_text!(Size, Time, LogFormat, MetricsWord, ActionWord, ActionChoice);

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) usize);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no size; write it like 32 MiB, 500 KB or 1048576");
        let (number, unit) = number_and_unit(text);
        let factor = match unit.to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "kb" => 1000,
            "kib" | "k" => 1 << 10,
            "mb" => 1_000_000,
            "mib" | "m" => 1 << 20,
            "gb" => 1_000_000_000,
            "gib" | "g" => 1 << 30,
            _ => return Err(wrong()),
        };
        let number: usize = number.parse().map_err(|_| wrong())?;
        number.checked_mul(factor).filter(|bytes| *bytes > 0).map(Self).ok_or_else(wrong)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes % (1 << 20) == 0 => write!(formatter, "{} MiB", bytes >> 20),
            bytes if bytes % (1 << 10) == 0 => write!(formatter, "{} KiB", bytes >> 10),
            bytes => write!(formatter, "{bytes}"),
        }
    }
}

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) Duration);

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is no time; write it like 30 s, 500 ms, 5 min, 1 h or 7 d");
        let (number, unit) = number_and_unit(text);
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let seconds = match unit {
            "ms" => return Ok(Self(Duration::from_millis(number))),
            "s" => 1,
            "min" | "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            _ => return Err(wrong()),
        };
        number.checked_mul(seconds).map(|total| Self(Duration::from_secs(total))).ok_or_else(wrong)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.0.as_millis();
        if !milliseconds.is_multiple_of(1000) {
            return write!(formatter, "{milliseconds} ms");
        }
        match self.0.as_secs() {
            0 => formatter.write_str("0 s"),
            total if total % 86_400 == 0 => write!(formatter, "{} d", total / 86_400),
            total if total % 3600 == 0 => write!(formatter, "{} h", total / 3600),
            total if total % 60 == 0 => write!(formatter, "{} min", total / 60),
            total => write!(formatter, "{total} s"),
        }
    }
}

fn number_and_unit(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end).unwrap_or((text, ""));
    (number, unit.trim())
}

/// An amount of money, written as a decimal number with at most six places.
pub(crate) fn amount(text: &str) -> Option<Micro> {
    let (whole, places) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || places.len() > 6 || !digits(whole) || !digits(places) {
        return None;
    }
    let units: i64 = whole.parse().ok()?;
    let fraction: i64 = format!("{places:0<6}").parse().ok()?;
    units.checked_mul(1_000_000)?.checked_add(fraction).map(Micro)
}

/// Words that stand for a choice.
macro_rules! words {
    ($($(#[doc = $about:literal])+ $type:ident { $($name:ident = $word:literal,)+ })+) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $type { $($name,)+ }

        impl FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$name),)+
                    _ => Err(format!(
                        "`{text}` is none of {}{}",
                        [$($word,)+].join(", "),
                        super::file::nearest(text, &[$($word,)+])
                    )),
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(match self { $(Self::$name => $word,)+ })
            }
        }
    )+};
}

words! {
    /// How log lines look.
    LogFormat { Text = "text", Json = "json", }
    /// Who may read `/metrics`.
    MetricsWord { Loopback = "loopback", Open = "open", Off = "off", }
    /// What happens to a type of value.
    ActionWord {
        Keep = "keep", Surrogate = "surrogate", Label = "label", Mask = "mask", Block = "block",
    }
}

/// An action, or nothing where another rule decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ActionChoice(pub(crate) Option<ActionWord>);

impl FromStr for ActionChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(Self(None)) } else { text.parse().map(|word| Self(Some(word))) }
    }
}

impl fmt::Display for ActionChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |word| word.fmt(formatter))
    }
}

impl From<ActionWord> for Action {
    fn from(word: ActionWord) -> Self {
        match word {
            ActionWord::Surrogate => Self::Surrogate,
            ActionWord::Label => Self::Label,
            ActionWord::Mask => Self::Mask,
            ActionWord::Block => Self::Block,
            ActionWord::Keep => Self::Keep,
        }
    }
}

/// What happens to single types: a table in the file, `type=action,…` in a variable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct WordList(pub(crate) BTreeMap<String, ActionWord>);

impl FromStr for WordList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
        let read = pairs.map(|pair| {
            let (kind, action) = pair
                .split_once('=')
                .ok_or_else(|| format!("`{pair}` is not of the form type=action"))?;
            Ok((kind.trim().to_owned(), action.trim().parse()?))
        });
        read.collect::<Result<_, String>>().map(Self)
    }
}

impl fmt::Display for WordList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs: Vec<String> =
            self.0.iter().map(|(kind, action)| format!("{kind}={action}")).collect();
        formatter.write_str(&pairs.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: FromStr<Err = String> + fmt::Display>(text: &str, expect: Option<&str>) {
        let read = text.parse::<T>().map(|value| value.to_string());
        assert_eq!(read.as_deref().ok(), expect, "{text}: {read:?}");
    }

    #[test]
    fn sizes() {
        check::<Size>("32 MiB", Some("32 MiB"));
        check::<Size>("32mib", Some("32 MiB"));
        check::<Size>("1048576", Some("1 MiB"));
        check::<Size>("1500", Some("1500"));
        check::<Size>("2 KB", Some("2000"));
        check::<Size>("0", None);
        check::<Size>("many", None);
        check::<Size>("1 parsec", None);
        check::<Size>("99999999999 GiB", None);
    }

    #[test]
    fn times() {
        check::<Time>("90 s", Some("90 s"));
        check::<Time>("120s", Some("2 min"));
        check::<Time>("1 h", Some("1 h"));
        check::<Time>("30 d", Some("30 d"));
        check::<Time>("250 ms", Some("250 ms"));
        check::<Time>("0 s", Some("0 s"));
        check::<Time>("soon", None);
        check::<Time>("5", None);
    }

    #[test]
    fn amounts() {
        fn check(text: &str, expect: Option<i64>) {
            assert_eq!(amount(text).map(|micro| micro.0), expect, "{text}");
        }
        check("2.50", Some(2_500_000));
        check("0", Some(0));
        check("500", Some(500_000_000));
        check("0.000001", Some(1));
        check("0.0000001", None);
        check("-1", None);
        check("1,5", None);
        check(".5", None);
        check("", None);
        check("99999999999999999999", None);
    }

    #[test]
    fn words_and_lists() {
        check::<ActionWord>("mask", Some("mask"));
        check::<ActionWord>("hide", None);
        check::<MetricsWord>("open", Some("open"));
        check::<WordList>("secret=block, cin=mask", Some("cin=mask,secret=block"));
        check::<WordList>("", Some(""));
        check::<WordList>("secret", None);
        check::<WordList>("secret=stop", None);
    }
}
