//! Random texts, numbers and identifiers, and the unbiased choice they are made with.

use pintle_go_template::CallError;
use pintle_go_template::Parameter::{Int, Str as Text};
use pintle_go_value::{Str, Value};

use crate::call::{Call, Outcome, fail};
use crate::declare::{Declaration, impure};
use crate::text::runes;
use crate::{Random, limits};

const DIGITS: &str = "0123456789";
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    impure("randAlphaNum", &[Int], |c| random_text(c, &[LETTERS, DIGITS].concat()), "Random letters and digits."),
    impure("randAlpha", &[Int], |c| random_text(c, LETTERS), "Random letters."),
    impure("randNumeric", &[Int], |c| random_text(c, DIGITS), "Random digits."),
    impure("randAscii", &[Int], |c| random_text(c, &(' '..='~').collect::<String>()), "Random printable ASCII characters."),
    impure("randInt", &[Int, Int], random_int, "A random integer from the first to before the second."),
    impure("shuffle", &[Text], shuffle, "The characters of a string in random order."),
    impure("uuidv4", &[], uuid, "A random identifier, UUID version 4."),
];

/// HELM: a negative count gives nothing, as its error is dropped.
fn random_text(call: &Call<'_>, alphabet: &str) -> Outcome {
    let count = usize::try_from(call.int(0)?).unwrap_or(0);
    limits::text(count)?;
    let alphabet = alphabet.as_bytes();
    let mut source = Source::new(&*call.env.random);
    let mut result = Vec::with_capacity(count);
    for _ in 0..count {
        result.push(alphabet[source.below(alphabet.len() as u64)? as usize]);
    }
    Ok(Str::from(result).into())
}

fn random_int(call: &Call<'_>) -> Outcome {
    let (low, high) = (call.int(0)?, call.int(1)?);
    let span = high.wrapping_sub(low);
    if span <= 0 {
        return fail("invalid argument to Intn");
    }
    let offset = Source::new(&*call.env.random).below(span as u64)?;
    Ok(Value::Int(low.wrapping_add(offset as i64)))
}

fn shuffle(call: &Call<'_>) -> Outcome {
    let mut characters: Vec<char> = runes(call.bytes(0)?).collect();
    let mut source = Source::new(&*call.env.random);
    for index in (1..characters.len()).rev() {
        let other = source.below(index as u64 + 1)? as usize;
        characters.swap(index, other);
    }
    Ok(characters.into_iter().collect::<String>().into())
}

fn uuid(call: &Call<'_>) -> Outcome {
    let mut bytes = [0; 16];
    call.env.random.fill(&mut bytes)?;
    bytes[6] = (bytes[6] & 0x0F) | 0x40;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    let text = crate::hashes::hexadecimal(&bytes);
    let parts = [
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..],
    ];
    Ok(parts.join("-").into())
}

/// Unbiased numbers from random bytes, fetched in blocks.
pub(crate) struct Source<'a> {
    random: &'a dyn Random,
    block: [u8; 256],
    used: usize,
}

impl<'a> Source<'a> {
    /// A source of numbers from this source of bytes.
    pub(crate) fn new(random: &'a dyn Random) -> Self {
        Self {
            random,
            block: [0; 256],
            used: 256,
        }
    }

    /// A number below `bound`, which must not be zero; each is equally likely.
    pub(crate) fn below(&mut self, bound: u64) -> Result<u64, CallError> {
        let bound = bound.max(1);
        // The largest multiple of the bound; what lies beyond would favour small numbers.
        let fair = u64::MAX - u64::MAX % bound;
        loop {
            let number = self.next()?;
            if number < fair {
                return Ok(number % bound);
            }
        }
    }

    fn next(&mut self) -> Result<u64, CallError> {
        if self.used == self.block.len() {
            self.random.fill(&mut self.block)?;
            self.used = 0;
        }
        let mut word = [0; 8];
        word.copy_from_slice(&self.block[self.used..self.used + 8]);
        self.used += 8;
        Ok(u64::from_le_bytes(word))
    }
}
