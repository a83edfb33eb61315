//! `rollback`: a release gets a new revision that repeats an earlier one.

use pintle_plan::{Change, Operation, Plan, RecordWrite, ReleaseId};
use pintle_release::{ApplyMethod, Release, Status};

use crate::execute::{ExecuteOptions, Execution, Failure, Records, UpdateFlags, WriteMode, waits};
use crate::install::owner;
use crate::record::{now, unix_now};
use crate::upgrade::{clean_up, method, server_side, unbuildable_before};
use crate::{
    Cascade, Class, DryRun, Error, Level, Log, ServerSide, Session, WaitOptions, name, objects,
};

/// Where to roll back to and how; the flags of `rollback`.
#[derive(Debug, Clone, Default)]
pub struct RollbackOptions {
    /// The release's name.
    pub name: String,
    /// The revision; 0 for the one before the newest.
    pub revision: u32,
    /// `--cleanup-on-fail`
    pub cleanup_on_fail: bool,
    /// `--description`
    pub description: Option<String>,
    /// `--dry-run`
    pub dry_run: DryRun,
    /// `--server-side`
    pub server_side: ServerSide,
    /// `--force-conflicts`
    pub force_conflicts: bool,
    /// `--force-replace`
    pub force_replace: bool,
    /// `--history-max`; 0 or less keeps all
    pub history_max: i64,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--wait`, `--wait-for-jobs`, `--timeout`
    pub wait: WaitOptions,
}

/// HELM: the longest `--description`, in characters.
const MAX_DESCRIPTION: usize = 256;

/// Rolls a release back.
///
/// # Errors
/// Helm's text.
pub async fn rollback(session: &Session, options: &RollbackOptions) -> Result<(), Error> {
    let length = options
        .description
        .as_deref()
        .unwrap_or_default()
        .chars()
        .count();
    if length > MAX_DESCRIPTION {
        return Err(Error::new(
            Class::Input,
            format!("description must be {MAX_DESCRIPTION} characters or less, got {length}"),
        ));
    }
    session.cluster.check_reachable().await?;
    let (current, target) = prepare(session, options).await?;
    if options.dry_run != DryRun::None {
        return Ok(());
    }
    let limit = usize::try_from(options.history_max).unwrap_or(0);
    let storage = session.storage.clone().with_max_history(limit);
    storage.create(&target, unix_now(&session.env)).await?;
    perform(session, options, current, target).await
}

/// The revision that runs, and the new one.
async fn prepare(
    session: &Session,
    options: &RollbackOptions,
) -> Result<(Release, Release), Error> {
    name::check(&options.name).map_err(|_| {
        Error::new(
            Class::Input,
            format!("prepareRollback: Release name is invalid: {}", options.name),
        )
    })?;
    let history = session.storage.history(&options.name).await?;
    let last = history.last().ok_or(pintle_storage::Error::NotFound)?;
    let wanted = match options.revision {
        0 => last.revision().saturating_sub(1),
        revision => revision,
    };
    let earlier = history
        .iter()
        .find(|record| record.revision() == wanted)
        .ok_or_else(|| {
            Error::new(Class::State, format!("release has no {wanted} version")).hint(format!(
                "`history {}` shows the revisions there are",
                options.name
            ))
        })?;
    let (current, earlier) = (last.release()?, earlier.release()?);

    let mut target = Release::new(
        options.name.clone(),
        current.namespace.clone(),
        current.revision + 1,
    );
    target.info.first_deployed = current.info.first_deployed;
    target.info.last_deployed = now(&session.env);
    target.info.status = Status::PendingRollback;
    target.info.notes = earlier.info.notes;
    target.info.rollback_revision = wanted;
    target.info.description = options
        .description
        .clone()
        .unwrap_or_else(|| format!("Rollback to {wanted}"));
    target.apply_method = Some(method(server_side(
        options.server_side,
        earlier.apply_method,
    )));
    target.chart = earlier.chart;
    target.config = earlier.config;
    target.labels = earlier.labels;
    target.manifest = earlier.manifest;
    target.hooks = earlier.hooks;
    Ok((current, target))
}

async fn perform(
    session: &Session,
    options: &RollbackOptions,
    current: Release,
    target: Release,
) -> Result<(), Error> {
    let change = change(session, &current, &target).await?;
    let server_side = target.apply_method == Some(ApplyMethod::ServerSide);
    let id = ReleaseId {
        name: target.name.clone(),
        namespace: target.namespace.clone(),
        revision: target.revision,
    };
    let mut plan = Plan::change(
        Operation::Rollback,
        id,
        change,
        &target.hooks,
        &pintle_plan::Options {
            no_hooks: options.no_hooks,
            wait: waits(options.wait),
            ..pintle_plan::Options::default()
        },
    );
    // The record was written before the manifests were looked at, as Helm does it.
    plan.steps.retain(|step| !is_pending_record(step));
    let flags = UpdateFlags {
        server_side,
        force_replace: options.force_replace,
        force_conflicts: options.force_conflicts,
        migrate: server_side,
        three_way_for_all: false,
    };
    let mut records = RollbackRecords { target, current };
    let result = match WriteMode::of_update(flags) {
        Ok(write) => {
            let execute = ExecuteOptions {
                write,
                wait: options.wait,
                cascade: Cascade::Background,
                track_created: options.cleanup_on_fail,
            };
            Execution::new(session, &mut records, execute)
                .run(&plan)
                .await
        }
        Err(error) => Err(Failure::of(error)),
    };
    match result {
        Ok(()) => Ok(()),
        Err(failure) => Err(failed(session, options, records, failure).await),
    }
}

fn is_pending_record(step: &pintle_plan::Step) -> bool {
    let write = RecordWrite::Pending;
    step.action == pintle_plan::Action::Record { write }
}

async fn change(session: &Session, current: &Release, target: &Release) -> Result<Change, Error> {
    let previous = objects::build(session, &current.manifest, &current.namespace)
        .await
        .map_err(unbuildable_before)?;
    let wanted = objects::build(session, &target.manifest, &target.namespace)
        .await
        .map_err(|error| {
            error.prefixed("unable to build kubernetes objects from new release manifest: ")
        })?;
    Ok(Change {
        previous: objects::planned(previous),
        target: objects::mark(objects::planned(wanted), &owner(target)),
    })
}

struct RollbackRecords {
    target: Release,
    current: Release,
}

impl Records for RollbackRecords {
    fn release(&mut self) -> &mut Release {
        &mut self.target
    }

    /// HELM: every revision that is marked deployed is superseded, not only the last.
    async fn write(&mut self, session: &Session, _: RecordWrite) -> Result<(), Error> {
        let at = unix_now(&session.env);
        for record in session.storage.deployed_records(&self.target.name).await? {
            let mut deployed = session
                .storage
                .get(record.name(), record.revision())
                .await?;
            deployed.info.status = Status::Superseded;
            let _ = session.storage.update(&deployed, at).await;
        }
        self.target.info.status = Status::Deployed;
        session.storage.update(&self.target, at).await?;
        Ok(())
    }
}

/// HELM: what is recorded depends on where the rollback stopped.
async fn failed(
    session: &Session,
    options: &RollbackOptions,
    records: RollbackRecords,
    failure: Failure,
) -> Error {
    let session = &session.uncancelled();
    let at = unix_now(&session.env);
    let RollbackRecords {
        mut target,
        mut current,
    } = records;
    let error = failure.error;
    if failure.hook.is_some() {
        // DIFF: Helm leaves the revision pending when a hook fails, and every later upgrade
        // refuses to work; we record the failure.
        target.info.status = Status::Failed;
        target.info.description = format!("Rollback {:?} failed: {error}", target.name);
        let _ = session.storage.update(&target, at).await;
        return error;
    }
    target.info.status = Status::Failed;
    if failure.waiting {
        target.info.description = format!("Release {:?} failed: {error}", target.name);
        let _ = session.storage.update(&current, at).await;
        let _ = session.storage.update(&target, at).await;
        return error.prefixed(&format!("release {} failed: ", target.name));
    }
    let message = format!("Rollback {:?} failed: {error}", target.name);
    session.events.log(Log::new(Level::Warn, message.clone()));
    current.info.status = Status::Superseded;
    target.info.description = message;
    let _ = session.storage.update(&current, at).await;
    let _ = session.storage.update(&target, at).await;
    if options.cleanup_on_fail
        && let Err(second) = clean_up(session, &failure.created, &target.namespace).await
    {
        return second.prefixed("an error occurred while cleaning up resources. original rollback error: unable to cleanup resources: ");
    }
    error
}
