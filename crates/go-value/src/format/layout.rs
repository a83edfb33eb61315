//! Flags, padding, integers and strings under one directive such as `%-08.3x`.

use super::{float, quoted};

/// The flags, width and precision of a directive.
#[derive(Clone, Default)]
pub(super) struct Layout {
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%+v`: field names
    pub(super) plus_v: bool,
    /// `%#v`: Go syntax
    pub(super) sharp_v: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

impl Layout {
    /// Appends `text`, padded to the width (counted in characters, as Go does).
    pub(super) fn pad(&self, out: &mut Vec<u8>, text: &[u8]) {
        let Some(width) = self.width else {
            return out.extend_from_slice(text);
        };
        let padding = width.saturating_sub(count_runes(text));
        if self.minus {
            out.extend_from_slice(text);
            out.resize(out.len() + padding, b' ');
        } else {
            let filler = if self.zero { b'0' } else { b' ' };
            out.resize(out.len() + padding, filler);
            out.extend_from_slice(text);
        }
    }

    fn pad_with_spaces(&self, out: &mut Vec<u8>, text: &[u8]) {
        let plain = Self {
            zero: false,
            ..self.clone()
        };
        plain.pad(out, text);
    }

    pub(super) fn bool(&self, out: &mut Vec<u8>, value: bool) {
        self.pad(out, if value { b"true" } else { b"false" });
    }

    /// An integer in `base`; `verb` tells `X` from `x` and `O` from `o`.
    pub(super) fn integer(&self, out: &mut Vec<u8>, value: Integer, base: u32, verb: char) {
        if self.precision == Some(0) && value.magnitude == 0 {
            // GO: a zero under precision 0 has no digits at all.
            return self.pad_with_spaces(out, b"");
        }
        let signed = value.negative || self.plus || self.space;
        let digit_count = match (self.precision, self.width) {
            (Some(precision), _) => precision,
            (None, Some(width)) if self.zero && !self.minus => {
                width - usize::from(signed && width > 0)
            }
            _ => 0,
        };
        let digits = digits(value.magnitude, base, verb == 'X');
        let mut text = Vec::with_capacity(digit_count.max(digits.len()) + 4);
        text.extend_from_slice(match (value.negative, self.plus, self.space) {
            (true, ..) => b"-",
            (_, true, _) => b"+",
            (.., true) => b" ",
            _ => b"",
        });
        let zeros = digit_count.saturating_sub(digits.len());
        if verb == 'O' {
            text.extend_from_slice(b"0o");
        }
        if self.sharp {
            match base {
                2 => text.extend_from_slice(b"0b"),
                8 if zeros == 0 && digits.first() != Some(&b'0') => text.push(b'0'),
                16 => text.extend_from_slice(if verb == 'X' { b"0X" } else { b"0x" }),
                _ => {}
            }
        }
        text.resize(text.len() + zeros, b'0');
        text.extend_from_slice(&digits);
        self.pad_with_spaces(out, &text);
    }

    /// `%c`
    pub(super) fn character(&self, out: &mut Vec<u8>, code: u64) {
        self.pad(out, to_char(code).encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// `%q` of an integer
    pub(super) fn quoted_character(&self, out: &mut Vec<u8>, code: u64) {
        let mut text = Vec::new();
        quoted::append_char(&mut text, to_char(code), self.plus);
        self.pad(out, &text);
    }

    /// `%U`
    pub(super) fn unicode(&self, out: &mut Vec<u8>, code: u64) {
        let digits = self.precision.unwrap_or(4).max(4);
        let hexadecimal = digits_of(code);
        let mut text = b"U+".to_vec();
        text.resize(2 + digits.saturating_sub(hexadecimal.len()), b'0');
        text.extend_from_slice(&hexadecimal);
        if self.sharp && code <= 0x10_FFFF && quoted::is_printable(to_char(code)) {
            text.extend_from_slice(b" '");
            text.extend_from_slice(to_char(code).encode_utf8(&mut [0; 4]).as_bytes());
            text.push(b'\'');
        }
        self.pad_with_spaces(out, &text);
    }

    /// `%s`
    pub(super) fn string(&self, out: &mut Vec<u8>, text: &[u8]) {
        self.pad(out, self.truncated(text));
    }

    /// `%q`
    pub(super) fn quoted(&self, out: &mut Vec<u8>, text: &[u8]) {
        let text = self.truncated(text);
        let mut literal = Vec::with_capacity(text.len() + 2);
        if self.sharp && quoted::can_backquote(text) {
            literal.push(b'`');
            literal.extend_from_slice(text);
            literal.push(b'`');
        } else if self.plus {
            quoted::append_ascii(&mut literal, text);
        } else {
            quoted::append(&mut literal, text);
        }
        self.pad(out, &literal);
    }

    /// `%x` and `%X` of bytes; the precision limits how many bytes are shown.
    pub(super) fn hexadecimal(&self, out: &mut Vec<u8>, bytes: &[u8], verb: char) {
        let shown = &bytes[..self.precision.unwrap_or(bytes.len()).min(bytes.len())];
        let prefix: &[u8] = match (self.sharp, verb) {
            (false, _) => b"",
            (true, 'X') => b"0X",
            (true, _) => b"0x",
        };
        let mut text = Vec::with_capacity(2 * shown.len() + prefix.len());
        for (index, byte) in shown.iter().enumerate() {
            if self.space && index > 0 {
                text.push(b' ');
            }
            if self.space || index == 0 {
                text.extend_from_slice(prefix);
            }
            text.extend([byte >> 4, byte & 15].map(|nibble| digit(nibble, verb == 'X')));
        }
        self.pad(out, &text);
    }

    /// A float under `verb`, with `default_precision` unless the directive has one.
    pub(super) fn float(
        &self,
        out: &mut Vec<u8>,
        value: f64,
        verb: char,
        default_precision: Option<usize>,
    ) {
        let precision = self.precision.or(default_precision);
        let mut text = Vec::with_capacity(24);
        float::append(&mut text, value.abs(), verb as u8, precision);
        if !value.is_finite() {
            return self.not_finite(out, value);
        }
        if self.sharp && verb != 'b' {
            text = with_point(&text, verb, precision);
        }
        let sign: &[u8] = match (value.is_sign_negative(), self.plus, self.space) {
            (true, ..) => b"-",
            (_, true, _) => b"+",
            (.., true) => b" ",
            _ => b"",
        };
        let padding = match self.width {
            // The zeros stand between the sign and the digits.
            Some(width) if self.zero && !self.minus && !sign.is_empty() => {
                width.saturating_sub(sign.len() + text.len())
            }
            _ => 0,
        };
        let mut whole = sign.to_vec();
        whole.resize(whole.len() + padding, b'0');
        whole.extend_from_slice(&text);
        self.pad(out, &whole);
    }

    fn not_finite(&self, out: &mut Vec<u8>, value: f64) {
        let sign = match (value < 0.0, self.plus, self.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (.., true) => " ",
            // GO: infinity always has a sign where the layout is a bare %v
            _ if value.is_nan() => "",
            _ => "+",
        };
        let name = if value.is_nan() { "NaN" } else { "Inf" };
        self.pad_with_spaces(out, format!("{sign}{name}").as_bytes());
    }

    /// At most `precision` characters of the text.
    fn truncated<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        let Some(limit) = self.precision else {
            return text;
        };
        let mut rest = text;
        for _ in 0..limit {
            if rest.is_empty() {
                break;
            }
            rest = &rest[first_rune(rest).1..];
        }
        &text[..text.len() - rest.len()]
    }
}

/// Any integer: sign and magnitude.
#[derive(Clone, Copy)]
pub(super) struct Integer {
    pub(super) negative: bool,
    pub(super) magnitude: u64,
}

impl Integer {
    pub(super) fn signed(value: i64) -> Self {
        Self {
            negative: value < 0,
            magnitude: value.unsigned_abs(),
        }
    }

