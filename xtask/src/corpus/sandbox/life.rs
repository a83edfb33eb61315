//! The life of one chart in a sandbox: installed, ready, uninstalled, gone.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::objects::Left;
use super::place::{Place, complaint};
use super::provide;
use crate::corpus::case::Case;
use crate::process::Ending;

/// The chart's namespace.
const NAMESPACE: &str = "chart";
/// How long owned objects may take to follow their owners.
const GARBAGE: Duration = Duration::from_secs(20);
/// How often definitions are provided: a definition may bring other kinds of a chart to light.
const ROUNDS: usize = 4;

/// How a life went.
#[derive(Debug)]
pub enum End {
    /// Installed, ready, uninstalled; what is left is what a real server keeps.
    Clean(Left),
    /// The installation is refused.
    Refused(String),
    /// It was not ready in time.
    Unready(String),
    /// It was not uninstalled, or left what it should not.
    Left(String),
}

/// A life, and how long its parts took.
#[derive(Debug)]
pub struct Life {
    /// How it went.
    pub end: End,
    /// Definitions and other things that were provided.
    pub provided: bool,
    /// Preparing, installing, uninstalling, looking.
    pub times: [Duration; 4],
}

/// What the times of a life are of.
pub const PARTS: [&str; 4] = ["preparing", "installing", "uninstalling", "looking"];

/// Lives one life.
pub fn live(place: &Place, case: &Case, cases: &[Case]) -> Result<Life> {
    let mut clock = Instant::now();
    let mut times = [Duration::ZERO; 4];
    let mut lap = |part: usize| {
        times[part] += clock.elapsed();
        clock = Instant::now();
    };
    place.reset()?;
    let mut provided = provide::surroundings(place, case)?;
    let mut before = place.objects()?;
    lap(0);
    let mut words = vec!["install", "rel", &case.archive];
    if let Some(values) = &case.values {
        words.extend(["-f", values]);
    }
    words.extend([
        "-n",
        NAMESPACE,
        "--create-namespace",
        "--wait",
        "--timeout",
        place.patience(),
    ]);
    let mut known = BTreeSet::new();
    let mut done = place.run(&words)?;
    lap(1);
    for _ in 0..ROUNDS {
        if done.ending == Ending::Code(0) {
            break;
        }
        let missing: Vec<_> = provide::missing(&complaint(&done))
            .into_iter()
            .filter(|kind| known.insert(kind.clone()))
            .collect();
        if missing.is_empty() || !provide::definitions(place, &missing, cases)? {
            break;
        }
        provided = true;
        // What the chart itself has made by now is not of the surroundings.
        for (id, object) in place.objects()? {
            if provide::is_provided(&id, &missing) {
                before.insert(id, object);
            }
        }
        // A hook of a kind that is missing fails when all else is there already.
        place.run(&[
            "uninstall",
            "rel",
            "-n",
            NAMESPACE,
            "--ignore-not-found",
            "--wait",
        ])?;
        lap(0);
        done = place.run(&words)?;
        lap(1);
    }
    if done.ending != Ending::Code(0) {
        let why = complaint(&done);
        let end = if why.contains("not ready") || why.contains("deadline exceeded") {
            End::Unready(why)
        } else {
            End::Refused(why)
        };
        return Ok(Life {
            end,
            provided,
            times,
        });
    }
    let gone = [
        "uninstall",
        "rel",
        "-n",
        NAMESPACE,
        "--wait",
        "--timeout",
        place.patience(),
    ];
    let done = place.run(&gone)?;
    lap(2);
    let end = if done.ending == Ending::Code(0) {
        let begun = Instant::now();
        loop {
            let left = Left::between(&before, &place.objects()?, NAMESPACE);
            if left.findings.is_empty() {
                break End::Clean(left);
            }
            if begun.elapsed() > GARBAGE {
                break End::Left(format!("left behind: {}", left.findings.join(", ")));
            }
            thread::sleep(Duration::from_millis(50));
        }
    } else {
        End::Left(complaint(&done))
    };
    lap(3);
    Ok(Life {
        end,
        provided,
        times,
    })
}
