//! `corpus --sandbox`: every chart that renders, installed into a sandbox, ready, uninstalled.
//!
//! - [`place`]: a sandbox of our own, or a [`real`] API server; [`mod@provide`]: what charts want
//!   to find in it
//! - [`life`]: what is done with one chart; [`beside`]: whether it goes alike in both
//! - [`objects`]: what is left, and why
//! - [`record`]: the figures and reasons of `docs/parity.md`

mod beside;
mod life;
mod objects;
mod place;
mod provide;
mod real;
mod record;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use super::case::Case;
use life::{End, Life, PARTS, live};
use place::Place;

/// After how many charts a sign of life is given.
const PROGRESS: usize = 50;

/// What `--check` tries: one chart for each thing that has to hold, and how it ends.
const CHECKED: &[(&str, bool)] = &[
    ("charts/argo/argo-events-", true),
    ("charts/bitnami/cert-manager-", true),
    ("charts/bitnami/consul-", true),
    ("charts/bitnami/contour-", true),
    ("charts/cert-manager/example-webhook-", true),
    ("charts/helm-testdata/chart-with-deprecated-api-", false),
    ("charts/helm-testdata/multi-template-fail-", false),
    ("charts/ingress-nginx/ingress-nginx-", true),
    ("charts/nats/nats-account-server-", false),
    ("charts/openstack-helm/memcached-", true),
    ("charts/opensearch/opensearch-3", true),
    ("charts/prometheus-community/prometheus-2", true),
    ("charts/stable/nfs-client-provisioner-", false),
    ("charts/vault/vault-", true),
];

/// A chart and what came of it.
#[derive(Debug)]
pub struct Lived<'a> {
    /// The render.
    pub case: &'a Case,
    /// Its life.
    pub life: Life,
}

/// What is asked for.
#[derive(Debug)]
pub struct Wanted<'w> {
    /// The program to try.
    pub program: &'w Path,
    /// The corpus.
    pub corpus: &'w Path,
    /// Charts at the same time.
    pub jobs: usize,
    /// With each of its values, instead of the first.
    pub all_values: bool,
    /// Only the fixed few, which must end as they always do.
    pub check: bool,
    /// Write `docs/parity.md`.
    pub write: bool,
    /// Only every so many of them.
    pub every: usize,
    /// The kubeconfig of a real API server, on which each life is lived as well.
    pub real: Option<PathBuf>,
}

/// Tries these cases.
///
/// # Errors
/// A sandbox that cannot be started; with `check` a chart that ends otherwise.
pub fn run(wanted: &Wanted<'_>, cases: &[Case], all: &[Case]) -> Result<()> {
    let start = Instant::now();
    let mut seen = BTreeSet::new();
    let tried: Vec<&Case> = cases
        .iter()
        .filter(|case| case.deterministic && case.code == 0)
        .filter(|case| !wanted.check || expected(case).is_some())
        .filter(|case| wanted.all_values || seen.insert(&case.archive))
        .step_by(wanted.every)
        .collect();
    if let Some(kubeconfig) = &wanted.real {
        return beside::run(wanted, kubeconfig, &tried, all);
    }
    let lived = live_all(wanted, &tried, all)?;
    print!("{}", record::table(&lived));
    for one in &lived {
        match &one.life.end {
            End::Clean(_) => {}
            End::Refused(why) => println!("refused: {}: {why}", one.case.name()),
            End::Unready(why) => println!("unready: {}: {why}", one.case.name()),
            End::Left(why) => println!("left: {}: {why}", one.case.name()),
        }
    }
    for (part, name) in PARTS.iter().enumerate() {
        let spent: Duration = lived.iter().map(|one| one.life.times[part]).sum();
        println!("{spent:>8.1?} {name}");
    }
    let mut slowest: Vec<&Lived<'_>> = lived.iter().collect();
    slowest.sort_by_key(|one| std::cmp::Reverse(one.life.times.iter().sum::<Duration>()));
    for one in slowest.iter().take(5) {
        println!(
            "{:>8.1?} {}",
            one.life.times.iter().sum::<Duration>(),
            one.case.name()
        );
    }
    println!("{} charts in {:.1?}", lived.len(), start.elapsed());
    if wanted.write {
        record::write(&lived)?;
    }
    if wanted.check {
        check(&lived)?;
    }
    Ok(())
}

/// Whether one of the fixed few is installed or refused.
fn expected(case: &Case) -> Option<bool> {
    let found = CHECKED
        .iter()
        .find(|(begin, _)| case.archive.starts_with(begin) && case.values.is_none());
    found.map(|(_, clean)| *clean)
}

fn check(lived: &[Lived<'_>]) -> Result<()> {
    for (begin, _) in CHECKED {
        let found = lived.iter().any(|one| one.case.archive.starts_with(begin));
        ensure!(found, "the corpus has no chart {begin} with its own values");
    }
    let wrong: Vec<String> = lived
        .iter()
        .filter(|one| match (&one.life.end, expected(one.case)) {
            (End::Clean(_), clean) => clean != Some(true),
            (End::Refused(_), clean) => clean != Some(false),
            _ => true,
        })
        .map(|one| one.case.name())
        .collect();
    ensure!(wrong.is_empty(), "not as recorded: {}", wrong.join(", "));
    Ok(())
}

/// Lives all lives, each in a sandbox that is as new; in the order of the cases.
fn live_all<'a>(wanted: &Wanted<'_>, tried: &[&'a Case], all: &[Case]) -> Result<Vec<Lived<'a>>> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..wanted.jobs.max(1) {
            scope.spawn(|| {
                let mut place = Place::start(wanted.program, wanted.corpus);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = tried.get(number) else {
                        break;
                    };
                    if number > 0 && number.is_multiple_of(PROGRESS) {
                        eprintln!("{number} of {} …", tried.len());
                    }
                    let lived = match &place {
                        Ok(place) => live(place, case, all),
                        Err(error) => Err(anyhow::anyhow!("{error:#}")),
                    };
                    if lived.is_err() {
                        place = Place::start(wanted.program, wanted.corpus);
                    }
                    if let Ok(mut results) = results.lock() {
                        results.push((number, lived));
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_default();
    ensure!(results.len() == tried.len(), "a worker thread died");
    results.sort_by_key(|(number, _)| *number);
    tried
        .iter()
        .zip(results)
        .map(|(case, (_, life))| {
            let life = life.with_context(|| case.name())?;
            Ok(Lived { case, life })
        })
        .collect()
}
