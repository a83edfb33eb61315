//! `upgrade`: a release gets a new revision from a chart.

use std::collections::{BTreeMap, BTreeSet};

use pintle_cluster::Resource;
use pintle_go_value::Map;
use pintle_manifest::Classified;
use pintle_plan::{Change, ObjectKey, Operation, Plan, RecordWrite, ReleaseId};
use pintle_plugin::PostRenderer;
use pintle_release::{ApplyMethod, Hook, Release, Status};
use pintle_render::{Dialect, ReleaseFacts};
use pintle_values::options::UserValues;
use pintle_values::reuse::{Previous, Reuse, reuse};

use crate::execute::{ExecuteOptions, Execution, Failure, Records, UpdateFlags, WriteMode, waits};
use crate::input::{self, ChartInput, ValuesInput};
use crate::install::{check_labels, config, effective_wait, owner};
use crate::prepare::{self, Facts};
use crate::record::{now, stored_chart, unix_now};
use crate::{
    ApplyMode, Cascade, Class, DryRun, Error, InstallOptions, Level, Log, RollbackOptions,
    ServerSide, Session, WaitOptions, capabilities, install, name, objects,
};

/// What to upgrade and how; the flags of `upgrade`.
#[derive(Debug, Clone, Default)]
pub struct UpgradeOptions {
    /// The release's name.
    pub name: String,
    /// The chart.
    pub chart: ChartInput,
    /// The user's values.
    pub values: ValuesInput,
    /// `--install`: install when there is no such release
    pub install: bool,
    /// `--reset-values`, `--reuse-values`, `--reset-then-reuse-values`
    pub reuse: Reuse,
    /// `--history-max`; 0 or less keeps all
    pub history_max: i64,
    /// `--cleanup-on-fail`
    pub cleanup_on_fail: bool,
    /// `--dry-run`
    pub dry_run: DryRun,
    /// `--server-side`
    pub server_side: ServerSide,
    /// `--wait`, `--wait-for-jobs`, `--timeout`
    pub wait: WaitOptions,
    /// `--create-namespace` (with `install` alone)
    pub create_namespace: bool,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--skip-crds` (with `install` alone)
    pub skip_crds: bool,
    /// `--rollback-on-failure`
    pub rollback_on_failure: bool,
    /// `--take-ownership`
    pub take_ownership: bool,
    /// `--force-conflicts`
    pub force_conflicts: bool,
    /// `--force-replace`
    pub force_replace: bool,
    /// `--description`
    pub description: Option<String>,
    /// `--labels`; a value of `null` removes the label
    pub labels: BTreeMap<String, String>,
    /// `--hide-secret`
    pub hide_secret: bool,
    /// `--render-subchart-notes`
    pub render_subchart_notes: bool,
    /// `--skip-schema-validation`
    pub skip_schema_validation: bool,
    /// `--disable-openapi-validation`
    pub disable_openapi_validation: bool,
    /// `--post-renderer`
    pub post_renderer: Option<PostRenderer>,
}

/// What an upgrade made.
#[derive(Debug, Clone)]
pub struct UpgradeOutcome {
    /// The new revision.
    pub release: Release,
    /// Whether there was no such release and it was installed.
    pub installed: bool,
}

/// Upgrades a release, or installs it when asked to and there is none.
///
/// # Errors
/// Helm's text; what happens after chart and values are read has `UPGRADE FAILED: ` in front.
pub async fn upgrade(session: &Session, options: &UpgradeOptions) -> Result<UpgradeOutcome, Error> {
    if options.install
        && let Some(replace) = to_install(session, &options.name).await?
    {
        session.events.message(&format!(
            "Release {:?} does not exist. Installing it now.",
            options.name
        ));
        let release = install::run(session, &install_options(options, replace)).await?;
        return Ok(UpgradeOutcome {
            release,
            installed: true,
        });
    }
    let path = input::locate(&options.chart)?;
    let user = input::user_values(&options.values, &*session.events)?;
    let chart = input::load(&path, &*session.events)?;
    prepare::check_dependencies(&chart)?;
    if chart.metadata.deprecated {
        let log = Log::new(Level::Warn, "this chart is deprecated");
        session.events.log(log);
    }
    let release = Box::pin(run(session, options, chart, user))
        .await
        .map_err(|error| error.prefixed("UPGRADE FAILED: "))?;
    Ok(UpgradeOutcome {
        release,
        installed: false,
    })
}

/// Whether the release is to be installed, and if so whether over an uninstalled one.
async fn to_install(session: &Session, name: &str) -> Result<Option<bool>, Error> {
    session.cluster.check_reachable().await?;
    name::check(name)
        .map_err(|_| Error::new(Class::Input, format!("release name is invalid: {name}")))?;
    match session.storage.last_record(name).await {
        Ok(last) if last.status() == Status::Uninstalled => Ok(Some(true)),
        Ok(_) => Ok(None),
        Err(error) if error.is_not_found() => Ok(Some(false)),
        Err(error) => Err(error.into()),
    }
}

fn install_options(options: &UpgradeOptions, replace: bool) -> InstallOptions {
    InstallOptions {
        name: options.name.clone(),
        chart: options.chart.clone(),
        values: options.values.clone(),
        dry_run: options.dry_run,
        apply_mode: match options.server_side {
            ServerSide::Auto => ApplyMode::ServerSide,
            ServerSide::Fixed(mode) => mode,
        },
        wait: options.wait,
        create_namespace: options.create_namespace,
        no_hooks: options.no_hooks,
        skip_crds: options.skip_crds,
        replace,
        rollback_on_failure: options.rollback_on_failure,
        take_ownership: options.take_ownership,
        force_conflicts: options.force_conflicts,
        force_replace: options.force_replace,
        description: options.description.clone(),
        labels: options.labels.clone(),
        hide_secret: options.hide_secret,
        render_subchart_notes: options.render_subchart_notes,
        skip_schema_validation: options.skip_schema_validation,
        disable_openapi_validation: options.disable_openapi_validation,
        post_renderer: options.post_renderer.clone(),
    }
}

async fn run(
    session: &Session,
    options: &UpgradeOptions,
    chart: pintle_chart::Chart,
    user: (Map, UserValues),
) -> Result<Release, Error> {
    session.cluster.check_reachable().await?;
    prepare::check_api_version(&chart)?;
    name::check(&options.name).map_err(|_| {
        Error::new(
            Class::Input,
            format!("release name is invalid: {}", options.name),
        )
    })?;
    if options.dry_run == DryRun::None && options.hide_secret {
        return Err(Error::new(
            Class::Input,
            "hiding Kubernetes secrets requires a dry-run mode",
        ));
    }
    let history = current(session, &options.name).await?;
    let mut release = prepared(session, options, &history, chart, user).await?;
    let change = changed(session, options, &history.current, &release).await?;
    if options.dry_run != DryRun::None {
        release.info.description = options
            .description
            .clone()
            .unwrap_or_else(|| "Dry run complete".to_owned());
        return Ok(release);
    }
    perform(session, options, history.current, release, change).await
}

/// The last revision, and the one that runs.
struct History {
    last: Release,
    current: Release,
}

/// HELM: an upgrade starts from the deployed revision; when the last one failed and none is
/// deployed, from the last.
async fn current(session: &Session, name: &str) -> Result<History, Error> {
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
async fn prepared(
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
    prepare::process_dependencies(&mut chart, &user, &*session.events)?;
    let (capabilities, lookup) = capabilities::of(session).await?;
    let mut prepared = prepare::coalesce(
        chart,
        user,
        options.skip_schema_validation,
        &*session.events,
    )?
    .given_by(sources);
    prepared.reused = reused;
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
        dialect: Dialect::default(),
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

/// HELM: `auto` goes on as the other revision was written; records without a word about it are
/// Helm 3's, written client-side.
pub(crate) fn server_side(wanted: ServerSide, other: Option<ApplyMethod>) -> bool {
    match wanted {
        ServerSide::Auto => other == Some(ApplyMethod::ServerSide),
        ServerSide::Fixed(mode) => mode == ApplyMode::ServerSide,
    }
}

pub(crate) fn method(server_side: bool) -> ApplyMethod {
    if server_side {
        ApplyMethod::ServerSide
    } else {
        ApplyMethod::ClientSide
    }
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

/// The objects before and after, and which new ones exist already.
struct Changed {
    change: Change,
    adopted: BTreeSet<ObjectKey>,
}

async fn changed(
    session: &Session,
    options: &UpgradeOptions,
    current: &Release,
    release: &Release,
) -> Result<Changed, Error> {
    // HELM: the new manifest is looked at first, and again after the old one.
    let target = objects::build(session, &release.manifest, &release.namespace).await?;
    let previous = objects::build(session, &current.manifest, &current.namespace)
        .await
        .map_err(unbuildable_before)?;
    let before: BTreeSet<ObjectKey> = previous.iter().map(objects::key).collect();
    let fresh: Vec<Resource> = target
        .iter()
        .filter(|resource| !before.contains(&objects::key(resource)))
        .cloned()
        .collect();
    let owner = owner(release);
    let adopted = objects::adoptable(session, &fresh, &owner, options.take_ownership)
        .await
        .map_err(|error| error.prefixed("unable to continue with update: "))?;
    Ok(Changed {
        change: Change {
            previous: objects::planned(previous),
            target: objects::mark(objects::planned(target), &owner),
        },
        adopted,
    })
}

pub(crate) fn unbuildable_before(error: Error) -> Error {
    error.prefixed("unable to build kubernetes objects from current release manifest: ")
}

async fn perform(
    session: &Session,
    options: &UpgradeOptions,
    current: Release,
    release: Release,
    changed: Changed,
) -> Result<Release, Error> {
    let server_side = release.apply_method == Some(ApplyMethod::ServerSide);
    let wait = effective_wait(options.wait, options.rollback_on_failure);
    let id = ReleaseId {
        name: release.name.clone(),
        namespace: release.namespace.clone(),
        revision: release.revision,
    };
    let plan = Plan::change(
        Operation::Upgrade,
        id,
        changed.change,
        &release.hooks,
        &pintle_plan::Options {
            no_hooks: options.no_hooks,
            wait: waits(wait),
            adopted: changed.adopted,
            ..pintle_plan::Options::default()
        },
    );
    let flags = UpdateFlags {
        server_side,
        force_replace: options.force_replace,
        force_conflicts: options.force_conflicts,
        migrate: server_side && current.apply_method != Some(ApplyMethod::ServerSide),
        three_way_for_all: false,
    };
    let mut records = UpgradeRecords {
        release,
        current,
        description: options.description.clone(),
        history_max: options.history_max,
        pending: false,
    };
    let mode = WriteMode::of_update(flags);
    let execute = ExecuteOptions {
        // HELM: flags that exclude each other fail the new revision instead of refusing it.
        write: *mode.as_ref().unwrap_or(&WriteMode::Replace),
        wait,
        cascade: Cascade::Background,
        track_created: options.cleanup_on_fail,
    };
    let result = match mode {
        Ok(_) => {
            Execution::new(session, &mut records, execute)
                .run(&plan)
                .await
        }
        Err(error) => match records.write(session, RecordWrite::Pending).await {
            Ok(()) => Err(Failure::of(error)),
            Err(error) => Err(Failure::of(error)),
        },
    };
    match result {
        Ok(()) => Ok(records.release),
        Err(failure) if !records.pending => Err(failure.error),
        Err(failure) => Err(failed(session, options, records, failure).await),
    }
}

struct UpgradeRecords {
    release: Release,
    current: Release,
    description: Option<String>,
    history_max: i64,
    /// Whether the record of the new revision is written.
    pending: bool,
}

impl Records for UpgradeRecords {
    fn release(&mut self) -> &mut Release {
        &mut self.release
    }

    async fn write(&mut self, session: &Session, write: RecordWrite) -> Result<(), Error> {
        let at = unix_now(&session.env);
        match write {
            RecordWrite::Pending => {
                let limit = usize::try_from(self.history_max).unwrap_or(0);
                let storage = session.storage.clone().with_max_history(limit);
                storage.create(&self.release, at).await?;
                self.pending = true;
            }
            _ => {
                self.current.info.status = Status::Superseded;
                // HELM: a failure here is logged, not told: the release runs.
                let _ = session.storage.update(&self.current, at).await;
                self.release.info.status = Status::Deployed;
                self.release.info.description = self
                    .description
                    .clone()
                    .unwrap_or_else(|| "Upgrade complete".to_owned());
                session.storage.update(&self.release, at).await?;
            }
        }
        Ok(())
    }
}

async fn failed(
    session: &Session,
    options: &UpgradeOptions,
    records: UpgradeRecords,
    failure: Failure,
) -> Error {
    let session = &session.uncancelled();
    let mut release = records.release;
    let error = match failure.hook {
        Some(event) if failure.error.class != Class::Interrupted => {
            failure.error.prefixed(&format!("{event} hooks failed: "))
        }
        _ => failure.error,
    };
    session.events.log(
        Log::new(Level::Warn, "upgrade failed")
            .with("name", release.name.as_str())
            .with("error", error.text.as_str()),
    );
    release.info.status = Status::Failed;
    release.info.description = format!("Upgrade {:?} failed: {error}", release.name);
    // HELM: there is an error to tell already.
    let _ = session
        .storage
        .update(&release, unix_now(&session.env))
        .await;
    if options.cleanup_on_fail
        && let Err(second) = clean_up(session, &failure.created, &release.namespace).await
    {
        return error
            .prefixed("an error occurred while cleaning up resources. original upgrade error: ")
            .suffixed(&format!(": unable to cleanup resources: {second}"));
    }
    if options.rollback_on_failure {
        return undo(session, options, &release, error).await;
    }
    error
}

/// Deletes what a failed operation created.
pub(crate) async fn clean_up(
    session: &Session,
    created: &[pintle_plan::Object],
    namespace: &str,
) -> Result<(), Error> {
    let resources = objects::resolved(session, created, namespace).await?;
    let mut texts = Vec::new();
    for resource in &resources {
        let deleted = session
            .cluster
            .delete(resource, pintle_cluster::Propagation::Background)
            .await;
        texts.extend(deleted.err().map(|error| error.to_string()));
    }
    if texts.is_empty() {
        return Ok(());
    }
    Err(Error::new(Class::Cluster, texts.join(", ")))
}

/// HELM: back to the newest revision that was ever deployed.
async fn undo(
    session: &Session,
    options: &UpgradeOptions,
    release: &Release,
    error: Error,
) -> Error {
    let history = match session.storage.revisions(&release.name).await {
        Ok(history) => history,
        Err(second) => {
            return error
                .prefixed("an error occurred while finding last successful release. original upgrade error: ")
                .suffixed(&format!(": {second}"));
        }
    };
    let good = history
        .iter()
        .filter(|record| matches!(record.status(), Status::Superseded | Status::Deployed))
        .map(pintle_storage::Record::revision)
        .max();
    let Some(revision) = good else {
        return error.prefixed("unable to find a previously successful release when attempting to rollback. original upgrade error: ");
    };
    let rollback = RollbackOptions {
        name: release.name.clone(),
        revision,
        server_side: options.server_side,
        force_conflicts: options.force_conflicts,
        force_replace: options.force_replace,
        no_hooks: options.no_hooks,
        wait: effective_wait(options.wait, true),
        ..RollbackOptions::default()
    };
    match crate::rollback(session, &rollback).await {
        Ok(()) => error.prefixed(&format!(
            "release {} failed, and has been rolled back due to rollback-on-failure being set: ",
            release.name
        )),
        Err(second) => error
            .prefixed("an error occurred while rolling back the release. original upgrade error: ")
            .suffixed(&format!(": {second}")),
    }
}
