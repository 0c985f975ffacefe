//! `[[destinations]]`: where requests may go.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use projects::{Micro, Price};
use serde::Deserialize;

use super::file::{ConfigurationError, read_as};
use super::values::{ActionWord, Time, WordList, amount};
use super::{Ready, declared};

/// The file name of the default model in the folder `models`.
pub(crate) const DEFAULT_MODEL_FILE: &str = "smollm2-135m-instruct-q4_1.gguf";

/// What kind of server a destination is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DestinationKind {
    /// Answers with what it received; no model.
    Echo,
    /// A GGUF file on this machine.
    Local,
    /// OpenAI's API, or a server that takes `max_completion_tokens` as it does.
    Openai,
    /// A server of one's own that speaks OpenAI's API with `max_tokens` (vLLM, llama.cpp, Ollama …).
    Compatible,
    /// Mistral's API.
    Mistral,
}

/// One destination as it was written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DestinationWritten {
    name: String,
    kind: DestinationKind,
    url: Option<String>,
    key_variable: Option<String>,
    key_header: Option<String>,
    operator: Option<String>,
    place: Option<String>,
    law: Option<String>,
    authorisation: Option<String>,
    highest_class: Option<String>,
    models: Vec<ModelWritten>,
    file: Option<String>,
    connect_time: Option<Time>,
    header_time: Option<Time>,
    idle_time: Option<Time>,
    total_time: Option<Time>,
    ca_file: Option<PathBuf>,
    policy: Option<PolicyOverride>,
    embeddings: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelWritten {
    name: String,
    upstream_name: Option<String>,
    input_price: Option<String>,
    output_price: Option<String>,
    max_output_tokens: Option<u64>,
    context: Option<u32>,
}

/// What differs from the general policy.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyOverride {
    pub(crate) name: Option<String>,
    pub(crate) default: Option<ActionWord>,
    #[serde(default)]
    pub(crate) types: WordList,
}

/// One destination, complete.
#[derive(Debug, Clone)]
pub(crate) struct DestinationReady {
    pub(crate) name: String,
    pub(crate) kind: DestinationKind,
    pub(crate) url: String,
    /// The name of the variable that holds the credential; never the credential.
    pub(crate) key_variable: Option<String>,
    pub(crate) key_header: Option<String>,
    pub(crate) operator: String,
    pub(crate) place: String,
    pub(crate) law: String,
    /// The reference of the authorisation for content that needs one to leave the country.
    pub(crate) authorisation: Option<String>,
    /// The highest class that may go there; the policy's limit alone where it is not written.
    pub(crate) highest_class: Option<protection::Class>,
    pub(crate) models: Vec<ModelReady>,
    /// The model file of a local destination.
    pub(crate) file: PathBuf,
    pub(crate) context: u32,
    pub(crate) connect_time: Option<Time>,
    pub(crate) header_time: Option<Time>,
    pub(crate) idle_time: Option<Time>,
    pub(crate) total_time: Option<Time>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) policy: PolicyOverride,
    /// Texts to embed go in clear, to a machine of the institution's own.
    pub(crate) embed_clear: bool,
}

