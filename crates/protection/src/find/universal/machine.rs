//! Addresses of machines: IPv4, IPv6, MAC.

use std::net::Ipv6Addr;

use language::ByteSpan;
use memchr::memchr3_iter;

/// Which sort of address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
    Mac,
}

/// The longest run that can be an address: an IPv6 address with a zone or an embedded IPv4 address.
const LONGEST: usize = 48;

/// Runs of hexadecimal digits and `.` `:` `-` that are an address as a whole.
pub(super) fn addresses(text: &str, found: &mut dyn FnMut(Family, ByteSpan)) {
    let bytes = text.as_bytes();
    let mut reached = 0;
    for mark in memchr3_iter(b'.', b':', b'-', bytes) {
        // A run of which this is the first mark and the last byte has too few marks.
        if mark < reached || !bytes.get(mark + 1).is_some_and(|&byte| in_address(byte)) {
            continue;
        }
        let before = bytes.get(reached..mark).unwrap_or_default();
        let start = mark - before.iter().rev().take_while(|&&byte| in_address(byte)).count();
        let mut end = mark + 1;
        let mut marks = 1;
        while let Some(&byte) = bytes.get(end) {
            if !in_address(byte) {
                break;
            }
            marks += usize::from(is_mark(byte));
            end += 1;
        }
        if marks >= 2 && end - start <= 2 * LONGEST {
            whole_run(text, start, end, found);
        }
        reached = end;
    }
}

fn in_address(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || is_mark(byte)
}

fn is_mark(byte: u8) -> bool {
    matches!(byte, b'.' | b':' | b'-')
}

fn whole_run(text: &str, start: usize, end: usize, found: &mut dyn FnMut(Family, ByteSpan)) {
    let bytes = text.as_bytes();
    let glued = |index: Option<usize>| {
        index.and_then(|index| bytes.get(index)).is_some_and(u8::is_ascii_alphanumeric)
    };
    if glued(end.checked_add(0)) {
        return;
    }
    let run = text.get(start..end).unwrap_or_default();
    // Letters glued in front (`src=f…` parts at `=`; `MACa4:` does not) make the run no address.
    let front_glued = glued(start.checked_sub(1));
    let lead = run.len() - run.trim_start_matches(['.', '-']).len();
    let value = run.trim_matches(['.', '-']);
    let value = value.strip_suffix(':').unwrap_or(value);
    let colon = usize::from(value.starts_with(':') && !value.starts_with("::"));
    let value = value.get(colon..).unwrap_or_default();
    let from = start + lead + colon;
    if front_glued && lead + colon == 0 {
        return;
    }
    if let Some(family) = family_of(value) {
        found(family, ByteSpan::new(from, from + value.len()));
        return;
    }
    // `192.168.1.4:8080`: the port is no part of the address.
    if let Some((address, port)) = value.rsplit_once(':')
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && is_v4(address)
    {
        found(Family::V4, ByteSpan::new(from, from + address.len()));
    }
}

fn family_of(value: &str) -> Option<Family> {
    if is_mac(value) {
        Some(Family::Mac)
    } else if is_v4(value) {
        Some(Family::V4)
    } else if is_v6(value) {
        Some(Family::V6)
    } else {
        None
    }
}

fn is_v4(value: &str) -> bool {
    let mut parts = 0;
    for part in value.split('.') {
        let fits = (1..=3).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && !(part.len() > 1 && part.starts_with('0'))
            && part.parse::<u16>().is_ok_and(|octet| octet <= 255);
        if !fits {
            return false;
        }
        parts += 1;
    }
    // Loopback, "this network" and netmasks name no machine of anyone.
    parts == 4 && !["0.", "127.", "255."].iter().any(|start| value.starts_with(start))
}

fn is_v6(value: &str) -> bool {
    value.len() >= 8
        && value.matches(':').count() >= 3
        && value.split(':').any(|group| group.len() >= 3)
        && value.parse::<Ipv6Addr>().is_ok()
}

fn is_mac(value: &str) -> bool {
    let groups = |mark: char, count: usize, len: usize| {
        value.split(mark).count() == count
            && value.split(mark).all(|group| {
                group.len() == len && group.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
    };
    groups(':', 6, 2) || groups('-', 6, 2) || groups('.', 3, 4)
}
