//! References to charts in registries.

use std::fmt;

use crate::{Digest, Error, SCHEME};

/// `host/path/name`, with a tag or a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The registry: a host, with its port if it has one.
    pub registry: String,
    /// The repository: the path, and the name of the chart at its end.
    pub repository: String,
    /// The tag, as registries know it.
    pub tag: Option<String>,
    /// The digest of the manifest, which counts more than the tag.
    pub digest: Option<Digest>,
}

impl Reference {
    /// Reads a reference as Helm's commands do: `oci://` may stand before it, and `+` in the tag
    /// is written `_`, which registries can hold.
    ///
    /// # Errors
    /// Helm's words for a reference that is none.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.strip_prefix(SCHEME).unwrap_or(text);
        let (name, digest) = match text.rsplit_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (text, None),
        };
        let (name, tag) = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag.replace('+', "_"))),
            _ => (name, None),
        };
        let mut reference = Self::repository(name)?;
        if let Some(tag) = tag.filter(|tag| !tag.is_empty()) {
            check_tag(&tag)?;
            reference.tag = Some(tag);
        }
        if let Some(text) = digest {
            let digest = Digest::parse(text)
                .map_err(|reason| invalid(&format!("invalid digest \"{text}\": {reason}")))?;
            reference.digest = Some(digest);
        }
        Ok(reference)
    }

    /// Reads `host/path/name`, without tag and digest.
    fn repository(text: &str) -> Result<Self, Error> {
        let (registry, repository) = text
            .split_once('/')
            .ok_or_else(|| invalid("missing registry or repository"))?;
        check_registry(registry)?;
        if !is_repository(repository) {
            return Err(invalid(&format!("invalid repository \"{repository}\"")));
        }
        Ok(Self {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            tag: None,
            digest: None,
        })
    }

    /// The same repository with a version as its tag.
    ///
    /// # Errors
    /// A version that cannot be a tag.
    pub fn at_version(&self, version: &str) -> Result<Self, Error> {
        let tag = version.replace('+', "_");
        check_tag(&tag)?;
        Ok(Self {
            tag: Some(tag),
            digest: None,
            ..self.clone()
        })
    }

    /// The last part of the path: the name of the chart.
    pub fn name(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or_default()
    }

    /// What stands last in the URL of a manifest: the digest, else the tag.
    pub(crate) fn object(&self) -> &str {
        match (&self.digest, &self.tag) {
            (Some(digest), _) => digest.as_str(),
            (None, Some(tag)) => tag,
            (None, None) => "",
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        match (&self.tag, &self.digest) {
            // HELM: a tag hides the digest.
            (Some(tag), _) => write!(f, ":{tag}"),
            (None, Some(digest)) => write!(f, "@{digest}"),
            (None, None) => Ok(()),
        }
    }
}

/// The host that answers for a registry.
pub(crate) fn host(registry: &str) -> &str {
    match registry {
        "docker.io" => "registry-1.docker.io",
        other => other,
    }
}

/// # Errors
/// What is no host, or more than one.
pub(crate) fn check_registry(text: &str) -> Result<(), Error> {
    let host = match text.rsplit_once(':') {
        // The last colon of an address of IPv6 may be its own.
        Some((host, port)) if !port.contains(']') => {
            let digits = port.bytes().all(|byte| byte.is_ascii_digit());
            digits.then_some(host)
        }
        _ => Some(text),
    };
    let inner = |host: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte);
        match host.strip_prefix('[').map(|rest| rest.strip_suffix(']')) {
            Some(address) => address.is_some_and(|ip| ip.parse::<std::net::Ipv6Addr>().is_ok()),
            None => host.bytes().all(plain),
        }
    };
    if !text.is_empty() && host.is_some_and(inner) {
        return Ok(());
    }
    Err(invalid(&format!("invalid registry \"{text}\"")))
}

/// Groups of small letters and digits, with `.`, `_`, `__` or dashes between, in a path.
fn is_repository(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let separator =
        |text: &[u8]| matches!(text, b"." | b"_" | b"__") || text.iter().all(|byte| *byte == b'-');
    let part = |part: &str| {
        let bytes = part.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        ends.iter().all(|end| end.is_some_and(|byte| word(*byte)))
            && bytes
                .chunk_by(|a, b| word(*a) == word(*b))
                .all(|run| word(run[0]) || separator(run))
    };
    text.split('/').all(part)
}

fn check_tag(tag: &str) -> Result<(), Error> {
    let first = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let bytes = tag.as_bytes();
    let good = bytes.first().is_some_and(|byte| first(*byte))
        && bytes.len() <= 128
        && bytes
            .iter()
            .all(|byte| first(*byte) || b".-".contains(byte));
    if good {
        return Ok(());
    }
    Err(invalid(&format!("invalid tag \"{tag}\"")))
}

pub(crate) fn invalid(reason: &str) -> Error {
    Error::new(format!("invalid reference: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_and_written() {
        let hash = Digest::of(b"");
        for (text, shown) in [
            ("oci://h/a/web:1.2.3+b.1", "h/a/web:1.2.3_b.1"),
            ("h:5000/web", "h:5000/web"),
            ("[::1]:5000/a/web:1", "[::1]:5000/a/web:1"),
            (&format!("h/web@{hash}"), &format!("h/web@{hash}")),
            (&format!("h/web:1.0.0@{hash}"), "h/web:1.0.0"),
            ("h/a__b/c.d/e---f", "h/a__b/c.d/e---f"),
        ] {
            let reference = Reference::parse(text).unwrap();
            assert_eq!(reference.to_string(), shown, "{text}");
        }
        let both = Reference::parse(&format!("h/x/web:1.0.0@{hash}")).unwrap();
        assert_eq!((both.name(), both.object()), ("web", hash.as_str()));
        let other = both.at_version("2.0.0+x").unwrap();
        assert_eq!(other.to_string(), "h/x/web:2.0.0_x");
    }

    // Helm's words, from `helm-4.3.1 pull oci://…`.
    #[test]
    fn what_is_no_reference_is_refused() {
        for (text, words) in [
            ("host", "missing registry or repository"),
            ("h h/x", "invalid registry \"h h\""),
            ("h:port/x", "invalid registry \"h:port\""),
            ("u@h/x", "missing registry or repository"),
            ("h/Web", "invalid repository \"Web\""),
            ("h/a/../b", "invalid repository \"a/../b\""),
            ("h/a//b", "invalid repository \"a//b\""),
            ("h/a.-b", "invalid repository \"a.-b\""),
            ("h/", "invalid repository \"\""),
            ("h/x:-1", "invalid tag \"-1\""),
            ("h/x:a b", "invalid tag \"a b\""),
        ] {
            let found = Reference::parse(text).map_err(|error| error.to_string());
            assert_eq!(found, Err(format!("invalid reference: {words}")), "{text}");
        }
        let long = format!("h/x:{}", "a".repeat(129));
        assert!(Reference::parse(&long).is_err());
    }
}
