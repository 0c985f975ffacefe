//! Characters that are written as escapes: of JSON, of HTML, of addresses on the web.
//!
//! Owns which spellings count as one character and how long they are. A text may be source text of
//! several languages at once (JSON in JSON, HTML in JSON), so what was escaped twice is one spelling too.
//! Where a spelling may be ordinary text (`C:\new`), the surroundings decide, and ordinary text wins.

mod entities;
mod paths;

pub(super) use paths::Backslashes;

/// A character and how many bytes its spelling takes.
pub(super) type Spelled = (char, usize);

/// The most characters that are themselves escaped before an escape (`&amp;amp;#49;`).
const MOST_NESTED: usize = 16;

/// Where the first byte stands that may begin an escape.
pub(super) fn next_begin(bytes: &[u8]) -> Option<usize> {
    memchr::memchr3(b'\\', b'&', b'%', bytes)
}

/// The character that is spelled at byte `at`, where it is not spelled by itself.
pub(super) fn spelled_at(text: &str, at: usize, backslashes: &mut Backslashes) -> Option<Spelled> {
    let bytes = text.as_bytes();
    match bytes.get(at)? {
        b'\\' => backslash(text, at, backslashes),
        b'&' => entities::spelled(text.get(at..)?),
        b'%' => percent(bytes, at),
        _ => None,
    }
}

/// Whether the text spells any character otherwise than by itself.
pub(super) fn any(text: &str) -> bool {
    let mut backslashes = Backslashes::default();
    let starts = memchr::memchr3_iter(b'\\', b'&', b'%', text.as_bytes());
    let mut behind = 0;
    for at in starts {
        if at >= behind {
            if spelled_at(text, at, &mut backslashes).is_some() {
                return true;
            }
            behind = at + skipped(text, at);
        }
    }
    false
}

/// How many bytes to pass over where nothing is spelled: a whole run of backslashes, so that a long run
/// is looked at once.
pub(super) fn skipped(text: &str, at: usize) -> usize {
    run(text.as_bytes(), at).max(1)
}

fn run(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).unwrap_or_default().iter().take_while(|&&byte| byte == b'\\').count()
}

/// `\u0645`, `\u{645}`, `\U00000645`, `\x4d`, `\/`, `\n`, `\r`, `\t` behind any number of backslashes. A
/// quotation mark stays behind its backslash: it stands between values, and bare it would end the member
/// that holds it.
fn backslash(text: &str, at: usize, backslashes: &mut Backslashes) -> Option<Spelled> {
    let bytes = text.as_bytes();
    let length = run(bytes, at);
    let behind = at + length;
    let letter = *bytes.get(behind)?;
    let in_path = backslashes.in_path(text, at, behind);
    let (character, end) = match letter {
        b'u' => unicode(bytes, behind)?,
        b'U' => {
            let end = behind + 9;
            (char::from_u32(hexadecimal(bytes.get(behind + 1..end)?)?)?, end)
        }
        b'x' if !in_path => octets(bytes, at, length)?,
        b'/' => ('/', behind + 1),
        b'n' if !in_path => ('\n', behind + 1),
        b'r' if !in_path => ('\r', behind + 1),
        b't' if !in_path => ('\t', behind + 1),
        _ => return None,
    };
    Some((character, end - at))
}

/// Four hexadecimal digits behind the `u` at `at`, two times for a surrogate pair, or any in braces. A
/// surrogate without its other half is no character.
fn unicode(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    if bytes.get(at + 1) == Some(&b'{') {
        let digits = bytes.get(at + 2..)?.iter().take(7).take_while(|&&byte| byte != b'}').count();
        let end = at + 2 + digits;
        let code = hexadecimal(bytes.get(at + 2..end)?)?;
        return (bytes.get(end) == Some(&b'}')).then_some((char::from_u32(code)?, end + 1));
    }
    let first = hexadecimal(bytes.get(at + 1..at + 5)?)?;
    let mut end = at + 5;
    if !(0xD800..0xDC00).contains(&first) {
        return Some((char::from_u32(first)?, end));
    }
    let between = run(bytes, end);
    end += between;
    if between == 0 || bytes.get(end) != Some(&b'u') {
        return None;
    }
    let second = hexadecimal(bytes.get(end + 1..end + 5)?)?;
    if !(0xDC00..0xE000).contains(&second) {
        return None;
    }
    let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    Some((char::from_u32(code)?, end + 5))
}

