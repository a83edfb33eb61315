//! From what users write to one chart in a registry.

use pintle_fetch::Method;
use pintle_semver::Version;

use crate::client::{Call, refused};
use crate::manifest::media;
use crate::tags::choose;
use crate::{Client, Digest, Error, Reference, SCHEME};

/// One chart in a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Where it is, with a tag or a digest.
    pub reference: Reference,
    /// The name of its file: `web-1.2.3.tgz`.
    pub file: String,
}

impl Client {
    /// Finds the chart that `text` (`oci://host/path/name`, perhaps with a tag or a digest) and
    /// `version` (a version, a range, or nothing for the newest stable one) mean.
    ///
    /// # Errors
    /// Versions that contradict each other; a registry that has no such version.
    pub async fn locate(&self, text: &str, version: &str) -> Result<Located, Error> {
        let reference = Reference::parse(text)?;
        let written = tag_as_written(text);
        let version = match (version, written) {
            ("", tag) => tag,
            (version, "") => version,
            (version, tag) if tag == version => version,
            (version, tag) => {
                let tag = tag.replace('+', "_");
                if tag != version {
                    return Err(Error::new(format!(
                        "chart reference and version mismatch: {version} is not {tag}"
                    )));
                }
                version
            }
        };
        if let Some(digest) = &reference.digest {
            return self.by_digest(&reference, digest, version).await;
        }
        // DIFF: Helm refuses a `+` in the reference, which it writes itself in --version.
        let exact = Version::parse(version).is_ok();
        let version = if exact {
            version.to_owned()
        } else {
            self.newest(text, &reference, version).await?
        };
        Ok(Located {
            reference: reference.at_version(&version)?,
            file: format!("{}-{version}.tgz", reference.name()),
        })
    }

    async fn newest(
        &self,
        text: &str,
        reference: &Reference,
        range: &str,
    ) -> Result<String, Error> {
        let versions = self.versions(reference).await?;
        if versions.is_empty() {
            let text = text.strip_prefix(SCHEME).unwrap_or(text);
            return Err(Error::new(format!(
                "unable to locate any tags in provided repository: {SCHEME}{text}"
            )));
        }
        choose(&versions, range)
    }

    /// HELM: with a digest the version is only compared, and only where there is such a tag.
    async fn by_digest(
        &self,
        reference: &Reference,
        digest: &Digest,
        version: &str,
    ) -> Result<Located, Error> {
        if !version.is_empty() {
            let tagged = reference.at_version(version)?;
            if let Ok(found) = self.resolve(&tagged).await
                && found != *digest
            {
                return Err(Error::new(format!(
                    "chart reference digest mismatch: {found} is not {digest}"
                )));
            }
        }
        Ok(Located {
            reference: Reference {
                tag: None,
                ..reference.clone()
            },
            file: format!(
                "{}@{}.tgz",
                reference.name(),
                digest.as_str().replace(':', "-")
            ),
        })
    }

    /// The digest of what a tag names.
    ///
    /// # Errors
    /// No such tag.
    pub async fn resolve(&self, reference: &Reference) -> Result<Digest, Error> {
        let call = Call {
            method: Method::HEAD,
            accept: Some(media::ACCEPT),
            ..Call::get(
                self.object_url(reference, "manifests", reference.object()),
                format!("repository:{}:pull", reference.repository),
            )
        };
        let answer = self.call(&reference.registry, &call).await?;
        match answer.status() {
            200 => {}
            404 => return Err(Error::new(format!("{reference}: not found")).with_status(404)),
            _ => return Err(refused(&call, answer).await),
        }
        let name = "Docker-Content-Digest";
        let digest = answer.header(name).ok_or_else(|| {
            Error::new(format!(
                "HTTP HEAD request missing required header \"{name}\""
            ))
        })?;
        Digest::parse(digest).map_err(|reason| Error::new(format!("{name}: {digest}: {reason}")))
    }
}

/// The tag in a reference, with its `+`.
fn tag_as_written(text: &str) -> &str {
    let name = text.rsplit_once('@').map_or(text, |(name, _)| name);
    match name.rsplit_once(':') {
        Some((_, tag)) if !tag.contains('/') => tag,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_is_what_was_written() {
        assert_eq!(
            tag_as_written("oci://h:5000/a/web:1.0.0+x@sha256:0"),
            "1.0.0+x"
        );
        assert_eq!(tag_as_written("oci://h:5000/a/web"), "");
    }
}
