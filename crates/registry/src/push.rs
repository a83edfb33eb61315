//! From an archive to a registry.

use pintle_chart::Metadata;
use pintle_fetch::{Body, Method, Url};

use crate::annotations::annotations;
use crate::client::{Call, refused};
use crate::manifest::{media, to_json};
use crate::pull::underscore;
use crate::{Client, Descriptor, Digest, Error, Manifest, Reference, SCHEME};

/// A chart to be pushed.
#[derive(Debug, Clone)]
pub struct Chart<'a> {
    /// Its archive.
    pub archive: &'a [u8],
    /// Its `Chart.yaml`.
    pub metadata: &'a Metadata,
    /// Its signature.
    pub provenance: Option<&'a [u8]>,
    /// When it was made, by RFC 3339.
    pub created: &'a str,
}

/// A chart that was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Where it is.
    pub reference: Reference,
    /// The digest of its manifest.
    pub digest: Digest,
}

impl Pushed {
    /// What Helm prints of it.
    pub fn report(&self) -> String {
        let reference = self.reference.to_string();
        let mut text = format!("Pushed: {reference}\nDigest: {}\n", self.digest);
        // HELM: only the tag counts here, and the whole reference with `pull`.
        if self
            .reference
            .tag
            .as_deref()
            .is_some_and(|tag| tag.contains('_'))
        {
            text.push_str(&underscore(&reference));
        }
        text
    }
}

/// Something to be kept in the registry.
struct Blob {
    descriptor: Descriptor,
    bytes: Vec<u8>,
}

impl Blob {
    fn new(media_type: &str, bytes: Vec<u8>) -> Self {
        Self {
            descriptor: Descriptor::of(media_type, &bytes),
            bytes,
        }
    }
}

impl Client {
    /// Pushes a chart below `remote` (`oci://host/path`): its name is added, its version is the
    /// tag. What the registry has already is not sent again.
    ///
    /// # Errors
    /// A place that is none, and a registry that does not take the chart.
    pub async fn push(&self, chart: &Chart<'_>, remote: &str) -> Result<Pushed, Error> {
        let reference = destination(remote, chart.metadata)?;
        let config = Blob::new(media::CONFIG, to_json(chart.metadata)?);
        let mut layers = vec![Blob::new(media::CHART, chart.archive.to_vec())];
        layers.extend(
            chart
                .provenance
                .map(|bytes| Blob::new(media::PROVENANCE, bytes.to_vec())),
        );
        layers.sort_by(|a, b| a.descriptor.digest.cmp(&b.descriptor.digest));
        let manifest = Manifest {
            schema_version: 2,
            config: config.descriptor.clone(),
            layers: layers
                .iter()
                .map(|layer| layer.descriptor.clone())
                .collect(),
            annotations: annotations(chart.metadata, chart.created),
        };
        let manifest = Blob::new(media::MANIFEST, manifest.to_json()?);
        let digest = manifest.descriptor.digest.clone();
        if !self.has(&reference, "manifests", &digest).await? {
            for blob in [config].into_iter().chain(layers) {
                if !self
                    .has(&reference, "blobs", &blob.descriptor.digest)
                    .await?
                {
                    self.upload(&reference, blob)
                        .await
                        .map_err(|error| failed("Push", error))?;
                }
            }
        }
        self.tag(&reference, manifest)
            .await
            .map_err(|error| failed("Push", error))?;
        Ok(Pushed { reference, digest })
    }

    /// Whether the registry has something.
    async fn has(&self, reference: &Reference, kind: &str, digest: &Digest) -> Result<bool, Error> {
        let call = Call {
            method: Method::HEAD,
            accept: (kind == "manifests").then_some(media::MANIFEST),
            ..Call::get(
                self.object_url(reference, kind, digest.as_str()),
                pull_and_push(reference),
            )
        };
        let answer = self
            .call(&reference.registry, &call)
            .await
            .map_err(|error| failed("Exists", error))?;
        match answer.status() {
            200 => Ok(true),
            404 => Ok(false),
            _ => Err(failed("Exists", refused(&call, answer).await)),
        }
    }

    /// HELM: a place is asked for, and everything sent there at once.
    async fn upload(&self, reference: &Reference, blob: Blob) -> Result<(), Error> {
        let call = Call {
            method: Method::POST,
            ..Call::get(
                self.object_url(reference, "blobs", "uploads/"),
                pull_and_push(reference),
            )
        };
        let answer = self.call(&reference.registry, &call).await?;
        if answer.status() != 202 {
            return Err(refused(&call, answer).await);
        }
        let place = answer.header("location").unwrap_or_default().to_owned();
        let digest = blob.descriptor.digest;
        let call = Call {
            method: Method::PUT,
            url: upload_url(&call.url, &place, &digest)?,
            content_type: Some("application/octet-stream"),
            body: Body::from(blob.bytes),
            ..call
        };
        let answer = self.call(&reference.registry, &call).await?;
        match answer.status() {
            201 => Ok(()),
            _ => Err(refused(&call, answer).await),
        }
    }

