//! How rare what a question asks about is among the documents: what every page speaks of tells little, and
//! what none speaks of tells that the documents do not answer.

use std::collections::BTreeMap;

use crate::ports::{Field, Filter, Shelf, ShelfError, WeightedTerm};

/// Above this many passages a term is common; counting on would change nothing.
const COMMON: usize = 1_000;

/// The rarity of each of some terms: 0 for what stands everywhere.
#[derive(Debug, Clone, Default)]
pub(super) struct Rarity {
    by_term: BTreeMap<String, f64>,
}

impl Rarity {
    pub(super) fn of<'t>(
        shelf: &dyn Shelf,
        filter: &Filter,
        field: Field,
        terms: impl IntoIterator<Item = &'t str>,
    ) -> Result<Self, ShelfError> {
        let mut by_term = BTreeMap::new();
        for term in terms {
            if by_term.contains_key(term) {
                continue;
            }
            let asked = [WeightedTerm { text: term.to_owned(), weight: 1.0 }];
            let scores = shelf.by_terms(field, &asked, filter, COMMON)?;
            #[expect(clippy::cast_precision_loss, reason = "far below 2⁵³ passages")]
            let (among, holding) = (scores.among as f64, scores.best.len() as f64);
            let rarity = (1.0 + (among - holding).max(0.0) / (holding + 0.5)).ln();
            by_term.insert(term.to_owned(), rarity);
        }
        Ok(Self { by_term })
    }

    /// The terms, each with its rarity: inverse document frequency.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.by_term.iter().map(|(term, rarity)| (term.as_str(), *rarity))
    }
}
