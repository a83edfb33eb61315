//! From bytes to text: encodings, and what may not be in a document at all.

use std::borrow::Cow;

/// How many bytes Go's reader decodes at a time.
///
/// GO: bytes that cannot be read are an error only when the scanner asks for the
/// block they are in, so a syntax error before that block comes first.
const BLOCK: usize = 512;

/// A document as UTF-8.
pub(crate) struct Text<'a> {
    /// Everything up to the block that cannot be read.
    pub(crate) bytes: Cow<'a, [u8]>,
    /// Whether all of it is ASCII.
    pub(crate) ascii: bool,
    /// Why the rest cannot be read.
    pub(crate) broken: Option<&'static str>,
}

/// Decodes `input` by its byte order mark (without one it is UTF-8).
pub(crate) fn read(input: &[u8]) -> Text<'_> {
    match input {
        [0xff, 0xfe, rest @ ..] => read_utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => read_utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => read_utf8(rest, 3),
        _ => read_utf8(input, 0),
    }
}

fn read_utf8(input: &[u8], mark: usize) -> Text<'_> {
    let plain = first_special(input);
    if plain == input.len() {
        return Text {
            bytes: Cow::Borrowed(input),
            ascii: true,
            broken: None,
        };
    }
    let (bytes, broken) = match first_error(input, plain) {
        None => (input, None),
        Some((at, problem)) => (&input[..block_start(input, mark, at)], Some(problem)),
    };
    Text {
        bytes: Cow::Borrowed(bytes),
        ascii: bytes.len() <= plain,
        broken,
    }
}

/// The place of the first byte that is not printable ASCII, tab, CR or LF.
fn first_special(input: &[u8]) -> usize {
    let ordinary = |byte: &u8| matches!(byte, 0x20..=0x7e | b'\t' | b'\n' | b'\r');
    // Whole blocks first: the compiler makes vector code of this.
    let blocks = input
        .chunks(64)
        .take_while(|chunk| chunk.iter().fold(true, |all, byte| all & ordinary(byte)))
        .map(<[u8]>::len)
        .sum::<usize>();
    let rest = input[blocks..].iter().take_while(|byte| ordinary(byte));
    blocks + rest.count()
}

/// The first character from `start` on that may not be in a document, and Go's word for it.
fn first_error(input: &[u8], start: usize) -> Option<(usize, &'static str)> {
    let rest = &input[start..];
    let mut at = match std::str::from_utf8(rest) {
        Ok(_) if !may_hold_controls(rest) => return None,
        _ => start,
    };
    while at < input.len() {
        match decode(&input[at..]) {
            Ok(character) if !is_allowed(character) => return Some((at, CONTROL)),
            Ok(character) => at += character.len_utf8(),
            Err(problem) => return Some((at, problem)),
        }
    }
    None
}

/// Whether UTF-8 text may hold a character that is not allowed: quick, not exact.
fn may_hold_controls(text: &[u8]) -> bool {
    let suspect = |pair: &[u8]| {
        matches!(pair,
            [0..=0x08 | 0x0b | 0x0c | 0x0e..=0x1f | 0x7f, _]
            | [0xc2, 0x80..=0x84 | 0x86..=0x9f]
            | [0xbf, 0xbe | 0xbf])
    };
    text.windows(2).any(suspect) || text.last().is_some_and(|&last| suspect(&[last, b' ']))
}

const CONTROL: &str = "control characters are not allowed";

fn is_allowed(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}'
        | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// The character that `bytes` start with, or Go's word for why there is none.
fn decode(bytes: &[u8]) -> Result<char, &'static str> {
    let Some(&lead) = bytes.first() else {
        return Err("incomplete UTF-8 octet sequence");
    };
    let (width, bits) = match lead {
        0..0x80 => (1, lead),
        0xc0..0xe0 => (2, lead & 0x1f),
        0xe0..0xf0 => (3, lead & 0x0f),
        0xf0..0xf8 => (4, lead & 0x07),
        _ => return Err("invalid leading UTF-8 octet"),
    };
    if bytes.len() < width {
        return Err("incomplete UTF-8 octet sequence");
    }
    let mut code = u32::from(bits);
    for &octet in &bytes[1..width] {
        if octet & 0xc0 != 0x80 {
            return Err("invalid trailing UTF-8 octet");
        }
        code = code << 6 | u32::from(octet & 0x3f);
    }
    let least = [0, 0, 0x80, 0x800, 0x10000][width];
    if code < least {
        return Err("invalid length of a UTF-8 sequence");
    }
    char::from_u32(code).ok_or("invalid Unicode character")
}

