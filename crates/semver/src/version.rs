//! A semantic version.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::Error;
use crate::scan::{is_identifier, take_version};

/// Longest text read as a version.
const MAX_LENGTH: usize = 256;

/// A semantic version, with the text it was read from.
///
/// `Display` gives the normal form (`v1.2` shows as `1.2.0`). Ordering and equality follow
/// the semver rules as Masterminds applies them: metadata and the original text do not count.
#[derive(Debug, Clone, Default)]
pub struct Version {
    major: u64,
    minor: u64,
    patch: u64,
    prerelease: String,
    metadata: String,
    original: String,
}

impl Version {
    /// A release version from its numbers.
    pub fn new(major: u64, minor: u64, patch: u64) -> Self {
        let mut version = Self {
            major,
            minor,
            patch,
            ..Self::default()
        };
        version.original = version.to_string();
        version
    }

    /// Reads a version leniently: a leading `v` is fine, minor and patch may be missing,
    /// numbers may have leading zeros.
    ///
    /// # Errors
    /// [`Error::InvalidVersion`] when the text has another shape, and the errors of the
    /// parts otherwise.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_LENGTH {
            return Err(Error::VersionTooLong);
        }
        let parts = take_version(text, |b| b.is_ascii_digit()).ok_or(Error::InvalidVersion)?;
        if parts.length != text.len() {
            return Err(Error::InvalidVersion);
        }
        let number = |digits: Option<&str>| match digits {
            None => Ok(0),
            Some(digits) => digits
                .parse()
                .map_err(|_| Error::SegmentTooLarge(digits.to_owned())),
        };
        let version = Self {
            major: number(Some(parts.major))?,
            minor: number(parts.minor)?,
            patch: number(parts.patch)?,
            prerelease: parts.prerelease.to_owned(),
            metadata: parts.metadata.to_owned(),
            original: text.to_owned(),
        };
        check_prerelease(&version.prerelease)?;
        Ok(version)
    }

    /// Reads a version by the letter of semver 2: three numbers, no `v`, no leading zeros.
    ///
    /// # Errors
    /// What is wrong, in the words of Masterminds' `StrictNewVersion`.
    pub fn parse_strict(text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(Error::Empty);
        }
        if text.len() > MAX_LENGTH {
            return Err(Error::VersionTooLong);
        }
        let mut parts = text.splitn(3, '.');
        let (Some(major), Some(minor), Some(last)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(Error::InvalidVersion);
        };
        let (last, metadata) = last
            .split_once('+')
            .map_or((last, None), |(l, m)| (l, Some(m)));
        metadata.map_or(Ok(()), check_metadata)?;
        let (patch, prerelease) = last
            .split_once('-')
            .map_or((last, None), |(l, p)| (l, Some(p)));
        prerelease.map_or(Ok(()), check_prerelease_parts)?;
        for number in [major, minor, patch] {
            check_number(number)?;
        }
        let number = |digits: &str| match digits {
            "" => Err(Error::EmptyNumber),
            _ => digits
                .parse()
                .map_err(|_| Error::NumberTooLarge(digits.to_owned())),
        };
        Ok(Self {
            major: number(major)?,
            minor: number(minor)?,
            patch: number(patch)?,
            prerelease: prerelease.unwrap_or_default().to_owned(),
            metadata: metadata.unwrap_or_default().to_owned(),
            original: text.to_owned(),
        })
    }

    /// First number.
    pub fn major(&self) -> u64 {
        self.major
    }

    /// Second number.
    pub fn minor(&self) -> u64 {
        self.minor
    }

    /// Third number.
    pub fn patch(&self) -> u64 {
        self.patch
    }

    /// What follows `-`; empty for a release.
    pub fn prerelease(&self) -> &str {
        &self.prerelease
    }

    /// What follows `+`; empty when absent.
    pub fn metadata(&self) -> &str {
        &self.metadata
    }

    /// The text the version was read from.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Whether this is a prerelease.
    pub fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }

    /// The next patch version; a prerelease becomes its release.
    #[must_use]
    pub fn increment_patch(&self) -> Self {
        let step = u64::from(!self.is_prerelease());
        self.with_numbers(self.major, self.minor, self.patch.wrapping_add(step))
    }

    /// The next minor version.
    #[must_use]
    pub fn increment_minor(&self) -> Self {
        self.with_numbers(self.major, self.minor.wrapping_add(1), 0)
    }

    /// The next major version.
    #[must_use]
    pub fn increment_major(&self) -> Self {
        self.with_numbers(self.major.wrapping_add(1), 0, 0)
    }

    /// The same version with another prerelease.
    ///
    /// # Errors
    /// [`Error::InvalidPrerelease`] or [`Error::LeadingZero`].
    pub fn with_prerelease(&self, prerelease: &str) -> Result<Self, Error> {
        check_prerelease(prerelease)?;
        let mut changed = self.clone();
        prerelease.clone_into(&mut changed.prerelease);
        changed.original = format!("{}{changed}", self.original_prefix());
        Ok(changed)
    }

    /// The same version with other metadata.
    ///
    /// # Errors
    /// [`Error::InvalidMetadata`].
    pub fn with_metadata(&self, metadata: &str) -> Result<Self, Error> {
        if !metadata.is_empty() {
            check_metadata(metadata)?;
        }
        let mut changed = self.clone();
        metadata.clone_into(&mut changed.metadata);
        changed.original = format!("{}{changed}", self.original_prefix());
        Ok(changed)
    }

    /// The version with only its three numbers, for comparing without the prerelease.
    #[must_use]
    pub fn release(&self) -> Self {
        Self::new(self.major, self.minor, self.patch)
    }

    fn with_numbers(&self, major: u64, minor: u64, patch: u64) -> Self {
        let mut next = Self::new(major, minor, patch);
        next.original = format!("{}{next}", self.original_prefix());
        next
    }

    fn original_prefix(&self) -> &'static str {
        if self.original.starts_with('v') {
            "v"
        } else {
            ""
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.major, self.minor, self.patch)
            .cmp(&(other.major, other.minor, other.patch))
            .then_with(|| compare_prerelease(&self.prerelease, &other.prerelease))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

