//! The engine: a country pack, read once, that finds and replaces.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use language::OffsetUnit;
use protection::{Finder, Pack, Place, Policy, PolicyFile, TextIn};
use pyo3::exceptions::{PyOSError, PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::batch;
use crate::finding::{Finding, converted, unit};
use crate::protected::Protected;

/// Finds and replaces personal values by a country pack. Making one takes some tens of milliseconds; it is
/// free to share between threads, and copies (pickling for a worker) make it anew from the same pack.
///
/// >>> from igudar import Engine
/// >>> engine = Engine()
/// >>> [finding.type for finding in engine.detect("CIN BK412097, tél. 0661 23 45 67")]
/// ['cin', 'phone']
#[pyclass(frozen, module = "igudar")]
pub(crate) struct Engine {
    finder: Arc<Finder>,
    folder: Option<PathBuf>,
}

/// The built-in pack's engine is made once for a process.
static BUILT_IN: LazyLock<Result<Arc<Finder>, String>> =
    LazyLock::new(|| finder(&packs::morocco()).map_err(|error| error.to_string()));

fn finder(files: &BTreeMap<String, String>) -> Result<Arc<Finder>, protection::PackError> {
    Ok(Arc::new(Finder::new(&Pack::read(files)?)))
}

#[pymethods]
impl Engine {
    /// An engine with the built-in pack of Morocco, or with the pack of a folder.
    #[new]
    #[pyo3(signature = (pack = None))]
    fn new(py: Python<'_>, pack: Option<PathBuf>) -> PyResult<Self> {
        let finder = py.detach(|| match &pack {
            None => BUILT_IN.clone().map_err(PyValueError::new_err),
            Some(folder) => {
                let files = packs::in_folder(folder).map_err(|error| no_pack(&error))?;
                finder(&files).map_err(|error| PyValueError::new_err(error.to_string()))
            }
        })?;
        Ok(Self { finder, folder: pack })
    }

    /// The personal values of a text.
    ///
    /// >>> from igudar import Engine
    /// >>> [(one.type, one.start, one.end) for one in Engine().detect("née le 3 mars 1987")]
    /// [('date_of_birth', 7, 18)]
    #[pyo3(signature = (text, *, offsets = "chars"))]
    fn detect(&self, py: Python<'_>, text: &str, offsets: &str) -> PyResult<Vec<Finding>> {
        let unit = unit(offsets)?;
        Ok(py.detach(|| self.found(text, unit)))
    }

    /// The personal values of many texts, found on several threads with the interpreter lock released.
    /// `threads` 0 means one for each processor. Every text is a document of its own.
    #[pyo3(signature = (texts, *, offsets = "chars", threads = 0))]
    fn detect_batch(
        &self,
        py: Python<'_>,
        texts: Vec<String>,
        offsets: &str,
        threads: usize,
    ) -> PyResult<Vec<Vec<Finding>>> {
        let unit = unit(offsets)?;
        Ok(py.detach(|| batch::each(&texts, threads, |text| self.found(text, unit))))
    }

    /// Replaces the personal values of a text, or of several texts that belong together (the same value
    /// gets the same label in all of them). `policy` is a policy in TOML; without it every value gets a
    /// label.
    ///
    /// >>> from igudar import Engine
    /// >>> protected = Engine().protect("CIN BK412097")
    /// >>> protected.text
    /// 'CIN [CIN_1]'
    /// >>> protected.restore("Votre carte [CIN_1] est prête.")
    /// 'Votre carte BK412097 est prête.'
    #[pyo3(signature = (text, *, policy = None))]
    fn protect(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyAny>,
        policy: Option<&str>,
    ) -> PyResult<Protected> {
        let texts = one_or_many(text)?;
        let policy = self.policy(policy)?;
        py.detach(|| self.protected(&texts, &policy))
    }

    /// Replaces the personal values of many texts, each a document of its own with labels of its own, on
    /// several threads with the interpreter lock released.
    #[pyo3(signature = (texts, *, policy = None, threads = 0))]
    fn protect_batch(
        &self,
        py: Python<'_>,
        texts: Vec<String>,
        policy: Option<&str>,
        threads: usize,
    ) -> PyResult<Vec<Protected>> {
        let policy = self.policy(policy)?;
        py.detach(|| {
            batch::each(&texts, threads, |text| self.protected(&[text.to_owned()], &policy))
                .into_iter()
                .collect()
        })
    }

    /// The types of value this engine knows, by name.
    #[getter]
    fn types(&self) -> Vec<String> {
        self.finder.label_words().kinds().map(ToString::to_string).collect()
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> (Bound<'py, pyo3::types::PyType>, (Option<PathBuf>,)) {
        (slf.get_type(), (slf.get().folder.clone(),))
    }

    fn __repr__(&self) -> String {
        match &self.folder {
            None => "Engine()".to_owned(),
            Some(folder) => format!("Engine(pack={:?})", folder.display().to_string()),
        }
    }
}

impl Engine {
    fn found(&self, text: &str, unit: OffsetUnit) -> Vec<Finding> {
        let inputs = [TextIn { text, place: Place::Text }];
        let found = protection::find_all(&*self.finder, &inputs);
        found.per_text.first().map(|findings| converted(text, findings, unit)).unwrap_or_default()
    }

    fn protected(&self, texts: &[String], policy: &Policy) -> PyResult<Protected> {
        let inputs: Vec<TextIn<'_>> =
            texts.iter().map(|text| TextIn { text, place: Place::Text }).collect();
        let findings = protection::find_all(&*self.finder, &inputs);
        let replaced = protection::replace(&findings, &inputs, policy)
            .map_err(|error| PyValueError::new_err(error.to_string()))?;
        let protected = texts
            .iter()
            .zip(&replaced.replacements)
            .map(|(text, replacements)| protection::apply(text, replacements))
            .collect();
        let listed = texts
            .iter()
            .zip(&findings.per_text)
            .map(|(text, findings)| converted(text, findings, OffsetUnit::Chars))
            .collect();
        Ok(Protected::new(protected, listed, findings.class(), replaced.vault))
    }

    fn policy(&self, content: Option<&str>) -> PyResult<Policy> {
        let Some(content) = content else { return Ok(Policy::label_all("label everything")) };
        let words = self.finder.label_words();
        let file = PolicyFile::read("policy", content, words, None)
            .map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(file.settled(None, &[], words))
    }
}

fn one_or_many(text: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if let Ok(one) = text.extract::<String>() {
        return Ok(vec![one]);
    }
    text.extract::<Vec<String>>()
        .map_err(|_| PyTypeError::new_err("protect takes a str, or a list of str"))
}

fn no_pack(error: &packs::NoPack) -> PyErr {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    PyOSError::new_err(format!("{error}{cause}"))
}
