//! What time it is, and names that nobody has.

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// The time of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    System,
    /// Always the same second, counted from 1970: for tests.
    Fixed(i64),
}

impl Clock {
    /// In seconds since 1970.
    pub fn seconds(self) -> i64 {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_secs() as i64),
            Self::Fixed(at) => at,
        }
    }

    /// As objects have it: `2026-01-02T03:04:05Z`.
    pub fn text(self) -> String {
        text(self.seconds())
    }
}

/// A time as objects have it.
pub fn text(seconds: i64) -> String {
    Timestamp::from_second(seconds)
        .unwrap_or_default()
        .to_string()
}

/// A time from an object's text.
pub fn seconds(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

/// Where uids and generated names come from: a sequence, by a seed the same each time.
#[derive(Debug)]
pub struct Names {
    seed: [u8; 32],
    drawn: Mutex<u64>,
}

impl Names {
    /// The sequence of a seed, or of chance.
    pub fn new(seed: Option<u64>) -> Self {
        let mut bytes = [0; 32];
        match seed {
            Some(seed) => bytes[..8].copy_from_slice(&seed.to_le_bytes()),
            None => {
                // Without chance the time must do: uids need be new, not secret.
                if getrandom::fill(&mut bytes).is_err() {
                    bytes[..8].copy_from_slice(&Clock::System.seconds().to_le_bytes());
                }
            }
        }
        Self {
            seed: bytes,
            drawn: Mutex::new(0),
        }
    }

    fn draw(&self) -> [u8; 32] {
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        *drawn += 1;
        Sha256::new()
            .chain_update(self.seed)
            .chain_update(drawn.to_le_bytes())
            .finalize()
            .into()
    }

    /// A uid: a UUID of version 4.
    pub fn uid(&self) -> String {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.draw()[..16]);
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex = format!("{:032x}", u128::from_be_bytes(bytes));
        let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &hex[part]);
        parts.join("-")
    }

    /// Five letters to make a name of a `generateName`.
    pub fn suffix(&self) -> String {
        letters(&self.draw()[..5])
    }
}

/// Letters for names, of which no word can be made.
pub(crate) fn letters(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let letter = |byte: &u8| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]);
    bytes.iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_and_its_names() {
        assert_eq!(Clock::Fixed(1_767_323_045).text(), "2026-01-02T03:04:05Z");
        assert_eq!(seconds("2026-01-02T03:04:05Z"), Some(1_767_323_045));
        let (one, other) = (Names::new(Some(1)), Names::new(Some(1)));
        let uid = one.uid();
        assert_eq!(uid, other.uid());
        assert_ne!(uid, one.uid());
        assert_eq!((uid.len(), &uid[14..15]), (36, "4"));
        assert_eq!(one.suffix().len(), 5);
    }
}
