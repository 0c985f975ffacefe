//! Arguments of `igudar learn` and `igudar badge`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
#[command(
    after_help = "Examples:\n  igudar learn list\n  igudar learn show donnees-personnelles --language ar\n  igudar learn exercise donnees-personnelles dictionnaire\n  igudar learn join --region 'Drâa-Tafilalet' --language fr\n  igudar learn submit donnees-personnelles dictionnaire dictionary.toml --learner ID\n  igudar learn progress --region 'Drâa-Tafilalet' --cohort spring\n  igudar learn check courses/donnees-personnelles\n\nExit code 3 when a submission does not pass, or a course does not hold."
)]
pub(crate) enum Learn {
    /// The courses there are.
    List,
    /// A course: its lessons and exercises; with --lesson the lesson's text.
    Show {
        /// The course.
        course: String,
        /// One of its lessons.
        #[arg(long)]
        lesson: Option<String>,
        /// The language, where the course has it: fr, ar.
        #[arg(long, default_value = "fr")]
        language: String,
    },
    /// What an exercise asks, and the cases that everyone may see.
    Exercise {
        /// The course.
        course: String,
        /// The exercise.
        exercise: String,
        /// The language, where the course has it: fr, ar.
        #[arg(long, default_value = "fr")]
        language: String,
    },
    /// Become a learner; prints the id, which is all that is known of a learner.
    Join {
        /// The region, by its code or its name in any of the pack's languages: MA-08, Drâa-Tafilalet.
        #[arg(long)]
        region: Option<String>,
        /// The cohort.
        #[arg(long)]
        cohort: Option<String>,
        /// The language of the lessons.
        #[arg(long)]
        language: Option<String>,
        /// The project whose keys may hand in for this learner over HTTP too.
        #[arg(long)]
        project: Option<String>,
    },
    /// Hand in a file; it runs for real and is graded.
    Submit {
        /// The course.
        course: String,
        /// The exercise.
        exercise: String,
        /// The file; - for standard input.
        file: PathBuf,
        /// Whose attempt it is. Without it nothing is recorded.
        #[arg(long)]
        learner: Option<String>,
    },
    /// What is passed: of one learner, else of all, by region, language and cohort.
    Progress {
        /// One learner.
        #[arg(long, conflicts_with_all = ["region", "cohort", "language"])]
        learner: Option<String>,
        #[command(flatten)]
        groups: Groups,
    },
    /// Forget a learner: attempts and badges too. What was revoked stays revoked; nothing can be revoked afterwards.
    Forget {
        /// The learner.
        learner: String,
    },
    /// For authors: read a course's folder, and see that its solutions pass three times and its wrong ones fail.
    Check {
        /// The folder; the built-in courses where it is left out.
        folder: Option<PathBuf>,
    },
}

/// Which learners are counted.
#[derive(Debug, Default, Args)]
pub(crate) struct Groups {
    /// Only those of this region, by code or name.
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// Only those of this cohort.
    #[arg(long)]
    pub(crate) cohort: Option<String>,
    /// Only those who learn in this language.
    #[arg(long)]
    pub(crate) language: Option<String>,
}

#[derive(Debug, Subcommand)]
#[command(
    after_help = "Examples:\n  igudar badge issue donnees-personnelles --learner ID > badge.jwt\n  igudar badge key > issuer.jwk\n  igudar badge verify badge.jwt --key issuer.jwk\n\nA badge is an Open Badges 3.0 credential as a JSON Web Token (EdDSA). Exit code 3 when it does not hold."
)]
pub(crate) enum Badge {
    /// Sign the badge of a course that a learner has passed. Asking again gives the same badge.
    Issue {
        /// The course.
        course: String,
        /// The learner.
        #[arg(long)]
        learner: String,
    },
    /// Check a badge without any network.
    Verify(VerifyBadge),
    /// Take a badge back.
    Revoke {
        /// The badge's id.
        id: String,
        /// Why; it is published.
        #[arg(long)]
        reason: String,
    },
    /// The list of badges taken back, as it is published.
    Revocations,
    /// The issuer's public key, a JSON Web Key.
    Key,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyBadge {
    /// The badge; - for standard input.
    pub(crate) file: PathBuf,
    /// The issuer's key, a JSON Web Key; this installation's own where it is left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// The issuer's revocation list; this installation's own where --key is left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) revocations: Option<PathBuf>,
}
