//! What the gateway needs from the outside; the edges implement it and the binary joins them.

use futures_core::future::BoxFuture;
use ledger::{Answer, Egress, Receipt, ReceiptId};
use projects::{Budget, KeyHash, KeyRecord, Micro, Project, ProjectId};

/// What is recorded before a request may leave: the egress entry and the hold on the budget, together.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The egress entry as it goes into the ledger.
    pub entry: Egress,
    /// The nonce of the entry's commitment. Kept beside the ledger for the receipt, never inside it.
    pub nonce: [u8; 32],
    /// The project's budget, when it has one.
    pub budget: Option<Budget>,
    /// The upper bound of what the request can cost.
    pub hold: Micro,
}

/// What is recorded when a request ends, however it ends.
#[derive(Debug, Clone)]
pub struct Closing {
    /// The answer entry as it goes into the ledger; its cost replaces the hold.
    pub entry: Answer,
    /// The project that pays.
    pub project: ProjectId,
}

/// Why the record could not be kept. The request is refused (law 2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// The project's budget has no room for the upper bound of this request.
    #[error("the project's budget has no room for this request")]
    BudgetExhausted {
        /// The budget of the window.
        limit: Micro,
        /// What is spent.
        spent: Micro,
        /// What running requests hold.
        reserved: Micro,
    },
    /// The store cannot write now: disk full, locked, corrupt, shutting down.
    #[error("the ledger cannot be written: {0}")]
    Unavailable(String),
}

/// The one writer of ledger and reservations (law 8).
pub trait Journal: Send + Sync {
    /// Reserves and appends the egress entry in one durable transaction; ready once it is on disk.
    fn open(&self, opening: Opening) -> BoxFuture<'_, Result<(), JournalError>>;

    /// Settles the reservation and appends the answer entry; ready once it is on disk. Closing the same
    /// receipt and attempt again changes nothing.
    fn close(&self, closing: Closing) -> BoxFuture<'_, Result<(), JournalError>>;

    /// The same without waiting: for a client that went away. Not lost while the process lives.
    fn close_detached(&self, closing: Closing);
}

/// Proofs about what was recorded.
pub trait Receipts: Send + Sync {
    /// The receipt of one request of `project`; `None` where that project has none of that name.
    fn receipt(
        &self,
        project: &ProjectId,
        id: &ReceiptId,
    ) -> BoxFuture<'_, Result<Option<Receipt>, JournalError>>;

    /// The newest signed checkpoint, a C2SP signed note.
    fn checkpoint(&self) -> BoxFuture<'_, Result<String, JournalError>>;
}

/// Who stands behind a key.
pub trait Directory: Send + Sync {
    /// The key with this hash, revoked ones included, and its project.
    fn find_key(
        &self,
        hash: &KeyHash,
    ) -> BoxFuture<'_, Result<Option<(KeyRecord, Project)>, JournalError>>;
}

/// Time and chance.
pub trait Ambient: Send + Sync {
    /// Milliseconds since the Unix epoch.
    fn now_ms(&self) -> i64;

    /// Fills `bytes` from the system's secure random source.
    fn random(&self, bytes: &mut [u8]);
}

/// The salt behind one of a project's sealing keys. Deleting it makes every map sealed with it unreadable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealingSalt {
    /// The name that a sealed map's header carries.
    pub key_id: String,
    /// Random bytes, mixed with the installation's master key.
    pub salt: Vec<u8>,
}

/// The salts of the keys that seal maps.
pub trait SealingSalts: Send + Sync {
    /// The newest salt of a project, made at the first call.
    fn newest(&self, project: &ProjectId) -> BoxFuture<'_, Result<SealingSalt, JournalError>>;

    /// One salt by its key's name; `None` where it was deleted or never was.
    fn named(
        &self,
        project: &ProjectId,
        key_id: &str,
    ) -> BoxFuture<'_, Result<Option<SealingSalt>, JournalError>>;
}

/// Told of every request that ended; counts it for the operator. Never sees a value.
pub trait Observer: Send + Sync {
    /// One egress and how it ended.
    fn ended(&self, egress: &Egress, answer: &Answer);
}
