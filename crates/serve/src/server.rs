//! The port and its connections.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::handle::State;
use crate::{Error, Options, connection, tls};

/// Takes lines of a log.
pub type Log = Arc<dyn Fn(&str) + Send + Sync>;

/// A server whose port is open and whose folder was looked at.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    state: Arc<State>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({})", self.address)
    }
}

impl Server {
    /// Opens a port at `address` and looks at the folder. Lines for people go to `log`.
    ///
    /// # Errors
    /// An address or folder that cannot be used, a bad certificate.
    pub fn open(address: &str, options: Options, log: Log) -> Result<Self, Error> {
        let tls = options.tls.as_ref().map(tls::acceptor).transpose()?;
        let state = State::new(options, log)?;
        let listener = bind(address).map_err(|error| {
            let reason = pintle_chart::disk::go_text(&error);
            let refused = Error::new(format!("listen tcp {address}: {reason}"));
            match error.kind() {
                io::ErrorKind::AddrInUse => refused
                    .hint("something else listens there already; --address names another place"),
                _ => refused.hint("an address looks like 127.0.0.1:8879"),
            }
        })?;
        let opened = listener
            .set_nonblocking(true)
            .and_then(|()| listener.local_addr());
        let address = opened.map_err(|error| Error::new(error.to_string()))?;
        Ok(Self {
            listener,
            address,
            tls,
            state: Arc::new(state),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many charts and archives there are.
    pub fn counts(&self) -> (usize, usize) {
        let stock = self.state.shelf.known_now();
        (
            stock.charts.len(),
            stock.charts.values().map(Vec::len).sum(),
        )
    }

    /// Serves until the program is told to end by SIGINT or SIGTERM; what was begun is then
    /// finished, within a time.
    ///
    /// # Errors
    /// When the system does not let it begin.
    pub fn run(self) -> Result<(), Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::new(error.to_string()))?;
        let done = runtime.block_on(async {
            let end = signals().map_err(|error| Error::new(error.to_string()))?;
            self.serve(end).await
        });
        // Whatever still reads a file need not be waited for.
        runtime.shutdown_timeout(Duration::from_millis(100));
        done
    }

    /// Serves until `end`.
    async fn serve(self, end: impl Future<Output = ()>) -> Result<(), Error> {
        let listener = tokio::net::TcpListener::from_std(self.listener)
            .map_err(|error| Error::new(error.to_string()))?;
        let limits = self.state.options.limits;
        let room = Arc::new(Semaphore::new(limits.connections));
        let (tell, told) = watch::channel(false);
        let mut connections = JoinSet::new();
        tokio::pin!(end);
        loop {
            let next = async {
                let place = Arc::clone(&room).acquire_owned().await;
                (place, listener.accept().await)
            };
            tokio::select! {
                () = &mut end => break,
                // Those that are done are forgotten.
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
                (place, accepted) = next => match accepted {
                    Ok((stream, peer)) => {
                        let (state, tls) = (Arc::clone(&self.state), self.tls.clone());
                        let told = told.clone();
                        connections.spawn(async move {
                            connection::serve(stream, peer, tls, state, told).await;
                            drop(place);
                        });
                    }
                    // No more files may be open, say: it may be better in a moment.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
            }
        }
        drop(listener);
        let _ = tell.send(true);
        let all = async { while connections.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(limits.farewell, all).await;
        Ok(())
    }
}

/// GO: `:8879` is that port at all addresses.
fn bind(address: &str) -> io::Result<TcpListener> {
    let Some(port) = address.strip_prefix(':') else {
        return TcpListener::bind(address);
    };
    TcpListener::bind(format!("[::]:{port}"))
        .or_else(|_| TcpListener::bind(format!("0.0.0.0:{port}")))
}

#[cfg(unix)]
fn signals() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signals() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
