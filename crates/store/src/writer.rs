//! The one task that writes the ledger: takes whatever is waiting, records it in one transaction, answers.

use std::collections::VecDeque;
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gateway::ports::{Ambient, JournalError};
use ledger::{CheckpointSigner, Tree};
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::batch::{Command, EgressKey, plan};
use crate::error::StoreError;
use crate::frontier::tree_of_ledger;
use crate::record;
use crate::store::Store;

/// The most commands in one transaction.
const LARGEST_GROUP: usize = 1024;
/// How long to wait before owed answers are tried again, and before what other processes stated is looked for,
/// when nobody else asks.
const PAUSE: Duration = Duration::from_millis(250);

/// Where a caller waits.
pub(crate) type Reply = oneshot::Sender<Result<(), JournalError>>;

/// What comes to the writer.
#[derive(Debug)]
pub(crate) enum Message {
    /// To be recorded.
    Record(Command, Option<Reply>),
    /// Record what is waiting, then end.
    Finish(oneshot::Sender<()>),
}

/// A connection and the tree as this connection left it.
struct Session {
    connection: SqliteConnection,
    tree: Tree,
}

/// Whether the last group was recorded. A full disk is one line in the log, not thousands.
#[derive(Debug, Default)]
pub(crate) struct Health {
    failing: AtomicBool,
}

impl Health {
    pub(crate) fn is_good(&self) -> bool {
        !self.failing.load(Ordering::Relaxed)
    }

    /// Tells whether this is news.
    fn set(&self, good: bool) -> bool {
        self.failing.swap(!good, Ordering::Relaxed) == good
    }
}

/// Why a group was not recorded.
struct Failure {
    error: StoreError,
    /// The writing or the commit failed: the group may be on disk all the same.
    in_doubt: bool,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self { error, in_doubt: false }
    }
}

pub(crate) struct Writer {
    store: Store,
    signer: CheckpointSigner,
    ambient: Arc<dyn Ambient>,
    session: Option<Session>,
    /// Answers that could not be written when they came. They hold money, so they are kept until they are.
    owed: VecDeque<Command>,
    health: Arc<Health>,
    /// Held until the last answer is written, so that no other server starts before.
    _lock: File,
}

impl Writer {
    pub(crate) fn new(
        store: Store,
        signer: CheckpointSigner,
        ambient: Arc<dyn Ambient>,
        lock: File,
    ) -> Self {
        Self {
            store,
            signer,
            ambient,
            session: None,
            owed: VecDeque::new(),
            health: Arc::default(),
            _lock: lock,
        }
    }

    /// Where others see how the writer fares.
    pub(crate) fn health(&self) -> Arc<Health> {
        Arc::clone(&self.health)
    }

    /// Gives every egress that has no answer one that says so and charges what it held: after a crash
    /// nobody knows what it cost. Tells how many there were.
    pub(crate) async fn recover(&mut self) -> Result<u64, StoreError> {
        let mut recovered = 0;
        loop {
            if self.session.is_none() {
                self.session = Some(self.connect().await?);
            }
            let Some(session) = &mut self.session else { return Err(StoreError::Closed) };
            let open: Vec<EgressKey> = sqlx::query_as(
                "SELECT receipt, attempt FROM egresses WHERE answer_position IS NULL
                 ORDER BY position LIMIT ?1",
            )
            .bind(i64::try_from(LARGEST_GROUP).unwrap_or(i64::MAX))
            .fetch_all(&mut session.connection)
            .await?;
            if open.is_empty() {
                self.attempt(&[]).await.map_err(|failure| failure.error)?;
                return Ok(recovered);
            }
            recovered += open.len() as u64;
            let time_ms = self.ambient.now_ms();
            let commands: Vec<_> = open
                .into_iter()
                .map(|key| Command::Interrupt { key, time_ms, charge: true })
                .collect();
            self.attempt(&commands).await.map_err(|failure| failure.error)?;
        }
    }

