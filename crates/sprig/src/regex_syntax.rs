//! Go's regular expressions (RE2 syntax) rewritten for Rust's `regex` crate.
//!
//! Both are linear-time engines with the same matching rules; the syntax differs. What Go
//! takes literally (`{`, `a{,2}`, `[a&&b]`) is escaped, what it knows only in ASCII (`\d`,
//! `\w`, `\s`, `\b`) is spelled out, and what it refuses is refused with its text.

mod read;

pub(crate) use read::read_escape;
use read::{Counts, capture_name, counts, read_flags};

use crate::regex_class::{ascii_class, escape_char, parse_class, unicode_class};

/// How deep groups may nest. DIFF: Go allows 1000; compiling is recursive.
const MAX_DEPTH: usize = 100;
/// The largest repeat count, also of nested repeats multiplied.
const MAX_REPEAT: u32 = 1000;

/// A refusal, with Go's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError(pub String);

impl SyntaxError {
    /// The error of that kind about that part of the expression.
    pub(crate) fn new(kind: &str, part: &str) -> Self {
        Self(format!("error parsing regexp: {kind}: `{part}`"))
    }
}

/// An expression in the syntax of the `regex` crate.
#[derive(Debug, Default)]
pub(crate) struct Translated {
    /// The pattern.
    pub pattern: String,
    /// Names of groups by index. Kept here since Go lets a name occur twice.
    pub names: Vec<(String, usize)>,
}

/// Rewrites an expression.
///
/// # Errors
/// What Go refuses, with Go's text.
pub(crate) fn translate(expression: &str) -> Result<Translated, SyntaxError> {
    let mut translator = Translator {
        whole: expression,
        rest: expression,
        result: Translated::default(),
        groups: 0,
        flags: Flags::default(),
        frames: vec![Frame::default()],
    };
    translator.run()?;
    Ok(translator.result)
}

/// The flags that are in force.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Flags {
    ignore_case: bool,
    multi_line: bool,
    dot_all: bool,
    swap_greed: bool,
}

impl Flags {
    /// As the inside of `(?…)`, all of them said.
    fn text(self) -> String {
        let all = [
            (self.ignore_case, 'i'),
            (self.multi_line, 'm'),
            (self.dot_all, 's'),
            (self.swap_greed, 'U'),
        ];
        let chosen = |wanted: bool| {
            all.iter()
                .filter(move |(on, _)| *on == wanted)
                .map(|(_, c)| *c)
        };
        let (on, off): (String, String) = (chosen(true).collect(), chosen(false).collect());
        if off.is_empty() {
            on
        } else {
            format!("{on}-{off}")
        }
    }
}

/// One open group, or the whole expression.
#[derive(Debug, Default)]
struct Frame {
    /// Flags to return to after the group.
    flags: Flags,
    /// Where the group starts in the result.
    start: usize,
    /// What a repeat operator would repeat.
    atom: Option<Atom>,
    /// The largest product of nested repeats inside.
    repeats: u32,
}

/// A part of the result that can be repeated.
#[derive(Debug, Clone, Copy)]
struct Atom {
    start: usize,
    end: usize,
    repeated: bool,
    repeats: u32,
}

struct Translator<'a> {
    whole: &'a str,
    rest: &'a str,
    result: Translated,
    groups: usize,
    flags: Flags,
    frames: Vec<Frame>,
}

impl<'a> Translator<'a> {
    fn run(&mut self) -> Result<(), SyntaxError> {
        // Where the repeat operator that was just read begins; a second one may not follow.
        let mut last_repeat: Option<&'a str> = None;
        while let Some(first) = self.rest.chars().next() {
            let before = self.rest;
            let mut repeat = None;
            match first {
                '(' => self.open()?,
                '|' => self.alternate(),
                ')' => self.close()?,
                '^' => self.simple("^"),
                '$' => self.simple("$"),
                '.' => self.simple("."),
                '[' => self.class()?,
                '\\' => self.escape()?,
                '*' | '+' | '?' => {
                    self.rest = &self.rest[1..];
                    self.repeat(&before[..1], 1, before, last_repeat)?;
                    repeat = Some(before);
                }
                '{' => match counts(self.rest) {
                    Some(counts) => {
                        self.rest = &self.rest[counts.length..];
                        self.repeat_counted(counts, before, last_repeat)?;
                        repeat = Some(before);
                    }
                    None => self.literal('{'),
                },
                other => self.literal(other),
            }
            last_repeat = repeat;
        }
        if self.frames.len() > 1 {
            return Err(SyntaxError::new("missing closing )", self.whole));
        }
        Ok(())
    }

    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// Adds something that can be repeated.
    fn push_atom(&mut self, text: &str) {
        let start = self.result.pattern.len();
        self.result.pattern.push_str(text);
        let end = self.result.pattern.len();
        self.frame().atom = Some(Atom {
            start,
            end,
            repeated: false,
            repeats: 0,
        });
    }

    fn simple(&mut self, text: &str) {
        self.rest = &self.rest[1..];
        self.push_atom(text);
    }

    fn literal(&mut self, character: char) {
        self.rest = &self.rest[character.len_utf8()..];
        self.push_atom(&escape_char(character));
    }

    fn alternate(&mut self) {
        self.rest = &self.rest[1..];
        self.result.pattern.push('|');
        self.frame().atom = None;
    }

    fn class(&mut self) -> Result<(), SyntaxError> {
        let (text, rest) = parse_class(self.rest)?;
        self.rest = rest;
        self.push_atom(&text);
        Ok(())
    }

