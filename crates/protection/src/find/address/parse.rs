//! Reads the parts of one address from a token onwards.

use language::ByteSpan;

use super::{
    BUILDING, CONTEXT, CONTEXT_REACH, FLOOR, HAMLET, JOINER, NUMBER, PART, Piece, QUARTER, TOWN,
    UNIT, WAY,
};
use crate::find::names::vocabulary::Vocabulary;
use crate::find::structure::FieldKind;
use crate::find::view::{TokenKind, View};

/// How much speaks for an address before its parts are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Nothing.
    Alone,
    /// Words such as "demeurant" stand before.
    InContext,
    /// A label of addresses names the value.
    Labelled(FieldKind),
}

/// An address that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) span: ByteSpan,
    /// The token behind it.
    pub(super) next: usize,
}

/// Reads addresses of one text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parser<'v> {
    pub(super) view: &'v View<'v>,
    pub(super) pieces: &'v [Piece],
    pub(super) vocabulary: &'v Vocabulary,
}

/// No address has more tokens: what follows is something else.
const LONGEST: usize = 40;
/// What must speak for an address.
const ENOUGH: u32 = 3;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    Space,
    Comma,
    /// Parts are told apart by a dash.
    Dash,
    End,
}

/// What has been read so far.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one reading, no states")]
struct Reading {
    points: u32,
    parts: u32,
    named: bool,
    /// How many more words of a name may follow.
    budget: u32,
    /// Words after a comma that only a later part makes a part of the address.
    pending: u32,
    committed: Option<usize>,
    after_part: bool,
    after_joiner: bool,
    numbered: bool,
    town: bool,
    hamlet: bool,
}

