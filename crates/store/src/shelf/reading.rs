//! The port through which search reads the shelf.

use knowledge::ports::{Field, Filter, Scores, Shelf, ShelfError, StoredPassage, WeightedTerm};

use super::{SqliteShelf, scoring};

impl Shelf for SqliteShelf {
    fn by_terms(
        &self,
        field: Field,
        terms: &[WeightedTerm],
        filter: &Filter,
        limit: usize,
    ) -> Result<Scores, ShelfError> {
        let fields = self.index.fields;
        let field = scoring::field_of(fields, field);
        let searcher = self.index.reader.searcher();
        scoring::score(&searcher, fields, field, terms, filter, limit).map_err(unreadable)
    }

    fn holding(
        &self,
        field: Field,
        terms: &[&str],
        filter: &Filter,
    ) -> Result<(u64, Vec<u64>), ShelfError> {
        let fields = self.index.fields;
        let searcher = self.index.reader.searcher();
        let field = scoring::field_of(fields, field);
        scoring::holding(&searcher, fields, field, terms, filter).map_err(unreadable)
    }

    fn by_vector(
        &self,
        embedder: &str,
        vector: &[f32],
        filter: &Filter,
        limit: usize,
    ) -> Result<Scores, ShelfError> {
        let loaded = self.loaded();
        let Some(vectors) = loaded.by_embedder.get(embedder) else { return Ok(Scores::default()) };
        let searcher = self.index.reader.searcher();
        let allowed = scoring::numbers(&searcher, self.index.fields, filter).map_err(unreadable)?;
        Ok(vectors.nearest(vector, limit, &allowed))
    }

    fn passages(&self, numbers: &[u64]) -> Result<Vec<StoredPassage>, ShelfError> {
        let searcher = self.index.reader.searcher();
        scoring::passages(&searcher, self.index.fields, numbers).map_err(unreadable)
    }
}

/// The index's own error may quote a path or a term; its kind says enough.
fn unreadable(error: tantivy::TantivyError) -> ShelfError {
    ShelfError(crate::error::StoreError::index(error).to_string())
}
