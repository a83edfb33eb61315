//! Lines that start with `%`.

use super::{Mark, Result, Scanner, TagPrefix, TokenKind};
use crate::chars::{BLANK, WORD};

/// How many digits a part of a version may have.
const MAX_DIGITS: usize = 2;

impl<'a> Scanner<'a> {
    pub(super) fn directive(&mut self, mark: Mark) -> Result {
        self.close_blocks(-1, mark);
        self.forget_key()?;
        self.key_allowed = false;
        self.cursor.advance(1);
        let kind = self.directive_kind()?;
        self.cursor.take_while(BLANK);
        if self.cursor.byte(0) == b'#' {
            self.cursor.skip_line_text();
        }
        if !self.cursor.is_break_or_end() {
            return Err(self.problem("did not find expected comment or line break"));
        }
        self.cursor.skip_break();
        self.push(kind, mark);
        Ok(())
    }

    fn directive_kind(&mut self) -> Result<TokenKind<'a>> {
        let name = self.cursor.take_while(WORD);
        if name.is_empty() {
            return Err(self.problem("could not find expected directive name"));
        }
        if !self.cursor.is_blank_or_end(0) {
            return Err(self.problem("found unexpected non-alphabetical character"));
        }
        match name {
            b"YAML" => self.version(),
            b"TAG" => self.tag_prefix(),
            _ => Err(self.problem("found unknown directive name")),
        }
    }

    fn version(&mut self) -> Result<TokenKind<'a>> {
        self.cursor.take_while(BLANK);
        let major = self.version_number()?;
        if self.cursor.byte(0) != b'.' {
            return Err(self.problem("did not find expected digit or '.' character"));
        }
        self.cursor.advance(1);
        let minor = self.version_number()?;
        Ok(TokenKind::Version { major, minor })
    }

    fn version_number(&mut self) -> Result<u8> {
        let mut number = 0;
        let mut digits = 0;
        while self.cursor.byte(0).is_ascii_digit() {
            digits += 1;
            if digits > MAX_DIGITS {
                return Err(self.problem("found extremely long version number"));
            }
            number = number * 10 + (self.cursor.byte(0) - b'0');
            self.cursor.advance(1);
        }
        if digits == 0 {
            return Err(self.problem("did not find expected version number"));
        }
        Ok(number)
    }

    fn tag_prefix(&mut self) -> Result<TokenKind<'a>> {
        self.cursor.take_while(BLANK);
        let handle = self.tag_handle(true)?;
        if !self.cursor.is_blank() {
            return Err(self.problem("did not find expected whitespace"));
        }
        self.cursor.take_while(BLANK);
        let prefix = self.tag_uri(b"")?;
        if !self.cursor.is_blank_or_end(0) {
            return Err(self.problem("did not find expected whitespace or line break"));
        }
        Ok(TokenKind::TagPrefix(Box::new(TagPrefix { handle, prefix })))
    }
}
