//! From a registry to an archive.

use crate::client::{Call, METADATA, asked, refused};
use crate::digest::Checked;
use crate::manifest::{Index, from_json, media};
use crate::{Client, Descriptor, Digest, Error, Manifest, Reference};

/// The most bytes of a chart's archive. What unpacks to more than a chart may have is refused
/// later; this keeps a registry from filling the memory.
const ARCHIVE: u64 = 256 << 20;

/// Which parts of a chart are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The archive.
    Chart,
    /// The archive, and its signature if it has one.
    ChartAndSignature,
}

/// A chart that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// Where it was.
    pub reference: Reference,
    /// The digest of its manifest.
    pub digest: Digest,
    /// The archive.
    pub chart: Vec<u8>,
    /// The signature.
    pub provenance: Option<Vec<u8>>,
    /// Whether its archive has the media type of long ago.
    pub is_old: bool,
}

impl Pulled {
    /// What Helm prints of it.
    pub fn report(&self) -> String {
        let mut text = String::new();
        if self.is_old {
            text.push_str(&format!(
                "Warning: chart media type {} is deprecated\n",
                media::OLD_CHART
            ));
        }
        let reference = self.reference.to_string();
        text.push_str(&format!("Pulled: {reference}\nDigest: {}\n", self.digest));
        if reference.contains('_') {
            text.push_str(&underscore(&reference));
        }
        text
    }
}

/// HELM: the words on tags with `_`, with the blank line before them.
pub(crate) fn underscore(reference: &str) -> String {
    format!(
        "{reference} contains an underscore.\n\n\
         OCI artifact references (e.g. tags) do not support the plus sign (+). To support\n\
         storing semantic versions, Helm adopts the convention of changing plus (+) to\n\
         an underscore (_) in chart version tags when pushing to a registry and back to\n\
         a plus (+) when pulling from a registry.\n"
    )
}

/// A manifest as it came.
struct Fetched {
    bytes: Vec<u8>,
    digest: Digest,
    media_type: String,
    asked: String,
}

impl Client {
    /// Fetches a chart.
    ///
    /// # Errors
    /// No such chart, something that is none, and anything that is not what it is said to be.
    pub async fn pull(&self, reference: &Reference, wanted: Wanted) -> Result<Pulled, Error> {
        let root = self.root(reference).await?;
        let digest = root.digest.clone();
        let manifest = self.chart_manifest(reference, root).await?;
        let layer = manifest
            .layer(&[media::CHART, media::OLD_CHART])
            .ok_or_else(|| lacks(media::CHART))?;
        let chart = self.blob(reference, layer, ARCHIVE).await?;
        let mut provenance = None;
        if let Some(layer) = manifest.layer(&[media::PROVENANCE])
            && wanted == Wanted::ChartAndSignature
        {
            provenance = Some(self.blob(reference, layer, METADATA).await?);
        }
        Ok(Pulled {
            reference: reference.clone(),
            digest,
            chart,
            provenance,
            is_old: layer.media_type == media::OLD_CHART,
        })
    }

    /// The manifest of a chart, checked to be one, and its digest.
    ///
    /// # Errors
    /// As [`Client::pull`].
    pub async fn manifest(&self, reference: &Reference) -> Result<(Manifest, Digest), Error> {
        let root = self.root(reference).await?;
        let digest = root.digest.clone();
        Ok((self.chart_manifest(reference, root).await?, digest))
    }

    /// `Chart.yaml` as JSON, which needs no archive.
    ///
    /// # Errors
    /// As [`Client::pull`].
    pub async fn metadata(&self, reference: &Reference) -> Result<pintle_chart::Metadata, Error> {
        let (manifest, _) = self.manifest(reference).await?;
        let bytes = self.blob(reference, &manifest.config, METADATA).await?;
        from_json(&bytes)
            .map_err(|error| Error::new(format!("{reference}: the config of the chart: {error}")))
    }

    /// The manifest that a reference names, as it came.
    pub(crate) async fn root_bytes(&self, reference: &Reference) -> Result<Vec<u8>, Error> {
        Ok(self.root(reference).await?.bytes)
    }

    async fn root(&self, reference: &Reference) -> Result<Fetched, Error> {
        let object = reference.object();
        let fetched = if object.is_empty() {
            Err(Error::new("invalid reference")
                .with_hint("name a version: oci://HOST/PATH/NAME:VERSION"))
        } else {
            self.fetch_manifest(reference, object).await
        };
        fetched.map_err(|error| error.during("failed to perform \"FetchReference\" on source: "))
    }

