//! Postal addresses of persons and homes.
//!
//! Owns the reading of an address part by part: way, quarter, building, number, postcode, commune. A
//! street alone is a public place and a city alone is no address: what is found must point to a home, by
//! a number, a postcode, several parts, or words such as "demeurant".

mod parse;

use std::sync::Arc;

use language::ByteSpan;
use serde::Deserialize;

use super::candidate::{Candidate, Detector, Strength};
use super::names::lexicon::PLACES;
use super::names::vocabulary::Vocabulary;
use super::place::Surroundings;
use super::structure::FieldKind;
use super::view::{Case, TokenKind, View};
use super::words::{Bits, Words};
use crate::finding::Kind;
use crate::pack::toml_file::read_toml;
use crate::pack::{Pack, PackError};
use parse::{Mode, Parser};

const WORDS: &str = "address.toml";

pub(super) const WAY: Bits = 1;
pub(super) const QUARTER: Bits = 1 << 1;
pub(super) const HAMLET: Bits = 1 << 2;
pub(super) const BUILDING: Bits = 1 << 3;
pub(super) const NUMBER: Bits = 1 << 4;
pub(super) const UNIT: Bits = 1 << 5;
pub(super) const CONTEXT: Bits = 1 << 6;
pub(super) const JOINER: Bits = 1 << 7;
pub(super) const FLOOR: Bits = 1 << 8;
/// A commune, province or quarter of the pack's list of places, or a word of its name.
pub(super) const TOWN: Bits = 1 << 9;
/// How many tokens behind a word of living somewhere an address may begin.
pub(super) const CONTEXT_REACH: usize = 4;
/// Words with which an address may begin where no word announces it.
const BEGINS: Bits = WAY | QUARTER | HAMLET | BUILDING | NUMBER;
/// Parts that have a name or number of their own.
pub(super) const PART: Bits = WAY | QUARTER | HAMLET | BUILDING;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct AddressFile {
    way: Vec<String>,
    quarter: Vec<String>,
    hamlet: Vec<String>,
    building: Vec<String>,
    number: Vec<String>,
    unit: Vec<String>,
    context: Vec<String>,
    joiner: Vec<String>,
    floor: Vec<String>,
}

/// The pack's words, checked; none where the pack has no such file.
fn read(pack: &Pack) -> Result<AddressFile, PackError> {
    match pack.file(WORDS) {
        "" => Ok(AddressFile::default()),
        content => read_toml(WORDS, content),
    }
}

/// What is wrong with the pack's words.
pub(super) fn check(pack: &Pack) -> Result<(), PackError> {
    read(pack).map(drop)
}

impl Default for AddressDetector {
    fn default() -> Self {
        Self { vocabulary: Vocabulary::built_in() }
    }
}

/// Finds postal addresses, on views that know the words of [`Self::add_words`].
#[derive(Debug)]
pub struct AddressDetector {
    vocabulary: Arc<Vocabulary>,
}

impl AddressDetector {
    /// Adds the pack's street words and communes.
    pub fn add_words(pack: &Pack, words: &mut Words) {
        let file = read(pack).unwrap_or_default();
        for (list, bit) in [
            (file.way, WAY),
            (file.quarter, QUARTER),
            (file.hamlet, HAMLET),
            (file.building, BUILDING),
            (file.number, NUMBER),
            (file.unit, UNIT),
            (file.context, CONTEXT),
            (file.joiner, JOINER),
            (file.floor, FLOOR),
        ] {
            words.add(&list, bit);
        }
        let towns: Vec<String> = pack
            .file(PLACES)
            .lines()
            .skip(1)
            .flat_map(|line| line.split('\t').skip(1).take(2))
            .map(|cell| {
                cell.split(' ')
                    .filter(|word| word.chars().count() > 2)
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        words.add(&towns, TOWN);
    }
}

/// What the parser needs to know of a token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) span: ByteSpan,
    pub(super) bits: Bits,
    pub(super) clitic: usize,
    pub(super) kind: TokenKind,
    /// Has a capital, or its script has none.
    pub(super) capital: bool,
    pub(super) cased: bool,
    /// The key of its word.
    pub(super) key: u64,
}

impl AddressDetector {
    fn pieces(view: &View<'_>) -> Vec<Piece> {
        view.tokens()
            .iter()
            .enumerate()
            .map(|(index, token)| {
                let known = view.known(index);
                Piece {
                    span: token.span,
                    bits: known.bits,
                    clitic: usize::from(known.clitic),
                    kind: token.kind,
                    capital: matches!(token.case, Case::Title | Case::Upper | Case::Mixed),
                    cased: token.case != Case::None,
                    key: token.key,
                }
            })
            .collect()
    }
}

/// The lists in which the words under a span stand.
fn bits_in(pieces: &[Piece], view: &View<'_>, span: ByteSpan) -> Bits {
    let pieces = pieces.get(view.tokens_in(span)).unwrap_or_default();
    pieces.iter().fold(0, |bits, piece| bits | piece.bits)
}

impl Detector for AddressDetector {
    fn candidates(&self, view: &View<'_>, around: Surroundings<'_>, out: &mut Vec<Candidate>) {
        let pieces = Self::pieces(view);
        let parser = Parser { view, pieces: &pieces, vocabulary: &self.vocabulary };
        let mut push = |span: ByteSpan, score: u8, strength: Strength, reason: &'static str| {
            out.push(Candidate {
                span,
                kind: Kind::new("address"),
                score,
                strength,
                reason: reason.into(),
            });
        };
        let whole = around
            .key()
            .filter(|key| key.all_known() & CONTEXT != 0)
            .map(|_| (FieldKind::Member, ByteSpan::new(0, view.text().len())));
        let fields = view
            .fields()
            .iter()
            .filter(|field| bits_in(&pieces, view, field.label) & CONTEXT != 0)
            .map(|field| (field.kind, field.value));
        for (kind, value) in whole.into_iter().chain(fields) {
            let tokens = view.tokens_in(value);
            let Some(found) = parser.parse(tokens.start, tokens.end, Mode::Labelled(kind)) else {
                continue;
            };
            push(found.span, 90, Strength::Context, "a value under a label of addresses");
        }
        let mut at = 0;
        // The token behind which the last word of living somewhere reaches no more.
        let mut context_ends = 0;
        while let Some(piece) = pieces.get(at) {
            let context = at < context_ends && parser.context_before(at);
            if piece.bits & CONTEXT != 0 {
                context_ends = at + 1 + CONTEXT_REACH;
            }
            if !(context || piece.kind == TokenKind::Number || piece.bits & BEGINS != 0) {
                at += 1;
                continue;
            }
            let found = parser
                .may_start(at, context)
                .then(|| {
                    parser.parse(
                        at,
                        pieces.len(),
                        if context { Mode::InContext } else { Mode::Alone },
                    )
                })
                .flatten();
            match found {
                Some(found) => {
                    let reason = if context {
                        "parts of an address where somebody lives"
                    } else {
                        "parts of an address"
                    };
                    push(found.span, if context { 88 } else { 75 }, Strength::Context, reason);
                    let next = found.next.max(at + 1);
                    let passed = pieces.get(at..next).unwrap_or_default();
                    if let Some(last) = passed.iter().rposition(|piece| piece.bits & CONTEXT != 0) {
                        context_ends = at + last + 1 + CONTEXT_REACH;
                    }
                    at = next;
                }
                None => at += 1,
            }
        }
    }
}
