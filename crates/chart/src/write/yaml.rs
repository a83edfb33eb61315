//! `Chart.yaml` and `Chart.lock` written anew: known fields alone, in the order of their names.

use pintle_go_value::json;
use serde::Serialize;

use crate::{Error, Lock, Metadata};

impl Metadata {
    /// The bytes of a `Chart.yaml` that says this, as Helm writes them.
    ///
    /// # Errors
    /// None that a chart which was read can cause.
    pub fn to_yaml(&self) -> Result<Vec<u8>, Error> {
        written(self)
    }
}

impl Lock {
    /// The bytes of a `Chart.lock` that says this, as Helm writes them.
    ///
    /// # Errors
    /// None that a lock which was read can cause.
    pub fn to_yaml(&self) -> Result<Vec<u8>, Error> {
        written(self)
    }
}

/// HELM: its YAML goes through JSON, which is what gives keys their order.
fn written(fields: &impl Serialize) -> Result<Vec<u8>, Error> {
    let text = serde_json::to_vec(fields).map_err(|error| Error::new(error.to_string()))?;
    let value = json::decode(&text).map_err(|error| Error::new(error.to_string()))?;
    pintle_go_yaml::emit(&value).map_err(|error| Error::new(error.shown()))
}
