//! What the installation decides: `igudar.toml` in the data folder, variables, arguments.
//!
//! Two stages: [`Written`] is what somebody wrote; [`Ready`] is complete, checked and typed. Every setting
//! is declared once, in `declared.rs`; the file's first version, `config show` and the variables follow.

mod declared;
mod destination;
mod file;
mod first_file;
mod folder;
mod values;

pub(crate) use declared::{HubReady, LogReady, Origin, Ready, SETTINGS, Written};
pub(crate) use destination::{DEFAULT_MODEL_FILE, DestinationKind, DestinationReady};
pub(crate) use file::{ConfigurationError, read, unknown_type};
pub(crate) use first_file::text as first_file;
pub(crate) use folder::{FILE_NAME, data_folder};
pub(crate) use values::{LogFormat, MetricsWord, Time, WordList, amount};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The whole configuration, with where each value came from.
#[derive(Debug, Clone)]
pub(crate) struct Configuration {
    /// The data folder.
    pub(crate) folder: PathBuf,
    /// The settings.
    pub(crate) settings: Ready,
    /// Where each setting's value came from.
    pub(crate) origins: BTreeMap<&'static str, Origin>,
    /// Where requests may go.
    pub(crate) destinations: Vec<DestinationReady>,
}

/// Reads file and variables. Without a file the defaults hold.
pub(crate) fn load(
    folder: &Path,
    variables: impl Fn(&str) -> Option<String>,
) -> Result<Configuration, ConfigurationError> {
    let path = folder.join(FILE_NAME);
    let written = match std::fs::read_to_string(&path) {
        Ok(text) => read(&text, FILE_NAME)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Written::default(),
        Err(error) => return Err(ConfigurationError::unreadable(&path, &error)),
    };
    assemble(folder, written, variables)
}

/// A remark for each variable that looks like one of Igudar's and is none: a misspelt name would be
/// ignored in silence.
pub(crate) fn unknown_variables(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut known: Vec<&str> = SETTINGS.iter().map(|setting| setting.variable).collect();
    known.extend([declared::DESTINATIONS_VARIABLE, "IGUDAR_DATA", "IGUDAR_KEY"]);
    let unknown = |name: &String| name.starts_with("IGUDAR_") && !known.contains(&name.as_str());
    let mut unknown: Vec<String> = names.into_iter().filter(unknown).collect();
    unknown.sort();
    let remark =
        |name: String| format!("the variable {name} is no setting{}", file::nearest(&name, &known));
    unknown.into_iter().map(remark).collect()
}

/// The second stage.
pub(crate) fn assemble(
    folder: &Path,
    mut written: Written,
    variables: impl Fn(&str) -> Option<String>,
) -> Result<Configuration, ConfigurationError> {
    let mut origins = BTreeMap::new();
    for setting in SETTINGS {
        if (setting.is_written)(&written) {
            origins.insert(setting.key, Origin::File);
        }
        if let Some(text) = variables(setting.variable) {
            (setting.take)(&mut written, &text)
                .map_err(|reason| ConfigurationError::variable(setting.variable, &reason))?;
            origins.insert(setting.key, Origin::Variable);
        }
    }
    if let Some(text) = variables(declared::DESTINATIONS_VARIABLE) {
        written.destinations = destination::from_variable(&text)?;
        origins.insert("destinations", Origin::Variable);
    } else if written.destinations.is_some() {
        origins.insert("destinations", Origin::File);
    }
    let destinations = written.destinations.take();
    let settings = written.complete()?;
    let destinations = destination::complete(destinations, &settings, folder)?;
    Ok(Configuration { folder: folder.to_owned(), settings, origins, destinations })
}

#[cfg(test)]
mod tests;