    fn open(&mut self) -> Result<(), SyntaxError> {
        if self.frames.len() > MAX_DEPTH {
            return Err(SyntaxError::new("expression nests too deeply", self.whole));
        }
        let start = self.result.pattern.len();
        let mut flags = self.flags;
        if !self.rest.starts_with("(?") {
            self.rest = &self.rest[1..];
            self.capture(None);
        } else if let Some((name, rest)) = capture_name(self.rest)? {
            self.rest = rest;
            self.capture(Some(name));
        } else {
            let (changed, group, rest) = read_flags(self.rest, self.flags)?;
            self.rest = rest;
            if !group {
                self.flags = changed;
                self.result
                    .pattern
                    .push_str(&format!("(?{})", changed.text()));
                return Ok(());
            }
            flags = changed;
            self.result
                .pattern
                .push_str(&format!("(?{}:", changed.text()));
        }
        let outer = std::mem::replace(&mut self.flags, flags);
        self.frames.push(Frame {
            flags: outer,
            start,
            ..Frame::default()
        });
        Ok(())
    }

    fn capture(&mut self, name: Option<&str>) {
        self.groups += 1;
        if let Some(name) = name {
            self.result.names.push((name.to_owned(), self.groups));
        }
        self.result.pattern.push('(');
    }

    fn close(&mut self) -> Result<(), SyntaxError> {
        if self.frames.len() < 2 {
            return Err(SyntaxError::new("unexpected )", self.whole));
        }
        self.rest = &self.rest[1..];
        self.result.pattern.push(')');
        if let Some(closed) = self.frames.pop() {
            self.flags = closed.flags;
            let end = self.result.pattern.len();
            let frame = self.frame();
            frame.repeats = frame.repeats.max(closed.repeats);
            frame.atom = Some(Atom {
                start: closed.start,
                end,
                repeated: false,
                repeats: closed.repeats,
            });
        }
        Ok(())
    }

    fn repeat_counted(
        &mut self,
        counts: Counts,
        before: &'a str,
        last_repeat: Option<&'a str>,
    ) -> Result<(), SyntaxError> {
        let text = &before[..counts.length];
        let invalid = |part: &str| SyntaxError::new("invalid repeat count", part);
        let largest = counts.most.unwrap_or(counts.least);
        if counts.least > MAX_REPEAT || largest > MAX_REPEAT || largest < counts.least {
            return Err(invalid(text));
        }
        self.repeat(text, largest, before, last_repeat)?;
        if largest >= 2 && self.frame().repeats > MAX_REPEAT {
            return Err(invalid(&before[..before.len() - self.rest.len()]));
        }
        Ok(())
    }

    /// Repeats the last atom. The operator goes right behind it, also where flags have
    /// been set in between: `a(?i)*`.
    fn repeat(
        &mut self,
        operator: &str,
        count: u32,
        before: &'a str,
        last_repeat: Option<&'a str>,
    ) -> Result<(), SyntaxError> {
        let mut operator = operator.to_owned();
        if let Some(rest) = self.rest.strip_prefix('?') {
            self.rest = rest;
            operator.push('?');
        }
        if let Some(last) = last_repeat {
            let part = &last[..last.len() - self.rest.len()];
            return Err(SyntaxError::new("invalid nested repetition operator", part));
        }
        let Some(atom) = self.frame().atom else {
            let part = &before[..before.len() - self.rest.len()];
            return Err(SyntaxError::new(
                "missing argument to repetition operator",
                part,
            ));
        };
        let pattern = &mut self.result.pattern;
        let length = pattern.len();
        if atom.repeated {
            pattern.insert_str(atom.start, "(?:");
            operator.insert(0, ')');
        }
        let end = atom.end + if atom.repeated { 3 } else { 0 };
        pattern.insert_str(end, &operator);
        let grown = pattern.len() - length;
        let repeats = match count {
            0 => 0,
            count => count.saturating_mul(atom.repeats.max(1)),
        };
        let frame = self.frame();
        frame.repeats = frame.repeats.max(repeats);
        frame.atom = Some(Atom {
            end: atom.end + grown,
            repeated: true,
            repeats,
            ..atom
        });
        Ok(())
    }

    fn escape(&mut self) -> Result<(), SyntaxError> {
        let mut characters = self.rest[1..].chars();
        match characters.next() {
            Some('A') => self.escaped("\\A"),
            Some('z') => self.escaped("\\z"),
            Some('b') => self.escaped("(?-u:\\b)"),
            Some('B') => self.escaped("(?-u:\\B)"),
            Some('C') => return Err(SyntaxError::new("invalid escape sequence", "\\C")),
            Some('Q') => self.quoted(),
            Some(letter @ ('d' | 'D' | 's' | 'S' | 'w' | 'W')) => {
                let class = format!("[{}]", ascii_class(letter));
                self.escaped(&class);
            }
            Some('p' | 'P') => {
                let (text, rest) = unicode_class(self.rest)?;
                self.rest = rest;
                self.push_atom(&format!("[{text}]"));
            }
            _ => {
                let (character, rest) = read_escape(self.rest)?;
                self.rest = rest;
                self.push_atom(&escape_char(character));
            }
        }
        Ok(())
    }

    /// A two-character escape.
    fn escaped(&mut self, text: &str) {
        self.rest = &self.rest[2..];
        self.push_atom(text);
    }

    /// `\Q…\E`: all of it literal.
    fn quoted(&mut self) {
        let quoted = &self.rest[2..];
        let (literal, rest) = quoted.split_once("\\E").unwrap_or((quoted, ""));
        for character in literal.chars() {
            self.push_atom(&escape_char(character));
        }
        self.rest = rest;
    }
}
