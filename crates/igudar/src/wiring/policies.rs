//! The policies in force: the country pack's, the installation's file over it, the configuration over that.

use anyhow::Context as _;
use projects::Project;
use protection::decide::{Rule, Rules};
use protection::{Kind, LabelWords, Policy, PolicyFile};

use super::Knowledge;
use super::knowledge::POLICY_FILE;
use crate::configuration::{
    Configuration, DestinationKind, DestinationReady, FILE_NAME, WordList, unknown_type,
};

/// Everything that a policy is settled from.
pub(crate) struct Policies {
    pack: PolicyFile,
    own: Option<PolicyFile>,
    name: Option<String>,
    general: Rules,
    /// How the installation's country is written.
    country: Vec<String>,
    words: LabelWords,
    /// The names of the destinations.
    destinations: Vec<String>,
}

/// Reads and checks the policies of an installation.
pub(crate) fn policies(
    configuration: &Configuration,
    knowledge: &Knowledge,
) -> anyhow::Result<Policies> {
    let words = &knowledge.words;
    let settings = &configuration.settings.policy;
    let pack = PolicyFile::read(POLICY_FILE, knowledge.pack.file(POLICY_FILE), words, None)
        .with_context(|| format!("{} is not in order", knowledge.from))?;
    let own = match settings.file.as_str() {
        "" => None,
        file => {
            let path = configuration.folder.join(file);
            let content = std::fs::read_to_string(&path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            Some(PolicyFile::read(file, &content, words, Some(&names(configuration)))?)
        }
    };
    let general = rules("policy.", settings.default.0.map(Into::into), &settings.types, words)?;
    let country = match configuration.settings.pack.country.as_str() {
        "" => match &own {
            Some(own) if !own.country.is_empty() => own.country.clone(),
            _ => pack.country.clone(),
        },
        country => vec![country.to_owned()],
    };
    let name = Some(settings.name.clone()).filter(|name| !name.is_empty());
    let destinations = names(configuration).into_iter().map(str::to_owned).collect();
    Ok(Policies { pack, own, name, general, country, words: words.clone(), destinations })
}

/// The policy for texts that go to no destination.
pub(crate) fn general_policy(
    configuration: &Configuration,
    knowledge: &Knowledge,
) -> anyhow::Result<Policy> {
    Ok(policies(configuration, knowledge)?.general())
}

/// The names of the destinations that a policy may speak of.
pub(crate) fn names(configuration: &Configuration) -> Vec<&str> {
    configuration.destinations.iter().map(|destination| destination.name.as_str()).collect()
}

impl Policies {
    /// The policy for texts that go to no destination.
    pub(crate) fn general(&self) -> Policy {
        self.settled(None, &[&self.general], None)
    }

    /// The policy for a destination.
    pub(crate) fn for_destination(&self, written: &DestinationReady) -> anyhow::Result<Policy> {
        let changed = &written.policy;
        let prefix = format!("destinations.{}.policy.", written.name);
        let default = changed.default.map(Into::into);
        let nearest = rules(&prefix, default, &changed.types, &self.words)?;
        let layers = [&nearest, &self.general];
        let mut policy = self.settled(Some(&written.name), &layers, changed.name.as_deref());
        if let Some(highest) = written.highest_class {
            let key = format!("destinations.{}.highest_class", written.name);
            let law = self.own.as_ref().unwrap_or(&self.pack).law("highest_class");
            let rule = Rule { law, ..Rule::new(&FILE_NAME.into(), None, &key) };
            policy.limit_class(highest, rule);
        }
        Ok(policy)
    }

    /// The policy of a project over the installation's.
    pub(crate) fn of_project(
        &self,
        installation: &Policy,
        project: &Project,
        destination: Option<&str>,
    ) -> anyhow::Result<Policy> {
        let Some(text) = &project.policy else { return Ok(installation.clone()) };
        let name = gateway::policy_name(&project.id);
        let names: Vec<&str> = self.destinations.iter().map(String::as_str).collect();
        let file = PolicyFile::read_of_project(&name, text, &self.words, &names)?;
        Ok(file.together_with(installation, destination, &self.words))
    }

    /// What an operator may not expect of a destination: that some content will not go there.
    pub(crate) fn remark_on(&self, written: &DestinationReady) -> anyhow::Result<Option<String>> {
        let here = matches!(written.kind, DestinationKind::Echo | DestinationKind::Local);
        if here || written.authorisation.is_some() || !self.is_abroad(&written.place) {
            return Ok(None);
        }
        let policy = self.for_destination(written)?;
        let named: Vec<&str> = policy.needs_authorisation.iter().map(String::as_str).collect();
        if named.is_empty() {
            return Ok(None);
        }
        let DestinationReady { name, place, .. } = written;
        Ok(Some(format!(
            "the destination `{name}` is outside the country (place: {place}) and names no \
             `authorisation`: what needs one ({}) does not go there",
            named.join(", ")
        )))
    }

    /// Whether a place is outside the installation's country. A place that nobody stated is.
    pub(crate) fn is_abroad(&self, place: &str) -> bool {
        let place = place.trim().to_lowercase();
        !self.country.iter().any(|name| name.trim().to_lowercase() == place)
    }

    fn settled(&self, destination: Option<&str>, nearer: &[&Rules], name: Option<&str>) -> Policy {
        let mut policy = match &self.own {
            Some(own) => {
                let pack = self.pack.settled(destination, &[], &self.words);
                own.settled_over(&pack, destination, nearer, &self.words)
            }
            None => self.pack.settled(destination, nearer, &self.words),
        };
        if let Some(name) = name.or(self.name.as_deref()) {
            name.clone_into(&mut policy.name);
        }
        policy
    }
}

/// Checks that a project's policy is in order and nowhere laxer than the installation's.
pub(crate) fn check_project_policy(
    configuration: &Configuration,
    knowledge: &Knowledge,
    file: &str,
    content: &str,
) -> anyhow::Result<PolicyFile> {
    let policies = policies(configuration, knowledge)?;
    let words = &knowledge.words;
    let project = PolicyFile::read_of_project(file, content, words, &names(configuration))?;
    project.may_stand_over(&policies.general(), None, words)?;
    for destination in &configuration.destinations {
        let installation = policies.for_destination(destination)?;
        project.may_stand_over(&installation, Some(&destination.name), words)?;
    }
    Ok(project)
}

/// Rules of the configuration. A misspelt type would leave its values to the default in silence.
fn rules(
    prefix: &str,
    default: Option<protection::Action>,
    types: &WordList,
    words: &LabelWords,
) -> anyhow::Result<Rules> {
    let known: Vec<&str> = words.kinds().map(Kind::as_str).collect();
    for name in types.0.keys() {
        if !known.is_empty() && !known.contains(&name.as_str()) {
            return Err(unknown_type(name, &known).into());
        }
    }
    let types = types.0.iter().map(|(name, action)| (Kind::new(name), (*action).into()));
    Ok(Rules::written_elsewhere(FILE_NAME, prefix, default, types))
}
