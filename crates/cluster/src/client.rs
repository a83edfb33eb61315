//! One connection to one cluster.

use std::sync::{Arc, Mutex as StdMutex, Once, PoisonError};
use std::time::Duration;

use futures::{AsyncBufReadExt, Stream, StreamExt};
use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, Method, Request};
use kube::Client;
use kube::client::{Body, ClientBuilder};
use serde_json::Value;
use tokio::sync::{Mutex, OnceCell};

use crate::config::{ConnectOptions, connection};
use crate::discovery::{Discovery, ServerVersion};
use crate::error::{self, Error, ErrorKind};
use crate::limit::Limiter;
use crate::transport;

/// What Helm says before any reason why a cluster does not answer.
const UNREACHABLE: &str = "kubernetes cluster unreachable";
/// GO: how often client-go repeats a request that the server puts off.
const MAX_PUT_OFF: u32 = 10;

/// A cluster. Cheap to clone; every clone shares one HTTP client and what was learnt about the
/// server. Nothing is read or sent before the first request.
#[derive(Clone)]
pub struct Cluster(Arc<Inner>);

struct Inner {
    options: ConnectOptions,
    connected: OnceCell<Result<Connected, Error>>,
    pub(crate) discovery: Mutex<Option<Arc<Discovery>>>,
    warnings: StdMutex<Vec<String>>,
    limiter: Option<Limiter>,
}

#[derive(Clone)]
struct Connected {
    client: Client,
    url: String,
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub method: Method,
    /// Path and query, from `/api` on.
    pub path: String,
    pub accept: &'static str,
    pub content_type: Option<&'static str>,
    pub body: Vec<u8>,
}

impl Call {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            accept: "application/json",
            content_type: None,
            body: Vec::new(),
        }
    }

    pub(crate) fn accept(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    /// A request with a JSON body.
    pub(crate) fn send(
        method: Method,
        path: impl Into<String>,
        content_type: &'static str,
        body: &Value,
    ) -> Self {
        Self {
            method,
            content_type: Some(content_type),
            body: body.to_string().into_bytes(),
            ..Self::get(path)
        }
    }

    fn request<B: From<Vec<u8>>>(&self) -> Result<Request<B>, Error> {
        let mut request = Request::builder()
            .method(&self.method)
            .uri(&self.path)
            .header(ACCEPT, self.accept);
        if let Some(content_type) = self.content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        request.body(self.body.clone().into()).map_err(|error| {
            Error::new(
                ErrorKind::Invalid,
                format!("invalid request {}: {error}", self.path),
            )
        })
    }
}

struct Answer {
    code: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn content_type(&self) -> &str {
        self.headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// How long the server asks us to wait before we ask again.
    fn put_off(&self) -> Option<Duration> {
        if self.code != 429 && self.code < 500 {
            return None;
        }
        let seconds: u64 = self.headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
        Some(Duration::from_secs(seconds.min(60)))
    }

    /// HELM: the store behind the server changes its leader; the same request then works.
    fn leader_changed(&self) -> bool {
        self.code >= 500
            && ["etcdserver: leader changed", "raft proposal dropped"]
                .iter()
                .any(|text| String::from_utf8_lossy(&self.body).contains(text))
    }
}

impl Cluster {
    /// A cluster to be reached as `options` say. Reads and sends nothing yet.
    pub fn new(options: ConnectOptions) -> Self {
        let limiter = Limiter::new(options.qps, options.burst);
        Self(Arc::new(Inner {
            options,
            connected: OnceCell::new(),
            discovery: Mutex::new(None),
            warnings: StdMutex::new(Vec::new()),
            limiter,
        }))
    }

    /// Uses a client that is there already. For tests and for programs with their own.
    pub fn with_client(client: Client, url: impl Into<String>) -> Self {
        let cluster = Self::new(ConnectOptions::default());
        let connected = Connected {
            client,
            url: url.into().trim_end_matches('/').to_owned(),
        };
        // A new cell takes its first value.
        let _ = cluster.0.connected.set(Ok(connected));
        cluster
    }

    /// The namespace to work in; see [`crate::default_namespace`].
    pub fn default_namespace(&self) -> String {
        crate::default_namespace(&self.0.options)
    }

    /// Asks for the server's version, to know that there is one.
    ///
    /// # Errors
    /// `kubernetes cluster unreachable: …`, in Helm's words, for whatever reason.
    pub async fn check_reachable(&self) -> Result<ServerVersion, Error> {
        self.server_version()
            .await
            .map_err(|error| error.context(UNREACHABLE))
    }

