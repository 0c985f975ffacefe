//! Projects, keys, budgets: decides what a key may do.
//!
//! Every decision is a pure function of what was stored and the time that the caller gives; counting and
//! storing happen elsewhere. A key's text exists once, when it is made; afterwards there is its hash.

mod access;
mod application;
mod budget;
mod indicators;
mod key;
mod money;
pub mod programme;
mod project;
mod region;
pub mod solution;

pub use access::{Access, Denied, access};
pub use application::{
    ApplicationForm, ApplicationState, FormError, MOST_CREDITS, MilestoneState, ProjectKind,
    Promise, project_id_of,
};
pub use budget::{Balance, Budget, Window, may_reserve, window_key};
pub use indicators::{Figure, Indicator, Indicators, Slice};
pub use key::{ApiKey, KeyFormatError, KeyHash, KeyId, KeyRecord, Stage};
pub use money::{Micro, Price};
pub use project::{Project, ProjectId, ProjectIdError};
pub use region::{REGIONS_FILE, Region, RegionError, Regions};
