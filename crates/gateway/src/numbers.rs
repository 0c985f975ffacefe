//! Found values among the numbers that control a model.
//!
//! A seed or a bias is random to the eye, so the finder is not asked about it. But one whose digits are
//! those of a value found in a text would carry that value out in clear, and no label fits in a number.

use std::collections::HashMap;

use model::{ControlNumber, Request};
use protection::{Findings, Kind, TextIn};

use crate::error::GatewayError;

/// How many digits a control number shares with a found value when it is taken for it. National and
/// international spellings of a telephone number differ before these.
const SHARED_DIGITS: usize = 8;

/// Values with fewer than six digits are not looked for: every seed would hold one.
const SHORTEST_TAIL: u32 = 100_000;

/// Refuses a request in which a control number holds the last digits of a found value. Each digit is looked
/// at a fixed number of times, however many values and numbers there are.
pub(crate) fn refuse_found_numbers(
    request: &Request,
    texts: &[TextIn<'_>],
    findings: &Findings,
) -> Result<(), GatewayError> {
    if request.control_numbers.is_empty() {
        return Ok(());
    }
    let mut tails: HashMap<u32, &Kind> = HashMap::new();
    for (text, found) in texts.iter().zip(&findings.per_text) {
        for finding in found {
            if let Some(tail) = tail(finding.span.of(text.text)) {
                tails.entry(tail).or_insert(&finding.kind);
            }
        }
    }
    if tails.is_empty() {
        return Ok(());
    }
    for number in &request.control_numbers {
        if let Some(kind) = held(number, &tails) {
            return Err(GatewayError::Unprotectable {
                kind: kind.clone(),
                param: number.path.to_string(),
            });
        }
    }
    Ok(())
}

/// The last digits of a value as one number. It does not begin with 0, since JSON writes no such number.
fn tail(value: &str) -> Option<u32> {
    let digits = value.chars().rev().filter_map(language::digits::digit_value);
    let (tail, _) = digits
        .take(SHARED_DIGITS)
        .fold((0, 1), |(tail, place), digit| (tail + u32::from(digit) * place, place * 10));
    (tail >= SHORTEST_TAIL).then_some(tail)
}

/// The kind of a value whose last digits stand in a number.
fn held<'k>(number: &ControlNumber, tails: &HashMap<u32, &'k Kind>) -> Option<&'k Kind> {
    let digits = number.digits.as_bytes();
    (0..digits.len()).find_map(|start| {
        let mut window = 0;
        for digit in digits.iter().skip(start).take(SHARED_DIGITS) {
            window = window * 10 + u32::from(digit.wrapping_sub(b'0'));
            if window == 0 {
                return None;
            }
            if window >= SHORTEST_TAIL
                && let Some(kind) = tails.get(&window)
            {
                return Some(*kind);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails() {
        let check =
            |value: &str, expect: Option<u32>| assert_eq!(tail(value), expect, "for {value}");
        check("0612345678", Some(12_345_678));
        check("+212 6 12-34-56-78", Some(12_345_678));
        check("٠٦١٢٣٤٥٦٧٨", Some(12_345_678));
        check("AB123456", Some(123_456));
        check("01/02/1985", Some(1_021_985));
        check("AB12345", None);
        check("Zineb", None);
        check("", None);
        check("600000000", None);
    }
}
