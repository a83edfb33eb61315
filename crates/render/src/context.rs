//! What a render is told besides chart and values.

use std::sync::Arc;

use pintle_go_value::{Map, Value};
use pintle_sprig::Env;

use crate::{Capabilities, Dialect};

/// The release for which a chart is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseFacts {
    /// `.Release.Name`
    pub name: String,
    /// `.Release.Namespace`
    pub namespace: String,
    /// `.Release.Revision`; 0 when there is no operation, as in `lint`
    pub revision: u32,
    /// `.Release.IsUpgrade`; `.Release.IsInstall` is the opposite, if there is an operation
    pub is_upgrade: bool,
}

impl ReleaseFacts {
    /// The facts of a first install, as `helm template` has them.
    pub fn install(name: &str, namespace: &str) -> Self {
        Self {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            revision: 1,
            is_upgrade: false,
        }
    }

    /// Helm 2 also told the time of the release.
    pub(crate) fn to_value(&self, dialect: Dialect, env: &Env) -> Value {
        let map: Map = [
            ("Name", Value::from(self.name.as_str())),
            ("Namespace", Value::from(self.namespace.as_str())),
            ("IsUpgrade", Value::Bool(self.is_upgrade)),
            (
                "IsInstall",
                Value::Bool(!self.is_upgrade && self.revision > 0),
            ),
            ("Revision", Value::Int(i64::from(self.revision))),
            ("Service", Value::from(dialect.service())),
        ]
        .into_iter()
        .collect();
        if dialect == Dialect::Helm2 {
            let now = env.clock.now();
            let time: Map = [
                ("Seconds", Value::Int64(now.as_second())),
                ("Nanos", Value::Int64(i64::from(now.subsec_nanosecond()))),
            ]
            .into_iter()
            .collect();
            map.set("Time", Value::Map(time));
        }
        Value::Map(map)
    }
}

/// The cluster's one window into rendering: what the template function `lookup` asks.
pub trait Lookup: Send + Sync {
    /// One object, or with an empty `name` a list; an empty map when there is none.
    ///
    /// # Errors
    /// The text that fails the render.
    fn lookup(
        &self,
        api_version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Value, String>;
}

/// Everything a render depends on besides chart and values.
#[derive(Clone)]
pub struct Context {
    /// The release.
    pub release: ReleaseFacts,
    /// The cluster's abilities.
    pub capabilities: Capabilities,
    /// The cluster, when templates may ask it; without one `lookup` finds nothing.
    pub lookup: Option<Arc<dyn Lookup>>,
    /// Clock, randomness and DNS.
    pub env: Env,
    /// What else the templates are told.
    pub dialect: Dialect,
}

impl Context {
    /// A render without a cluster: the [`Capabilities`] that Helm assumes, nothing to look up.
    pub fn offline(release: ReleaseFacts, env: Env) -> Self {
        Self {
            release,
            capabilities: Capabilities::default(),
            lookup: None,
            env,
            dialect: Dialect::default(),
        }
    }
}
