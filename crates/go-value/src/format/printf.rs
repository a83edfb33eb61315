//! Reads a format string directive by directive and picks the arguments.

use super::layout::{Layout, first_rune};
use super::printer::Printer;
use crate::Value;

/// GO: a larger width or precision is taken for a mistake.
const MAX_NUMBER: i64 = 1_000_000;

/// Appends `fmt.Sprintf(format, arguments...)`.
pub(super) fn write(out: &mut Vec<u8>, format: &[u8], arguments: &[Value]) {
    let mut reader = Reader {
        format,
        at: 0,
        arguments,
        next: 0,
        reordered: false,
        good_index: true,
    };
    while reader.at < format.len() {
        let rest = &format[reader.at..];
        let plain = rest.iter().position(|c| *c == b'%').unwrap_or(rest.len());
        out.extend_from_slice(&rest[..plain]);
        reader.at += plain;
        if reader.at < format.len() {
            reader.at += 1;
            reader.directive(out);
        }
    }
    reader.extra(out);
}

/// Where we are in the format and in the arguments.
struct Reader<'f> {
    format: &'f [u8],
    at: usize,
    arguments: &'f [Value],
    next: usize,
    /// Some directive chose its argument with `[n]`, so unused ones are no mistake.
    reordered: bool,
    good_index: bool,
}

impl Reader<'_> {
    /// What follows a `%`.
    fn directive(&mut self, out: &mut Vec<u8>) {
        self.good_index = true;
        let mut layout = Layout::default();
        self.flags(&mut layout);
        let mut after_index = self.argument_index();
        self.width(out, &mut layout, &mut after_index);
        self.precision(out, &mut layout, &mut after_index);
        if !after_index {
            self.argument_index();
        }
        if self.at >= self.format.len() {
            return out.extend_from_slice(b"%!(NOVERB)");
        }
        let (verb, length) = first_rune(&self.format[self.at..]);
        self.at += length;
        self.verb(out, layout, verb);
    }

    fn flags(&mut self, layout: &mut Layout) {
        while let Some(flag) = self.format.get(self.at) {
            match flag {
                b'#' => layout.sharp = true,
                b'0' => layout.zero = true,
                b'+' => layout.plus = true,
                b'-' => layout.minus = true,
                b' ' => layout.space = true,
                _ => break,
            }
            self.at += 1;
        }
    }

    fn width(&mut self, out: &mut Vec<u8>, layout: &mut Layout, after_index: &mut bool) {
        if self.eat(b'*') {
            match self.star() {
                Some(width) => {
                    layout.minus |= width < 0;
                    layout.width = Some(width.unsigned_abs() as usize);
                }
                None => out.extend_from_slice(b"%!(BADWIDTH)"),
            }
            *after_index = false;
        } else {
            layout.width = self.number();
            if *after_index && layout.width.is_some() {
                self.good_index = false; // "%[3]2d"
            }
        }
    }

    fn precision(&mut self, out: &mut Vec<u8>, layout: &mut Layout, after_index: &mut bool) {
        // GO: a dot at the very end is the verb.
        if self.at + 1 >= self.format.len() || !self.eat(b'.') {
            return;
        }
        if *after_index {
            self.good_index = false; // "%[3].2d"
        }
        *after_index = self.argument_index();
        if self.eat(b'*') {
            match self.star() {
                Some(precision @ 0..) => layout.precision = Some(precision as usize),
                _ => out.extend_from_slice(b"%!(BADPREC)"),
            }
            *after_index = false;
        } else {
            layout.precision = Some(self.number().unwrap_or(0));
        }
    }

    fn verb(&mut self, out: &mut Vec<u8>, mut layout: Layout, verb: char) {
        if verb == '%' {
            return out.push(b'%');
        }
        let reason: &[u8] = match self.arguments.get(self.next) {
            _ if !self.good_index => b"(BADINDEX)",
            None => b"(MISSING)",
            Some(argument) => {
                self.next += 1;
                if matches!(verb, 'v' | 'w') {
                    layout.sharp_v = std::mem::take(&mut layout.sharp);
                    layout.plus_v = std::mem::take(&mut layout.plus);
                }
                return Printer::new(out, layout).argument(argument, verb);
            }
        };
        out.extend_from_slice(b"%!");
        out.extend_from_slice(verb.encode_utf8(&mut [0; 4]).as_bytes());
        out.extend_from_slice(reason);
    }

    /// The arguments that no directive used.
    fn extra(&self, out: &mut Vec<u8>) {
        if self.reordered || self.next >= self.arguments.len() {
            return;
        }
        out.extend_from_slice(b"%!(EXTRA ");
        for (index, argument) in self.arguments[self.next..].iter().enumerate() {
            if index > 0 {
                out.extend_from_slice(b", ");
            }
            if !argument.is_nil() {
                out.extend_from_slice(argument.type_name().as_bytes());
                out.push(b'=');
            }
            Printer::new(out, Layout::default()).argument(argument, 'v');
        }
        out.push(b')');
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.format.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    /// A decimal number, if there is one. GO: one that is far too large ends the format.
    fn number(&mut self) -> Option<usize> {
        let start = self.at;
        let mut number = 0;
        while let Some(digit) = self.format.get(self.at).filter(|c| c.is_ascii_digit()) {
            if number > MAX_NUMBER {
                self.at = self.format.len();
                return None;
            }
            number = number * 10 + i64::from(digit - b'0');
            self.at += 1;
        }
        (self.at > start).then_some(number as usize)
    }

    /// The argument that a `*` takes, if it is a reasonable integer.
    fn star(&mut self) -> Option<i64> {
        let argument = self.arguments.get(self.next)?;
        self.next += 1;
        argument
            .as_int()
            .filter(|n| (-MAX_NUMBER..=MAX_NUMBER).contains(n))
    }

    /// `[n]`, which chooses the next argument; whether that is what came.
    fn argument_index(&mut self) -> bool {
        if self.format.get(self.at) != Some(&b'[') {
            return false;
        }
        self.reordered = true;
        let rest = &self.format[self.at..];
        let Some(close) = rest.iter().position(|c| *c == b']') else {
            self.at += 1;
            self.good_index = false;
            return false;
        };
        self.at += close + 1;
        let number = std::str::from_utf8(&rest[1..close])
            .ok()
            .filter(|text| text.bytes().all(|c| c.is_ascii_digit()))
            .and_then(|text| text.parse::<usize>().ok());
        match number {
            Some(number) if (1..=self.arguments.len()).contains(&number) => self.next = number - 1,
            _ => self.good_index = false,
        }
        number.is_some()
    }
}
