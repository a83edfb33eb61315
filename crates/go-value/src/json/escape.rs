//! Strings in JSON text.

/// Bytes that stand for themselves inside a string, whatever the options.
const fn is_plain(byte: u8, escape_html: bool) -> bool {
    match byte {
        b'"' | b'\\' => false,
        b'<' | b'>' | b'&' => !escape_html,
        0x20..=0x7f => true,
        _ => false,
    }
}

/// Appends `text` as a JSON string.
///
/// GO: U+2028 and U+2029 are always escaped, and each byte that is not UTF-8
/// becomes U+FFFD.
pub(super) fn write_string(out: &mut Vec<u8>, text: &[u8], escape_html: bool) {
    out.push(b'"');
    let mut rest = text;
    loop {
        let plain = rest
            .iter()
            .position(|&byte| !is_plain(byte, escape_html))
            .unwrap_or(rest.len());
        out.extend_from_slice(&rest[..plain]);
        rest = &rest[plain..];
        let Some(&byte) = rest.first() else { break };
        if byte < 0x80 {
            write_escape(out, byte);
            rest = &rest[1..];
        } else {
            rest = write_wide(out, rest);
        }
    }
    out.push(b'"');
}

/// Appends the escape of one ASCII byte.
fn write_escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        0x0c => b'f',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        _ => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Appends the first character of `rest`, which is not ASCII, and returns what follows it.
fn write_wide<'a>(out: &mut Vec<u8>, rest: &'a [u8]) -> &'a [u8] {
    match leading_char(rest) {
        Some('\u{2028}') => out.extend_from_slice(b"\\u2028"),
        Some('\u{2029}') => out.extend_from_slice(b"\\u2029"),
        Some(character) => out.extend_from_slice(&rest[..character.len_utf8()]),
        None => out.extend_from_slice("\u{fffd}".as_bytes()),
    }
    &rest[leading_char(rest).map_or(1, char::len_utf8)..]
}

/// The first character of `bytes`, if they start with valid UTF-8.
pub(super) fn leading_char(bytes: &[u8]) -> Option<char> {
    let end = bytes.len().min(4);
    let head = &bytes[..end];
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).ok()?,
    };
    valid.chars().next()
}
