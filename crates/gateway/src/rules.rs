//! Which rules hold for a request: the installation's for the destination, and the project's own.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use projects::{Access, ProjectId};
use protection::decide::Journey;
use protection::{Policy, PolicyFile};

use crate::destination::Destination;
use crate::error::GatewayError;
use crate::gateway::Gateway;
use crate::prepare::Searched;

/// The policy that holds for a project and a destination.
#[derive(Debug)]
pub enum PolicyInForce<'p> {
    /// The project has none of its own.
    Installation(&'p Policy),
    /// The stricter of the installation's and the project's own.
    Project(Arc<Policy>),
}

impl Deref for PolicyInForce<'_> {
    type Target = Policy;

    fn deref(&self) -> &Policy {
        match self {
            Self::Installation(policy) => policy,
            Self::Project(policy) => policy,
        }
    }
}

/// The text that a policy was read from, and the policy.
type Known = (Arc<str>, Arc<Policy>);

/// The policies of projects that were read before, by project and destination.
#[derive(Debug, Default)]
pub(crate) struct ProjectPolicies(Mutex<BTreeMap<(ProjectId, String), Known>>);

impl Gateway {
    /// The policy that holds for whoever has `access`, where the installation's is `installation`.
    /// `destination` is the name of the one that texts go to; `None` for texts that only come back. A
    /// project's policy that cannot be read lets nothing through (law 2).
    pub fn policy_in_force<'p>(
        &self,
        access: &Access,
        destination: Option<&str>,
        installation: &'p Policy,
    ) -> Result<PolicyInForce<'p>, GatewayError> {
        let Some(text) = &access.policy else {
            return Ok(PolicyInForce::Installation(installation));
        };
        let slot = (access.project.clone(), destination.unwrap_or_default().to_owned());
        let mut known = self.project_policies.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read_from, policy)) = known.get(&slot)
            && read_from == text
        {
            return Ok(PolicyInForce::Project(Arc::clone(policy)));
        }
        let finder = self.finder();
        let words = finder.label_words();
        let file = PolicyFile::read_of_project(&policy_name(&access.project), text, words, None)
            .map_err(|error| GatewayError::PolicyRefused {
                rule: "project.policy".to_owned(),
                message: format!(
                    "the project's own policy is not in order, so nothing is sent for it (rule \
                     project.policy; {error}); set it anew: igudar project set"
                ),
            })?;
        let policy = Arc::new(file.together_with(installation, destination, words));
        known.insert(slot, (Arc::clone(text), Arc::clone(&policy)));
        Ok(PolicyInForce::Project(policy))
    }
}

/// The name of a project's policy in records and messages, where the policy has none of its own.
pub fn policy_name(project: &ProjectId) -> String {
    format!("policy of project {project}")
}

/// Whether the rules let this request go to this destination.
pub(crate) fn allows(
    access: &Access,
    destination: &Destination,
    policy: &Policy,
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
    let journey = Journey {
        stays_here: destination.local,
        leaves_the_country: destination.abroad,
        authorisation: destination.authorisation.as_deref(),
    };
    policy.admits(&searched.content, journey).map_err(|refused| GatewayError::PolicyRefused {
        rule: refused.name.to_owned(),
        message: format!("{}: {}", destination.name, refused.message),
    })?;
    let class = searched.content.class;
    if class > destination.highest_class {
        return Err(GatewayError::PolicyRefused {
            rule: "destination.highest_class".to_owned(),
            message: format!(
                "content of class {class} may not go to {} (rule destination.highest_class); use a \
                 model on this machine",
                destination.name
            ),
        });
    }
    Ok(())
}
