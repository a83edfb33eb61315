//! Where a JSON value at the start of a text ends.

/// The length of the JSON value that `text` starts with, blanks before it included.
///
/// Only the extent is found here: what the value holds is checked by the JSON reader.
/// `None` if the text ends before the value does.
pub(super) fn extent(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let start = bytes
        .iter()
        .position(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n'))?;
    let length = match bytes[start] {
        b'{' | b'[' => container(&bytes[start..])?,
        b'"' => string(&bytes[start..])?,
        b'-' | b'0'..=b'9' => number(&bytes[start..]),
        b'f' => 5,
        _ => 4,
    };
    let end = (start + length).min(text.len());
    // A word of the wrong letters may end inside a character; the reader refuses it anyway.
    (end..=text.len()).find(|&end| text.is_char_boundary(end))
}

fn container(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' => {
                at += string(&bytes[at..])?;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn string(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// GO: the reader takes as much as is a number, so that `01` is `0` and then `1`.
fn number(bytes: &[u8]) -> usize {
    let mut at = usize::from(bytes[0] == b'-');
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    at += if bytes.get(at) == Some(&b'0') {
        1
    } else {
        digits(at)
    };
    if bytes.get(at) == Some(&b'.') {
        at += 1 + digits(at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        at += digits(at);
    }
    at
}
