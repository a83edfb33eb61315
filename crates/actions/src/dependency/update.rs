//! `dependency update` and `dependency build`.

use std::fs;

use pintle_chart::disk::go_text;
use pintle_chart::{Chart, Dependency, Glance, Lock};

use super::place::place_all;
use super::repositories::{check_listed, refresh, refresh_listed, sources, user_list};
use super::resolve::resolve;
use super::{DependencyOptions, lock, problem};
use crate::prepare::report;
use crate::{Error, Events, Level, Log};

/// Finds the versions that the chart's dependencies may have, puts their archives into `charts/`
/// and writes the lock.
///
/// # Errors
/// Anything that cannot be found or had; the texts are Helm's.
pub fn update(options: &DependencyOptions, events: &dyn Events) -> Result<(), Error> {
    let chart = load(options, events)?;
    update_loaded(&chart, options, events)
}

fn update_loaded(
    chart: &Chart,
    options: &DependencyOptions,
    events: &dyn Events,
) -> Result<(), Error> {
    if !chart.metadata.declares_dependencies() {
        return Ok(());
    }
    let list = user_list(options)?;
    let mut wanted = chart.metadata.dependencies.clone();
    let sources = sources(&mut wanted, &list, options, events)?;
    if !options.skip_refresh {
        refresh(&sources, options, events)?;
    }
    let mut locked = resolve(&wanted, &sources, options, events)?;
    place_all(&mut locked, &sources, options, events)?;
    let digest = lock::digest(Some(&wanted), &locked)?;
    if chart.lock.as_ref().is_some_and(|old| old.digest == digest) {
        return Ok(());
    }
    let new = Lock {
        generated: jiff::Timestamp::now().to_string(),
        digest,
        dependencies: Some(locked.into_iter().map(Some).collect()),
    };
    lock::write(&options.chart, &new, is_old(chart))
}

/// Puts the archives of the lock into `charts/`; without a lock it updates.
///
/// # Errors
/// A lock that is not of what `Chart.yaml` says now, or as [`update`].
pub fn build(options: &DependencyOptions, events: &dyn Events) -> Result<(), Error> {
    let chart = load(options, events)?;
    let Some(lock) = &chart.lock else {
        return update_loaded(&chart, options, events);
    };
    let list = user_list(options)?;
    let declared = &chart.metadata.dependencies;
    let mut wanted = declared.clone();
    // HELM: aliases are replaced before the digest is made.
    sources(&mut wanted, &list, options, events)?;
    let asked = chart
        .metadata
        .declares_dependencies()
        .then_some(&wanted[..]);
    if lock::digest(asked, &lock.dependencies)? != lock.digest {
        check_old_lock(&chart, lock, events)?;
    }
    let mut locked: Vec<Dependency> = lock
        .dependencies
        .iter()
        .flatten()
        .flatten()
        .cloned()
        .collect();
    check_listed(&locked, &list, options)?;
    let quiet = DependencyOptions {
        debug: false,
        ..options.clone()
    };
    let sources = sources(&mut locked, &list, &quiet, events)?;
    if !options.skip_refresh {
        refresh_listed(&sources, options, events)?;
    }
    place_all(&mut locked, &sources, options, events)
}

/// HELM: a chart of version 1 may have a lock of Helm 2, which has another digest.
fn check_old_lock(chart: &Chart, lock: &Lock, events: &dyn Events) -> Result<(), Error> {
    if !is_old(chart) {
        return Err(problem(
            "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies with 'helm dependency update'",
        ));
    }
    events.log(Log::new(
        Level::Info,
        "warning: a valid Helm v3 hash was not found. Checking against Helm v2 hash...",
    ));
    if lock::old_digest(&chart.metadata.dependencies)? == lock.digest {
        return Ok(());
    }
    Err(problem(
        "the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). Please update the dependencies",
    ))
}

fn is_old(chart: &Chart) -> bool {
    chart.metadata.api_version == "v1"
}

fn load(options: &DependencyOptions, events: &dyn Events) -> Result<Chart, Error> {
    let path = &options.chart;
    let shown = path.display();
    let facts = fs::metadata(path).map_err(|error| {
        problem(format!(
            "could not find {shown}: stat {shown}: {}",
            go_text(&error)
        ))
        .hint("name the folder of the chart")
    })?;
    if !facts.is_dir() {
        return Err(problem("only unpacked charts can be updated"));
    }
    let (chart, warnings) = pintle_chart::disk::load_dir(path, &Glance).inspect_err(|error| {
        report(error.warnings().to_vec(), events);
    })?;
    report(warnings, events);
    Ok(chart)
}
