//! The outline of a simple document, without making values of it.
//!
//! Helm reads every rendered document to learn its kind and name, and to refuse what is no
//! YAML. Nearly all of them are block mappings of plain and quoted scalars: for these, one
//! look at each line is enough to know that the parser would accept them. Whatever is less
//! simple (anchors, tags, flow collections, tabs, odd indentation) is left to the parser.

mod scalars;

/// An entry of the mapping that a document consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutlineEntry<'a> {
    /// The key, without quotes.
    pub key: &'a str,
    /// The whole entry: key, value, and what follows up to the next key.
    pub text: &'a str,
}

/// The entries of a document, in order, when it is simple enough to be sure that
/// [`parse`](crate::parse) accepts it; none else.
///
/// A key may occur more than once.
pub fn outline(document: &str) -> Option<Vec<OutlineEntry<'_>>> {
    if !is_printable(document) {
        return None;
    }
    let mut skimmer = Skimmer {
        text: document,
        bytes: document.as_bytes(),
        at: 0,
        open: Vec::new(),
        pending: false,
        keys: Vec::new(),
    };
    skimmer.run()?;
    Some(skimmer.entries())
}

/// Deeper nesting is left to the parser and its limit.
const MAX_DEPTH: usize = 64;

/// The parser has a limit for keys, too; this one is on the safe side.
const MAX_KEY: usize = 500;

/// Whether all characters are ones that the parser lets pass, and none of them is a line
/// break of its own.
fn is_printable(text: &str) -> bool {
    let is_odd = |byte: &u8| (*byte < b' ' && *byte != b'\n' && *byte != b'\t') || *byte == 0x7f;
    if text.as_bytes().iter().filter(|byte| is_odd(byte)).count() > 0 {
        return false;
    }
    text.is_ascii()
        || text.chars().all(|c| {
            !matches!(
                c,
                '\u{80}'
                    ..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
            )
        })
}

/// A mapping or sequence that is not closed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Open {
    column: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Mapping,
    Sequence,
    /// A sequence in the column of the key that it belongs to.
    Indentless,
}

struct Skimmer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    open: Vec<Open>,
    /// Whether the last key or dash has no value yet.
    pending: bool,
    /// The keys of the outermost mapping: where their lines begin, and they themselves.
    keys: Vec<(usize, &'a str)>,
}

/// Where a line is too odd for us.
type Sure<T> = Option<T>;

impl<'a> Skimmer<'a> {
    fn run(&mut self) -> Sure<()> {
        while let Some((start, column)) = self.next_line() {
            self.place(start, column)?;
            self.node(start, column)?;
        }
        (!self.keys.is_empty()).then_some(())
    }

