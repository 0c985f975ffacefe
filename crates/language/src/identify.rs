//! Which language a text is in, and which each of its parts.
//!
//! Owns the languages of Morocco and those they are mixed or confused with. A language of another
//! script is [`Language::Undetermined`]; a language foreign to this list in a script of the list gets
//! the nearest one with low confidence. Never fails and never changes the text.

mod family;
mod features;
mod languages;
mod letters;
mod spans;
pub mod training;
mod weights;
mod words;

use std::sync::LazyLock;

pub use languages::{LANGUAGES, Language};
pub use weights::WeightsError;

use crate::span::ByteSpan;
use family::{ARABIC_COLUMNS, FAMILIES, Family, LATIN_COLUMNS, TIFINAGH_COLUMNS};
use weights::{Sums, Table, softmax};
use words::{Signs, read_words};

/// What was found out about a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Identification {
    /// The language of the text as a whole.
    pub language: Language,
    /// The estimated probability that the language is right, from 0 to 1; 0 when undetermined.
    pub confidence: f32,
    /// The parts of the text, in order, each in one language; empty unless asked for
    /// ([`Identifier::identify_spans`]).
    pub spans: Vec<LanguageSpan>,
}

/// A part of a text in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LanguageSpan {
    /// From the first to the last letter of the part, in bytes.
    pub span: ByteSpan,
    /// Its language, never [`Language::Undetermined`].
    pub language: Language,
}

/// Tells languages apart by the weights of character runs. The same text gives the same sums on every
/// machine.
#[derive(Debug, Clone)]
pub struct Identifier {
    latin: Table<LATIN_COLUMNS>,
    arabic: Table<ARABIC_COLUMNS>,
    tifinagh: Table<TIFINAGH_COLUMNS>,
}

#[derive(Debug, Default)]
struct Evidence {
    latin: Sums<LATIN_COLUMNS>,
    arabic: Sums<ARABIC_COLUMNS>,
    tifinagh: Sums<TIFINAGH_COLUMNS>,
    words: u32,
    signs: Signs,
}

static BUILT_IN: &[u8] = include_bytes!("../../../models/languages/weights.bin");

impl Identifier {
    /// The identifier with the weights of this build, read once.
    pub fn built_in() -> &'static Self {
        static IDENTIFIER: LazyLock<Identifier> = LazyLock::new(|| {
            #[expect(
                clippy::expect_used,
                reason = "the file is part of the build and a test reads it"
            )]
            Identifier::from_bytes(BUILT_IN).expect("the built-in weights are whole")
        });
        &IDENTIFIER
    }

    /// An identifier with the weights of a file written by [`training::train`].
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, WeightsError> {
        weights::read_mark(&mut bytes)?;
        let latin = Table::read(&mut bytes)?;
        let arabic = Table::read(&mut bytes)?;
        let tifinagh = Table::read(&mut bytes)?;
        if !bytes.is_empty() {
            return Err(WeightsError::Length);
        }
        Ok(Self { latin, arabic, tifinagh })
    }

    /// The language of `text`, without its spans. Allocates nothing.
    pub fn identify(&self, text: &str) -> Identification {
        self.decide(&self.evidence(text), |_| true)
    }

    /// The likeliest of `candidates`; undetermined when the text has no word that could be in one.
    pub fn identify_among(&self, text: &str, candidates: &[Language]) -> Identification {
        self.decide(&self.evidence(text), |language| candidates.contains(&language))
    }

    /// The language of `text` and of each part of it.
    pub fn identify_spans(&self, text: &str) -> Identification {
        Identification { spans: self.spans(text), ..self.identify(text) }
    }

    /// The parts alone.
    pub(crate) fn spans(&self, text: &str) -> Vec<LanguageSpan> {
        spans::find(self, text, |_| true)
    }

    /// The likeliest of `candidates` for `text` and for each part of it; words of a script in which none of
    /// them is written are in no part.
    pub fn identify_spans_among(&self, text: &str, candidates: &[Language]) -> Identification {
        let spans = spans::find(self, text, |language| candidates.contains(&language));
        Identification { spans, ..self.identify_among(text, candidates) }
    }

    #[inline]
    fn evidence(&self, text: &str) -> Evidence {
        let mut evidence = Evidence::default();
        evidence.signs = read_words(text, |word| {
            evidence.words += 1;
            match word.family {
                Family::Latin => self.latin.add(word, &mut evidence.latin),
                Family::Arabic => self.arabic.add(word, &mut evidence.arabic),
                Family::Tifinagh => {
                    self.tifinagh.add(word, &mut evidence.tifinagh);
                }
            }
        });
        evidence
    }

    fn decide(&self, evidence: &Evidence, allowed: impl Fn(Language) -> bool) -> Identification {
        let undetermined =
            Identification { language: Language::Undetermined, confidence: 0.0, spans: Vec::new() };
        // Short vowels are not written in Arabic: five of its letters say as much as seven Latin ones.
        let weight = |family: Family| match family {
            Family::Latin => u64::from(evidence.latin.letters) * 5,
            Family::Arabic => u64::from(evidence.arabic.letters) * 7,
            Family::Tifinagh => u64::from(evidence.tifinagh.letters) * 5,
        };
        let possible = |family: &Family| {
            weight(*family) > 0 && family.languages().iter().any(|language| allowed(*language))
        };
        let Some(family) =
            FAMILIES.into_iter().filter(possible).max_by_key(|family| weight(*family))
        else {
            return undetermined;
        };
        let letters: u64 = FAMILIES.into_iter().map(weight).sum();
        if u64::from(evidence.signs.foreign) * 5 > letters
            || family == Family::Latin && looks_like_code(evidence)
        {
            return undetermined;
        }
        let (column, share) = match family {
            Family::Latin => best(&self.latin, &evidence.latin, family, allowed),
            Family::Arabic => best(&self.arabic, &evidence.arabic, family, allowed),
            Family::Tifinagh => best(&self.tifinagh, &evidence.tifinagh, family, allowed),
        };
        let language = family.languages().get(column).copied().unwrap_or(Language::Undetermined);
        #[expect(clippy::cast_precision_loss, reason = "a share needs no 24 exact bits")]
        let of_text = weight(family) as f32 / letters as f32;
        Identification { language, confidence: share * of_text, spans: Vec::new() }
    }
}

fn best<const N: usize>(
    table: &Table<N>,
    sums: &Sums<N>,
    family: Family,
    allowed: impl Fn(Language) -> bool,
) -> (usize, f32) {
    let open = |column: usize| family.languages().get(column).is_some_and(|own| allowed(*own));
    let shares = softmax(table.logits(sums), open);
    let start = (0, -1.0);
    shares
        .into_iter()
        .enumerate()
        .fold(start, |best, next| if next.1 > best.1 { next } else { best })
}

/// Program code: many of its signs for few words. It is written in Latin letters: signs among the words of
/// another script are bullets and formulas.
fn looks_like_code(evidence: &Evidence) -> bool {
    evidence.signs.code >= 3 && evidence.signs.code >= evidence.words.div_ceil(2)
}
