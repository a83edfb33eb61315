//! Waiting: until objects are ready, until they are gone, until a hook has run.

mod follow;
mod legacy;
mod outcome;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;

use crate::Cluster;
use crate::error::{Error, ErrorKind};
use crate::objects::{ObjectReference, Resource};
use crate::ready::watcher::{self, Jobs};
use crate::ready::{Progress, Readiness};

/// How it is decided that an object is ready.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strategy {
    /// By watching, with the rules of kstatus.
    Watcher,
    /// Only hooks are waited for.
    #[default]
    HookOnly,
    /// By asking every two seconds, with the rules of Helm 3.
    Legacy,
}

/// Told of every step an object makes.
pub type OnProgress = Arc<dyn Fn(&ObjectReference, &Readiness) + Send + Sync>;

/// How to wait.
#[derive(Clone)]
pub struct WaitOptions {
    /// How it is decided.
    pub strategy: Strategy,
    /// For how long at most; zero means 30 seconds.
    pub timeout: Duration,
    /// Jobs must have completed (`--wait-for-jobs`).
    pub jobs: bool,
    /// Turns true when the user asks to stop.
    pub cancelled: Option<watch::Receiver<bool>>,
    /// Told of every step.
    pub on_progress: Option<OnProgress>,
    /// The clock.
    pub now: fn() -> Timestamp,
}

impl Default for WaitOptions {
    fn default() -> Self {
        Self {
            strategy: Strategy::default(),
            timeout: Duration::from_mins(5),
            jobs: false,
            cancelled: None,
            on_progress: None,
            now: Timestamp::now,
        }
    }
}

impl std::fmt::Debug for WaitOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WaitOptions")
            .field("strategy", &self.strategy)
            .field("timeout", &self.timeout)
            .field("jobs", &self.jobs)
            .finish_non_exhaustive()
    }
}

impl WaitOptions {
    /// HELM: no time limit means this one.
    fn limit(&self) -> Duration {
        if self.timeout.is_zero() {
            Duration::from_secs(30)
        } else {
            self.timeout
        }
    }
}

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Everything is decided.
    Decided,
    /// Time ran out.
    Deadline,
    /// The user asked to stop.
    Cancelled,
}

impl End {
    /// GO: the text of the context's error.
    fn text(self) -> Option<&'static str> {
        match self {
            Self::Decided => None,
            Self::Deadline => Some("context deadline exceeded"),
            Self::Cancelled => Some("context canceled"),
        }
    }
}

impl Cluster {
    /// Waits until these objects are ready.
    ///
    /// # Errors
    /// One line for each object that is not: `resource Deployment/ns/d1 not ready. status:
    /// InProgress, message: Available: 0/1`, and `context deadline exceeded` when time ran out.
    /// HELM: the legacy strategy gives that last line alone.
    pub async fn wait_ready(
        &self,
        resources: &[Resource],
        options: &WaitOptions,
    ) -> Result<(), Error> {
        match options.strategy {
            Strategy::HookOnly => Ok(()),
            Strategy::Legacy => legacy::ready(self, resources, options).await,
            Strategy::Watcher => {
                let jobs = if options.jobs {
                    Jobs::Completed
                } else {
                    Jobs::Started
                };
                let now = options.now;
                let judge = move |object: &Value| {
                    watcher::readiness(object, watcher::Options::release(jobs, now()))
                };
                let waited: Vec<Resource> = resources
                    .iter()
                    .filter(|r| !is_paused(r))
                    .cloned()
                    .collect();
                self.watch_until_current(&waited, options, &judge).await
            }
        }
    }

    /// Waits until custom resource definitions are established, whatever the strategy.
    ///
    /// # Errors
    /// As [`Cluster::wait_ready`].
    pub async fn wait_established(
        &self,
        definitions: &[Resource],
        options: &WaitOptions,
    ) -> Result<(), Error> {
        let now = options.now;
        let judge = move |object: &Value| {
            watcher::readiness(object, watcher::Options::release(Jobs::Started, now()))
        };
        self.watch_until_current(definitions, options, &judge).await
    }

    /// Waits until these objects are gone.
    ///
    /// # Errors
    /// One line for each that is still there: `resource Pod/ns/p1 still exists. status:
    /// Terminating, message: …`.
    pub async fn wait_deleted(
        &self,
        resources: &[Resource],
        options: &WaitOptions,
    ) -> Result<(), Error> {
        if options.strategy == Strategy::Legacy {
            return legacy::deleted(self, resources, options).await;
        }
        let now = options.now;
        let judge = move |object: &Value| {
            watcher::readiness(object, watcher::Options::release(Jobs::Started, now()))
        };
        let decided = |all: &[Readiness]| all.iter().all(|one| one.progress == Progress::NotFound);
        let (states, end) = follow::follow(self, resources, options, &judge, &decided).await?;
        outcome::still_there(resources, &states, end)
    }

    /// Waits until the object of a hook or test has run: a Job or Pod to its end, anything else
    /// until it is there.
    ///
    /// # Errors
    /// `resource Pod/ns/name not ready. status: Failed, message: pod name failed`; with the
    /// legacy strategy `pod name failed`.
    pub async fn wait_hook(&self, resource: &Resource, options: &WaitOptions) -> Result<(), Error> {
        if !matches!(resource.kind.gvk.kind.as_str(), "Job" | "Pod") {
            return Ok(());
        }
        let now = options.now;
        let judge = move |object: &Value| watcher::readiness(object, watcher::Options::hook(now()));
        let resources = std::slice::from_ref(resource);
        if options.strategy == Strategy::Legacy {
            return legacy::hook(self, resource, options, &judge).await;
        }
        self.watch_until_current(resources, options, &judge).await
    }

    async fn watch_until_current(
        &self,
        resources: &[Resource],
        options: &WaitOptions,
        judge: follow::Judge<'_>,
    ) -> Result<(), Error> {
        // HELM: an object that failed does not end the wait for those still on their way.
        let decided = |all: &[Readiness]| {
            all.iter()
                .all(|one| matches!(one.progress, Progress::Current | Progress::Failed))
        };
        let (states, end) = follow::follow(self, resources, options, judge, &decided).await?;
        outcome::not_ready(resources, &states, end)
    }
}

fn is_paused(resource: &Resource) -> bool {
    resource.kind.gvk.kind == "Deployment"
        && resource
            .body
            .pointer("/spec/paused")
            .and_then(Value::as_bool)
            == Some(true)
}

/// Sleeps until the user asks to stop; for ever when nobody can.
async fn until_cancelled(cancelled: &Option<watch::Receiver<bool>>) {
    if let Some(cancelled) = cancelled {
        let mut cancelled = cancelled.clone();
        if cancelled.wait_for(|stop| *stop).await.is_ok() {
            return;
        }
    }
    std::future::pending::<()>().await;
}

pub(crate) fn ended(end: End) -> Option<Error> {
    end.text().map(|text| Error::new(ErrorKind::Timeout, text))
}
