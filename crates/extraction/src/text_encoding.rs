//! Bytes as text: by their byte-order mark, as UTF-8, else by the likeliest old encoding.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

/// The text; `None` for what is no text.
pub(crate) fn decoded(bytes: &[u8]) -> Option<String> {
    let text = if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..)?);
        text.into_owned()
    } else if let Ok(text) = std::str::from_utf8(bytes) {
        text.to_owned()
    } else {
        // A text has no zero bytes; formats that are no text mostly do.
        if bytes.iter().take(8_192).any(|byte| *byte == 0) {
            return None;
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        let encoding = detector.guess(None, Utf8Detection::Deny);
        let (text, _, damaged) = encoding.decode(bytes);
        if damaged {
            return None;
        }
        text.into_owned()
    };
    let control =
        |letter: &char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t' | '\u{c}');
    let controls = text.chars().filter(control).count();
    // A stray control character is no reason to refuse a text; many are.
    if controls * 50 > text.chars().count() {
        return None;
    }
    Some(text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', ""))
}

/// The text of a web page, which may name its encoding in its first kilobyte.
pub(crate) fn decoded_page(bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..bytes.len().min(1_024)).unwrap_or_default();
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let named = start.split_once("charset=").and_then(|(_, rest)| {
        let rest = rest.trim_start_matches(['"', '\'', ' ']);
        let label = rest.split(['"', '\'', ' ', '>', ';', '/']).next()?;
        Encoding::for_label(label.as_bytes())
    });
    match named {
        Some(encoding) if std::str::from_utf8(bytes).is_err() => {
            Some(encoding.decode(bytes).0.replace('\0', ""))
        }
        _ => decoded(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        let check = |bytes: &[u8], expect: Option<&str>| {
            assert_eq!(decoded(bytes).as_deref(), expect, "{bytes:?}");
        };
        check("é ع ⵣ".as_bytes(), Some("é ع ⵣ"));
        check(b"\xef\xbb\xbfa\r\nb\rc", Some("a\nb\nc"));
        check(b"\xff\xfe\x39\x06\x0a\x00", Some("ع\n"));
        check(b"Mairie de la commune, d\xe9livr\xe9 le", Some("Mairie de la commune, délivré le"));
        check(
            &encoding_rs::WINDOWS_1256.encode("شهادة السكنى من الجماعة").0,
            Some("شهادة السكنى من الجماعة"),
        );
        check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None);
        check(b"\x01\x02\x03\x04abc", None);
    }
}
