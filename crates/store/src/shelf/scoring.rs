//! BM25 among the passages that a filter lets through, and no others: what other collections hold neither
//! changes a score nor shows in one.

use knowledge::ports::{self, Filter, Scores, StoredPassage, Versions, WeightedTerm};
use tantivy::columnar::Column;
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption, Value as _};
use tantivy::{DocId, DocSet as _, Searcher, SegmentReader, TERMINATED, TantivyDocument, Term};

use super::index::{Fields, day_number, folded, primary};

/// Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009): how fast a
/// repeated term saturates, and how much a passage's length counts.
const K1: f32 = 1.2;
const B: f32 = 0.6;

/// The passages of one segment that a filter lets through.
struct Allowed<'s> {
    segment: &'s SegmentReader,
    lets_through: Vec<bool>,
    count: u64,
}

/// Scores all passages that the filter lets through.
pub(super) fn score(
    searcher: &Searcher,
    fields: Fields,
    field: Field,
    terms: &[WeightedTerm],
    filter: &Filter,
    limit: usize,
) -> tantivy::Result<Scores> {
    let segments = allowed(searcher, fields, filter)?;
    let among: u64 = segments.iter().map(|segment| segment.count).sum();
    if among == 0 {
        return Ok(Scores::default());
    }
    let mut length = 0_u64;
    for segment in &segments {
        let norms = segment.segment.get_fieldnorms_reader(field)?;
        length += segment.documents().map(|id| u64::from(norms.fieldnorm(id))).sum::<u64>();
    }
    #[expect(clippy::cast_precision_loss, reason = "a mean needs no more")]
    let (count, mean_length) = (among as f32, (length as f32 / among as f32).max(1.0));
    let mut totals: Vec<Vec<f32>> =
        segments.iter().map(|segment| vec![0.0; segment.lets_through.len()]).collect();
    for wanted in terms {
        let term = Term::from_field_text(field, &wanted.text);
        let found = segments
            .iter()
            .map(|segment| segment.frequencies(&term, field))
            .collect::<tantivy::Result<Vec<_>>>()?;
        #[expect(clippy::cast_precision_loss, reason = "far below 2²⁴ passages")]
        let holding = found.iter().map(Vec::len).sum::<usize>() as f32;
        let rarity = (1.0 + (count - holding + 0.5) / (holding + 0.5)).ln();
        for ((segment, found), totals) in segments.iter().zip(found).zip(&mut totals) {
            let norms = segment.segment.get_fieldnorms_reader(field)?;
            for (id, frequency) in found {
                #[expect(clippy::cast_precision_loss, reason = "lengths and counts are small")]
                let (frequency, length) = (frequency as f32, norms.fieldnorm(id) as f32);
                let saturated = frequency * (K1 + 1.0)
                    / (frequency + K1 * (1.0 - B + B * length / mean_length));
                if let Some(total) = totals.get_mut(id as usize) {
                    *total += wanted.weight * rarity * saturated;
                }
            }
        }
    }
    let mut scores = Scores { among, ..Scores::default() };
    for (segment, totals) in segments.iter().zip(totals) {
        let numbers = segment.numbers()?;
        for id in segment.documents() {
            let total = totals.get(id as usize).copied().unwrap_or_default();
            if total > 0.0 {
                scores.sum += f64::from(total);
                scores.sum_of_squares += f64::from(total) * f64::from(total);
                scores.best.push((numbers.first(id).unwrap_or_default(), total));
            }
        }
    }
    let order = |left: &(u64, f32), right: &(u64, f32)| {
        right.1.total_cmp(&left.1).then(left.0.cmp(&right.0))
    };
    if scores.best.len() > limit && limit > 0 {
        scores.best.select_nth_unstable_by(limit, order);
    }
    scores.best.truncate(limit);
    scores.best.sort_unstable_by(order);
    Ok(scores)
}

/// How many passages the filter lets through, and how many of those hold each term.
pub(super) fn holding(
    searcher: &Searcher,
    fields: Fields,
    field: Field,
    terms: &[&str],
    filter: &Filter,
) -> tantivy::Result<(u64, Vec<u64>)> {
    let segments = allowed(searcher, fields, filter)?;
    let among = segments.iter().map(|segment| segment.count).sum();
    let mut counts = Vec::with_capacity(terms.len());
    for term in terms {
        let term = Term::from_field_text(field, term);
        let mut count = 0;
        for segment in &segments {
            count += segment.frequencies(&term, field)?.len() as u64;
        }
        counts.push(count);
    }
    Ok((among, counts))
}

/// The numbers of all passages that the filter lets through, in order.
pub(super) fn numbers(
    searcher: &Searcher,
    fields: Fields,
    filter: &Filter,
) -> tantivy::Result<Vec<u64>> {
    let mut all = Vec::new();
    for segment in allowed(searcher, fields, filter)? {
        let numbers = segment.numbers()?;
        all.extend(segment.documents().filter_map(|id| numbers.first(id)));
    }
    all.sort_unstable();
    Ok(all)
}

