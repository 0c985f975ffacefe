//! The running house: everything that `serve` needs, joined.

use std::sync::Arc;

use gateway::ports::{Ambient, Observer};
use gateway::{Gateway, GatewayParts, derive_id_key};
use model::Limits;
use server::{BodyLimits, Doors, MasterKey, Metrics, MetricsAccess, Parts, SealTimes, Settings};
use store::{SqliteJournal, Store, SystemAmbient};

use super::answers::CountedAnswers;
use super::books::Books;
use super::catalogue::Catalogue;
use super::front_desk::FrontDesk;
use super::library::FinderInForce;
use super::programme::{Office, OpenOffice};
use super::recourse::RecourseDesk;
use super::register::RegisterBook;
use super::school_door::School;
use super::shelves::Shelves;
use super::{
    Installation, Library, Policies, Ways, badge_signer, build_destinations, knowledge, policies,
    regions,
};
use crate::configuration::{Configuration, MetricsWord};

/// A joined house.
pub(crate) struct House {
    /// How many requests an earlier process left open.
    pub(crate) interrupted: u64,
    /// The policies in force.
    pub(crate) policies: Arc<Policies>,
    journal: Arc<SqliteJournal>,
    store: Store,
}

impl House {
    /// Opens the ledger, starts the models and joins the server's parts.
    pub(crate) async fn join(
        configuration: &Configuration,
        installation: &Installation,
    ) -> anyhow::Result<(Self, Parts)> {
        let knowledge = knowledge(configuration)?;
        let policies = Arc::new(policies(configuration, &knowledge)?);
        let store = installation.store.clone();
        let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
        let seed = &installation.secrets.ledger_seed;
        let journal = SqliteJournal::start(&store, seed, Arc::clone(&ambient)).await?;
        let journal = Arc::new(journal);
        let metrics = Arc::new(Metrics::default());
        let gateway = Arc::new(Gateway::new(GatewayParts {
            finder: Arc::clone(&knowledge.finder),
            destinations: build_destinations(configuration, &knowledge, Ways::Live)?,
            journal: Arc::<SqliteJournal>::clone(&journal),
            ambient: Arc::clone(&ambient),
            observer: Arc::<Metrics>::clone(&metrics) as Arc<dyn Observer>,
            limits: Limits::default(),
            id_key: derive_id_key(installation.secrets.sealing_master.reveal()),
        }));
        let books = Books {
            store: store.clone(),
            currency: configuration.settings.projects.currency.clone(),
        };
        // Documents are searched for personal data by what is in force for requests.
        let in_force = Arc::clone(&gateway);
        let finder: Arc<FinderInForce> = Arc::new(move || in_force.finder());
        let library = Library::open_with(configuration, Arc::clone(&finder)).await?;
        let doors = doors(configuration, installation, &library, Arc::clone(&finder)).await?;
        let parts = Parts {
            gateway,
            directory: Arc::new(store.clone()),
            receipts: Arc::new(store.clone()),
            salts: Arc::new(store.clone()),
            ambient,
            accounts: Arc::new(books),
            answers: Arc::new(CountedAnswers { library: library.clone(), store: store.clone() }),
            search: Arc::new(library.clone()),
            shelves: Arc::new(Shelves::begin(library).await?),
            doors,
            master_key: MasterKey(*installation.secrets.sealing_master.reveal()),
            policy: policies.general(),
            metrics,
            settings: settings(configuration),
        };
        let interrupted = journal.interrupted();
        Ok((Self { interrupted, policies, journal, store }, parts))
    }

    /// Writes what is still to be recorded and closes the store.
    pub(crate) async fn close(self) {
        self.journal.finish().await;
        self.store.close().await;
    }
}

/// The doors through which people come.
async fn doors(
    configuration: &Configuration,
    installation: &Installation,
    library: &Library,
    finder: Arc<FinderInForce>,
) -> anyhow::Result<Doors> {
    let store = installation.store.clone();
    let signer = badge_signer(&installation.secrets);
    let regions = regions(configuration)?;
    let school = School::open(store.clone(), signer, regions.clone())?;
    let currency = configuration.settings.projects.currency.clone();
    let register = RegisterBook { store: store.clone() };
    let recourse = RecourseDesk::new(configuration, installation);
    let desk = FrontDesk { store: store.clone(), regions: regions.clone(), currency };
    desk.erase_old().await?;
    let office = Office {
        folder: configuration.folder.clone(),
        store: store.clone(),
        shelf: Some(Arc::clone(&library.shelf)),
        regions,
    };
    Ok(Doors {
        courses: Arc::new(school),
        applications: Arc::new(desk),
        programme: Arc::new(OpenOffice::new(office)),
        solutions: Arc::new(Catalogue::open(store, configuration, finder)?),
        register: Arc::new(register),
        recourse: Arc::new(recourse),
    })
}

fn settings(configuration: &Configuration) -> Settings {
    let server = &configuration.settings.server;
    let seal = &configuration.settings.seal;
    Settings {
        body: BodyLimits {
            raw: server.max_body.0,
            decoded: server.max_decoded_body.0,
            together: server.body_memory.0,
            total_time: server.body_time.0,
            idle_time: server.body_idle_time.0,
        },
        upload: extraction::Limits::default().bytes,
        in_flight: server.max_in_flight,
        visitor_requests_per_minute: server.visitor_requests_per_minute,
        drain: server.drain_time.0,
        metrics: match server.metrics {
            MetricsWord::Loopback => MetricsAccess::Loopback,
            MetricsWord::Open => MetricsAccess::Open,
            MetricsWord::Off => MetricsAccess::Off,
        },
        seal: SealTimes { usual: seal.usual_time.0, longest: seal.longest_time.0 },
    }
}
