//! Texts in quotes: where they end, and what their escapes mean.

use super::Error;
use super::scanner::{is_blank, is_break};
use super::words::{Kind, Lexer, Step, Word};
use pintle_go_value::format::quoted::quote;

const LINE_BREAK: &str = "strings cannot contain newlines";

impl Lexer<'_> {
    /// After the first `"` of a value.
    pub(super) fn text_or_lines(&mut self) -> Step {
        if self.opens_lines('"')? {
            return self.lines('"', Kind::Lines);
        }
        self.text()
    }

    /// After the first `'` of a value.
    pub(super) fn raw_text_or_lines(&mut self) -> Step {
        if self.opens_lines('\'')? {
            return self.lines('\'', Kind::RawLines);
        }
        self.raw_text()
    }

    fn opens_lines(&mut self, quote: char) -> Step<bool> {
        if self.scanner.accept(quote)? {
            if self.scanner.accept(quote)? {
                return Ok(true);
            }
            self.scanner.back(1);
        }
        Ok(false)
    }

    /// After the opening `"`.
    pub(super) fn text(&mut self) -> Step {
        self.scanner.begin();
        let mut kind = Kind::Text;
        loop {
            match self.scanner.peek()? {
                None => return Err(self.open_end("'\"'")),
                Some(c) if is_break(c) => return self.broken(),
                Some('"') => return self.end_text(kind),
                Some('\\') => {
                    self.scanner.next()?;
                    self.escape()?;
                    kind = Kind::Escaped;
                }
                Some(_) => drop(self.scanner.next()?),
            }
        }
    }

    /// After the opening `'`.
    pub(super) fn raw_text(&mut self) -> Step {
        self.scanner.begin();
        loop {
            match self.scanner.peek()? {
                None => return Err(self.open_end("\"'\"")),
                Some(c) if is_break(c) => return self.broken(),
                Some('\'') => return self.end_text(Kind::Text),
                Some(_) => drop(self.scanner.next()?),
            }
        }
    }

    fn open_end(&self, wanted: &str) -> Error {
        let message = format!("unexpected EOF; expected {wanted}");
        self.scanner.error_of(None, message)
    }

    /// GO: of `\r\n` the first is read, and the line before is not the one it is in.
    fn broken(&mut self) -> Step {
        self.scanner.next()?;
        Err(self.scanner.error_before(LINE_BREAK))
    }

    /// The word without the quote we are at.
    fn end_text(&mut self, kind: Kind) -> Step {
        self.add(kind);
        self.scanner.next()?;
        self.scanner.begin();
        Ok(())
    }

    /// After three quotes, to the next three that no other quote follows.
    fn lines(&mut self, quote: char, kind: Kind) -> Step {
        self.scanner.begin();
        let three: String = [quote; 3].iter().collect();
        loop {
            let Some(c) = self.scanner.next()? else {
                let wanted = if quote == '"' { "'\"\"\"'" } else { "\"'''\"" };
                return Err(self.open_end(wanted));
            };
            if c == '\\' && kind == Kind::Lines {
                if !self.scanner.accept_if(is_break)? {
                    self.escape()?;
                }
            } else if c == quote && self.closes_lines(quote)? {
                let text = self.scanner.word();
                let text = text.strip_suffix(&three).unwrap_or(&text).to_owned();
                self.add_text(kind, text);
                return Ok(());
            }
        }
    }

    /// After one quote: whether two more follow, and then none.
    fn closes_lines(&mut self, quote: char) -> Step<bool> {
        if !self.scanner.accept(quote)? {
            return Ok(false);
        }
        if !self.scanner.accept(quote)? {
            self.scanner.back(1);
            return Ok(false);
        }
        if self.scanner.peek()? != Some(quote) {
            return Ok(true);
        }
        let read = self.scanner.bytes();
        let has_five = match quote {
            // Of `\"""…` the first is of the escape.
            '"' => read.ends_with(b"\"\"\"\"\"") && !read.ends_with(b"\\\"\"\"\"\""),
            _ => read.ends_with(b"'''''"),
        };
        if has_five {
            let six = match quote {
                '"' => "'\"\"\"\"\"\"'",
                _ => "\"''''''\"",
            };
            return Err(self.scanner.error(format!("unexpected {six}")));
        }
        self.scanner.back(2);
        Ok(false)
    }

    /// After a backslash. A blank passes: it may be before a line break.
    fn escape(&mut self) -> Step {
        let kind = self.scanner.next()?;
        let (digits, name) = match kind {
            Some('b' | 'e' | 'f' | 'n' | 'r' | 't' | '"' | '\\' | ' ' | '\t') => return Ok(()),
            Some('x') => (2, "two"),
            Some('u') => (4, "four"),
            Some('U') => (8, "eight"),
            other => {
                let c = other.unwrap_or('\0');
                let message = format!("invalid escape in string '\\{c}'");
                return Err(match other {
                    // GO: the end counts as a line of its own here.
                    None => self.scanner.error_before(message),
                    Some(_) => self.scanner.error(message),
                });
            }
        };
        let kind = kind.unwrap_or_default();
        for _ in 0..digits {
            let digit = self.scanner.next()?;
            if !digit.is_some_and(|c| c.is_ascii_hexdigit()) {
                let word = quote(&self.scanner.word());
                let message = format!(
                    "expected {name} hexadecimal digits after '\\{kind}', but got {word} instead"
                );
                return Err(self.scanner.error_of(digit, message));
            }
        }
        Ok(())
    }
}

/// What the text of a word means.
///
/// # Errors
/// Of escapes that look right and are not.
pub(super) fn meaning(word: &Word) -> Result<String, Error> {
    match word.kind {
        Kind::Escaped => unescape(word, &word.text),
        Kind::Lines => unescape(
            word,
            &without_escaped_breaks(without_first_break(&word.text)),
        ),
        Kind::RawLines => Ok(without_first_break(&word.text).to_owned()),
        _ => Ok(word.text.clone()),
    }
}

fn without_first_break(text: &str) -> &str {
    text.strip_prefix('\n')
        .or_else(|| text.strip_prefix("\r\n"))
        .unwrap_or(text)
}

/// The text without each backslash at the end of a line, and the blanks and line breaks
/// after it.
fn without_escaped_breaks(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        result.push_str(before);
        let after = &escape[1..];
        let trimmed = after.trim_start_matches(|c| is_blank(c) || is_break(c));
        let blanks = &after[..after.len() - trimmed.len()];
        rest = if blanks.contains('\n') {
            trimmed
        } else {
            // With what it escapes, which may be a backslash.
            let width = 1 + usize::from(after.starts_with('\\'));
            result.push_str(&escape[..width]);
            &escape[width..]
        };
    }
    result.push_str(rest);
    result
}

fn unescape(word: &Word, text: &str) -> Result<String, Error> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            result.push(c);
            continue;
        }
        let kind = rest.next().unwrap_or_default();
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            kind => {
                result.push(simple(word, kind)?);
                continue;
            }
        };
        let (digits, after) = rest.as_str().split_at_checked(digits).unwrap_or_default();
        rest = after.chars();
        let c = u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32);
        result.push(c.ok_or_else(|| {
            let message = format!("Escaped character '\\u{digits}' is not valid UTF-8.");
            Error::at(word.line, message)
        })?);
    }
    Ok(result)
}

fn simple(word: &Word, kind: char) -> Result<char, Error> {
    Ok(match kind {
        'b' => '\u{8}',
        'e' => '\u{1b}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '"' | '\\' => kind,
        other => {
            let message = format!("invalid escape: '\\{other}'");
            return Err(Error::at(word.line, message));
        }
    })
}
