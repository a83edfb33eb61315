//! Waiting, in the words of the options.

use std::sync::Arc;
use std::time::Duration;

use pintle_cluster::Resource;
use pintle_cluster::wait::{OnProgress, WaitOptions as ClusterWait};

use crate::{Error, Session, WaitOptions};

fn options(session: &Session, options: WaitOptions) -> ClusterWait {
    let events = Arc::clone(&session.events);
    let on_progress: OnProgress = Arc::new(move |object, readiness| {
        events.progress(&format!("{object}: {}", readiness.message));
    });
    ClusterWait {
        strategy: options.strategy,
        timeout: options.timeout,
        jobs: options.jobs,
        cancelled: Some(session.cancelled.clone()),
        on_progress: Some(on_progress),
        ..ClusterWait::default()
    }
}

/// Waits until objects are ready; with the default strategy not at all.
///
/// # Errors
/// One line for each object that is not.
pub(crate) async fn ready(
    session: &Session,
    resources: &[Resource],
    wait: WaitOptions,
) -> Result<(), Error> {
    let options = options(session, wait);
    Ok(session.cluster.wait_ready(resources, &options).await?)
}

/// Waits until custom resource definitions are served, whatever the strategy.
///
/// # Errors
/// One line for each that is not.
pub(crate) async fn established(
    session: &Session,
    definitions: &[Resource],
    timeout: Duration,
) -> Result<(), Error> {
    let wait = WaitOptions {
        timeout,
        ..WaitOptions::default()
    };
    let options = options(session, wait);
    Ok(session
        .cluster
        .wait_established(definitions, &options)
        .await?)
}

/// Waits until objects are gone.
///
/// # Errors
/// One line for each that is still there.
pub(crate) async fn deleted(
    session: &Session,
    resources: &[Resource],
    wait: WaitOptions,
) -> Result<(), Error> {
    let options = options(session, wait);
    Ok(session.cluster.wait_deleted(resources, &options).await?)
}

/// Waits until the objects of a hook have done their work.
///
/// # Errors
/// `resource Job/ns/x not ready. status: Failed, …`
pub(crate) async fn hook(
    session: &Session,
    resources: &[Resource],
    wait: WaitOptions,
) -> Result<(), Error> {
    let options = options(session, wait);
    for resource in resources {
        session.cluster.wait_hook(resource, &options).await?;
    }
    Ok(())
}