    /// Works until nobody can send any more and everything is written.
    pub(crate) async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Message>) {
        let mut finished = Vec::new();
        while let Some(messages) = self.next_group(&mut inbox).await {
            let mut group: Vec<(Command, Option<Reply>)> =
                self.owed.drain(..).map(|command| (command, None)).collect();
            for message in messages {
                match message {
                    Message::Record(command, reply) => group.push((command, reply)),
                    Message::Finish(reply) => {
                        inbox.close();
                        finished.push(reply);
                    }
                }
            }
            self.record(group).await;
        }
        // What was stated until here goes in with what is owed.
        let owed: Vec<_> = self.owed.drain(..).map(|command| (command, None)).collect();
        self.record(owed).await;
        if !self.owed.is_empty() {
            tracing::error!(
                answers = self.owed.len(),
                "the ledger could not take these answers; the next start records them as interrupted"
            );
        }
        if let Some(session) = self.session.take() {
            close(session.connection).await;
        }
        drop(self);
        for reply in finished {
            // Whoever asked may have stopped waiting.
            let _was_awaited = reply.send(()).is_ok();
        }
    }

    /// What is waiting, at most a group, after a pause an empty one; nothing once all senders are gone.
    async fn next_group(
        &self,
        inbox: &mut mpsc::UnboundedReceiver<Message>,
    ) -> Option<Vec<Message>> {
        let mut messages = Vec::new();
        match timeout(PAUSE, inbox.recv_many(&mut messages, LARGEST_GROUP)).await {
            Ok(count) => (count > 0).then_some(messages),
            Err(_) => Some(Vec::new()),
        }
    }

    async fn record(&mut self, group: Vec<(Command, Option<Reply>)>) {
        if group.is_empty() && !self.store.has_waiting_statements().await {
            return;
        }
        let (commands, replies): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        match self.attempt(&commands).await {
            Ok(results) => self.recorded(replies, results),
            // One command that SQLite will never take must not stand in the way of the others.
            Err(failure) if commands.len() > 1 && !failure.error.may_pass() => {
                for (command, reply) in commands.into_iter().zip(replies) {
                    match self.attempt(std::slice::from_ref(&command)).await {
                        Ok(results) => self.recorded(vec![reply], results),
                        Err(failure) => self.refused(vec![command], vec![reply], &failure),
                    }
                }
            }
            Err(failure) => self.refused(commands, replies, &failure),
        }
    }

    fn recorded(&mut self, replies: Vec<Option<Reply>>, results: Vec<Result<(), JournalError>>) {
        if self.health.set(true) {
            tracing::info!("the ledger is written again");
        }
        for (reply, result) in replies.into_iter().zip(results) {
            if let Some(reply) = reply {
                // A caller who went away closes its request by itself.
                drop(reply.send(result));
            }
        }
    }

    fn refused(&mut self, commands: Vec<Command>, replies: Vec<Option<Reply>>, failure: &Failure) {
        if self.health.set(false) {
            tracing::error!(reason = %failure.error, "the ledger cannot be written; requests are refused");
        }
        let reason = failure.error.to_string();
        for (command, reply) in commands.into_iter().zip(replies) {
            match command {
                // The caller is told that nothing was recorded and sends nothing. Should the egress be on
                // disk after all, it gets its answer and costs nothing.
                Command::Open(_) if failure.in_doubt => self.owed.push_back(Command::Interrupt {
                    key: command.key(),
                    time_ms: self.ambient.now_ms(),
                    charge: false,
                }),
                Command::Open(_) => {}
                Command::Close(_) | Command::Interrupt { .. } if failure.error.may_pass() => {
                    self.owed.push_back(command);
                }
                Command::Close(_) | Command::Interrupt { .. } => {
                    tracing::error!(receipt = command.key().0, "an answer cannot be recorded");
                }
            }
            if let Some(reply) = reply {
                drop(reply.send(Err(JournalError::Unavailable(reason.clone()))));
            }
        }
    }

    async fn connect(&self) -> Result<Session, StoreError> {
        let mut connection = self.store.connect().await?;
        match tree_of_ledger(&mut connection, &self.signer).await {
            Ok(tree) => Ok(Session { connection, tree }),
            Err(error) => {
                close(connection).await;
                Err(error)
            }
        }
    }

    /// Records the commands together or none of them.
    async fn attempt(
        &mut self,
        commands: &[Command],
    ) -> Result<Vec<Result<(), JournalError>>, Failure> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.connect().await?,
        };
        let mut tree = session.tree.clone();
        match transaction(&mut session.connection, commands, &mut tree, &self.signer).await {
            Ok(results) => {
                session.tree = tree;
                self.session = Some(session);
                Ok(results)
            }
            // What state the connection is in is not worth knowing: the next attempt opens another and
            // reads the tree anew, so a group that is on disk after all is seen.
            Err(failure) => {
                close(session.connection).await;
                Err(failure)
            }
        }
    }
}

/// One transaction. After an error the connection must be closed, which ends a transaction that is open.
async fn transaction(
    connection: &mut SqliteConnection,
    commands: &[Command],
    tree: &mut Tree,
    signer: &CheckpointSigner,
) -> Result<Vec<Result<(), JournalError>>, Failure> {
    let mut present = record::begin(connection, commands).await?;
    let (changes, results) = plan(commands, &mut present, tree);
    if changes.entries.is_empty() {
        record::roll_back(connection).await?;
        return Ok(results);
    }
    record::write_and_commit(connection, &changes, tree, signer)
        .await
        .map_err(|error| Failure { error, in_doubt: true })?;
    Ok(results)
}

async fn close(connection: SqliteConnection) {
    if let Err(error) = connection.close().await {
        tracing::debug!(reason = %StoreError::from(error), "a connection ended badly");
    }
}
