//! Which rules hold for a request: the installation's for the destination, and the project's own.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use model::Route;
use projects::{Access, ProjectId};
use protection::decide::Journey;
use protection::{Finder, Policy, PolicyFile};

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

/// A policy, and what it was settled from.
#[derive(Debug)]
struct Known {
    text: Arc<str>,
    /// Whose kinds and classes it speaks of; another finder may know others.
    finder: Weak<Finder>,
    installation: Policy,
    policy: Arc<Policy>,
}

impl Known {
    fn is_of(&self, text: &Arc<str>, finder: &Arc<Finder>, installation: &Policy) -> bool {
        self.text == *text
            && std::ptr::eq(self.finder.as_ptr(), Arc::as_ptr(finder))
            && self.installation == *installation
    }
}

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
        let finder = self.finder();
        if let Some(known) = known.get(&slot)
            && known.is_of(text, &finder, installation)
        {
            return Ok(PolicyInForce::Project(Arc::clone(&known.policy)));
        }
        let words = finder.label_words();
        let names: Vec<&str> = self.destinations.iter().map(|one| one.name.as_str()).collect();
        let file = PolicyFile::read_of_project(&policy_name(&access.project), text, words, &names)
            .map_err(|error| GatewayError::PolicyRefused {
                rule: "project.policy".to_owned(),
                message: format!(
                    "the project's own policy is not in order, so nothing is sent for it (rule \
                     project.policy; {error}); set it anew: igudar project set"
                ),
            })?;
        let policy = Arc::new(file.together_with(installation, destination, words));
        let settled = Known {
            text: Arc::clone(text),
            finder: Arc::downgrade(&finder),
            installation: installation.clone(),
            policy: Arc::clone(&policy),
        };
        known.insert(slot, settled);
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
            param: Some(
                if searched.request.route == Route::Completions { "prompt" } else { "input" }
                    .to_owned(),
            ),
        });
    }
    if searched.request.echo && !destination.local {
        return Err(GatewayError::InvalidRequest {
            message: "`echo` is answered by models on this machine only: most remote servers ignore it or \
                      give no probabilities for the prompt, and scores worked out from such an answer \
                      would be at chance; leave it out or choose a model on this machine"
                .to_owned(),
            param: Some("echo".to_owned()),
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
