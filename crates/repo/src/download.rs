//! Indexes from servers.

use std::path::Path;
use std::time::Duration;

use pintle_chart::Warning;
use pintle_fetch::Client;
use pintle_sprig::parse_url;

use crate::{Entry, Error, Index, Repository, cache, catalog};

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
pub fn check(repository: &Repository) -> Result<(), Error> {
    let parts = parse_url(&repository.url)
        .map_err(|_| Error::new(format!("invalid chart URL format: {}", repository.url)))?;
    match parts.scheme.as_str() {
        "http" | "https" => Ok(()),
        other => {
            let error = Error::new(format!("could not find protocol handler for: {other}"));
            Err(match other {
                "oci" => error.hint(
                    "charts in registries need no repository: name them as oci://HOST/PATH/CHART",
                ),
                _ => error.hint("a repository's URL starts with http:// or https://"),
            })
        }
    }
}

/// Fetches a repository's index.
pub fn index(repository: &Repository, client: &Client, limit: Duration) -> Fetched {
    let failed = |error| Fetched {
        warnings: Vec::new(),
        result: Err(error),
    };
    let target = match repository.index_url() {
        Ok(target) => target,
        Err(error) => return failed(error),
    };
    let body = match client.get_blocking(&repository.request(&target, limit)) {
        Ok(response) => response.body,
        Err(error) => {
            let hint = match error.status() {
                Some(401 | 403) => Some("the server wants a login: --username and --password"),
                Some(404) => Some("there is no index.yaml: is this the URL of a repository?"),
                Some(500..) => Some("the server has trouble of its own: try again later"),
                _ => None,
            };
            let error = Error::from(error);
            return failed(match hint {
                Some(hint) => error.hint(hint),
                None => error,
            });
        }
    };
    let read = Index::read(&body, &repository.url);
    Fetched {
        warnings: read.warnings,
        result: read.index.map(|index| (body, index)),
    }
}

/// Fetches a repository's index and keeps it.
pub fn update(
    repository: &Repository,
    client: &Client,
    limit: Duration,
    folder: &Path,
) -> (Vec<Warning>, Result<(), Error>) {
    let fetched = index(repository, client, limit);
    let kept = fetched.result.and_then(|(body, index)| {
        let names: String = index.charts.keys().flat_map(|name| [name, "\n"]).collect();
        let charts = cache::charts_file(folder, &repository.name);
        cache::write(&charts, names.as_bytes(), 0o644)?;
        let file = cache::index_file(folder, &repository.name);
        cache::write(&file, &body, 0o644)?;
        catalog::keep(&file, &body, &index, &fetched.warnings);
        Ok(())
    });
    (fetched.warnings, kept)
}
