//! `status`, `history` and `get`: questions about one release.

use std::collections::BTreeMap;

use pintle_chart::Chart;
use pintle_go_value::Map;
use pintle_release::Release;

use crate::{Class, Error, Session, name, objects};

/// Which revision of which release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RevisionInput {
    /// The release's name.
    pub name: String,
    /// `--revision`; 0 for the newest.
    pub revision: u32,
}

/// One revision as it was recorded.
///
/// # Errors
/// Helm's text: `release: not found`, `Release name is invalid: …`.
pub async fn get(session: &Session, input: &RevisionInput) -> Result<Release, Error> {
    session.cluster.check_reachable().await?;
    recorded(session, input).await
}

async fn recorded(session: &Session, input: &RevisionInput) -> Result<Release, Error> {
    name::check(&input.name).map_err(|_| {
        Error::new(
            Class::Input,
            format!("releaseContent: Release name is invalid: {}", input.name),
        )
    })?;
    let record = match input.revision {
        0 => session.storage.last_record(&input.name).await?,
        revision => session.storage.record(&input.name, revision).await?,
    };
    let mut release = record.release()?;
    // HELM: what `get metadata` shows are all the labels of the record, its own too.
    release.labels = record.labels;
    Ok(release)
}

/// One revision with the state of its objects in the cluster.
#[derive(Debug, Clone)]
pub struct Status {
    /// The revision, with `info.resources` filled for the machine formats.
    pub release: Release,
    /// Tables for people: one for each kind, in order of `version/Kind`.
    pub tables: BTreeMap<String, String>,
}

/// The state of a release; `tables` asks for the human form of its objects, otherwise the
/// objects themselves come along.
///
/// # Errors
/// Helm's text.
pub async fn status(
    session: &Session,
    input: &RevisionInput,
    tables: bool,
) -> Result<Status, Error> {
    let mut release = get(session, input).await?;
    let resources = objects::build(session, &release.manifest, &release.namespace).await?;
    let mut shown = BTreeMap::new();
    if tables {
        let now = session.env.clock.now();
        for (kind, tables) in session.cluster.status_tables(&resources, now).await? {
            let rendered = tables.iter().enumerate();
            shown.insert(
                kind,
                rendered
                    .map(|(index, table)| table.render(index == 0))
                    .collect(),
            );
        }
    } else {
        release.info.resources = session.cluster.status_objects(&resources).await?;
    }
    Ok(Status {
        release,
        tables: shown,
    })
}

/// The newest `max` revisions, oldest first.
///
/// # Errors
/// Helm's text: `release: not found`.
pub async fn history(session: &Session, release: &str, max: usize) -> Result<Vec<Release>, Error> {
    session.cluster.check_reachable().await?;
    name::check(release)
        .map_err(|_| Error::new(Class::Input, format!("release name is invalid: {release}")))?;
    let records = session.storage.history(release).await?;
    let newest = records.len().saturating_sub(max);
    let mut releases = Vec::new();
    for record in &records[newest..] {
        releases.push(record.release()?);
    }
    Ok(releases)
}

/// The values of a revision as templates saw them, dependencies left out.
///
/// HELM: the chart in a record has no dependencies, so their defaults are missing here.
///
/// # Errors
/// A record that cannot be read.
pub fn computed_values(release: &Release) -> Result<Map, Error> {
    let Some(stored) = &release.chart else {
        return Ok(Map::new());
    };
    let unreadable = |error: serde_json::Error| {
        Error::new(
            Class::State,
            format!("cannot read the stored chart: {error}"),
        )
    };
    let chart = Chart {
        metadata: stored.metadata().map_err(unreadable)?.unwrap_or_default(),
        values: stored.values().map_err(unreadable)?,
        ..Chart::default()
    };
    let config = release.config.clone().unwrap_or_default();
    let (values, _) = pintle_values::coalesce::coalesce_values(&chart, &config)?;
    Ok(values)
}
