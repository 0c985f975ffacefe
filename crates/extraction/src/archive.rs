//! Archives: their files are read in memory, nothing is ever written by a name that an archive gives.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::limits::Limits;
use crate::{ReadError, Readings, format, read_deeper};

/// Ends that are no documents, though archives carry them.
const FURNITURE: &[&str] = &["__macosx/", ".ds_store", "thumbs.db", "desktop.ini"];

/// Refuses what unpacks to too much before it is unpacked, by what its directory says; what lies about its
/// sizes is stopped while it unpacks.
pub(crate) fn check(bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
    let mut archive = opened(bytes)?;
    if archive.len() > limits.members.saturating_mul(4) {
        return Err(ReadError::Bomb(format!("{} files", limits.members)));
    }
    let mut unpacked = 0_u64;
    for number in 0..archive.len() {
        let member = archive.by_index_raw(number).map_err(|error| fault(&error))?;
        unpacked = unpacked.saturating_add(member.size());
    }
    let packed = bytes.len() as u64;
    if unpacked > limits.unpacked {
        return Err(ReadError::Bomb(format!("{} bytes", limits.unpacked)));
    }
    // Small files of repeated text pack well and harm nobody.
    if unpacked > 16 << 20 && unpacked / packed.max(1) > limits.ratio {
        return Err(ReadError::Bomb(format!("{} times its size", limits.ratio)));
    }
    Ok(())
}

pub(crate) fn read(bytes: &[u8], limits: &Limits, depth: u8) -> Result<Readings, ReadError> {
    check(bytes, limits)?;
    let mut archive = opened(bytes)?;
    let mut readings = Readings::new();
    let mut left = limits.unpacked;
    for number in 0..archive.len() {
        let member = match archive.by_index(number) {
            Ok(member) => member,
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(ReadError::Encrypted);
            }
            Err(_) => {
                let damaged = "a file in it cannot be unpacked".to_owned();
                readings.push((format!("file {}", number + 1), Err(ReadError::Damaged(damaged))));
                continue;
            }
        };
        let name = shown_name(member.name_raw());
        let lower = name.to_lowercase();
        if member.is_dir() || FURNITURE.iter().any(|mark| lower.contains(mark)) {
            continue;
        }
        if readings.len() >= limits.members {
            return Err(ReadError::Bomb(format!("{} files", limits.members)));
        }
        let mut content = Vec::new();
        let unpacked = member.take(left.saturating_add(1)).read_to_end(&mut content);
        let size = content.len() as u64;
        if size > left {
            return Err(ReadError::Bomb(format!("{} bytes", limits.unpacked)));
        }
        left -= size;
        if unpacked.is_err() {
            let damaged = "it cannot be unpacked from its archive".to_owned();
            readings.push((name, Err(ReadError::Damaged(damaged))));
            continue;
        }
        if format::of(&name, &content) == format::Format::Zip {
            if depth == 0 {
                readings.push((name, Err(ReadError::TooDeep)));
                continue;
            }
            let inner_limits = Limits { unpacked: left, ..*limits };
            match read(&content, &inner_limits, depth - 1) {
                Ok(inner) => {
                    readings.extend(
                        inner.into_iter().map(|(inner, read)| (format!("{name}/{inner}"), read)),
                    );
                }
                Err(error) => readings.push((name, Err(error))),
            }
            continue;
        }
        let read = read_deeper(&name, &content, limits);
        readings.push((name, read));
    }
    Ok(readings)
}

fn opened(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, ReadError> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|error| fault(&error))
}

fn fault(error: &ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            ReadError::Encrypted
        }
        _ => ReadError::Damaged("its archive structure cannot be followed".to_owned()),
    }
}

/// A member's name for people and for ids: UTF-8, else the Arabic code page where it gives Arabic letters,
/// else the first code page of MS-DOS. Never used as a path.
fn shown_name(raw: &[u8]) -> String {
    let name = if let Ok(name) = std::str::from_utf8(raw) {
        name.to_owned()
    } else {
        let (arabic, _) = encoding_rs::WINDOWS_1256.decode_without_bom_handling(raw);
        let letters = |text: &str, range: std::ops::RangeInclusive<char>| {
            text.chars().filter(|letter| range.contains(letter)).count()
        };
        let foreign = raw.iter().filter(|byte| !byte.is_ascii()).count();
        if letters(&arabic, '\u{621}'..='\u{652}') * 10 >= foreign * 9 {
            arabic.into_owned()
        } else {
            raw.iter().map(|byte| code_page_437(*byte)).collect()
        }
    };
    let parts = name.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".."));
    let parts: Vec<String> =
        parts.map(|part| part.chars().filter(|letter| !letter.is_control()).collect()).collect();
    parts.join("/")
}

fn code_page_437(byte: u8) -> char {
    const LETTERS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»";
    match byte {
        0..=0x7F => char::from(byte),
        _ => LETTERS.chars().nth(usize::from(byte) - 0x80).unwrap_or('_'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_and_lead_nowhere() {
        let check = |raw: &[u8], expect: &str| assert_eq!(shown_name(raw), expect);
        check("arrêtés/دليل.md".as_bytes(), "arrêtés/دليل.md");
        check(b"../../etc/passwd", "etc/passwd");
        check(b"C:\\..\\x.txt", "C:/x.txt");
        check(b"/absolute", "absolute");
        check(b"d\x82lib\x82ration.txt", "délibération.txt");
        check(&encoding_rs::WINDOWS_1256.encode("دليل.txt").0, "دليل.txt");
        check(b"a\0b\nc", "abc");
    }
}
