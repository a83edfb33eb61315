//! Checksums, in lower case hexadecimal.

use pintle_go_template::Parameter::Str as Text;
use pintle_go_value::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::call::{Call, Outcome};
use crate::declare::{Declaration, fixed};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("sha1sum", &[Text], sum::<Sha1>, "The SHA-1 checksum in hexadecimal."),
    fixed("sha256sum", &[Text], sum::<Sha256>, "The SHA-256 checksum in hexadecimal."),
    fixed("sha512sum", &[Text], sum::<Sha512>, "The SHA-512 checksum in hexadecimal."),
    fixed("adler32sum", &[Text], adler32, "The Adler-32 checksum in decimal."),
];

fn sum<D: Digest>(call: &Call<'_>) -> Outcome {
    Ok(hexadecimal(&D::digest(call.bytes(0)?)).into())
}

/// Bytes in lower case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|b| [digit(b >> 4), digit(b & 15)])
        .collect()
}

fn adler32(call: &Call<'_>) -> Outcome {
    const MODULUS: u32 = 65_521;
    let (mut low, mut high) = (1u32, 0u32);
    for &byte in call.bytes(0)? {
        low = (low + u32::from(byte)) % MODULUS;
        high = (high + low) % MODULUS;
    }
    Ok(Value::from(((high << 16) | low).to_string()))
}
