//! Which versions of a chart a repository has.

use pintle_repo::{Repositories, download};

use super::{PATIENCE, input, nearest, not_a_path, not_a_repository, opened};
use crate::input::ChartInput;
use crate::prepare::report;
use crate::repo::{quote, unreachable};
use crate::{Error, Events};

/// The versions of a chart, as the index of its repository has them.
///
/// # Errors
/// There is no such repository or chart; an index that cannot be had.
pub(crate) fn known_versions(
    chart: &ChartInput,
    events: &dyn Events,
) -> Result<Vec<String>, Error> {
    let name = chart.reference.trim();
    match &chart.repository {
        Some(url) => at_url(chart, url, name, events),
        None => in_list(chart, name, events),
    }
}

fn at_url(
    chart: &ChartInput,
    url: &str,
    name: &str,
    events: &dyn Events,
) -> Result<Vec<String>, Error> {
    let unlisted = chart.access.unlisted(url);
    download::check(&unlisted, &chart.access.client)?;
    let fetched = download::index(&unlisted, &chart.access.client, PATIENCE);
    report(fetched.warnings, events);
    let (_, index) = fetched.result.map_err(|error| unreachable(url, error))?;
    let Some(entries) = index.charts.get(name) else {
        let known: Vec<&str> = index.charts.keys().map(String::as_str).collect();
        let text = format!("chart {} not found in {url} repository", quote(name));
        return Err(input(text).hint(nearest(name, &known)));
    };
    let versions = entries.iter().map(|entry| entry.metadata.version.clone());
    Ok(versions.collect())
}

fn in_list(chart: &ChartInput, name: &str, events: &dyn Events) -> Result<Vec<String>, Error> {
    let (repository, found) = name.split_once('/').ok_or_else(|| not_a_path(name))?;
    let list = match Repositories::load(&chart.access.places.list) {
        Err(error) if error.is_absent() => Repositories::default(),
        other => other?,
    };
    if list.get(repository).is_none() {
        return Err(not_a_repository(repository, name, &list));
    }
    let versions = opened(repository, &chart.access, events)?.chart(found)?;
    let versions = versions.ok_or_else(|| {
        let text = format!(
            "chart {} not found in {repository} index. (try 'helm repo update')",
            quote(found)
        );
        input(text).hint("search repo shows what there is")
    })?;
    Ok(versions.into_iter().map(|one| one.version).collect())
}
