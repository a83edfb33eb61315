//! Records in memory: for tests, and for trying charts without a place to keep records.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use pintle_release::{Release, encode};

use crate::labels::{self, Moment, record_key};
use crate::{Driver, Error, Query, Record};

/// Keeps records for as long as it lives; clones share them.
#[derive(Debug, Clone)]
pub struct MemoryDriver {
    namespace: String,
    records: Arc<Mutex<BTreeMap<(String, String), Record>>>,
}

impl MemoryDriver {
    /// For the records of one namespace, or of all of them when it is empty.
    pub fn new(namespace: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            records: Arc::default(),
        }
    }

    /// The same records, seen from another namespace.
    #[must_use]
    pub fn in_namespace(&self, namespace: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            records: Arc::clone(&self.records),
        }
    }

    fn records(&self) -> MutexGuard<'_, BTreeMap<(String, String), Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, release: &Release, moment: Moment) -> Result<(), Error> {
        let key = record_key(&release.name, release.revision);
        let place = (release.namespace.clone(), key.clone());
        let mut records = self.records();
        match (moment, records.contains_key(&place)) {
            (Moment::Created(_), true) => return Err(Error::AlreadyExists),
            (Moment::Modified(_), false) => return Err(Error::NotFound),
            _ => {}
        }
        let packed = encode(release).map_err(|source| Error::Encoding {
            doing: "create: failed to encode release",
            key: key.clone(),
            source,
        })?;
        let record = Record {
            key,
            namespace: release.namespace.clone(),
            labels: labels::of(release, moment),
            data: Some(Arc::from(packed.into_bytes())),
        };
        records.insert(place, record);
        Ok(())
    }
}

impl Driver for MemoryDriver {
    fn name(&self) -> &'static str {
        "Memory"
    }

    fn namespace(&self) -> &str {
        &self.namespace
    }

    fn get<'a>(&'a self, namespace: &'a str, key: &'a str) -> BoxFuture<'a, Result<Record, Error>> {
        let place = (namespace.to_owned(), key.to_owned());
        let found = self.records().get(&place).cloned();
        Box::pin(ready(found.ok_or(Error::NotFound)))
    }

    fn list<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Record>, Error>> {
        let here =
            |record: &&Record| self.namespace.is_empty() || record.namespace == self.namespace;
        let found = self
            .records()
            .values()
            .filter(here)
            .filter(|record| query.fits(&record.labels))
            .cloned()
            .collect();
        Box::pin(ready(Ok(found)))
    }

    fn create<'a>(&'a self, release: &'a Release, now: i64) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(ready(self.put(release, Moment::Created(now))))
    }

    fn update<'a>(&'a self, release: &'a Release, now: i64) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(ready(self.put(release, Moment::Modified(now))))
    }

    fn delete<'a>(&'a self, namespace: &'a str, key: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        let place = (namespace.to_owned(), key.to_owned());
        let removed = self.records().remove(&place);
        Box::pin(ready(removed.map(|_| ()).ok_or(Error::NotFound)))
    }
}
