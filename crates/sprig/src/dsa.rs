//! New DSA keys. The algorithm is dead, but `genPrivateKey "dsa"` still makes them.

use rsa::BigUint;

use crate::Random;
use crate::der::{integer, sequence};
use crate::primes::{number, prime, prime_from};

/// Bits of the two primes: what Sprig asks for.
const MODULUS_BITS: usize = 2048;
const ORDER_BITS: usize = 256;
/// How many starts are drawn for the modulus.
const TRIES: usize = 1000;

/// The key in DER: version, p, q, g, public and secret number.
///
/// # Errors
/// When the source of randomness fails.
pub(crate) fn generate(random: &dyn Random) -> Result<Vec<u8>, String> {
    let order = prime(random, ORDER_BITS)?;
    let modulus = modulus(random, &order)?;
    let one = BigUint::from(1u32);
    let exponent = (&modulus - &one) / &order;
    let mut generator = one.clone();
    let mut base = one.clone();
    while generator == one {
        base += 1u32;
        generator = base.modpow(&exponent, &modulus);
    }
    let secret = number(random, ORDER_BITS)? % (&order - &one) + &one;
    let public = generator.modpow(&secret, &modulus);
    let parts = [&modulus, &order, &generator, &public, &secret];
    let encoded = parts.map(|part| integer(&part.to_bytes_be()));
    let version = integer(&[0]);
    let all: Vec<&[u8]> = std::iter::once(&version)
        .chain(&encoded)
        .map(Vec::as_slice)
        .collect();
    Ok(sequence(&all))
}

/// A prime p such that q, the order, divides p - 1.
fn modulus(random: &dyn Random, order: &BigUint) -> Result<BigUint, String> {
    let one = BigUint::from(1u32);
    let step = order * 2u32;
    for _ in 0..TRIES {
        let mut bytes = vec![0; MODULUS_BITS / 8];
        random.fill(&mut bytes)?;
        bytes[0] |= 0x80;
        let start = BigUint::from_bytes_be(&bytes);
        let excess = &start % &step;
        let start = start - excess + &one;
        if let Some(found) = prime_from(random, &start, &step, MODULUS_BITS)? {
            return Ok(found);
        }
    }
    Err("no prime found".into())
}
