//! Scalars of an outline: where they end.

use super::{Skimmer, Sure};

impl Skimmer<'_> {
    /// A scalar, or a flow collection of the simplest kind, and the rest of its last line.
    pub(super) fn scalar(&mut self, start: usize) -> Sure<()> {
        let parent = self.open.last()?.column;
        self.pending = false;
        let first = self.byte(start)?;
        let end = match first {
            b'"' => self.double_quoted(start, parent)?,
            b'\'' => self.single_quoted(start, parent)?,
            b'|' | b'>' => return self.block(start, parent),
            b'[' | b'{' => self.flow(start)?,
            _ => return self.plain(start, parent),
        };
        self.end_of_line(end)
    }

    /// Nothing but a comment may follow.
    pub(super) fn end_of_line(&mut self, from: usize) -> Sure<()> {
        let next = self.skip_spaces(from);
        let ends = match self.byte(next) {
            None | Some(b'\n') => true,
            Some(b'#') => next > from,
            Some(_) => false,
        };
        self.at = self.after_line(next);
        ends.then_some(())
    }

    fn double_quoted(&self, start: usize, parent: usize) -> Sure<usize> {
        let mut at = start + 1;
        loop {
            at += memchr::memchr3(b'"', b'\\', b'\n', &self.bytes[at..])?;
            match self.bytes[at] {
                b'"' => return self.without_tabs(start, at + 1),
                b'\\' => at = self.escape(at, parent)?,
                _ => at = self.continued(at, parent)?,
            }
        }
    }

    /// What comes after an escape.
    fn escape(&self, at: usize, parent: usize) -> Sure<usize> {
        match self.byte(at + 1)? {
            b' ' => Some(at + 2),
            b'\n' => self.continued(at + 1, parent),
            b'n' | b't' | b'r' | b'"' | b'\\' | b'0' | b'a' | b'b' | b'e' | b'f' | b'v' => {
                Some(at + 2)
            }
            b'u' => {
                let digits = self.text.get(at + 2..at + 6)?;
                let code = u32::from_str_radix(digits, 16).ok()?;
                let is_hexadecimal = digits.bytes().all(|c| c.is_ascii_hexdigit());
                (is_hexadecimal && char::from_u32(code).is_some()).then_some(at + 6)
            }
            _ => None,
        }
    }

    fn single_quoted(&self, start: usize, parent: usize) -> Sure<usize> {
        let mut at = start + 1;
        loop {
            at += memchr::memchr2(b'\'', b'\n', &self.bytes[at..])?;
            match self.bytes[at] {
                b'\'' if self.byte(at + 1) == Some(b'\'') => at += 2,
                b'\'' => return self.without_tabs(start, at + 1),
                _ => at = self.continued(at, parent)?,
            }
        }
    }

    fn without_tabs(&self, start: usize, end: usize) -> Sure<usize> {
        let tab = memchr::memchr(b'\t', &self.bytes[start..end]);
        tab.is_none().then_some(end)
    }

    /// Where the text goes on after a line break in a quoted scalar: further in than the
    /// collection it belongs to.
    fn continued(&self, line_break: usize, parent: usize) -> Sure<usize> {
        let mut line = line_break + 1;
        loop {
            let first = self.skip_spaces(line);
            match self.byte(first)? {
                b'\n' => line = first + 1,
                _ => return (first - line > parent).then_some(first),
            }
        }
    }

    /// A literal or folded scalar.
    fn block(&mut self, start: usize, parent: usize) -> Sure<()> {
        let mut at = start + 1;
        if matches!(self.byte(at), Some(b'-' | b'+')) {
            at += 1;
        }
        self.end_of_line(at)?;
        let mut indent = None;
        let mut leading = 0;
        loop {
            let line = self.at;
            let first = self.skip_spaces(line);
            let column = first - line;
            match self.byte(first) {
                None => {
                    self.at = first;
                    return Some(());
                }
                Some(b'\n') => {
                    if indent.is_none() {
                        leading = leading.max(column);
                    }
                    self.at = first + 1;
                    continue;
                }
                Some(b'\t') if indent.is_none_or(|indent| column < indent) => return None,
                Some(_) => {}
            }
            let indent = *indent.get_or_insert(column);
            if leading > indent {
                return None;
            }
            if column < indent || indent <= parent {
                return Some(());
            }
            self.at = self.after_line(first);
        }
    }

    /// `[]`, `{}`, or a list of words on one line.
    fn flow(&self, start: usize) -> Sure<usize> {
        let rest = &self.bytes[start..self.line_end(start)];
        if rest.starts_with(b"{}") {
            return Some(start + 2);
        }
        let close = memchr::memchr(b']', rest)?;
        let items = rest.get(1..close)?;
        if rest[0] != b'[' || !(items.is_empty() || items.split(|c| *c == b',').all(is_flow_word)) {
            return None;
        }
        Some(start + close + 1)
    }

    fn plain(&mut self, start: usize, parent: usize) -> Sure<()> {
        let first = self.byte(start)?;
        if !may_begin_plain(first, self.byte(start + 1)) {
            return None;
        }
        let end = self.line_end(start);
        let commented = self.plain_line(start, end)?;
        let text = &self.bytes[start..end];
        if text.starts_with(b"<<") || may_be_odd_float(text) {
            return None;
        }
        self.at = self.after_line(start);
        if commented {
            return Some(());
        }
        self.plain_rest(parent)
    }

    /// The further lines of a plain scalar: those further in than its collection.
    fn plain_rest(&mut self, parent: usize) -> Sure<()> {
        let mut line = self.at;
        loop {
            let first = self.skip_spaces(line);
            match self.byte(first) {
                None | Some(b'#') => return Some(()),
                Some(b'\n') => line = first + 1,
                Some(_) if first - line <= parent => return Some(()),
                Some(_) => {
                    let commented = self.plain_line(first, self.line_end(first))?;
                    self.at = self.after_line(first);
                    line = self.at;
                    if commented {
                        return Some(());
                    }
                }
            }
        }
    }

    /// Checks a line of a plain scalar; whether a comment ends it.
    fn plain_line(&self, start: usize, end: usize) -> Sure<bool> {
        let line = &self.bytes[start..end];
        let mut from = 0;
        while let Some(found) = memchr::memchr3(b':', b'#', b'\t', &line[from..]) {
            let at = from + found;
            match line[at] {
                b'\t' => return None,
                b':' if matches!(line.get(at + 1), None | Some(b' ')) => return None,
                b'#' if at > 0 && line[at - 1] == b' ' => {
                    return (!line[at..].contains(&b'\t')).then_some(true);
                }
                _ => from = at + 1,
            }
        }
        Some(false)
    }
}

/// Whether a plain scalar may begin so.
fn may_begin_plain(first: u8, second: Option<u8>) -> bool {
    match first {
        b'-' | b'?' | b':' => !matches!(second, None | Some(b' ' | b'\n')),
        b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
        | b'"' | b'%' | b'@' | b'`' | b'\t' => false,
        _ => true,
    }
}

/// `.inf` and `.nan` are numbers that JSON does not have.
fn may_be_odd_float(text: &[u8]) -> bool {
    let text = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    matches!(text, [b'.', b'i' | b'I' | b'n' | b'N', ..])
}

/// An item of a flow sequence that is one word, with or without quotes.
fn is_flow_word(item: &[u8]) -> bool {
    let item = item.trim_ascii();
    match item {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => {
            let is_plain = |c: &u8| !matches!(c, b'"' | b'\'' | b'\\' | b'\t');
            inner.iter().all(is_plain)
        }
        [first, rest @ ..] => {
            let is_word =
                |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'.' | b'/' | b'$');
            (first.is_ascii_alphanumeric() || *first == b'/') && rest.iter().all(is_word)
        }
        [] => false,
    }
}
