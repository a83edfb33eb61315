//! Which version of a dependency is meant.

use std::path::Path;

use pintle_chart::Dependency;
use pintle_repo::{Catalog, Repository};
use pintle_semver::{Constraint, Version};

use super::repositories::Source;
use super::{DependencyOptions, git, local_path, problem};
use crate::prepare::report;
use crate::repo::quote;
use crate::{Error, Events};

/// Finds the version of each dependency.
///
/// # Errors
/// A constraint that is none, a chart or version that is not there; the texts are Helm's.
pub fn resolve(
    wanted: &[Dependency],
    sources: &[Source],
    options: &DependencyOptions,
    events: &dyn Events,
) -> Result<Vec<Dependency>, Error> {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for (dependency, source) in wanted.iter().zip(sources) {
        let constraint = constraint(dependency)?;
        let mut repository = dependency.repository.clone();
        let version = match source {
            Source::Inside => {
                local_path(&format!("charts/{}", dependency.name), &options.chart)?;
                Some(dependency.version.clone())
            }
            Source::Folder => {
                let folder = local_path(&dependency.repository, &options.chart)?;
                in_folder(&folder, &constraint, events)?
            }
            Source::Registry => in_registry(dependency, &constraint, options)?,
            Source::Git(address) => {
                let found = git::resolve(dependency, address, options, events)?;
                found.map(|found| {
                    repository = found.repository;
                    found.version
                })
            }
            Source::Listed(repository) | Source::Unlisted(repository) => {
                in_index(dependency, &constraint, repository, options, events)?
            }
        };
        match version {
            Some(version) => found.push(Dependency {
                name: dependency.name.clone(),
                version,
                repository,
                ..Dependency::default()
            }),
            None => missing.push(format!(
                "{} (repository {}, version {})",
                quote(&dependency.name),
                quote(&dependency.repository),
                quote(&dependency.version)
            )),
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    Err(problem(format!(
        "can't get a valid version for {} subchart(s): {}. Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml",
        missing.len(),
        missing.join(", ")
    )))
}

/// The constraint of a dependency.
///
/// # Errors
/// It is none.
pub fn constraint(dependency: &Dependency) -> Result<Constraint, Error> {
    Constraint::parse(&dependency.version).map_err(|error| {
        problem(format!(
            "dependency {} has an invalid version/constraint format: {error}",
            quote(&dependency.name)
        ))
        .hint("a range is written like ^1.2.0, ~1.2.0, or \">=1.2.0 <2\"")
    })
}

fn in_folder(
    folder: &Path,
    constraint: &Constraint,
    events: &dyn Events,
) -> Result<Option<String>, Error> {
    let (chart, warnings) = pintle_chart::disk::load_dir(folder, &())?;
    report(warnings, events);
    let version = Version::parse(&chart.metadata.version);
    let fits = version.is_ok_and(|version| constraint.check(&version));
    Ok(fits.then(|| chart.metadata.version.clone()))
}

/// An exact version is taken as it is; for a range, the registry is asked what there is.
fn in_registry(
    dependency: &Dependency,
    constraint: &Constraint,
    options: &DependencyOptions,
) -> Result<Option<String>, Error> {
    if Version::parse(&dependency.version).is_ok() {
        return Ok(Some(dependency.version.clone()));
    }
    let versions = || -> Result<Vec<Version>, Error> {
        let name = format!("{}/{}", dependency.repository, dependency.name);
        let reference = pintle_registry::Reference::parse(&name)?;
        let client = options.access.registry()?;
        pintle_fetch::blocking(async || Ok(client.versions(&reference).await?))
    };
    let versions = versions().map_err(|error| {
        error.prefixed(&format!(
            "could not retrieve list of tags for repository {}: ",
            dependency.repository
        ))
    })?;
    let mut fitting = versions.iter().filter(|version| constraint.check(version));
    let found = fitting.next().map(|version| version.original().to_owned());
    // HELM: a range that nothing is in is found out when the chart is to be fetched.
    Ok(Some(found.unwrap_or_else(|| dependency.version.clone())))
}

fn in_index(
    dependency: &Dependency,
    constraint: &Constraint,
    repository: &Repository,
    options: &DependencyOptions,
    events: &dyn Events,
) -> Result<Option<String>, Error> {
    let opened = Catalog::open(&options.access.places.cache, &repository.name);
    report(opened.warnings, events);
    let mut catalog = opened.catalog.map_err(|error| {
        error.context(&format!(
            "no cached repository for {} found. (try 'helm repo update')",
            repository.name
        ))
    })?;
    let Some(versions) = catalog.chart(&dependency.name)? else {
        return Err(problem(format!(
            "{} chart not found in repo {}",
            dependency.name, dependency.repository
        )));
    };
    let mut fitting = versions.into_iter().filter(|one| {
        let version = Version::parse(&one.version);
        !one.urls.is_empty() && version.is_ok_and(|version| constraint.check(&version))
    });
    Ok(fitting.next().map(|one| one.version))
}
