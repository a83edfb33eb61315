//! Pieces of an expression: counts, names, flags, escapes.

use super::{Flags, SyntaxError};

/// The counts of `{2}`, `{2,}` or `{2,5}`.
#[derive(Clone, Copy)]
pub(super) struct Counts {
    pub least: u32,
    pub most: Option<u32>,
    pub length: usize,
}

/// Reads counts; a brace that does not begin any is an ordinary character.
pub(super) fn counts(text: &str) -> Option<Counts> {
    let inner = text.strip_prefix('{')?;
    let end = inner.find('}')?;
    let (least, most) = match inner[..end].split_once(',') {
        None => {
            let count = count(&inner[..end])?;
            (count, Some(count))
        }
        Some((least, "")) => (count(least)?, None),
        Some((least, most)) => (count(least)?, Some(count(most)?)),
    };
    Some(Counts {
        least,
        most,
        length: end + 2,
    })
}

/// Digits without a leading zero; what is too large stays too large.
fn count(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !plain || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some(digits.parse().unwrap_or(u32::MAX))
}

/// The name of `(?P<name>` or `(?<name>`, and what follows.
pub(super) fn capture_name(text: &str) -> Result<Option<(&str, &str)>, SyntaxError> {
    let length = if text.len() > 4 && text.starts_with("(?P<") {
        4
    } else if text.len() > 3 && text.starts_with("(?<") {
        3
    } else {
        return Ok(None);
    };
    let Some(end) = text.find('>') else {
        return Err(SyntaxError::new("invalid named capture", text));
    };
    let name = &text[length..end];
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err(SyntaxError::new("invalid named capture", &text[..=end]));
    }
    Ok(Some((name, &text[end + 1..])))
}

/// Reads `(?flags)` or `(?flags:`: the flags then in force, whether a group begins, and
/// what follows.
pub(super) fn read_flags(text: &str, mut flags: Flags) -> Result<(Flags, bool, &str), SyntaxError> {
    let (mut on, mut seen) = (true, false);
    let mut at = 2;
    for character in text[2..].chars() {
        at += character.len_utf8();
        match character {
            'i' => flags.ignore_case = on,
            'm' => flags.multi_line = on,
            's' => flags.dot_all = on,
            'U' => flags.swap_greed = on,
            '-' if on => {
                on = false;
                seen = false;
                continue;
            }
            ':' | ')' if on || seen => return Ok((flags, character == ':', &text[at..])),
            _ => break,
        }
        seen = true;
    }
    Err(SyntaxError::new(
        "invalid or unsupported Perl syntax",
        &text[..at],
    ))
}

/// Reads an escape that means one character.
pub(crate) fn read_escape(text: &str) -> Result<(char, &str), SyntaxError> {
    let mut characters = text[1..].chars();
    let Some(first) = characters.next() else {
        return Err(SyntaxError::new(
            "trailing backslash at end of expression",
            "",
        ));
    };
    let rest = characters.as_str();
    let invalid = |rest: &str| {
        Err(SyntaxError::new(
            "invalid escape sequence",
            &text[..text.len() - rest.len()],
        ))
    };
    match first {
        '1'..='7' if !rest.starts_with(|c| matches!(c, '0'..='7')) => invalid(rest),
        '0'..='7' => {
            let more = rest
                .bytes()
                .take(2)
                .take_while(|b| matches!(b, b'0'..=b'7'))
                .count();
            let digits = &text[1..2 + more];
            let code = u32::from_str_radix(digits, 8).unwrap_or(0);
            Ok((char::from_u32(code).unwrap_or('\0'), &rest[more..]))
        }
        'x' => read_hexadecimal(text, rest),
        'a' => Ok(('\x07', rest)),
        'f' => Ok(('\x0C', rest)),
        'n' => Ok(('\n', rest)),
        'r' => Ok(('\r', rest)),
        't' => Ok(('\t', rest)),
        'v' => Ok(('\x0B', rest)),
        other if other.is_ascii() && !other.is_ascii_alphanumeric() => Ok((other, rest)),
        _ => invalid(rest),
    }
}

/// `\x41` or `\x{263a}`; `after` follows the `x`.
fn read_hexadecimal<'a>(text: &'a str, after: &'a str) -> Result<(char, &'a str), SyntaxError> {
    let mut characters = after.chars();
    let invalid = |rest: &str| {
        Err(SyntaxError::new(
            "invalid escape sequence",
            &text[..text.len() - rest.len()],
        ))
    };
    let Some(first) = characters.next() else {
        return invalid(after);
    };
    let mut code = 0;
    if first != '{' {
        let second = characters.next();
        let digits = (first.to_digit(16), second.and_then(|c| c.to_digit(16)));
        return match digits {
            (Some(high), Some(low)) => Ok((
                char::from_u32(high * 16 + low).unwrap_or('\0'),
                characters.as_str(),
            )),
            _ => invalid(characters.as_str()),
        };
    }
    let mut digits = 0;
    while let Some(character) = characters.next() {
        if character == '}' && digits > 0 {
            // GO: surrogates are no characters, but may be written; they match nothing.
            let read = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            return Ok((read, characters.as_str()));
        }
        match character.to_digit(16) {
            Some(digit) => code = code * 16 + digit,
            None => return invalid(characters.as_str()),
        }
        digits += 1;
        if code > u32::from(char::MAX) {
            return invalid(characters.as_str());
        }
    }
    invalid("")
}
