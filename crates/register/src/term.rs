//! The term in which a contest is answered.

use serde::{Deserialize, Serialize};

use crate::texts::Language;

const DAY_MS: i64 = 86_400_000;

/// So many days, and whose rule it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Days; the day of receipt does not count.
    pub days: u32,
    /// Where the period comes from: `own`, `law-09-08-article-8`, or words.
    pub source: String,
}

impl Term {
    /// Where the period comes from, in words of this language.
    pub fn source_in(&self, language: Language) -> &str {
        let words = match self.source.as_str() {
            "own" => [
                "règle de cette installation",
                "قاعدة هذه المنصة",
                "ⴰⵙⵍⴳⵏ ⵏ ⵜⵎⴰⵛⵉⵏⵜ ⴰⴷ",
                "this installation's own rule",
            ],
            "law-09-08-article-8" => [
                "loi 09-08, article 8 : dix jours francs pour une rectification",
                "القانون 09-08، المادة 8: عشرة أيام كاملة للتصحيح",
                "ⴰⵣⵔⴼ 09-08, ⴰⵎⴳⵔⴰⴷ 8",
                "law 09-08, article 8: ten clear days for a rectification",
            ],
            own_words => return own_words,
        };
        let all = Language::ALL.into_iter().zip(words);
        all.into_iter().find(|(of, _)| *of == language).map_or("", |(_, words)| words)
    }

    /// The end of the last day, UTC, in milliseconds since the Unix epoch.
    pub fn due_ms(&self, received_ms: i64) -> i64 {
        let day = received_ms.div_euclid(DAY_MS);
        day.saturating_add(i64::from(self.days)).saturating_add(1).saturating_mul(DAY_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_sources_are_told_in_every_language() {
        for language in Language::ALL {
            for source in ["own", "law-09-08-article-8"] {
                let term = Term { days: 10, source: source.to_owned() };
                assert!(term.source_in(language) != source && !term.source_in(language).is_empty());
            }
            let term = Term { days: 10, source: "Charte".to_owned() };
            assert_eq!(term.source_in(language), "Charte");
        }
    }

    #[test]
    fn the_day_of_receipt_does_not_count() {
        let check = |days, received_ms, expect| {
            assert_eq!(Term { days, source: String::new() }.due_ms(received_ms), expect);
        };
        check(10, 0, 11 * DAY_MS);
        check(10, DAY_MS - 1, 11 * DAY_MS);
        check(10, DAY_MS, 12 * DAY_MS);
        check(0, 5, DAY_MS);
    }
}