impl Parser<'_> {
    fn piece(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(at)
    }

    fn is_number(&self, at: usize, longest: usize) -> bool {
        self.piece(at)
            .is_some_and(|piece| piece.kind == TokenKind::Number && piece.span.len() <= longest)
    }

    /// How often the word of a piece is met in general text.
    fn frequency(&self, piece: &Piece) -> u8 {
        if piece.kind == TokenKind::Word { self.vocabulary.frequency(piece.key) } else { 0 }
    }

    fn bits(&self, at: usize) -> u32 {
        self.piece(at).map_or(0, |piece| piece.bits)
    }

    /// Whether an address may begin with this token.
    pub(super) fn may_start(&self, at: usize, context: bool) -> bool {
        let bits = self.bits(at);
        if bits & (WAY | QUARTER | HAMLET) != 0 {
            return true;
        }
        let next_part = |at: usize| self.bits(at) & (WAY | QUARTER | HAMLET | BUILDING) != 0;
        if bits & BUILDING != 0 {
            return self.is_number(at + 1, 4)
                || self.bits(at + 1) & NUMBER != 0
                || self.single_letter(at + 1)
                || context;
        }
        if bits & NUMBER != 0 {
            return self.is_number(at + 1, 4) && next_part(at + 2);
        }
        if context && bits & UNIT != 0 {
            return true;
        }
        if self.is_number(at, 4) {
            return self.bits(at + 1) & (WAY | QUARTER | HAMLET) != 0
                && !self.view.gap_before(at + 1).contains(['.', '/', '\n', ':', '-']);
        }
        context
            && self.piece(at).is_some_and(|piece| {
                piece.kind == TokenKind::Word
                    && bits & (JOINER | CONTEXT) == 0
                    && (piece.capital || piece.bits & TOWN != 0 || !piece.cased)
            })
    }

    fn single_letter(&self, at: usize) -> bool {
        self.piece(at).is_some_and(|piece| {
            piece.kind == TokenKind::Word
                && piece.span.len() <= 2
                && piece.span.of(self.view.text()).chars().count() == 1
        })
    }

    /// Whether words of living somewhere stand right before this token.
    pub(super) fn context_before(&self, at: usize) -> bool {
        for back in 1..=CONTEXT_REACH {
            let Some(before) = at.checked_sub(back) else { return false };
            let gap = self.view.gap_before(before + 1);
            if gap.contains(['.', ';', '!', '?', '\n', '{', '}'])
                || (gap.contains('"') && gap.contains(','))
            {
                return false;
            }
            let bits = self.bits(before);
            if bits & CONTEXT != 0 {
                return true;
            }
            // Only small words and a colon may stand between.
            let small = bits & JOINER != 0
                || gap.contains(':')
                || (back > 1 && self.view.gap_before(at).contains(':'))
                || self.piece(before).is_some_and(|piece| self.frequency(piece) >= 4);
            if !small {
                return false;
            }
        }
        false
    }

    fn gap(&self, at: usize, mode: Mode) -> Gap {
        let gap = self.view.gap_before(at);
        if gap == " " {
            return Gap::Space;
        }
        let before = at.checked_sub(1).and_then(|before| self.piece(before));
        if gap.contains([
            '(', ')', '|', '\t', '"', '<', '>', '{', '}', '[', ']', '@', '_', '!', '?', '؟', '\n',
            '=', '+',
        ]) {
            return Gap::End;
        }
        if gap.contains(';') {
            return if matches!(mode, Mode::Labelled(FieldKind::Member | FieldKind::Column)) {
                Gap::Comma
            } else {
                Gap::End
            };
        }
        if gap.contains(['.', ':']) {
            let short = before.is_some_and(|piece| {
                piece.bits & (PART | NUMBER | UNIT | FLOOR) != 0
                    || (piece.kind == TokenKind::Number && gap.contains('°'))
            });
            return if short && !gap.contains("..") { Gap::Space } else { Gap::End };
        }
        if gap.contains([',', '،']) {
            return Gap::Comma;
        }
        if gap.contains('-') && gap.contains(' ') {
            return Gap::Dash;
        }
        if gap.trim_matches([' ', '-', '\'', '°', '/']).is_empty() { Gap::Space } else { Gap::End }
    }

    /// Reads from token `from`, not beyond token `to`.
    pub(super) fn parse(&self, from: usize, to: usize, mode: Mode) -> Option<Found> {
        let labelled = matches!(mode, Mode::Labelled(_));
        let mut read = Reading::default();
        match mode {
            Mode::Alone => {}
            Mode::InContext => {
                read.points = 2;
                read.pending = 1;
            }
            Mode::Labelled(_) => {
                read.points = ENOUGH;
                read.budget = 3;
            }
        }
        for at in from..to.min(from + LONGEST) {
            let Some(piece) = self.piece(at) else { break };
            let gap = if at == from { Gap::Space } else { self.gap(at, mode) };
            match gap {
                Gap::End => break,
                Gap::Dash if piece.bits & (PART | NUMBER) == 0 => break,
                Gap::Dash | Gap::Comma => {
                    read.budget = if labelled { 3 } else { 0 };
                    read.pending = 3;
                    read.after_part = false;
                }
                Gap::Space => {}
            }
            if !self.take(at, piece, gap, at == from, labelled, &mut read) {
                break;
            }
        }
        let last = read.committed?;
        let home = read.numbered || read.hamlet || mode != Mode::Alone;
        let strong = home
            && read.points >= ENOUGH
            && (read.named || labelled)
            && (read.parts > 0 || labelled);
        let (first, last_piece) = (self.piece(from)?, self.piece(last)?);
        let tokens = last + 1 - from;
        if !strong || (labelled && read.parts == 0 && tokens < 2) {
            return None;
        }
        Some(Found {
            span: ByteSpan::new(first.span.start + first.clitic, last_piece.span.end),
            next: last + 1,
        })
    }

    /// Takes one token into the reading; false where the address has ended before it.
    fn take(
        &self,
        at: usize,
        piece: &Piece,
        gap: Gap,
        first: bool,
        labelled: bool,
        read: &mut Reading,
    ) -> bool {
        let was_joiner = std::mem::take(&mut read.after_joiner);
        let was_part = std::mem::take(&mut read.after_part);
        if piece.kind == TokenKind::Number {
            return self.take_number(at, piece, gap, first, was_part, read);
        }
        if piece.bits & (PART | NUMBER | UNIT) != 0
            && !(was_joiner && gap == Gap::Space && !was_part && read.budget == 0)
        {
            // "حي الرياض": a part named like a kind of part.
            read.named |= was_part && gap == Gap::Space && piece.bits & PART != 0;
            if piece.bits & PART != 0 {
                read.points += u32::from(read.parts > 0);
                read.parts += 1;
            }
            if piece.bits & HAMLET != 0 {
                read.points += 2;
                read.hamlet = true;
            }
            // "Fès médina".
            if piece.bits & UNIT != 0 && read.town && gap == Gap::Space {
                read.committed = Some(at);
            }
            read.budget = if piece.bits & (WAY | QUARTER | HAMLET | UNIT) != 0 { 5 } else { 2 };
            read.after_part = true;
            // "4e étage": the part's number stands before it.
            let before = at.checked_sub(1).map_or(0, |before| self.bits(before));
            if before & FLOOR != 0 && !first {
                read.committed = Some(at);
                read.points += 1;
                read.budget = 1;
            }
            return true;
        }
        if piece.bits & FLOOR != 0 || (piece.kind == TokenKind::Mixed && piece.span.len() <= 5) {
            if was_part {
                read.committed = Some(at);
                read.points += 1;
            }
            return was_part || self.bits(at + 1) & BUILDING != 0 || read.numbered;
        }
        if piece.bits & JOINER != 0
            && piece.span.len() <= 6
            && !(piece.capital && piece.span.len() > 3)
        {
            read.after_joiner = true;
            read.after_part = was_part;
            if self.single_letter(at) && was_part {
                read.committed = Some(at);
            }
            return read.budget > 0 || read.pending > 0 || labelled;
        }
        self.take_word(at, piece, was_part || was_joiner, labelled, read)
    }

    fn take_number(
        &self,
        at: usize,
        piece: &Piece,
        gap: Gap,
        first: bool,
        was_part: bool,
        read: &mut Reading,
    ) -> bool {
        let digits = piece.span.of(self.view.text());
        let glued = self.view.gap_before(at + 1);
        let date = glued == "/" || (glued == "-" || glued == ".") && self.is_number(at + 1, 4);
        if date
            || digits.len() > 5
            || (digits.len() == 2 && digits.starts_with('0') && self.is_number(at + 1, 3))
        {
            return false;
        }
        if digits.len() == 5 {
            read.numbered = true;
            read.points += 2;
            read.budget = 3;
            read.pending = 2;
        } else if was_part
            || gap == Gap::Comma
            || first
            || self.bits(at.saturating_sub(1)) & NUMBER != 0
        {
            read.points += if read.numbered { 0 } else { 2 };
            read.numbered = true;
        } else if gap != Gap::Space || read.budget == 0 {
            return false;
        } else {
            read.points += if read.numbered { 0 } else { 2 };
            read.numbered = true;
        }
        if !first {
            read.committed = Some(at);
        }
        read.pending = read.pending.max(1);
        true
    }

    fn take_word(
        &self,
        at: usize,
        piece: &Piece,
        linked: bool,
        labelled: bool,
        read: &mut Reading,
    ) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.piece(before));
        let behind_number =
            before.is_some_and(|piece| piece.kind == TokenKind::Number || piece.bits & FLOOR != 0);
        if self.single_letter(at) && piece.capital && behind_number {
            read.committed = Some(at);
            return true;
        }
        let town = piece.bits & TOWN != 0
            && (piece.capital || !piece.cased || self.frequency(piece) < 3 || read.numbered);
        if piece.bits & CONTEXT != 0 && !linked {
            return false;
        }
        let ordinary = self.frequency(piece) >= 5 || (self.frequency(piece) >= 4 && !linked);
        let fits = piece.capital
            || self.single_letter(at)
            || (!ordinary
                && (!piece.cased
                    || linked
                    || read.numbered && town
                    || labelled
                    || self.frequency(piece) < 2));
        if read.budget > 0 && (fits || town) {
            read.budget -= if piece.cased && !piece.capital { read.budget.min(2) } else { 1 };
            read.named = true;
            if town && !read.town && read.parts > 0 && behind_number {
                read.town = true;
                read.points += 1;
            }
            read.committed = Some(at);
            return true;
        }
        if town && read.parts + u32::from(read.numbered) > 0 {
            read.points += u32::from(!read.town);
            read.town = true;
            read.committed = Some(at);
            read.pending = 1;
            return true;
        }
        if read.pending > 0 && (piece.capital || !piece.cased || town) && !ordinary {
            read.pending -= 1;
            read.named = true;
            return true;
        }
        false
    }
}
