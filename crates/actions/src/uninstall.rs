//! `uninstall`: a release's objects, and its records, are deleted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use pintle_cluster::Resource;
use pintle_manifest::Manifest;
use pintle_plan::{Plan, RecordWrite, ReleaseId, sort_for_uninstall};
use pintle_release::{Release, Status};
use pintle_storage::Record;

use crate::execute::{ExecuteOptions, Execution, Failure, Records, WriteMode, waits};
use crate::install::owner;
use crate::record::{now, unix_now};
use crate::{Cascade, Class, Error, Level, Log, Session, WaitOptions, name, objects};

/// What to uninstall and how; the flags of `uninstall`.
#[derive(Debug, Clone, Default)]
pub struct UninstallOptions {
    /// The release's name.
    pub name: String,
    /// `--cascade`
    pub cascade: Cascade,
    /// `--description`
    pub description: Option<String>,
    /// `--dry-run`
    pub dry_run: bool,
    /// `--ignore-not-found`
    pub ignore_not_found: bool,
    /// `--keep-history`
    pub keep_history: bool,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--wait`, `--timeout`
    pub wait: WaitOptions,
}

/// What an uninstall has to tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UninstallOutcome {
    /// Helm's text about objects that were kept (`These resources were kept due to the
    /// resource policy:…`) or skipped; empty when there is nothing to tell.
    pub info: String,
}

/// Uninstalls a release.
///
/// # Errors
/// Helm's text.
pub async fn uninstall(
    session: &Session,
    options: &UninstallOptions,
) -> Result<UninstallOutcome, Error> {
    session.cluster.check_reachable().await?;
    if options.dry_run {
        return rehearse(session, options).await;
    }
    name::check(&options.name).map_err(|_| {
        Error::new(
            Class::Input,
            format!("uninstall: Release name is invalid: {}", options.name),
        )
    })?;
    let history = match session.storage.history(&options.name).await {
        Ok(history) => history,
        Err(_) if options.ignore_not_found => return Ok(UninstallOutcome::default()),
        Err(error) => {
            let name = &options.name;
            return Err(
                Error::from(error).prefixed(&format!("uninstall: Release not loaded: {name}: "))
            );
        }
    };
    let last = history.last().ok_or(pintle_storage::Error::NotFound)?;
    let release = last.release()?;
    if release.info.status == Status::Uninstalled {
        return purge_again(session, options, &history).await;
    }
    perform(session, options, release, history).await
}

/// HELM: a release that is uninstalled already, its history kept, is only forgotten.
async fn purge_again(
    session: &Session,
    options: &UninstallOptions,
    history: &[Record],
) -> Result<UninstallOutcome, Error> {
    if options.keep_history {
        return Err(Error::new(
            Class::State,
            format!("the release named {:?} is already deleted", options.name),
        ));
    }
    session
        .storage
        .delete_all(history)
        .await
        .map_err(|error| Error::from(error).prefixed("uninstall: Failed to purge the release: "))?;
    Ok(UninstallOutcome::default())
}

/// What is to be deleted, and what is to be told of the rest.
struct Sorted {
    owned: Vec<Resource>,
    info: String,
}

async fn perform(
    session: &Session,
    options: &UninstallOptions,
    release: Release,
    history: Vec<Record>,
) -> Result<UninstallOutcome, Error> {
    let failure_text = format!("failed to delete release: {}", options.name);
    let sorted = sort(session, &release).await;
    let (owned, info, problem) = match sorted {
        Ok(sorted) => (sorted.owned, sorted.info, None),
        Err(error) => (Vec::new(), String::new(), Some(error)),
    };
    let id = ReleaseId {
        name: release.name.clone(),
        namespace: release.namespace.clone(),
        revision: release.revision,
    };
    let plan = Plan::uninstall(
        id,
        objects::planned(owned),
        &release.hooks,
        &pintle_plan::Options {
            no_hooks: options.no_hooks,
            wait: waits(options.wait),
            keep_history: options.keep_history,
            ..pintle_plan::Options::default()
        },
    );
    let mut records = UninstallRecords {
        release,
        history,
        description: options.description.clone(),
        problem: problem.map(|error| with_reason(&failure_text, &error)),
    };
    records.begin(session);
    let execute = ExecuteOptions {
        // HELM: the hooks of an uninstall are always applied server-side.
        write: WriteMode::ServerSide {
            force_conflicts: false,
            migrate: false,
        },
        wait: options.wait,
        cascade: options.cascade,
        track_created: false,
    };
    let result = Execution::new(session, &mut records, execute)
        .run(&plan)
        .await;
    match result {
        Ok(()) => Ok(UninstallOutcome { info }),
        Err(failure) if failure.deleting => Err(with_reason(&failure_text, &failure.error)),
        Err(failure) => late(session, options, records, failure, info).await,
    }
}

