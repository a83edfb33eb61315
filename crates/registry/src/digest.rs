//! Digests: what a registry names its contents by.

use std::fmt;
use std::io;

use sha2::{Digest as _, Sha256, Sha384, Sha512};

use crate::Error;

/// `sha256:…`, checked to be one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(String);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::Sha256(Sha256::new());
        hasher.update(bytes);
        Self(hasher.finish())
    }

    /// Reads one.
    ///
    /// # Errors
    /// Go's words for what is none.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (algorithm, hash) = text
            .split_once(':')
            .filter(|(algorithm, hash)| {
                let lower = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
                !algorithm.is_empty()
                    && algorithm
                        .bytes()
                        .all(|byte| lower(&byte) || b"+._-".contains(&byte))
                    && !hash.is_empty()
                    && hash
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"=_-".contains(&byte))
            })
            .ok_or("invalid checksum digest format")?;
        let length = match algorithm {
            "sha256" => 64,
            "sha384" => 96,
            "sha512" => 128,
            _ => return Err("unsupported digest algorithm"),
        };
        if hash.len() != length {
            return Err("invalid checksum digest length");
        }
        if !hash
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        {
            return Err("invalid checksum digest format");
        }
        Ok(Self(text.to_owned()))
    }

    /// `sha256:…`
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the algorithm.
    pub fn hex(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, hash)| hash)
    }

    /// Whether these bytes are the ones that it names.
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        let mut hasher = Hasher::like(self);
        hasher.update(bytes);
        hasher.finish() == self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

enum Hasher {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    fn like(digest: &Digest) -> Self {
        match digest.as_str().split(':').next() {
            Some("sha384") => Self::Sha384(Sha384::new()),
            Some("sha512") => Self::Sha512(Sha512::new()),
            _ => Self::Sha256(Sha256::new()),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Sha384(hasher) => hasher.update(bytes),
            Self::Sha512(hasher) => hasher.update(bytes),
        }
    }

    fn finish(self) -> String {
        match self {
            Self::Sha256(hasher) => format!("sha256:{:x}", hasher.finalize()),
            Self::Sha384(hasher) => format!("sha384:{:x}", hasher.finalize()),
            Self::Sha512(hasher) => format!("sha512:{:x}", hasher.finalize()),
        }
    }
}

/// Keeps bytes as they come, and says at the end whether they are the ones that were named.
pub(crate) struct Checked<'a> {
    kept: Vec<u8>,
    hasher: Hasher,
    digest: &'a Digest,
    size: u64,
}

impl<'a> Checked<'a> {
    pub(crate) fn new(digest: &'a Digest, size: u64) -> Self {
        Self {
            // A size is only a word: room is made for what comes.
            kept: Vec::with_capacity(size.min(1 << 20) as usize),
            hasher: Hasher::like(digest),
            digest,
            size,
        }
    }

    /// The bytes, when they are the right ones.
    pub(crate) fn finish(self, method_and_url: &str) -> Result<Vec<u8>, Error> {
        let (digest, size, length) = (self.digest, self.size, self.kept.len());
        if length as u64 != size {
            return Err(Error::new(format!(
                "{method_and_url}: read failed: expected content size of {size}, got {length}, for digest {digest}: unexpected EOF"
            )));
        }
        let found = self.hasher.finish();
        if found != digest.0 {
            return Err(Error::new(format!(
                "{method_and_url}: mismatched digest: {found} is not {digest}"
            ))
            .with_hint(
                "the registry, or something on the way to it, changed the chart: nothing was kept",
            ));
        }
        Ok(self.kept)
    }
}

impl io::Write for Checked<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if (self.kept.len() + bytes.len()) as u64 > self.size {
            let size = self.size;
            return Err(io::Error::other(format!(
                "more than the {size} bytes of its descriptor"
            )));
        }
        self.hasher.update(bytes);
        self.kept.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digests_are_digests() {
        let hash = Digest::of(b"hello");
        assert_eq!(
            hash.as_str(),
            "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        );
        assert_eq!(Digest::parse(hash.as_str()), Ok(hash.clone()));
        assert!(hash.is_of(b"hello") && !hash.is_of(b"hell"));
        for (text, words) in [
            ("sha256", "invalid checksum digest format"),
            ("sha256:../../x", "invalid checksum digest format"),
            (
                "md5:d41d8cd98f00b204e9800998ecf8427e",
                "unsupported digest algorithm",
            ),
            ("sha256:abc", "invalid checksum digest length"),
        ] {
            assert_eq!(Digest::parse(text), Err(words), "{text}");
        }
        let upper = hash.as_str().replace("2cf", "2CF");
        assert_eq!(Digest::parse(&upper), Err("invalid checksum digest format"));
    }

    #[test]
    fn longer_hashes_are_checked_too() {
        for (name, hash) in [
            ("sha384", Sha384::digest(b"x").to_vec()),
            ("sha512", Sha512::digest(b"x").to_vec()),
        ] {
            let hex = hash.iter();
            let hex = hex.fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            let digest = Digest::parse(&format!("{name}:{hex}")).unwrap();
            assert!(digest.is_of(b"x") && !digest.is_of(b"y"));
        }
    }
}
