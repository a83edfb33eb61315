//! The port: HTTP(S) connections, who is let in, watches.

mod body;
mod control;
mod tls;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, USER_AGENT};
use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;

use crate::api::{Answer, Api, Watch, Whole};
use crate::clock::Clock;
use crate::controllers::{self, Driver};
use crate::faults::{Cut, Faults};
use crate::request::Request;
use crate::status::Status;
use crate::store::Store;
use body::Body;
use tls::Identity;

/// How large a body may be: as for the real server.
const LARGEST_BODY: usize = 3 << 20;
const LARGEST_HEAD: usize = 1 << 20;
/// How long a client may take for its head, or for a handshake.
const HEAD: Duration = Duration::from_secs(30);
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How often a watch that wants bookmarks gets one.
const BOOKMARK: Duration = Duration::from_mins(1);

/// How a sandbox is to be.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens; port 0 for any that is free.
    pub address: SocketAddr,
    /// HTTPS, with a certificate of its own, and a token that clients must know.
    pub secure: bool,
    /// The time.
    pub clock: Clock,
    /// Makes uids and generated names the same each time.
    pub seed: Option<u64>,
    /// Whether workloads come alive, in a cluster that has what a fresh one has. Without, there
    /// is the API alone.
    pub controllers: bool,
    /// Where objects, certificate and token are kept; nothing for in memory.
    pub folder: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            secure: true,
            clock: Clock::System,
            seed: None,
            controllers: true,
            folder: None,
        }
    }
}

/// A sandbox that runs, until it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    _driver: Option<Driver>,
}

#[derive(Debug)]
struct Shared {
    api: Arc<Api>,
    faults: Faults,
    identity: Option<Identity>,
    controllers: bool,
    url: String,
    stop: watch::Sender<bool>,
}

/// The error with what could not be done in front.
fn about(error: &io::Error, what: &str) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
}

impl Sandbox {
    /// Starts a sandbox on threads of its own.
    ///
    /// # Errors
    /// An address that cannot be listened at; a certificate that cannot be made.
    pub fn start(options: &Options) -> io::Result<Self> {
        let store = match &options.folder {
            Some(folder) => {
                let file = folder.join("objects.redb");
                let about = |error| about(&error, &format!("cannot use {}", file.display()));
                Store::open(&file).map_err(about)?
            }
            None => Store::new(),
        };
        let api = Arc::new(Api::new(store, options.clock, options.seed));
        let about_port = |error| about(&error, &format!("cannot listen at {}", options.address));
        let listener = TcpListener::bind(options.address).map_err(about_port)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let identity = match (options.secure, &options.folder) {
            (false, _) => None,
            (true, None) => Some(Identity::new(address.ip())?),
            (true, Some(folder)) => {
                Some(Identity::kept(&folder.join("identity.json"), address.ip())?)
            }
        };
        let driver = if options.controllers {
            let authority = identity.as_ref().map(|one| one.certificate.clone());
            let refused = |status: Status| io::Error::other(status.message);
            controllers::begin(&*api).map_err(refused)?;
            Some(Driver::start(api.clone(), authority.unwrap_or_default())?)
        } else {
            None
        };
        let tls = identity.as_ref().map(Identity::acceptor).transpose()?;
        let scheme = if options.secure { "https" } else { "http" };
        let url = format!("{scheme}://{address}");
        let (stop, told) = watch::channel(false);
        let shared = Arc::new(Shared {
            api,
            faults: Faults::default(),
            identity,
            controllers: options.controllers,
            url,
            stop,
        });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || {
                runtime.block_on(serve(listener, tls, for_thread, told));
                runtime.shutdown_timeout(Duration::from_millis(100));
            })?;
        Ok(Self {
            address,
            shared,
            thread: Some(thread),
            _driver: driver,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `https://127.0.0.1:6443`
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// Writes [`Self::kubeconfig`] to a file that only its owner may read.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write_kubeconfig(&self, path: &Path) -> io::Result<()> {
        tls::write_secret(path, &self.kubeconfig())
    }

    /// The API behind the port.
    pub fn api(&self) -> &Arc<Api> {
        &self.shared.api
    }

    /// Rules by which requests go wrong.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// The text of a kubeconfig for it.
    pub fn kubeconfig(&self) -> String {
        use base64::Engine as _;
        let mut text =
            String::from("apiVersion: v1\nkind: Config\nclusters:\n- name: sandbox\n  cluster:\n");
        if let Some(identity) = &self.shared.identity {
            let encoded = base64::prelude::BASE64_STANDARD.encode(&identity.certificate);
            text.push_str(&format!("    certificate-authority-data: {encoded}\n"));
        }
        text.push_str(&format!("    server: {}\n", self.url()));
        text.push_str("contexts:\n- name: sandbox\n  context:\n    cluster: sandbox\n    user: sandbox\ncurrent-context: sandbox\nusers:\n- name: sandbox\n");
        match &self.shared.identity {
            Some(identity) => text.push_str(&format!("  user:\n    token: {}\n", identity.token)),
            None => text.push_str("  user: {}\n"),
        }
        text
    }

    /// Waits until it is stopped by a request ([`Self::stop`] or `POST /sandbox/stop`), or `end`
    /// comes.
    ///
    /// # Errors
    /// When the system does not let it wait.
    pub fn wait(self, end: impl Future<Output = ()>) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let mut told = self.shared.stop.subscribe();
        runtime.block_on(async {
            tokio::select! {
                () = end => {}
                () = ended(&mut told) => {}
            }
        });
        Ok(())
    }

