//! After an upgrade that failed.

use pintle_release::{Release, Status};

use super::{UpgradeOptions, UpgradeRecords};
use crate::execute::Failure;
use crate::install::effective_wait;
use crate::record::unix_now;
use crate::{Class, Error, Level, Log, RollbackOptions, Session, objects};

/// Records that the upgrade failed, and does what the options say about that.
pub(super) async fn failed(
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
