//! A text that many look at and nobody changes.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A text, cheap to clone. Unlike `Arc<str>` it takes a `String` as it is: large rendered files
/// are not copied to be shared.
#[derive(Clone)]
pub struct SharedStr(Inner);

#[derive(Clone)]
enum Inner {
    Slice(Arc<str>),
    Owned(Arc<String>),
}

impl Deref for SharedStr {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            Inner::Slice(text) => text,
            Inner::Owned(text) => text,
        }
    }
}

impl From<Arc<str>> for SharedStr {
    fn from(text: Arc<str>) -> Self {
        Self(Inner::Slice(text))
    }
}

impl From<String> for SharedStr {
    fn from(text: String) -> Self {
        Self(Inner::Owned(Arc::new(text)))
    }
}

impl From<&str> for SharedStr {
    fn from(text: &str) -> Self {
        Self(Inner::Slice(text.into()))
    }
}

impl Default for SharedStr {
    fn default() -> Self {
        "".into()
    }
}

impl PartialEq for SharedStr {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for SharedStr {}

impl fmt::Display for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::SharedStr;

    #[test]
    fn a_string_is_taken_as_it_is() {
        let text = "a: 1\n".repeat(100);
        let place = text.as_ptr();
        let shared = SharedStr::from(text);
        let again = shared.clone();
        assert_eq!(again.as_ptr(), place);
        assert_eq!(shared, again);
        assert_eq!(shared, SharedStr::from(&*shared));
    }
}
