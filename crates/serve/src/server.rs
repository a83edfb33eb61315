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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;
    use tokio::time::timeout;

    use super::*;
    use crate::{Access, Limits, Overwrite};

    const REQUEST: &[u8] = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    /// What is to come comes sooner.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// Runs `work` with the address of a server.
    fn with_server<F: Future<Output = ()>>(limits: Limits, work: impl FnOnce(SocketAddr) -> F) {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            folder: folder.path().to_path_buf(),
            url: String::new(),
            access: Access::default(),
            has_api: true,
            is_read_only: true,
            overwrite: Overwrite::Never,
            limits,
            tls: None,
            version: "0".to_owned(),
            is_talkative: false,
        };
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::open("127.0.0.1:0", options, Arc::new(|_| ())).unwrap();
            let address = server.address();
            let (end, ended) = oneshot::channel::<()>();
            let server = tokio::spawn(server.serve(async {
                let _ = ended.await;
            }));
            work(address).await;
            drop(end);
            timeout(PATIENCE, server).await.unwrap().unwrap().unwrap();
        });
    }

    /// Everything up to the end of the connection.
    async fn rest(client: &mut TcpStream) -> String {
        let mut text = Vec::new();
        let read = timeout(PATIENCE, client.read_to_end(&mut text)).await;
        // A connection may also end by being reset.
        let _ = read.expect("the server ends it");
        String::from_utf8(text).unwrap()
    }

    /// One answer, whole; its first line.
    async fn status(client: &mut TcpStream) -> String {
        let mut text = String::new();
        let is_whole = |text: &str| {
            let (head, body) = text.split_once("\r\n\r\n")?;
            let head = head.to_ascii_lowercase();
            let (_, length) = head.split_once("content-length: ")?;
            let length: usize = length.lines().next()?.parse().ok()?;
            (body.len() >= length).then_some(())
        };
        while is_whole(&text).is_none() {
            let mut piece = [0; 1024];
            let size = timeout(PATIENCE, client.read(&mut piece)).await;
            let size = size.expect("an answer").unwrap();
            assert_ne!(size, 0, "{text}");
            text += std::str::from_utf8(&piece[..size]).unwrap();
        }
        text.lines().next().unwrap_or_default().to_owned()
    }

    #[test]
    fn a_request_whose_head_never_ends_is_given_up() {
        let limits = Limits {
            head: Duration::from_millis(50),
            ..Limits::default()
        };
        with_server(limits, async |address| {
            let mut slow = TcpStream::connect(address).await.unwrap();
            let (head, _) = REQUEST.split_at(REQUEST.len() - 2);
            slow.write_all(head).await.unwrap();
            let told = rest(&mut slow).await;
            assert!(!told.contains(" 200 "), "{told}");
            // Nor may who has said nothing at all stay.
            let mut silent = TcpStream::connect(address).await.unwrap();
            let told = rest(&mut silent).await;
            assert!(!told.contains(" 200 "), "{told}");
        });
    }

    #[test]
    fn who_comes_when_all_places_are_taken_waits() {
        let limits = Limits {
            connections: 2,
            ..Limits::default()
        };
        with_server(limits, async |address| {
            let mut first = TcpStream::connect(address).await.unwrap();
            let mut second = TcpStream::connect(address).await.unwrap();
            for client in [&mut first, &mut second] {
                client.write_all(REQUEST).await.unwrap();
                assert_eq!(status(client).await, "HTTP/1.1 200 OK");
            }
            let mut third = TcpStream::connect(address).await.unwrap();
            third.write_all(REQUEST).await.unwrap();
            let early = timeout(Duration::from_millis(300), third.readable()).await;
            assert!(early.is_err(), "it had to wait");
            // Those who have a place are served meanwhile.
            first.write_all(REQUEST).await.unwrap();
            assert_eq!(status(&mut first).await, "HTTP/1.1 200 OK");
            drop(second);
            assert_eq!(status(&mut third).await, "HTTP/1.1 200 OK");
        });
    }
}
