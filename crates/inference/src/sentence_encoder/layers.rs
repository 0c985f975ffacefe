//! The layers that the encoder is made of.

use ndarray::{Array1, Array2};

/// `x·W + b`.
pub(super) struct Dense {
    pub(super) matrix: Array2<f32>,
    pub(super) bias: Array1<f32>,
}

impl Dense {
    pub(super) fn apply(&self, input: &Array2<f32>) -> Array2<f32> {
        input.dot(&self.matrix) + &self.bias
    }
}

/// Layer normalisation over each row.
pub(super) struct Norm {
    pub(super) scale: Array1<f32>,
    pub(super) shift: Array1<f32>,
}

impl Norm {
    pub(super) fn apply(&self, input: &mut Array2<f32>, epsilon: f32) {
        for mut row in input.rows_mut() {
            let mean = row.mean().unwrap_or_default();
            row -= mean;
            let variance = row.dot(&row) / count(row.len());
            row *= (variance + epsilon).sqrt().recip();
            row *= &self.scale;
            row += &self.shift;
        }
    }
}

/// Writes the rows of `part` into those of `whole`, from a column on.
pub(super) fn put(whole: &mut Array2<f32>, column: usize, part: &Array2<f32>) {
    for (mut row, part) in whole.rows_mut().into_iter().zip(part.rows()) {
        let place = row.as_slice_mut().and_then(|row| row.get_mut(column..column + part.len()));
        if let (Some(place), Some(part)) = (place, part.to_slice()) {
            place.copy_from_slice(part);
        }
    }
}

pub(super) fn relu(values: &mut Array2<f32>) {
    values.mapv_inplace(|value| value.max(0.0));
}

/// Every row scaled to length one.
pub(super) fn normalised_rows(values: &mut Array2<f32>, epsilon: f32) {
    for mut row in values.rows_mut() {
        let square = row.dot(&row).max(epsilon);
        row *= square.sqrt().recip();
    }
}

#[expect(clippy::cast_precision_loss, reason = "widths of layers are small")]
fn count(length: usize) -> f32 {
    length.max(1) as f32
}
