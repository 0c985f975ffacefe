//! Applications: a start-up or a company asks for a project, somebody reviews, the project begins or not.

use serde::{Deserialize, Serialize};

use crate::money::Micro;

/// What a project is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectKind {
    /// Skills.
    Training,
    /// Studies.
    Research,
    /// A young company.
    Startup,
    /// An established company.
    Industrial,
    /// A public body's service to citizens.
    PublicService,
}

impl ProjectKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Training, Self::Research, Self::Startup, Self::Industrial, Self::PublicService];

    /// The word in files, records and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Research => "research",
            Self::Startup => "startup",
            Self::Industrial => "industrial",
            Self::PublicService => "public_service",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationState {
    /// Nobody decided yet.
    Pending,
    /// It has a project.
    Admitted,
    /// It has none.
    Refused,
}

impl ApplicationState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Admitted, Self::Refused];

    /// The word in records and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Admitted => "admitted",
            Self::Refused => "refused",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Where a milestone stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MilestoneState {
    /// Its day has not come, or nobody said what became of it.
    Open,
    /// It was reached.
    Reached,
    /// It was not.
    Missed,
}

impl MilestoneState {
    /// The word in files, records and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Reached => "reached",
            Self::Missed => "missed",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Reached, Self::Missed].into_iter().find(|state| state.as_str() == text)
    }
}

/// What an applicant promises, and by when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// What.
    pub title: String,
    /// The day, `YYYY-MM-DD`.
    pub due: String,
}

/// What an applicant writes. `contact` is personal: it is shown to reviewers alone.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationForm {
    /// The organisation's name.
    pub organisation: String,
    /// A mail address of the organisation.
    pub contact: String,
    /// What the project is for.
    pub kind: ProjectKind,
    /// The region, by code or name.
    #[serde(default)]
    pub region: Option<String>,
    /// The language of the correspondence, a BCP 47 tag.
    pub language: String,
    /// What is to be solved, for whom.
    pub need: String,
    /// The solution of the catalogue to start from.
    #[serde(default)]
    pub solution: Option<String>,
    /// The credits asked for, whole units of the currency.
    pub credits: u32,
    /// What is promised.
    #[serde(default)]
    pub milestones: Vec<Promise>,
}

impl std::fmt::Debug for ApplicationForm {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ApplicationForm").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A member of a form is not in order. Quotes nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{member}` {problem}")]
pub struct FormError {
    /// Which member.
    pub member: &'static str,
    /// What is wrong with it.
    pub problem: &'static str,
}

/// The most credits that one application may ask for.
pub const MOST_CREDITS: u32 = 1_000_000;
const MOST_MILESTONES: usize = 12;

impl ApplicationForm {
    /// Says what is not in order, member by member. The region is looked up elsewhere.
    pub fn check(&self) -> Result<(), FormError> {
        let wrong = |member, problem| Err(FormError { member, problem });
        if !line(&self.organisation, 1, 120) {
            return wrong("organisation", "is a line of 1 to 120 characters");
        }
        if !is_mail(&self.contact) {
            return wrong("contact", "is a mail address of at most 200 characters");
        }
        let tag = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !(2..=35).contains(&self.language.len()) || !self.language.bytes().all(tag) {
            return wrong("language", "is a BCP 47 tag, such as fr, ar, ary, zgh");
        }
        if !(20..=4000).contains(&self.need.trim().chars().count()) {
            return wrong("need", "has 20 to 4000 characters: what is to be solved, for whom");
        }
        if self.solution.as_ref().is_some_and(|name| !line(name, 1, 64)) {
            return wrong("solution", "is the name of a solution in the catalogue");
        }
        if !(1..=MOST_CREDITS).contains(&self.credits) {
            return wrong("credits", "is a whole number from 1 to 1000000");
        }
        if self.milestones.len() > MOST_MILESTONES {
            return wrong("milestones", "has at most 12 entries");
        }
        for promise in &self.milestones {
            if !line(&promise.title, 1, 200) {
                return wrong("milestones.title", "is a line of 1 to 200 characters");
            }
            if !is_day(&promise.due) {
                return wrong("milestones.due", "is a day that exists, YYYY-MM-DD");
            }
        }
        Ok(())
    }

    /// The credits asked for.
    pub fn amount(&self) -> Micro {
        Micro::from_units(i64::from(self.credits))
    }
}

/// A text of one line, with so many characters.
pub(crate) fn line(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control)
}

