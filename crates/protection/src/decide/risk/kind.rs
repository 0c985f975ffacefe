//! What kind of text it is, by the forms of its lines.

/// A kind of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextKind {
    /// Sentences.
    Prose,
    /// Messages: small letters at the beginning of lines, few full stops.
    Chat,
    /// Rows with separators.
    Table,
    /// Labels with values behind them.
    Form,
    /// Code and structured data.
    Code,
}

impl TextKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Prose, Self::Chat, Self::Table, Self::Form, Self::Code];

    /// The name in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prose => "prose",
            Self::Chat => "chat",
            Self::Table => "table",
            Self::Form => "form",
            Self::Code => "code",
        }
    }
}

/// Counts over lines, of which the kind follows.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    all: usize,
    rows: usize,
    labelled: usize,
    plain: usize,
    characters: usize,
    signs: usize,
}

impl Lines {
    pub(super) fn add(&mut self, text: &str) {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let bytes = line.as_bytes();
            let count = |sign: u8| memchr::memchr_iter(sign, bytes).count();
            self.all += 1;
            self.characters += bytes.len();
            self.signs += bytes.iter().filter(|byte| b"{}[]<>=\"\\_".contains(byte)).count();
            let ends = line.ends_with(['.', '!', '?', '؟', '،', ',', ';']);
            let cells = [b'\t', b';', b'|'].into_iter().map(count).max().unwrap_or(0);
            self.rows += usize::from(cells >= 2 || (!ends && count(b',') >= 3));
            let colon = line.find([':', '：']).is_some_and(|at| at > 1 && at < 60);
            self.labelled += usize::from(colon);
            let small = line.chars().next().is_some_and(|first| !first.is_uppercase());
            self.plain += usize::from(small && !ends);
        }
    }

    pub(super) fn kind(&self) -> TextKind {
        let most = |part: usize| part * 2 > self.all;
        if self.signs * 20 > self.characters {
            TextKind::Code
        } else if self.all > 1 && most(self.rows) {
            TextKind::Table
        } else if self.all > 2 && most(self.labelled) {
            TextKind::Form
        } else if most(self.plain) {
            TextKind::Chat
        } else {
            TextKind::Prose
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: TextKind) {
        let mut lines = Lines::default();
        lines.add(text);
        assert_eq!(lines.kind(), expect, "{text}");
    }

    #[test]
    fn kinds() {
        check("Je soussigné demande une copie. Merci.", TextKind::Prose);
        check("salam khouya fin wslti", TextKind::Chat);
        check("nom;ville;tel\nA;B;C\nD;E;F", TextKind::Table);
        check("Nom : A\nPrénom : B\nCIN : C", TextKind::Form);
        check("{\"name\": \"A\", \"city\": \"B\"}", TextKind::Code);
        check("", TextKind::Prose);
    }
}
