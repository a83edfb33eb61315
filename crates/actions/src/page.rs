//! Large texts for standard output.

use std::any::Any;
use std::fmt;

use pintle_manifest::Text;

/// A text in pieces: what is rendered is shown without ever being copied into one string.
#[derive(Default)]
pub struct Page {
    pieces: Vec<Piece>,
    /// What the page was made of. A program that ends when the page is shown need not spend
    /// time on giving it back to the allocator: it may forget the page.
    _made_of: Option<Box<dyn Any + Send>>,
}

#[derive(Debug)]
enum Piece {
    Own(String),
    Shared(Text),
}

impl Page {
    /// The pieces, in order.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().map(|piece| match piece {
            Piece::Own(text) => text.as_str(),
            Piece::Shared(text) => text,
        })
    }

    /// Keeps what the page was made of until the page goes.
    pub(crate) fn made_of(self, parts: impl Any + Send) -> Self {
        Self {
            _made_of: Some(Box::new(parts)),
            ..self
        }
    }

    /// Adds a piece of a rendered file.
    pub(crate) fn push(&mut self, text: Text) {
        self.pieces.push(Piece::Shared(text));
    }

    /// Adds a document under its source.
    pub(crate) fn document(&mut self, path: &str, text: Text) {
        self.push_str("---\n# Source: ");
        self.push_str(path);
        self.push_str("\n");
        self.push(text);
        self.push_str("\n");
    }

    /// Adds a text.
    pub(crate) fn push_str(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Own(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Own(text.to_owned())),
        }
    }

    /// Removes white space from the end.
    pub(crate) fn trim_end(&mut self) {
        while let Some(last) = self.pieces.last_mut() {
            let length = match &*last {
                Piece::Own(text) => text.trim_end().len(),
                Piece::Shared(text) => text.trim_end().len(),
            };
            if length == 0 {
                self.pieces.pop();
                continue;
            }
            match last {
                Piece::Own(text) => text.truncate(length),
                Piece::Shared(text) => text.truncate(length),
            }
            return;
        }
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces().try_for_each(|piece| f.write_str(piece))
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.pieces).finish()
    }
}

impl From<String> for Page {
    fn from(text: String) -> Self {
        Self {
            pieces: vec![Piece::Own(text)],
            _made_of: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_goes_from_the_end_of_all_pieces() {
        let mut page = Page::default();
        page.document("a/b.yaml", "kind: A\n \n".into());
        page.push_str("\n\n");
        page.push("\n".into());
        page.trim_end();
        assert_eq!(page.to_string(), "---\n# Source: a/b.yaml\nkind: A");
        page.push_str("\n");
        assert_eq!(page.to_string(), "---\n# Source: a/b.yaml\nkind: A\n");
        let mut blank = Page::from(" \n".to_owned());
        blank.trim_end();
        assert_eq!(blank.to_string(), "");
    }
}
