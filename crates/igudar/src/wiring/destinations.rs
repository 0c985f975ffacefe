//! Builds the destinations that the configuration names.

use std::sync::Arc;

use anyhow::Context as _;
use futures_core::future::BoxFuture;
use gateway::{Destination, Embedding, ServedModel};
use inference::LocalSettings;
use model::dialect::Dialect;
use model::echo::Echo;
use model::{Answer, Ask, AskError, Model};
use protection::Class;
use secrecy::SecretString;
use upstream::{KeyHeader, RemoteModel, TimeOuts};

use super::knowledge::Knowledge;
use super::local::LocalDestination;
use super::policies::{Policies, policies};
use crate::commands::variable;
use crate::configuration::{Configuration, DEFAULT_MODEL_FILE, DestinationKind, DestinationReady};

/// Whether the models are really started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ways {
    /// They will be asked.
    Live,
    /// Nothing will be sent: for a preview.
    Closed,
}

/// All destinations, in order of preference.
pub(crate) fn build(
    configuration: &Configuration,
    knowledge: &Knowledge,
    ways: Ways,
) -> anyhow::Result<Vec<Destination>> {
    let policies = policies(configuration, knowledge)?;
    let build = |written: &DestinationReady| {
        built(configuration, written, &policies, ways)
            .with_context(|| format!("the destination `{}` cannot be used", written.name))
    };
    configuration.destinations.iter().map(build).collect()
}

/// Finds out what building would say, without starting a model.
pub(crate) fn check(configuration: &Configuration, knowledge: &Knowledge) -> anyhow::Result<()> {
    for destination in build(configuration, knowledge, Ways::Closed)? {
        drop(destination);
    }
    for written in &configuration.destinations {
        if !is_here(written.kind) {
            remote(written)
                .with_context(|| format!("the destination `{}` cannot be used", written.name))?;
        }
    }
    Ok(())
}

fn built(
    configuration: &Configuration,
    written: &DestinationReady,
    policies: &Policies,
    ways: Ways,
) -> anyhow::Result<Destination> {
    let model: Arc<dyn Model> = match (ways, written.kind) {
        (Ways::Closed, _) => Arc::new(NeverAsked),
        (Ways::Live, DestinationKind::Echo) => Arc::new(Echo),
        (Ways::Live, DestinationKind::Local) => Arc::new(local(configuration, written)?),
        (Ways::Live, _) => Arc::new(remote(written)?),
    };
    let models = written.models.iter().map(|model| ServedModel {
        name: model.name.clone(),
        upstream_name: model.upstream_name.clone(),
        price: model.price,
        output_cap: model.max_output_tokens,
    });
    let abroad = !is_here(written.kind) && policies.is_abroad(&written.place);
    anyhow::ensure!(
        !(abroad && written.embed_clear),
        "`embeddings = \"clear\"` is for a machine of the institution's own in its country, and the place \
         is {}; write its `place`, or `embeddings = \"label\"`",
        written.place
    );
    let policy = policies.for_destination(written)?;
    Ok(Destination {
        name: written.name.clone(),
        operator: written.operator.clone(),
        place: written.place.clone(),
        law: written.law.clone(),
        local: is_here(written.kind),
        abroad,
        authorisation: written.authorisation.clone(),
        dialect: match written.kind {
            DestinationKind::Openai => Dialect::OpenAi,
            DestinationKind::Mistral => Dialect::Mistral,
            DestinationKind::Echo | DestinationKind::Local | DestinationKind::Compatible => {
                Dialect::Local
            }
        },
        embedding: if written.embed_clear { Embedding::Clear } else { Embedding::ConstantLabel },
        highest_class: policy.highest_class.unwrap_or(Class::Sensitive),
        policy,
        models: models.collect(),
        model,
    })
}

fn is_here(kind: DestinationKind) -> bool {
    matches!(kind, DestinationKind::Echo | DestinationKind::Local)
}

fn local(
    configuration: &Configuration,
    written: &DestinationReady,
) -> anyhow::Result<LocalDestination> {
    let executable = std::env::current_exe().context("this program cannot find its own file")?;
    let settings = &configuration.settings.local;
    let arguments = vec!["model-worker".to_owned()];
    let mut local = LocalSettings::new(executable, arguments, written.file.clone());
    if settings.threads > 0 {
        local.threads = settings.threads;
    }
    local.context_tokens = written.context;
    local.parallel = settings.parallel;
    let is_default = written.file.file_name().is_some_and(|name| name == DEFAULT_MODEL_FILE);
    let advice = if is_default {
        "fetch it with `igudar models pull smollm2`".to_owned()
    } else {
        format!("bring it with `igudar models pull` or correct `file` of `{}`", written.name)
    };
    Ok(LocalDestination::new(local, advice)?)
}

fn remote(written: &DestinationReady) -> anyhow::Result<RemoteModel> {
    let mut settings = upstream::Settings::new(&written.url);
    if let Some(name) = &written.key_variable {
        if let Some(key) = variable(name) {
            settings.api_key = Some(SecretString::from(key));
        } else {
            tracing::warn!(
                destination = %written.name,
                variable = %name,
                "the variable with this destination's key is not set; it will be asked without a key"
            );
        }
    }
    if let Some(header) = &written.key_header {
        let name = header.parse().map_err(|_| anyhow::anyhow!("`key_header` is no header name"))?;
        settings.key_header = KeyHeader::Named(name);
    }
    let usual = TimeOuts::default();
    settings.time_outs = TimeOuts {
        connect: written.connect_time.map_or(usual.connect, |time| time.0),
        header: written.header_time.map_or(usual.header, |time| time.0),
        idle: written.idle_time.map_or(usual.idle, |time| time.0),
        total: written.total_time.map_or(usual.total, |time| time.0),
    };
    if let Some(file) = &written.ca_file {
        let pem = std::fs::read(file)
            .with_context(|| format!("the certificates in {} cannot be read", file.display()))?;
        settings.private_ca_pem = Some(pem);
    }
    Ok(RemoteModel::new(&settings)?)
}

/// Stands where a model would, when nothing may be sent.
struct NeverAsked;

impl Model for NeverAsked {
    fn ask(&self, _: Ask) -> BoxFuture<'_, Result<Answer, AskError>> {
        Box::pin(std::future::ready(Err(AskError::NotReady("nothing is sent in a preview".into()))))
    }
}