    /// Ends it: what was begun is answered.
    pub fn stop(&self) {
        self.shared.stop.send_replace(true);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    shared: Arc<Shared>,
    mut told: watch::Receiver<bool>,
) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    let ends = told.clone();
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            () = ended(&mut told) => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let (shared, tls, ends) = (Arc::clone(&shared), tls.clone(), ends.clone());
                    connections.spawn(async move {
                        let _ = stream.set_nodelay(true);
                        match tls {
                            None => connection(stream, shared, ends).await,
                            Some(tls) => {
                                if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
                                    connection(stream, shared, ends).await;
                                }
                            }
                        }
                    });
                }
                // No more files may be open, say: it may be better in a moment.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
        }
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(Duration::from_secs(2), all).await;
}

async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    shared: Arc<Shared>,
    mut ends: watch::Receiver<bool>,
) {
    let until = ends.clone();
    let service = service_fn(|request| {
        let (shared, ends) = (Arc::clone(&shared), until.clone());
        async move { handle(&shared, request, ends).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // A client that breaks off is none of our business.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = ended(&mut ends) => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// Until the sandbox ends.
async fn ended(told: &mut watch::Receiver<bool>) {
    let _ = told.wait_for(|ends| *ends).await;
}

/// The connection is to be cut.
#[derive(Debug, thiserror::Error)]
#[error("cut on purpose")]
struct Cutting;

async fn handle(
    shared: &Arc<Shared>,
    request: http::Request<Incoming>,
    ends: watch::Receiver<bool>,
) -> Result<Response<Body>, Cutting> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let query = head.uri.query().unwrap_or_default().to_owned();
    if !shared.lets_in(&head.headers, &path) {
        return Ok(whole(Status::unauthorized().into()));
    }
    let body = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => {
            let text = format!("limit is {LARGEST_BODY}");
            return Ok(whole(
                Status::too_large(format!("Request entity too large: {text}")).into(),
            ));
        }
    };
    if let Some(answer) = control::answer(shared, head.method.as_str(), &path, &body) {
        return Ok(whole(answer));
    }
    let fate = shared.faults.fate(head.method.as_str(), &path, &query);
    if !fate.delay.is_zero() {
        tokio::time::sleep(fate.delay).await;
    }
    if fate.cut == Cut::Before {
        return Err(Cutting);
    }
    if let Some((code, message)) = fate.fail {
        return Ok(whole(Status::made_up(code, message).into()));
    }
    let request = Request {
        method: head.method.as_str().to_owned(),
        path,
        query,
        accept: text(&head.headers, &ACCEPT),
        content_type: text(&head.headers, &CONTENT_TYPE),
        user_agent: text(&head.headers, &USER_AGENT),
        body,
    };
    let api = Arc::clone(&shared.api);
    // A write of much may take a while: others are answered meanwhile.
    let answer = tokio::task::spawn_blocking(move || api.answer(&request)).await;
    if fate.cut == Cut::After {
        return Err(Cutting);
    }
    Ok(match answer {
        Ok(Answer::Whole(answer)) => whole(answer),
        Ok(Answer::Watch(watch)) => watching(shared, *watch, ends),
        Err(_) => whole(Status::internal("the request could not be carried out").into()),
    })
}

impl Shared {
    /// Makes it as new: all objects go, those come that a fresh cluster has.
    fn reset(&self) -> Result<(), Status> {
        self.api.reset()?;
        if self.controllers {
            controllers::begin(&*self.api)?;
        }
        Ok(())
    }

    fn lets_in(&self, headers: &HeaderMap, path: &str) -> bool {
        let Some(Identity { token, .. }) = &self.identity else {
            return true;
        };
        let said = text(headers, &AUTHORIZATION);
        let said = said.strip_prefix("Bearer ").unwrap_or_default().trim();
        said == token || self.api.knows(said) || matches!(path, "/healthz" | "/livez" | "/readyz")
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    let values = headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok());
    values.collect::<Vec<_>>().join(",")
}

fn whole(answer: Whole) -> Response<Body> {
    let mut response = Response::new(Body::whole(Bytes::from(answer.body)));
    *response.status_mut() =
        StatusCode::from_u16(answer.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        http::HeaderValue::from_static(answer.media_type),
    );
    headers.insert(
        "cache-control",
        http::HeaderValue::from_static("no-cache, private"),
    );
    for warning in answer.warnings {
        let quoted = warning.replace('\\', "\\\\").replace('"', "\\\"");
        if let Ok(value) = http::HeaderValue::from_str(&format!("299 - \"{quoted}\"")) {
            headers.append("warning", value);
        }
    }
    response
}

/// The answer of a watch: sent as changes come, until the client, the sandbox or its time ends.
fn watching(
    shared: &Arc<Shared>,
    mut watch: Watch,
    mut ends: watch::Receiver<bool>,
) -> Response<Body> {
    let (send, receive) = mpsc::channel::<Bytes>(8);
    let api = Arc::clone(&shared.api);
    tokio::spawn(async move {
        let mut told = api.store.told();
        let end = tokio::time::Instant::now() + watch.limit;
        let mut mark = tokio::time::Instant::now() + BOOKMARK;
        loop {
            told.mark_unchanged();
            let (events, goes_on) = api.events(&mut watch);
            if !events.is_empty() && send.send(Bytes::from(events)).await.is_err() || !goes_on {
                return;
            }
            tokio::select! {
                _ = told.changed() => {}
                () = ended(&mut ends) => return,
                () = send.closed() => return,
                () = tokio::time::sleep_until(end) => return,
                () = tokio::time::sleep_until(mark), if watch.bookmarks => {
                    mark = tokio::time::Instant::now() + BOOKMARK;
                    let sent = api.bookmark(&mut watch);
                    if send.send(Bytes::from(sent)).await.is_err() {
                        return;
                    }
                }
            }
        }
    });
    let mut response = Response::new(Body::Stream(receive));
    response.headers_mut().insert(
        CONTENT_TYPE,
        http::HeaderValue::from_static("application/json"),
    );
    response
}
