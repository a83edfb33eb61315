//! Cuts a template text into tokens.

use memchr::memmem;

use crate::token::{Keyword, Kind, Token};

const LEFT: &str = "{{";
const RIGHT: &str = "}}";
const COMMENT_START: &str = "/*";
const COMMENT_END: &str = "*/";
/// A trim marker is a minus and the space beside it.
const TRIM_MARKER: usize = 2;

/// Cuts `source`, which must be shorter than 4 GiB. The tokens take the place of what is in
/// `tokens`; the last one is [`Kind::EndOfFile`] or [`Kind::Error`], whose message comes
/// back.
pub(crate) fn lex(source: &str, tokens: &mut Vec<Token>) -> Option<String> {
    tokens.clear();
    let mut lexer = Lexer {
        source,
        at: 0,
        start: 0,
        parens: 0,
        tokens,
    };
    let error = lexer.text().err();
    if error.is_some() {
        // The error stands where the token began that could not be read.
        lexer.at = lexer.start;
        lexer.emit(Kind::Error);
    }
    error
}

type Lexed = Result<(), String>;

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    start: usize,
    parens: usize,
    tokens: &'s mut Vec<Token>,
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    /// The next byte. Where only ASCII matters there is no need to decode.
    fn byte(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn emit(&mut self, kind: Kind) {
        self.tokens.push(Token {
            kind,
            start: self.start as u32,
            end: self.at as u32,
        });
        self.start = self.at;
    }

    fn ignore(&mut self) {
        self.start = self.at;
    }

    /// Plain text, and the actions in it, to the end of the source.
    fn text(&mut self) -> Lexed {
        let left = memmem::Finder::new(LEFT);
        loop {
            let Some(length) = left.find(self.rest().as_bytes()) else {
                self.at = self.source.len();
                if self.at > self.start {
                    self.emit(Kind::Text);
                }
                self.emit(Kind::EndOfFile);
                return Ok(());
            };
            let action = self.at + length;
            self.at = action;
            if has_left_trim_marker(&self.source[action + LEFT.len()..]) {
                self.at = self.start + trim_end(&self.source[self.start..action]).len();
            }
            if self.at > self.start {
                self.emit(Kind::Text);
            }
            self.at = action;
            self.ignore();
            self.left_delimiter()?;
        }
    }

    /// An action or a comment, its delimiters included.
    fn left_delimiter(&mut self) -> Lexed {
        self.at += LEFT.len();
        let marker = if has_left_trim_marker(self.rest()) {
            TRIM_MARKER
        } else {
            0
        };
        if self.rest()[marker..].starts_with(COMMENT_START) {
            self.at += marker;
            self.ignore();
            return self.comment();
        }
        self.emit(Kind::LeftDelimiter);
        self.at += marker;
        self.ignore();
        self.parens = 0;
        self.action()
    }

    fn comment(&mut self) -> Lexed {
        self.at += COMMENT_START.len();
        let Some(length) = self.rest().find(COMMENT_END) else {
            return Err("unclosed comment".to_owned());
        };
        self.at += length + COMMENT_END.len();
        if self.right_delimiter_ahead().is_none() {
            return Err("comment ends before closing delimiter".to_owned());
        }
        self.skip_right_delimiter();
        Ok(())
    }

    /// Whether the right delimiter comes next, and if so, with a trim marker.
    fn right_delimiter_ahead(&self) -> Option<bool> {
        let rest = self.rest();
        if has_right_trim_marker(rest) && rest[TRIM_MARKER..].starts_with(RIGHT) {
            Some(true)
        } else {
            rest.starts_with(RIGHT).then_some(false)
        }
    }

    fn skip_right_delimiter(&mut self) {
        let trim = self.right_delimiter_ahead() == Some(true);
        self.at += RIGHT.len() + if trim { TRIM_MARKER } else { 0 };
        if trim {
            self.at = self.source.len() - trim_start(self.rest()).len();
        }
        self.ignore();
    }

    fn emit_right_delimiter(&mut self) {
        if self.right_delimiter_ahead() == Some(true) {
            self.start += TRIM_MARKER;
        }
        self.tokens.push(Token {
            kind: Kind::RightDelimiter,
            start: self.start as u32,
            end: (self.start + RIGHT.len()) as u32,
        });
        self.skip_right_delimiter();
    }

    /// The inside of an action, up to and with its right delimiter.
    fn action(&mut self) -> Lexed {
        loop {
            let may_end = matches!(self.byte(), Some(b'}' | b' ' | b'\t' | b'\r' | b'\n'));
            if may_end && self.right_delimiter_ahead().is_some() {
                if self.parens > 0 {
                    return Err("unclosed left paren".to_owned());
                }
                self.emit_right_delimiter();
                return Ok(());
            }
            self.word()?;
        }
    }

    /// One token inside an action.
    fn word(&mut self) -> Lexed {
        let Some(c) = self.next() else {
            return Err("unclosed action".to_owned());
        };
        match c {
            c if is_space(c) => self.space(),
            '=' => self.emit(Kind::Assign),
            ':' => {
                if self.next() != Some('=') {
                    return Err("expected :=".to_owned());
                }
                self.emit(Kind::Declare);
            }
            '|' => self.emit(Kind::Pipe),
            '"' => return self.quoted(b'"', Kind::Str, "unterminated quoted string"),
            '\'' => {
                let message = "unterminated character constant";
                return self.quoted(b'\'', Kind::CharConstant, message);
            }
            '`' => return self.raw_string(),
            '$' => return self.field_or_variable(Kind::Variable, Kind::Variable),
            // GO: a dot at the very end of the text is taken for a number.
            '.' if self.peek().is_some_and(|c| !c.is_ascii_digit()) => {
                return self.field_or_variable(Kind::Field, Kind::Dot);
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.at = self.start;
                return self.number();
            }
            c if is_alphanumeric(c) => return self.identifier(),
            '(' => {
                self.parens += 1;
                self.emit(Kind::LeftParen);
            }
            ')' => {
                if self.parens == 0 {
                    return Err("unexpected right paren".to_owned());
                }
                self.parens -= 1;
                self.emit(Kind::RightParen);
            }
            c if c.is_ascii_graphic() => self.emit(Kind::Char),
            c => return Err(format!("unrecognized character in action: {}", unicode(c))),
        }
        Ok(())
    }

    /// A run of spaces, one of which has been read. The last one may belong to the trim
    /// marker of the right delimiter.
    fn space(&mut self) {
        while self.byte().is_some_and(|c| is_space(char::from(c))) {
            self.at += 1;
        }
        let last = self.at - 1;
        if self.source.as_bytes()[self.at..].starts_with(b"-")
            && self.source[self.at + 1..].starts_with(RIGHT)
        {
            self.at = last;
            if self.at == self.start {
                return;
            }
        }
        self.emit(Kind::Space);
    }

    fn quoted(&mut self, quote: u8, kind: Kind, message: &str) -> Lexed {
        let bytes = self.source.as_bytes();
        loop {
            let at = self.at;
            let escaped = bytes.get(at) == Some(&b'\\');
            self.at += 1 + usize::from(escaped);
            // What follows the first byte of a longer character is neither quote nor escape.
            match bytes.get(at + usize::from(escaped)) {
                None | Some(b'\n') => return Err(message.to_owned()),
                Some(c) if *c == quote && !escaped => break,
                Some(_) => {}
            }
        }
        self.emit(kind);
        Ok(())
    }

    fn raw_string(&mut self) -> Lexed {
        let Some(length) = self.rest().find('`') else {
            return Err("unterminated raw quoted string".to_owned());
        };
        self.at += length + 1;
        self.emit(Kind::RawStr);
        Ok(())
    }

    /// `.name` or `$name`, or a lone `.` or `$`.
    fn field_or_variable(&mut self, kind: Kind, alone: Kind) -> Lexed {
        if self.at_terminator() {
            self.emit(alone);
            return Ok(());
        }
        self.rest_of_name()?;
        self.emit(kind);
        Ok(())
    }

    fn identifier(&mut self) -> Lexed {
        self.rest_of_name()?;
        let word = &self.source[self.start..self.at];
        self.emit(match Keyword::of(word) {
            Some(keyword) => Kind::Keyword(keyword),
            None if word == "true" || word == "false" => Kind::Bool,
            None => Kind::Identifier,
        });
        Ok(())
    }

    fn rest_of_name(&mut self) -> Lexed {
        loop {
            while self.byte().is_some_and(is_word_byte) {
                self.at += 1;
            }
            if self.byte().is_none_or(|c| c.is_ascii()) {
                break;
            }
            if !self.peek().is_some_and(is_alphanumeric) {
                break;
            }
            self.next();
        }
        match self.peek() {
            Some(c) if !self.at_terminator() => Err(format!("bad character {}", unicode(c))),
            _ => Ok(()),
        }
    }

    /// Whether what comes next may follow a name.
    fn at_terminator(&self) -> bool {
        match self.peek() {
            None | Some('.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(c) => is_space(c) || self.rest().starts_with(RIGHT),
        }
    }

    /// A number; its exact syntax is checked later.
    fn number(&mut self) -> Lexed {
        let mut good = self.scan_number();
        let mut kind = Kind::Number;
        if good && matches!(self.peek(), Some('+' | '-')) {
            kind = Kind::Complex;
            good = self.scan_number() && self.source[..self.at].ends_with('i');
        }
        if !good {
            let text = &self.source[self.start..self.at];
            return Err(format!(
                "bad number syntax: {}",
                pintle_go_value::format::quoted::quote(text)
            ));
        }
        self.emit(kind);
        Ok(())
    }

    fn scan_number(&mut self) -> bool {
        self.accept("+-");
        let digits = if !self.accept("0") {
            "0123456789_"
        } else if self.accept("xX") {
            "0123456789abcdefABCDEF_"
        } else if self.accept("oO") {
            "01234567_"
        } else if self.accept("bB") {
            "01_"
        } else {
            "0123456789_"
        };
        self.accept_all(digits);
        if self.accept(".") {
            self.accept_all(digits);
        }
        let exponent = match digits.len() {
            11 => "eE",
            23 => "pP",
            _ => "",
        };
        if self.accept(exponent) {
            self.accept("+-");
            self.accept_all("0123456789_");
        }
        self.accept("i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.next();
            return false;
        }
        true
    }

    fn accept(&mut self, valid: &str) -> bool {
        let found = self.peek().is_some_and(|c| valid.contains(c));
        if found {
            self.next();
        }
        found
    }

    fn accept_all(&mut self, valid: &str) {
        while self.accept(valid) {}
    }
}

fn has_left_trim_marker(text: &str) -> bool {
    matches!(text.as_bytes(), [b'-', space, ..] if is_space(char::from(*space)))
}

fn has_right_trim_marker(text: &str) -> bool {
    matches!(text.as_bytes(), [space, b'-', ..] if is_space(char::from(*space)))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_space)
}

fn is_word_byte(c: u8) -> bool {
    c == b'_' || c.is_ascii_alphanumeric()
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// A character as Go's `%#U` shows it.
fn unicode(c: char) -> String {
    let value = pintle_go_value::Value::Int32(c as i32);
    pintle_go_value::format::sprintf(b"%#U", &[value]).to_string()
}
