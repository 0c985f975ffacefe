//! Vectors of passages and the exact search among them.
//!
//! Vectors have length one and are kept as one byte a dimension: a hundred thousand of them with 512
//! dimensions take 51 MB and are compared in some milliseconds.

use crate::ports::Scores;

/// Vectors by the number of what they stand for.
#[derive(Debug, Clone, Default)]
pub struct Vectors {
    dimensions: usize,
    numbers: Vec<u64>,
    bytes: Vec<i8>,
}

/// A vector that does not fit among the others.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a vector of {given} dimensions does not go with vectors of {expected}")]
pub struct OtherDimensions {
    /// How many it has.
    pub given: usize,
    /// How many the others have.
    pub expected: usize,
}

/// A vector of length one as bytes, 127 for one.
pub fn quantised(vector: &[f32]) -> Vec<i8> {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    let scale = if length > 0.0 { 127.0 / length } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, reason = "clamped to the range of a byte")]
    vector.iter().map(|value| (value * scale).round().clamp(-127.0, 127.0) as i8).collect()
}

impl Vectors {
    /// No vectors yet, of so many dimensions.
    pub fn new(dimensions: usize) -> Self {
        Self { dimensions, ..Self::default() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Adds one behind the others: its number is higher than theirs.
    pub fn add(&mut self, number: u64, vector: &[i8]) -> Result<(), OtherDimensions> {
        if vector.len() != self.dimensions {
            return Err(OtherDimensions { given: vector.len(), expected: self.dimensions });
        }
        self.numbers.push(number);
        self.bytes.extend_from_slice(vector);
        Ok(())
    }

    fn iter(&self) -> impl Iterator<Item = (u64, &[i8])> {
        self.numbers.iter().copied().zip(self.bytes.chunks_exact(self.dimensions.max(1)))
    }

    /// The dot products with those whose numbers are `allowed`, by the widest instructions that the processor
    /// has. They are integers, so every processor gives the same.
    fn compared(&self, query: &[i8], allowed: &[u64]) -> Vec<(i32, u64)> {
        let mut found = Vec::with_capacity(self.len().min(allowed.len()));
        pulp::Arch::new().dispatch(
            #[inline(always)]
            || {
                let mut allowed = allowed.iter().copied().peekable();
                for (number, other) in self.iter() {
                    while allowed.next_if(|one| *one < number).is_some() {}
                    if allowed.peek() == Some(&number) {
                        found.push((dot(query, other), number));
                    }
                }
            },
        );
        found
    }

    /// How near those whose numbers are `allowed` are to a vector: their cosines (-1 to 1), the nearest first.
    /// Both go up from number to number, so that one walk over them does.
    pub fn nearest(&self, vector: &[f32], limit: usize, allowed: &[u64]) -> Scores {
        let query = quantised(vector);
        let mut scores = Scores::default();
        if query.len() != self.dimensions {
            return scores;
        }
        let mut found = self.compared(&query, allowed);
        for &(dot, _) in &found {
            let cosine = f64::from(cosine(dot));
            scores.among += 1;
            scores.sum += cosine;
            scores.sum_of_squares += cosine * cosine;
        }
        let order =
            |left: &(i32, u64), right: &(i32, u64)| right.0.cmp(&left.0).then(left.1.cmp(&right.1));
        if found.len() > limit && limit > 0 {
            found.select_nth_unstable_by(limit, order);
        }
        found.truncate(limit);
        found.sort_unstable_by(order);
        scores.best = found.into_iter().map(|(dot, number)| (number, cosine(dot))).collect();
        scores
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 127² for each dimension")]
fn cosine(dot: i32) -> f32 {
    dot as f32 / (127.0 * 127.0)
}

/// Written so that the compiler makes vector instructions of it, those of the caller's processor.
#[expect(clippy::inline_always, reason = "the caller is compiled once for each kind of processor")]
#[inline(always)]
fn dot(left: &[i8], right: &[i8]) -> i32 {
    left.iter().zip(right).map(|(left, right)| i32::from(*left) * i32::from(*right)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors() -> Vectors {
        let mut vectors = Vectors::new(3);
        for (number, vector) in [(7, [1.0, 0.0, 0.0]), (8, [0.6, 0.8, 0.0]), (9, [0.0, 0.0, -2.0])]
        {
            vectors.add(number, &quantised(&vector)).unwrap();
        }
        vectors
    }

    #[test]
    fn the_nearest_comes_first() {
        let numbers = |query: [f32; 3], limit| -> Vec<u64> {
            vectors()
                .nearest(&query, limit, &[7, 8, 9])
                .best
                .into_iter()
                .map(|(number, _)| number)
                .collect()
        };
        assert_eq!(numbers([1.0, 0.1, 0.0], 3), [7, 8, 9]);
        assert_eq!(numbers([0.0, 0.0, -5.0], 1), [9]);
        assert_eq!(numbers([0.0, 1.0, 0.0], 0), [0_u64; 0]);
        let found = vectors().nearest(&[1.0, 0.0, 0.0], 1, &[1, 7, 8, 9, 12]);
        assert!((found.best[0].1 - 1.0).abs() < 0.01 && found.among == 3);
        assert!((found.sum - 1.6).abs() < 0.02 && (found.sum_of_squares - 1.36).abs() < 0.02);
    }

    #[test]
    fn what_is_not_allowed_is_not_found() {
        let found = vectors().nearest(&[1.0, 0.0, 0.0], 3, &[8, 9]);
        assert_eq!((found.best[0].0, found.among), (8, 2));
    }

    #[test]
    fn other_dimensions_are_refused() {
        let expect = OtherDimensions { given: 2, expected: 3 };
        assert_eq!(vectors().add(1, &[1, 2]), Err(expect));
        assert_eq!(vectors().nearest(&[1.0], 5, &[7]), Scores::default());
        assert_eq!(quantised(&[0.0, 0.0]), [0, 0]);
    }
}
