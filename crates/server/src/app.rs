//! Joins routes, layers and what they need into one router.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::MethodRouter;
use gateway::Gateway;
use gateway::ports::{Ambient, Directory, Receipts, SealingSalts};
use protection::Policy;
use tower_http::catch_panic::CatchPanicLayer;

use crate::auth::{admit, admit_visitor};
use crate::errors::{Code, PublicError, internal, not_found};
use crate::limits::{BodyMemory, InFlight, RateLimiter, Visitors, drain_refused};
use crate::observe::{Metrics, observe};
use crate::ports::{Accounts, Answers, Doors, Searches};
use crate::routes::{Door, ROUTES};
use crate::settings::Settings;
use crate::shelves::Shelves;

/// The installation's key, from which every project's sealing keys are derived.
#[derive(Clone)]
pub struct MasterKey(pub [u8; 32]);

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterKey(…)")
    }
}

/// What a server is joined from.
pub struct Parts {
    /// The gateway.
    pub gateway: Arc<Gateway>,
    /// Who stands behind a key.
    pub directory: Arc<dyn Directory>,
    /// Proofs about the record.
    pub receipts: Arc<dyn Receipts>,
    /// The salts of sealing keys.
    pub salts: Arc<dyn SealingSalts>,
    /// Time and chance.
    pub ambient: Arc<dyn Ambient>,
    /// The installation's books.
    pub accounts: Arc<dyn Accounts>,
    /// The documents.
    pub search: Arc<dyn Searches>,
    /// Collections and documents.
    pub shelves: Arc<dyn Shelves>,
    /// Answers from documents.
    pub answers: Arc<dyn Answers>,
    /// Courses and the other doors.
    pub doors: Doors,
    /// The key above all sealing keys.
    pub master_key: MasterKey,
    /// What `/v1/protect` does with each type.
    pub policy: Policy,
    /// Counters; the gateway's observer as well.
    pub metrics: Arc<Metrics>,
    /// Settings.
    pub settings: Settings,
}

impl fmt::Debug for Parts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Parts")
            .field("gateway", &self.gateway)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// What handlers share.
pub(crate) struct App {
    pub(crate) parts: Parts,
    pub(crate) in_flight: InFlight,
    /// The places of those who come without a key: they never take those of callers with one.
    pub(crate) visitors_in_flight: InFlight,
    pub(crate) rate: RateLimiter,
    pub(crate) visitors: Visitors,
    pub(crate) memory: BodyMemory,
}

pub(crate) type Shared = Arc<App>;

/// The whole API. Every error, the unknown path's and the panic's included, has the one shape.
pub fn router(parts: Parts) -> Router {
    let in_flight = InFlight::new(parts.settings.in_flight);
    let visitors_in_flight = InFlight::new(parts.settings.in_flight.div_ceil(8));
    let memory = BodyMemory::new(parts.settings.body.together);
    let rate = RateLimiter::default();
    let visitors = Visitors::new(parts.settings.visitor_requests_per_minute);
    let app: Shared =
        Arc::new(App { parts, in_flight, visitors_in_flight, rate, visitors, memory });
    let mut open = Router::new();
    let mut visited = Router::new();
    let mut keyed = Router::new();
    for route in ROUTES {
        let methods: MethodRouter<Shared> = (route.methods)();
        match route.door {
            Door::Open => open = open.route(route.path, methods),
            Door::Visitor => visited = visited.route(route.path, methods),
            Door::Key => keyed = keyed.route(route.path, methods),
        }
    }
    let keyed = keyed.route_layer(axum::middleware::from_fn_with_state(Arc::clone(&app), admit));
    let visitors = axum::middleware::from_fn_with_state(Arc::clone(&app), admit_visitor);
    open.merge(visited.route_layer(visitors))
        .merge(keyed)
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(axum::middleware::from_fn(drain_refused))
        .layer(CatchPanicLayer::custom(|_| -> Response { internal().into_response() }))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), observe))
        .with_state(app)
}

async fn method_not_allowed() -> PublicError {
    PublicError::new(Code::MethodNotAllowed, "this path does not take this method")
}
