//! Records in Secrets, the default.

use futures::future::BoxFuture;
use pintle_cluster::Cluster;
use pintle_release::Release;

use crate::objects::{Flavour, Objects};
use crate::{Driver, Error, Query, Record};

/// Keeps each revision in a Secret of the release's namespace.
#[derive(Debug, Clone)]
pub struct SecretDriver(Objects);

impl SecretDriver {
    /// For the records of one namespace, or of all of them when it is empty.
    pub fn new(cluster: Cluster, namespace: &str) -> Self {
        Self(Objects::new(cluster, namespace, Flavour::Secret))
    }
}

impl Driver for SecretDriver {
    fn name(&self) -> &'static str {
        "Secret"
    }

    fn namespace(&self) -> &str {
        self.0.namespace()
    }

    fn get<'a>(&'a self, namespace: &'a str, key: &'a str) -> BoxFuture<'a, Result<Record, Error>> {
        Box::pin(self.0.get(namespace, key))
    }

    fn list<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Record>, Error>> {
        Box::pin(self.0.list(query))
    }

    fn create<'a>(&'a self, release: &'a Release, now: i64) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(self.0.create(release, now))
    }

    fn update<'a>(&'a self, release: &'a Release, now: i64) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(self.0.update(release, now))
    }

    fn delete<'a>(&'a self, namespace: &'a str, key: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(self.0.delete(namespace, key))
    }
}
