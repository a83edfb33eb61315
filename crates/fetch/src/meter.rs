//! How much is on its way, for those who watch.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Answers smaller than this are nobody's worry: tokens, lists, manifests.
const WORTH_TELLING: u64 = 64 << 10;

/// Counts what all requests of a client bring, and tells somebody after every piece.
#[derive(Clone)]
pub struct Meter(Arc<Shared>);

struct Shared {
    traffic: Mutex<Traffic>,
    tell: Box<Tell>,
}

type Tell = dyn Fn(&Traffic) + Send + Sync;

/// All that came since the first piece.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traffic {
    /// The name of what came last.
    pub name: String,
    /// How many have begun.
    pub begun: usize,
    /// How many have come whole, or not at all.
    pub ended: usize,
    /// How many bytes have come.
    pub bytes: u64,
    /// How many will have come in the end, when all servers say so.
    pub total: Option<u64>,
    /// How long it took so far.
    pub time: Duration,
    started: Option<Instant>,
}

impl Meter {
    /// A meter that tells `tell` of every piece.
    pub fn new(tell: impl Fn(&Traffic) + Send + Sync + 'static) -> Self {
        Self(Arc::new(Shared {
            traffic: Mutex::default(),
            tell: Box::new(tell),
        }))
    }

    /// A document that has begun to come; it has come when the value goes away.
    pub(crate) fn begin(&self, url: &str, length: Option<u64>) -> Coming {
        Coming {
            meter: self.clone(),
            name: name_of(url),
            length,
            bytes: 0,
            counts: false,
        }
    }

    fn change(&self, change: impl FnOnce(&mut Traffic)) -> Traffic {
        let traffic = self.0.traffic.lock();
        let mut traffic = traffic.unwrap_or_else(PoisonError::into_inner);
        let started = *traffic.started.get_or_insert_with(Instant::now);
        traffic.time = started.elapsed();
        change(&mut traffic);
        traffic.clone()
    }
}

/// The very same one.
impl PartialEq for Meter {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Meter {}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meter")
    }
}

/// A document on its way.
#[derive(Debug)]
pub(crate) struct Coming {
    meter: Meter,
    name: String,
    length: Option<u64>,
    bytes: u64,
    counts: bool,
}

impl Coming {
    /// So many bytes more.
    pub fn add(&mut self, bytes: u64) {
        self.bytes += bytes;
        let is_worth = self.length.unwrap_or(self.bytes) >= WORTH_TELLING;
        if !self.counts && !is_worth {
            return;
        }
        let is_new = !std::mem::replace(&mut self.counts, true);
        let traffic = self.meter.change(|traffic| {
            if is_new {
                let known = if traffic.begun == 0 {
                    Some(0)
                } else {
                    traffic.total
                };
                traffic.total = known.zip(self.length).map(|(sum, length)| sum + length);
                traffic.begun += 1;
                traffic.bytes += self.bytes;
            } else {
                traffic.bytes += bytes;
            }
            traffic.name.clone_from(&self.name);
        });
        (self.meter.0.tell)(&traffic);
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        if self.counts {
            self.meter.change(|traffic| traffic.ended += 1);
        }
    }
}

/// The last part of a URL's path, without a password that may stand before it.
fn name_of(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// `web-1.0.0.tgz: 1.2 of 3.4 MiB, 2.0 MiB/s`, or `2 of 5 downloads: …`
impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        match self.begun {
            0 | 1 => write!(f, "{}: ", self.name)?,
            several => write!(f, "{} of {several} downloads: ", self.ended)?,
        }
        write!(f, "{:.1}", size(self.bytes))?;
        if let Some(total) = self.total {
            write!(f, " of {:.1}", size(total))?;
        }
        f.write_str(" MiB")?;
        let seconds = self.time.as_secs_f64();
        if seconds >= 0.1 {
            write!(f, ", {:.1} MiB/s", size(self.bytes) / seconds)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter() -> (Meter, Arc<Mutex<Vec<Traffic>>>) {
        let told = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&told);
        let meter = Meter::new(move |traffic| kept.lock().unwrap().push(traffic.clone()));
        (meter, told)
    }

    #[test]
    fn what_comes_is_counted_together() {
        let (meter, told) = meter();
        let mut first = meter.begin("http://me:word@h/a/one.tgz?x=/y", Some(2 << 20));
        first.add(1 << 20);
        let mut second = meter.begin("http://h/two.tgz", Some(4 << 20));
        second.add(1 << 20);
        first.add(1 << 20);
        drop(first);
        second.add(1 << 20);
        let mut small = meter.begin("http://h/token", Some(100));
        small.add(100);
        let mut unknown = meter.begin("http://h/index.yaml", None);
        unknown.add(1 << 10);
        unknown.add(1 << 20);
        let still = |traffic: &Traffic| {
            let still = Traffic {
                time: Duration::ZERO,
                ..traffic.clone()
            };
            still.to_string()
        };
        let told: Vec<String> = told.lock().unwrap().iter().map(still).collect();
        assert_eq!(
            told,
            [
                "one.tgz: 1.0 of 2.0 MiB",
                "0 of 2 downloads: 2.0 of 6.0 MiB",
                "0 of 2 downloads: 3.0 of 6.0 MiB",
                "1 of 2 downloads: 4.0 of 6.0 MiB",
                "1 of 3 downloads: 5.0 MiB",
            ]
        );
    }

    #[test]
    fn the_rate_is_that_of_the_whole_time() {
        let traffic = Traffic {
            name: "a".to_owned(),
            begun: 1,
            bytes: 3 << 20,
            time: Duration::from_secs(2),
            ..Traffic::default()
        };
        assert_eq!(traffic.to_string(), "a: 3.0 MiB, 1.5 MiB/s");
    }
}