/// Orders two prereleases; none (a release) is the greatest.
pub(crate) fn compare_prerelease(left: &str, right: &str) -> Ordering {
    match (left.is_empty(), right.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => compare_dotted(left, right),
    }
}

/// Part by part; a missing part is smaller than any.
fn compare_dotted(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(l), Some(r)) => compare_part(l, r),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Numbers compare as numbers and are smaller than words; words compare bytewise.
///
/// GO: a number above 64 bits counts as a word, since parsing it fails.
fn compare_part(left: &str, right: &str) -> Ordering {
    match (left.parse::<u64>(), right.parse::<u64>()) {
        (Ok(l), Ok(r)) => l.cmp(&r),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => left.cmp(right),
    }
}

fn check_number(digits: &str) -> Result<(), Error> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::InvalidCharacters);
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return Err(Error::LeadingZero);
    }
    Ok(())
}

/// An empty prerelease is none and fine.
fn check_prerelease(text: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Ok(());
    }
    check_prerelease_parts(text)
}

fn check_prerelease_parts(text: &str) -> Result<(), Error> {
    for part in text.split('.') {
        if part.is_empty() {
            return Err(Error::InvalidPrerelease);
        }
        if part.bytes().all(|b| b.is_ascii_digit()) {
            if part.len() > 1 && part.starts_with('0') {
                return Err(Error::LeadingZero);
            }
        } else if !part.bytes().all(is_identifier) {
            return Err(Error::InvalidPrerelease);
        }
    }
    Ok(())
}

fn check_metadata(text: &str) -> Result<(), Error> {
    let is_valid = |part: &str| !part.is_empty() && part.bytes().all(is_identifier);
    if text.split('.').all(is_valid) {
        return Ok(());
    }
    Err(Error::InvalidMetadata)
}