/// `\xd9\x85`: octets of UTF-8; one alone that is none is the character of its number.
fn octets(bytes: &[u8], at: usize, slashes: usize) -> Option<(char, usize)> {
    let octet = |from: usize| -> Option<u8> {
        let marked = run(bytes, from) == slashes && bytes.get(from + slashes) == Some(&b'x');
        let digits = bytes.get(from + slashes + 1..from + slashes + 3).filter(|_| marked)?;
        u8::try_from(hexadecimal(digits)?).ok()
    };
    let step = slashes + 3;
    let first = octet(at)?;
    let (character, count) =
        utf8(first, |index| octet(at + index * step)).unwrap_or((char::from(first), 1));
    Some((character, at + count * step))
}

/// `%D9%85`, `%20`, `%u0645`, also with its percent sign escaped again (`%25D9`).
fn percent(bytes: &[u8], at: usize) -> Option<Spelled> {
    if matches!(bytes.get(at + 1), Some(b'u' | b'U')) {
        let code = hexadecimal(bytes.get(at + 2..at + 6)?)?;
        return Some((char::from_u32(code)?, 6));
    }
    let octet = |from: usize| -> Option<(u8, usize)> {
        let mut digits = from + 1;
        let nested = |digits: usize| bytes.get(digits..digits + 2) == Some(b"25".as_slice());
        for _ in 0..MOST_NESTED {
            let goes_on = bytes
                .get(digits + 2..digits + 4)
                .is_some_and(|next| next.iter().all(u8::is_ascii_hexdigit));
            if !(nested(digits) && goes_on) {
                break;
            }
            digits += 2;
        }
        let octet = u8::try_from(hexadecimal(bytes.get(digits..digits + 2)?)?).ok()?;
        (bytes.get(from) == Some(&b'%')).then_some((octet, digits + 2))
    };
    let (first, mut end) = octet(at)?;
    let decoded = utf8(first, |_| {
        let (octet, next) = octet(end)?;
        end = next;
        Some(octet)
    });
    let (character, _) = decoded?;
    if character.is_ascii() {
        // "5%20 " is a share more likely than a space; control characters are not sent in addresses.
        let before = |distance| at.checked_sub(distance).and_then(|index| bytes.get(index));
        let digit_before = before(1)
            .filter(|_| before(3) != Some(&b'%') || !before(2).is_some_and(u8::is_ascii_hexdigit));
        let behind = bytes.get(end).copied();
        let share = digit_before.is_some_and(u8::is_ascii_digit)
            && !behind.is_some_and(|byte| byte == b'%' || byte.is_ascii_alphanumeric());
        let sent = matches!(character, ' '..='~' | '\n' | '\r' | '\t');
        if share || !sent {
            return None;
        }
    }
    Some((character, end - at))
}

