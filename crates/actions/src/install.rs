//! `install`: a chart becomes a release.

use std::collections::BTreeMap;
use std::sync::Arc;

use pintle_chart::Chart;
use pintle_cluster::Resource;
use pintle_go_value::Map;
use pintle_manifest::Classified;
use pintle_plan::{Owner, Plan, RecordWrite, ReleaseId};
use pintle_plugin::PostRenderer;
use pintle_release::{Hook, Release, Status};
use pintle_render::{Capabilities, Dialect, ReleaseFacts};

use crate::execute::{ExecuteOptions, Execution, Failure, Records, UpdateFlags, WriteMode, waits};
use crate::input::{self, ChartInput, ValuesInput};
use crate::prepare::{self, Facts, Given, Output, Prepared};
use crate::record::{now, stored_chart, unix_now};
use crate::strict::Strict;
use crate::{
    ApplyMode, Class, DryRun, Error, Level, Log, Session, UninstallOptions, WaitOptions,
    WaitStrategy, capabilities, crds, name, objects,
};

/// What to install and how; the flags of `install`.
#[derive(Debug, Clone, Default)]
pub struct InstallOptions {
    /// The release's name (see [`crate::input::release_name`]).
    pub name: String,
    /// The chart.
    pub chart: ChartInput,
    /// The user's values.
    pub values: ValuesInput,
    /// `--dry-run`
    pub dry_run: DryRun,
    /// `--server-side`
    pub apply_mode: ApplyMode,
    /// `--wait`, `--wait-for-jobs`, `--timeout`
    pub wait: WaitOptions,
    /// `--create-namespace`
    pub create_namespace: bool,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--skip-crds`
    pub skip_crds: bool,
    /// `--replace`
    pub replace: bool,
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
    /// `--labels`
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

/// Installs a chart.
///
/// # Errors
/// Helm's text with `INSTALLATION FAILED: ` in front.
pub async fn install(session: &Session, options: &InstallOptions) -> Result<Release, Error> {
    Box::pin(run(session, options))
        .await
        .map_err(|error| error.prefixed("INSTALLATION FAILED: "))
}

/// The same without Helm's words in front, for `upgrade --install`.
pub(crate) async fn run(session: &Session, options: &InstallOptions) -> Result<Release, Error> {
    // 1. The chart and the values, which need no cluster.
    let path = input::locate(&options.chart, &*session.events)?;
    let (user, sources) = input::user_values(&options.values, &*session.events)?;
    let chart = input::load(&path, &*session.events)?;
    let mut chart = prepare::check(chart, &path, &options.chart, &*session.events)?;

    // 2. Whether the release can be made at all.
    if options.dry_run != DryRun::Client {
        check_reachable(session).await?;
    }
    if options.dry_run == DryRun::None && options.hide_secret {
        let text = "hiding Kubernetes secrets requires a dry-run mode";
        session.events.log(Log::new(Level::Error, text));
        return Err(Error::new(Class::Input, text));
    }
    let earlier = available(session, options).await?;

    // 3. What templates see: dependencies, definitions, capabilities, values.
    let strict = Strict::new(options.values.strict, &chart);
    prepare::process_dependencies_aloud(&mut chart, &user, &*session.events)?;
    strict.check(&chart, (&user, &sources), &session.env, &*session.events)?;
    install_definitions(session, options, &chart).await?;
    let (capabilities, lookup) = match options.dry_run {
        DryRun::Client => (Capabilities::default(), None),
        _ => capabilities::of(session).await?,
    };
    let prepared = prepare::coalesce(
        chart,
        Given::new(user, sources),
        options.values.schemas(options.skip_schema_validation),
        &*session.events,
    )?;
    check_labels(&options.labels)?;

    // 4. Render, and make the record.
    let facts = facts(session, options, capabilities, lookup);
    let (prepared, output) = prepare::render_beside(session, prepared, facts).await?;
    let mut release = record(session, options, prepared, output)?;
    if let Some(last) = &earlier {
        release.revision = last.revision + 1;
    }

    // 5. What exists already.
    let found = existing(session, options, &release).await?;
    if options.dry_run != DryRun::None {
        "Dry run complete".clone_into(&mut release.info.description);
        return Ok(release);
    }

    // 6. Do it.
    perform(session, options, release, earlier, found).await
}

/// Whether the cluster answers.
pub(crate) async fn check_reachable(session: &Session) -> Result<(), Error> {
    if let Err(error) = session.cluster.check_reachable().await {
        let error = Error::from(error).prefixed("cluster reachability check failed: ");
        session
            .events
            .log(Log::new(Level::Error, error.text.clone()));
        return Err(error);
    }
    Ok(())
}

/// Whether the name may be used; gives the last revision when it is to be replaced.
async fn available(session: &Session, options: &InstallOptions) -> Result<Option<Release>, Error> {
    let checked = match name::check(&options.name) {
        Ok(()) if options.dry_run == DryRun::None => in_use(session, options).await,
        Ok(()) => Ok(None),
        Err(error) => Err(error),
    };
    checked.map_err(|error| name::refused(error, &*session.events))
}

/// HELM: records that cannot be read are no obstacle here; writing the new one will tell.
async fn in_use(session: &Session, options: &InstallOptions) -> Result<Option<Release>, Error> {
    let Ok(last) = session.storage.last(&options.name).await else {
        return Ok(None);
    };
    let replaceable = matches!(last.info.status, Status::Uninstalled | Status::Failed);
    if options.replace && replaceable {
        return Ok(Some(last));
    }
    Err(
        Error::new(Class::State, "cannot reuse a name that is still in use").hint(format!(
            "release {:?} is {} at revision {}; `upgrade --install` changes it, `uninstall` removes it",
            options.name, last.info.status, last.revision
        )),
    )
}

async fn install_definitions(
    session: &Session,
    options: &InstallOptions,
    chart: &Chart,
) -> Result<(), Error> {
    if options.dry_run == DryRun::Client || options.skip_crds || chart.crds().is_empty() {
        return Ok(());
    }
    if options.dry_run == DryRun::Server {
        crds::warn(session);
        return Ok(());
    }
    crds::install(session, options.apply_mode, options.force_conflicts, chart).await
}

/// Whether the user's labels leave the record's own alone.
pub(crate) fn check_labels(labels: &BTreeMap<String, String>) -> Result<(), Error> {
    const SYSTEM: [&str; 6] = [
        "name",
        "owner",
        "status",
        "version",
        "createdAt",
        "modifiedAt",
    ];
    if SYSTEM.iter().any(|name| labels.contains_key(*name)) {
        return Err(Error::new(
            Class::Input,
            format!(
                "user supplied labels contains system reserved label name. System labels: [{}]",
                SYSTEM.join(" ")
            ),
        ));
    }
    Ok(())
}

fn facts(
    session: &Session,
    options: &InstallOptions,
    capabilities: Capabilities,
    lookup: Option<Arc<dyn pintle_render::Lookup>>,
) -> Facts {
    Facts {
        release: ReleaseFacts {
            name: options.name.clone(),
            namespace: session.namespace.clone(),
            revision: 1,
            is_upgrade: false,
        },
        capabilities,
        lookup,
        env: session.env.clone(),
        post_renderer: options.post_renderer.clone(),
        dialect: options.dialect,
    }
}

fn record(
    session: &Session,
    options: &InstallOptions,
    prepared: Prepared,
    output: Output,
) -> Result<Release, Error> {
    let Classified {
        manifests, hooks, ..
    } = output.classified;
    let mut release = Release::new(options.name.clone(), session.namespace.clone(), 1);
    let at = now(&session.env);
    release.info.first_deployed = at;
    release.info.last_deployed = at;
    "Initial install underway".clone_into(&mut release.info.description);
    release.info.status = Status::PendingInstall;
    release.info.notes = output
        .rendered
        .notes(prepared.chart.name(), options.render_subchart_notes);
    release.chart = Some(stored_chart(&prepared.chart)?);
    release.config = config(prepared.user);
    release.manifest = prepare::manifest_text(None, &manifests, options.hide_secret);
    release.hooks = hooks.iter().map(Hook::from).collect();
    release.apply_method = Some(options.apply_mode.into());
    release.labels.clone_from(&options.labels);
    Ok(release)
}

/// The user's values as a record keeps them.
pub(crate) fn config(user: Map) -> Option<Map> {
    (!user.is_empty()).then_some(user)
}

/// The objects of a new release and those of them that exist already.
struct Found {
    resources: Vec<Resource>,
    adopted: std::collections::BTreeSet<pintle_plan::ObjectKey>,
}

async fn existing(
    session: &Session,
    options: &InstallOptions,
    release: &Release,
) -> Result<Found, Error> {
    let mut found = Found {
        resources: Vec::new(),
        adopted: std::collections::BTreeSet::new(),
    };
    if options.dry_run == DryRun::Client {
        return Ok(found);
    }
    found.resources = objects::build(session, &release.manifest, &release.namespace)
        .await
        .map_err(|error| {
            error.prefixed("unable to build kubernetes objects from release manifest: ")
        })?;
    let owner = owner(release);
    found.adopted = objects::adoptable(session, &found.resources, &owner, options.take_ownership)
        .await
        .map_err(|error| error.prefixed("unable to continue with install: "))?;
    Ok(found)
}

pub(crate) fn owner(release: &Release) -> Owner {
    Owner {
        name: release.name.clone(),
        namespace: release.namespace.clone(),
    }
}

async fn perform(
    session: &Session,
    options: &InstallOptions,
    release: Release,
    earlier: Option<Release>,
    found: Found,
) -> Result<Release, Error> {
    let adopting = !found.adopted.is_empty();
    let wait = effective_wait(options.wait, options.rollback_on_failure);
    let marked = objects::mark(objects::planned(found.resources), &owner(&release));
    let id = ReleaseId {
        name: release.name.clone(),
        namespace: release.namespace.clone(),
        revision: release.revision,
    };
    let plan = Plan::install(
        id,
        marked,
        &release.hooks,
        &pintle_plan::Options {
            no_hooks: options.no_hooks,
            create_namespace: options.create_namespace,
            wait: waits(wait),
            keep_history: false,
            adopted: found.adopted,
        },
    );
    let mut records = InstallRecords {
        release,
        earlier,
        description: options.description.clone(),
        pending: false,
    };
    let execute = ExecuteOptions {
        write: write_mode(options, adopting)?,
        wait,
        cascade: crate::Cascade::Background,
        track_created: false,
    };
    let result = Execution::new(session, &mut records, execute)
        .run(&plan)
        .await;
    match result {
        Ok(()) => Ok(records.release),
        // HELM: before the record is written nothing is recorded as failed.
        Err(failure) if !records.pending => Err(failure.error),
        Err(failure) => Err(failed(session, options, records, failure).await),
    }
}

/// HELM: undoing on failure needs to know of the failure, so it waits.
pub(crate) fn effective_wait(wait: WaitOptions, rollback_on_failure: bool) -> WaitOptions {
    if rollback_on_failure && wait.strategy == WaitStrategy::HookOnly {
        return WaitOptions {
            strategy: WaitStrategy::Watcher,
            ..wait
        };
    }
    wait
}

/// HELM: an install that takes nothing over never forces anything.
fn write_mode(options: &InstallOptions, adopting: bool) -> Result<WriteMode, Error> {
    let server_side = options.apply_mode == ApplyMode::ServerSide;
    if !adopting {
        return Ok(if server_side {
            WriteMode::ServerSide {
                force_conflicts: false,
                migrate: false,
            }
        } else {
            WriteMode::ClientSide {
                three_way_for_all: false,
            }
        });
    }
    WriteMode::of_update(UpdateFlags {
        server_side,
        force_replace: options.force_replace,
        force_conflicts: options.force_conflicts,
        migrate: true,
        three_way_for_all: options.take_ownership,
    })
}

struct InstallRecords {
    release: Release,
    earlier: Option<Release>,
    description: Option<String>,
    /// Whether the record is written.
    pending: bool,
}

impl Records for InstallRecords {
    fn release(&mut self) -> &mut Release {
        &mut self.release
    }

    async fn write(&mut self, session: &Session, write: RecordWrite) -> Result<(), Error> {
        let at = unix_now(&session.env);
        match write {
            RecordWrite::Pending => {
                self.supersede(session, at).await?;
                session.storage.create(&self.release, at).await?;
                self.pending = true;
            }
            _ => {
                self.release.info.status = Status::Deployed;
                self.release.info.description = self
                    .description
                    .clone()
                    .unwrap_or_else(|| "Install complete".to_owned());
                // HELM: the objects are there; that the record is not must not undo them.
                if let Err(error) = session.storage.update(&self.release, at).await {
                    let log = Log::new(Level::Error, "failed to record the release");
                    session.events.log(log.with("error", error.to_string()));
                }
            }
        }
        Ok(())
    }
}

impl InstallRecords {
    /// HELM: with `--replace` the last revision is superseded, unless it failed.
    async fn supersede(&mut self, session: &Session, at: i64) -> Result<(), Error> {
        if let Some(earlier) = &mut self.earlier
            && earlier.info.status != Status::Failed
        {
            earlier.info.status = Status::Superseded;
            "superseded by new release".clone_into(&mut earlier.info.description);
            session.storage.update(earlier, at).await?;
        }
        Ok(())
    }
}

async fn failed(
    session: &Session,
    options: &InstallOptions,
    records: InstallRecords,
    failure: Failure,
) -> Error {
    let mut release = records.release;
    let error = match failure.hook {
        Some(event) if failure.error.class != Class::Interrupted => {
            failure.error.prefixed(&format!("failed {event}: "))
        }
        _ => failure.error,
    };
    release.info.status = Status::Failed;
    release.info.description = format!("Release {:?} failed: {error}", release.name);
    let uncancelled = session.uncancelled();
    if options.rollback_on_failure {
        return undo(&uncancelled, options, &release, error).await;
    }
    // HELM: there is an error to tell already.
    let _ = session
        .storage
        .update(&release, unix_now(&session.env))
        .await;
    error
}

async fn undo(
    session: &Session,
    options: &InstallOptions,
    release: &Release,
    error: Error,
) -> Error {
    let uninstall = UninstallOptions {
        name: release.name.clone(),
        no_hooks: options.no_hooks,
        wait: effective_wait(options.wait, true),
        ..UninstallOptions::default()
    };
    match crate::uninstall(session, &uninstall).await {
        Ok(_) => error.prefixed(&format!(
            "release {} failed, and has been uninstalled due to rollback-on-failure being set: ",
            release.name
        )),
        Err(second) => error
            .prefixed("an error occurred while uninstalling the release. original install error: ")
            .suffixed(&format!(": {second}")),
    }
}
