//! Tags: `!!str`, `!local`, `!handle!suffix`, `!<verbatim>`.

use super::{Mark, Result, Scanner, Tag, TokenKind};
use crate::chars::{URI, WORD};

impl Scanner<'_> {
    pub(super) fn tag(&mut self, mark: Mark) -> Result {
        self.note_key(mark)?;
        self.key_allowed = false;
        let tag = if self.cursor.byte(1) == b'<' {
            self.verbatim_tag()?
        } else {
            self.short_tag()?
        };
        if !self.cursor.is_blank_or_end(0) {
            return Err(self.problem("did not find expected whitespace or line break"));
        }
        self.push(TokenKind::Tag(Box::new(tag)), mark);
        Ok(())
    }

    fn verbatim_tag(&mut self) -> Result<Tag> {
        self.cursor.advance(2);
        let suffix = self.tag_uri(b"")?;
        if self.cursor.byte(0) != b'>' {
            return Err(self.problem("did not find the expected '>'"));
        }
        self.cursor.advance(1);
        let handle = Vec::new();
        Ok(Tag { handle, suffix })
    }

    fn short_tag(&mut self) -> Result<Tag> {
        let handle = self.tag_handle(false)?;
        if handle.len() > 1 && handle.ends_with(b"!") {
            let suffix = self.tag_uri(b"")?;
            return Ok(Tag { handle, suffix });
        }
        // No handle after all: what was read is the start of the suffix.
        let suffix = self.tag_uri(&handle)?;
        let bang = b"!".to_vec();
        Ok(if suffix.is_empty() {
            Tag {
                handle: suffix,
                suffix: bang,
            }
        } else {
            Tag {
                handle: bang,
                suffix,
            }
        })
    }

    /// `!`, `!!` or `!word!`; in a tag also `!word`, which is not a handle.
    pub(super) fn tag_handle(&mut self, directive: bool) -> Result<Vec<u8>> {
        let start = self.cursor.offset();
        if self.cursor.byte(0) != b'!' {
            return Err(self.problem("did not find expected '!'"));
        }
        self.cursor.advance(1);
        let word = self.cursor.take_while(WORD);
        if self.cursor.byte(0) == b'!' {
            self.cursor.advance(1);
        } else if directive && !word.is_empty() {
            return Err(self.problem("did not find expected '!'"));
        }
        Ok(self.cursor.since(start).to_vec())
    }

    /// The characters of a tag, behind `head`, whose `!` is left out.
    pub(super) fn tag_uri(&mut self, head: &[u8]) -> Result<Vec<u8>> {
        let start = self.cursor.offset();
        let mut uri = head.get(1..).unwrap_or_default().to_vec();
        while crate::chars::is(self.cursor.byte(0), URI) {
            if self.cursor.byte(0) == b'%' {
                self.uri_escapes(&mut uri)?;
            } else {
                uri.push(self.cursor.byte(0));
                self.cursor.advance(1);
            }
        }
        if head.is_empty() && self.cursor.offset() == start {
            return Err(self.problem("did not find expected tag URI"));
        }
        Ok(uri)
    }

    /// One character written as `%XX` for each of its bytes.
    fn uri_escapes(&mut self, uri: &mut Vec<u8>) -> Result {
        let lead = self.uri_octet()?;
        let width = match lead {
            0..0x80 => 1,
            0xc0..0xe0 => 2,
            0xe0..0xf0 => 3,
            0xf0..0xf8 => 4,
            _ => return Err(self.problem("found an incorrect leading UTF-8 octet")),
        };
        uri.push(lead);
        self.cursor.advance(3);
        for _ in 1..width {
            let octet = self.uri_octet()?;
            if octet & 0xc0 != 0x80 {
                return Err(self.problem("found an incorrect trailing UTF-8 octet"));
            }
            uri.push(octet);
            self.cursor.advance(3);
        }
        Ok(())
    }

    fn uri_octet(&mut self) -> Result<u8> {
        let digit = |ahead| char::from(self.cursor.byte(ahead)).to_digit(16);
        match (self.cursor.byte(0), digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => Ok((high << 4 | low) as u8),
            _ => Err(self.problem("did not find URI escaped octet")),
        }
    }
}