fn with_reason(text: &str, reason: &Error) -> Error {
    let mut error = Error::new(reason.class, text).hint(reason.text.clone());
    error.hints.extend(reason.hints.iter().cloned());
    error
}

/// HELM: when waiting for deletions or the hooks after them fail, the release is gone all the
/// same, and the errors are told in the end.
async fn late(
    session: &Session,
    options: &UninstallOptions,
    mut records: UninstallRecords,
    failure: Failure,
    info: String,
) -> Result<UninstallOutcome, Error> {
    let after = failure.waiting || failure.hook == Some(pintle_manifest::HookEvent::PostDelete);
    if !after || failure.error.class == Class::Interrupted {
        return Err(failure.error);
    }
    let write = if options.keep_history {
        RecordWrite::Uninstalled
    } else {
        RecordWrite::Purged
    };
    records.write(session, write).await?;
    if !info.is_empty() {
        session.events.message(&info);
    }
    Err(failure
        .error
        .prefixed("uninstallation completed with 1 error(s): "))
}

/// Sorts a release's objects: to be deleted, kept by their policy, another owner's.
async fn sort(session: &Session, release: &Release) -> Result<Sorted, Error> {
    let files = BTreeMap::from([(String::new(), release.manifest.as_str().into())]);
    let classified = pintle_manifest::classify(&files).map_err(|error| {
        Error::new(
            Class::State,
            format!("corrupted release record. You must manually delete the resources: {error}"),
        )
    })?;
    let sorted = sort_for_uninstall(classified.manifests);
    let mut info = kept(&sorted.keep);
    let mut text = String::new();
    for manifest in &sorted.delete {
        let _ = write!(text, "\n---\n{}", manifest.text);
    }
    let resources = objects::build(session, &text, &release.namespace)
        .await
        .map_err(|error| error.prefixed("unable to build kubernetes objects for delete: "))?;
    let owned = owned(session, release, resources, &mut info).await;
    Ok(Sorted { owned, info })
}

fn kept(manifests: &[Manifest]) -> String {
    let mut info = String::new();
    if !manifests.is_empty() {
        info.push_str("These resources were kept due to the resource policy:\n");
    }
    for manifest in manifests {
        let _ = writeln!(info, "[{}] {}", manifest.head.kind, manifest.head.name);
    }
    info
}

