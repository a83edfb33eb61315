//! Constants in templates: numbers, characters and strings as Go reads them.

use pintle_go_value::Value;
use pintle_go_value::format::quoted::quote;

/// A numeric constant, in each of the types that can hold it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Number {
    pub(crate) int: Option<i64>,
    pub(crate) uint: Option<u64>,
    pub(crate) float: Option<f64>,
    pub(crate) complex: Option<(f64, f64)>,
}

impl Number {
    /// A character constant, quotes included.
    pub(crate) fn character(text: &str) -> Result<Self, String> {
        let body = &text[1..];
        let (piece, rest) = unescape(body, '\'').ok_or("invalid syntax")?;
        if rest != "'" {
            return Err(format!("malformed character constant: {text}"));
        }
        let code = match piece {
            Piece::Byte(byte) => u32::from(byte),
            Piece::Char(c) => u32::from(c),
        };
        Ok(Self {
            int: Some(i64::from(code)),
            uint: Some(u64::from(code)),
            float: Some(f64::from(code)),
            complex: None,
        })
    }

    /// A constant like `1+2i`.
    pub(crate) fn complex(text: &str) -> Result<Self, String> {
        // The sign that parts the two is the last one that is not an exponent's.
        let bytes = text.as_bytes();
        let split = (1..bytes.len())
            .rev()
            .find(|i| matches!(bytes[*i], b'+' | b'-') && !is_exponent(bytes[*i - 1], text))
            .ok_or("syntax error scanning complex number")?;
        let re = parse_float(&text[..split]);
        let im = parse_float(&text[split..text.len() - 1]);
        match (re, im) {
            (Some(re), Some(im)) => Ok(Self::from_complex(re, im)),
            _ => Err("syntax error scanning complex number".to_owned()),
        }
    }

    /// Any other number.
    pub(crate) fn plain(text: &str) -> Result<Self, String> {
        if let Some(im) = text.strip_suffix('i').and_then(parse_float) {
            return Ok(Self::from_complex(0.0, im));
        }
        let mut number = Self {
            uint: parse_uint(text),
            int: parse_int(text),
            ..Self::default()
        };
        if number.int == Some(0) {
            number.uint = Some(0); // -0 too
        }
        if let Some(int) = number.int {
            number.float = Some(int as f64);
        } else if let Some(uint) = number.uint {
            number.float = Some(uint as f64);
        } else if let Some(float) = parse_float(text) {
            if !text.contains(['.', 'e', 'E', 'p', 'P']) {
                return Err(format!("integer overflow: {}", quote(text)));
            }
            number.set_float(float);
        } else {
            return Err(format!("illegal number syntax: {}", quote(text)));
        }
        Ok(number)
    }

    fn from_complex(re: f64, im: f64) -> Self {
        let mut number = Self {
            complex: Some((re, im)),
            ..Self::default()
        };
        if im == 0.0 {
            number.set_float(re);
        }
        number
    }

    /// A float may stand for an integer when it is whole.
    fn set_float(&mut self, float: f64) {
        self.float = Some(float);
        if (float as i64) as f64 == float && float < 9_223_372_036_854_775_808.0 {
            self.int = Some(float as i64);
        }
        if (float as u64) as f64 == float && float < 18_446_744_073_709_551_616.0 {
            self.uint = Some(float as u64);
        }
    }

    /// The constant where no type is asked for, as its text suggests; none when it is an
    /// integer too large for `int`.
    pub(crate) fn ideal(&self, text: &str) -> Option<Value> {
        if let Some((re, im)) = self.complex {
            return Some(Value::Complex(re, im));
        }
        let character = text.starts_with('\'');
        let hexadecimal = text.len() > 2
            && (text.starts_with("0x") || text.starts_with("0X"))
            && !text.contains(['p', 'P']);
        if !character
            && !hexadecimal
            && text.contains(['.', 'e', 'E', 'p', 'P'])
            && let Some(float) = self.float
        {
            return Some(Value::Float(float));
        }
        self.int.map(Value::Int)
    }
}

fn is_exponent(byte: u8, text: &str) -> bool {
    if text.contains(['x', 'X']) {
        matches!(byte, b'p' | b'P')
    } else {
        matches!(byte, b'e' | b'E')
    }
}

/// Go's `strconv.ParseUint(text, 0, 64)`.
fn parse_uint(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, &lower[..]),
    };
    if digits.starts_with(['+', '-']) || !underscores_are_good(&lower) {
        return None;
    }
    u64::from_str_radix(&digits.replace('_', ""), base).ok()
}

