//! Check digits.

/// A check that a value's digits can pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Check {
    /// ISO/IEC 7812-1 Annex B, payment cards.
    Luhn,
    /// The whole number divided by 97 leaves nothing (RIB, ICE).
    Mod97,
}

impl Check {
    /// Whether the ASCII digits of `value` pass; other characters do not count.
    pub(crate) fn passes(self, value: &str) -> bool {
        let digits = value.bytes().filter(u8::is_ascii_digit).map(|byte| u32::from(byte - b'0'));
        match self {
            Self::Mod97 => digits.fold(0, |rest, digit| (rest * 10 + digit) % 97) == 0,
            Self::Luhn => {
                let digits: Vec<u32> = digits.collect();
                let sum: u32 = digits
                    .iter()
                    .rev()
                    .enumerate()
                    .map(|(place, &digit)| match (place % 2, digit) {
                        (1, 5..) => digit * 2 - 9,
                        (1, _) => digit * 2,
                        _ => digit,
                    })
                    .sum();
                digits.iter().any(|&digit| digit != 0) && sum.is_multiple_of(10)
            }
        }
    }
}

/// Whether an IBAN without separators (upper or lower case) passes ISO 13616's check.
pub(crate) fn iban_passes(iban: &str) -> bool {
    let (Some(head), Some(tail)) = (iban.get(..4), iban.get(4..)) else { return false };
    let mut rest = 0_u32;
    for character in tail.chars().chain(head.chars()) {
        let Some(value) = character.to_digit(36) else { return false };
        rest = if value < 10 { rest * 10 + value } else { rest * 100 + value } % 97;
    }
    rest == 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(check: Check, value: &str, expect: bool) {
        assert_eq!(check.passes(value), expect, "{value}");
    }

    #[test]
    fn known_check_digits() {
        check(Check::Mod97, "007 780 8176571128598225 22", true);
        check(Check::Mod97, "007 780 8176571128598225 23", false);
        check(Check::Mod97, "003880945000093", true);
        check(Check::Luhn, "4516 9113 7571 2202", true);
        check(Check::Luhn, "4516 9113 7571 2203", false);
        check(Check::Luhn, "0000000000000000", false);
    }

    #[test]
    fn known_ibans() {
        for (iban, expect) in [
            ("MA64022450966437964285300692", true),
            ("ma64022450966437964285300692", true),
            ("MA64022450966437964285300693", false),
            ("GB82WEST12345698765432", true),
            ("", false),
        ] {
            assert_eq!(iban_passes(iban), expect, "{iban}");
        }
    }

    proptest! {
        #[test]
        fn every_valid_rib_makes_a_moroccan_iban_with_64(body in "[0-9]{22}") {
            let rest = body.bytes().fold(0_u64, |rest, b| (rest * 10 + u64::from(b - b'0')) % 97);
            let key = 97 - rest * 100 % 97;
            let rib = format!("{body}{key:02}");
            prop_assert!(Check::Mod97.passes(&rib));
            let iban = format!("MA64{rib}");
            prop_assert!(iban_passes(&iban));
        }

        #[test]
        fn nothing_panics(text in any::<String>()) {
            let _ = (Check::Luhn.passes(&text), Check::Mod97.passes(&text), iban_passes(&text));
        }
    }
}
