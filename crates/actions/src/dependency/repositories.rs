//! Where dependencies come from.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use pintle_chart::Dependency;
use pintle_repo::{Repositories, Repository, cache, content, download, url};
use pintle_sprig::parse_url;

use super::git::Address;
use super::{DependencyOptions, local_path, problem};
use crate::prepare::report;
use crate::repo::quote;
use crate::{Error, Events};

/// How long an index may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// How many indexes are fetched at once.
const AT_ONCE: usize = 8;

/// Where one dependency comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `charts/`, where it lies already.
    Inside,
    /// A folder on this machine.
    Folder,
    /// A registry.
    Registry,
    /// A Git repository.
    Git(Address),
    /// A repository of the user's list.
    Listed(Repository),
    /// A repository that is known by its URL alone, and the name its index is kept under.
    Unlisted(Repository),
}

/// The user's list; an empty one when there is none.
///
/// # Errors
/// A list that cannot be read.
pub fn user_list(options: &DependencyOptions) -> Result<Repositories, Error> {
    match Repositories::load(&options.access.places.list) {
        Ok(list) => Ok(list),
        Err(error) if error.is_absent() => Ok(Repositories::default()),
        Err(error) => Err(error.into()),
    }
}

/// Finds the source of each dependency, and puts URLs in the place of aliases.
///
/// # Errors
/// A folder that is not there, a repository that nobody knows; the texts are Helm's.
pub fn sources(
    wanted: &mut [Dependency],
    list: &Repositories,
    options: &DependencyOptions,
    events: &dyn Events,
) -> Result<Vec<Source>, Error> {
    let mut missing = Vec::new();
    let mut sources = Vec::new();
    for dependency in wanted {
        let repository = dependency.repository.as_str();
        let source = if repository.is_empty() {
            Source::Inside
        } else if repository.starts_with("file://") {
            local_path(repository, &options.chart)?;
            if options.debug {
                events.message(&format!("Repository from local path: {repository}"));
            }
            Source::Folder
        } else if repository.starts_with("oci://") {
            Source::Registry
        } else if is_git(repository, options) {
            Source::Git(Address::parse(repository, &options.access.git)?)
        } else if let Some(listed) = listed(repository, list) {
            if is_alias(repository) {
                dependency.repository.clone_from(&listed.url);
            }
            Source::Listed(listed.clone())
        } else if is_url(repository) {
            Source::Unlisted(unlisted(repository))
        } else {
            missing.push(repository.to_owned());
            continue;
        };
        sources.push(source);
    }
    if missing.is_empty() {
        return Ok(sources);
    }
    Err(unknown(&missing))
}

/// Whether a dependency is in a Git repository. Plugins may have a word for these too, so that
/// they are ours only where Git is allowed.
fn is_git(repository: &str, options: &DependencyOptions) -> bool {
    Address::is_one(repository) && !options.access.git.is_empty()
}

fn is_alias(repository: &str) -> bool {
    repository.starts_with('@') || repository.starts_with("alias:")
}

fn listed<'a>(repository: &str, list: &'a Repositories) -> Option<&'a Repository> {
    let alias = repository
        .strip_prefix('@')
        .or_else(|| repository.strip_prefix("alias:"));
    list.all().iter().find(|one| {
        alias.is_some_and(|alias| alias == one.name) || url::equal(&one.url, repository)
    })
}

/// GO: `url.ParseRequestURI`: a path from the root, or something with a scheme.
fn is_url(text: &str) -> bool {
    text.starts_with('/')
        || parse_url(text).is_ok_and(|parts| !parts.scheme.is_empty()) && text.contains(":/")
}

/// HELM: the index is kept under a name made of the URL.
fn unlisted(url: &str) -> Repository {
    let digest = content::hex(&cache::digest(url.as_bytes()));
    Repository {
        name: format!("{MANAGED}{digest}"),
        url: url.to_owned(),
        ..Repository::default()
    }
}

/// For those who may not know yet.
const GIT_HINT: &str =
    "charts of Git repositories have to be allowed: --allow-git https, or PINTLE_ALLOW_GIT=https";

const MANAGED: &str = "helm-manager-";

