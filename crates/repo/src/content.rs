//! Downloaded archives by their SHA-256, in Helm's folder for them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, cache};

/// What is kept of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The archive.
    Chart,
    /// Its signature.
    Provenance,
}

/// The folder.
#[derive(Debug, Clone)]
pub struct Contents {
    folder: PathBuf,
}

impl Contents {
    /// The contents of a folder.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
        }
    }

    /// The archive with this digest, when it is there and is what its name says.
    pub fn chart(&self, digest: &[u8; 32]) -> Option<PathBuf> {
        let path = self.path(digest, Kind::Chart);
        let content = fs::read(&path).ok()?;
        (cache::digest(&content) == *digest).then_some(path)
    }

    /// Keeps a content under the digest of its archive.
    ///
    /// # Errors
    /// A folder that cannot be written to.
    pub fn put(&self, digest: &[u8; 32], kind: Kind, content: &[u8]) -> Result<PathBuf, Error> {
        let path = self.path(digest, kind);
        cache::write(&path, content, 0o644)?;
        Ok(path)
    }

    /// Where a content is, or would be.
    pub fn path(&self, digest: &[u8; 32], kind: Kind) -> PathBuf {
        let ending = match kind {
            Kind::Chart => "chart",
            Kind::Provenance => "prov",
        };
        let name = hex(digest);
        self.folder
            .join(&name[..2])
            .join(format!("{name}.{ending}"))
    }
}

/// A digest as it is written.
pub fn hex(digest: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in digest {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Reads the digest of an index's entry, with or without `sha256:` in front; nothing for an
/// empty text.
///
/// # Errors
/// Go's words for what is no digest.
pub fn parse_digest(text: &str) -> Result<Option<[u8; 32]>, Error> {
    let text = text.split_once(':').map_or(text, |(_, digest)| digest);
    if text.is_empty() {
        return Ok(None);
    }
    let failed = |reason: String| Error::new(format!("unable to decode digest: {reason}"));
    let odd = text.chars().find(|letter| !letter.is_ascii_hexdigit());
    if let Some(letter) = odd {
        let code = text.bytes().find(|byte| !byte.is_ascii_hexdigit());
        let code = code.unwrap_or_default();
        let shown = if letter.is_ascii() {
            letter
        } else {
            char::from(code)
        };
        return Err(failed(format!(
            "encoding/hex: invalid byte: U+{code:04X} '{shown}'"
        )));
    }
    if text.len() % 2 == 1 {
        return Err(failed("encoding/hex: odd length hex string".to_owned()));
    }
    let bytes: Vec<u8> = (0..text.len())
        .step_by(2)
        .filter_map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect();
    let length = bytes.len();
    let digest = bytes
        .try_into()
        .map_err(|_| Error::new(format!("invalid digest length: {length}")))?;
    Ok(Some(digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_what_their_names_say() {
        let folder = tempfile::tempdir().unwrap();
        let contents = Contents::new(folder.path());
        let digest = cache::digest(b"chart");
        assert_eq!(contents.chart(&digest), None);
        let path = contents.put(&digest, Kind::Chart, b"chart").unwrap();
        assert_eq!(contents.chart(&digest), Some(path.clone()));
        fs::write(path, b"").unwrap();
        assert_eq!(contents.chart(&digest), None);
    }

    #[test]
    fn digests_are_read_as_go_does() {
        let digest = cache::digest(b"x");
        let text = hex(&digest);
        assert_eq!(parse_digest(&text), Ok(Some(digest)));
        assert_eq!(parse_digest(&format!("sha256:{text}")), Ok(Some(digest)));
        assert_eq!(parse_digest(""), Ok(None));
        let told = |text| parse_digest(text).unwrap_err().to_string();
        assert_eq!(
            told("zz"),
            "unable to decode digest: encoding/hex: invalid byte: U+007A 'z'"
        );
        assert_eq!(
            told("abc"),
            "unable to decode digest: encoding/hex: odd length hex string"
        );
        assert_eq!(told("abcd"), "invalid digest length: 2");
    }
}