/// HELM: an object that is gone counts as deleted; one that belongs to somebody else, or cannot
/// be looked at, is left alone and told.
async fn owned(
    session: &Session,
    release: &Release,
    resources: Vec<Resource>,
    info: &mut String,
) -> Vec<Resource> {
    let owner = owner(release);
    let live = session.cluster.get_all(&resources).await;
    let (mut owned, mut foreign, mut unclear) = (Vec::new(), Vec::new(), Vec::new());
    for (resource, live) in resources.into_iter().zip(live) {
        match live {
            Ok(None) => {}
            Ok(Some(live)) if owner.check(&live).is_ok() => owned.push(resource),
            Ok(Some(_)) => foreign.push(resource),
            Err(error) => unclear.push((resource, error.to_string())),
        }
    }
    let skipped = |resource: &Resource, message: &str| {
        Log::new(Level::Warn, message)
            .with("kind", resource.kind.gvk.kind.as_str())
            .with("name", resource.name.as_str())
            .with("namespace", resource.namespace.as_str())
            .with("release", release.name.as_str())
    };
    if !foreign.is_empty() {
        paragraph(info, foreign.len(), "they are not owned by this release");
    }
    for resource in &foreign {
        let message = "skipping delete of resource not owned by this release";
        session.events.log(skipped(resource, message));
        let _ = writeln!(info, "[{}] {}", resource.kind.gvk.kind, resource.name);
    }
    if !unclear.is_empty() {
        paragraph(info, unclear.len(), "their ownership could not be verified");
    }
    for (resource, error) in &unclear {
        let message = "skipping delete of resource because ownership could not be verified";
        let log = skipped(resource, message).with("error", error.as_str());
        session.events.log(log);
        let _ = writeln!(
            info,
            "[{}] {}: {error}",
            resource.kind.gvk.kind, resource.name
        );
    }
    owned
}

fn paragraph(info: &mut String, count: usize, reason: &str) {
    if !info.is_empty() {
        info.push('\n');
    }
    let _ = writeln!(
        info,
        "{count} resource(s) were not deleted because {reason}:"
    );
}

struct UninstallRecords {
    release: Release,
    history: Vec<Record>,
    description: Option<String>,
    /// Why the objects cannot be deleted; told when their turn comes.
    problem: Option<Error>,
}

impl UninstallRecords {
    fn begin(&mut self, session: &Session) {
        self.release.info.status = Status::Uninstalling;
        self.release.info.deleted = now(&session.env);
        "Deletion in progress (or silently failed)".clone_into(&mut self.release.info.description);
    }

    fn end(&mut self) {
        self.release.info.status = Status::Uninstalled;
        self.release.info.description = self
            .description
            .clone()
            .unwrap_or_else(|| "Uninstallation complete".to_owned());
    }
}

impl Records for UninstallRecords {
    fn release(&mut self) -> &mut Release {
        &mut self.release
    }

    async fn write(&mut self, session: &Session, write: RecordWrite) -> Result<(), Error> {
        let at = unix_now(&session.env);
        match write {
            RecordWrite::Purged => {
                session.storage.delete_all(&self.history).await.map_err(|error| {
                    Error::from(error)
                        .prefixed("uninstallation completed with 1 error(s): uninstall: Failed to purge the release: ")
                })?;
            }
            RecordWrite::Uninstalled => {
                self.end();
                let _ = session.storage.update(&self.release, at).await;
                self.supersede(session, at).await?;
            }
            _ => {
                // HELM: the objects go even when this cannot be recorded.
                let _ = session.storage.update(&self.release, at).await;
                if let Some(problem) = self.problem.take() {
                    return Err(problem);
                }
            }
        }
        Ok(())
    }
}

impl UninstallRecords {
    async fn supersede(&self, session: &Session, at: i64) -> Result<(), Error> {
        for record in session.storage.deployed_records(&self.release.name).await? {
            let mut deployed = session
                .storage
                .get(record.name(), record.revision())
                .await?;
            deployed.info.status = Status::Superseded;
            let _ = session.storage.update(&deployed, at).await;
        }
        Ok(())
    }
}

/// `--dry-run`: what would be kept.
async fn rehearse(
    session: &Session,
    options: &UninstallOptions,
) -> Result<UninstallOutcome, Error> {
    let release = match session.storage.last(&options.name).await {
        Ok(release) => release,
        Err(error) if options.ignore_not_found && error.is_not_found() => {
            return Ok(UninstallOutcome::default());
        }
        Err(error) => return Err(error.into()),
    };
    let files = BTreeMap::from([(String::new(), release.manifest.into())]);
    let manifests = pintle_manifest::classify(&files).map(|found| found.manifests);
    let sorted = sort_for_uninstall(manifests.unwrap_or_default());
    Ok(UninstallOutcome {
        info: kept(&sorted.keep),
    })
}
