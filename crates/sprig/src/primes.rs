//! Random primes for keys.

use std::sync::LazyLock;

use rsa::BigUint;

use crate::Random;

/// Rounds of Miller and Rabin's test. For random numbers of 256 bits and more this is
/// wrong less than once in 2^100.
const ROUNDS: usize = 16;
/// Small primes that candidates are divided by before the costly test.
const SIEVE_BOUND: usize = 1 << 14;
/// How far from a random start a prime is looked for, before another start is drawn.
const WINDOW: usize = 1 << 13;
/// How many starts are drawn. More than a few are needed only where the source of
/// randomness is none.
const STARTS: usize = 1000;

static SMALL_PRIMES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut composite = vec![false; SIEVE_BOUND];
    let mut primes = Vec::new();
    for number in 2..SIEVE_BOUND {
        if composite[number] {
            continue;
        }
        primes.push(number as u32);
        for multiple in (number * number..SIEVE_BOUND).step_by(number) {
            composite[multiple] = true;
        }
    }
    primes
});

/// A random number of at most so many bits.
pub(crate) fn number(random: &dyn Random, bits: usize) -> Result<BigUint, String> {
    let mut bytes = vec![0; bits.div_ceil(8)];
    random.fill(&mut bytes)?;
    Ok(BigUint::from_bytes_be(&bytes))
}

/// A random prime of exactly so many bits (a multiple of 8), the top two of them set so
/// that a product of two such primes has exactly twice as many.
///
/// # Errors
/// When the source of randomness fails.
pub(crate) fn prime(random: &dyn Random, bits: usize) -> Result<BigUint, String> {
    let step = BigUint::from(2u32);
    for _ in 0..STARTS {
        let mut bytes = vec![0; bits / 8];
        random.fill(&mut bytes)?;
        bytes[0] |= 0xC0;
        let last = bytes.len() - 1;
        bytes[last] |= 1;
        let start = BigUint::from_bytes_be(&bytes);
        if let Some(found) = prime_from(random, &start, &step, bits)? {
            return Ok(found);
        }
    }
    Err("no prime found".into())
}

/// The first prime among `start`, `start + step` and so on; `None` when none is near.
/// Start and step must have no common divisor, and the step must be even.
pub(crate) fn prime_from(
    random: &dyn Random,
    start: &BigUint,
    step: &BigUint,
    bits: usize,
) -> Result<Option<BigUint>, String> {
    let divisible = sieve(start, step);
    for (index, divisible) in divisible.into_iter().enumerate() {
        if divisible {
            continue;
        }
        let candidate = start + step * BigUint::from(index);
        if candidate.bits() != bits {
            break;
        }
        if is_prime(&candidate, random)? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// Which numbers of the progression have a small divisor.
fn sieve(start: &BigUint, step: &BigUint) -> Vec<bool> {
    let mut divisible = vec![false; WINDOW];
    for &prime in SMALL_PRIMES.iter().skip(1) {
        let (start, step) = (remainder(start, prime), remainder(step, prime));
        if step == 0 {
            continue;
        }
        // start + index * step = 0 modulo the prime.
        let inverse = power(step, prime - 2, prime);
        let first = u64::from(prime - start) * u64::from(inverse) % u64::from(prime);
        for index in (first as usize..WINDOW).step_by(prime as usize) {
            divisible[index] = true;
        }
    }
    divisible
}

fn remainder(number: &BigUint, divisor: u32) -> u32 {
    let bytes = (number % divisor).to_bytes_le();
    bytes
        .iter()
        .rev()
        .fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

fn power(base: u32, mut exponent: u32, modulus: u32) -> u32 {
    let modulus = u64::from(modulus);
    let (mut result, mut base) = (1, u64::from(base) % modulus);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent >>= 1;
    }
    result as u32
}

/// Miller and Rabin's test of an odd number that is not small.
fn is_prime(candidate: &BigUint, random: &dyn Random) -> Result<bool, String> {
    let one = BigUint::from(1u32);
    let less = candidate - &one;
    let mut odd = less.clone();
    let mut twos = 0;
    while remainder(&odd, 2) == 0 {
        odd >>= 1;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Env;

    #[test]
    fn primes_are_told_from_products() {
        let random = Env::system().random;
        let [left, right] = [(); 2].map(|()| prime(&*random, 128).unwrap());
        assert_eq!(left.bits(), 128);
        assert_eq!((&left * &right).bits(), 256);
        assert!(is_prime(&left, &*random).unwrap());
        assert!(!is_prime(&(&left * &right), &*random).unwrap());
        // A Mersenne prime and its successor in line.
        assert!(is_prime(&((BigUint::from(1u32) << 521usize) - 1u32), &*random).unwrap());
        assert!(!is_prime(&((BigUint::from(1u32) << 523usize) - 1u32), &*random).unwrap());
    }
}
