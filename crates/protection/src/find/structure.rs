//! The labelled fields of a text: form labels, object members, table columns.
//!
//! Owns the reading of structure that people and programs write into texts (`Nom : …`, `"cin": "…"`,
//! CSV, Markdown, SQL and HTML tables). A label is the context of its value.

mod labels;
mod markup;
mod tables;

use language::ByteSpan;

/// What kind of writing labels a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// `Nom : Zineb`.
    Label,
    /// `"nom": "Zineb"`, `<nom>Zineb</nom>`.
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

/// The longest label, in bytes. A label is read once for each of its values, so a long one would cost as
/// often as it has values.
const LONGEST_LABEL: usize = 128;

/// The fields of a text, in order of their values, not overlapping: columns first, then members, then
/// labels, each only where nothing before it claimed the place.
pub(super) fn fields_of(text: &str, lines: &[ByteSpan]) -> Vec<Field> {
    let mut fields = tables::columns(text, lines);
    markup::statements(text, &mut fields);
    markup::html_tables(text, &mut fields);
    fields.sort_by_key(|field| (field.value.start, field.value.end));
    let mut more = Vec::new();
    labels::members(text, &mut more);
    labels::labels(text, lines, &mut more);
    fields.retain(|field| field.label.len() <= LONGEST_LABEL);
    more.retain(|field| field.label.len() <= LONGEST_LABEL);
    merge(fields, more)
}

/// Drops of `more` what overlaps an earlier field, and sorts the rest in.
fn merge(mut fields: Vec<Field>, more: Vec<Field>) -> Vec<Field> {
    let mut indexed: Vec<(usize, Field)> = fields.drain(..).chain(more).enumerate().collect();
    indexed.sort_by_key(|&(rank, field)| (field.value.start, rank));
    let mut merged: Vec<(usize, Field)> = Vec::with_capacity(indexed.len());
    for (rank, field) in indexed {
        if field.value.is_empty() {
            continue;
        }
        match merged.last_mut() {
            Some((last_rank, last)) if last.value.overlaps(field.value) => {
                if rank < *last_rank {
                    *last_rank = rank;
                    *last = field;
                }
            }
            _ => merged.push((rank, field)),
        }
    }
    merged.into_iter().map(|(_, field)| field).collect()
}

/// `span` without the white space, quotes and bars around its text.
fn bare(text: &str, span: ByteSpan) -> ByteSpan {
    let edge = |character: char| character.is_whitespace() || matches!(character, '"' | '\'' | '*');
    let part = span.of(text);
    let start = span.start + (part.len() - part.trim_start_matches(edge).len());
    let end = span.end - (part.len() - part.trim_end_matches(edge).len());
    ByteSpan::new(start.min(span.end), end.max(start.min(span.end)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::find::View;

    fn check(text: &str, expect: &[(&str, &str)]) {
        let view = View::new(text);
        let got: Vec<_> = view
            .fields()
            .iter()
            .map(|field| (field.label.of(view.text()), field.value.of(view.text())))
            .collect();
        assert_eq!(got, expect, "{text:?}");
    }

    #[test]
    fn columns_take_their_header() {
        check(
            "nom;cin\nTazi;BK1\nAmal;D2",
            &[("nom", "Tazi"), ("cin", "BK1"), ("nom", "Amal"), ("cin", "D2")],
        );
        check(
            "nom,cin,tel\n\"Sbai, Lina\",D2,06",
            &[("nom", "Sbai, Lina"), ("cin", "D2"), ("tel", "06")],
        );
        check("| nom | mac |\n|:--|:--|\n| Adil | 00:1B |", &[("nom", "Adil"), ("mac", "00:1B")]);
        check("smiya\ttel\nkhadouj\t0661", &[("smiya", "khadouj"), ("tel", "0661")]);
        check(
            "الاسم,رقم البطاقة,الهاتف\nحياة,BK1,06",
            &[("الاسم", "حياه"), ("رقم البطاقه", "BK1"), ("الهاتف", "06")],
        );
        check("- شهادة السكنى؛\n- أربع صور؛\n- un certificat ;\n- une photo ;", &[]);
        check("Bonjour, oui, non\nMerci beaucoup a vous tous, la, bas", &[]);
    }

    #[test]
    fn members_and_labels() {
        check("{\"nom\": \"Zineb\", \"age\": 4}", &[("nom", "Zineb"), ("age", "4")]);
        check("<nom>Zineb</nom>", &[("nom", "Zineb")]);
        check("Nom : Zineb\nVille: Fes", &[("Nom", "Zineb"), ("Ville", "Fes")]);
        check(
            "INSERT INTO t (nom, cin) VALUES ('Zineb', 'D2'), ('Amal', 'D3');",
            &[("nom", "Zineb"), ("cin", "D2"), ("nom", "Amal"), ("cin", "D3")],
        );
        check(
            "<tr><th>Nom</th><th>CNSS</th></tr><tr><td>Amal</td><td>123</td></tr>",
            &[("Nom", "Amal"), ("CNSS", "123")],
        );
    }

    proptest! {
        #[test]
        fn fields_are_sorted_and_apart(text in "[a-c;,|\t\n:\"'<>/()0-2 ]{0,80}") {
            let view = View::new(&text);
            for pair in view.fields().windows(2) {
                prop_assert!(pair[0].value.end <= pair[1].value.start);
            }
            for field in view.fields() {
                prop_assert!(view.text().get(field.value.start..field.value.end).is_some());
                prop_assert!(view.text().get(field.label.start..field.label.end).is_some());
            }
        }
    }
}
