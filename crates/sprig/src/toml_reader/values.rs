//! The words of a value, which may hold others: numbers and words here, texts in
//! [`strings`](super::strings).

use super::scanner::{is_blank, is_break, quoted};
use super::words::{Kind, Lexer, Step};
use crate::text::is_letter;

/// What is open.
#[derive(Debug, Clone, Copy)]
enum Open {
    Array,
    Inline,
}

/// What comes next in what is open.
enum Next {
    Value,
    End,
}

impl Lexer<'_> {
    /// A value with all that is in it.
    pub(super) fn value(&mut self) -> Step {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let mut next = match self.value_or_opening()? {
                Some(opened) => {
                    open.push(opened);
                    Some(self.first_of(opened)?)
                }
                None => None,
            };
            loop {
                match next {
                    Some(Next::Value) => break,
                    Some(Next::End) => drop(open.pop()),
                    None => {}
                }
                let Some(&innermost) = open.last() else {
                    return Ok(());
                };
                next = Some(self.next_of(innermost)?);
            }
        }
    }

    /// After what opens, or a comma: a value, with its key in a table, or the end.
    fn first_of(&mut self, open: Open) -> Step<Next> {
        self.skip_between()?;
        let closing = open.closing();
        match self.scanner.peek()? {
            Some(',') => {
                self.scanner.next()?;
                Err(self.scanner.error("unexpected comma"))
            }
            Some(c) if c == closing => self.close(open),
            _ => {
                if matches!(open, Open::Inline) {
                    self.key()?;
                }
                Ok(Next::Value)
            }
        }
    }

    /// After a value: a comma and what follows it, or the end.
    fn next_of(&mut self, open: Open) -> Step<Next> {
        self.skip_between()?;
        let closing = open.closing();
        let found = match self.scanner.peek()? {
            Some(',') => {
                self.scanner.next()?;
                return self.first_of(open);
            }
            Some(c) if c == closing => return self.close(open),
            _ => self.scanner.next()?,
        };
        let shown = found.map_or("end of file".to_owned(), |c| format!("'{c}'"));
        let message = match open {
            Open::Array => {
                format!("expected a comma (',') or array terminator (']'), but got {shown}")
            }
            Open::Inline => format!(
                "expected a comma or an inline table terminator '}}', but got {shown} instead"
            ),
        };
        Err(self.scanner.error_of(found, message))
    }

    fn close(&mut self, open: Open) -> Step<Next> {
        self.scanner.next()?;
        self.add(match open {
            Open::Array => Kind::ArrayEnd,
            Open::Inline => Kind::InlineEnd,
        });
        Ok(Next::End)
    }

    /// Blanks, line breaks and comments.
    fn skip_between(&mut self) -> Step {
        loop {
            self.scanner.skip(|c| is_blank(c) || is_break(c))?;
            if self.scanner.peek()? != Some('#') {
                return Ok(());
            }
            self.comment()?;
        }
    }

    /// A value that holds no others, or what opens one that does.
    fn value_or_opening(&mut self) -> Step<Option<Open>> {
        self.scanner.skip(is_blank)?;
        self.scanner.begin();
        let first = self.scanner.next()?;
        match first {
            Some('0'..='9') => self.number_or_time(first == Some('0'))?,
            Some('[') => {
                self.add(Kind::Array);
                return Ok(Some(Open::Array));
            }
            Some('{') => {
                self.add(Kind::Inline);
                return Ok(Some(Open::Inline));
            }
            Some('"') => self.text_or_lines()?,
            Some('\'') => self.raw_text_or_lines()?,
            Some('.') => {
                let message = "floats must start with a digit, not '.'";
                return Err(self.scanner.error(message));
            }
            Some('+' | '-') => self.signed()?,
            Some('i' | 'n') if self.infinity_or_nan()? => self.add(Kind::Float),
            Some(c) if is_letter(c) => {
                // GO: what was taken for `inf` or `nan` is left out but for its last letter.
                let last = self.scanner.bytes().len();
                self.back_one(c, last);
                self.truth()?;
            }
            Some('\n') => {
                let message = "expected value but found '\\n' instead";
                return Err(self.scanner.error_before(message));
            }
            None => {
                let message = "unexpected EOF; expected value";
                return Err(self.scanner.error_of(None, message));
            }
            other => {
                let message = format!("expected value but found {} instead", quoted(other));
                return Err(self.scanner.error(message));
            }
        }
        Ok(None)
    }

    fn back_one(&mut self, first: char, read: usize) {
        let width = if read > first.len_utf8() {
            1
        } else {
            first.len_utf8()
        };
        self.scanner.back(width);
    }

    /// After `i` or `n`. GO: `ian` and `inan` pass here, and are no floats later.
    fn infinity_or_nan(&mut self) -> Step<bool> {
        Ok((self.scanner.accept('n')? && self.scanner.accept('f')?)
            || (self.scanner.accept('a')? && self.scanner.accept('n')?))
    }

    /// `true` or `false`. GO: from where [`Self::infinity_or_nan`] stopped, if it did.
    fn truth(&mut self) -> Step {
        let before = self.scanner.bytes().len();
        self.scanner.skip(is_letter)?;
        let letters = String::from_utf8_lossy(&self.scanner.bytes()[before..]).into_owned();
        if !matches!(&*letters, "true" | "false") {
            let letters = pintle_go_value::format::quoted::quote(&letters);
            let message = format!("expected value but found {letters} instead");
            return Err(self.scanner.error(message));
        }
        self.add(Kind::Bool);
        Ok(())
    }

    /// After a sign.
    fn signed(&mut self) -> Step {
        let first = self.scanner.next()?;
        let rest = match first {
            Some('i') => ['n', 'f'],
            Some('n') => ['a', 'n'],
            Some('0'..='9') => {
                if first == Some('0')
                    && let Some(base @ ('b' | 'o' | 'x')) = self.scanner.peek()?
                {
                    let word = self.scanner.word();
                    let message =
                        format!("cannot use sign with non-decimal numbers: '{word}{base}'");
                    return Err(self.scanner.error(message));
                }
                return self.decimal();
            }
            Some('.') => {
                let message = "floats must start with a digit, not '.'";
                return Err(self.scanner.error(message));
            }
            other => {
                let message = format!("expected a digit but got {}", quoted(other));
                return Err(self.scanner.error_of(other, message));
            }
        };
        for letter in rest {
            if !self.scanner.accept(letter)? {
                let message = format!("invalid float: '{}'", self.scanner.word());
                return Err(self.scanner.error(message));
            }
        }
        self.add(Kind::Float);
        Ok(())
    }

    /// After the first digit.
    fn number_or_time(&mut self, is_zero: bool) -> Step {
        if is_zero {
            match self.scanner.peek()? {
                Some('0'..='9' | '_' | '.' | 'e' | 'E') => {}
                Some(base @ ('b' | 'o' | 'x')) => return self.with_base(base),
                _ => {
                    self.add(Kind::Integer);
                    return Ok(());
                }
            }
        }
        self.scanner.skip(|c| c.is_ascii_digit())?;
        match self.scanner.peek()? {
            Some('-' | ':') => self.time(),
            _ => self.decimal(),
        }
    }

    /// The rest of a decimal number.
    fn decimal(&mut self) -> Step {
        self.scanner.skip(|c| c.is_ascii_digit() || c == '_')?;
        if !self.scanner.accept_if(|c| matches!(c, '.' | 'e' | 'E'))? {
            self.add(Kind::Integer);
            return Ok(());
        }
        let in_float = |c: char| c.is_ascii_digit() || "_.-+eE".contains(c);
        self.scanner.skip(in_float)?;
        self.add(Kind::Float);
        Ok(())
    }

    /// After the zero of `0b`, `0o` and `0x`.
    fn with_base(&mut self, base: char) -> Step {
        self.scanner.next()?;
        let (radix, name) = match base {
            'b' => (2, "a binary"),
            'o' => (8, "an octal"),
            _ => (16, "a hexadecimal"),
        };
        let first = self.scanner.peek()?.unwrap_or('\0');
        if !first.is_digit(radix) {
            let word = self.scanner.word();
            let message = format!("not {name} number: '{word}{first}'");
            return Err(self.scanner.error(message));
        }
        self.scanner.skip(|c| c.is_digit(radix) || c == '_')?;
        self.add(Kind::Integer);
        Ok(())
    }

    /// Whatever looks like parts of a date or time; blanks after it are not of it.
    fn time(&mut self) -> Step {
        let in_time = |c: char| c.is_ascii_digit() || "-:Tt .Zz+".contains(c);
        self.scanner.skip(in_time)?;
        let text = self.scanner.word().trim_end_matches(' ').to_owned();
        self.add_text(Kind::Time, text);
        Ok(())
    }
}

impl Open {
    fn closing(self) -> char {
        match self {
            Self::Array => ']',
            Self::Inline => '}',
        }
    }
}
