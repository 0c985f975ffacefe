//! Everything that happens to a request before it may leave: read, find, choose, replace.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use model::dialect::{self, Target};
use model::{EscapeIn, Request, Route, TextEdit, TextPart, TextPlace, Usage};
use projects::{Access, Micro};
use protection::{Class, Counts, Findings, Place, ReplaceError, Replacement, TextIn, Vault};

use crate::destination::{Destination, Embedding, ServedModel};
use crate::error::GatewayError;
use crate::estimate::prompt_bound;
use crate::gateway::{Gateway, Incoming};
use crate::numbers::refuse_found_numbers;

/// A request that is protected for one destination and may be sent.
pub struct Prepared {
    pub(crate) access: Access,
    pub(crate) route: Route,
    pub(crate) stream: bool,
    pub(crate) hide_usage: bool,
    /// How values must be written into streamed content: as JSON where the request asks for JSON.
    pub(crate) content_escape: EscapeIn,
    pub(crate) body: Bytes,
    pub(crate) vault: Vault,
    pub(crate) counts: Counts,
    pub(crate) class: Class,
    pub(crate) destination: Arc<Destination>,
    pub(crate) served: ServedModel,
    /// The most tokens that it can use.
    pub(crate) bound: Usage,
    pub(crate) hold: Micro,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Prepared")
            .field("route", &self.route)
            .field("destination", &self.destination.name)
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}

/// A request that was read and searched, before a destination is chosen.
pub(crate) struct Searched<'b> {
    pub(crate) body: &'b str,
    pub(crate) request: Request,
    pub(crate) findings: Findings,
}

impl Gateway {
    /// Reads, searches and protects a request for the destination that the rules choose. Works on the
    /// processor alone; for a large body, call it where blocking is allowed.
    pub fn prepare(&self, access: &Access, incoming: &Incoming) -> Result<Prepared, GatewayError> {
        let searched = self.search(incoming)?;
        let (destination, served) = self.choose(access, &searched)?;
        self.protect_for(access, &searched, destination, served)
    }

