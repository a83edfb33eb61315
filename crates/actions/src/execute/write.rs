//! Single objects written, replaced and deleted.

use pintle_cluster::{ClientSideUpdate, Cluster, Propagation, Resource, WriteOptions};
use pintle_plan::{Action, Object};
use serde_json::{Value, json};

use crate::objects::resolved;
use crate::{Cascade, Class, Error, Level, Log, Session};

/// How objects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteMode {
    /// Server-side apply.
    ServerSide {
        /// Take over fields of other managers.
        force_conflicts: bool,
        /// First hand over the fields that were written client-side.
        migrate: bool,
    },
    /// Patches made from the manifests and the live object.
    ClientSide {
        /// Look at the live object for custom resources too.
        three_way_for_all: bool,
    },
    /// The whole object replaced.
    Replace,
}

impl WriteMode {
    pub fn server_side(self) -> bool {
        matches!(self, Self::ServerSide { .. })
    }

    /// How objects that exist already are brought to a new form.
    ///
    /// # Errors
    /// HELM: choices that exclude each other are found out only here, after the record of the
    /// new revision was written.
    pub fn of_update(update: UpdateFlags) -> Result<Self, Error> {
        let refuse = |text: &str| Err(Error::new(Class::Input, text));
        match update {
            UpdateFlags {
                server_side: true,
                force_replace: true,
                ..
            } => {
                refuse("invalid operation: cannot use server-side apply and force replace together")
            }
            UpdateFlags {
                server_side: true,
                force_conflicts,
                migrate,
                ..
            } => Ok(Self::ServerSide {
                force_conflicts,
                migrate,
            }),
            UpdateFlags {
                force_conflicts: true,
                ..
            } => refuse(
                "invalid client update option(s): forceConflicts enabled when serverSideApply disabled",
            ),
            UpdateFlags {
                force_replace: true,
                ..
            } => Ok(Self::Replace),
            UpdateFlags {
                three_way_for_all, ..
            } => Ok(Self::ClientSide { three_way_for_all }),
        }
    }
}

/// What the flags and the last revision say about an update.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct UpdateFlags {
    pub server_side: bool,
    pub force_replace: bool,
    pub force_conflicts: bool,
    /// Fields written client-side are handed over first.
    pub migrate: bool,
    /// Custom resources, too, are compared with what is in the cluster.
    pub three_way_for_all: bool,
}

/// What came of writing one object.
#[derive(Default)]
pub(super) struct Written {
    /// The object, when it did not exist before.
    pub created: Option<Object>,
    /// Why it was not written, when that need not stop the objects after it.
    pub failure: Option<Error>,
}

/// Writes one object.
///
/// HELM: an object that exists and cannot be changed does not stop the objects after it; all
/// such errors are told together. Any other error stops.
pub(super) async fn write(
    session: &Session,
    mode: WriteMode,
    track_created: bool,
    namespace: &str,
    action: &Action,
) -> Result<Written, Error> {
    match action {
        Action::Create { object } => {
            let resource = one(session, object, namespace).await?;
            create(&session.cluster, &resource, mode.server_side()).await?;
            Ok(Written {
                created: Some(object.clone()),
                failure: None,
            })
        }
        Action::Apply { object, previous } => {
            let resource = one(session, object, namespace).await?;
            let previous = previous.as_deref();
            let mut written = apply(session, mode, track_created, &resource, previous).await?;
            written.created = written.created.map(|_| object.clone());
            Ok(written)
        }
        other => Err(Error::new(
            Class::State,
            format!("{other:?} cannot run beside other steps"),
        )),
    }
}

async fn one(session: &Session, object: &Object, namespace: &str) -> Result<Resource, Error> {
    let found = resolved(session, std::slice::from_ref(object), namespace).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| Error::new(Class::State, format!("{} is no object", object.key)))
}

/// HELM: an object whose name the server makes up is always created anew.
pub(crate) async fn create(
    cluster: &Cluster,
    resource: &Resource,
    server_side: bool,
) -> Result<Value, Error> {
    let options = WriteOptions::default();
    let written = if server_side && !resource.name.is_empty() {
        cluster.apply(resource, &options).await
    } else {
        cluster.create(resource, &options).await
    };
    Ok(written?)
}

