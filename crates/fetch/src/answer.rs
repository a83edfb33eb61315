//! What a server answers, read as it comes.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use hyper::ext::ReasonPhrase;
use reqwest::header::HeaderMap;
use tokio::time::{Instant, timeout_at};

use crate::address::shown;
use crate::reason::innermost;
use crate::{Error, Limits, Meter, Validators};

/// The head of an answer, whatever its status; the body is still to be read.
#[derive(Debug)]
pub struct Answer {
    pub(crate) inner: reqwest::Response,
    /// The URL that was asked for, before redirects.
    pub(crate) asked: String,
    pub(crate) limits: Limits,
    pub(crate) deadline: Instant,
    pub(crate) meter: Option<Meter>,
}

impl Answer {
    /// The status.
    pub fn status(&self) -> u16 {
        self.inner.status().as_u16()
    }

    /// The server's own words after the number, with the space before them.
    pub fn phrase(&self) -> String {
        let own = self.inner.extensions().get::<ReasonPhrase>();
        let own = own.map(|phrase| String::from_utf8_lossy(phrase.as_bytes()).into_owned());
        let usual = self.inner.status().canonical_reason();
        own.or(usual.map(str::to_owned))
            .map_or_else(String::new, |words| format!(" {words}"))
    }

    /// Where it came from, after all redirects; a password in it is hidden.
    pub fn url(&self) -> String {
        shown(self.inner.url())
    }

    /// A header's value, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.inner.headers(), name)
    }

    /// All headers by their names in small letters; values that came one by one with commas
    /// between them.
    pub fn headers(&self) -> BTreeMap<String, String> {
        let mut headers = BTreeMap::new();
        for (name, value) in self.inner.headers() {
            let value = String::from_utf8_lossy(value.as_bytes());
            let joined: &mut String = headers.entry(name.as_str().to_owned()).or_default();
            if !joined.is_empty() {
                joined.push(',');
            }
            joined.push_str(&value);
        }
        headers
    }

    /// How large the body is, by the server's word.
    pub fn length(&self) -> Option<u64> {
        self.header("content-length")
            .and_then(|text| text.trim().parse().ok())
    }

    /// How to ask another time whether the document has changed.
    pub fn validators(&self) -> Validators {
        Validators {
            etag: self.header("etag").map(str::to_owned),
            last_modified: self.header("last-modified").map(str::to_owned),
        }
    }

    /// The whole body.
    ///
    /// # Errors
    /// A body that ends early or is over the limit; a server too slow.
    pub async fn read(self) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        self.write_to(&mut body).await?;
        Ok(body)
    }

    /// The body into a file or whatever else takes bytes; the number of bytes.
    ///
    /// # Errors
    /// As [`Answer::read`], and what the writer cannot take.
    pub async fn write_to(mut self, sink: &mut (dyn Write + Send)) -> Result<u64, Error> {
        let (total, most) = (self.length(), self.limits.bytes);
        if total.is_some_and(|total| total > most) {
            return Err(too_large(&self.asked, most));
        }
        let meter = self.meter.as_ref();
        let mut coming = meter.map(|meter| meter.begin(&self.asked, total));
        let mut done = 0;
        while let Some(chunk) = self.chunk().await? {
            done += chunk.as_ref().len() as u64;
            if done > most {
                return Err(too_large(&self.asked, most));
            }
            sink.write_all(chunk.as_ref())
                .map_err(|error| Error::new(error.to_string()))?;
            if let Some(coming) = &mut coming {
                coming.add(chunk.as_ref().len() as u64);
            }
        }
        Ok(done)
    }

    async fn chunk(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, Error> {
        let silent = Instant::now() + self.limits.silence;
        match timeout_at(silent.min(self.deadline), self.inner.chunk()).await {
            Ok(chunk) => chunk.map_err(|error| cut_off(&error)),
            Err(_) if silent < self.deadline => {
                Err(late_body(self.limits.silence, "was silent for"))
            }
            Err(_) => Err(late_body(self.limits.time, "took more than")),
        }
    }
}

pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

pub(crate) fn too_large(url: &str, most: u64) -> Error {
    Error::new(format!("{url} is larger than {most} bytes"))
        .with_hint("is it the right address? download it yourself and look")
}

fn late_body(time: Duration, what: &str) -> Error {
    Error::new(
        "context deadline exceeded (Client.Timeout or context cancellation while reading body)",
    )
    .with_hint(format!("the server {what} {} seconds", time.as_secs()))
}

fn cut_off(error: &reqwest::Error) -> Error {
    let text = innermost(error);
    if text.contains("end of file before message length reached")
        || text.contains("unexpected EOF")
        || text.contains("connection closed")
    {
        return Error::new("unexpected EOF");
    }
    Error::new(text)
}