/// The character of UTF-8 that begins with `first`, and of how many octets it is.
fn utf8(first: u8, mut next: impl FnMut(usize) -> Option<u8>) -> Option<(char, usize)> {
    let count = match first {
        0..=0x7F => 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut buffer = [first, 0, 0, 0];
    for (index, slot) in buffer.iter_mut().enumerate().take(count).skip(1) {
        *slot = next(index)?;
    }
    let octets = buffer.get(..count)?;
    let character = std::str::from_utf8(octets).ok()?.chars().next()?;
    Some((character, count))
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u32, |code, &digit| {
        Some(code.checked_mul(16)? + char::from(digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{ByteSpan, Profile, decode_escapes, normalize};

    fn check(input: &str, expect: &str) {
        let decoded = decode_escapes(input).map_or_else(|| input.to_owned(), |it| it.text);
        assert_eq!(decoded, expect, "{input:?}");
    }

    #[test]
    fn escapes_of_json() {
        check(r"\u0645\u062d\u0645\u062F", "محمد");
        check(r"\\u0645\\\\u062d", "مح");
        check(r"\ud83d\ude00 \\ud83d\\ude00", "😀 😀");
        check(
            r"\ud83d \ude00 \ud83dx \ud83d\u0041 \u064 \u",
            r"\ud83d \ude00 \ud83dx \ud83dA \u064 \u",
        );
        check(r#"http:\/\/a.ma \"a\" a\\/b"#, r#"http://a.ma \"a\" a/b"#);
        check(r"Nom: Zineb\nCIN:\tA1\r\nfin\\nz", "Nom: Zineb\nCIN:\tA1\r\nfin\nz");
        check(r"\u{645}\u{1F600}\U0001F600", "م😀😀");
        check(r"\x4dohamed \xd9\x85 \\xd9\\x85 Ren\xe9 \xZZ", r"Mohamed م م René \xZZ");
    }

    #[test]
    fn file_names_are_no_escapes() {
        for path in [
            r"C:\new",
            r"C:\nadia\tests\rachid",
            r"C:\\nadia\\tests\\rachid",
            r"c:\Program Files\nadia\new docs\tazi.txt",
            r"\\srv\nadia\tazi",
            r"\\\\srv\\nadia\\tazi",
            r".\nadia ..\rachid ~\tazi %TEMP%\nadia",
            r"docs\nadia\cv.pdf",
            r"HKLM\nadia\Software",
            r"^\d+\n$",
            r"D:\xampp\x64",
        ] {
            check(path, path);
        }
        check(r"Bonjour.\nVoir C:\x.txt, merci\nNadia", "Bonjour.\nVoir C:\\x.txt, merci\nNadia");
        check(r"C:\x\u0645", "C:\\xم");
    }

    #[test]
    fn characters_of_html() {
        check("&#1605;&#x645;&#X645;&#0049; 06&#49;2&#50", "ممم1 06122");
        check("Andr&eacute; Fran&ccedil;ois &OElig; &Auml;&ntilde;", "André François Œ Äñ");
        check("a&nbsp;b&amp;c&lt;&commat;&period;", "a\u{a0}b&c<@.");
        check("&amp;eacute;&amp;amp;#1605;", "éم");
        check(
            "a&b &copy=1 &eacute x &#; &#x; &#9 &#xD800; &#99999999;",
            "a&b &copy=1 &eacute x &#; &#x; &#9 &#xD800; &#99999999;",
        );
    }

    #[test]
    fn characters_of_web_addresses() {
        check("%D9%85%d8%ad Zineb%20Oukacha", "مح Zineb Oukacha");
        check("%2B212%20661%2023 a%40b.ma %25D9%2585", "+212 661 23 a@b.ma م");
        check("%42%34%31 %41", "B41 A");
        check("Zineb%2520Oukacha %u0645", "Zineb Oukacha م");
        let plain = "Zineb+Oukacha 5% 100 %% 5%20 fin %D9 %D9 41 %00 %";
        check(plain, plain);
    }

    #[test]
    fn escapes_in_escapes() {
        check(r"&#92;u0645 \u0026#1605; %5Cu0645 \\u0026eacute;", "م م م é");
    }

    fn spelled_json(unit: u16) -> String {
        format!("\\u{unit:04x}")
    }

    fn piece() -> impl Strategy<Value = String> {
        prop::sample::select(vec![
            r"\u0645",
            r"\\u062D",
            r"\ud83d\ude00",
            r"\ud83d",
            r"\n",
            r"\t",
            r"\/",
            r"\",
            "\\\"",
            r"C:\n",
            "&#1605;",
            "&#x645;",
            "&eacute;",
            "&amp;",
            "&",
            ";",
            "#49",
            "%D9%85",
            "%20",
            "%25",
            "%",
            "41",
            "u0645",
            "n",
            "é",
            "م",
            "a",
            " ",
            "\u{200f}",
            "．",
            "＼",
            "＆",
            "\n",
            r"\xd9\x85",
            "/",
        ])
        .prop_map(str::to_owned)
    }

    proptest! {
        #[test]
        fn spans_lead_to_whole_spellings(pieces in prop::collection::vec(piece(), 0..12)) {
            let text = pieces.concat();
            let normalized = normalize(&text, Profile::Match);
            let mut last = 0;
            for (start, character) in normalized.text.char_indices() {
                let span = normalized.source_span(ByteSpan::new(start, start + character.len_utf8()));
                prop_assert!(text.get(span.start..span.end).is_some_and(|part| !part.is_empty()));
                prop_assert!(span.start >= last);
                last = span.start;
            }
        }

        #[test]
        fn what_was_decoded_is_decoded(pieces in prop::collection::vec(piece(), 0..12)) {
            let once = normalize(&pieces.concat(), Profile::Match).text;
            prop_assert_eq!(&normalize(&once, Profile::Match).text, &once);
            let decoded = decode_escapes(&pieces.concat()).map(|it| it.text).unwrap_or_default();
            prop_assert!(decode_escapes(&decoded).is_none(), "{:?}", decoded);
        }

        #[test]
        fn every_character_is_found_in_every_spelling(text in "[ء-يa-zéç😀 ]{1,12}") {
            let each = |spell: fn(u32) -> String| -> String {
                text.chars().map(|character| spell(u32::from(character))).collect()
            };
            let json: String =
                text.encode_utf16().flat_map(|unit| spelled_json(unit).into_bytes()).map(char::from).collect();
            let html = each(|code| format!("&#{code};"));
            let hexadecimal = each(|code| format!("&#x{code:X};"));
            let web: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let web = web.concat();
            let twice = json.replace('\\', "\\\\");
            for spelled in [json, html, hexadecimal, web, twice] {
                check(&spelled, &text);
            }
        }
    }
}
