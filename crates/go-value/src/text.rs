//! Go's string: immutable bytes, usually but not always UTF-8.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// An immutable byte string, cheap to clone.
///
/// GO: a Go string may hold any bytes, and template functions can make such
/// strings (`trunc` cuts bytes, `b64dec` decodes binary), so this is not `str`.
#[derive(Clone)]
pub struct Str(Inner);

/// Most strings are short (keys, numbers, names): they need no memory of their own.
#[derive(Clone)]
enum Inner {
    Short(u8, [u8; SHORT]),
    Long(Arc<[u8]>),
}

/// The most bytes that fit where else the reference would be.
const SHORT: usize = 22;

impl Str {
    /// The empty string.
    pub const fn empty() -> Self {
        Self(Inner::Short(0, [0; SHORT]))
    }

    fn short(bytes: &[u8]) -> Option<Self> {
        let mut room = [0; SHORT];
        room.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(Self(Inner::Short(bytes.len() as u8, room)))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Inner::Short(length, bytes) => &bytes[..usize::from(*length)],
            Inner::Long(bytes) => bytes,
        }
    }

    /// The text, with each invalid byte sequence replaced by U+FFFD.
    pub fn to_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }

    /// The text if it is valid UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()).ok()
    }

    /// Length in bytes, as Go's `len`.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether the string has no bytes.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }
}

impl Default for Str {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_text(), f)
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl PartialEq for Str {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Str {}

impl PartialOrd for Str {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Str {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Str {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl Borrow<[u8]> for Str {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl AsRef<[u8]> for Str {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl From<&[u8]> for Str {
    fn from(bytes: &[u8]) -> Self {
        Self::short(bytes).unwrap_or_else(|| Self(Inner::Long(bytes.into())))
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl From<&String> for Str {
    fn from(text: &String) -> Self {
        text.as_bytes().into()
    }
}

impl From<Cow<'_, str>> for Str {
    fn from(text: Cow<'_, str>) -> Self {
        text.as_bytes().into()
    }
}

impl From<Vec<u8>> for Str {
    fn from(bytes: Vec<u8>) -> Self {
        (&*bytes).into()
    }
}

impl From<Arc<[u8]>> for Str {
    fn from(bytes: Arc<[u8]>) -> Self {
        Self::short(&bytes).unwrap_or(Self(Inner::Long(bytes)))
    }
}

impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Str {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_ones_are_the_same() {
        for length in 0..60 {
            let text = "x".repeat(length);
            let made = [
                Str::from(text.as_str()),
                Str::from(text.clone().into_bytes()),
                Str::from(Arc::<[u8]>::from(text.as_bytes())),
            ];
            for one in &made {
                assert_eq!(*one, text.as_str());
                assert_eq!(one.len(), length);
                assert_eq!(one, &made[0]);
                assert!(one.as_bytes() < b"y".as_slice());
            }
        }
        assert!(Str::empty().is_empty());
    }

    /// Maps and lists are full of them.
    #[test]
    fn they_are_no_larger_than_a_value() {
        assert_eq!(size_of::<Str>(), 24);
        assert_eq!(size_of::<crate::Value>(), 24);
    }
}