    /// The server's version.
    pub async fn server_version(&self) -> Result<ServerVersion, Error> {
        let answer = self
            .answer(&Call::get("/version").accept("application/json, */*"))
            .await?;
        if !(200..300).contains(&answer.code) {
            // GO: here alone the body is not read as a status.
            return Err(error::generic(
                answer.code,
                answer.content_type(),
                &answer.body,
            ));
        }
        ServerVersion::read(&answer.body)
    }

    /// Asks the server anything: the body of its answer, as it came.
    ///
    /// # Errors
    /// A server that does not answer, or refuses.
    pub async fn ask(&self, method: &str, path: &str) -> Result<Vec<u8>, Error> {
        let method = method
            .parse()
            .map_err(|_| Error::new(ErrorKind::Invalid, format!("{method:?} is no HTTP method")))?;
        self.bytes(&Call {
            method,
            accept: "*/*",
            ..Call::get(path)
        })
        .await
    }

    /// The warnings the server sent since the last call, each once.
    ///
    /// GO: client-go prints them as they come; here the caller decides.
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(
            &mut *self
                .0
                .warnings
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// What was learnt of the server, or nothing yet.
    pub(crate) fn discovery_slot(&self) -> &Mutex<Option<Arc<Discovery>>> {
        &self.0.discovery
    }

    /// Sends a request and reads the JSON of the answer.
    pub(crate) async fn json(&self, call: &Call) -> Result<Value, Error> {
        let bytes = self.bytes(call).await?;
        serde_json::from_slice(&bytes).map_err(|error| {
            Error::new(
                ErrorKind::Protocol,
                format!("the server's answer to {} is no JSON: {error}", call.path),
            )
        })
    }

    /// Sends a request and reads the answer's body.
    pub(crate) async fn bytes(&self, call: &Call) -> Result<Vec<u8>, Error> {
        let answer = self.answer(call).await?;
        if (200..300).contains(&answer.code) {
            return Ok(answer.body);
        }
        Err(error::from_response(
            answer.code,
            answer.content_type(),
            &answer.body,
        ))
    }

    /// Sends a request until it is answered for good.
    async fn answer(&self, call: &Call) -> Result<Answer, Error> {
        let mut put_off = 0;
        let mut leader_changed = false;
        loop {
            let answer = self.once(call).await?;
            if answer.leader_changed() && !leader_changed {
                leader_changed = true;
                continue;
            }
            match answer.put_off() {
                Some(pause) if put_off < MAX_PUT_OFF => {
                    put_off += 1;
                    tokio::time::sleep(pause).await;
                }
                _ => return Ok(answer),
            }
        }
    }

    async fn once(&self, call: &Call) -> Result<Answer, Error> {
        let connected = self.connected().await?;
        if let Some(limiter) = &self.0.limiter {
            limiter.wait().await;
        }
        let response = match connected.client.send(call.request::<Body>()?).await {
            Ok(response) => response,
            Err(error) => return Err(self.unanswered(call, &error).await),
        };
        let (parts, body) = response.into_parts();
        self.note_warnings(&parts.headers);
        match body.collect_bytes().await {
            Ok(bytes) => Ok(Answer {
                code: parts.status.as_u16(),
                headers: parts.headers,
                body: bytes.to_vec(),
            }),
            Err(error) => Err(self.unanswered(call, &error).await),
        }
    }

    async fn unanswered(&self, call: &Call, error: &kube::Error) -> Error {
        if let kube::Error::Api(status) = error {
            return Error::api(error::Status {
                status: "Failure".into(),
                message: status.message.clone(),
                reason: status.reason.clone(),
                code: status.code,
                details: error::StatusDetails::default(),
            });
        }
        let base = match self.0.connected.get() {
            Some(Ok(connected)) => connected.url.as_str(),
            _ => "",
        };
        transport::unanswered(call.method.as_str(), &format!("{base}{}", call.path), error).await
    }

    fn note_warnings(&self, headers: &HeaderMap) {
        let mut found = headers
            .get_all("warning")
            .iter()
            .filter_map(|value| warning_text(value.to_str().ok()?))
            .peekable();
        if found.peek().is_none() {
            return;
        }
        let mut warnings = self
            .0
            .warnings
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for text in found {
            if !warnings.contains(&text) {
                warnings.push(text);
            }
        }
    }

    /// Watches; the stream ends when the server ends it.
    pub(crate) async fn watch(
        &self,
        path: String,
    ) -> Result<impl Stream<Item = Result<WatchEvent, Error>> + Send + use<>, Error> {
        let lines = self.lines(&Call::get(path.clone())).await?;
        Ok(lines.filter_map(move |line| {
            let event = match line {
                Ok(line) => WatchEvent::read(&line).transpose(),
                Err(error) => Some(Err(Error::new(
                    ErrorKind::Unreachable,
                    format!("watch of {path} broke off: {error}"),
                ))),
            };
            futures::future::ready(event)
        }))
    }

    /// The lines of an answer, as they come.
    pub(crate) async fn lines(
        &self,
        call: &Call,
    ) -> Result<impl Stream<Item = std::io::Result<String>> + Send + use<>, Error> {
        let connected = self.connected().await?;
        let mut request: Request<Vec<u8>> = call.request()?;
        // A stream that is packed event by event cannot be unpacked by every reader.
        let plain = http::HeaderValue::from_static("identity");
        request
            .headers_mut()
            .insert(http::header::ACCEPT_ENCODING, plain);
        match connected.client.request_stream(request).await {
            Ok(body) => Ok(Box::pin(body).lines()),
            Err(error) => Err(self.unanswered(call, &error).await),
        }
    }

    /// The HTTP client, made on first use.
    async fn connected(&self) -> Result<&Connected, Error> {
        let connected = self.0.connected.get_or_init(|| async {
            let options = self.0.options.clone();
            // Reads files and may run a credential plugin: not on a thread that serves requests.
            match tokio::task::spawn_blocking(move || connect(&options)).await {
                Ok(result) => result,
                Err(error) => Err(Error::new(ErrorKind::Config, error.to_string())),
            }
        });
        connected.await.as_ref().map_err(Clone::clone)
    }
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Options may hold a token.
        f.write_str("Cluster")
    }
}

fn connect(options: &ConnectOptions) -> Result<Connected, Error> {
    install_tls_provider();
    let connection = connection(options)?;
    let url = connection.url.clone();
    let builder = ClientBuilder::try_from(connection.config).map_err(|error| match &error {
        kube::Error::Auth(auth) => Error::new(
            ErrorKind::Unreachable,
            format!(
                "Get \"{url}/version\": getting credentials: {}",
                transport::login_reason(auth, connection.plugin.as_ref())
            ),
        ),
        other => Error::new(ErrorKind::Config, other.to_string()),
    })?;
    Ok(Connected {
        client: builder.build(),
        url,
    })
}

/// All TLS in the process uses ring.
fn install_tls_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error means that there is one already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// What a watch tells.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum WatchEvent {
    /// The object is there, or changed.
    Changed(Value),
    /// The object is gone; this is how it was.
    Deleted(Value),
    /// Nothing changed up to here.
    Bookmark(Value),
}

