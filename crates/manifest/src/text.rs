//! A document's text: a piece of the file that it was rendered in.

use std::fmt;
use std::ops::{Deref, Range};

use pintle_go_value::SharedStr;

/// A piece of a shared text, cheap to clone.
#[derive(Clone)]
pub struct Text {
    file: SharedStr,
    range: Range<usize>,
}

impl Text {
    /// The piece of `file` that `piece` is.
    ///
    /// A `piece` from elsewhere is copied.
    pub fn piece(file: &SharedStr, piece: &str) -> Self {
        let start = piece.as_ptr().addr().wrapping_sub(file.as_ptr().addr());
        let range = start..start.wrapping_add(piece.len());
        match file.get(range.clone()) {
            Some(found) if std::ptr::eq(found, piece) => Self {
                file: file.clone(),
                range,
            },
            _ => piece.into(),
        }
    }
}

impl Text {
    /// Shortens the piece to its first `length` bytes, if it is longer and that is the
    /// boundary of a character.
    pub fn truncate(&mut self, length: usize) {
        if length < self.len() && self.is_char_boundary(length) {
            self.range.end = self.range.start + length;
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.file[self.range.clone()]
    }
}

impl From<SharedStr> for Text {
    fn from(file: SharedStr) -> Self {
        let range = 0..file.len();
        Self { file, range }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        SharedStr::from(text).into()
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        SharedStr::from(text).into()
    }
}

impl Default for Text {
    fn default() -> Self {
        "".into()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_share_their_file() {
        let file: SharedStr = "one\ntwo\n".into();
        let piece = Text::piece(&file, &file[4..]);
        assert_eq!(piece, "two\n");
        assert_eq!(piece.file.as_ptr(), file.as_ptr());
        assert_eq!(Text::piece(&file, "elsewhere"), "elsewhere");
        assert_eq!(Text::piece(&file, ""), "");
    }
}
