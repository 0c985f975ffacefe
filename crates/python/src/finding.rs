//! A finding as Python sees it.

use language::{OffsetConverter, OffsetUnit};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A span of a text that holds a personal value. It does not hold the value itself:
/// ``text[finding.start:finding.end]`` does.
#[pyclass(frozen, eq, skip_from_py_object, module = "igudar")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The type of value, such as ``person`` or ``cin``.
    #[pyo3(get, name = "type")]
    kind: String,
    /// Where it begins, in the unit that was asked for.
    #[pyo3(get)]
    start: usize,
    /// Where it ends: the first position behind it.
    #[pyo3(get)]
    end: usize,
    /// How sure, from 0 to 100.
    #[pyo3(get)]
    score: u8,
    /// The rule, context word, check digit or model that decided. Never the value.
    #[pyo3(get)]
    why: String,
}

#[pymethods]
impl Finding {
    fn __repr__(&self) -> String {
        format!(
            "Finding(type='{}', start={}, end={}, score={})",
            self.kind, self.start, self.end, self.score
        )
    }
}

/// The unit a caller names.
pub(crate) fn unit(name: &str) -> PyResult<OffsetUnit> {
    match name {
        "chars" => Ok(OffsetUnit::Chars),
        "bytes" => Ok(OffsetUnit::Bytes),
        "utf16" => Ok(OffsetUnit::Utf16),
        _ => Err(PyValueError::new_err(format!(
            "offsets={name:?} is no unit: it must be \"chars\" (code points, as Python counts), \
             \"bytes\" (of UTF-8) or \"utf16\""
        ))),
    }
}

/// The findings of a text in the unit the caller wants.
pub(crate) fn converted(
    text: &str,
    findings: &[protection::Finding],
    unit: OffsetUnit,
) -> Vec<Finding> {
    let mut converter = OffsetConverter::new(text, unit);
    findings
        .iter()
        .map(|finding| {
            let (start, end) = converter.span(finding.span);
            Finding {
                kind: finding.kind.as_str().to_owned(),
                start,
                end,
                score: finding.score,
                why: finding.reason.to_string(),
            }
        })
        .collect()
}
