//! Electronic visiting cards (vCard: RFC 2426, RFC 6350).
//!
//! Owns the fields that such a card writes in a manner of its own: the parts of a name (`N`) and of an
//! address (`ADR`), and a birth date (`BDAY`). Numbers and mail addresses look the same everywhere and have
//! detectors of their own.

use language::ByteSpan;

use super::candidate::{Candidate, Detector, Strength};
use super::place::Surroundings;
use super::view::View;
use crate::finding::Kind;

/// Finds the fields of visiting cards.
#[derive(Debug)]
pub struct CardDetector {
    /// Whether names are wanted.
    pub names: bool,
}

/// How many parts a name and an address have (RFC 6350, sections 6.2.2 and 6.3.1).
const NAME_PARTS: usize = 5;
const ADDRESS_PARTS: usize = 7;
/// The parts of a name that are no title: family, given, additional names.
const OWN_NAMES: usize = 3;
/// The parts of an address that lead to a door: box, extension, street.
const DOOR: usize = 3;
/// How far into a line its property's name may reach, in bytes.
const LONGEST_HEAD: usize = 64;
/// The most lines that one value is folded over.
const MOST_FOLDS: usize = 16;

impl Detector for CardDetector {
    fn candidates(&self, view: &View<'_>, _: Surroundings<'_>, out: &mut Vec<Candidate>) {
        let text = view.text();
        let mut inside = false;
        for (index, &line) in view.lines().iter().enumerate() {
            let Some((name, value_at)) = property(text, line) else { continue };
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            let value = || ByteSpan::new(value_at, end_of_value(view, index));
            if is("BEGIN") || is("END") {
                let card = value().of(text).trim().eq_ignore_ascii_case("VCARD");
                inside = if card { is("BEGIN") } else { inside };
            } else if is("N") && self.names {
                let parts = parts(text, value());
                if inside || parts.len() == NAME_PARTS {
                    let own = parts.into_iter().take(OWN_NAMES);
                    out.extend(own.filter_map(|part| candidate(text, part, "person")));
                }
            } else if is("ADR") {
                let parts = parts(text, value());
                if inside || parts.len() == ADDRESS_PARTS {
                    out.extend(address(&parts).and_then(|span| candidate(text, span, "address")));
                }
            } else if inside && is("LABEL") {
                out.extend(candidate(text, value(), "address"));
            } else if inside && self.names && (is("FN") || is("NICKNAME")) {
                out.extend(candidate(text, value(), "person"));
            } else if is("BDAY") && (inside || is_date(value().of(text).trim())) {
                out.extend(candidate(text, value(), "date_of_birth"));
            }
        }
    }
}

/// The name of the property in a line, without its group, and where its value begins.
fn property(text: &str, line: ByteSpan) -> Option<(&str, usize)> {
    let content = line.of(text);
    let window = content.as_bytes().get(..content.len().min(LONGEST_HEAD))?;
    let head = memchr::memchr2(b':', b';', window)?;
    let name = content.get(..head)?.rsplit('.').next()?;
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let mut quoted = false;
    let colon = content.char_indices().find(|&(_, sign)| {
        quoted ^= sign == '"';
        sign == ':' && !quoted
    });
    colon.map(|(at, _)| (name, line.start + at + 1))
}

/// The end of the value that begins in a line: lines that begin with a blank go on with it.
fn end_of_value(view: &View<'_>, index: usize) -> usize {
    let lines = view.lines().get(index..).unwrap_or_default();
    let folds = lines.iter().skip(1).take(MOST_FOLDS);
    let folded = folds.take_while(|line| line.of(view.text()).starts_with([' ', '\t']));
    folded.last().or(lines.first()).map_or(0, |line| line.end)
}

/// The parts of a value between semicolons that are not escaped.
fn parts(text: &str, value: ByteSpan) -> Vec<ByteSpan> {
    let mut parts = Vec::new();
    let mut from = value.start;
    let mut escaped = false;
    for (at, sign) in value.of(text).char_indices() {
        if sign == ';' && !escaped {
            parts.push(ByteSpan::new(from, value.start + at));
            from = value.start + at + 1;
        }
        escaped = sign == '\\' && !escaped;
    }
    parts.push(ByteSpan::new(from, value.end));
    parts
}

/// From the first part that leads to a door to the last part.
fn address(parts: &[ByteSpan]) -> Option<ByteSpan> {
    let first = parts.iter().take(DOOR).find(|part| !part.is_empty())?;
    let last = parts.iter().rev().find(|part| !part.is_empty())?;
    Some(ByteSpan::new(first.start, last.end))
}

/// A date of digits, or one whose year is not known (`--0312`).
fn is_date(value: &str) -> bool {
    let date = value.split(['T', 't', ' ']).next().unwrap_or_default();
    let digits = date.bytes().filter(u8::is_ascii_digit).count();
    matches!(digits, 4 | 6 | 8)
        && date.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.'))
}

/// A field with something in it.
fn candidate(text: &str, span: ByteSpan, kind: &str) -> Option<Candidate> {
    let part = span.of(text);
    let start = span.start + (part.len() - part.trim_start().len());
    let trimmed = part.trim();
    trimmed.contains(char::is_alphanumeric).then(|| Candidate {
        span: ByteSpan::new(start, start + trimmed.len()),
        kind: Kind::new(kind),
        score: 92,
        strength: Strength::Named,
        reason: "a field of a visiting card".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, &str)]) {
        let view = View::new(text);
        let mut out = Vec::new();
        CardDetector { names: true }.candidates(&view, Surroundings::text(), &mut out);
        let got: Vec<_> = out
            .iter()
            .map(|found| (found.kind.as_str(), view.source_span(found.span).of(text)))
            .collect();
        assert_eq!(got, expect, "{text:?}");
    }

    #[test]
    fn names_in_parts() {
        check(
            "N:Tghzawt;Ijja;Amina,Lalla;Mme;",
            &[("person", "Tghzawt"), ("person", "Ijja"), ("person", "Amina,Lalla")],
        );
        check(
            "BEGIN:VCARD\r\nN;CHARSET=UTF-8:العلوي;محمد\r\nFN:محمد العلوي\r\nEND:VCARD\r\nFN:x",
            &[("person", "العلوي"), ("person", "محمد"), ("person", "محمد العلوي")],
        );
        check("N: 12 rue des Roses", &[]);
        check("N;B: ce point; puis un autre", &[]);
    }

    #[test]
    fn addresses_in_parts() {
        check(
            "item1.ADR;TYPE=home:;;7 derb Lferran;Salé;;11000;Maroc",
            &[("address", "7 derb Lferran;Salé;;11000;Maroc")],
        );
        check(
            "ADR;LABEL=\"7: derb\":;;7 derb\\; Lferran;Salé;;11000;",
            &[("address", "7 derb\\; Lferran;Salé;;11000")],
        );
        check("ADR:;;;Salé;;11000;Maroc", &[]);
        check(
            "BEGIN:VCARD\nADR:;;12 rue\n  Ibn Batouta;Fès;;30000;\nTEL:1",
            &[("address", "12 rue\n  Ibn Batouta;Fès;;30000")],
        );
    }

    #[test]
    fn birth_dates() {
        for date in ["19790605", "--0312", "1988-03-12", "1990-02-03T00:00:00Z"] {
            check(&format!("BDAY:{date}"), &[("date_of_birth", date)]);
        }
        check("BDAY;VALUE=text:vers 1950", &[]);
        check("BEGIN:VCARD\nBDAY;VALUE=text:vers 1950", &[("date_of_birth", "vers 1950")]);
        check("BDAY: gâteau à 16 h", &[]);
    }
}
