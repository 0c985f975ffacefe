//! Decimal digits of any script.

/// The zeros of the decimal digit runs of Unicode (general category Nd), in ascending order. Every
/// run holds ten consecutive code points.
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66,
    0xDE6, 0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650,
    0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50,
    0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
];

/// The value of a decimal digit in any script (`7`, `٧`, `۷`, `７` … → 7); `None` for anything else.
pub fn digit_value(character: char) -> Option<u8> {
    let code = u32::from(character);
    if code < 0x660 {
        return character.is_ascii_digit().then(|| low_byte(code - 0x30));
    }
    let after = ZEROS.partition_point(|&zero| zero <= code);
    let zero = ZEROS.get(after.checked_sub(1)?)?;
    let value = code - zero;
    (value < 10).then(|| low_byte(value))
}

fn low_byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[Option<u8>]) {
        assert_eq!(text.chars().map(digit_value).collect::<Vec<_>>(), expect, "{text}");
    }

    #[test]
    fn digits_of_every_script_have_their_value() {
        check("059", &[Some(0), Some(5), Some(9)]);
        check("٠٥٩", &[Some(0), Some(5), Some(9)]);
        check("۰۵۹", &[Some(0), Some(5), Some(9)]);
        check("０５９", &[Some(0), Some(5), Some(9)]);
        check("०९", &[Some(0), Some(9)]);
        check("𝟎𝟗𝟘", &[Some(0), Some(9), Some(0)]);
    }

    #[test]
    fn what_is_no_decimal_digit_has_none() {
        check("a/:٫ⵣ½²", &[None; 7]);
    }
}