    pub(crate) fn search<'b>(&self, incoming: &'b Incoming) -> Result<Searched<'b>, GatewayError> {
        let body = model::body_text(&incoming.body)?;
        let request = model::read_request(incoming.route, body, &self.limits)?;
        let texts = texts_in(&request.texts);
        let findings = protection::find_all(self.finder.as_ref(), &texts);
        refuse_found_numbers(&request, &texts, &findings)?;
        Ok(Searched { body, request, findings })
    }

    /// The first destination that serves the model and that the rules allow.
    fn choose(
        &self,
        access: &Access,
        searched: &Searched<'_>,
    ) -> Result<(&Arc<Destination>, &ServedModel), GatewayError> {
        let mut refusal = GatewayError::UnknownModel;
        for (destination, served) in self.ways_to(&searched.request.model) {
            match allows(access, destination, searched) {
                Ok(()) => return Ok((destination, served)),
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    pub(crate) fn protect_for(
        &self,
        access: &Access,
        searched: &Searched<'_>,
        destination: &Arc<Destination>,
        served: &ServedModel,
    ) -> Result<Prepared, GatewayError> {
        allows(access, destination, searched)?;
        let Searched { body, request, findings } = searched;
        let texts = texts_in(&request.texts);
        let (edits, vault) = if request.route == Route::Embeddings {
            let edits = match destination.embedding {
                Embedding::Clear => texts.iter().map(|_| Vec::new()).collect(),
                Embedding::ConstantLabel => {
                    protection::replace_constant(findings, &texts, &destination.policy)
                        .map_err(|error| cannot_replace(error, request))?
                }
            };
            (edits, Vault::default())
        } else {
            let protected = protection::replace(findings, &texts, &destination.policy)
                .map_err(|error| cannot_replace(error, request))?;
            (protected.replacements, protected.vault)
        };
        let id_key = self.id_key_of(access);
        let edits = into_text_edits(request, edits, &id_key);
        let target = Target {
            dialect: destination.dialect,
            model_name: &served.upstream_name,
            output_cap: served.output_cap,
            id_key: &id_key,
        };
        let members = dialect::member_edits(request, body, &target)?;
        let outgoing = request
            .rewrite(body, &edits, &members)
            .map_err(|_| GatewayError::Internal("the body could not be rewritten"))?;
        let output_bound = dialect::output_bound(request, served.output_cap);
        let prompt_bound = prompt_bound(outgoing.len(), request.texts.len());
        Ok(Prepared {
            access: access.clone(),
            route: request.route,
            stream: request.stream,
            // Mistral tells the usage unasked, and its clients count on it.
            hide_usage: request.stream
                && !request.include_usage
                && destination.dialect != dialect::Dialect::Mistral,
            content_escape: request.content_escape,
            body: Bytes::from(outgoing),
            vault,
            counts: findings.counts(),
            class: findings.class(),
            destination: Arc::clone(destination),
            served: served.clone(),
            bound: Usage { prompt_tokens: prompt_bound, completion_tokens: output_bound },
            hold: served.price.cost(prompt_bound, output_bound),
        })
    }
}

/// The texts of a request as the finder wants them.
pub(crate) fn texts_in(parts: &[TextPart]) -> Vec<TextIn<'_>> {
    parts
        .iter()
        .map(|part| TextIn {
            text: &part.text,
            place: match &part.place {
                TextPlace::Text => Place::Text,
                TextPlace::Value { key } => Place::Value { key: Arc::clone(key) },
                TextPlace::Key => Place::Key,
                TextPlace::Number { key } => Place::Number { key: key.clone() },
                TextPlace::Id => Place::Text,
            },
        })
        .collect()
}

/// Whether the rules let this request go to this destination.
fn allows(
    access: &Access,
    destination: &Destination,
    searched: &Searched<'_>,
) -> Result<(), GatewayError> {
    if access.local_only && !destination.local {
        return Err(GatewayError::PolicyRefused {
            rule: "project.local_only".to_owned(),
            message: "this project may only use models on this machine (rule project.local_only)"
                .to_owned(),
        });
    }
    if searched.request.token_ids && !destination.local {
        return Err(GatewayError::UnreadableInput {
            message:
                "input as token ids cannot be searched for personal data, so it goes to models \
                      on this machine only; send text"
                    .to_owned(),
            param: Some("input".to_owned()),
        });
    }
    let class = searched.findings.class();
    if class > destination.highest_class {
        return Err(GatewayError::PolicyRefused {
            rule: "destination.highest_class".to_owned(),
            message: format!(
                "content of class {class} may not go to {} (rule destination.highest_class; \
                 law 09-08, articles 43 and 44, on transfers); use a model on this machine",
                destination.name
            ),
        });
    }
    Ok(())
}

fn cannot_replace(error: ReplaceError, request: &Request) -> GatewayError {
    match error {
        ReplaceError::Blocked { kind, .. } => GatewayError::PolicyRefused {
            rule: format!("policy.types.{kind}"),
            message: format!(
                "the destination's policy forbids values of type {kind} (rule policy.types.{kind}); \
                 leave them out or use another destination"
            ),
        },
        ReplaceError::Unreplaceable { text, kind } => GatewayError::Unprotectable {
            kind,
            param: request.texts.get(text).map(|part| part.path.to_string()).unwrap_or_default(),
        },
        ReplaceError::OtherTexts { .. } => {
            GatewayError::Internal("the findings belong to other texts")
        }
        ReplaceError::Ambiguous { .. } => {
            GatewayError::Internal("no label could be found that the text does not already hold")
        }
    }
}

/// Replacements as edits of the parts they belong to. An id that happens to look like a personal value is
/// exchanged for another id, the same wherever it stands.
fn into_text_edits(
    request: &Request,
    replacements: Vec<Vec<Replacement>>,
    id_key: &[u8; 32],
) -> Vec<Vec<TextEdit>> {
    request
        .texts
        .iter()
        .zip(replacements)
        .map(|(part, replacements)| match part.place {
            TextPlace::Id if !replacements.is_empty() => vec![TextEdit {
                start: 0,
                end: part.text.len(),
                with: dialect::opaque_id(id_key, &part.text),
            }],
            _ => replacements
                .into_iter()
                .map(|replacement| TextEdit {
                    start: replacement.span.start,
                    end: replacement.span.end,
                    with: replacement.with,
                })
                .collect(),
        })
        .collect()
}
