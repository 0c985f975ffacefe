//! The Python package `igudar`: what `language` and `protection` do, for notebooks and for the workers of
//! data jobs (Spark, Ray).
//!
//! Owns the shape of the Python interface and the release of the interpreter lock; decides nothing about
//! texts itself. Offsets are code points unless the caller asks for another unit.

#![expect(
    clippy::doc_link_with_quotes,
    reason = "doc strings are Python's, and hold Python's lists"
)]

mod batch;
mod engine;
mod finding;
mod languages;
mod protected;

use pyo3::prelude::*;

/// The compiled part of the package; the public names are re-exported by `igudar/__init__.py`.
#[pymodule]
fn _igudar(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<engine::Engine>()?;
    module.add_class::<finding::Finding>()?;
    module.add_class::<protected::Protected>()?;
    module.add_class::<protected::Restorer>()?;
    module.add_class::<protected::OpenedMap>()?;
    module.add_class::<languages::Identification>()?;
    module.add_class::<languages::LanguageSpan>()?;
    module.add_function(wrap_pyfunction!(protected::open_map, module)?)?;
    module.add_function(wrap_pyfunction!(languages::identify, module)?)?;
    module.add_function(wrap_pyfunction!(languages::identify_batch, module)?)?;
    module.add_function(wrap_pyfunction!(languages::identify_spans, module)?)?;
    module.add_function(wrap_pyfunction!(languages::normalize, module)?)?;
    Ok(())
}
