//! Values of no fixed form, and values that are something else.

use language::ByteSpan;

use crate::find::view::View;
use crate::pack::identifiers::ValueShape;

/// The longest value of no fixed form, in bytes.
const LONGEST: usize = 128;

/// How the word that names a value stands to it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Introduction {
    /// Nothing but connectors between.
    pub(super) beside: bool,
    /// A colon, an equals sign or a quote introduces the value.
    pub(super) marked: bool,
    /// Another word that names a value follows, as in a record and not as in a sentence.
    pub(super) paired: bool,
}

/// The value of this shape at a token, or nothing.
pub(super) fn span(
    view: &View<'_>,
    shape: ValueShape,
    index: usize,
    at: usize,
    introduction: Introduction,
) -> Option<ByteSpan> {
    let marked = introduction.marked && introduction.beside;
    match shape {
        ValueShape::Code => code(view.text(), at),
        ValueShape::Login => login(view, at, introduction),
        ValueShape::Password => password(view, index, marked),
        ValueShape::Mixed => {
            password(view, index, marked).filter(|span| mixes(span.of(view.text())))
        }
    }
}

/// Letters, digits and inner `-` `/` `.` `_`, with a digit among them, at least four signs; a letter group
/// and a number group parted by a blank (`HC 30771`) count as one.
fn code(text: &str, at: usize) -> Option<ByteSpan> {
    let inner = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '-' | '/' | '.' | '_')
    };
    let rest = text.get(at..)?;
    let mut len = run(rest, inner);
    let first = rest.get(..len)?;
    if len <= 4 && first.chars().all(|character| character.is_ascii_uppercase()) {
        let more = rest.get(len..)?.strip_prefix(' ')?;
        let next = run(more, inner);
        if !more.starts_with(|character: char| character.is_ascii_digit()) {
            return None;
        }
        len += 1 + next;
    }
    let value = rest.get(..len)?.trim_end_matches(['-', '/', '.', '_']);
    let mut len = value.len();
    // `18804 / 24`
    if let Some(more) = rest.get(len..).and_then(|more| more.strip_prefix(" / ")) {
        let digits = run(more, |character| character.is_ascii_digit());
        if (1..=8).contains(&digits)
            && value.ends_with(|character: char| character.is_ascii_digit())
        {
            len += 3 + digits;
        }
    }
    // Groups of digits parted by blanks belong together.
    while let Some(more) = rest.get(len..).and_then(|more| more.strip_prefix(' ')) {
        let digits = run(more, |character| character.is_ascii_digit());
        let ends = more.get(digits..).is_none_or(|behind| {
            !behind.starts_with(|character: char| {
                character.is_alphanumeric() || matches!(character, '/' | ':')
            })
        });
        let grouped =
            rest.get(..len).is_some_and(|value| value.ends_with(|c: char| c.is_ascii_digit()));
        if !(3..=4).contains(&digits) || !ends || !grouped {
            break;
        }
        len += 1 + digits;
    }
    let value = rest.get(..len)?;
    let signs = value.chars().filter(char::is_ascii_alphanumeric).count();
    let digits = value.chars().filter(char::is_ascii_digit).count();
    (signs >= 4 && digits >= 3 && len <= LONGEST && !is_date(value))
        .then(|| ByteSpan::new(at, at + len))
}

