//! Files of a hub: `inference` asks for them, `upstream` fetches them.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use inference::pull::{DownloadError, Downloader, HubFile};
use secrecy::SecretString;
use upstream::{HubSettings, Sink};

use crate::commands::variable;
use crate::configuration::HubReady;

/// Pieces that may wait to be written while the next ones arrive.
const WAITING: usize = 64;

pub(super) struct Hub {
    downloader: upstream::Downloader,
}

enum Piece {
    Total(u64),
    Bytes(Vec<u8>),
}

impl Hub {
    pub(super) fn new(settings: &HubReady) -> anyhow::Result<Self> {
        let token = variable(&settings.token_variable).map(SecretString::from);
        let settings = HubSettings { host: settings.host.clone(), token, ..HubSettings::default() };
        Ok(Self { downloader: upstream::Downloader::new(&settings)? })
    }
}

impl Downloader for Hub {
    /// The network runs on a thread of its own; the bytes are written on the caller's.
    fn download(
        &self,
        file: &HubFile,
        into: &mut dyn Write,
        total: &mut dyn FnMut(u64),
    ) -> Result<Option<String>, DownloadError> {
        let name = format!("{}/{}/{}", file.owner, file.repository, file.file);
        let file: upstream::HubFile = name.parse().map_err(|_| DownloadError::NotFound)?;
        let (sender, receiver) = sync_channel(WAITING);
        std::thread::scope(|scope| {
            let fetching = scope.spawn(|| fetch(&self.downloader, &file, sender));
            let written = write_all(&receiver, into, total);
            // A sender whose receiver is gone ends the transfer.
            drop(receiver);
            let fetched = fetching.join().unwrap_or(Err(DownloadError::Network));
            written.map_err(DownloadError::Write)?;
            fetched
        })
    }
}

fn write_all(
    receiver: &Receiver<Piece>,
    into: &mut dyn Write,
    total: &mut dyn FnMut(u64),
) -> io::Result<()> {
    for piece in receiver {
        match piece {
            Piece::Total(bytes) => total(bytes),
            Piece::Bytes(bytes) => into.write_all(&bytes)?,
        }
    }
    Ok(())
}

fn fetch(
    downloader: &upstream::Downloader,
    file: &upstream::HubFile,
    sender: SyncSender<Piece>,
) -> Result<Option<String>, DownloadError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(DownloadError::Write)?;
    let mut sink = Channel(sender);
    match runtime.block_on(downloader.fetch(file, 0, &mut sink)) {
        Ok(fetched) => Ok(fetched.sha256),
        Err(upstream::DownloadError::Status(401 | 403 | 404)) => Err(DownloadError::NotFound),
        Err(upstream::DownloadError::Status(status)) => Err(DownloadError::Status(status)),
        Err(upstream::DownloadError::Sink(error)) => Err(DownloadError::Write(error)),
        Err(_) => Err(DownloadError::Network),
    }
}

struct Channel(SyncSender<Piece>);

impl Channel {
    fn send(&self, piece: Piece) -> io::Result<()> {
        self.0.send(piece).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Sink for Channel {
    fn begin(&mut self, _: u64, total: Option<u64>) -> io::Result<()> {
        total.map_or(Ok(()), |total| self.send(Piece::Total(total)))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.send(Piece::Bytes(bytes.to_vec()))
    }
}
