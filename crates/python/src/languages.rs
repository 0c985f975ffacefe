//! Identification and normalisation as Python sees them.

use language::OffsetConverter;
use language::Profile;
use language::identify::{Identifier, Language};
use language::service;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::batch;
use crate::finding::unit;

/// Which language a text is in.
#[pyclass(frozen, eq, skip_from_py_object, module = "igudar")]
#[derive(Clone, PartialEq)]
pub(crate) struct Identification {
    /// A BCP 47 tag with the script where it matters, such as ``ary-Latn``; ``und`` for no language.
    #[pyo3(get)]
    language: String,
    /// How likely it is right, from 0 to 1.
    #[pyo3(get)]
    confidence: f32,
    /// The runs of one language each; empty unless they were asked for.
    #[pyo3(get)]
    spans: Vec<LanguageSpan>,
}

#[pymethods]
impl Identification {
    fn __repr__(&self) -> String {
        format!("Identification(language='{}', confidence={:.2})", self.language, self.confidence)
    }
}

/// A run of one language.
#[pyclass(frozen, eq, skip_from_py_object, module = "igudar")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct LanguageSpan {
    /// Where it begins.
    #[pyo3(get)]
    start: usize,
    /// The first position behind it.
    #[pyo3(get)]
    end: usize,
    /// The language's tag.
    #[pyo3(get)]
    language: String,
}

#[pymethods]
impl LanguageSpan {
    fn __repr__(&self) -> String {
        format!(
            "LanguageSpan(start={}, end={}, language='{}')",
            self.start, self.end, self.language
        )
    }
}

/// The language of a text, of those of `among` where it is given.
///
/// >>> import igudar
/// >>> igudar.identify("wach kayn chi 7all l had lmochkil?").language
/// 'ary-Latn'
#[pyfunction]
#[pyo3(signature = (text, *, among = None))]
pub(crate) fn identify(
    py: Python<'_>,
    text: &str,
    among: Option<Vec<String>>,
) -> PyResult<Identification> {
    let candidates = candidates(among.as_deref())?;
    Ok(py.detach(|| identified(text, &candidates)))
}

/// The language of each of many texts, on several threads with the interpreter lock released.
#[pyfunction]
#[pyo3(signature = (texts, *, among = None, threads = 0))]
pub(crate) fn identify_batch(
    py: Python<'_>,
    texts: Vec<String>,
    among: Option<Vec<String>>,
    threads: usize,
) -> PyResult<Vec<Identification>> {
    let candidates = candidates(among.as_deref())?;
    Ok(py.detach(|| batch::each(&texts, threads, |text| identified(text, &candidates))))
}

/// The language of a text and of its runs, for texts that mix languages.
///
/// >>> import igudar
/// >>> text = "gal lia le directeur بلي la réunion مأجلة"
/// >>> [span.language for span in igudar.identify_spans(text).spans]
/// ['ary-Latn', 'fr', 'ary-Arab', 'fr', 'ary-Arab']
#[pyfunction]
#[pyo3(signature = (text, *, offsets = "chars"))]
pub(crate) fn identify_spans(
    py: Python<'_>,
    text: &str,
    offsets: &str,
) -> PyResult<Identification> {
    let unit = unit(offsets)?;
    Ok(py.detach(|| {
        let found = Identifier::built_in().identify_spans(text);
        let mut converter = OffsetConverter::new(text, unit);
        let spans = found
            .spans
            .iter()
            .map(|span| {
                let (start, end) = converter.span(span.span);
                LanguageSpan { start, end, language: span.language.tag().to_owned() }
            })
            .collect();
        Identification {
            language: found.language.tag().to_owned(),
            confidence: found.confidence,
            spans,
        }
    }))
}

/// A text in the form that a purpose needs: ``search``, ``match`` or ``display``.
///
/// >>> import igudar
/// >>> igudar.normalize("مُحَمَّـــد", "search")
/// 'محمد'
#[pyfunction]
#[pyo3(signature = (text, profile = "search"))]
pub(crate) fn normalize(py: Python<'_>, text: &str, profile: &str) -> PyResult<String> {
    let profile = match profile {
        "search" => Profile::Search,
        "match" => Profile::Match,
        "display" => Profile::Display,
        _ => {
            return Err(PyValueError::new_err(format!(
                "profile {profile:?} is not known: it must be \"search\", \"match\" or \"display\""
            )));
        }
    };
    Ok(py.detach(|| language::normalize(text, profile).text))
}

/// Nothing in `among` means every language.
fn identified(text: &str, among: &[Language]) -> Identification {
    let identifier = Identifier::built_in();
    let found = if among.is_empty() {
        identifier.identify(text)
    } else {
        identifier.identify_among(text, among)
    };
    Identification {
        language: found.language.tag().to_owned(),
        confidence: found.confidence,
        spans: Vec::new(),
    }
}

fn candidates(among: Option<&[String]>) -> PyResult<Vec<Language>> {
    let tags = among.unwrap_or_default().iter().map(String::as_str);
    service::candidates(tags).map_err(|error| PyValueError::new_err(error.to_string()))
}
