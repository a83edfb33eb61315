//! `cargo xtask differential`: cases that nobody thought of, rendered by Pintle and by real
//! Helm. Each area draws cases from a grammar that prefers odd corners; a difference is
//! made small and shown, and can be kept as a fixture.

mod batch;
mod case;
mod document_words;
mod documents;
mod function_words;
mod functions;
mod language;
mod pools;
mod report;
mod rng;
mod run;
mod shrink;
mod values;
mod yaml;
mod yaml_files;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Result, bail};
use pintle_testkit::oracle::Peer;

use batch::{Found, Tally};
use case::Case;
use rng::Rng;
use run::Programs;

use crate::arguments::Arguments;
use crate::{build, workspace};

/// A part of the behaviour that draws cases for itself.
pub trait Area: Sync {
    /// The name in `--area`, tables and kept files.
    fn name(&self) -> &'static str;

    /// Draws one case. What it is may depend on nothing but the generator.
    fn case(&self, rng: &mut Rng) -> Case;
}

/// A new area is a line here.
const AREAS: &[&dyn Area] = &[
    &language::Language,
    &functions::Functions,
    &yaml::Yaml,
    &values::Values,
];

/// So many cases make one batch: one stream of random numbers, and one run while all is well.
const BATCH: usize = 40;

const USAGE: &str = "\
Usage: cargo xtask differential [FLAGS]

Draws random cases and renders them with Pintle and with real Helm 4.3.1.

  --cases N       how many, over all areas (default 400)
  --seed S        another seed draws other cases (default 1)
  --area A        only this area, or a comma list
  --jobs N        programs at a time (default: processors)
  --keep DIR      write each difference to DIR
  --profile P     cargo profile of the program (default: release); PINTLE_BIN names one
  --tries N       runs to spend on making a difference small (default 120)
  --print         only print the cases";

struct Options {
    cases: usize,
    seed: u64,
    areas: Vec<&'static dyn Area>,
    jobs: Option<usize>,
    keep: Option<PathBuf>,
    profile: String,
    tries: usize,
    print: bool,
}

impl Options {
    fn parse(mut typed: Arguments) -> Result<Self> {
        let options = Self {
            cases: typed.number("--cases")?.unwrap_or(400),
            seed: typed.number("--seed")?.unwrap_or(1) as u64,
            areas: areas(typed.value("--area")?.as_deref())?,
            jobs: typed.number("--jobs")?,
            keep: typed.value("--keep")?.map(PathBuf::from),
            profile: typed
                .value("--profile")?
                .unwrap_or_else(|| "release".to_owned()),
            tries: typed.number("--tries")?.unwrap_or(shrink::TRIES),
            print: typed.flag("--print"),
        };
        typed.finish()?;
        Ok(options)
    }
}

fn areas(names: Option<&str>) -> Result<Vec<&'static dyn Area>> {
    let Some(names) = names else {
        return Ok(AREAS.to_vec());
    };
    let find = |name: &str| AREAS.iter().copied().find(|area| area.name() == name);
    let known: Vec<&str> = AREAS.iter().map(|area| area.name()).collect();
    names
        .split(',')
        .map(|name| match find(name) {
            Some(area) => Ok(area),
            None => bail!("no area {name:?}; there are: {}", known.join(", ")),
        })
        .collect()
}

/// One stream of cases.
struct Draw {
    area: &'static dyn Area,
    number: usize,
    size: usize,
}

impl Draw {
    fn cases(&self, seed: u64) -> Vec<Case> {
        let mut rng = Rng::new(seed, self.area.name(), self.number as u64);
        (0..self.size).map(|_| self.area.case(&mut rng)).collect()
    }
}

/// The streams of all areas, in turns, so that an early end has seen something of each.
fn draws(options: &Options) -> Vec<Draw> {
    let share = options.cases.div_ceil(options.areas.len());
    (0..share.div_ceil(BATCH))
        .flat_map(|number| options.areas.iter().map(move |&area| (area, number)))
        .map(|(area, number)| Draw {
            area,
            number,
            size: BATCH.min(share - number * BATCH),
        })
        .collect()
}

/// Runs the subcommand.
pub fn run(mut typed: Arguments) -> Result<ExitCode> {
    if typed.flag("--help") || typed.flag("-h") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let options = Options::parse(typed)?;
    let draws = draws(&options);
    if options.print {
        for draw in &draws {
            report::print_cases(&draw.cases(options.seed));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let programs = Programs {
        helm: workspace::peer(Peer::Helm4)?,
        pintle: build::program(&options.profile)?,
    };
    let start = Instant::now();
    let results = all(&programs, &draws, &options)?;
    let good = report::show(&options, &results, start.elapsed())?;
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What came of one stream.
pub struct Judged {
    area: &'static str,
    number: usize,
    tally: Tally,
    found: Vec<Found>,
}

/// Judges all streams on several threads; the answers are in the order of the streams.
fn all(programs: &Programs, draws: &[Draw], options: &Options) -> Result<Vec<Judged>> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(draws.len()));
    thread::scope(|scope| {
        for _ in 0..options.jobs.unwrap_or(cores).max(1) {
            scope.spawn(|| {
                while let Some(draw) = draws.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let judged = one(programs, draw, options);
                    if let Ok(mut results) = results.lock() {
                        results.push((draw.number, draw.area.name(), judged));
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by_key(|(number, area, _)| (*number, *area));
    results.into_iter().map(|(_, _, judged)| judged).collect()
}

fn one(programs: &Programs, draw: &Draw, options: &Options) -> Result<Judged> {
    let (tally, mut found) = batch::judge(programs, draw.cases(options.seed))?;
    for difference in &mut found {
        shrink::shrink(programs, difference, options.tries)?;
    }
    let judged = Judged {
        area: draw.area.name(),
        number: draw.number,
        tally,
        found,
    };
    report::keep(options, &judged)?;
    Ok(judged)
}

#[cfg(test)]
mod tests {
    use super::{AREAS, Draw};

    #[test]
    fn the_same_seed_draws_the_same_cases() {
        for &area in AREAS {
            let draw = Draw {
                area,
                number: 3,
                size: 20,
            };
            assert_eq!(draw.cases(1), draw.cases(1), "{}", area.name());
            assert_ne!(draw.cases(1), draw.cases(2), "{}", area.name());
        }
    }
}
