//! Values against the schemas of a chart: what the schemas may read, and who hears of it.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use pintle_chart::Chart;
use pintle_chart::disk::go_text;
use pintle_fetch::{Client, Request};
use pintle_go_value::Map;
use pintle_schema::{Compiled, Loader, validate, validate_chart};

use crate::{Class, Error, Events, Level, Log};

/// How large a document may be that a schema refers to.
const MAX_DOCUMENT: u64 = 16 << 20;

/// How large all documents together may be that come over the network.
const MAX_FETCHED: u64 = 64 << 20;

/// HELM: how long one download may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// How long all downloads together may take.
///
/// DIFF: Helm has no end here: a schema may send it to any number of slow servers.
const ALL_DOWNLOADS: Duration = Duration::from_mins(1);

/// Checks the values of a chart and of its subcharts. Schemas on servers are fetched by
/// `client`.
///
/// # Errors
/// Helm's text: each chart that fails, and what is wrong.
pub(crate) fn check(
    chart: &Chart,
    values: &Map,
    client: &Client,
    events: &dyn Events,
) -> Result<(), Error> {
    check_chart(chart, values, (client, &Compiled::default()), events).map_err(|text| {
        Error::new(Class::Input, text)
            .hint("--skip-schema-validation goes on with values that break the schema")
    })
}

/// What values are checked with: what fetches schemas from servers, and what is compiled.
pub(crate) type Means<'a> = (&'a Client, &'a Compiled);

/// The same with nothing but Helm's text.
///
/// # Errors
/// As [`check`].
pub(crate) fn check_chart(
    chart: &Chart,
    values: &Map,
    (client, compiled): Means<'_>,
    events: &dyn Events,
) -> Result<(), String> {
    let outside = Outside::new(client);
    let checked = validate_chart(chart, values, &outside, compiled);
    outside.report(events);
    checked.map_err(|error| error.text().to_owned())
}

/// Checks values against one schema.
///
/// # Errors
/// Helm's text, without a chart's name.
pub(crate) fn check_single(
    values: &Map,
    schema: &[u8],
    (client, compiled): Means<'_>,
    events: &dyn Events,
) -> Result<(), String> {
    let outside = Outside::new(client);
    let checked = validate(schema, values, &outside, compiled);
    outside.report(events);
    checked.map_err(|error| error.text().to_owned())
}

/// Files and servers that schemas may refer to.
struct Outside<'a> {
    client: &'a Client,
    /// URNs that nothing resolved, in the order in which they were met. HELM: each is told once.
    unresolved: Mutex<Vec<String>>,
    fetched: Mutex<Fetched>,
}

/// What came over the network. The schemas of a chart and its subcharts share it.
#[derive(Default)]
struct Fetched {
    documents: HashMap<String, Result<Vec<u8>, String>>,
    bytes: u64,
    time: Duration,
}

impl<'a> Outside<'a> {
    fn new(client: &'a Client) -> Self {
        Self {
            client,
            unresolved: Mutex::default(),
            fetched: Mutex::default(),
        }
    }

    fn report(self, events: &dyn Events) {
        let unresolved = self.unresolved.into_inner();
        for urn in unresolved.unwrap_or_else(PoisonError::into_inner) {
            let text = "unresolved URN reference ignored; using permissive schema";
            events.log(Log::new(Level::Warn, text).with("urn", urn));
        }
    }
}

impl Fetched {
    /// A document, from the server when it is asked for the first time.
    fn get(&mut self, url: &str, client: &Client) -> Result<Vec<u8>, String> {
        if let Some(known) = self.documents.get(url) {
            return known.clone();
        }
        let answer = self.fetch(url, client);
        self.documents.insert(url.to_owned(), answer.clone());
        answer
    }

    fn fetch(&mut self, url: &str, client: &Client) -> Result<Vec<u8>, String> {
        let left = ALL_DOWNLOADS.saturating_sub(self.time);
        if left.is_zero() {
            let seconds = ALL_DOWNLOADS.as_secs();
            return Err(format!(
                "HTTP request failed for {url}: the documents before it took {seconds} seconds"
            ));
        }
        let mut request = Request::new(url);
        request.limits.time = TIMEOUT.min(left);
        request.limits.bytes = MAX_DOCUMENT.min(MAX_FETCHED - self.bytes.min(MAX_FETCHED));
        let start = Instant::now();
        let answer = client.get_blocking(&request);
        self.time += start.elapsed();
        match answer {
            Ok(answer) => {
                self.bytes += answer.body.len() as u64;
                Ok(answer.body)
            }
            Err(error) => Err(failed(url, &error)),
        }
    }
}

/// HELM: its words for a status, for no answer, and for one that breaks off.
fn failed(url: &str, error: &pintle_fetch::Error) -> String {
    if let Some(status) = error.status() {
        let words = pintle_fetch::reason::status_text(status);
        return format!("HTTP request to {url} returned status {status} ({words})");
    }
    let text = error.to_string();
    if text.starts_with("Get ") {
        return format!("HTTP request failed for {url}: {text}");
    }
    text
}

impl Loader for Outside<'_> {
    fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|error| format!("open {path}: {}", go_text(&error)))?;
        file.take(MAX_DOCUMENT + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| format!("read {path}: {}", go_text(&error)))?;
        if bytes.len() as u64 > MAX_DOCUMENT {
            return Err(format!("read {path}: larger than {MAX_DOCUMENT} bytes"));
        }
        Ok(bytes)
    }

    fn http(&self, url: &str) -> Result<Vec<u8>, String> {
        let fetched = self.fetched.lock();
        fetched
            .unwrap_or_else(PoisonError::into_inner)
            .get(url, self.client)
    }

    fn unresolved_urn(&self, urn: &str) {
        let mut unresolved = self
            .unresolved
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !unresolved.iter().any(|known| known == urn) {
            unresolved.push(urn.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn documents_are_fetched_once_and_not_forever() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let lines = BufReader::new(&stream).lines().map_while(Result::ok);
                lines.take_while(|line| !line.is_empty()).for_each(drop);
                count.fetch_add(1, Ordering::SeqCst);
                let answer =
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ntrue";
                let _ = (&stream).write_all(answer.as_bytes());
            }
        });
        let client = Client::new("test");
        let outside = Outside::new(&client);
        let url = format!("http://{address}/a");
        assert_eq!(outside.http(&url), Ok(b"true".to_vec()));
        assert_eq!(outside.http(&url), Ok(b"true".to_vec()));
        assert_eq!(asked.load(Ordering::SeqCst), 1);

        let mut fetched = Fetched {
            bytes: MAX_FETCHED,
            ..Fetched::default()
        };
        let error = fetched.get(&url, &client).unwrap_err();
        assert!(error.ends_with("is larger than 0 bytes"), "{error}");
        let mut fetched = Fetched {
            time: ALL_DOWNLOADS,
            ..Fetched::default()
        };
        let error = fetched.get(&url, &client).unwrap_err();
        assert!(
            error.ends_with("the documents before it took 60 seconds"),
            "{error}"
        );
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }
}