/// Go's `strconv.ParseInt(text, 0, 64)`.
fn parse_int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = i128::from(parse_uint(digits)?);
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// Go's `strconv.ParseFloat(text, 64)`, for texts that begin like a number.
fn parse_float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if let Some(hexadecimal) = unsigned.strip_prefix("0x").or(unsigned.strip_prefix("0X")) {
        let value = parse_hexadecimal_float(unsigned, hexadecimal)?;
        return Some(if text.starts_with('-') { -value } else { value });
    }
    // GO: underscores are fine only where a base prefix is, which for floats is 0x.
    if unsigned.contains('_') {
        return None;
    }
    text.parse::<f64>().ok().filter(|f| f.is_finite())
}

fn parse_hexadecimal_float(whole: &str, digits: &str) -> Option<f64> {
    if !underscores_are_good(&whole.to_ascii_lowercase()) {
        return None;
    }
    let digits = digits.replace('_', "").to_ascii_lowercase();
    let (mantissa, exponent) = digits.split_once('p')?;
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if before.len() + after.len() == 0 {
        return None;
    }
    let mut value = 0.0;
    for digit in before.chars().chain(after.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let exponent: i32 = exponent.parse().ok()?;
    let scale = exponent.saturating_sub(4 * after.len() as i32);
    Some(value * 2f64.powi(scale)).filter(|f| f.is_finite())
}

/// Underscores must stand between digits, or between a base prefix and a digit.
fn underscores_are_good(lower: &str) -> bool {
    if !lower.contains('_') {
        return true;
    }
    let unsigned = lower.strip_prefix(['+', '-']).unwrap_or(lower);
    let prefixed = ["0x", "0b", "0o"].iter().any(|p| unsigned.starts_with(p));
    if !unsigned.starts_with('0') && !prefixed && unsigned.starts_with('_') {
        return false;
    }
    let hexadecimal = unsigned.starts_with("0x");
    let body = if prefixed { &unsigned[2..] } else { unsigned };
    let is_digit = |c: u8| c.is_ascii_digit() || (hexadecimal && c.is_ascii_hexdigit());
    let mut previous = if prefixed { b'0' } else { b'!' };
    for c in body.bytes() {
        let good = match c {
            b'_' => is_digit(previous),
            c if is_digit(c) => true,
            _ => previous != b'_',
        };
        if !good {
            return false;
        }
        previous = c;
    }
    previous != b'_'
}

/// What a string literal stands for (`strconv.Unquote`); none when it is malformed.
pub(crate) fn unquote(literal: &str) -> Option<Vec<u8>> {
    if let Some(raw) = literal.strip_prefix('`') {
        let raw = raw.strip_suffix('`')?;
        return Some(raw.bytes().filter(|c| *c != b'\r').collect());
    }
    let mut rest = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let plain = rest.find('\\').unwrap_or(rest.len());
        out.extend_from_slice(&rest.as_bytes()[..plain]);
        rest = &rest[plain..];
        if rest.is_empty() {
            break;
        }
        let (piece, after) = unescape(rest, '"')?;
        match piece {
            Piece::Byte(byte) => out.push(byte),
            Piece::Char(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = after;
    }
    Some(out)
}

/// What an escape stands for: `\x` and octal escapes are bytes, the others characters.
enum Piece {
    Byte(u8),
    Char(char),
}

/// Reads one character or escape of a literal in `quote`s.
fn unescape(text: &str, quote: char) -> Option<(Piece, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first == quote {
        return None;
    }
    if first != '\\' {
        return Some((Piece::Char(first), chars.as_str()));
    }
    let letter = chars.next()?;
    let rest = chars.as_str();
    let c = match letter {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' => '\\',
        c if c == quote => c,
        'x' => {
            let byte = digits(rest, 2, 16)? as u8;
            return Some((Piece::Byte(byte), &rest[2..]));
        }
        '0'..='7' => {
            let octal = &text[1..];
            let byte = u8::try_from(digits(octal, 3, 8)?).ok()?;
            return Some((Piece::Byte(byte), &octal[3..]));
        }
        'u' => {
            return Some((
                Piece::Char(char::from_u32(digits(rest, 4, 16)?)?),
                &rest[4..],
            ));
        }
        'U' => {
            return Some((
                Piece::Char(char::from_u32(digits(rest, 8, 16)?)?),
                &rest[8..],
            ));
        }
        _ => return None,
    };
    Some((Piece::Char(c), rest))
}

/// The number in the first `count` digits.
fn digits(text: &str, count: usize, base: u32) -> Option<u32> {
    let digits = text.get(..count)?;
    if !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    u32::from_str_radix(digits, base).ok()
}
