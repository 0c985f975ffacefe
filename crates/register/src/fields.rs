//! Every field of an entry, declared once for the check, the schema, the draft and the Dutch export. A test
//! holds the table against the struct.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// One short string.
    Line,
    /// A text in several languages.
    Texts,
    /// One word of a list.
    Word(&'static [(&'static str, &'static str)]),
    /// Some words of a list, at most so many.
    Words(&'static [(&'static str, &'static str)], usize),
    /// Strings.
    Lines,
    /// A month, `2026-01`.
    Month,
    /// A page, `https://…`.
    Page,
    /// An e-mail address or a page.
    Contact,
    /// Titles with links; whether each must have its link.
    References(bool),
}

/// One field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    /// Its key; those of a block are written `block.key`.
    pub(crate) key: &'static str,
    pub(crate) holds: Holds,
    /// Whether an entry without it cannot be published.
    pub(crate) required: bool,
    /// The most characters of one text; 0 where nothing is counted.
    pub(crate) longest: usize,
    /// The key in the Dutch standard 1.0.
    pub(crate) dutch: Option<&'static str>,
    /// What it is, for the draft and the schema.
    pub(crate) about: &'static str,
}

macro_rules! fields {
    ($($key:literal $holds:expr, $required:literal, $longest:literal, $dutch:expr, $about:literal;)+) => {
        /// All fields, in the order of the draft.
        pub(crate) const FIELDS: &[Field] = &[$(Field {
            key: $key,
            holds: $holds,
            required: $required,
            longest: $longest,
            dutch: $dutch,
            about: $about,
        },)+];
    };
}

use Holds::{Contact, Line, Lines, Month, Page, References, Texts, Word, Words};

use crate::entry::{PublicationCategory, Status, Theme};

fields! {
    "id" Line, true, 64, None, "Its name in addresses and commands: lower-case letters, digits, hyphens.";
    "project" Line, true, 64, None, "The project of this installation that it is about.";
    "status" Word(Status::WORDS), true, 0, Some("status"), "in_development, in_use or out_of_use.";
    "publication_category" Word(PublicationCategory::WORDS), true, 0, Some("publication_category"),
        "high_risk_ai_system, impactful_algorithm (it touches people's rights or a decision about them) or other_algorithm.";
    "contact_email" Contact, true, 500, Some("contact_email"),
        "An e-mail address, or a page that begins with https://, for whoever has a question.";
    "category" Words(Theme::WORDS, 3), false, 0, Some("category"), "Fields of policy, at most three.";
    "begin_date" Month, false, 7, Some("begin_date"), "Since which month it is used, such as 2026-01.";
    "end_date" Month, false, 7, Some("end_date"), "Since which month it is used no more.";
    "website" Page, false, 500, Some("website"), "A page for the public.";
    "url" Page, false, 500, Some("url"), "Where it was registered before.";
    "process_index_url" Page, false, 500, Some("process_index_url"),
        "The public part of the record of processing.";
    "provider" Line, false, 200, Some("provider"), "Who made it.";
    "publiccode" Page, false, 500, Some("publiccode"), "Where its source code is.";
    "source_id" Line, false, 100, Some("source_id"), "Its number in your own records.";
    "tags" Lines, false, 2500, Some("tags"), "Words by which it is found.";
    "name" Texts, true, 100, Some("name"), "What people call the system.";
    "description_short" Texts, true, 350, Some("description_short"),
        "What it does and where, in two or three plain sentences.";
    "organization" Texts, true, 100, Some("organization"), "Who uses it and answers for it.";
    "goal" Texts, false, 2500, Some("goal"), "What it is for, and how people and companies meet it.";
    "proportionality" Texts, false, 2500, Some("proportionality"),
        "Its advantages and drawbacks, what else was considered, and why its use is justified.";
    "human_intervention" Texts, false, 2500, Some("human_intervention"),
        "What people do with its results, and how they check and correct them.";
    "risks" Texts, false, 2500, Some("risks"), "What can go wrong and what is done about it.";
    "lawful_basis" Texts, false, 2500, Some("lawful_basis"), "By which law the process exists.";
    "impact_assessments" Texts, false, 2500, Some("impacttoetsen"),
        "Which impact assessments were not made, and why.";
    "source_data" Texts, false, 2500, Some("source_data"), "Which data it works with, and from where.";
    "methods_and_models" Texts, false, 5000, Some("methods_and_models"),
        "How it works: what goes in, what happens, what comes out, whether it learns from use.";
    "lawful_basis_grouping" References(true), false, 100, Some("lawful_basis_grouping"),
        "These laws, each with its link.";
    "impact_assessments_grouping" References(false), false, 100, Some("impacttoetsen_grouping"),
        "Impact assessments that were made, with a link where they are public.";
    "source_data_grouping" References(true), false, 500, Some("source_data_grouping"),
        "These data, each with its link. May be empty.";
    "oversight.senior_responsible_owner" Texts, false, 500, None,
        "The office that answers for it; not the name of a person.";
    "oversight.external_supplier" Texts, false, 2500, None, "Who supplies it from outside, and what they may see.";
    "oversight.alternatives_considered" Texts, false, 2500, None, "What else was considered.";
    "oversight.process_integration" Texts, false, 2500, None, "Where in the process it stands.";
    "oversight.human_decisions" Texts, false, 2500, None, "What people decide.";
    "oversight.required_training" Texts, false, 2500, None, "What those who use it must have learnt.";
    "oversight.appeals_and_review" Texts, false, 2500, None, "How a result is appealed and reviewed.";
    "oversight.data_sharing_agreements" Texts, false, 2500, None, "Agreements on the sharing of data.";
    "fundamental_rights.process" Texts, false, 2500, None, "In which process it is used (a).";
    "fundamental_rights.period_and_frequency" Texts, false, 2500, None,
        "During which time and how often it is used (b).";
    "fundamental_rights.affected_groups" Texts, false, 2500, None, "Whom it is likely to affect (c).";
    "fundamental_rights.harms" Texts, false, 2500, None, "Which harm it may do to them (d).";
    "fundamental_rights.oversight" Texts, false, 2500, None, "How people oversee it (e).";
    "fundamental_rights.response_and_complaints" Texts, false, 2500, None,
        "What is done when harm happens, and how one complains (f).";
}

/// The list of risks stands in the oversight block; each has these texts.
pub(crate) const RISK_KEYS: [&str; 3] = ["name", "description", "mitigation"];
/// The most characters of one text of a risk.
pub(crate) const LONGEST_RISK: usize = 2500;
/// The most characters of a link.
pub(crate) const LONGEST_LINK: usize = 500;
