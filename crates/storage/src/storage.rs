//! What actions ask of the place where records are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::StreamExt;
use pintle_release::{Release, Status};

use crate::history::surplus;
use crate::labels::record_key;
use crate::{Driver, Error, Query, Record};

/// How many records are fetched at once.
const PARALLEL: usize = 16;

/// Release records, wherever they are kept. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Storage {
    driver: Arc<dyn Driver>,
    max_history: usize,
}

impl Storage {
    /// Records in this driver, with no limit on their number.
    pub fn new(driver: impl Driver + 'static) -> Self {
        Self::shared(Arc::new(driver))
    }

    /// As [`Storage::new`], for a driver chosen at run time.
    pub fn shared(driver: Arc<dyn Driver>) -> Self {
        Self {
            driver,
            max_history: 0,
        }
    }

    /// The same with at most so many revisions a release (`--history-max`); 0 for no limit.
    #[must_use]
    pub fn with_max_history(mut self, max_history: usize) -> Self {
        self.max_history = max_history;
        self
    }

    /// The driver.
    pub fn driver(&self) -> &dyn Driver {
        &*self.driver
    }

    /// One revision.
    ///
    /// # Errors
    /// [`Error::NotFound`]; the record is damaged; the cluster refused.
    pub async fn get(&self, name: &str, revision: u32) -> Result<Release, Error> {
        self.record(name, revision).await?.release()
    }

    /// One revision, still packed, with all its labels.
    pub async fn record(&self, name: &str, revision: u32) -> Result<Record, Error> {
        self.driver
            .get(self.driver.namespace(), &record_key(name, revision))
            .await
    }

    /// Keeps a new revision. First makes room for it, if there is a limit; `now` is in Unix
    /// seconds.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`]; old revisions cannot be deleted; the cluster refused.
    pub async fn create(&self, release: &Release, now: i64) -> Result<(), Error> {
        if self.max_history > 0 {
            self.trim(&release.name, self.max_history - 1).await?;
        }
        self.driver.create(release, now).await
    }

    /// Replaces a revision; `now` is in Unix seconds.
    pub async fn update(&self, release: &Release, now: i64) -> Result<(), Error> {
        self.driver.update(release, now).await
    }

    /// Removes a revision.
    pub async fn delete(&self, name: &str, revision: u32) -> Result<(), Error> {
        let key = record_key(name, revision);
        self.driver.delete(self.driver.namespace(), &key).await
    }

    /// Removes these revisions, all at once; ones that are gone already are no error.
    pub async fn delete_all(&self, records: &[Record]) -> Result<(), Error> {
        let deletions = records
            .iter()
            .map(|record| self.driver.delete(&record.namespace, &record.key));
        let results: Vec<_> = futures::stream::iter(deletions)
            .buffer_unordered(PARALLEL)
            .collect()
            .await;
        let mut failures: Vec<Error> = results
            .into_iter()
            .filter_map(Result::err)
            .filter(|error| !error.is_not_found())
            .collect();
        match failures.len() {
            0 => Ok(()),
            1 => Err(failures.remove(0)),
            count => Err(Error::Trimming {
                count,
                first: Box::new(failures.remove(0)),
            }),
        }
    }

    /// Deletes the oldest revisions until at most `keep` remain; the deployed one always does.
    pub async fn trim(&self, name: &str, keep: usize) -> Result<(), Error> {
        let records = self.driver.list(&Query::of(name).without_data()).await?;
        let surplus: Vec<Record> = surplus(&records, keep).into_iter().cloned().collect();
        self.delete_all(&surplus).await
    }

    /// Which revisions there are, oldest first, without their data.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there are none.
    pub async fn revisions(&self, name: &str) -> Result<Vec<Record>, Error> {
        self.sorted(&Query::of(name).without_data()).await
    }

    /// All revisions, oldest first, each still packed.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there are none.
    pub async fn history(&self, name: &str) -> Result<Vec<Record>, Error> {
        self.sorted(&Query::of(name)).await
    }

    async fn sorted(&self, query: &Query) -> Result<Vec<Record>, Error> {
        let mut records = self.driver.list(query).await?;
        if records.is_empty() {
            return Err(Error::NotFound);
        }
        records.sort_by_key(Record::revision);
        Ok(records)
    }

    /// The newest revision.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there are none.
    pub async fn last(&self, name: &str) -> Result<Release, Error> {
        self.last_record(name).await?.release()
    }

    /// The newest revision, still packed, with all its labels.
    pub async fn last_record(&self, name: &str) -> Result<Record, Error> {
        let mut records = self.revisions(name).await?;
        let newest = records.pop().ok_or(Error::NotFound)?;
        self.with_data(newest).await
    }

    /// The newest deployed revision.
    ///
    /// # Errors
    /// [`Error::NoDeployed`] when there is none.
    pub async fn deployed(&self, name: &str) -> Result<Release, Error> {
        let records = self.deployed_records(name).await?;
        let newest = records.into_iter().next_back();
        let newest = newest.ok_or_else(|| Error::NoDeployed {
            name: name.to_owned(),
        })?;
        self.with_data(newest).await?.release()
    }

    /// Every revision that is marked deployed, oldest first, without data. More than one is left
    /// when an upgrade was cut off between its last two writes.
    pub async fn deployed_records(&self, name: &str) -> Result<Vec<Record>, Error> {
        let query = Query {
            status: Some(Status::Deployed),
            ..Query::of(name).without_data()
        };
        let mut records = self.driver.list(&query).await?;
        records.sort_by_key(Record::revision);
        Ok(records)
    }

    /// Every revision of every release, still packed.
    pub async fn list(&self) -> Result<Vec<Record>, Error> {
        self.driver.list(&Query::default()).await
    }

    /// The newest revision of every release, still packed; by namespace and name.
    ///
    /// Superseded revisions are most of what is stored and almost never the newest ones. So
    /// their data is left out, and what is missing in the end is fetched one by one.
    pub async fn newest(&self) -> Result<Vec<Record>, Error> {
        let all = Query::default().without_data();
        let likely = Query {
            not_status: Some(Status::Superseded),
            ..Query::default()
        };
        let (all, likely) =
            futures::future::try_join(self.driver.list(&all), self.driver.list(&likely)).await?;
        let mut newest: BTreeMap<(String, String), Record> = BTreeMap::new();
        // Records with data come last and take the place of the same ones without.
        for record in all.into_iter().chain(likely) {
            let place = (record.namespace.clone(), record.name().to_owned());
            let is_newer = newest
                .get(&place)
                .is_none_or(|known| known.revision() <= record.revision());
            if is_newer {
                newest.insert(place, record);
            }
        }
        let fetched = newest.into_values().map(|record| self.with_data(record));
        let fetched: Vec<_> = futures::stream::iter(fetched)
            .buffered(PARALLEL)
            .collect()
            .await;
        // One that was deleted meanwhile is no longer there to be listed.
        fetched
            .into_iter()
            .filter(|record| !record.as_ref().is_err_and(Error::is_not_found))
            .collect()
    }

    async fn with_data(&self, record: Record) -> Result<Record, Error> {
        if record.data.is_some() {
            return Ok(record);
        }
        self.driver.get(&record.namespace, &record.key).await
    }
}
