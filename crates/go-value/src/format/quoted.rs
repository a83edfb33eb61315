//! Go string and character literals, as `strconv.Quote` and its relatives make them.

use std::fmt::Write as _;

/// Appends `bytes` as a Go string literal in double quotes (`strconv.Quote`).
///
/// ```
/// let mut out = Vec::new();
/// pintle_go_value::format::quoted::append(&mut out, b"a\"\xff\n");
/// assert_eq!(out, br#""a\"\xff\n""#);
/// ```
pub fn append(out: &mut Vec<u8>, bytes: &[u8]) {
    append_with(out, bytes, b'"', false);
}

/// Appends `bytes` as a Go string literal of ASCII only (`strconv.QuoteToASCII`).
pub fn append_ascii(out: &mut Vec<u8>, bytes: &[u8]) {
    append_with(out, bytes, b'"', true);
}

/// `text` as a Go string literal (`strconv.Quote`).
pub fn quote(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    append(&mut out, text.as_bytes());
    // The escapes are ASCII and the rest is copied whole, so nothing is lost here.
    String::from_utf8_lossy(&out).into_owned()
}

/// Appends a character as a Go character literal (`strconv.QuoteRune`).
pub(super) fn append_char(out: &mut Vec<u8>, c: char, ascii_only: bool) {
    out.push(b'\'');
    append_escaped(out, c, b'\'', ascii_only);
    out.push(b'\'');
}

/// Whether `bytes` can stand between back quotes as one line (`strconv.CanBackquote`).
pub(super) fn can_backquote(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    !text
        .chars()
        .any(|c| (c < ' ' && c != '\t') || matches!(c, '`' | '\u{7f}' | '\u{feff}'))
}

fn append_with(out: &mut Vec<u8>, bytes: &[u8], quote: u8, ascii_only: bool) {
    out.push(quote);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            append_escaped(out, c, quote, ascii_only);
        }
        for byte in chunk.invalid() {
            append_format(out, format_args!("\\x{byte:02x}"));
        }
    }
    out.push(quote);
}

fn append_escaped(out: &mut Vec<u8>, c: char, quote: u8, ascii_only: bool) {
    if c == char::from(quote) || c == '\\' {
        out.extend_from_slice(&[b'\\', c as u8]);
    } else if c.is_ascii_graphic() || c == ' ' || (!ascii_only && is_printable(c)) {
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        append_escape_sequence(out, c);
    }
}

fn append_escape_sequence(out: &mut Vec<u8>, c: char) {
    let letter = match c {
        '\u{7}' => b'a',
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\u{b}' => b'v',
        _ => {
            let code = u32::from(c);
            match code {
                0..0x20 | 0x7f => append_format(out, format_args!("\\x{code:02x}")),
                0x80..0x1_0000 => append_format(out, format_args!("\\u{code:04x}")),
                _ => append_format(out, format_args!("\\U{code:08x}")),
            }
            return;
        }
    };
    out.extend_from_slice(&[b'\\', letter]);
}

/// Go's `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the plain
/// space.
///
/// The standard library knows the same set but only shows it through `escape_debug`,
/// which escapes a combining mark only at the start of a text.
pub fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_graphic() || c == ' ';
    }
    let mut text = [b'a'; 5];
    let length = 1 + c.encode_utf8(&mut text[1..]).len();
    std::str::from_utf8(&text[..length]).is_ok_and(|text| text.escape_debug().nth(1) == Some(c))
}

fn append_format(out: &mut Vec<u8>, arguments: std::fmt::Arguments<'_>) {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = text.write_fmt(arguments);
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go_does() {
        assert_eq!(
            quote("é\u{0}\u{200b}\u{7f}\u{1F600}\u{a0}e\u{301}"),
            "\"é\\x00\\u200b\\x7f\u{1F600}\\u00a0e\u{301}\""
        );
        let mut out = Vec::new();
        append_ascii(&mut out, "é😀'".as_bytes());
        assert_eq!(out, br#""\u00e9\U0001f600'""#);
    }
}
