//! Records as objects of a cluster: what Secrets and ConfigMaps have in common.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pintle_cluster::{Cluster, Error as ClusterError, GroupVersionKind, ListOptions, ResourceKind};
use pintle_release::{Release, encode};
use serde_json::{Value, json};

use crate::labels::{self, Moment, record_key};
use crate::{Error, Query, Record};

/// How many records one answer of the server holds; a record has up to a megabyte.
const PAGE: u32 = 250;

/// Which kind of object keeps the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// Bytes of a Secret are base64 once more on the wire.
    Secret,
    ConfigMap,
}

impl Flavour {
    fn kind(self) -> ResourceKind {
        let (kind, plural) = match self {
            Self::Secret => ("Secret", "secrets"),
            Self::ConfigMap => ("ConfigMap", "configmaps"),
        };
        ResourceKind {
            gvk: GroupVersionKind::new("", "v1", kind),
            plural: plural.to_owned(),
            namespaced: true,
            watchable: true,
        }
    }
}

/// Records in a cluster.
#[derive(Clone)]
pub(crate) struct Objects {
    cluster: Cluster,
    namespace: String,
    flavour: Flavour,
    kind: ResourceKind,
}

impl Objects {
    pub(crate) fn new(cluster: Cluster, namespace: &str, flavour: Flavour) -> Self {
        Self {
            cluster,
            namespace: namespace.to_owned(),
            flavour,
            kind: flavour.kind(),
        }
    }

    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }

    pub(crate) async fn get(&self, namespace: &str, key: &str) -> Result<Record, Error> {
        let found = self.cluster.read_object(&self.kind, namespace, key).await;
        let object = found.map_err(|source| Error::Cluster {
            doing: format!("get: failed to get {key:?}"),
            source,
        })?;
        self.record(object.ok_or(Error::NotFound)?)
    }

    pub(crate) async fn list(&self, query: &Query) -> Result<Vec<Record>, Error> {
        let options = ListOptions {
            namespace: self.namespace.clone(),
            labels: query.selector(),
            // HELM: the history of one release is asked for at once.
            page_size: if query.name.is_some() { 0 } else { PAGE },
            metadata_only: query.metadata_only,
            ..ListOptions::default()
        };
        let objects = self
            .cluster
            .list(&self.kind, &options)
            .await
            .map_err(|source| Error::Cluster {
                doing: if query.name.is_some() {
                    "query: failed to query with labels".to_owned()
                } else {
                    "list: failed to list".to_owned()
                },
                source,
            })?;
        objects
            .into_iter()
            .map(|object| self.record(object))
            .collect()
    }

    pub(crate) async fn create(&self, release: &Release, now: i64) -> Result<(), Error> {
        let body = self.body(release, Moment::Created(now))?;
        let created = self
            .cluster
            .create_object(&self.kind, &release.namespace, &body)
            .await;
        match created {
            Ok(_) => Ok(()),
            Err(error) if error.is_already_exists() => Err(Error::AlreadyExists),
            Err(source) => Err(Error::Cluster {
                doing: "create: failed to create".to_owned(),
                source,
            }),
        }
    }

    pub(crate) async fn update(&self, release: &Release, now: i64) -> Result<(), Error> {
        let body = self.body(release, Moment::Modified(now))?;
        let key = record_key(&release.name, release.revision);
        let replaced = self
            .cluster
            .replace_object(&self.kind, &release.namespace, &key, &body)
            .await;
        replaced.map(|_| ()).map_err(|source| Error::Cluster {
            doing: "update: failed to update".to_owned(),
            source,
        })
    }

    pub(crate) async fn delete(&self, namespace: &str, key: &str) -> Result<(), Error> {
        let deleted = self.cluster.delete_object(&self.kind, namespace, key).await;
        if deleted.map_err(not_deleted)? {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    }

    fn body(&self, release: &Release, moment: Moment) -> Result<Value, Error> {
        let key = record_key(&release.name, release.revision);
        let packed = encode(release).map_err(|source| Error::Encoding {
            doing: "create: failed to encode release",
            key: key.clone(),
            source,
        })?;
        let metadata = json!({
            "name": key,
            "namespace": release.namespace,
            "labels": labels::of(release, moment),
        });
        Ok(match self.flavour {
            Flavour::Secret => json!({
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": metadata,
                "type": "helm.sh/release.v1",
                "data": {"release": STANDARD.encode(packed)},
            }),
            Flavour::ConfigMap => json!({
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": metadata,
                "data": {"release": packed},
            }),
        })
    }

    fn record(&self, object: Value) -> Result<Record, Error> {
        let text = |pointer: &str| {
            object
                .pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let key = text("/metadata/name").to_owned();
        let labels: BTreeMap<String, String> = object
            .pointer("/metadata/labels")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect();
        let data = match object.pointer("/data/release").and_then(Value::as_str) {
            None => None,
            Some(text) if self.flavour == Flavour::ConfigMap => Some(Arc::from(text.as_bytes())),
            Some(text) => match STANDARD.decode(text) {
                Ok(bytes) => Some(Arc::from(bytes)),
                Err(error) => {
                    return Err(Error::Encoding {
                        doing: "get: failed to decode data",
                        key,
                        source: error.into(),
                    });
                }
            },
        };
        Ok(Record {
            namespace: text("/metadata/namespace").to_owned(),
            key,
            labels,
            data,
        })
    }
}

fn not_deleted(source: ClusterError) -> Error {
    Error::Cluster {
        doing: "delete: failed to delete".to_owned(),
        source,
    }
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}s in {:?}", self.flavour, self.namespace)
    }
}