    pub(super) fn unsigned(magnitude: u64) -> Self {
        Self {
            negative: false,
            magnitude,
        }
    }

    /// The two's complement bits, as `%c`, `%q` and `%U` take them.
    pub(super) fn bits(self) -> u64 {
        if self.negative {
            self.magnitude.wrapping_neg()
        } else {
            self.magnitude
        }
    }
}

/// The text of `%#g` and relatives: it keeps the point and, for `%g`, trailing zeros.
fn with_point(text: &[u8], verb: char, precision: Option<usize>) -> Vec<u8> {
    let hexadecimal = matches!(verb, 'x' | 'X');
    let tail_at = text
        .iter()
        .position(|c| matches!(c, b'p' | b'P') || (!hexadecimal && matches!(c, b'e' | b'E')))
        .unwrap_or(text.len());
    let (number, tail) = text.split_at(tail_at);
    let mut out = number.to_vec();
    if !number.contains(&b'.') {
        out.push(b'.');
    }
    if matches!(verb, 'g' | 'G' | 'x') {
        let wanted = precision.unwrap_or(6);
        // Leading zeros do not count, except for the number zero. GO: the x of 0x does.
        let digits = number.iter().filter(|c| **c != b'.');
        let significant = digits.skip_while(|c| **c == b'0').count();
        out.resize(out.len() + wanted.saturating_sub(significant.max(1)), b'0');
    }
    out.extend_from_slice(tail);
    out
}

/// Appends a decimal integer.
pub(super) fn append_int(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    append_uint(out, value.unsigned_abs());
}

/// Appends a decimal unsigned integer.
pub(super) fn append_uint(out: &mut Vec<u8>, mut value: u64) {
    let mut buffer = [0; 20];
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&buffer[at..]);
}

fn digits(mut value: u64, base: u32, upper: bool) -> Vec<u8> {
    let mut text = Vec::with_capacity(20);
    loop {
        text.push(digit((value % u64::from(base)) as u8, upper));
        value /= u64::from(base);
        if value == 0 {
            break;
        }
    }
    text.reverse();
    text
}

fn digits_of(code: u64) -> Vec<u8> {
    digits(code, 16, true)
}

fn digit(value: u8, upper: bool) -> u8 {
    let letter = if upper { b'A' } else { b'a' };
    if value < 10 {
        b'0' + value
    } else {
        letter + value - 10
    }
}

/// The character with this code; U+FFFD when there is none.
fn to_char(code: u64) -> char {
    u32::try_from(code)
        .ok()
        .and_then(char::from_u32)
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Go's `utf8.RuneCount`: an invalid byte counts as one.
fn count_runes(text: &[u8]) -> usize {
    text.utf8_chunks()
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum()
}

/// Go's `utf8.DecodeRune`: the first character and how many bytes it takes.
pub(super) fn first_rune(text: &[u8]) -> (char, usize) {
    match text.first() {
        None => (char::REPLACEMENT_CHARACTER, 0),
        Some(byte) if byte.is_ascii() => (char::from(*byte), 1),
        Some(_) => text[..text.len().min(4)]
            .utf8_chunks()
            .next()
            .and_then(|chunk| chunk.valid().chars().next())
            .map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, c.len_utf8())),
    }
}
