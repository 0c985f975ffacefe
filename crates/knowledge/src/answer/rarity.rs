//! How rare what a question asks about is among the documents: what every page speaks of tells little, and
//! what none speaks of tells that the documents do not answer.

use std::collections::{BTreeMap, BTreeSet};

use crate::ports::{Field, Filter, Shelf, ShelfError};

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
        let terms: BTreeSet<&str> = terms.into_iter().collect();
        let terms: Vec<&str> = terms.into_iter().collect();
        let (among, holding) = shelf.holding(field, &terms, filter)?;
        let rarity = |holding: u64| {
            #[expect(clippy::cast_precision_loss, reason = "far below 2⁵³ passages")]
            let (among, holding) = (among as f64, holding as f64);
            (1.0 + (among - holding).max(0.0) / (holding + 0.5)).ln()
        };
        let by_term =
            terms.iter().map(|term| (*term).to_owned()).zip(holding.into_iter().map(rarity));
        Ok(Self { by_term: by_term.collect() })
    }

    /// The terms, each with its rarity: inverse document frequency.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.by_term.iter().map(|(term, rarity)| (term.as_str(), *rarity))
    }
}
