//! Cutting a normalised text into tokens, and keying them, in one pass.

use language::ByteSpan;
use language::script::{Script, script_of};

use super::keys::{KeyState, is_plain_letter};
use super::names::sound::exact;
use super::view::{Case, Token, TokenKind};

const GAP: u8 = 0;
const DIGIT: u8 = 1;
const LOWER: u8 = 2;
const UPPER: u8 = 3;

/// What each ASCII byte is.
const CLASSES: [u8; 128] = classes();

const fn classes() -> [u8; 128] {
    let mut classes = [GAP; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        #[expect(clippy::indexing_slicing, reason = "computed when the program is compiled")]
        {
            classes[byte as usize] = if byte.is_ascii_digit() {
                DIGIT
            } else if byte.is_ascii_lowercase() {
                LOWER
            } else if byte.is_ascii_uppercase() {
                UPPER
            } else {
                GAP
            };
        }
        byte += 1;
    }
    classes
}

/// The tokens of a normalised text, in order.
pub(super) fn tokens_of(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::with_capacity(text.len() / 5 + 1);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if let Some(&class) = CLASSES.get(usize::from(byte)) {
            if class == GAP {
                at += 1;
                continue;
            }
        } else {
            let (script, length) = letter_at(text, at);
            if script == Script::Common {
                at += length;
                continue;
            }
        }
        let (token, end) = token_at(text, at);
        tokens.push(token);
        at = end;
    }
    tokens
}

/// The script and the length of the character at `at`, which is no ASCII character.
fn letter_at(text: &str, at: usize) -> (Script, usize) {
    let bytes = text.as_bytes();
    // The plain Arabic letters, which need no table: ء … غ and ف … ي.
    let arabic = matches!(
        (bytes.get(at), bytes.get(at + 1)),
        (Some(0xD8), Some(0xA1..=0xBA)) | (Some(0xD9), Some(0x81..=0x8A))
    );
    if arabic {
        return (Script::Arabic, 2);
    }
    match text.get(at..).and_then(|rest| rest.chars().next()) {
        Some(character) => (script_of(character), character.len_utf8()),
        None => (Script::Common, 1),
    }
}

/// The token that begins at `start` with a letter or digit, and its end.
fn token_at(text: &str, start: usize) -> (Token, usize) {
    let bytes = text.as_bytes();
    let mut shape = Shape::default();
    let mut key = KeyState::EMPTY;
    let mut plain = true;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        if let Some(&class) = CLASSES.get(usize::from(byte)) {
            if class == GAP || !shape.takes_ascii() {
                break;
            }
            shape.add(class);
            key.push(if class == UPPER { byte | 0x20 } else { byte });
            at += 1;
            continue;
        }
        let (script, length) = letter_at(text, at);
        if !shape.takes(script) {
            break;
        }
        let letter = bytes.get(at..at + length).unwrap_or_default();
        if is_plain_letter(letter) {
            shape.script = Some(script);
            for &byte in letter {
                key.push(byte);
            }
        } else {
            plain = false;
            shape.add_letter(script, text.get(at..).and_then(|rest| rest.chars().next()));
        }
        at += length;
    }
    let span = ByteSpan::new(start, at);
    let key = if plain { key.key() } else { exact(&span.of(text).to_lowercase()) };
    (shape.token(span, key), at)
}

#[derive(Default)]
struct Shape {
    script: Option<Script>,
    digits: bool,
    upper: usize,
    lower: usize,
    first_upper: bool,
}

impl Shape {
    fn takes_ascii(&self) -> bool {
        self.script.is_none_or(|script| script == Script::Latin)
    }

    fn takes(&self, script: Script) -> bool {
        match self.script {
            _ if script == Script::Common => false,
            Some(own) => own == script,
            None => script == Script::Latin || !self.digits,
        }
    }

    fn add(&mut self, class: u8) {
        if class == DIGIT {
            self.digits = true;
            return;
        }
        let upper = class == UPPER;
        self.first_upper |= upper && self.script.is_none();
        self.script = Some(Script::Latin);
        self.upper += usize::from(upper);
        self.lower += usize::from(!upper);
    }

    fn add_letter(&mut self, script: Script, character: Option<char>) {
        let first = self.script.is_none();
        self.script = Some(script);
        if character.is_some_and(char::is_uppercase) {
            self.upper += 1;
            self.first_upper |= first;
        } else if character.is_some_and(char::is_lowercase) {
            self.lower += 1;
        }
    }

    fn token(&self, span: ByteSpan, key: u64) -> Token {
        let kind = match (self.script, self.digits) {
            (None, _) => TokenKind::Number,
            (Some(_), false) => TokenKind::Word,
            (Some(_), true) => TokenKind::Mixed,
        };
        let case = match (self.upper, self.lower) {
            (0, 0) => Case::None,
            (0, _) => Case::Lower,
            (1, _) if self.first_upper => Case::Title,
            (_, 0) => Case::Upper,
            _ => Case::Mixed,
        };
        Token { span, kind, script: self.script.unwrap_or(Script::Common), case, key }
    }
}