/// Brings one object to its new form.
async fn apply(
    session: &Session,
    mode: WriteMode,
    track_created: bool,
    resource: &Resource,
    previous: Option<&Object>,
) -> Result<Written, Error> {
    let cluster = &session.cluster;
    // Server-side apply needs no look at an object that was there before: one request.
    let blind = matches!(mode, WriteMode::ServerSide { migrate: false, .. })
        && !track_created
        && previous.is_some();
    if blind && !resource.name.is_empty() {
        let failure = change(cluster, mode, resource, previous, &Value::Null)
            .await
            .err();
        return Ok(Written {
            created: None,
            failure,
        });
    }
    let live = if resource.name.is_empty() {
        None
    } else {
        cluster.get_resource(resource).await.map_err(|error| {
            Error::from(error).prefixed("could not get information about the resource: ")
        })?
    };
    let Some(live) = live else {
        create(cluster, resource, mode.server_side())
            .await
            .map_err(|error| error.prefixed("failed to create resource: "))?;
        let created = Some(Object::new(resource.body.clone()));
        return Ok(Written {
            created,
            failure: None,
        });
    };
    if previous.is_none() {
        session.events.log(
            Log::new(
                Level::Warn,
                "resource exists on cluster but not in original release, using cluster state as baseline",
            )
            .with("namespace", resource.namespace.as_str())
            .with("name", resource.name.as_str())
            .with("kind", resource.kind.gvk.kind.as_str()),
        );
    }
    let failure = change(cluster, mode, resource, previous, &live).await.err();
    Ok(Written {
        created: None,
        failure,
    })
}

async fn change(
    cluster: &Cluster,
    mode: WriteMode,
    resource: &Resource,
    previous: Option<&Object>,
    live: &Value,
) -> Result<(), Error> {
    let options = WriteOptions::default();
    match mode {
        WriteMode::ServerSide {
            force_conflicts,
            migrate,
        } => {
            if migrate {
                cluster.migrate_to_server_side(resource, live).await?;
            }
            let options = WriteOptions {
                force_conflicts,
                ..options
            };
            cluster.apply(resource, &options).await?;
        }
        WriteMode::ClientSide { three_way_for_all } => {
            let update = ClientSideUpdate {
                previous: previous.map(|object| &object.body),
                live,
                three_way_for_all,
            };
            cluster
                .update_client_side(resource, update, &options)
                .await?;
        }
        WriteMode::Replace => {
            cluster.replace(resource, live, &options).await?;
        }
    }
    Ok(())
}

/// HELM: the namespace gets a label of its own name.
pub(super) async fn create_namespace(
    cluster: &Cluster,
    name: &str,
    server_side: bool,
) -> Result<(), Error> {
    let body = json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {"name": name}},
    });
    let resources = cluster.resolve(vec![body], "").await?;
    for resource in &resources {
        let options = WriteOptions::default();
        let made = if server_side {
            cluster.apply(resource, &options).await
        } else {
            cluster.create(resource, &options).await
        };
        match made {
            Err(error) if !error.is_already_exists() => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Deletes what the new manifest no longer holds; tells why not, when that is an error.
///
/// HELM: an object that cannot be read, is gone, or has the resource policy `keep` in the
/// cluster is left alone without a word.
pub(super) async fn delete_removed(
    session: &Session,
    object: &Object,
    namespace: &str,
) -> Result<Option<Error>, Error> {
    let resource = one(session, object, namespace).await?;
    let Ok(Some(live)) = session.cluster.get_resource(&resource).await else {
        return Ok(None);
    };
    if Object::new(live).annotation("helm.sh/resource-policy") == Some("keep") {
        return Ok(None);
    }
    let deleted = session
        .cluster
        .delete(&resource, Propagation::Background)
        .await;
    Ok(deleted.err().map(|error| {
        Error::from(error).prefixed(&format!(
            "failed to delete resource namespace={}, name={}, kind={}: ",
            resource.namespace, resource.name, resource.kind.gvk.kind
        ))
    }))
}

/// Deletes an object of a release that goes away.
pub(super) async fn delete(
    session: &Session,
    action: &Action,
    namespace: &str,
    cascade: Cascade,
) -> Result<(), Error> {
    let Action::Delete { object } = action else {
        return Err(Error::new(
            Class::State,
            format!("{action:?} cannot run beside deletions"),
        ));
    };
    let resource = one(session, object, namespace).await?;
    session.cluster.delete(&resource, cascade).await?;
    Ok(())
}
