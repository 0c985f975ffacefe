//! JSON schemas: what the model may answer, and which forms they demand of values.

use std::collections::BTreeSet;

use crate::RequestError;
use crate::document::{Kind, NodeId};
use crate::layer::Layer;

use super::Walk;

/// Which forms the schemas of a request demand of strings and numbers: `response_format` and the
/// parameters of tools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaDemands {
    /// Some string must match a pattern or have a bounded length.
    pub patterns: bool,
    /// Some value must be an integer.
    pub integers: bool,
    /// The `format`s that strings must have.
    pub formats: BTreeSet<String>,
}

/// The most `format`s that are remembered; there are about twenty.
const MOST_FORMATS: usize = 64;

/// What holds for one object of a schema.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demanding {
    here: bool,
}

impl Demanding {
    /// Whether the value of a member must keep its form.
    pub(super) fn of(self, name: &str) -> bool {
        name == "pattern"
            || (self.here && matches!(name, "enum" | "const" | "default" | "example" | "examples"))
    }
}

impl Walk<'_> {
    pub(super) fn schema(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
        key: Option<&str>,
    ) -> Result<(), RequestError> {
        self.in_schema = true;
        let result = self.unknown(layer, id, key);
        self.in_schema = false;
        result
    }

    /// What an object demands of the values that it describes; `None` outside of schemas.
    pub(super) fn demanding(&mut self, layer: &Layer<'_>, id: NodeId) -> Option<Demanding> {
        if !self.in_schema {
            return None;
        }
        let document = layer.document;
        let mut here = false;
        for member in document.children(id) {
            let kind = document.kind(member);
            match (&*document.key(layer.text, member), kind) {
                ("pattern", Kind::String) | ("maxLength", Kind::Number) => {
                    self.demands.patterns = true;
                    here = true;
                }
                ("format", Kind::String) => {
                    here = true;
                    if self.demands.formats.len() < MOST_FORMATS
                        && let Some(format) = document.string(layer.text, member)
                    {
                        self.demands.formats.insert(format.into_owned());
                    }
                }
                ("type", Kind::String) if document.content(layer.text, member) == "integer" => {
                    self.demands.integers = true;
                    here = true;
                }
                _ => {}
            }
        }
        Some(Demanding { here })
    }
}
