//! What search and answers need from the outside; the edges implement it and the binary joins them.

use serde::{Deserialize, Serialize};

use crate::document::{DocumentId, Facts};
use crate::passage::Passage;

/// A passage as it is kept, with what is known about its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPassage {
    /// The number under which it is kept; never given twice.
    pub number: u64,
    /// The collection its document belongs to.
    pub collection: String,
    /// Its document.
    pub document: DocumentId,
    /// What is known about its document. `language` is always there: declared, else identified.
    pub facts: Facts,
    /// Whether its document is in force: no newer version of the same series is kept in the collection.
    pub in_force: bool,
    /// The passage.
    pub passage: Passage,
}

/// Which passages may be found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The collections to look in. Whoever asks has been checked against each of them; an empty list finds
    /// nothing.
    pub collections: Vec<String>,
    /// Only documents in these languages (BCP 47 tags, compared by their primary part); empty for all.
    pub languages: Vec<String>,
    /// Only documents of this institution.
    pub institution: Option<String>,
    /// Only documents that hold for this commune: its own and those that hold everywhere.
    pub commune: Option<String>,
    /// Only documents dated on or after this day, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Only documents dated on or before this day.
    pub until: Option<String>,
    /// Which versions.
    pub versions: Versions,
}

/// Which versions of a document may be found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Versions {
    /// Those in force.
    #[default]
    InForce,
    /// All, the superseded ones too.
    All,
    /// Those with this number.
    Number(u32),
}

/// By what a passage is indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Its words, as `language::analyze` gives them.
    Words,
    /// What it is about, as concepts of the vocabulary.
    Concepts,
}

/// What a passage is indexed by. A term that counts more stands more often.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexTerms {
    /// For [`Field::Words`].
    pub words: Vec<String>,
    /// For [`Field::Concepts`].
    pub concepts: Vec<String>,
}

/// A term to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedTerm {
    /// The term, spelt as the index has it.
    pub text: String,
    /// How much it counts.
    pub weight: f32,
}

/// How passages answer to one way of looking.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scores {
    /// The best, best first: number and score.
    pub best: Vec<(u64, f32)>,
    /// How many passages the filter lets through, whether they answer or not.
    pub among: u64,
    /// The sum of the scores of all of those; what does not answer has 0.
    pub sum: f64,
    /// The sum of the squares of those scores.
    pub sum_of_squares: f64,
}

/// Where passages are kept and looked up. Works on the caller's thread.
pub trait Shelf: Send + Sync {
    /// The passages that hold any of `terms`, scored by BM25 with the terms' weights.
    fn by_terms(
        &self,
        field: Field,
        terms: &[WeightedTerm],
        filter: &Filter,
        limit: usize,
    ) -> Result<Scores, ShelfError>;

    /// How many passages the filter lets through, and how many of those hold each of `terms`.
    fn holding(
        &self,
        field: Field,
        terms: &[&str],
        filter: &Filter,
    ) -> Result<(u64, Vec<u64>), ShelfError>;

    /// The passages nearest to a vector, scored by their cosine. Empty where no vectors of `embedder` are
    /// kept.
    fn by_vector(
        &self,
        embedder: &str,
        vector: &[f32],
        filter: &Filter,
        limit: usize,
    ) -> Result<Scores, ShelfError>;

    /// Passages by their numbers, in the order asked; what is gone is left out.
    fn passages(&self, numbers: &[u64]) -> Result<Vec<StoredPassage>, ShelfError>;
}

/// The shelf cannot be read now. Never quotes a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the documents cannot be read: {0}")]
pub struct ShelfError(pub String);