impl WatchEvent {
    /// Reads one line. Empty lines and events of later servers are skipped.
    fn read(line: &str) -> Result<Option<Self>, Error> {
        if line.trim().is_empty() {
            return Ok(None);
        }
        let mut event: Value = serde_json::from_str(line).map_err(|error| {
            Error::new(
                ErrorKind::Protocol,
                format!("the server's watch event is no JSON: {error}"),
            )
        })?;
        let object = event.get_mut("object").map(Value::take).unwrap_or_default();
        match event.get("type").and_then(Value::as_str) {
            Some("ADDED" | "MODIFIED") => Ok(Some(Self::Changed(object))),
            Some("DELETED") => Ok(Some(Self::Deleted(object))),
            Some("BOOKMARK") => Ok(Some(Self::Bookmark(object))),
            Some("ERROR") => Err(error::from_response(
                500,
                "application/json",
                object.to_string().as_bytes(),
            )),
            _ => Ok(None),
        }
    }
}

/// The text of a `Warning` header: `299 - "text"`.
fn warning_text(header: &str) -> Option<String> {
    let text = header.strip_prefix("299 ")?.split_once(" \"")?.1;
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => out.extend(characters.next()),
            '"' => break,
            c => out.push(c),
        }
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_unquoted() {
        assert_eq!(
            warning_text(r#"299 - "unknown field \"spec.foo\"""#).as_deref(),
            Some(r#"unknown field "spec.foo""#)
        );
        assert_eq!(warning_text("199 - \"x\""), None);
        assert_eq!(warning_text("299 - \"\""), None);
    }
}
