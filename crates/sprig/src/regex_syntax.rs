//! Go's regular expressions (RE2 syntax) rewritten for Rust's `regex` crate.
//!
//! Both are linear-time engines with the same matching rules; the syntax differs. What Go
//! takes literally (`{`, `a{,2}`, `[a&&b]`) is escaped, what it knows only in ASCII (`\d`,
//! `\w`, `\s`, `\b`) is spelled out, and what it refuses is refused with its text.

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

/// The counts of `{2}`, `{2,}` or `{2,5}`.
#[derive(Clone, Copy)]
struct Counts {
    least: u32,
    most: Option<u32>,
    length: usize,
}

/// Reads counts; a brace that does not begin any is an ordinary character.
fn counts(text: &str) -> Option<Counts> {
    let inner = text.strip_prefix('{')?;
    let end = inner.find('}')?;
    let (least, most) = match inner[..end].split_once(',') {
        None => {
            let count = count(&inner[..end])?;
            (count, Some(count))
        }
        Some((least, "")) => (count(least)?, None),
        Some((least, most)) => (count(least)?, Some(count(most)?)),
    };
    Some(Counts {
        least,
        most,
        length: end + 2,
    })
}

/// Digits without a leading zero; what is too large stays too large.
fn count(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !plain || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some(digits.parse().unwrap_or(u32::MAX))
}

/// The name of `(?P<name>` or `(?<name>`, and what follows.
fn capture_name(text: &str) -> Result<Option<(&str, &str)>, SyntaxError> {
    let length = if text.len() > 4 && text.starts_with("(?P<") {
        4
    } else if text.len() > 3 && text.starts_with("(?<") {
        3
    } else {
        return Ok(None);
    };
    let Some(end) = text.find('>') else {
        return Err(SyntaxError::new("invalid named capture", text));
    };
    let name = &text[length..end];
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err(SyntaxError::new("invalid named capture", &text[..=end]));
    }
    Ok(Some((name, &text[end + 1..])))
}

/// Reads `(?flags)` or `(?flags:`: the flags then in force, whether a group begins, and
/// what follows.
fn read_flags(text: &str, mut flags: Flags) -> Result<(Flags, bool, &str), SyntaxError> {
    let (mut on, mut seen) = (true, false);
    let mut at = 2;
    for character in text[2..].chars() {
        at += character.len_utf8();
        match character {
            'i' => flags.ignore_case = on,
            'm' => flags.multi_line = on,
            's' => flags.dot_all = on,
            'U' => flags.swap_greed = on,
            '-' if on => {
                on = false;
                seen = false;
                continue;
            }
            ':' | ')' if on || seen => return Ok((flags, character == ':', &text[at..])),
            _ => break,
        }
        seen = true;
    }
    Err(SyntaxError::new(
        "invalid or unsupported Perl syntax",
        &text[..at],
    ))
}

/// Reads an escape that means one character.
pub(crate) fn read_escape(text: &str) -> Result<(char, &str), SyntaxError> {
    let mut characters = text[1..].chars();
    let Some(first) = characters.next() else {
        return Err(SyntaxError::new(
            "trailing backslash at end of expression",
            "",
        ));
    };
    let rest = characters.as_str();
    let invalid = |rest: &str| {
        Err(SyntaxError::new(
            "invalid escape sequence",
            &text[..text.len() - rest.len()],
        ))
    };
    match first {
        '1'..='7' if !rest.starts_with(|c| matches!(c, '0'..='7')) => invalid(rest),
        '0'..='7' => {
            let more = rest
                .bytes()
                .take(2)
                .take_while(|b| matches!(b, b'0'..=b'7'))
                .count();
            let digits = &text[1..2 + more];
            let code = u32::from_str_radix(digits, 8).unwrap_or(0);
            Ok((char::from_u32(code).unwrap_or('\0'), &rest[more..]))
        }
        'x' => read_hexadecimal(text, rest),
        'a' => Ok(('\x07', rest)),
        'f' => Ok(('\x0C', rest)),
        'n' => Ok(('\n', rest)),
        'r' => Ok(('\r', rest)),
        't' => Ok(('\t', rest)),
        'v' => Ok(('\x0B', rest)),
        other if other.is_ascii() && !other.is_ascii_alphanumeric() => Ok((other, rest)),
        _ => invalid(rest),
    }
}

/// `\x41` or `\x{263a}`; `after` follows the `x`.
fn read_hexadecimal<'a>(text: &'a str, after: &'a str) -> Result<(char, &'a str), SyntaxError> {
    let mut characters = after.chars();
    let invalid = |rest: &str| {
        Err(SyntaxError::new(
            "invalid escape sequence",
            &text[..text.len() - rest.len()],
        ))
    };
    let Some(first) = characters.next() else {
        return invalid(after);
    };
    let mut code = 0;
    if first != '{' {
        let second = characters.next();
        let digits = (first.to_digit(16), second.and_then(|c| c.to_digit(16)));
        return match digits {
            (Some(high), Some(low)) => Ok((
                char::from_u32(high * 16 + low).unwrap_or('\0'),
                characters.as_str(),
            )),
            _ => invalid(characters.as_str()),
        };
    }
    let mut digits = 0;
    while let Some(character) = characters.next() {
        if character == '}' && digits > 0 {
            // GO: surrogates are no characters, but may be written; they match nothing.
            let read = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            return Ok((read, characters.as_str()));
        }
        match character.to_digit(16) {
            Some(digit) => code = code * 16 + digit,
            None => return invalid(characters.as_str()),
        }
        digits += 1;
        if code > u32::from(char::MAX) {
            return invalid(characters.as_str());
        }
    }
    invalid("")
}