/// One model, complete.
#[derive(Debug, Clone)]
pub(crate) struct ModelReady {
    pub(crate) name: String,
    pub(crate) upstream_name: String,
    pub(crate) price: Price,
    pub(crate) max_output_tokens: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnlyDestinations {
    destinations: Vec<DestinationWritten>,
}

/// The list out of a variable: TOML, as it stands in the file.
pub(super) fn from_variable(
    text: &str,
) -> Result<Option<Vec<DestinationWritten>>, ConfigurationError> {
    let name = declared::DESTINATIONS_VARIABLE;
    let text = if text.trim_start().starts_with("[[") {
        text.to_owned()
    } else {
        format!("destinations = {text}")
    };
    let read: OnlyDestinations = read_as(&text, name)?;
    Ok(Some(read.destinations))
}

/// The written list, with echo and the model on this machine before it unless it names its own.
pub(super) fn complete(
    written: Option<Vec<DestinationWritten>>,
    settings: &Ready,
    folder: &Path,
) -> Result<Vec<DestinationReady>, ConfigurationError> {
    let mut names = BTreeSet::new();
    let mut ready = Vec::new();
    for destination in written.unwrap_or_default() {
        let place = format!("destination `{}`", destination.name);
        if !is_name(&destination.name) {
            let message = "the name is not of letters, digits, `.`, `_` and `-`";
            return Err(ConfigurationError::new(place, message));
        }
        if !names.insert(destination.name.clone()) {
            return Err(ConfigurationError::new(place, "stands twice"));
        }
        ready.push(completed(destination, settings, folder, &place)?);
    }
    let local = default_local(settings, folder);
    let echo = default_echo();
    for default in [Some(local), settings.local.echo.then_some(echo)].into_iter().flatten() {
        if names.insert(default.name.clone()) {
            ready.push(default);
        }
    }
    Ok(ready)
}

/// Names go into headers, the ledger and metrics.
fn is_name(name: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    !name.is_empty() && name.len() <= 64 && name.chars().all(plain)
}

fn completed(
    written: DestinationWritten,
    settings: &Ready,
    folder: &Path,
    place: &str,
) -> Result<DestinationReady, ConfigurationError> {
    let wrong = |message: String| ConfigurationError::new(place, message);
    let here = matches!(written.kind, DestinationKind::Echo | DestinationKind::Local);
    let url = match (here, written.url) {
        (true, Some(_)) => return Err(wrong("a model on this machine has no `url`".to_owned())),
        (true, None) => String::new(),
        (false, Some(url)) => url,
        (false, None) if written.kind == DestinationKind::Mistral => {
            "https://api.mistral.ai/v1".to_owned()
        }
        (false, None) => return Err(wrong("`url` is missing".to_owned())),
    };
    if written.models.is_empty() {
        return Err(wrong("`models` is empty".to_owned()));
    }
    let context = written.models.iter().filter_map(|model| model.context).max();
    let models = written.models.into_iter().map(|model| completed_model(model, place));
    let highest_class = match written.highest_class.as_deref() {
        None => None,
        Some("sensitive") => Some(protection::Class::Sensitive),
        Some("personal") => Some(protection::Class::Personal),
        Some("internal") => Some(protection::Class::Internal),
        Some("public") => Some(protection::Class::Public),
        Some(_) => {
            let message = "`highest_class` is none of public, internal, personal, sensitive";
            return Err(wrong(message.to_owned()));
        }
    };
    if written.authorisation.as_ref().is_some_and(|reference| reference.trim().is_empty()) {
        return Err(wrong("`authorisation` is empty; name it, or leave the key out".to_owned()));
    }
    if written.place.as_deref().is_some_and(|own| (own == "here") != here) {
        let message = "`place` is `here` for a model on this machine and for no other";
        return Err(wrong(message.to_owned()));
    }
    let embed_clear = match written.embeddings.as_deref() {
        None => here,
        Some("clear") if here || written.kind == DestinationKind::Compatible => true,
        Some("clear") => {
            let message =
                "`embeddings` is \"clear\" only for a server of one's own (local, compatible)";
            return Err(wrong(message.to_owned()));
        }
        Some("label") => false,
        Some(_) => return Err(wrong("`embeddings` is neither clear nor label".to_owned())),
    };
    let policy = written.policy.unwrap_or_default();
    Ok(DestinationReady {
        name: written.name,
        kind: written.kind,
        url,
        key_variable: written.key_variable,
        key_header: written.key_header,
        operator: written.operator.unwrap_or_else(|| {
            if here { "this installation".to_owned() } else { "not stated".to_owned() }
        }),
        place: written
            .place
            .unwrap_or_else(|| if here { "here".to_owned() } else { "not stated".to_owned() }),
        law: written.law.unwrap_or_else(|| {
            if here { "this installation's own".to_owned() } else { "not stated".to_owned() }
        }),
        authorisation: written.authorisation,
        highest_class,
        models: models.collect::<Result<_, _>>()?,
        file: written
            .file
            .map_or_else(|| default_model_file(settings, folder), |file| folder.join(file)),
        context: context.unwrap_or(settings.local.context),
        connect_time: written.connect_time,
        header_time: written.header_time,
        idle_time: written.idle_time,
        total_time: written.total_time,
        ca_file: written.ca_file.map(|file| folder.join(file)),
        policy,
        embed_clear,
    })
}

fn completed_model(written: ModelWritten, place: &str) -> Result<ModelReady, ConfigurationError> {
    let price = |text: Option<String>| {
        let text = text.unwrap_or_else(|| "0".to_owned());
        amount(&text).ok_or_else(|| {
            let message = format!("`{text}` is no price a million tokens; write it like \"2.50\"");
            ConfigurationError::new(format!("{place}, model `{}`", written.name), message)
        })
    };
    let price = Price {
        input_per_million: price(written.input_price)?,
        output_per_million: price(written.output_price)?,
    };
    Ok(ModelReady {
        upstream_name: written.upstream_name.unwrap_or_else(|| written.name.clone()),
        name: written.name,
        price,
        max_output_tokens: written.max_output_tokens.unwrap_or(4096),
    })
}

fn default_model_file(settings: &Ready, folder: &Path) -> PathBuf {
    match settings.local.model.as_str() {
        "" => folder.join("models").join(DEFAULT_MODEL_FILE),
        path => folder.join(path),
    }
}

fn default_local(settings: &Ready, folder: &Path) -> DestinationReady {
    let model = free_model(&settings.local.name, settings.local.max_output_tokens);
    DestinationReady {
        file: default_model_file(settings, folder),
        context: settings.local.context,
        ..here("local", DestinationKind::Local, model)
    }
}

fn default_echo() -> DestinationReady {
    here("echo", DestinationKind::Echo, free_model("echo-no-model", 1 << 20))
}

fn free_model(name: &str, max_output_tokens: u64) -> ModelReady {
    ModelReady {
        name: name.to_owned(),
        upstream_name: name.to_owned(),
        price: Price { input_per_million: Micro(0), output_per_million: Micro(0) },
        max_output_tokens,
    }
}

fn here(name: &str, kind: DestinationKind, model: ModelReady) -> DestinationReady {
    DestinationReady {
        name: name.to_owned(),
        kind,
        url: String::new(),
        key_variable: None,
        key_header: None,
        operator: "this installation".to_owned(),
        place: "here".to_owned(),
        law: "this installation's own".to_owned(),
        authorisation: None,
        highest_class: None,
        models: vec![model],
        file: PathBuf::new(),
        context: 0,
        connect_time: None,
        header_time: None,
        idle_time: None,
        total_time: None,
        ca_file: None,
        policy: PolicyOverride::default(),
        embed_clear: true,
    }
}
