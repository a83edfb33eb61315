//! `upgrade`: a release gets a new revision from a chart.
//!
//! - `prepared`: the new revision, rendered
//! - `failed`: what is done when it cannot be brought about

mod failed;
mod prepared;

use std::collections::{BTreeMap, BTreeSet};

use pintle_cluster::Resource;
use pintle_go_value::Map;
use pintle_plan::{Change, ObjectKey, Operation, Plan, RecordWrite, ReleaseId};
use pintle_plugin::PostRenderer;
use pintle_release::{ApplyMethod, Release, Status};
use pintle_render::Dialect;
use pintle_values::options::UserValues;
use pintle_values::reuse::Reuse;

use crate::execute::{ExecuteOptions, Execution, Failure, Records, UpdateFlags, WriteMode, waits};
use crate::input::{self, ChartInput, ValuesInput};
use crate::install::{effective_wait, owner};
use crate::prepare;
use crate::record::unix_now;
use crate::{
    ApplyMode, Cascade, Class, DryRun, Error, InstallOptions, Level, Log, ServerSide, Session,
    WaitOptions, install, name, objects,
};
pub(crate) use failed::clean_up;
use failed::failed;
use prepared::{current, prepared};

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
    /// `--dialect`: what templates are told of Helm
    pub dialect: Dialect,
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
        let release = Box::pin(install::run(session, &install_options(options, replace))).await?;
        return Ok(UpgradeOutcome {
            release,
            installed: true,
        });
    }
    let path = input::locate(&options.chart, &*session.events)?;
    let user = input::user_values(&options.values, &*session.events)?;
    let chart = input::load(&path, &*session.events)?;
    let chart = prepare::completed(chart, &path, &options.chart, &*session.events)?;
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
        dialect: options.dialect,
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
