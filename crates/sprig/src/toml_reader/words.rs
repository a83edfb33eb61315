//! The words of a document: keys, headings, and what opens and closes.

use super::Error;
use super::key::is_bare;
use super::scanner::{Scanner, is_blank, is_break, quoted};

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `[`, before the parts of a name
    Table,
    /// `[[`, before the parts of a name
    Tables,
    /// the end of either
    HeadEnd,
    /// a part of a key or name, without quotes
    Part,
    /// the `=` after the parts of a key
    KeyEnd,
    /// a text in quotes without escapes, also as a part of a key
    Text,
    /// a text with escapes
    Escaped,
    /// a text of several lines, with escapes
    Lines,
    /// a text of several lines, without
    RawLines,
    Bool,
    Integer,
    Float,
    Time,
    Array,
    ArrayEnd,
    Inline,
    InlineEnd,
}

/// A word of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// The line it ends in.
    pub(super) line: usize,
}

/// The words up to the first error, and that error.
pub(super) struct Words {
    pub(super) words: std::vec::IntoIter<Word>,
    pub(super) error: Option<Error>,
}

/// Cuts a text into words; what is in comments is only checked.
pub(super) fn words(text: &[u8]) -> Words {
    let mut lexer = Lexer {
        scanner: Scanner::new(text),
        words: Vec::new(),
    };
    let error = lexer.document().err();
    Words {
        words: lexer.words.into_iter(),
        error,
    }
}

/// Cuts a text into words.
pub(super) struct Lexer<'a> {
    pub(super) scanner: Scanner<'a>,
    pub(super) words: Vec<Word>,
}

pub(super) type Step<T = ()> = Result<T, Error>;

impl Lexer<'_> {
    fn document(&mut self) -> Step {
        loop {
            self.scanner.skip(|c| is_blank(c) || is_break(c))?;
            match self.scanner.peek()? {
                None => return Ok(()),
                Some('#') => {
                    self.comment()?;
                    continue;
                }
                Some('[') => self.head()?,
                Some(_) => {
                    self.key()?;
                    self.value()?;
                }
            }
            self.line_end()?;
        }
    }

    /// What may follow a heading or value at the top.
    fn line_end(&mut self) -> Step {
        self.scanner.skip(is_blank)?;
        match self.scanner.next()? {
            None => Ok(()),
            Some('#') => self.comment(),
            Some(c) if is_break(c) => Ok(()),
            other => Err(self.scanner.error_of(
                other,
                format!(
                    "expected a top-level item to end with a newline, comment, or EOF, \
                     but got {} instead",
                    quoted(other)
                ),
            )),
        }
    }

    /// The rest of the line.
    pub(super) fn comment(&mut self) -> Step {
        self.scanner.skip(|c| !is_break(c))
    }

    /// Adds the present word; the next begins here.
    pub(super) fn add(&mut self, kind: Kind) {
        let text = self.scanner.word();
        self.add_text(kind, text);
    }

    pub(super) fn add_text(&mut self, kind: Kind, text: String) {
        let line = self.scanner.line();
        self.words.push(Word { kind, text, line });
        self.scanner.begin();
    }

    /// `[name]` or `[[name]]`.
    fn head(&mut self) -> Step {
        self.scanner.next()?;
        let several = self.scanner.accept('[')?;
        self.add(if several { Kind::Tables } else { Kind::Table });
        loop {
            self.name_part()?;
            self.scanner.skip(is_blank)?;
            match self.scanner.next()? {
                Some('.') => {}
                Some(']') => break,
                other => {
                    let other_quoted = quoted(other);
                    return Err(self.scanner.error_of(
                        other,
                        format!(
                            "expected '.' or ']' to end table name, but got {other_quoted} instead"
                        ),
                    ));
                }
            }
        }
        if several {
            let end = self.scanner.next()?;
            if end != Some(']') {
                let message = format!(
                    "expected end of table array name delimiter ']', but got {} instead",
                    quoted(end)
                );
                return Err(self.scanner.error_of(end, message));
            }
        }
        self.add(Kind::HeadEnd);
        Ok(())
    }

    fn name_part(&mut self) -> Step {
        self.scanner.skip(is_blank)?;
        match self.scanner.peek()? {
            Some(']') | None => Err(self
                .scanner
                .error("unexpected end of table name (table names cannot be empty)")),
            Some('.') => Err(self
                .scanner
                .error("unexpected table separator (table names cannot be empty)")),
            _ => self.part(),
        }
    }

    /// A part of a key or name. One that does not begin as it must is empty: what is there
    /// instead is told by who looks at what follows.
    fn part(&mut self) -> Step {
        self.scanner.begin();
        if self.scanner.accept('"')? {
            return self.text();
        }
        if self.scanner.accept('\'')? {
            return self.raw_text();
        }
        self.scanner.skip(is_bare)?;
        self.add(Kind::Part);
        Ok(())
    }

    /// A key with its `=`.
    pub(super) fn key(&mut self) -> Step {
        self.scanner.skip(is_blank)?;
        match self.scanner.peek()? {
            Some('=') | None => {
                return Err(self.scanner.error("unexpected '=': key name appears blank"));
            }
            Some('.') => {
                return Err(self
                    .scanner
                    .error("unexpected '.': keys cannot start with a '.'"));
            }
            Some(_) => {}
        }
        loop {
            self.scanner.skip(is_blank)?;
            match self.scanner.peek()? {
                Some('=') | None => return Err(self.scanner.error("unexpected '='")),
                Some('.') => return Err(self.scanner.error("unexpected '.'")),
                Some(_) => self.part()?,
            }
            self.scanner.skip(is_blank)?;
            match self.scanner.next()? {
                Some('.') => {}
                Some('=') => {
                    self.add(Kind::KeyEnd);
                    return Ok(());
                }
                other => return Err(self.no_key_end(other)),
            }
        }
    }

    fn no_key_end(&self, found: Option<char>) -> Error {
        let message = || format!("expected '.' or '=', but got {} instead", quoted(found));
        match found {
            None => self
                .scanner
                .error_of(found, "unexpected EOF; expected key separator '='"),
            Some('\n') => self.scanner.error_before(message()),
            _ => self.scanner.error(message()),
        }
    }
}
