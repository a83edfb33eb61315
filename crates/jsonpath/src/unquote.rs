//! Go's quoted texts, in either kind of quotes.

/// The text in quotes, its escapes resolved; `None` when it is not one.
///
/// GO: bytes given as `\x..` or octal may not be UTF-8; what is not is replaced here, since a
/// terminal could not show it either.
pub fn unquote(text: &str) -> Option<String> {
    let quote = text.chars().next()?;
    let mut rest = text.get(1..text.len().checked_sub(1)?)?;
    if !rest.contains(['\\', quote]) {
        return Some(rest.to_owned());
    }
    let mut bytes = Vec::with_capacity(rest.len());
    while let Some(first) = rest.chars().next() {
        if first == quote {
            return None;
        }
        rest = &rest[first.len_utf8()..];
        if first == '\\' {
            rest = escape(rest, quote, &mut bytes)?;
        } else {
            bytes.extend(first.encode_utf8(&mut [0; 4]).bytes());
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// One escape after its backslash; gives what follows it.
fn escape<'a>(text: &'a str, quote: char, bytes: &mut Vec<u8>) -> Option<&'a str> {
    let kind = text.chars().next()?;
    let rest = &text[kind.len_utf8()..];
    let plain = match kind {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '\\' => b'\\',
        '\'' | '"' if kind == quote => kind as u8,
        'x' => return number(rest, 2, 16, bytes),
        'u' => return number(rest, 4, 16, bytes),
        'U' => return number(rest, 8, 16, bytes),
        '0'..='7' => return number(text, 3, 8, bytes),
        _ => return None,
    };
    bytes.push(plain);
    Some(rest)
}

/// An escape of `count` digits: a byte when there are two or three, else a character.
fn number<'a>(text: &'a str, count: usize, radix: u32, bytes: &mut Vec<u8>) -> Option<&'a str> {
    let digits = text.get(..count)?;
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let value = u32::from_str_radix(digits, radix).ok()?;
    if count < 4 {
        bytes.push(u8::try_from(value).ok()?);
    } else {
        let character = char::from_u32(value)?;
        bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
    }
    text.get(count..)
}
