//! Names and revision numbers of releases.

use std::fmt;

/// The longest name a release may have.
pub const MAX_LENGTH: usize = 53;

/// HELM: the pattern as Helm prints it.
const PATTERN: &str = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

/// The name of a release: a DNS subdomain of at most 53 characters.
///
/// The limit leaves room for what charts and Kubernetes append to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReleaseName(String);

/// A name no release may have, with Helm's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// There is no name.
    #[error("no name provided")]
    Missing,
    /// The name has the wrong form.
    #[error(
        "invalid release name, must match regex {PATTERN} and the length must not be longer than {MAX_LENGTH}"
    )]
    Form,
}

impl ReleaseName {
    /// Checks a name.
    ///
    /// # Errors
    /// Helm's text, without the `release name "x": ` that commands put in front.
    pub fn parse(name: &str) -> Result<Self, InvalidName> {
        if name.is_empty() {
            return Err(InvalidName::Missing);
        }
        if name.len() > MAX_LENGTH || !name.split('.').all(is_label) {
            return Err(InvalidName::Form);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReleaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for ReleaseName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

fn is_label(label: &str) -> bool {
    let alphanumeric = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = label.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(&first), Some(&last)) => {
            alphanumeric(first)
                && alphanumeric(last)
                && bytes.iter().all(|&b| alphanumeric(b) || b == b'-')
        }
        _ => false,
    }
}

/// The number of a release's revision; the first is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Revision(pub u32);

impl Revision {
    /// The revision after this one.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The revision before this one; none before the first.
    pub fn previous(self) -> Option<Self> {
        self.0.checked_sub(1).filter(|&n| n > 0).map(Self)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dns_subdomains_of_53_characters() {
        for good in ["a", "a-b", "a.b", "0", "a1.b-2.c", &"a".repeat(53)] {
            assert!(ReleaseName::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "A",
            "a_b",
            "-a",
            "a-",
            ".a",
            "a.",
            "a..b",
            "é",
            "a\n",
            &"a".repeat(54),
        ] {
            assert_eq!(ReleaseName::parse(bad), Err(InvalidName::Form), "{bad}");
        }
        assert_eq!(ReleaseName::parse(""), Err(InvalidName::Missing));
    }

    // `helm install A_b CHART` of Helm 4.3.1 prints this text.
    #[test]
    fn the_text_is_helms() {
        assert_eq!(
            ReleaseName::parse("A_b").unwrap_err().to_string(),
            "invalid release name, must match regex \
             ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ \
             and the length must not be longer than 53"
        );
    }

    #[test]
    fn there_is_nothing_before_the_first_revision() {
        assert_eq!(Revision(2).previous(), Some(Revision(1)));
        assert_eq!(Revision(1).previous(), None);
        assert_eq!(Revision(0).previous(), None);
        assert_eq!(Revision(u32::MAX).next(), Revision(u32::MAX));
    }
}
