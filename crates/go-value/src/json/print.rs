//! How Go's error texts quote a piece of the input.

use super::escape::leading_char;

/// The first character of `bytes` in single quotes, as Go's `strconv.QuoteRune`; a byte
/// that is not UTF-8 as `'\xff'`.
pub(super) fn quote_first(bytes: &[u8]) -> String {
    match leading_char(bytes) {
        Some(character) => format!("'{}'", escape(character, '\'')),
        None => format!("'\\x{:x}'", bytes.first().copied().unwrap_or_default()),
    }
}

/// An escape sequence between back quotes, or as a Go string if it would not read well so.
pub(super) fn quote_sequence(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let awkward = |c: char| c == '`' || c == '\u{fffd}' || c.is_whitespace() || !is_print(c);
    if !text.chars().any(awkward) {
        return format!("`{text}`");
    }
    let mut out = String::from("\"");
    let mut rest = bytes;
    while !rest.is_empty() {
        match leading_char(rest) {
            Some(character) => out.push_str(&escape(character, '"')),
            None => out.push_str(&format!("\\x{:02x}", rest[0])),
        }
        rest = &rest[leading_char(rest).map_or(1, char::len_utf8)..];
    }
    out.push('"');
    out
}

/// One character as Go's `strconv` quotes it.
fn escape(character: char, quote: char) -> String {
    match character {
        '\\' => "\\\\".into(),
        '\u{7}' => "\\a".into(),
        '\u{8}' => "\\b".into(),
        '\u{c}' => "\\f".into(),
        '\n' => "\\n".into(),
        '\r' => "\\r".into(),
        '\t' => "\\t".into(),
        '\u{b}' => "\\v".into(),
        _ if character == quote => format!("\\{quote}"),
        _ if is_print(character) => character.into(),
        _ => match u32::from(character) {
            code @ (0..0x20 | 0x7f) => format!("\\x{code:02x}"),
            code @ 0..=0xffff => format!("\\u{code:04x}"),
            code => format!("\\U{code:08x}"),
        },
    }
}

/// Go's `unicode.IsPrint`.
///
/// Rust's `Debug` escapes the same categories inside a string; a letter stands in
/// front because combining marks are escaped only at the start.
fn is_print(character: char) -> bool {
    matches!(character, '"' | '\'' | '\\')
        || format!("{:?}", format_args!("a{character}").to_string())
            .chars()
            .nth(2)
            == Some(character)
}