/// Passages by their numbers, in that order.
pub(super) fn passages(
    searcher: &Searcher,
    fields: Fields,
    numbers: &[u64],
) -> tantivy::Result<Vec<StoredPassage>> {
    let mut found = Vec::new();
    for number in numbers {
        let term = Term::from_field_u64(fields.number, *number);
        for (ordinal, segment) in searcher.segment_readers().iter().enumerate() {
            let Some(id) = first_alive(segment, &term, fields.number)? else { continue };
            let ordinal = u32::try_from(ordinal).unwrap_or(u32::MAX);
            let entry: TantivyDocument = searcher.doc(tantivy::DocAddress::new(ordinal, id))?;
            let stored = entry.get_first(fields.passage).and_then(|value| value.as_str());
            let stored = stored.and_then(|stored| serde_json::from_str(stored).ok());
            found.extend(stored);
            break;
        }
    }
    Ok(found)
}

fn first_alive(
    segment: &SegmentReader,
    term: &Term,
    field: Field,
) -> tantivy::Result<Option<DocId>> {
    let index = segment.inverted_index(field)?;
    let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else {
        return Ok(None);
    };
    let mut id = postings.doc();
    while id != TERMINATED {
        if segment.alive_bitset().is_none_or(|alive| alive.is_alive(id)) {
            return Ok(Some(id));
        }
        id = postings.advance();
    }
    Ok(None)
}

impl Allowed<'_> {
    fn documents(&self) -> impl Iterator<Item = DocId> {
        (0..).zip(&self.lets_through).filter(|(_, allowed)| **allowed).map(|(id, _)| id)
    }

    fn numbers(&self) -> tantivy::Result<Column<u64>> {
        self.segment.fast_fields().u64("number")
    }

    /// Where a term stands among what is allowed, and how often.
    fn frequencies(&self, term: &Term, field: Field) -> tantivy::Result<Vec<(DocId, u32)>> {
        let mut found = Vec::new();
        let index = self.segment.inverted_index(field)?;
        let Some(mut postings) = index.read_postings(term, IndexRecordOption::WithFreqs)? else {
            return Ok(found);
        };
        let mut id = postings.doc();
        while id != TERMINATED {
            if self.lets_through.get(id as usize).copied().unwrap_or_default() {
                found.push((id, postings.term_freq()));
            }
            id = postings.advance();
        }
        Ok(found)
    }
}

/// What the filter lets through, segment by segment.
fn allowed<'s>(
    searcher: &'s Searcher,
    fields: Fields,
    filter: &Filter,
) -> tantivy::Result<Vec<Allowed<'s>>> {
    searcher
        .segment_readers()
        .iter()
        .map(|segment| {
            let mut is_allowed =
                any_of(segment, fields.collection, filter.collections.iter().cloned())?;
            let mut narrow = |field, values: Vec<String>| -> tantivy::Result<()> {
                if !values.is_empty() {
                    let other = any_of(segment, field, values)?;
                    is_allowed.iter_mut().zip(other).for_each(|(one, other)| *one &= other);
                }
                Ok(())
            };
            narrow(fields.language, filter.languages.iter().map(|tag| primary(tag)).collect())?;
            narrow(
                fields.institution,
                filter.institution.iter().map(|name| folded(name)).collect(),
            )?;
            let everywhere = filter.commune.iter().flat_map(|name| [folded(name), String::new()]);
            narrow(fields.commune, everywhere.collect())?;
            for (id, one) in (0..).zip(is_allowed.iter_mut()) {
                *one &= segment.alive_bitset().is_none_or(|alive| alive.is_alive(id));
            }
            narrow_by_numbers(segment, filter, &mut is_allowed)?;
            let count = is_allowed.iter().filter(|allowed| **allowed).count() as u64;
            Ok(Allowed { segment, lets_through: is_allowed, count })
        })
        .collect()
}

fn any_of(
    segment: &SegmentReader,
    field: Field,
    values: impl IntoIterator<Item = String>,
) -> tantivy::Result<Vec<bool>> {
    let mut found = vec![false; segment.max_doc() as usize];
    let index = segment.inverted_index(field)?;
    for value in values {
        let term = Term::from_field_text(field, &value);
        let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
            continue;
        };
        let mut id = postings.doc();
        while id != TERMINATED {
            if let Some(one) = found.get_mut(id as usize) {
                *one = true;
            }
            id = postings.advance();
        }
    }
    Ok(found)
}

fn narrow_by_numbers(
    segment: &SegmentReader,
    filter: &Filter,
    is_allowed: &mut [bool],
) -> tantivy::Result<()> {
    let mut keep = |column: &str, test: &dyn Fn(u64) -> bool| -> tantivy::Result<()> {
        let column = segment.fast_fields().u64(column)?;
        for (id, one) in (0..).zip(is_allowed.iter_mut()) {
            *one = *one && test(column.first(id).unwrap_or_default());
        }
        Ok(())
    };
    match filter.versions {
        Versions::InForce => keep("in_force", &|value| value == 1)?,
        Versions::Number(version) => keep("version", &|value| value == u64::from(version))?,
        Versions::All => {}
    }
    if let Some(from) = filter.from.as_deref().map(day_number) {
        keep("date", &|day| day >= from)?;
    }
    if let Some(until) = filter.until.as_deref().map(day_number) {
        // A document without a date is not known to be early enough.
        keep("date", &|day| (1..=until).contains(&day))?;
    }
    Ok(())
}

/// The field of the index that stands for one of knowledge's.
pub(super) fn field_of(fields: Fields, field: ports::Field) -> Field {
    match field {
        ports::Field::Words => fields.words,
        ports::Field::Concepts => fields.concepts,
    }
}
