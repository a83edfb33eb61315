//! Manifests: what a tag names, and what it consists of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::client::printable;
use crate::{Digest, Error};

/// Media types.
pub mod media {
    /// A manifest.
    pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    /// A list of manifests.
    pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
    /// `Chart.yaml` as JSON.
    pub const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
    /// The archive of a chart.
    pub const CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    /// The same, as long ago.
    pub const OLD_CHART: &str = "application/tar+gzip";
    /// The signature of an archive.
    pub const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";
    /// What is asked for where a manifest is expected.
    pub(crate) const ACCEPT: &str = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, application/vnd.oci.artifact.manifest.v1+json";
}

/// What one thing in a registry is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// Its media type.
    #[serde(default)]
    pub media_type: String,
    /// Its digest.
    #[serde(with = "digest")]
    pub digest: Digest,
    /// How many bytes it has.
    pub size: u64,
}

impl Descriptor {
    /// That of some bytes.
    pub(crate) fn of(media_type: &str, bytes: &[u8]) -> Self {
        Self {
            media_type: media_type.to_owned(),
            digest: Digest::of(bytes),
            size: bytes.len() as u64,
        }
    }
}

/// A chart in a registry; in the order in which Helm writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Always 2.
    #[serde(default)]
    pub schema_version: u32,
    /// `Chart.yaml` as JSON.
    pub config: Descriptor,
    /// The archive, and its signature.
    #[serde(default, deserialize_with = "some")]
    pub layers: Vec<Descriptor>,
    /// What people may want to know without the chart.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub annotations: BTreeMap<String, String>,
}

/// A list of manifests.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Index {
    #[serde(default, deserialize_with = "some")]
    pub manifests: Vec<Descriptor>,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// What it lacks.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        from_json(bytes).map_err(Error::new)
    }

    /// Its bytes, as Helm writes them.
    ///
    /// # Errors
    /// None for what was read.
    pub fn to_json(&self) -> Result<Vec<u8>, Error> {
        to_json(self)
    }

    /// The layers with a media type.
    pub(crate) fn layer(&self, media_types: &[&str]) -> Option<&Descriptor> {
        let wanted = |layer: &&Descriptor| media_types.contains(&layer.media_type.as_str());
        self.layers.iter().rfind(wanted)
    }
}

/// Reads a JSON object; what is no JSON at all is told in Go's words.
pub(crate) fn from_json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, String> {
    let kind = match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err("unexpected end of JSON input".to_owned()),
        Some(b'{') => {
            return serde_json::from_slice(bytes).map_err(|error| printable(&error.to_string()));
        }
        // Structs could be read from lists of their fields, too.
        Some(b'[') => "array",
        Some(b'"') => "string",
        Some(b't' | b'f') => "bool",
        Some(b'n') => "null",
        Some(b'-' | b'0'..=b'9') => "number",
        Some(byte) => {
            let shown = char::from(*byte).escape_default();
            return Err(format!(
                "invalid character '{shown}' looking for beginning of value"
            ));
        }
    };
    Err(format!("json: cannot unmarshal {kind} into an object"))
}

/// Writes JSON as Go does: also `<`, `>`, `&` and two separators of lines are escaped.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<Vec<u8>, Error> {
    let plain = serde_json::to_string(value).map_err(|error| Error::new(error.to_string()))?;
    let mut text = String::with_capacity(plain.len());
    for character in plain.chars() {
        match character {
            // These stand only within strings.
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            other => text.push(other),
        }
    }
    Ok(text.into_bytes())
}

/// Reads null as nothing.
fn some<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

mod digest {
    use serde::de::{Deserialize as _, Error as _};

    use crate::Digest;

    pub fn serialize<S: serde::Serializer>(digest: &Digest, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(digest.as_str())
    }

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Digest, D::Error> {
        let text = String::deserialize(from)?;
        Digest::parse(&text).map_err(|reason| D::Error::custom(format!("{text}: {reason}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_need_digests_and_sizes() {
        let hash = Digest::of(b"");
        let config = format!("{{\"mediaType\":\"x\",\"digest\":\"{hash}\",\"size\":1}}");
        let manifest =
            Manifest::parse(format!("{{\"config\":{config},\"layers\":null}}").as_bytes());
        assert_eq!(manifest.unwrap().layers, []);
        for (text, words) in [
            ("", "unexpected end of JSON input"),
            (
                "<html>",
                "invalid character '<' looking for beginning of value",
            ),
            ("{}", "missing field `config`"),
            ("null", "json: cannot unmarshal null into an object"),
        ] {
            let error = Manifest::parse(text.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with(words), "{error}");
        }
        let bad = config.replace("sha256:", "../");
        let error = Manifest::parse(format!("{{\"config\":{bad}}}").as_bytes()).unwrap_err();
        assert!(error.to_string().contains("invalid checksum digest format"));
        let bad = config.replace(":1}", ":-1}");
        assert!(Manifest::parse(format!("{{\"config\":{bad}}}").as_bytes()).is_err());
    }

    #[test]
    fn json_is_gos() {
        let text = to_json(&"<a&b>\u{2028}\u{e9}").unwrap();
        assert_eq!(text, "\"\\u003ca\\u0026b\\u003e\\u2028\u{e9}\"".as_bytes());
    }
}
