//! Indexes from servers.

use std::path::Path;
use std::time::Duration;

use pintle_chart::Warning;
use pintle_fetch::{Client, Response};
use pintle_sprig::parse_url;

use crate::{Catalog, Entry, Error, Index, Repository, cache, catalog, seen};

/// A repository's index that was fetched, with what was left out of it.
#[derive(Debug)]
pub struct Fetched {
    /// Helm's log lines.
    pub warnings: Vec<Warning>,
    /// The text and what it says.
    pub result: Result<(Vec<u8>, Index<Vec<Entry>>), Error>,
}

/// Checks that a repository's URL is one, and of a kind that can be fetched.
///
/// DIFF: Helm asks a registry for an index, which it cannot have.
///
/// # Errors
/// Helm's texts.
pub fn check(repository: &Repository, client: &Client) -> Result<(), Error> {
    let parts = parse_url(&repository.url)
        .map_err(|_| Error::new(format!("invalid chart URL format: {}", repository.url)))?;
    match parts.scheme.as_str() {
        "oci" => Err(Error::new("could not find protocol handler for: oci")
            .hint("charts in registries need no repository: name them as oci://HOST/PATH/CHART")),
        scheme if client.provides(scheme) => Ok(()),
        other => Err(
            Error::new(format!("could not find protocol handler for: {other}")).hint(
                "a repository's URL starts with http:// or https://, or with what a plugin fetches",
            ),
        ),
    }
}

/// Fetches a repository's index.
pub fn index(repository: &Repository, client: &Client, limit: Duration) -> Fetched {
    match fetch(repository, client, limit, None) {
        Ok((_, response)) => read(repository, response.body),
        Err(error) => Fetched {
            warnings: Vec::new(),
            result: Err(error),
        },
    }
}

fn read(repository: &Repository, body: Vec<u8>) -> Fetched {
    let read = Index::read(&body, &repository.url);
    Fetched {
        warnings: read.warnings,
        result: read.index.map(|index| (body, index)),
    }
}

/// The URL of the index, and what its server answers; an index that is kept in this folder
/// needs no sending again.
fn fetch(
    repository: &Repository,
    client: &Client,
    limit: Duration,
    kept: Option<&Path>,
) -> Result<(String, Response), Error> {
    let target = repository.index_url()?;
    let mut request = repository.request(&target, limit);
    request.takes_gzip = true;
    request.known = kept.and_then(|index| seen::of(index, &target));
    match client.get_blocking(&request) {
        Ok(response) => Ok((target, response)),
        Err(error) => Err(explained(error)),
    }
}

fn explained(error: pintle_fetch::Error) -> Error {
    let hint = match error.status() {
        Some(401 | 403) => Some("the server wants a login: --username and --password"),
        Some(404) => Some("there is no index.yaml: is this the URL of a repository?"),
        Some(429) => Some("the server is asked too often: try again later"),
        Some(500..) => Some("the server has trouble of its own: try again later"),
        _ => None,
    };
    let error = Error::from(error);
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// Fetches a repository's index and keeps it.
pub fn update(
    repository: &Repository,
    client: &Client,
    limit: Duration,
    folder: &Path,
) -> (Vec<Warning>, Result<(), Error>) {
    keep(repository, fetch(repository, client, limit, None), folder)
}

/// As [`update`]; an index that is the newest already stays.
pub fn refresh(
    repository: &Repository,
    client: &Client,
    limit: Duration,
    folder: &Path,
) -> (Vec<Warning>, Result<(), Error>) {
    let index = cache::index_file(folder, &repository.name);
    // Both files are Helm's: one that is missing is made again.
    let is_whole = cache::charts_file(folder, &repository.name).exists();
    let fetched = fetch(repository, client, limit, is_whole.then_some(&index));
    if !matches!(&fetched, Ok((_, response)) if response.unchanged) {
        return keep(repository, fetched, folder);
    }
    let opened = Catalog::open(folder, &repository.name);
    if opened.catalog.is_err() {
        return update(repository, client, limit, folder);
    }
    let mut warnings = opened.warnings;
    for warning in &mut warnings {
        for (name, value) in &mut warning.attributes {
            if *name == "source" {
                value.clone_from(&repository.url);
            }
        }
    }
    (warnings, Ok(()))
}

fn keep(
    repository: &Repository,
    fetched: Result<(String, Response), Error>,
    folder: &Path,
) -> (Vec<Warning>, Result<(), Error>) {
    let (target, response) = match fetched {
        Ok(fetched) => fetched,
        Err(error) => return (Vec::new(), Err(error)),
    };
    let fetched = read(repository, response.body);
    let kept = fetched.result.and_then(|(body, index)| {
        let names: String = index.charts.keys().flat_map(|name| [name, "\n"]).collect();
        let charts = cache::charts_file(folder, &repository.name);
        cache::write(&charts, names.as_bytes(), 0o644)?;
        let file = cache::index_file(folder, &repository.name);
        cache::write(&file, &body, 0o644)?;
        catalog::keep(&file, &body, &index, &fetched.warnings);
        seen::keep(&file, &body, &target, &response.validators);
        Ok(())
    });
    (fetched.warnings, kept)
}
