//! Numbers spelled with an exponent or an empty fraction, in their plain spelling: `6.12345678e8` has the
//! digits of a telephone number as much as `612345678` has.

use std::borrow::Cow;

/// A plain spelling longer than this identifies nobody; the number stays as it is written.
const LONGEST: usize = 40;

/// The plain spelling of a JSON number; the number itself where it is plain, or would be too long.
pub(crate) fn plain(raw: &str) -> Cow<'_, str> {
    if raw.len() <= LONGEST && raw.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
        spelled_out(raw).filter(|plain| plain != raw).map_or(Cow::Borrowed(raw), Cow::Owned)
    } else {
        Cow::Borrowed(raw)
    }
}

fn spelled_out(raw: &str) -> Option<String> {
    let (mantissa, exponent) = raw.split_once(['e', 'E']).unwrap_or((raw, "0"));
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: isize = exponent.parse().ok()?;
    let digits = [whole, fraction].concat();
    // Where the point goes among the digits; it may lie outside of them.
    let point = isize::try_from(whole.len()).ok()?.checked_add(exponent)?;
    let (before, after) = match usize::try_from(point) {
        Ok(point) if point >= digits.len() => {
            let zeros = point - digits.len();
            if digits.len() + zeros > LONGEST {
                return None;
            }
            (digits + &"0".repeat(zeros), String::new())
        }
        Ok(point) => {
            let (before, after) = digits.split_at_checked(point)?;
            (before.to_owned(), after.to_owned())
        }
        Err(_) => {
            let zeros = point.unsigned_abs();
            if digits.len() + zeros > LONGEST {
                return None;
            }
            (String::new(), "0".repeat(zeros) + &digits)
        }
    };
    let before = match before.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    // A fraction of zeros says nothing.
    let fraction =
        if after.bytes().all(|digit| digit == b'0') { String::new() } else { format!(".{after}") };
    Some(format!("{sign}{before}{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_spellings() {
        let check = |raw: &str, expect: &str| assert_eq!(plain(raw), expect, "for {raw}");
        check("0", "0");
        check("612345678", "612345678");
        check("-12", "-12");
        check("6.12345678e8", "612345678");
        check("6.12345678E+8", "612345678");
        check("6.12345678e008", "612345678");
        check("-6.5e1", "-65");
        check("0.612345678e9", "612345678");
        check("0.0000612345678e13", "612345678");
        check("6123456780e-1", "612345678");
        check("6123456785e-1", "612345678.5");
        check("1e-3", "0.001");
        check("12e-3", "0.012");
        check("1e39", "1000000000000000000000000000000000000000");
        check("1e40", "1e40");
        check("1e-39", "0.000000000000000000000000000000000000001");
        check("1e-41", "1e-41");
        check("1e99999999999999999999999", "1e99999999999999999999999");
        check("1e-9223372036854775808", "1e-9223372036854775808");
        check("1e9223372036854775807", "1e9223372036854775807");
        check("0e0", "0");
        check("0.0", "0");
        check("-0.0", "-0");
        check("12.50", "12.50");
        check("33.589890", "33.589890");
        check("1.0", "1");
        let long = format!("0.{}", "1".repeat(50));
        check(&long, &long);
    }
}
