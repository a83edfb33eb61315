//! New DSA keys. The algorithm is dead, but `genPrivateKey "dsa"` still makes them.

use rsa::BigUint;

use crate::Random;
use crate::der::{integer, sequence};

/// Bits of the two primes: what Sprig asks for.
const MODULUS_BITS: usize = 2048;
const ORDER_BITS: usize = 256;
/// Rounds of the primality test: wrong once in 2^128.
const ROUNDS: usize = 64;
/// How many candidates are tried for the modulus with one order.
const TRIES: usize = 4 * MODULUS_BITS;

/// The key in DER: version, p, q, g, public and secret number.
///
/// # Errors
/// When the source of randomness fails.
pub(crate) fn generate(random: &dyn Random) -> Result<Vec<u8>, String> {
    let (modulus, order) = primes(random)?;
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
    let encoded: Vec<Vec<u8>> = parts
        .iter()
        .map(|part| integer(&part.to_bytes_be()))
        .collect();
    let version = integer(&[0]);
    let all: Vec<&[u8]> = std::iter::once(&version)
        .chain(&encoded)
        .map(Vec::as_slice)
        .collect();
    Ok(sequence(&all))
}

/// A prime p and a prime q that divides p - 1.
fn primes(random: &dyn Random) -> Result<(BigUint, BigUint), String> {
    let one = BigUint::from(1u32);
    // Each order gives a modulus with overwhelming likelihood; the bound is for a source
    // of randomness that is none.
    for _ in 0..64 {
        let order = odd_number(random, ORDER_BITS)?;
        if !is_prime(&order, random)? {
            continue;
        }
        let step = &order * 2u32;
        for _ in 0..TRIES {
            let start = odd_number(random, MODULUS_BITS)?;
            let excess = &start % &step;
            let candidate = start - excess + &one;
            if candidate.bits() == MODULUS_BITS && is_prime(&candidate, random)? {
                return Ok((candidate, order));
            }
        }
    }
    Err("no primes found".into())
}

/// A number of exactly so many bits.
fn odd_number(random: &dyn Random, bits: usize) -> Result<BigUint, String> {
    let mut bytes = vec![0; bits / 8];
    random.fill(&mut bytes)?;
    bytes[0] |= 0x80;
    let last = bytes.len() - 1;
    bytes[last] |= 1;
    Ok(BigUint::from_bytes_be(&bytes))
}

fn number(random: &dyn Random, bits: usize) -> Result<BigUint, String> {
    let mut bytes = vec![0; bits / 8];
    random.fill(&mut bytes)?;
    Ok(BigUint::from_bytes_be(&bytes))
}

/// Division by small primes, then Miller and Rabin's test.
fn is_prime(candidate: &BigUint, random: &dyn Random) -> Result<bool, String> {
    let zero = BigUint::default();
    let small = (3u32..2000).step_by(2);
    for divisor in small {
        if candidate % divisor == zero {
            return Ok(*candidate == BigUint::from(divisor));
        }
    }
    let one = BigUint::from(1u32);
    let less = candidate - &one;
    let twos = less.to_bytes_le().iter().take_while(|b| **b == 0).count() * 8;
    let mut odd = &less >> twos;
    let mut twos = twos;
    while &odd % 2u32 == zero {
        odd = &odd >> 1;
        twos += 1;
    }
    for _ in 0..ROUNDS {
        let base = number(random, candidate.bits())? % &less;
        if base <= one {
            continue;
        }
        if !passes(base.modpow(&odd, candidate), candidate, &less, twos) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn passes(mut power: BigUint, candidate: &BigUint, less: &BigUint, twos: usize) -> bool {
    if power == BigUint::from(1u32) || power == *less {
        return true;
    }
    for _ in 1..twos {
        power = &power * &power % candidate;
        if power == *less {
            return true;
        }
    }
    false
}
