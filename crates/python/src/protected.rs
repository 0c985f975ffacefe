//! Protected texts, and what puts the values back.

use protection::seal::{self, SealHeader, SealingKey};
use protection::{Class, Escape, Vault};
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;

use crate::finding::Finding;

/// Texts with their values replaced, and the map that puts the values back. The map lives in this
/// object's memory; ``seal`` makes it portable.
#[pyclass(frozen, module = "igudar")]
pub(crate) struct Protected {
    texts: Vec<String>,
    findings: Vec<Vec<Finding>>,
    class: Class,
    vault: Vault,
}

impl Protected {
    pub(crate) fn new(
        texts: Vec<String>,
        findings: Vec<Vec<Finding>>,
        class: Class,
        vault: Vault,
    ) -> Self {
        Self { texts, findings, class, vault }
    }
}

#[pymethods]
impl Protected {
    /// The protected text; where several texts were given, see ``texts``.
    #[getter]
    fn text(&self) -> PyResult<&str> {
        match self.texts.as_slice() {
            [text] => Ok(text),
            texts => Err(PyValueError::new_err(format!(
                "{} texts were protected together: use .texts",
                texts.len()
            ))),
        }
    }

    /// The protected texts, in the order they came.
    #[getter]
    fn texts(&self) -> Vec<String> {
        self.texts.clone()
    }

    /// For each text, what was found in it; offsets in code points of the text as it came.
    #[getter]
    fn findings(&self) -> Vec<Vec<Finding>> {
        self.findings.clone()
    }

    /// ``public``, ``internal``, ``personal`` or ``sensitive``.
    #[getter]
    fn text_class(&self) -> &'static str {
        self.class.as_str()
    }

    /// Puts the values back into a text that holds labels. ``escape="json"`` writes them as the content of
    /// a JSON string.
    #[pyo3(signature = (text, *, escape = "plain"))]
    fn restore(&self, py: Python<'_>, text: &str, escape: &str) -> PyResult<String> {
        let escape = read_escape(escape)?;
        Ok(py.detach(|| self.vault.restore(text, escape)))
    }

    /// What restores a text that arrives in pieces.
    ///
    /// >>> from igudar import Engine
    /// >>> restorer = Engine().protect("CIN BK412097").restorer()
    /// >>> restorer.push("carte [CI") + restorer.push("N_1].") + restorer.finish()
    /// 'carte BK412097.'
    #[pyo3(signature = (*, escape = "plain"))]
    fn restorer(&self, escape: &str) -> PyResult<Restorer> {
        Ok(Restorer { inner: self.vault.restorer(read_escape(escape)?) })
    }

    /// The map, sealed (AES-256-GCM-SIV) with a key of 32 random bytes that you keep; ``open_map`` opens
    /// it. ``expires`` is a time in seconds since 1970, after which it opens no more.
    #[pyo3(signature = (key, *, expires, name = "python"))]
    fn seal(&self, key: &[u8], expires: i64, name: &str) -> PyResult<String> {
        let key = sealing_key(key, name)?;
        let mut nonce = [0_u8; 12];
        getrandom::fill(&mut nonce).map_err(|error| {
            PyOSError::new_err(format!("the system gives no random bytes: {error}"))
        })?;
        let header = SealHeader {
            project: name.to_owned(),
            key_id: KEY_ID.to_owned(),
            expires_unix_s: expires,
        };
        Ok(seal::seal(&self.vault, &key, header, nonce))
    }

    fn __repr__(&self) -> String {
        let found: usize = self.findings.iter().map(Vec::len).sum();
        format!("<Protected: {} text(s), {found} finding(s)>", self.texts.len())
    }
}

/// A map that was sealed and is open again.
#[pyclass(frozen, module = "igudar")]
pub(crate) struct OpenedMap {
    vault: Vault,
}

#[pymethods]
impl OpenedMap {
    /// Puts the values back into a text that holds labels.
    #[pyo3(signature = (text, *, escape = "plain"))]
    fn restore(&self, py: Python<'_>, text: &str, escape: &str) -> PyResult<String> {
        let escape = read_escape(escape)?;
        Ok(py.detach(|| self.vault.restore(text, escape)))
    }

    /// What restores a text that arrives in pieces.
    #[pyo3(signature = (*, escape = "plain"))]
    fn restorer(&self, escape: &str) -> PyResult<Restorer> {
        Ok(Restorer { inner: self.vault.restorer(read_escape(escape)?) })
    }
}

/// Opens a map that ``Protected.seal`` sealed with the same key. `now` is the time in seconds since 1970.
#[pyfunction]
#[pyo3(signature = (sealed, key, *, now))]
pub(crate) fn open_map(sealed: &str, key: &[u8], now: i64) -> PyResult<OpenedMap> {
    let refused = |error: seal::SealError| PyValueError::new_err(error.to_string());
    let header = seal::peek(sealed).map_err(refused)?;
    let key = sealing_key(key, &header.project)?;
    Ok(OpenedMap { vault: seal::open(sealed, &key, now).map_err(refused)? })
}

/// Restores a text that arrives in pieces; what may be the beginning of a label is held back until it is
/// decided.
#[pyclass(module = "igudar")]
pub(crate) struct Restorer {
    inner: protection::Restorer,
}

#[pymethods]
impl Restorer {
    /// Takes a piece and gives what is decided.
    fn push(&mut self, piece: &str) -> String {
        let mut out = String::new();
        self.inner.push(piece, &mut out);
        out
    }

    /// Gives what was still held back: the text is complete.
    fn finish(&mut self) -> String {
        let mut out = String::new();
        self.inner.finish(&mut out);
        out
    }
}

const KEY_ID: &str = "caller";

fn sealing_key(key: &[u8], name: &str) -> PyResult<SealingKey> {
    let key: &[u8; 32] = key.try_into().map_err(|_| {
        PyValueError::new_err(format!(
            "the key has {} bytes; it must be 32 random bytes, such as os.urandom(32)",
            key.len()
        ))
    })?;
    Ok(SealingKey::derive(key, name, KEY_ID, b""))
}

fn read_escape(name: &str) -> PyResult<Escape> {
    match name {
        "plain" => Ok(Escape::Plain),
        "json" => Ok(Escape::Json),
        _ => Err(PyValueError::new_err(format!(
            "escape={name:?} is not known: it must be \"plain\" or \"json\""
        ))),
    }
}
