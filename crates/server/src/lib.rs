//! HTTP: the API.
//!
//! Owns routes, authentication, limits, the table of public errors, logs and metrics of requests. Never
//! looks into a message: what a text holds is the gateway's business. Never keeps a key: it is hashed
//! as soon as it is read.
#![allow(
    clippy::disallowed_methods,
    reason = "an edge: durations of requests are measured with the system's clock"
)]

mod app;
mod auth;
mod errors;
mod limits;
mod listen;
mod observe;
mod openapi;
mod ports;
mod routes;
mod settings;
mod shelves;

pub use app::{MasterKey, Parts, router};
pub use errors::{Code, PublicError, Row};
pub use limits::BodyLimits;
pub use listen::{ListenError, Listening, bind};
pub use observe::Metrics;
pub use ports::{
    Accounts, AnswerFault, Answers, Applications, ContestShown, Courses, DoorAnswer, DoorFault,
    Doors, HandedIn, Joining, Part, Programmes, Published, Recourse, RecourseFault, Register,
    RegisterFault, SearchFault, Searches, Solutions, Taken, Told, UsageReport,
};
pub use settings::{MetricsAccess, SealTimes, Settings};
pub use shelves::{
    Access as CollectionAccess, CollectionRules, Incoming, LibraryError, Shelves, Shown,
};