    async fn tag(&self, reference: &Reference, manifest: Blob) -> Result<(), Error> {
        let call = Call {
            method: Method::PUT,
            content_type: Some(media::MANIFEST),
            body: Body::from(manifest.bytes),
            ..Call::get(
                self.object_url(reference, "manifests", reference.object()),
                pull_and_push(reference),
            )
        };
        let answer = self.call(&reference.registry, &call).await?;
        if answer.status() != 201 {
            return Err(refused(&call, answer).await);
        }
        let digest = manifest.descriptor.digest;
        match answer.header("docker-content-digest") {
            Some(other) if other != digest.as_str() => Err(Error::new(format!(
                "{} \"{}\": invalid response; digest mismatch in Docker-Content-Digest: received \"{}\" when expecting \"{digest}\"",
                call.method,
                call.url,
                crate::client::printable(other)
            ))),
            _ => Ok(()),
        }
    }
}

/// Where a chart goes: HELM joins path and name as paths of files are joined.
fn destination(remote: &str, metadata: &Metadata) -> Result<Reference, Error> {
    let remote = remote.strip_prefix(SCHEME).unwrap_or(remote);
    let mut parts: Vec<&str> = Vec::new();
    for part in remote.split('/').chain([metadata.name.as_str()]) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let reference = Reference::parse(&format!("{}:{}", parts.join("/"), metadata.version))?;
    if reference.tag.is_none() || reference.name() != metadata.name {
        return Err(Error::new(
            "strict mode enabled, ref basename and tag must match the chart name and version",
        ));
    }
    Ok(reference)
}

/// Where to send something: on the same server, which alone gets our credentials and the chart.
fn upload_url(asked: &str, place: &str, digest: &Digest) -> Result<String, Error> {
    let wrong = |reason: String| Error::new(format!("POST \"{asked}\": {reason}"));
    if place.is_empty() {
        return Err(wrong("http: no Location header in response".to_owned()));
    }
    let from = Url::parse(asked).map_err(|error| wrong(error.to_string()))?;
    let mut to = from.join(place).map_err(|error| wrong(error.to_string()))?;
    let host = |url: &Url| url.host_str().map(str::to_owned);
    let port = |url: &Url| url.port_or_known_default();
    if from.scheme() == "https" && to.scheme() != "https" {
        let host = to.authority();
        return Err(wrong(format!(
            "blob upload Location \"{host}\" downgrades scheme from https"
        )));
    }
    if host(&to) != host(&from) || port(&to) != port(&from) {
        let (to, from) = (to.authority(), from.authority());
        return Err(wrong(format!(
            "blob upload Location \"{to}\" is on a different host than the registry \"{from}\""
        )));
    }
    to.query_pairs_mut().append_pair("digest", digest.as_str());
    Ok(to.into())
}

fn pull_and_push(reference: &Reference) -> String {
    format!("repository:{}:pull,push", reference.repository)
}

/// HELM: what was being done, and where.
fn failed(what: &str, error: Error) -> Error {
    error.during(&format!("failed to perform \"{what}\" on destination: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_stay_on_the_server() {
        let asked = "https://h:5000/v2/a/blobs/uploads/";
        let digest = Digest::of(b"");
        let url =
            |place: &str| upload_url(asked, place, &digest).map_err(|error| error.to_string());
        let hex = digest.hex();
        let good = format!("https://h:5000/u/1?s=a%2Fb&digest=sha256%3A{hex}");
        assert_eq!(url("https://h:5000/u/1?s=a%2Fb").as_ref(), Ok(&good));
        assert_eq!(url("/u/1?s=a%2Fb").as_ref(), Ok(&good));
        for (place, words) in [
            (
                "https://other/u",
                "is on a different host than the registry \"h:5000\"",
            ),
            ("https://h:1/u", "is on a different host"),
            ("http://h:5000/u", "downgrades scheme from https"),
            ("", "no Location header"),
        ] {
            let error = url(place).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn charts_go_below_the_path() {
        let metadata = Metadata {
            name: "web".into(),
            version: "1.0.0+b".into(),
            ..Metadata::default()
        };
        let at = |remote: &str| destination(remote, &metadata).map(|one| one.to_string());
        assert_eq!(at("oci://h/a").unwrap(), "h/a/web:1.0.0_b");
        assert_eq!(at("oci://h:5000//a/b/").unwrap(), "h:5000/a/b/web:1.0.0_b");
        assert_eq!(at("oci://h").unwrap(), "h/web:1.0.0_b");
        assert!(at("oci://h/a:1").is_err());
    }
}