/// Where the block starts in which Go's reader meets the error at `error`. `mark` is the
/// length of the byte order mark in front of `input`: it is part of the first block.
///
/// A character that does not fit into a block waits for the next one.
fn block_start(input: &[u8], mark: usize, error: usize) -> usize {
    let mut start = 0;
    let mut end = (BLOCK - mark).min(input.len());
    loop {
        let complete = end - unfinished(&input[start..end]);
        if error < complete || complete == start || complete >= input.len() {
            return start;
        }
        if error >= complete && error < end {
            return complete;
        }
        start = complete;
        end = (start + BLOCK).min(input.len());
    }
}

/// How many bytes at the end of `block` belong to a character that goes on after it.
fn unfinished(block: &[u8]) -> usize {
    (1..=3.min(block.len()))
        .find(|&back| {
            let width = match block[block.len() - back] {
                0xc0..0xe0 => 2,
                0xe0..0xf0 => 3,
                0xf0..0xf8 => 4,
                _ => 1,
            };
            width > back
        })
        .unwrap_or(0)
}

fn read_utf16(input: &[u8], unit: fn([u8; 2]) -> u16) -> Text<'_> {
    let mut text = String::with_capacity(input.len());
    let mut block = 0; // where in `text` the current block starts
    let mut next = BLOCK - 2;
    let mut at = 0;
    let broken = loop {
        if at >= input.len() {
            break None;
        }
        if at >= next {
            block = text.len();
            next = at + BLOCK;
        }
        match decode_utf16(&input[at..], unit) {
            Ok(character) if is_allowed(character) => {
                text.push(character);
                at += 2 * character.len_utf16();
            }
            Ok(_) => break Some(CONTROL),
            Err(problem) => break Some(problem),
        }
    };
    if broken.is_some() {
        text.truncate(block);
    }
    Text {
        ascii: text.is_ascii(),
        bytes: Cow::Owned(text.into_bytes()),
        broken,
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<char, &'static str> {
    let at = |index: usize| {
        Some(u32::from(unit([
            *bytes.get(index)?,
            *bytes.get(index + 1)?,
        ])))
    };
    let first = at(0).ok_or("incomplete UTF-16 character")?;
    if first & 0xfc00 == 0xdc00 {
        return Err("unexpected low surrogate area");
    }
    if first & 0xfc00 != 0xd800 {
        return char::from_u32(first).ok_or(CONTROL);
    }
    let second = at(2).ok_or("incomplete UTF-16 surrogate pair")?;
    if second & 0xfc00 != 0xdc00 {
        return Err("expected low surrogate area");
    }
    char::from_u32(0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff)).ok_or(CONTROL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_readable_up_to_the_block_of_the_error() {
        let mut input = vec![b'a'; 600];
        input[550] = 1;
        let text = read(&input);
        assert_eq!(text.bytes.len(), 512);
        assert_eq!(text.broken, Some(CONTROL));
        input[550] = b'b';
        input[100] = 0xff;
        let text = read(&input);
        assert!(text.bytes.is_empty());
        assert_eq!(text.broken, Some("invalid leading UTF-8 octet"));
    }

    #[test]
    fn utf16_is_decoded() {
        let text = read(b"\xff\xfea\0:\0 \0\xe9\0\x3d\xd8\x00\xde");
        assert_eq!(&*text.bytes, "a: \u{e9}\u{1f600}".as_bytes());
        let text = read(b"\xfe\xff\0a\0:");
        assert_eq!(&*text.bytes, b"a:");
        assert!(text.ascii);
    }
}
