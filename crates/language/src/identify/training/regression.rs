//! Multinomial logistic regression over hashed features by stochastic descent (`AdaGrad`), faster where
//! the counts alone already speak for a language, then the rounding to bytes and the temperatures.

use super::Settings;
use super::chance::Chance;
use super::pieces::Shelf;
use super::salience::saliences;
use crate::identify::family::Family;
use crate::identify::features::visit_rows;
use crate::identify::weights::{LENGTH_STEPS, Sums, Table, softmax};
use crate::identify::words::read_words;

/// Pieces a language and length step for choosing temperatures.
const PIECES_FOR_TEMPERATURE: u32 = 4_000;

struct Model<const N: usize> {
    rows: Vec<[f32; N]>,
    steepness: Vec<f32>,
    /// How fast each weight may move.
    saliences: Vec<[f32; N]>,
}

/// Trains the table of one family; `shelves` are in the order of its columns.
pub(super) fn train<const N: usize>(
    family: Family,
    shelves: &[Shelf],
    bits: u32,
    settings: &Settings,
    chance: &mut Chance,
) -> Table<N> {
    let mut model = Model {
        rows: vec![[0.0; N]; 1 << bits],
        steepness: vec![0.0; 1 << bits],
        saliences: saliences(family, shelves, bits, chance),
    };
    let mut features = Vec::new();
    for round in 0..settings.pieces_per_language {
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let step = settings.step * (1.0 - round as f32 / settings.pieces_per_language as f32);
        for (column, shelf) in shelves.iter().enumerate() {
            if !chance.happens(shelf.rate()) {
                continue;
            }
            features.clear();
            read_words(&shelf.piece(chance), |word| {
                if word.family == family {
                    visit_rows(word, bits, |row| {
                        if !chance.happens(settings.hidden) {
                            features.push(row);
                        }
                    });
                }
            });
            model.learn(&features, column, shelves.len(), step);
        }
    }
    let mut table = model.rounded(bits);
    table.temperatures = temperatures(&table, family, shelves, chance);
    table
}

impl<const N: usize> Model<N> {
    fn learn(&mut self, features: &[usize], right: usize, columns: usize, step: f32) {
        if features.is_empty() {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a count")]
        let value = 1.0 / (features.len() as f32).sqrt();
        let mut logits = [0.0; N];
        for weights in features.iter().filter_map(|row| self.rows.get(*row)) {
            for (logit, weight) in logits.iter_mut().zip(weights) {
                *logit += weight * value;
            }
        }
        let mut slopes = softmax(logits, |column| column < columns);
        if let Some(slope) = slopes.get_mut(right) {
            *slope -= 1.0;
        }
        let square: f32 = slopes.iter().map(|slope| slope * slope).sum::<f32>() * value * value;
        if square < 1e-9 {
            return;
        }
        for row in features {
            let (Some(weights), Some(steepness), Some(saliences)) =
                (self.rows.get_mut(*row), self.steepness.get_mut(*row), self.saliences.get(*row))
            else {
                continue;
            };
            *steepness += square;
            let factor = step * value / steepness.sqrt();
            for ((weight, slope), salience) in weights.iter_mut().zip(slopes).zip(saliences) {
                *weight -= factor * slope * salience;
            }
        }
    }

    /// The weights as bytes: the scale keeps all but the largest in ten thousand exact.
    fn rounded(&self, bits: u32) -> Table<N> {
        let mut sizes: Vec<f32> = self.rows.iter().flatten().map(|weight| weight.abs()).collect();
        sizes.retain(|size| *size > 0.0);
        sizes.sort_by(f32::total_cmp);
        let most = sizes.get(sizes.len() - sizes.len() / 2_000 - 1).copied().unwrap_or(1.0);
        let unit = most / 127.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped just before"
        )]
        {
            let round = |weight: f32| (weight / unit).round().clamp(-127.0, 127.0) as i8;
            let rows = self.rows.iter().map(|row| row.map(round)).collect();
            Table { bits, scale: (unit * 1e6) as u32, temperatures: [1000; 4], rows }
        }
    }
}

/// The temperature of each length step that makes the right language likeliest over fresh pieces.
fn temperatures<const N: usize>(
    table: &Table<N>,
    family: Family,
    shelves: &[Shelf],
    chance: &mut Chance,
) -> [u16; 4] {
    let mut seen: [Vec<([f32; N], usize)>; 4] = Default::default();
    for _ in 0..PIECES_FOR_TEMPERATURE {
        for (column, shelf) in shelves.iter().enumerate() {
            let mut sums = Sums::default();
            read_words(&shelf.piece(chance), |word| {
                if word.family == family {
                    table.add(word, &mut sums);
                }
            });
            let step = LENGTH_STEPS.iter().position(|most| sums.features <= *most).unwrap_or(3);
            if let Some(pieces) = seen.get_mut(step) {
                pieces.push((table.logits(&sums), column));
            }
        }
    }
    seen.map(|pieces| {
        let loss = |thousandths: u16| -> f32 {
            let heat = f32::from(thousandths) / 1000.0;
            let losses = pieces.iter().map(|(logits, column)| {
                let shares = softmax(logits.map(|logit| logit / heat), |own| own < shelves.len());
                -shares.get(*column).copied().unwrap_or(0.0).max(1e-6).ln()
            });
            losses.sum()
        };
        let choices = (8_u16..=60).map(|step| step * 50);
        let best = choices
            .map(|choice| (choice, loss(choice)))
            .min_by(|one, other| one.1.total_cmp(&other.1));
        best.map_or(1000, |(choice, _)| choice)
    })
}
