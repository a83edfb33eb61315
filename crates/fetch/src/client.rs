//! The client: documents in memory.

use std::io::{self, Read as _};

use flate2::read::MultiGzDecoder;

use crate::answer::{Answer, too_large};
use crate::getter::scheme;
use crate::{Error, Getters, Meter, ProxyVariables, Request, Session, Validators};

/// What all requests of a program have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// The `User-Agent` header.
    pub user_agent: String,
    /// Which servers are reached through which proxy.
    pub proxy: ProxyVariables,
    /// Who is told how much is on its way.
    pub meter: Option<Meter>,
    /// What fetches URLs that are neither HTTP nor HTTPS.
    pub getters: Option<Getters>,
}

/// A document that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Where it was found, after all redirects.
    pub url: String,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// How to ask another time whether it has changed.
    pub validators: Validators,
    /// Whether it is what [`Request::known`] says; the body is empty then.
    pub unchanged: bool,
    /// The document.
    pub body: Vec<u8>,
}

impl Client {
    /// A client without proxies.
    pub fn new(user_agent: impl Into<String>) -> Self {
        Self {
            user_agent: user_agent.into(),
            ..Self::default()
        }
    }

    /// A session, for several requests over the same connections.
    pub fn session(&self) -> Session {
        Session::new(self.clone())
    }

    /// Fetches a document.
    ///
    /// # Errors
    /// No answer, an answer other than 200, a limit that was reached; in Helm's words.
    pub async fn get(&self, request: &Request) -> Result<Response, Error> {
        if let Some(answer) = self.by_getter(request) {
            return answer;
        }
        self.session().get(request).await
    }

    /// The same for callers that are not asynchronous, or may not wait where they are: the
    /// calling thread is blocked.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn get_blocking(&self, request: &Request) -> Result<Response, Error> {
        if let Some(answer) = self.by_getter(request) {
            return answer;
        }
        blocking(async || self.get(request).await)
    }
}

impl Client {
    /// Whether URLs of a scheme can be fetched.
    pub fn provides(&self, scheme: &str) -> bool {
        let getters = self.getters.as_ref();
        is_http(scheme) || getters.is_some_and(|getters| getters.0.provides(scheme))
    }

    fn by_getter(&self, request: &Request) -> Option<Result<Response, Error>> {
        let scheme = scheme(&request.url);
        let getters = self.getters.as_ref().filter(|_| !is_http(&scheme))?;
        let body = getters
            .0
            .provides(&scheme)
            .then(|| getters.0.get(request))?;
        Some(body.map(|body| Response {
            url: request.url.clone(),
            content_type: None,
            validators: Validators::default(),
            unchanged: false,
            body,
        }))
    }
}

fn is_http(scheme: &str) -> bool {
    matches!(scheme, "http" | "https")
}

/// Waits for what is asynchronous, on a thread of its own: the caller may be inside another
/// runtime.
///
/// # Errors
/// Those of the work, and a thread that could not be had.
pub fn blocking<T, E, F>(work: F) -> Result<T, E>
where
    T: Send,
    E: Send + From<Error>,
    F: AsyncFnOnce() -> Result<T, E> + Send,
{
    let run = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::new(error.to_string()))?
            .block_on(work())
    };
    std::thread::scope(|scope| scope.spawn(run).join())
        .unwrap_or_else(|_| Err(Error::new("the download stopped").into()))
}

impl Session {
    /// Fetches a document into memory.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn get(&self, request: &Request) -> Result<Response, Error> {
        let answer = good(self.send(request).await?, request)?;
        let mut response = head(&answer);
        if response.unchanged {
            return Ok(response);
        }
        let is_packed = request.takes_gzip
            && answer
                .header("content-encoding")
                .is_some_and(|encoding| encoding.eq_ignore_ascii_case("gzip"));
        response.body = answer.read().await?;
        if is_packed {
            response.body = unpacked(&response.body, request)?;
        }
        Ok(response)
    }
}

/// What a server compressed on the way.
///
/// GO: the words of the reader of gzip.
fn unpacked(body: &[u8], request: &Request) -> Result<Vec<u8>, Error> {
    let most = request.limits.bytes;
    let mut text = Vec::new();
    let mut reader = MultiGzDecoder::new(body).take(most + 1);
    reader.read_to_end(&mut text).map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::UnexpectedEof => "unexpected EOF",
            io::ErrorKind::InvalidInput if text.is_empty() => "gzip: invalid header",
            _ => "gzip: invalid checksum",
        };
        Error::new(reason).with_hint(format!(
            "what {} sent is damaged: try again; if that does not help, tell those who keep the server",
            request.url
        ))
    })?;
    if text.len() as u64 > most {
        return Err(too_large(&request.url, most));
    }
    Ok(text)
}

fn good(answer: Answer, request: &Request) -> Result<Answer, Error> {
    let status = answer.status();
    let unchanged = status == 304 && request.known.is_some();
    if status == 200 || unchanged {
        return Ok(answer);
    }
    let (url, phrase) = (&request.url, answer.phrase());
    Err(Error::new(format!("failed to fetch {url} : {status}{phrase}")).with_status(status))
}

fn head(answer: &Answer) -> Response {
    Response {
        url: answer.url(),
        content_type: answer.header("content-type").map(str::to_owned),
        validators: answer.validators(),
        unchanged: answer.status() == 304,
        body: Vec::new(),
    }
}
