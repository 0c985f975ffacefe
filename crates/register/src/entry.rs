//! An entry: one AI system, as the public is told of it.

use serde::{Deserialize, Serialize};

use crate::texts::Texts;

/// The entry of one AI system. The keys are those of the Dutch algorithm register's standard 1.0 in English;
/// each text may be written in several languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its name in addresses and commands.
    pub id: String,
    /// The project of this installation that it is about.
    pub project: String,
    /// What people call the system.
    pub name: Texts,
    /// What it does, in two or three sentences.
    pub description_short: Texts,
    /// Who uses it and answers for it.
    pub organization: Texts,
    /// Whether it is in use.
    pub status: Status,
    /// How much weight it has in people's lives.
    pub publication_category: PublicationCategory,
    /// An e-mail address, or a page that begins with `https://`, for whoever has a question.
    pub contact_email: String,
    /// Fields of policy, at most three.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<Theme>,
    /// Since which month it is used, `2026-01`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begin_date: Option<String>,
    /// Since which month it is used no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<String>,
    /// A page for the public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Where it was registered before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it is for and how people meet it.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub goal: Texts,
    /// Why its use is justified, and what else was considered.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub proportionality: Texts,
    /// What people do with its results.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub human_intervention: Texts,
    /// What can go wrong and what is done about it.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub risks: Texts,
    /// By which law the process exists.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub lawful_basis: Texts,
    /// These laws, with links.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lawful_basis_grouping: Vec<Reference>,
    /// The public part of the record of processing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process_index_url: Option<String>,
    /// Impact assessments that were made, with links where they are public.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub impact_assessments_grouping: Vec<Reference>,
    /// Which assessments were not made, and why.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub impact_assessments: Texts,
    /// Which data it works with.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub source_data: Texts,
    /// These data, with links.
    #[serde(default)]
    pub source_data_grouping: Vec<Reference>,
    /// How it works.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub methods_and_models: Texts,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Where its source code is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publiccode: Option<String>,
    /// Its number in the owner's own records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// Words by which it is found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Who oversees it and how (ATRS).
    #[serde(default, skip_serializing_if = "Oversight::is_empty")]
    pub oversight: Oversight,
    /// The questions of article 27 of the EU AI Act.
    #[serde(default, skip_serializing_if = "FundamentalRights::is_empty")]
    pub fundamental_rights: FundamentalRights,
}

/// The oversight block of the Algorithmic Transparency Recording Standard.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oversight {
    /// The office that answers for it, not a person's name.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub senior_responsible_owner: Texts,
    /// Who supplies it from outside, and what they may see.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub external_supplier: Texts,
    /// What else was considered.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub alternatives_considered: Texts,
    /// Where in the process it stands.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub process_integration: Texts,
    /// What people decide.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub human_decisions: Texts,
    /// What those who use it must have learnt.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub required_training: Texts,
    /// How a result is appealed and reviewed.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub appeals_and_review: Texts,
    /// Agreements on the sharing of data.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub data_sharing_agreements: Texts,
    /// Risks, one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risk: Vec<Risk>,
}

impl Oversight {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// Its name.
    pub name: Texts,
    /// What may happen.
    pub description: Texts,
    /// What is done about it.
    pub mitigation: Texts,
}

/// The questions of article 27 of the EU AI Act (fundamental rights impact assessment).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundamentalRights {
    /// (a) In which process it is used.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub process: Texts,
    /// (b) During which time and how often.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub period_and_frequency: Texts,
    /// (c) Whom it is likely to affect.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub affected_groups: Texts,
    /// (d) Which harm it may do to them.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub harms: Texts,
    /// (e) How people oversee it.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub oversight: Texts,
    /// (f) What is done when harm happens, and how one complains.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub response_and_complaints: Texts,
}

impl FundamentalRights {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A title with a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// What it is called.
    pub title: String,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

macro_rules! words {
    ($($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $word_about:literal])+ $variant:ident = $word:literal, $dutch:literal;)+ })+) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[doc = $word_about])+ #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// Every word, with the Dutch standard's own.
            pub const WORDS: &'static [(&'static str, &'static str)] = &[$(($word, $dutch),)+];

            /// The word in an entry.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The word in the Dutch standard.
            pub const fn dutch(self) -> &'static str {
                match self { $(Self::$variant => $dutch,)+ }
            }
        }
    )+};
}

words! {
    /// Whether a system is in use.
    Status {
        /// It is being made.
        InDevelopment = "in_development", "In ontwikkeling";
        /// It is used.
        InUse = "in_use", "In gebruik";
        /// It is used no more.
        OutOfUse = "out_of_use", "Buiten gebruik";
    }
    /// How much weight a system has in people's lives.
    PublicationCategory {
        /// High-risk in the sense of the EU AI Act.
        HighRiskAiSystem = "high_risk_ai_system", "Hoog-risico AI-systeem";
        /// It touches people's rights or a decision about them.
        ImpactfulAlgorithm = "impactful_algorithm", "Impactvolle algoritmes";
        /// Any other.
        OtherAlgorithm = "other_algorithm", "Overige algoritmes";
    }
    /// A field of policy.
    Theme {
        /// Organisation and running of an administration.
        Organisation = "organisation", "Organisatie en bedrijfsvoering";
        /// Culture and leisure.
        Culture = "culture", "Cultuur en recreatie";
        /// Economy.
        Economy = "economy", "Economie";
        /// Public finance.
        PublicFinance = "public_finance", "Overheidsfinanciën";
        /// Housing.
        Housing = "housing", "Wonen";
        /// International affairs.
        International = "international", "Internationaal";
        /// Migration and integration.
        Migration = "migration", "Migratie en integratie";
        /// Nature and environment.
        Environment = "environment", "Natuur en milieu";
        /// Education and science.
        Education = "education", "Onderwijs en wetenschap";
        /// Public order and safety.
        Safety = "safety", "Openbare orde en veiligheid";
        /// Law.
        Law = "law", "Recht";
        /// Space and infrastructure.
        Infrastructure = "infrastructure", "Ruimte en infrastructuur";
        /// Social security.
        SocialSecurity = "social_security", "Sociale zekerheid";
        /// Traffic.
        Traffic = "traffic", "Verkeer";
        /// Work.
        Work = "work", "Werk";
        /// Care and health.
        Health = "health", "Zorg en gezondheid";
    }
}