/// A user name: letters, digits, `.` `_` `-`. Right behind its word it may be a plain word where it ends
/// its field; further away it must be signed as a name by a dot or an underscore.
fn login(view: &View<'_>, at: usize, introduction: Introduction) -> Option<ByteSpan> {
    let text = view.text();
    let from = if text.get(..at).is_some_and(|before| before.ends_with('@')) { at - 1 } else { at };
    let rest = text.get(at..)?;
    let len = run(rest, |character| {
        character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
    });
    let value = rest.get(..len)?.trim_end_matches(['.', '-', '_']);
    let behind = rest.get(value.len()..)?;
    // Mail addresses, calls of functions, addresses of pages and numbers with points are no user names.
    if behind.starts_with(['@', '(']) || behind.starts_with('/') || value.matches('.').count() > 1 {
        return None;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let dotted = value.contains(['.', '_']) && letters >= 3;
    let begins = value.starts_with(|character: char| character.is_ascii_alphabetic());
    let named = if !introduction.beside {
        dotted && begins
    } else if from < at || dotted || (digits > 0 && begins && letters > 0) {
        true
    } else if letters == 0 {
        digits >= 4
    } else {
        let whole = view.field_at(at).is_some_and(|field| field.value.end == at + value.len());
        let ends = whole || ends_field(behind, introduction.paired);
        begins && (introduction.marked || introduction.paired || behind.starts_with(" /")) && ends
    };
    (named && (3..=40).contains(&value.len())).then(|| ByteSpan::new(from, at + value.len()))
}

/// Whether a value ends its field: a plain word in the middle of a sentence is no user name.
fn ends_field(behind: &str, paired: bool) -> bool {
    let behind = behind.trim_start_matches(' ');
    behind.is_empty()
        || behind.starts_with(['\n', '\r', ';', '"', '\'', '<', '/', '|', '\t', ')'])
        || (paired && behind.starts_with([',', '،']))
}

/// Letters together with digits or marks, six signs or more.
fn mixes(value: &str) -> bool {
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let dated = value.get(..10).is_some_and(is_date);
    letters >= 2
        && digits >= 1
        && value.len() >= 6
        && !dated
        && !is_chat_word(value)
        && !value.contains(['[', '(', '@', '\\'])
        && !value.contains("://")
}

/// Whether a value reads as a word in the letters of chat, where single digits stand for Arabic letters
/// (`ma3ndhomch`): small letters, no two digits in a row, none at the end.
fn is_chat_word(value: &str) -> bool {
    let mut before = b'0';
    let letters = value.bytes().enumerate().all(|(at, byte)| {
        let doubled = at > 0 && before.is_ascii_digit() && byte.is_ascii_digit();
        before = byte;
        (byte.is_ascii_lowercase() || matches!(byte, b'2' | b'3' | b'5'..=b'9')) && !doubled
    });
    letters && before.is_ascii_lowercase()
}

/// From behind the mark or blank before the token to the next blank, without closing punctuation.
fn password(view: &View<'_>, index: usize, marked: bool) -> Option<ByteSpan> {
    let text = view.text();
    let token = view.tokens().get(index)?;
    let gap = view.gap_before(index);
    let opening = gap.rfind(|character: char| {
        character.is_whitespace()
            || matches!(character, ':' | '=' | '"' | '\'' | '>' | '`' | ',' | ';' | '|' | '،')
    });
    let skip = opening.map_or(0, |place| {
        place + gap.get(place..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    });
    let start = token.span.start - gap.len() + skip;
    let rest = text.get(start..)?;
    let quote = gap.get(..skip).and_then(|before| before.chars().next_back());
    let quoted = quote.filter(|quote| matches!(quote, '"' | '\'' | '`'));
    let len = match quoted {
        Some(quote) => rest.find(quote)?,
        None => run(rest, |character| {
            !character.is_whitespace()
                && !matches!(character, '"' | '<' | '>' | '|' | ',' | ';' | '،')
        }),
    };
    let value = rest.get(..len)?;
    let value = if quoted.is_some() {
        value
    } else {
        value.trim_end_matches(['.', ',', ';', ':', ')', ']', '}', '\'', '?', '…'])
    };
    // `attempt=3` is a setting, not a password.
    if value
        .split_once('=')
        .is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_'))
    {
        return None;
    }
    let length = value.chars().count();
    let varied = value.chars().any(|character| !character.is_alphabetic());
    let latin = value.is_ascii();
    ((4..=64).contains(&length) && latin && (varied || (marked && quoted.is_some())))
        .then(|| ByteSpan::new(start, start + value.len()))
}

fn run(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.char_indices()
        .find(|&(at, character)| at >= LONGEST || !fits(character))
        .map_or(text.len(), |(at, _)| at)
}

/// Whether a value reads as a calendar date.
pub(super) fn is_date(value: &str) -> bool {
    let value = value.trim_start_matches(|character: char| !character.is_ascii_digit());
    if let Some((month, year)) = value.split_once('/')
        && month.len() <= 2
        && year.len() == 4
        && month.parse::<u8>().is_ok_and(|month| (1..=12).contains(&month))
        && year.parse::<u16>().is_ok_and(|year| (1900..=2100).contains(&year))
    {
        return true;
    }
    // `2024/25`: a school year or a season.
    if let Some((year, next)) = value.split_once('/')
        && year.len() == 4
        && next.len() == 2
        && let (Ok(year), Ok(next)) = (year.parse::<u16>(), next.parse::<u16>())
        && (1900..=2100).contains(&year)
        && (year + 1) % 100 == next
    {
        return true;
    }
    let mut parts = value.split(['/', '-', '.']).map(str::trim);
    let (Some(first), Some(month), Some(last), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let number = |part: &str| part.parse::<u16>().ok().filter(|_| part.len() <= 4);
    let (Some(first_number), Some(month), Some(last_number)) =
        (number(first), number(month), number(last))
    else {
        return false;
    };
    let year = |number: u16, part: &str| part.len() == 4 && (1300..=2100).contains(&number);
    (1..=12).contains(&month)
        && ((year(first_number, first) && (1..=31).contains(&last_number))
            || ((year(last_number, last) || last.len() == 2) && (1..=31).contains(&first_number)))
}
