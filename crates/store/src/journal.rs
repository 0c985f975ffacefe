//! The gateway's `Journal` on SQLite: the near end of the writer's channel.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use gateway::ports::{Ambient, Closing, Journal, JournalError, Opening};
use ledger::PublicKey;
use tokio::sync::{mpsc, oneshot};

use crate::batch::Command;
use crate::error::StoreError;
use crate::files::{self, Readers};
use crate::frontier::signer_of_ledger;
use crate::secrets::Secret;
use crate::store::Store;
use crate::writer::{Health, Message, Writer};

/// Locked by the process that writes the ledger, and holding its number.
const LOCK: &str = "serve.lock";

/// The one writer of a data folder's ledger and reservations.
#[derive(Debug)]
pub struct SqliteJournal {
    outbox: mpsc::UnboundedSender<Message>,
    public_key: PublicKey,
    interrupted: u64,
    health: Arc<Health>,
}

impl SqliteJournal {
    /// Takes the data folder for this process, begins the ledger if there is none, checks its tree against
    /// the newest checkpoint, closes what a crash left open, and starts the writer on the current runtime.
    pub async fn start(
        store: &Store,
        seed: &Secret,
        ambient: Arc<dyn Ambient>,
    ) -> Result<Self, StoreError> {
        let lock = lock(store.folder())?;
        let mut connection = store.connect().await?;
        let signer = signer_of_ledger(&mut connection, seed, ambient.as_ref()).await;
        sqlx::Connection::close(connection).await?;
        let signer = signer?;
        let public_key = signer.public_key();
        let mut writer = Writer::new(store.clone(), signer, ambient, lock);
        let interrupted = writer.recover().await?;
        let health = writer.health();
        let (outbox, inbox) = mpsc::unbounded_channel();
        tokio::spawn(writer.run(inbox));
        Ok(Self { outbox, public_key, interrupted, health })
    }

    /// The key that checks the ledger's checkpoints.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// How many requests an earlier process left open; they were closed as interrupted.
    pub fn interrupted(&self) -> u64 {
        self.interrupted
    }

    /// Whether the last attempt to write was a success. Until something is to be written after trouble, nobody
    /// knows whether the trouble is over.
    pub fn is_writing(&self) -> bool {
        self.health.is_good()
    }

    /// Records everything that was sent so far, then ends the writer and frees the data folder. What comes
    /// later is refused.
    pub async fn finish(&self) {
        let (reply, finished) = oneshot::channel();
        if self.outbox.send(Message::Finish(reply)).is_ok() {
            // An error means that the writer has ended, which is what was asked for.
            drop(finished.await);
        }
    }

    /// Sends at once, not when first polled: openings and closings keep the order of the calls.
    fn record(&self, command: Command) -> BoxFuture<'_, Result<(), JournalError>> {
        let (reply, recorded) = oneshot::channel();
        let sent = self.outbox.send(Message::Record(command, Some(reply)));
        Box::pin(async move {
            let closed = |_| JournalError::from(StoreError::Closed);
            sent.map_err(|_| JournalError::from(StoreError::Closed))?;
            recorded.await.map_err(closed)?
        })
    }
}

impl Journal for SqliteJournal {
    fn open(&self, opening: Opening) -> BoxFuture<'_, Result<(), JournalError>> {
        self.record(Command::Open(Box::new(opening)))
    }

    fn close(&self, closing: Closing) -> BoxFuture<'_, Result<(), JournalError>> {
        self.record(Command::Close(Box::new(closing)))
    }

    fn close_detached(&self, closing: Closing) {
        let command = Command::Close(Box::new(closing));
        if self.outbox.send(Message::Record(command, None)).is_err() {
            tracing::error!(
                "an answer came after the ledger was closed; the next start records it as interrupted"
            );
        }
    }
}

/// Locks the data folder for as long as the file lives; the system frees it when the process ends, however
/// it ends.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK);
    let failed = |cause| StoreError::file(&path, cause);
    let mut options = files::options(Readers::Owner);
    let mut file = options.read(true).create(true).truncate(false).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            // The number only makes the message better.
            drop(file.read_to_string(&mut text));
            return Err(StoreError::InUse { process: text.trim().parse().ok() });
        }
        Err(TryLockError::Error(cause)) => return Err(failed(cause)),
    }
    file.set_len(0).map_err(failed)?;
    file.rewind().map_err(failed)?;
    writeln!(file, "{}", std::process::id()).map_err(failed)?;
    Ok(file)
}