    fn entries(&self) -> Vec<OutlineEntry<'a>> {
        let ends = self.keys.iter().skip(1).map(|key| key.0);
        let ends = ends.chain([self.text.len()]);
        self.keys
            .iter()
            .zip(ends)
            .map(|((start, key), end)| OutlineEntry {
                key,
                text: &self.text[*start..end],
            })
            .collect()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// The end of the line that `at` is in.
    fn line_end(&self, at: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |length| at + length)
    }

    /// Goes to the next line that is neither blank nor a comment; where it starts, and in
    /// which column.
    fn next_line(&mut self) -> Option<(usize, usize)> {
        loop {
            let start = self.at;
            let first = self.skip_spaces(start);
            match self.byte(first) {
                None => return None,
                Some(b'\n') => self.at = first + 1,
                Some(b'#') => self.at = self.after_line(first),
                Some(_) => {
                    self.at = first;
                    return Some((start, first - start));
                }
            }
        }
    }

    fn skip_spaces(&self, from: usize) -> usize {
        let spaces = self.bytes[from..].iter().take_while(|byte| **byte == b' ');
        from + spaces.count()
    }

    fn after_line(&self, at: usize) -> usize {
        (self.line_end(at) + 1).min(self.bytes.len())
    }

    /// Closes what ends before a line in `column`, so that it stands where it may.
    fn place(&mut self, start: usize, column: usize) -> Sure<()> {
        let dash = self.is_dash(self.at);
        if column == 0 {
            let line = &self.bytes[start..];
            if line.starts_with(b"---") || line.starts_with(b"...") || line[0] == b'%' {
                return None;
            }
        }
        let Some(top) = self.open.last().copied() else {
            return self.keys.is_empty().then_some(());
        };
        if column > top.column {
            // What is further in is the value of the last key or dash.
            return self.pending.then_some(());
        }
        if column == top.column && dash && self.pending && top.kind == Kind::Mapping {
            return self.push(column, Kind::Indentless);
        }
        self.pending = false;
        while let Some(top) = self.open.last() {
            let fits = top.column == column && dash == (top.kind != Kind::Mapping);
            if fits {
                return Some(());
            }
            let may_close = top.column > column || top.kind == Kind::Indentless;
            if !may_close {
                return None;
            }
            self.open.pop();
        }
        None
    }

    fn push(&mut self, column: usize, kind: Kind) -> Sure<()> {
        if self.open.len() >= MAX_DEPTH {
            return None;
        }
        self.open.push(Open { column, kind });
        Some(())
    }

    fn is_dash(&self, at: usize) -> bool {
        self.byte(at) == Some(b'-') && matches!(self.byte(at + 1), Some(b' ' | b'\n') | None)
    }

    /// A node at the current place, in `column`; `line` is where its line begins.
    fn node(&mut self, line: usize, mut column: usize) -> Sure<()> {
        while self.is_dash(self.at) {
            self.enter(column, Kind::Sequence)?;
            self.pending = true;
            let next = self.skip_spaces(self.at + 1);
            if self.ends_or_comments(next) {
                self.at = self.after_line(next);
                return Some(());
            }
            column += next - self.at;
            self.at = next;
        }
        match self.key()? {
            // A scalar where a key should be is an error.
            None if self.open.last()?.column >= column => None,
            None => self.scalar(self.at),
            Some((key, after)) => {
                self.enter(column, Kind::Mapping)?;
                if self.open.len() == 1 {
                    self.keys.push((line, key));
                }
                self.pending = true;
                let next = self.skip_spaces(after);
                if self.ends_or_comments(next) {
                    self.at = self.after_line(next);
                    return Some(());
                }
                self.scalar(next)
            }
        }
    }

    /// Opens a collection in `column`, unless it is the one that is open there.
    fn enter(&mut self, column: usize, kind: Kind) -> Sure<()> {
        match self.open.last() {
            Some(top) if top.column == column => Some(()),
            _ => self.push(column, kind),
        }
    }

    /// Whether nothing but space or a comment is left of a line. There is a space before `at`.
    fn ends_or_comments(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b'\n' | b'#'))
    }

    /// The key that begins here, if one does, and what comes after its colon.
    fn key(&self) -> Sure<Option<(&'a str, usize)>> {
        let start = self.at;
        let line = &self.bytes[start..self.line_end(start)];
        let (key, colon) = match line.first()? {
            quote @ (b'"' | b'\'') => {
                let Some(length) = memchr::memchr(*quote, &line[1..]) else {
                    return Some(None);
                };
                let end = length + 2;
                if line.get(end) != Some(&b':') {
                    return Some(None);
                }
                let inside = &line[1..end - 1];
                let plain = inside.iter().all(|c| *c != b'\\' && *c != b'\t');
                // Two quotes in a row stand for one: not so simple.
                if !plain || inside.is_empty() {
                    return None;
                }
                (start + 1..start + end - 1, end)
            }
            first => {
                let Some(colon) = find_colon(line) else {
                    return Some(None);
                };
                if !is_plain_key(*first, &line[..colon]) {
                    return None;
                }
                (start..start + colon, colon)
            }
        };
        if key.len() > MAX_KEY {
            return None;
        }
        match line.get(colon + 1) {
            None | Some(b' ') => Some(Some((&self.text[key], start + colon + 1))),
            Some(_) => None,
        }
    }
}

/// Where the colon stands that ends a plain key.
fn find_colon(line: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr::memchr(b':', &line[from..])?;
        if matches!(line.get(at + 1), None | Some(b' ')) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// Whether a key is a word that can be nothing but a text, a number or a boolean.
fn is_plain_key(first: u8, key: &[u8]) -> bool {
    let starts_well = first.is_ascii_alphanumeric()
        || matches!(first, b'_' | b'/' | b'$')
        || (first == b'.' && key.len() > 5);
    let is_word = |c: &u8| {
        c.is_ascii_alphanumeric()
            || matches!(
                c,
                b'_' | b'-' | b'.' | b'/' | b'$' | b':' | b'@' | b'+' | b'*' | b'~'
            )
    };
    let is_date = first.is_ascii_digit() && key.get(4) == Some(&b'-');
    let is_long_number = first.is_ascii_digit() && key.len() > 15;
    let is_null = matches!(key, b"null" | b"Null" | b"NULL");
    starts_well && key.iter().all(is_word) && !is_date && !is_long_number && !is_null
}
