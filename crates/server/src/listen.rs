//! The port: connections in, graceful end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use http::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// From the first byte of a connection or a request to the end of its headers.
const HEADER_TIME: Duration = Duration::from_secs(15);

/// Why a port could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another program has it.
    #[error("port {} of {} is in use by another program; choose another with --listen", .0.port(), .0.ip())]
    InUse(SocketAddr),
    /// The right is missing.
    #[error("this user may not open port {} of {}; ports below 1024 need a right, choose a higher one", .0.port(), .0.ip())]
    NotAllowed(SocketAddr),
    /// The address is not one of this machine.
    #[error("{} is no address of this machine", .0.ip())]
    NotHere(SocketAddr),
    /// Anything else.
    #[error("port {} of {} cannot be opened", address.port(), address.ip())]
    Other {
        /// The address asked for.
        address: SocketAddr,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

/// An open port.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
}

/// Opens the port; a port of 0 takes any free one.
pub async fn bind(address: SocketAddr) -> Result<Listening, ListenError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => ListenError::InUse(address),
        io::ErrorKind::PermissionDenied => ListenError::NotAllowed(address),
        io::ErrorKind::AddrNotAvailable => ListenError::NotHere(address),
        _ => ListenError::Other { address, source },
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Listening { listener, address })
}

impl Listening {
    /// The address with its real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is ready, then takes no more connections and gives running requests `drain` to
    /// end. Tells whether all of them did.
    pub async fn serve(
        self,
        router: Router,
        stop: impl Future<Output = ()>,
        drain: Duration,
    ) -> bool {
        let connections = GracefulShutdown::new();
        let mut server = auto::Builder::new(TokioExecutor::new());
        server.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIME);
        server.http2().timer(TokioTimer::new()).keep_alive_interval(Some(HEADER_TIME));
        let mut stop = pin!(stop);
        let mut troubled = false;
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    troubled = false;
                    spawn_connection(&server, &connections, stream, peer, router.clone());
                }
                Err(error) => {
                    // Out of file descriptors, or the client was gone already. Without a pause the
                    // former would spin.
                    if !troubled {
                        tracing::warn!(%error, "connections cannot be taken");
                    }
                    troubled = true;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
        drop(self.listener);
        tokio::time::timeout(drain, connections.shutdown()).await.is_ok()
    }
}

fn spawn_connection(
    server: &auto::Builder<TokioExecutor>,
    connections: &GracefulShutdown,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) {
    // Events of a stream go out one by one, not gathered.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = TowerToHyperService::new(router.map_request(move |mut request: Request<_>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    }));
    let server = server.clone();
    let watcher = connections.watcher();
    tokio::spawn(async move {
        // The HTTP library tells its versions apart by the first bytes and waits for them without end.
        let begun = tokio::time::timeout(HEADER_TIME, stream.peek(&mut [0; 1])).await;
        if !matches!(begun, Ok(Ok(1))) {
            return;
        }
        let connection = server.serve_connection(TokioIo::new(stream), service).into_owned();
        let watched = watcher.watch(connection);
        // A connection that ends in an error was closed by the client or spoke no HTTP.
        if let Err(error) = watched.await {
            tracing::debug!(error = %error, "a connection ended early");
        }
    });
}