    async fn fetch_manifest(&self, reference: &Reference, object: &str) -> Result<Fetched, Error> {
        let call = Call {
            accept: Some(media::ACCEPT),
            ..Call::get(
                self.object_url(reference, "manifests", object),
                format!("repository:{}:pull", reference.repository),
            )
        };
        let answer = self.call(&reference.registry, &call).await?;
        match answer.status() {
            200 => {}
            404 => return Err(Error::new(format!("{reference}: not found")).with_status(404)),
            _ => return Err(refused(&call, answer).await),
        }
        let asked = asked(&call, &answer);
        let media_type = answer.header("content-type").unwrap_or_default();
        let media_type = media_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let claimed = answer.header("docker-content-digest").map(str::to_owned);
        let bytes = answer.read().await?;
        let digest = Digest::of(&bytes);
        for named in claimed
            .as_deref()
            .into_iter()
            .chain(object.contains(':').then_some(object))
        {
            let named = Digest::parse(named).map_err(|reason| {
                Error::new(format!("{asked}: Docker-Content-Digest: {named}: {reason}"))
            })?;
            if !named.is_of(&bytes) {
                return Err(Error::new(format!(
                    "{asked}: mismatched digest: {digest} is not {named}"
                ))
                .with_hint("the registry, or something on the way to it, changed the manifest"));
            }
        }
        Ok(Fetched {
            bytes,
            digest,
            media_type,
            asked,
        })
    }

    /// The manifest of the chart: the one at hand, or the only chart of a list.
    async fn chart_manifest(
        &self,
        reference: &Reference,
        root: Fetched,
    ) -> Result<Manifest, Error> {
        if root.media_type != media::INDEX {
            return chart_in(&root);
        }
        let index: Index = from_json(&root.bytes).map_err(|error| unreadable(&root, &error))?;
        let charts: Vec<_> = index
            .manifests
            .iter()
            .filter(|one| one.media_type == media::MANIFEST)
            // A list of charts has one; some have signatures or reports beside it.
            .take(8)
            .collect();
        let mut last = None;
        for descriptor in charts {
            let fetched = self
                .fetch_manifest(reference, descriptor.digest.as_str())
                .await?;
            match chart_in(&fetched) {
                Ok(manifest) => return Ok(manifest),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| lacks(media::CHART)))
    }

    /// Something by its digest, checked as it comes.
    pub(crate) async fn blob(
        &self,
        reference: &Reference,
        descriptor: &Descriptor,
        most: u64,
    ) -> Result<Vec<u8>, Error> {
        let Descriptor { digest, size, .. } = descriptor;
        if *size > most {
            return Err(Error::new(format!(
                "{reference}: {digest} has {size} bytes, and more than {most} are not fetched"
            )));
        }
        let call = Call {
            most: *size,
            ..Call::get(
                self.object_url(reference, "blobs", digest.as_str()),
                format!("repository:{}:pull", reference.repository),
            )
        };
        let answer = self.call(&reference.registry, &call).await?;
        let asked = asked(&call, &answer);
        match answer.status() {
            200 => {}
            404 => return Err(Error::new(format!("{asked}: {digest}: not found")).with_status(404)),
            _ => return Err(refused(&call, answer).await),
        }
        if answer.length().is_some_and(|length| length != *size) {
            return Err(Error::new(format!("{asked}: mismatch Content-Length")));
        }
        let mut checked = Checked::new(digest, *size);
        answer
            .write_to(&mut checked)
            .await
            .map_err(|error| error.during(&format!("{asked}: ")))?;
        checked.finish(&asked)
    }
}

/// A manifest that has what a chart needs.
fn chart_in(fetched: &Fetched) -> Result<Manifest, Error> {
    if fetched.media_type == "text/html" {
        return Err(unreadable(fetched, "it is a web page"));
    }
    let manifest =
        Manifest::parse(&fetched.bytes).map_err(|error| unreadable(fetched, &error.to_string()))?;
    if manifest.config.media_type != media::CONFIG {
        let found = match manifest.config.media_type.as_str() {
            "" => "nothing".to_owned(),
            other => crate::client::printable(other),
        };
        return Err(Error::new(format!(
            "could not load config with mediatype {}",
            media::CONFIG
        ))
        .with_hint(format!(
            "it is something else than a chart: its config is {found}"
        )));
    }
    Ok(manifest)
}

fn unreadable(fetched: &Fetched, reason: &str) -> Error {
    Error::new(format!(
        "{}: not the manifest of a chart: {reason}",
        fetched.asked
    ))
    .with_hint("is there a registry at this address?")
}

fn lacks(media_type: &str) -> Error {
    Error::new(format!(
        "manifest does not contain a layer with mediatype {media_type}"
    ))
}

/// HELM: what is said of a chart whose signature is wanted and that has none.
pub fn no_signature() -> String {
    lacks(media::PROVENANCE).to_string()
}
