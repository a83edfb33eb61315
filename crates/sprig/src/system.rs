//! The operating system's clock, randomness and time zone: the one file of this crate
//! that is not pure. Nothing else here calls it.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rand::TryRngCore;
use rand::rngs::OsRng;

use crate::env::{Clock, Env, Random};

#[derive(Debug)]
struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

#[derive(Debug)]
struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), String> {
        OsRng.try_fill_bytes(bytes).map_err(|e| e.to_string())
    }
}

impl Env {
    /// The clock, randomness and time zone of the operating system; no name resolution.
    pub fn system() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            local_zone: TimeZone::system(),
            dns: None,
        }
    }
}
