//! What shells are offered where a name is wanted that files or the cluster know.

use std::fs;

use pintle_cluster::{GroupVersionKind, ListOptions, ResourceKind};
use pintle_repo::{Entry, Index, cache};

use crate::repo::RepositoryPlaces;
use crate::{Error, Session};

/// The names of the cluster's namespaces.
///
/// # Errors
/// The cluster does not answer, or does not tell.
pub async fn namespaces(session: &Session) -> Result<Vec<String>, Error> {
    let kind = ResourceKind {
        gvk: GroupVersionKind::new("", "v1", "Namespace"),
        plural: "namespaces".to_owned(),
        namespaced: false,
        watchable: true,
    };
    let options = ListOptions {
        metadata_only: true,
        ..ListOptions::default()
    };
    let found = session.cluster.list(&kind, &options).await?;
    let names = found
        .iter()
        .filter_map(|one| one.pointer("/metadata/name")?.as_str());
    Ok(names.map(str::to_owned).collect())
}

/// The names of a repository's charts: from the list that is kept for this, else from the index.
/// None when there is neither.
pub fn chart_names(places: &RepositoryPlaces, repository: &str) -> Vec<String> {
    if let Ok(names) = fs::read_to_string(cache::charts_file(&places.cache, repository)) {
        return names.lines().map(str::to_owned).collect();
    }
    let Ok(text) = fs::read(cache::index_file(&places.cache, repository)) else {
        return Vec::new();
    };
    let read = Index::read_with(&text, repository, |_, _| ());
    let charts = read.index.map(|index| index.charts).unwrap_or_default();
    charts.into_keys().collect()
}

/// A version of a chart in an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartVersion {
    /// The version.
    pub version: String,
    /// `appVersion`
    pub app_version: String,
    /// The day on which it came, in English: `March 4, 2025`.
    pub created: String,
    /// Whether it is deprecated.
    pub is_deprecated: bool,
}

/// The versions of a chart, the newest first. None when the index has no such chart, or there is
/// no index.
pub fn chart_versions(
    places: &RepositoryPlaces,
    repository: &str,
    chart: &str,
) -> Vec<ChartVersion> {
    let Ok(text) = fs::read(cache::index_file(&places.cache, repository)) else {
        return Vec::new();
    };
    let versions = pintle_repo::index::versions_of(&text, chart);
    let version = |entry: Entry| ChartVersion {
        created: day(&entry.created),
        version: entry.metadata.version,
        app_version: entry.metadata.app_version,
        is_deprecated: entry.metadata.deprecated,
    };
    versions
        .unwrap_or_default()
        .into_iter()
        .map(version)
        .collect()
}

/// The day of a time as Go writes it: of the zone it is in.
fn day(time: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let number = |from, to| time.get(from..to)?.parse::<usize>().ok();
    let parts = (time.get(..4), number(5, 7), number(8, 10));
    let (Some(year), Some(month), Some(day)) = parts else {
        return String::new();
    };
    let month = month.checked_sub(1).and_then(|month| MONTHS.get(month));
    month.map_or_else(String::new, |month| format!("{month} {day}, {year}"))
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_written_in_english() {
        assert_eq!(day("2025-03-04T23:59:59.123456789+02:00"), "March 4, 2025");
        assert_eq!(day("0001-01-01T00:00:00Z"), "January 1, 0001");
        assert_eq!(day("2025-13-04"), "");
        assert_eq!(day(""), "");
    }
}
