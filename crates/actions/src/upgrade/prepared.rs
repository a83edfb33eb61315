//! The new revision, before anything is done: what was there, what is rendered.

use std::collections::BTreeMap;

use pintle_go_value::Map;
use pintle_manifest::Classified;
use pintle_release::{Hook, Release, Status};
use pintle_render::ReleaseFacts;
use pintle_values::options::UserValues;
use pintle_values::reuse::{Previous, Reuse, reuse};

use super::{UpgradeOptions, method, server_side};
use crate::install::{check_labels, config};
use crate::prepare::{self, Facts, Given};
use crate::record::{now, stored_chart};
use crate::strict::Strict;
use crate::{Class, DryRun, Error, Session, capabilities};

/// The last revision, and the one that runs.
pub(super) struct History {
    pub(super) last: Release,
    pub(super) current: Release,
}

/// HELM: an upgrade starts from the deployed revision; when the last one failed and none is
/// deployed, from the last.
pub(super) async fn current(session: &Session, name: &str) -> Result<History, Error> {
    let last = session.storage.last(name).await.map_err(|error| {
        if error.is_not_found() {
            return Error::new(Class::State, format!("{name:?} has no deployed releases"))
                .hint("`upgrade --install` installs a release that does not exist");
        }
        error.into()
    })?;
    if last.info.status.is_pending() {
        return Err(Error::new(
            Class::State,
            "another operation (install/upgrade/rollback) is in progress",
        )
        .hint(format!(
            "revision {} is {}; if nobody works on it any more, `rollback` brings the release back",
            last.revision, last.info.status
        )));
    }
    if last.info.status == Status::Deployed {
        let current = last.clone();
        return Ok(History { last, current });
    }
    let current = match session.storage.deployed(name).await {
        Ok(deployed) => deployed,
        Err(pintle_storage::Error::NoDeployed { .. })
            if matches!(last.info.status, Status::Failed | Status::Superseded) =>
        {
            last.clone()
        }
        Err(error) => return Err(error.into()),
    };
    Ok(History { last, current })
}

/// Renders the new revision.
pub(super) async fn prepared(
    session: &Session,
    options: &UpgradeOptions,
    history: &History,
    mut chart: pintle_chart::Chart,
    (user, sources): (Map, UserValues),
) -> Result<Release, Error> {
    let previous = previous(&history.current)?;
    let reuses = match options.reuse {
        Reuse::Reset => false,
        Reuse::Reuse | Reuse::ResetThenReuse => true,
        Reuse::Auto => user.is_empty(),
    };
    let reused = reuses.then(|| previous.config.clone());
    let (user, warnings) = reuse(&mut chart, &previous, &user, options.reuse)?;
    prepare::report(warnings, &*session.events);
    let strict = Strict::new(options.values.strict, &chart);
    prepare::process_dependencies(&mut chart, &user, &*session.events)?;
    strict.check(&chart, (&user, &sources), &session.env, &*session.events)?;
    let (capabilities, lookup) = capabilities::of(session).await?;
    let prepared = prepare::coalesce(
        chart,
        Given {
            reused,
            ..Given::new(user, sources)
        },
        options.values.schemas(options.skip_schema_validation),
        &*session.events,
    )?;
    let revision = history.last.revision + 1;
    let facts = Facts {
        release: ReleaseFacts {
            name: options.name.clone(),
            namespace: history.current.namespace.clone(),
            revision,
            is_upgrade: true,
        },
        capabilities,
        lookup: lookup.filter(|_| options.dry_run != DryRun::Client),
        env: session.env.clone(),
        post_renderer: options.post_renderer.clone(),
        dialect: options.dialect,
    };
    let (prepared, output) = prepare::render_beside(session, prepared, facts).await?;
    check_labels(&options.labels)?;

    let Classified {
        manifests, hooks, ..
    } = output.classified;
    let server_side = server_side(options.server_side, history.last.apply_method);
    let mut release = Release::new(
        options.name.clone(),
        history.current.namespace.clone(),
        revision,
    );
    release.info.first_deployed = history.current.info.first_deployed;
    release.info.last_deployed = now(&session.env);
    release.info.status = Status::PendingUpgrade;
    "Preparing upgrade".clone_into(&mut release.info.description);
    release.info.notes = output
        .rendered
        .notes(prepared.chart.name(), options.render_subchart_notes);
    release.chart = Some(stored_chart(&prepared.chart)?);
    release.config = config(prepared.user);
    release.manifest = prepare::manifest_text(None, &manifests, options.hide_secret);
    release.hooks = hooks.iter().map(Hook::from).collect();
    release.apply_method = Some(method(server_side));
    release.labels = merged_labels(&history.last.labels, &options.labels);
    Ok(release)
}

fn previous(release: &Release) -> Result<Previous, Error> {
    let chart = release.chart.as_ref();
    let chart_values = chart
        .map(pintle_release::StoredChart::values)
        .transpose()
        .map_err(|error| {
            Error::new(
                Class::State,
                format!("failed to rebuild old values: {error}"),
            )
        })?;
    Ok(Previous {
        chart_name: chart.map(|chart| chart.summary().name).unwrap_or_default(),
        chart_values: chart_values.unwrap_or_default(),
        config: release.config.clone().unwrap_or_default(),
    })
}

/// HELM: a label whose value is `null` goes.
fn merged_labels(
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut labels = old.clone();
    labels.extend(new.iter().map(|(key, value)| (key.clone(), value.clone())));
    labels.retain(|_, value| value != "null");
    labels
}
