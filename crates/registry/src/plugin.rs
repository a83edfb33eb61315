//! Plugins in registries.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::client::{METADATA, printable};
use crate::manifest::from_json;
use crate::{Client, Descriptor, Error, Reference};

/// What says that something is a plugin.
const PLUGIN: &str = "application/vnd.helm.plugin.v1+json";

/// The most bytes of a plugin's archive.
const ARCHIVE: u64 = 512 << 20;

/// A plugin that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PulledPlugin {
    /// The archive.
    pub archive: Vec<u8>,
    /// Its signature, if it has one.
    pub provenance: Option<Vec<u8>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    #[serde(default)]
    artifact_type: String,
    config: Descriptor,
    #[serde(default)]
    layers: Vec<Layer>,
}

#[derive(Debug, Deserialize)]
struct Layer {
    #[serde(flatten)]
    descriptor: Descriptor,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

impl Client {
    /// Fetches a plugin.
    ///
    /// HELM: its archive is the layer with the title `NAME-….tgz`, NAME being the last part of
    /// the reference.
    ///
    /// # Errors
    /// No such plugin, something that is none, and anything that is not what it is said to be.
    pub async fn pull_plugin(&self, reference: &Reference) -> Result<PulledPlugin, Error> {
        if reference.tag.is_none() && reference.digest.is_none() {
            return Err(Error::new(
                "failed to perform \"FetchReference\" on source: invalid reference",
            )
            .with_hint("name a version, too: oci://REGISTRY/PATH/NAME:VERSION"));
        }
        let bytes = self.root_bytes(reference).await?;
        let manifest: Manifest = from_json(&bytes)
            .map_err(|error| Error::new(format!("unable to parse manifest: {error}")))?;
        check(&manifest)?;
        let prefix = format!("{}-", reference.name());
        let layer = |end: &str| {
            let is_it = |layer: &&Layer| {
                let title = layer.annotations.get("org.opencontainers.image.title");
                title.is_some_and(|title| title.starts_with(&prefix) && title.ends_with(end))
            };
            manifest.layers.iter().find(is_it)
        };
        let archive = layer(".tgz").ok_or_else(|| {
            Error::new(format!(
                "required layer matching pattern {prefix}VERSION.tgz not found in manifest"
            ))
        })?;
        let descriptor = &archive.descriptor;
        let archive = self.blob(reference, descriptor, ARCHIVE).await?;
        let mut provenance = None;
        if let Some(layer) = layer(".tgz.prov") {
            let descriptor = &layer.descriptor;
            provenance = Some(self.blob(reference, descriptor, METADATA).await?);
        }
        Ok(PulledPlugin {
            archive,
            provenance,
        })
    }
}

fn check(manifest: &Manifest) -> Result<(), Error> {
    let (kind, config) = (&manifest.artifact_type, &manifest.config.media_type);
    let text = match (kind.as_str(), config.as_str()) {
        (PLUGIN, _) | ("", PLUGIN) => return Ok(()),
        ("", other) => format!(
            "expected config media type {PLUGIN} for legacy compatibility, got {}",
            printable(other)
        ),
        (other, _) => format!("expected artifact type {PLUGIN}, got {}", printable(other)),
    };
    Err(Error::new(text).with_hint("it is something else than a plugin"))
}
