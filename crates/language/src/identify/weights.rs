//! The weights file: one table of small integers a family, and what turns their sums into probabilities.
//!
//! Layout, little-endian: the mark `IGLANG01`; then for Latin, Arabic and Tifinagh: one byte `bits` (the
//! table has 2^bits rows), one byte columns, four bytes scale (a weight is its integer times scale in
//! millionths), eight bytes with four temperatures in thousandths (for the lengths of [`LENGTH_STEPS`]),
//! then the rows, one signed byte a column.

use super::features::visit_rows;
use super::words::Word;

const MARK: &[u8; 8] = b"IGLANG01";
/// Texts up to so many features share a temperature; the last one is for all longer texts.
pub(super) const LENGTH_STEPS: [u32; 3] = [25, 70, 200];

/// Why a weights file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// The file does not begin as one of this version does.
    #[error("the file of language weights has another format; train it again with this version")]
    Format,
    /// The file is shorter or longer than its header says.
    #[error("the file of language weights is incomplete; fetch or train it again")]
    Length,
}

/// The weights of one family of `N` columns.
#[derive(Debug, Clone)]
pub(super) struct Table<const N: usize> {
    pub(super) bits: u32,
    /// Millionths.
    pub(super) scale: u32,
    /// Thousandths.
    pub(super) temperatures: [u16; 4],
    pub(super) rows: Box<[[i8; N]]>,
}

/// The sums of the rows of a text or word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums<const N: usize> {
    pub(super) columns: [i32; N],
    pub(super) features: u32,
    pub(super) letters: u32,
}

impl<const N: usize> Default for Sums<N> {
    fn default() -> Self {
        Self { columns: [0; N], features: 0, letters: 0 }
    }
}

impl<const N: usize> Table<N> {
    /// Adds the features of a word. A word has at most 30 letters, so that its own sum fits 16 bits.
    #[inline]
    pub(super) fn add(&self, word: &Word<'_>, sums: &mut Sums<N>) {
        let mut own_sums = [0_i16; N];
        let features = visit_rows(word, self.bits, |row| {
            if let Some(weights) = self.rows.get(row) {
                for (sum, weight) in own_sums.iter_mut().zip(weights) {
                    *sum += i16::from(*weight);
                }
            }
        });
        for (sum, own) in sums.columns.iter_mut().zip(own_sums) {
            *sum = sum.saturating_add(i32::from(own));
        }
        sums.features = sums.features.saturating_add(features);
        sums.letters = sums.letters.saturating_add(word.letters);
    }

    /// The logits of sums: what the softmax takes.
    pub(super) fn logits(&self, sums: &Sums<N>) -> [f32; N] {
        let step = LENGTH_STEPS.iter().position(|most| sums.features <= *most).unwrap_or(3);
        let temperature = f32::from(self.temperatures.get(step).copied().unwrap_or(1000)) / 1000.0;
        #[expect(
            clippy::cast_precision_loss,
            reason = "sums and counts are small beside a float's 24 bits"
        )]
        {
            let scale = self.scale as f32 / 1e6;
            let factor = scale / (sums.features.max(1) as f32).sqrt() / temperature.max(0.001);
            sums.columns.map(|sum| sum as f32 * factor)
        }
    }

    /// The table as bytes of the weights file.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        #[expect(clippy::cast_possible_truncation, reason = "both are below 32")]
        out.extend([self.bits as u8, N as u8]);
        out.extend(self.scale.to_le_bytes());
        out.extend(self.temperatures.iter().flat_map(|temperature| temperature.to_le_bytes()));
        out.extend(self.rows.iter().flatten().map(|weight| weight.cast_unsigned()));
    }

    /// Reads the table at the start of `bytes` and moves them past it.
    pub(super) fn read(bytes: &mut &[u8]) -> Result<Self, WeightsError> {
        let [bits, columns] = take::<2>(bytes)?;
        if usize::from(columns) != N || bits == 0 || bits > 24 {
            return Err(WeightsError::Format);
        }
        let scale = u32::from_le_bytes(take::<4>(bytes)?);
        let mut temperatures = [0; 4];
        for temperature in &mut temperatures {
            *temperature = u16::from_le_bytes(take::<2>(bytes)?);
        }
        let length = N << bits;
        let (own, rest) = bytes.split_at_checked(length).ok_or(WeightsError::Length)?;
        *bytes = rest;
        let (rows, _) = own.as_chunks::<N>();
        let rows = rows.iter().map(|row| row.map(u8::cast_signed)).collect();
        Ok(Self { bits: u32::from(bits), scale, temperatures, rows })
    }
}

/// The mark every weights file begins with.
pub(super) fn write_mark(out: &mut Vec<u8>) {
    out.extend(MARK);
}

/// Moves `bytes` past the mark.
pub(super) fn read_mark(bytes: &mut &[u8]) -> Result<(), WeightsError> {
    let mark = take::<8>(bytes)?;
    if mark == *MARK { Ok(()) } else { Err(WeightsError::Format) }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], WeightsError> {
    let (own, rest) = bytes.split_first_chunk::<N>().ok_or(WeightsError::Length)?;
    *bytes = rest;
    Ok(*own)
}

/// Probabilities of logits; columns that `allowed` refuses get none.
pub(super) fn softmax<const N: usize>(
    logits: [f32; N],
    allowed: impl Fn(usize) -> bool,
) -> [f32; N] {
    let open = |column: usize| column < N && allowed(column);
    let most = logits.iter().enumerate().filter(|(column, _)| open(*column));
    let most = most.map(|(_, logit)| *logit).fold(f32::NEG_INFINITY, f32::max);
    let mut shares = [0.0; N];
    for ((column, share), logit) in shares.iter_mut().enumerate().zip(logits) {
        *share = if open(column) { (logit - most).exp() } else { 0.0 };
    }
    let total: f32 = shares.iter().sum();
    shares.map(|share| if total > 0.0 { share / total } else { 0.0 })
}
