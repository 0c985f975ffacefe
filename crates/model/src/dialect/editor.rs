//! Byte-range edits of members: set, rename, remove, insert.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Document, Kind, NodeId};
use crate::source_map::quoted;
use crate::splice::Splice;

/// Collects edits of the members of one body.
pub(super) struct Editor<'b> {
    pub(super) body: &'b str,
    pub(super) document: &'b Document,
    splices: Vec<Splice>,
    /// Ranges that go.
    removed: Vec<Splice>,
    /// By object: what is removed from it and what is inserted at its end.
    objects: BTreeMap<u32, ObjectEdits>,
}

#[derive(Default)]
struct ObjectEdits {
    removed: BTreeSet<NodeId>,
    inserted: Vec<String>,
}

impl<'b> Editor<'b> {
    pub(super) fn new(body: &'b str, document: &'b Document) -> Self {
        Self { body, document, splices: Vec::new(), removed: Vec::new(), objects: BTreeMap::new() }
    }

    pub(super) fn top(&self, name: &str) -> Option<NodeId> {
        self.document.member(self.body, Document::ROOT, name)
    }

    pub(super) fn members(&self, object: NodeId) -> Vec<(Cow<'b, str>, NodeId)> {
        let ids = self.document.children(object);
        ids.map(|id| (self.document.key(self.body, id), id)).collect()
    }

    pub(super) fn is_null(&self, id: NodeId) -> bool {
        self.document.kind(id) == Kind::Null
    }

    /// Whether a value is one of these, written without spaces.
    pub(super) fn is_any_of(&self, id: NodeId, values: &[&str]) -> bool {
        let raw = self.document.raw(self.body, id);
        values
            .iter()
            .any(|value| raw.bytes().filter(|byte| !byte.is_ascii_whitespace()).eq(value.bytes()))
    }

    /// Replaces a value by JSON source.
    pub(super) fn set(&mut self, id: NodeId, json: &str) {
        let node = self.document.node(id);
        self.splices.push(Splice {
            start: node.start as usize,
            end: node.end as usize,
            with: json.to_owned(),
        });
    }

    pub(super) fn set_string(&mut self, id: NodeId, text: &str) {
        self.set(id, &quoted(text));
    }

    pub(super) fn rename(&mut self, id: NodeId, name: &str) {
        let node = self.document.node(id);
        self.splices.push(Splice {
            start: node.key_start as usize,
            end: node.key_end as usize,
            with: quoted(name),
        });
    }

    pub(super) fn remove(&mut self, object: NodeId, id: NodeId) {
        self.objects.entry(object.0).or_default().removed.insert(id);
    }

    pub(super) fn remove_top(&mut self, name: &str) {
        if let Some(id) = self.top(name) {
            self.remove(Document::ROOT, id);
        }
    }

    pub(super) fn insert(&mut self, object: NodeId, name: &str, json: &str) {
        let inserted = &mut self.objects.entry(object.0).or_default().inserted;
        inserted.push(format!("{}:{json}", quoted(name)));
    }

    pub(super) fn insert_top(&mut self, name: &str, json: &str) {
        self.insert(Document::ROOT, name, json);
    }

    pub(super) fn finish(mut self) -> Vec<Splice> {
        let objects = std::mem::take(&mut self.objects);
        for (object, edits) in objects {
            self.object_splices(NodeId(object), &edits);
        }
        without_removed(self.splices, self.removed)
    }

    /// A removed member takes the comma behind it along; removed members at the end take the comma before
    /// them.
    fn object_splices(&mut self, object: NodeId, edits: &ObjectEdits) {
        let document = self.document;
        let mut kept_end = None;
        let mut run_start = None;
        for member in document.children(object) {
            let node = document.node(member);
            if edits.removed.contains(&member) {
                run_start = run_start.or(Some(node.key_start as usize));
                continue;
            }
            if let Some(start) = run_start.take() {
                self.remove_range(start, node.key_start as usize);
            }
            kept_end = Some(node.end as usize);
        }
        let last_end = document.children(object).last().map(|id| document.node(id).end as usize);
        if let (Some(start), Some(end)) = (run_start, last_end) {
            self.remove_range(kept_end.unwrap_or(start), end);
        }
        if edits.inserted.is_empty() {
            return;
        }
        let after_brace = document.node(object).start as usize + 1;
        let (at, comma) = kept_end.map_or((after_brace, ""), |end| (end, ","));
        let with = format!("{comma}{}", edits.inserted.join(","));
        self.splices.push(Splice { start: at, end: at, with });
    }

    fn remove_range(&mut self, start: usize, end: usize) {
        self.removed.push(Splice { start, end, with: String::new() });
    }
}

/// Edits without those inside a removed range: a removed value may hold edits of its own, and they go with
/// it. Removed ranges inside one another become the outer one.
fn without_removed(mut splices: Vec<Splice>, mut removed: Vec<Splice>) -> Vec<Splice> {
    removed.sort_by_key(|splice| (splice.start, std::cmp::Reverse(splice.end)));
    let mut outer: Vec<Splice> = Vec::with_capacity(removed.len());
    for range in removed {
        if outer.last().is_none_or(|last| range.end > last.end) {
            outer.push(range);
        }
    }
    splices.retain(|splice| {
        let before = outer.partition_point(|range| range.start <= splice.start);
        let around = before.checked_sub(1).and_then(|index| outer.get(index));
        // What is inserted where a range begins stands before it.
        let before_it = |range: &Splice| splice.end == range.start;
        around.is_none_or(|range| before_it(range) || splice.end > range.end)
    });
    splices.extend(outer);
    splices
}
