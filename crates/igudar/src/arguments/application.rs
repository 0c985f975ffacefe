//! Arguments of `igudar application`.

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
#[command(
    after_help = "Examples:\n  igudar application submit --organisation 'Exemple SARL' --contact bureau@exemple.invalid \\\n    --kind startup --region MA-08 --language fr --credits 2000 \\\n    --need 'Répondre à nos clients en darija et en français' --milestone '2027-03-01=Un essai avec dix clients'\n  igudar application list --state pending\n  igudar application admit app_… --project exemple --credits 1500\n  igudar application milestone app_… 1 --reached --outcome 'Douze clients'\n  igudar application refuse app_… --reason 'The need is answered by an existing solution'\n  igudar application forget app_…\n\nRefused applications are erased after 180 days, undecided ones after 365. Exit code 1 when there is no such application, or it is decided already."
)]
pub(crate) enum Application {
    /// Ask for a project; prints the id by which to ask after it.
    Submit(Submit),
    /// All applications, the oldest first.
    List {
        /// Only those.
        #[arg(long, value_enum)]
        state: Option<StateWord>,
    },
    /// One application, with what was written.
    Show {
        /// Its id.
        id: String,
    },
    /// Give it a project with credits and show its first key once.
    Admit {
        /// The application.
        id: String,
        /// The project's id; made from the organisation's name where it is left out.
        #[arg(long)]
        project: Option<String>,
        /// The credits, such as 1500 or 12.50; what was asked for where it is left out.
        #[arg(long, value_name = "AMOUNT")]
        credits: Option<String>,
        /// Requests a minute; 0 for no limit.
        #[arg(long, value_name = "NUMBER")]
        requests_per_minute: Option<u32>,
        /// Its requests stay on this machine.
        #[arg(long)]
        local_only: bool,
    },
    /// Refuse it; the applicant reads the reason.
    Refuse {
        /// The application.
        id: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Say what became of a milestone.
    Milestone {
        /// The application.
        id: String,
        /// The milestone's number, from 1.
        number: u32,
        #[command(flatten)]
        end: End,
        /// What came of it, in a sentence.
        #[arg(long)]
        outcome: String,
    },
    /// Erase an application; of an admitted one the contact and the need.
    Forget {
        /// The application.
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Submit {
    /// The organisation.
    #[arg(long)]
    pub(crate) organisation: String,
    /// A mail address of the organisation; reviewers alone see it.
    #[arg(long)]
    pub(crate) contact: String,
    /// What the project is for.
    #[arg(long, value_enum)]
    pub(crate) kind: KindWord,
    /// The region, by code or name.
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// The language of the correspondence.
    #[arg(long, default_value = "fr")]
    pub(crate) language: String,
    /// What is to be solved, for whom: 20 to 4000 characters.
    #[arg(long)]
    pub(crate) need: String,
    /// The solution of the catalogue to start from.
    #[arg(long)]
    pub(crate) solution: Option<String>,
    /// The credits asked for, whole units of the currency.
    #[arg(long)]
    pub(crate) credits: u32,
    /// What is promised and by when; may be given several times.
    #[arg(long = "milestone", value_name = "YYYY-MM-DD=TITLE")]
    pub(crate) milestones: Vec<String>,
}

#[derive(Debug, Clone, Copy, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct End {
    /// It was reached.
    #[arg(long)]
    pub(crate) reached: bool,
    /// It was not.
    #[arg(long)]
    pub(crate) missed: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum KindWord {
    /// Skills.
    Training,
    /// Studies.
    Research,
    /// A young company.
    Startup,
    /// An established company.
    Industrial,
    /// A public body.
    #[value(alias = "public_service")]
    PublicService,
}

impl From<KindWord> for projects::ProjectKind {
    fn from(word: KindWord) -> Self {
        match word {
            KindWord::Training => Self::Training,
            KindWord::Research => Self::Research,
            KindWord::Startup => Self::Startup,
            KindWord::Industrial => Self::Industrial,
            KindWord::PublicService => Self::PublicService,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum StateWord {
    /// Nobody decided yet.
    Pending,
    /// It has a project.
    Admitted,
    /// It has none.
    Refused,
}

impl From<StateWord> for projects::ApplicationState {
    fn from(word: StateWord) -> Self {
        match word {
            StateWord::Pending => Self::Pending,
            StateWord::Admitted => Self::Admitted,
            StateWord::Refused => Self::Refused,
        }
    }
}