fn unknown(missing: &[String]) -> Error {
    let mut text = format!(
        "no repository definition for {}. Please add them via 'helm repo add'",
        missing.join(", ")
    );
    if missing
        .iter()
        .any(|one| !one.contains("//") && !is_alias(one))
    {
        text.push_str(
            "\nNote that repositories must be URLs or aliases. For example, to refer to the \"example\"\n\
             repository, use \"https://charts.example.com/\" or \"@example\" instead of\n\
             \"example\". Don't forget to add the repo, too ('helm repo add').",
        );
    }
    problem(text)
}

/// Checks that the repositories of a lock are in the user's list.
///
/// # Errors
/// Some are not.
pub fn check_listed(
    locked: &[Dependency],
    list: &Repositories,
    options: &DependencyOptions,
) -> Result<(), Error> {
    let is_known = |repository: &str| {
        let repository = repository.strip_suffix('/').unwrap_or(repository);
        list.all()
            .iter()
            .any(|one| url::equal(&one.url, repository))
    };
    let missing: Vec<&str> = locked
        .iter()
        .map(|one| one.repository.as_str())
        .filter(|one| !(one.is_empty() || one.starts_with("file://") || one.starts_with("oci://")))
        .filter(|one| !is_git(one, options) && !is_known(one))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let error = problem(format!(
        "no repository definition for {}. Please add the missing repos via 'helm repo add'",
        missing.join(", ")
    ));
    let is_git = missing.iter().any(|one| Address::is_one(one));
    Err(if is_git { error.hint(GIT_HINT) } else { error })
}

/// Fetches the indexes of the repositories that are referenced, each once.
///
/// DIFF: Helm fetches those of all repositories in the user's list.
///
/// # Errors
/// A URL of a kind that nobody can fetch. A server that does not answer is told of, and what was
/// fetched before is used.
pub fn refresh(
    sources: &[Source],
    options: &DependencyOptions,
    events: &dyn Events,
) -> Result<(), Error> {
    let unlisted: Vec<&Repository> = once(sources.iter().filter_map(|source| match source {
        Source::Unlisted(repository) => Some(repository),
        _ => None,
    }));
    if !unlisted.is_empty() {
        events.message("Getting updates for unmanaged Helm repositories...");
        fetch(&unlisted, options, events)?;
    }
    refresh_listed(sources, options, events)
}

/// As [`refresh`], without repositories that are not in the list.
///
/// # Errors
/// As [`refresh`].
pub fn refresh_listed(
    sources: &[Source],
    options: &DependencyOptions,
    events: &dyn Events,
) -> Result<(), Error> {
    let listed: Vec<&Repository> = once(sources.iter().filter_map(|source| match source {
        Source::Listed(repository) => Some(repository),
        _ => None,
    }));
    if !listed.is_empty() {
        events.message("Hang tight while we grab the latest from your chart repositories...");
        fetch(&listed, options, events)?;
        events.message("Update Complete. ⎈Happy Helming!⎈");
    }
    Ok(())
}

fn once<'a>(repositories: impl Iterator<Item = &'a Repository>) -> Vec<&'a Repository> {
    let mut seen = BTreeSet::new();
    repositories
        .filter(|one| seen.insert(one.url.strip_suffix('/').unwrap_or(&one.url)))
        .collect()
}

fn fetch(
    repositories: &[&Repository],
    options: &DependencyOptions,
    events: &dyn Events,
) -> Result<(), Error> {
    for repository in repositories {
        download::check(repository, &options.access.client).map_err(|error| {
            if Address::is_one(&repository.url) {
                return problem(error.to_string()).hint(GIT_HINT);
            }
            error.into()
        })?;
    }
    let told = Mutex::new(());
    let folder: &Path = &options.access.places.cache;
    let update = |repository: &Repository| {
        let client = &options.access.client;
        let (warnings, kept) = download::refresh(repository, client, PATIENCE, folder);
        let _alone = told.lock();
        report(warnings, events);
        let is_managed = repository.name.starts_with(MANAGED);
        let name = quote(if is_managed {
            &repository.url
        } else {
            &repository.name
        });
        match kept {
            Ok(()) => events.message(&format!(
                "...Successfully got an update from the {name} chart repository"
            )),
            Err(error) => {
                let url = if is_managed {
                    String::new()
                } else {
                    format!(" ({})", repository.url)
                };
                events.message(&format!(
                    "...Unable to get an update from the {name} chart repository{url}:\n\t{error}"
                ));
            }
        }
    };
    for some in repositories.chunks(AT_ONCE) {
        thread::scope(|scope| {
            for repository in some {
                scope.spawn(|| update(repository));
            }
        });
    }
    Ok(())
}
