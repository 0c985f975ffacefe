//! Everything that happens to a request before it may leave: read, find, choose, replace.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use model::dialect::{self, Target};
use model::{EscapeIn, Request, Route, TextEdit, TextPart, TextPlace, Usage};
use projects::{Access, Micro};
use protection::decide::Content;
use protection::{
    Class, Counts, Findings, Kind, Place, Policy, ReplaceError, Replacement, TextIn, Vault, Wishes,
};

use crate::destination::{Destination, Embedding, ServedModel};
use crate::error::GatewayError;
use crate::estimate::prompt_bound;
use crate::gateway::{Gateway, Incoming};
use crate::numbers::refuse_found_numbers;
use crate::rules::{PolicyInForce, allows};

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
    /// The prompts as they are sent, where the answer is to begin with them: what they hold is not what the
    /// model writes.
    pub(crate) echoed: Vec<String>,
    pub(crate) counts: Counts,
    pub(crate) class: Class,
    /// The name of the policy that held.
    pub(crate) policy: String,
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
    /// What the rules ask about.
    pub(crate) content: Content,
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
        let findings = protection::find_all(&*self.finder(), &texts);
        refuse_found_numbers(&request, &texts, &findings)?;
        let content = Content {
            class: findings.class(),
            kinds: findings.counts().into_keys().collect(),
            topics: findings.topics().iter().map(|found| Kind::new(found.topic.as_str())).collect(),
            risk: findings.risk().map(|risk| risk.expected_missed),
        };
        Ok(Searched { body, request, findings, content })
    }

    /// The first destination that serves the model and that the rules allow.
    fn choose(
        &self,
        access: &Access,
        searched: &Searched<'_>,
    ) -> Result<(&Arc<Destination>, &ServedModel), GatewayError> {
        let mut refusal = GatewayError::UnknownModel;
        for (destination, served) in self.ways_to(&searched.request.model) {
            let policy =
                self.policy_in_force(access, Some(&destination.name), &destination.policy)?;
            match allows(access, destination, &policy, searched) {
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
        let policy = self.policy_in_force(access, Some(&destination.name), &destination.policy)?;
        allows(access, destination, &policy, searched)?;
        let (edits, vault) = replaced_for(searched, destination, &policy)?;
        let Searched { body, request, findings, content } = searched;
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
        let echoed = echoed(request, &edits);
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
            echoed,
            counts: findings.counts(),
            class: content.class,
            policy: policy.name.clone(),
            destination: Arc::clone(destination),
            served: served.clone(),
            bound: Usage { prompt_tokens: prompt_bound, completion_tokens: output_bound },
            hold: served.price.cost(prompt_bound, output_bound),
        })
    }
}

/// The texts of a request that asks for its prompts back, with their edits.
fn echoed(request: &Request, edits: &[Vec<TextEdit>]) -> Vec<String> {
    if !request.echo {
        return Vec::new();
    }
    let edited = |(part, edits): (&TextPart, &Vec<TextEdit>)| {
        let mut text = part.text.clone();
        let mut edits: Vec<&TextEdit> = edits.iter().collect();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.start));
        for edit in edits {
            if text.get(edit.start..edit.end).is_some() {
                text.replace_range(edit.start..edit.end, &edit.with);
            }
        }
        text
    };
    request.texts.iter().zip(edits).map(edited).collect()
}

/// Where the request's JSON schemas leave no room for labels.
fn wishes(searched: &Searched<'_>) -> Wishes {
    let Searched { request, findings, .. } = searched;
    let demands = &request.schema;
    let surrogates = findings.surrogates();
    let asked_for = |kind: &&protection::Kind| {
        demands.patterns
            || (demands.integers && surrogates.is_number(kind))
            || demands.formats.iter().any(|format| surrogates.has_format(kind, format))
    };
    let breaks = request.texts.iter().enumerate().filter(|(_, part)| part.label_breaks);
    Wishes {
        kinds: surrogates.kinds().filter(asked_for).cloned().collect(),
        no_labels: breaks.map(|(index, _)| index).collect(),
    }
}

/// What stands in the place of each finding on the way to a destination.
pub(crate) fn replaced_for(
    searched: &Searched<'_>,
    destination: &Destination,
    policy: &PolicyInForce<'_>,
) -> Result<(Vec<Vec<Replacement>>, Vault), GatewayError> {
    let Searched { request, findings, .. } = searched;
    let texts = texts_in(&request.texts);
    if request.route != Route::Embeddings {
        let protected = protection::replace_with(findings, &texts, policy, &wishes(searched))
            .map_err(|error| cannot_replace(error, policy, request))?;
        return Ok((protected.replacements, protected.vault));
    }
    let replaced = protection::replace_constant(findings, &texts, policy);
    let edits = match (embedding(destination, policy), replaced) {
        // What the policy blocks is refused even where nothing is replaced.
        (_, Err(error @ ReplaceError::Blocked { .. })) | (Embedding::ConstantLabel, Err(error)) => {
            return Err(cannot_replace(error, policy, request));
        }
        (Embedding::ConstantLabel, Ok(replaced)) => replaced,
        (Embedding::Clear, _) => texts.iter().map(|_| Vec::new()).collect(),
    };
    Ok((edits, Vault::default()))
}

/// How texts to embed go to a destination. A configuration that sends them in clear from this machine is the
/// installation's word, within the country; a project's own policy counts more.
fn embedding(destination: &Destination, policy: &PolicyInForce<'_>) -> Embedding {
    let is_own = matches!(policy, PolicyInForce::Project(_));
    if destination.local || !(destination.abroad || is_own) {
        destination.embedding
    } else {
        Embedding::ConstantLabel
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

fn cannot_replace(error: ReplaceError, policy: &Policy, request: &Request) -> GatewayError {
    match error {
        ReplaceError::Blocked { kind, .. } => {
            let rule = policy.rule(&kind);
            let law = rule.law.as_ref().map_or_else(String::new, |law| format!("; {law}"));
            GatewayError::PolicyRefused {
                rule: format!("policy.types.{kind}"),
                message: format!(
                    "the destination's policy forbids values of type {kind} (rule \
                     policy.types.{kind}, {rule}{law}); leave them out or use another destination"
                ),
            }
        }
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
