//! Where releases are kept: `HELM_DRIVER`.

use crate::env::{self, Environment};
use crate::errors::Failure;
use crate::log::Level;
use crate::quote::quote;

/// A place for release records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driver {
    /// Secrets in the release's namespace
    Secret,
    /// ConfigMaps in the release's namespace
    ConfigMap,
    /// this process, filled from files
    Memory,
    /// a PostgreSQL database
    Sql,
}

impl Driver {
    /// The driver that the environment names.
    ///
    /// # Errors
    /// HELM: every command fails on a driver that does not exist, also those without need of one.
    pub fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        match environment.get(env::HELM_DRIVER) {
            "" | "secret" | "secrets" => Ok(Self::Secret),
            "configmap" | "configmaps" => Ok(Self::ConfigMap),
            "memory" => Ok(Self::Memory),
            "sql" => Ok(Self::Sql),
            other => {
                let text = format!("unknown driver {}", quote(other));
                Err(Failure::log(Level::Info, &text, &[])
                    .hint("HELM_DRIVER is secret, configmap, memory or sql"))
            }
        }
    }
}
