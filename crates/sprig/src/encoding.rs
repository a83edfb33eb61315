//! Base64 and base32.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pintle_go_template::Parameter::Str as Text;
use pintle_go_value::{Str, Value};

use crate::call::{Call, Outcome};
use crate::declare::{Declaration, fixed};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("b64enc", &[Text], |c| Ok(Value::from(STANDARD.encode(c.bytes(0)?))), "Encodes in base64."),
    fixed("b64dec", &[Text], |c| decode(c, BASE64), "Decodes base64; gives the text of the error where it is none."),
    fixed("b32enc", &[Text], |c| Ok(Value::from(encode_base32(c.bytes(0)?))), "Encodes in base32."),
    fixed("b32dec", &[Text], |c| decode(c, BASE32), "Decodes base32; gives the text of the error where it is none."),
];

const BASE64: Alphabet = Alphabet {
    name: "base64",
    bits: 6,
    group: 8 / 2,
    digit: |byte| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    },
};

const BASE32: Alphabet = Alphabet {
    name: "base32",
    bits: 5,
    group: 8,
    digit: |byte| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    },
};

/// How a text encodes bytes.
#[derive(Clone, Copy)]
struct Alphabet {
    name: &'static str,
    bits: u32,
    /// Digits to a whole number of bytes.
    group: usize,
    digit: fn(u8) -> Option<u8>,
}

/// HELM: an invalid text does not fail, the error becomes the result.
fn decode(call: &Call<'_>, alphabet: Alphabet) -> Outcome {
    Ok(match alphabet.decode(call.bytes(0)?) {
        Ok(bytes) => Str::from(bytes).into(),
        Err(at) => Value::from(format!("illegal {} data at input byte {at}", alphabet.name)),
    })
}

/// Standard base64 with its text of an error.
pub(crate) fn decode_base64(text: &[u8]) -> Result<Vec<u8>, String> {
    BASE64
        .decode(text)
        .map_err(|at| format!("illegal base64 data at input byte {at}"))
}

impl Alphabet {
    /// The bytes, or where the text is wrong, counted as Go counts.
    fn decode(self, text: &[u8]) -> Result<Vec<u8>, usize> {
        let mut result = Vec::with_capacity(text.len() / 8 * self.bits as usize + 8);
        let mut input = Input { text, at: 0 };
        loop {
            let mut digits = Vec::with_capacity(self.group);
            let ended = loop {
                if digits.len() == self.group {
                    break false;
                }
                let Some((at, byte)) = input.next() else {
                    if digits.is_empty() {
                        return Ok(result);
                    }
                    return Err(self.missing(text, digits.len()));
                };
                match (self.digit)(byte) {
                    Some(digit) => digits.push(digit),
                    None if byte == b'=' => {
                        self.padding(&mut input, digits.len(), at)?;
                        break true;
                    }
                    None => return Err(at),
                }
            };
            self.append(&digits, &mut result);
            if ended {
                return Ok(result);
            }
        }
    }

    /// GO: a text that stops inside a group is reported at the start of what is there.
    fn missing(self, text: &[u8], digits: usize) -> usize {
        text.len() - digits
    }

    /// Checks the padding whose first sign stands at `at`, after `digits` of a group.
    fn padding(self, input: &mut Input<'_>, digits: usize, at: usize) -> Result<(), usize> {
        if digits * self.bits as usize % 8 >= self.bits as usize || digits == 0 {
            return Err(at);
        }
        for _ in digits + 1..self.group {
            match input.next() {
                Some((_, b'=')) => {}
                Some((at, _)) => return Err(at),
                None => return Err(input.text.len()),
            }
        }
        match input.next() {
            Some((at, _)) => Err(at),
            None => Ok(()),
        }
    }

    fn append(self, digits: &[u8], result: &mut Vec<u8>) {
        let mut bits = 0u64;
        for &digit in digits {
            bits = (bits << self.bits) | u64::from(digit);
        }
        let have = digits.len() as u32 * self.bits;
        let whole = have / 8;
        bits >>= have - whole * 8;
        for index in (0..whole).rev() {
            result.push((bits >> (8 * index)) as u8);
        }
    }
}

/// The text without its line breaks, which may stand anywhere.
struct Input<'a> {
    text: &'a [u8],
    at: usize,
}

impl Iterator for Input<'_> {
    type Item = (usize, u8);

    fn next(&mut self) -> Option<(usize, u8)> {
        loop {
            let at = self.at;
            let byte = *self.text.get(at)?;
            self.at += 1;
            if !matches!(byte, b'\r' | b'\n') {
                return Some((at, byte));
            }
        }
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
