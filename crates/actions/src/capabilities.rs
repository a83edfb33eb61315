//! What templates are told of the cluster.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pintle_cluster::lookup::{ClusterLookup, LookupError};
use pintle_go_value::Value;
use pintle_render::{Capabilities, KubeVersion};
use tokio::runtime::Handle;

use crate::{Error, Events, Level, Log, Session};

/// Asks the cluster for its version and kinds.
///
/// # Errors
/// Helm's texts.
pub(crate) async fn of(
    session: &Session,
) -> Result<(Capabilities, Option<Arc<dyn pintle_render::Lookup>>), Error> {
    let version = session.cluster.server_version().await.map_err(|error| {
        Error::from(error).prefixed("could not get server version from Kubernetes: ")
    })?;
    let discovery = session.cluster.discovery().await.map_err(|error| {
        Error::from(error).prefixed("could not get apiVersions from Kubernetes: ")
    })?;
    for group in discovery.failed_groups() {
        let log = Log::new(
            Level::Warn,
            "the kubernetes server has an orphaned API service",
        );
        session.events.log(log.with("error", group));
    }
    let normalized = KubeVersion::parse(&version.git_version)
        .map_or_else(|_| version.git_version.clone(), |parsed| parsed.normalized);
    let capabilities = Capabilities {
        kube_version: KubeVersion {
            version: version.git_version,
            normalized,
            major: version.major,
            minor: version.minor,
        },
        api_versions: discovery.api_versions().map(str::to_owned).collect(),
        ..Capabilities::default()
    };
    let lookup = Lookup {
        cluster: ClusterLookup::new(session.cluster.clone(), Handle::current()),
        events: Arc::clone(&session.events),
        told: AtomicBool::new(false),
    };
    Ok((capabilities, Some(Arc::new(lookup))))
}

/// The function `lookup` over a cluster.
struct Lookup {
    cluster: ClusterLookup,
    events: Arc<dyn Events>,
    /// Whether a failure was told. It ends the rendering; when it is explained, the same is
    /// looked up once more.
    told: AtomicBool,
}

impl Lookup {
    /// HELM: lines of log before the error, each where it came up.
    fn tell(&self, error: &LookupError) {
        let LookupError::Unknown {
            group_version,
            kind,
            reason,
        } = error
        else {
            return;
        };
        if self.told.swap(true, Ordering::Relaxed) {
            return;
        }
        let log = Log::new(Level::Error, "unable to retrieve resource list");
        let log = log.with("GroupVersion", group_version);
        self.events.log(log.with("error", reason.to_string()));
        let log = Log::new(Level::Error, "unable to get apiresource");
        let log = log.with("groupVersionKind", kind);
        self.events.log(log.with("error", reason.to_string()));
    }
}

impl pintle_render::Lookup for Lookup {
    fn lookup(
        &self,
        api_version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Value, String> {
        self.cluster
            .lookup(api_version, kind, namespace, name)
            .map_err(|error| {
                self.tell(&error);
                error.to_string()
            })
    }
}
