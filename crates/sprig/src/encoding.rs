//! Base64 and base32.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pintle_go_template::Parameter::Str as Text;
use pintle_go_value::{Str, Value};

use crate::declare::{Declaration, fixed};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("b64enc", &[Text], |c| Ok(Value::from(STANDARD.encode(c.bytes(0)?))), "Encodes in base64."),
    fixed("b64dec", &[Text], |c| Ok(lenient(decode_base64(c.bytes(0)?))), "Decodes base64; gives the text of the error where it is none."),
    fixed("b32enc", &[Text], |c| Ok(Value::from(encode_base32(c.bytes(0)?))), "Encodes in base32."),
    fixed("b32dec", &[Text], |c| Ok(lenient(decode_base32(c.bytes(0)?))), "Decodes base32; gives the text of the error where it is none."),
];

/// HELM: an invalid text does not fail, the error becomes the result.
fn lenient(decoded: Result<Vec<u8>, String>) -> Value {
    match decoded {
        Ok(bytes) => Str::from(bytes).into(),
        Err(text) => Value::from(text),
    }
}

/// Standard base64 with padding; line breaks may stand anywhere.
///
/// # Errors
/// Go's text with the place Go names.
pub(crate) fn decode_base64(text: &[u8]) -> Result<Vec<u8>, String> {
    decode_base64_at(text).map_err(|at| format!("illegal base64 data at input byte {at}"))
}

fn decode_base64_at(text: &[u8]) -> Result<Vec<u8>, usize> {
    let mut result = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut input = text
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, byte)| !matches!(byte, b'\r' | b'\n'));
    let mut group = Vec::with_capacity(4);
    while let Some((at, byte)) = input.next() {
        if let Some(digit) = base64_digit(byte) {
            group.push(digit);
        } else if byte == b'=' && group.len() >= 2 {
            if group.len() == 2 {
                match input.next() {
                    Some((_, b'=')) => {}
                    Some((at, _)) => return Err(at - 1),
                    None => return Err(text.len()),
                }
            }
            append_digits(&group, 6, &mut result);
            return input.next().map_or(Ok(result), |(at, _)| Err(at));
        } else {
            return Err(at);
        }
        if group.len() == 4 {
            append_digits(&group, 6, &mut result);
            group.clear();
        }
    }
    if group.is_empty() {
        Ok(result)
    } else {
        Err(text.len() - group.len())
    }
}

fn base64_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

fn decode_base32(text: &[u8]) -> Result<Vec<u8>, String> {
    let text: Vec<u8> = text
        .iter()
        .copied()
        .filter(|b| !matches!(b, b'\r' | b'\n'))
        .collect();
    decode_base32_at(&text).map_err(|at| format!("illegal base32 data at input byte {at}"))
}

/// GO: padding counts only near the end of the text, and what follows a full group of
/// padding is ignored.
fn decode_base32_at(text: &[u8]) -> Result<Vec<u8>, usize> {
    let mut result = Vec::with_capacity(text.len() / 8 * 5 + 5);
    let mut group = Vec::with_capacity(8);
    for (at, &byte) in text.iter().enumerate() {
        let after = &text[at + 1..];
        if byte == b'=' && group.len() >= 2 && after.len() < 8 {
            check_base32_padding(after, group.len(), at)?;
            append_digits(&group, 5, &mut result);
            return Ok(result);
        }
        group.push(base32_digit(byte).ok_or(at)?);
        if group.len() == 8 {
            append_digits(&group, 5, &mut result);
            group.clear();
        }
    }
    if group.is_empty() {
        Ok(result)
    } else {
        Err(text.len() - group.len())
    }
}

/// Checks what follows the first sign of padding, which stands at `at` after `digits`.
fn check_base32_padding(after: &[u8], digits: usize, at: usize) -> Result<(), usize> {
    if after.len() + digits < 7 {
        return Err(at + 1 + after.len());
    }
    let mut expected = after.iter().take(7usize.saturating_sub(digits));
    if let Some(wrong) = expected.position(|b| *b != b'=') {
        return Err(at + wrong);
    }
    // No whole number of bytes has 1, 3 or 6 digits.
    if matches!(digits, 1 | 3 | 6) {
        return Err(at);
    }
    Ok(())
}

fn base32_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    }
}

/// The whole bytes that digits of so many bits hold.
fn append_digits(digits: &[u8], bits: usize, result: &mut Vec<u8>) {
    let joined = digits
        .iter()
        .fold(0u64, |joined, digit| (joined << bits) | u64::from(*digit));
    let have = digits.len() * bits;
    for index in 1..=have / 8 {
        result.push((joined >> (have - 8 * index)) as u8);
    }
}

fn encode_base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut result = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for group in bytes.chunks(5) {
        let mut bits = 0u64;
        for index in 0..5 {
            bits = (bits << 8) | u64::from(group.get(index).copied().unwrap_or(0));
        }
        let used = (group.len() * 8).div_ceil(5);
        for index in 0..8 {
            let digit = (bits >> (35 - 5 * index)) & 31;
            result.push(if index < used {
                char::from(DIGITS[digit as usize])
            } else {
                '='
            });
        }
    }
    result
}
