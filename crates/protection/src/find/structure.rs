//! The labelled fields of a text: form labels, object members, table columns.
//!
//! Owns the reading of structure that people and programs write into texts (`Nom : …`, `"cin": "…"`,
//! `cin=…`, CSV and Markdown tables). A label is the context of its value.

use language::ByteSpan;

/// What kind of writing labels a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// `Nom : Zineb`, `user=karim`.
    Label,
    /// `"nom": "Zineb"`.
    Member,
    /// A column of a table whose first row names the columns.
    Column,
}

/// A value and the label it stands under, in bytes of the normalised text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// What writing labels it.
    pub kind: FieldKind,
    /// The label.
    pub label: ByteSpan,
    /// The value.
    pub value: ByteSpan,
}

/// The fields of a text, in order of their values, not overlapping.
pub(super) fn fields_of(_text: &str, _lines: &[ByteSpan]) -> Vec<Field> {
    Vec::new()
}
