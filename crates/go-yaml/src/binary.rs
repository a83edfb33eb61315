//! `!!binary`: text in base64.

use pintle_go_value::Str;

/// What base64 text says; bytes that are not UTF-8 become U+FFFD, since JSON is next.
/// Nothing if it is not base64.
pub(crate) fn decode(text: &[u8]) -> Option<Str> {
    let symbols: Vec<u8> = text
        .iter()
        .copied()
        .filter(|b| !matches!(b, b'\r' | b'\n'))
        .collect();
    if !symbols.len().is_multiple_of(4) {
        return None;
    }
    let padding = symbols
        .iter()
        .rev()
        .take_while(|&&byte| byte == b'=')
        .count();
    let data = &symbols[..symbols.len() - padding.min(symbols.len())];
    if padding > 2 || data.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 2);
    for group in data.chunks(4) {
        let mut bits = 0;
        for &symbol in group {
            bits = bits << 6 | sextet(symbol)?;
        }
        bits <<= 6 * (4 - group.len());
        let octets = bits.to_be_bytes();
        out.extend_from_slice(&octets[1..group.len()]);
    }
    Some(valid_text(&out))
}

fn sextet(symbol: u8) -> Option<u32> {
    Some(u32::from(match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// The bytes with each one that is not UTF-8 replaced by U+FFFD, as Go's JSON does.
fn valid_text(bytes: &[u8]) -> Str {
    let mut out = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.extend_from_slice(chunk.valid().as_bytes());
        for _ in chunk.invalid() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
    out.into()
}
