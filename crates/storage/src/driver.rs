//! What a driver is: something that keeps one record a revision.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use pintle_release::{Release, Status, Summary, decode, decode_summary};

use crate::Error;
use crate::labels;

/// Keeps release records of one namespace, or of all of them.
///
/// Implementations pass the shared tests in `tests/drivers.rs`.
pub trait Driver: Send + Sync + fmt::Debug {
    /// The driver's name as Helm prints it.
    fn name(&self) -> &'static str;

    /// One record with its data.
    ///
    /// # Errors
    /// [`Error::NotFound`], and what the place of storage reports.
    fn get<'a>(&'a self, namespace: &'a str, key: &'a str) -> BoxFuture<'a, Result<Record, Error>>;

    /// The records that fit.
    ///
    /// # Errors
    /// What the place of storage reports; no records at all is no error.
    fn list<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Record>, Error>>;

    /// Keeps a new record; `now` is in Unix seconds.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`], and what the place of storage reports.
    fn create<'a>(&'a self, release: &'a Release, now: i64) -> BoxFuture<'a, Result<(), Error>>;

    /// Replaces a record; `now` is in Unix seconds.
    ///
    /// # Errors
    /// What the place of storage reports.
    fn update<'a>(&'a self, release: &'a Release, now: i64) -> BoxFuture<'a, Result<(), Error>>;

    /// Removes a record.
    ///
    /// # Errors
    /// [`Error::NotFound`], and what the place of storage reports.
    fn delete<'a>(&'a self, namespace: &'a str, key: &'a str) -> BoxFuture<'a, Result<(), Error>>;

    /// The namespace whose records it keeps; empty for all of them.
    fn namespace(&self) -> &str;
}

/// Which records to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Of this release alone.
    pub name: Option<String>,
    /// In this state alone.
    pub status: Option<Status>,
    /// Not in this state.
    pub not_status: Option<Status>,
    /// Labels and keys alone; the data is left where it is.
    pub metadata_only: bool,
}

impl Query {
    /// All records of one release.
    pub fn of(name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..Self::default()
        }
    }

    /// The same, without data.
    #[must_use]
    pub fn without_data(mut self) -> Self {
        self.metadata_only = true;
        self
    }

    /// As a label selector of Kubernetes.
    pub(crate) fn selector(&self) -> String {
        let mut parts = Vec::new();
        if let Some(name) = &self.name {
            parts.push(format!("name={name}"));
        }
        parts.push(format!("owner={}", labels::OWNER));
        if let Some(status) = self.status {
            parts.push(format!("status={status}"));
        }
        if let Some(status) = self.not_status {
            parts.push(format!("status!={status}"));
        }
        parts.join(",")
    }

    /// Whether a record with these labels fits.
    pub(crate) fn fits(&self, labels: &BTreeMap<String, String>) -> bool {
        let label = |key: &str| labels.get(key).map(String::as_str);
        let status = label("status");
        label("owner") == Some(labels::OWNER)
            && self
                .name
                .as_deref()
                .is_none_or(|name| label("name") == Some(name))
            && self
                .status
                .is_none_or(|wanted| status == Some(wanted.name()))
            && self
                .not_status
                .is_none_or(|unwanted| status != Some(unwanted.name()))
    }
}

/// A stored revision: its labels, and its data still packed.
#[derive(Clone)]
pub struct Record {
    /// The name of the object that keeps it.
    pub key: String,
    /// Where that object is.
    pub namespace: String,
    /// All its labels, ours and the user's.
    pub labels: BTreeMap<String, String>,
    /// The packed release; none when only metadata was asked for.
    pub data: Option<Arc<[u8]>>,
}

impl Record {
    /// The release's name, by its label.
    pub fn name(&self) -> &str {
        self.labels.get("name").map_or("", String::as_str)
    }

    /// The revision, by its label; 0 when that is no number.
    pub fn revision(&self) -> u32 {
        self.labels
            .get("version")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    }

    /// The state, by its label.
    pub fn status(&self) -> Status {
        self.labels
            .get("status")
            .and_then(|name| Status::from_name(name))
            .unwrap_or_default()
    }

    /// Unpacks the release.
    ///
    /// # Errors
    /// The record is damaged, or was listed without data.
    pub fn release(&self) -> Result<Release, Error> {
        let mut release = decode(self.bytes()?).map_err(|source| self.damaged(source))?;
        release.labels = labels::user(&self.labels).collect();
        Ok(release)
    }

    /// Unpacks what a listing shows and skips the rest.
    ///
    /// # Errors
    /// As [`Record::release`].
    pub fn summary(&self) -> Result<Summary, Error> {
        decode_summary(self.bytes()?).map_err(|source| self.damaged(source))
    }

    fn bytes(&self) -> Result<&[u8], Error> {
        self.data.as_deref().ok_or(Error::NotFound)
    }

    fn damaged(&self, source: pintle_release::Error) -> Error {
        Error::Encoding {
            doing: "get: failed to decode data",
            key: self.key.clone(),
            source,
        }
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("key", &self.key)
            .field("namespace", &self.namespace)
            .field("labels", &self.labels)
            .field("bytes", &self.data.as_ref().map(|data| data.len()))
            .finish()
    }
}
