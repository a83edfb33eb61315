//! What the functions may ask of the outside world.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Tells the time.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// Gives random bytes, good enough for keys.
pub trait Random: fmt::Debug + Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// The text of why the source failed.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), String>;
}

/// Resolves host names.
pub trait Dns: fmt::Debug + Send + Sync {
    /// The addresses of `name`, as text; none when it does not resolve.
    fn lookup(&self, name: &str) -> Vec<String>;
}

/// The clock, the source of randomness, the local time zone and, when allowed, name
/// resolution. [`Env::system`] makes one from the operating system.
#[derive(Clone, Debug)]
pub struct Env {
    /// For `now`, `ago` and the validity of certificates.
    pub clock: Arc<dyn Clock>,
    /// For `rand*`, `shuffle`, `uuidv4`, keys, salts and certificates.
    pub random: Arc<dyn Random>,
    /// Go's `time.Local`: the zone of `date` and `toDate`.
    pub local_zone: TimeZone,
    /// For `getHostByName`; without it that function gives the empty string.
    pub dns: Option<Arc<dyn Dns>>,
}