fn is_mail(text: &str) -> bool {
    let sign = |letter: char| !letter.is_control() && !letter.is_whitespace();
    text.chars().count() <= 200
        && text.chars().all(sign)
        && text.split_once('@').is_some_and(|(person, place)| {
            !person.is_empty() && place.contains('.') && !place.contains('@')
        })
}

/// Whether a text is a day of the Gregorian calendar, `YYYY-MM-DD`.
pub(crate) fn is_day(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut number = |digits: usize| -> Option<u32> {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse().ok() } else { None }
    };
    let (Some(year), Some(month), Some(day)) = (number(4), number(2), number(2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => 0,
    };
    parts.next().is_none() && (1..=days).contains(&day)
}

/// A project id made of an organisation's name; `fallback` where no Latin letter is in it.
pub fn project_id_of(organisation: &str, fallback: &str) -> String {
    let mut id = String::new();
    for letter in organisation.to_lowercase().chars() {
        if letter.is_ascii_alphanumeric() {
            id.push(letter);
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
        if id.len() >= 40 {
            break;
        }
    }
    let id = id.trim_end_matches('-');
    if id.is_empty() { fallback.to_owned() } else { id.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ApplicationForm {
        ApplicationForm {
            organisation: "Exemple Conseil".to_owned(),
            contact: "bureau@exemple.invalid".to_owned(),
            kind: ProjectKind::Startup,
            region: None,
            language: "fr".to_owned(),
            need: "Répondre aux clients en darija et en français.".to_owned(),
            solution: None,
            credits: 2000,
            milestones: vec![Promise { title: "Essai".to_owned(), due: "2027-02-28".to_owned() }],
        }
    }

    #[test]
    fn each_member_is_checked_and_never_quoted() {
        fn check(change: impl Fn(&mut ApplicationForm), member: &str) {
            let mut form = form();
            change(&mut form);
            let error = form.check().unwrap_err();
            assert_eq!(error.member, member);
            assert!(!error.to_string().contains("zibaloun"), "{error}");
        }
        assert_eq!(form().check(), Ok(()));
        check(|form| form.organisation = " ".to_owned(), "organisation");
        check(|form| form.organisation = "zibaloun\n".to_owned(), "organisation");
        for contact in ["", "zibaloun", "a@b", "@b.c", "a@b.c d", "a@b@c.d", &"a".repeat(300)] {
            check(|form| form.contact = contact.to_owned(), "contact");
        }
        check(|form| form.language = "f".to_owned(), "language");
        check(|form| form.need = "too short".to_owned(), "need");
        check(|form| form.need = "x".repeat(4001), "need");
        check(|form| form.solution = Some(String::new()), "solution");
        check(|form| form.credits = 0, "credits");
        check(|form| form.credits = MOST_CREDITS + 1, "credits");
        check(|form| form.milestones = vec![form.milestones[0].clone(); 13], "milestones");
        check(|form| form.milestones[0].title.clear(), "milestones.title");
        check(|form| form.milestones[0].due = "2027-02-29".to_owned(), "milestones.due");
        assert!(!format!("{:?}", form()).contains("bureau"));
        assert_eq!(form().amount(), Micro(2_000_000_000));
    }

    #[test]
    fn days() {
        for (day, right) in [
            ("2024-02-29", true),
            ("2026-12-31", true),
            ("2026-13-01", false),
            ("2026-00-10", false),
            ("2026-04-31", false),
            ("2026-4-3", false),
            ("2026-04-03-01", false),
            ("", false),
        ] {
            assert_eq!(is_day(day), right, "{day}");
        }
    }

    #[test]
    fn ids_of_projects() {
        for (name, expect) in [
            ("Exemple Conseil SARL", "exemple-conseil-sarl"),
            ("  A & B  ", "a-b"),
            ("شركة", "app-1"),
            ("Été", "t"),
        ] {
            assert_eq!(project_id_of(name, "app-1"), expect);
            assert!(crate::ProjectId::parse(&project_id_of(name, "app-1")).is_ok());
        }
        assert!(project_id_of(&"long ".repeat(40), "x").len() <= 40);
    }

    #[test]
    fn words_are_read_back() {
        for kind in ProjectKind::ALL {
            assert_eq!(ProjectKind::parse(kind.as_str()), Some(kind));
        }
        for state in ApplicationState::ALL {
            assert_eq!(ApplicationState::parse(state.as_str()), Some(state));
        }
        assert_eq!(MilestoneState::parse("reached"), Some(MilestoneState::Reached));
        assert_eq!(MilestoneState::parse("later"), None);
    }
}
