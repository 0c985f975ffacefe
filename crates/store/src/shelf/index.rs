//! The search index: a cache of the tables, made anew whenever it does not show their state.

use std::path::Path;

use knowledge::ports::{IndexTerms, StoredPassage};
use tantivy::index::SegmentMeta;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, Term};

use crate::error::StoreError;

/// The memory of the index's writer, in bytes.
const WRITER_MEMORY: usize = 60 << 20;
/// Stands for a commune where a document holds everywhere.
const EVERYWHERE: &str = "";

/// The index's fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub(super) number: Field,
    pub(super) document: Field,
    pub(super) collection: Field,
    pub(super) language: Field,
    pub(super) institution: Field,
    pub(super) commune: Field,
    pub(super) date: Field,
    pub(super) version: Field,
    pub(super) in_force: Field,
    pub(super) words: Field,
    pub(super) concepts: Field,
    pub(super) passage: Field,
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let counted = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(true)
            .set_index_option(IndexRecordOption::WithFreqs),
    );
    let fields = Fields {
        number: schema.add_u64_field("number", FAST | INDEXED),
        document: schema.add_u64_field("document", INDEXED),
        collection: schema.add_text_field("collection", STRING),
        language: schema.add_text_field("language", STRING),
        institution: schema.add_text_field("institution", STRING),
        commune: schema.add_text_field("commune", STRING),
        date: schema.add_u64_field("date", FAST),
        version: schema.add_u64_field("version", FAST),
        in_force: schema.add_u64_field("in_force", FAST),
        words: schema.add_text_field("words", counted.clone()),
        concepts: schema.add_text_field("concepts", counted),
        passage: schema.add_text_field("passage", STORED),
    };
    (schema.build(), fields)
}

/// The index, open.
pub(super) struct PassageIndex {
    index: Index,
    pub(super) fields: Fields,
    pub(super) reader: IndexReader,
}

/// What a commit of the index says it shows: by which analysis, and which state of the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) analysis: String,
    pub(super) generation: i64,
}

impl PassageIndex {
    /// Opens the index of a folder; one that is missing, damaged or of another form begins anew, empty.
    pub(super) fn open(folder: &Path) -> tantivy::Result<Self> {
        if let Ok(index) = Self::open_as_it_is(folder) {
            return Ok(index);
        }
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        crate::files::create_folder(folder)?;
        Self::open_as_it_is(folder)
    }

    fn open_as_it_is(folder: &Path) -> tantivy::Result<Self> {
        let (schema, fields) = schema();
        let directory = tantivy::directory::MmapDirectory::open(folder)?;
        let index = Index::open_or_create(directory, schema)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { index, fields, reader })
    }

    /// What the newest commit shows; `None` where there is none.
    pub(super) fn shown(&self) -> Option<Shown> {
        let payload = self.index.load_metas().ok()?.payload?;
        let (generation, analysis) = payload.split_once(' ')?;
        Some(Shown { analysis: analysis.to_owned(), generation: generation.parse().ok()? })
    }

    /// The one writer. Fails while another process has it.
    pub(super) fn writer(&self) -> tantivy::Result<IndexWriter> {
        self.index.writer_with_num_threads(1, WRITER_MEMORY)
    }

    /// Adds a passage.
    pub(super) fn add(
        &self,
        writer: &IndexWriter,
        document: i64,
        passage: &StoredPassage,
        terms: &IndexTerms,
    ) -> tantivy::Result<()> {
        let fields = self.fields;
        let facts = &passage.facts;
        let mut entry = TantivyDocument::default();
        entry.add_u64(fields.number, passage.number);
        entry.add_u64(fields.document, document.unsigned_abs());
        entry.add_text(fields.collection, &passage.collection);
        if let Some(tag) = &facts.language {
            entry.add_text(fields.language, primary(tag));
        }
        if let Some(institution) = &facts.institution {
            entry.add_text(fields.institution, folded(institution));
        }
        let commune = facts.commune.as_deref().map_or(EVERYWHERE.to_owned(), folded);
        entry.add_text(fields.commune, commune);
        entry.add_u64(fields.date, facts.date.as_deref().map_or(0, day_number));
        entry.add_u64(fields.version, u64::from(facts.version.unwrap_or_default()));
        entry.add_u64(fields.in_force, u64::from(passage.in_force));
        entry.add_pre_tokenized_text(fields.words, tokens(&terms.words));
        entry.add_pre_tokenized_text(fields.concepts, tokens(&terms.concepts));
        let stored = serde_json::to_string(passage).map_err(std::io::Error::other)?;
        entry.add_text(fields.passage, stored);
        writer.add_document(entry)?;
        Ok(())
    }

    /// Removes all passages of a document.
    pub(super) fn remove(&self, writer: &IndexWriter, document: i64) {
        writer.delete_term(Term::from_field_u64(self.fields.document, document.unsigned_abs()));
    }

    /// Makes what was written visible, as this state, and what was replaced vanish: a segment with deleted
    /// passages still holds their text until it is merged. Works on a thread where blocking is allowed.
    pub(super) async fn commit(&self, writer: IndexWriter, shown: Shown) -> Result<(), StoreError> {
        let (index, reader) = (self.index.clone(), self.reader.clone());
        let work = move || committed(writer, &index, &reader, &shown);
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|_| Err(std::io::Error::other("the index's commit ended early").into()))
            .map_err(StoreError::index)
    }
}

fn committed(
    mut writer: IndexWriter,
    index: &Index,
    reader: &IndexReader,
    shown: &Shown,
) -> tantivy::Result<()> {
    let mut prepared = writer.prepare_commit()?;
    prepared.set_payload(&format!("{} {}", shown.generation, shown.analysis));
    prepared.commit()?;
    let segments = index.searchable_segment_metas()?;
    let stale: Vec<_> =
        segments.iter().filter(|one| one.has_deletes()).map(SegmentMeta::id).collect();
    if !stale.is_empty() {
        writer.merge(&stale).wait()?;
    }
    drop(segments);
    reader.reload()?;
    writer.garbage_collect_files().wait()?;
    // Merges that nobody waits for end with the writer, and the segments would become many.
    writer.wait_merging_threads()
}

fn tokens(terms: &[String]) -> PreTokenizedString {
    let token = |(position, text): (usize, &String)| Token {
        position,
        text: text.clone(),
        ..Token::default()
    };
    PreTokenizedString {
        text: String::new(),
        tokens: terms.iter().enumerate().map(token).collect(),
    }
}

/// The primary part of a language tag: `ary` of `ary-Arab`.
pub(super) fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// A name as it is compared: white space folded, small letters.
pub(super) fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// `2026-01-31` as 20260131; 0 for what is no date.
pub(super) fn day_number(date: &str) -> u64 {
    let digits: String = date.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 8 { digits.parse().unwrap_or_default() } else { 0 }
}
