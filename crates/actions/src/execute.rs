//! Carries a plan out, step by step.

mod hooks;
mod write;

use std::future::Future;

use futures::{StreamExt, TryStreamExt, stream};
use pintle_cluster::{Cluster, Resource};
use pintle_manifest::HookEvent;
use pintle_plan::{Action, Object, ObjectKey, Operation, Plan, Step};
use pintle_release::Release;

use crate::{Cascade, Class, Error, Session, WaitOptions, WaitStrategy};

pub(crate) use write::{UpdateFlags, WriteMode};

/// How many objects of one group are written at once.
const PARALLEL: usize = 8;

/// How a plan is carried out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExecuteOptions {
    /// How objects are written.
    pub write: WriteMode,
    /// What is waited for, and how long.
    pub wait: WaitOptions,
    /// What becomes of the objects that belong to deleted ones.
    pub cascade: Cascade,
    /// Find out which objects did not exist before, so that they can be deleted on failure.
    pub track_created: bool,
}

/// Where a plan stopped.
pub(crate) struct Failure {
    /// Why.
    pub error: Error,
    /// The moment whose hooks failed, if it was a hook.
    pub hook: Option<HookEvent>,
    /// Whether it was while objects were waited for.
    pub waiting: bool,
    /// Whether it was while objects were deleted.
    pub deleting: bool,
    /// What was created on the way (with [`ExecuteOptions::track_created`]).
    pub created: Vec<Object>,
}

impl Failure {
    /// A failure before the first step.
    pub fn of(error: Error) -> Self {
        Self {
            error,
            hook: None,
            waiting: false,
            deleting: false,
            created: Vec::new(),
        }
    }
}

/// The records a plan changes while it runs.
pub(crate) trait Records {
    /// The release whose hooks run.
    fn release(&mut self) -> &mut Release;

    /// Writes the record a step asks for.
    fn write(
        &mut self,
        session: &Session,
        write: pintle_plan::RecordWrite,
    ) -> impl Future<Output = Result<(), Error>>;
}

/// One run of a plan.
pub(crate) struct Execution<'a, R> {
    pub session: &'a Session,
    pub records: &'a mut R,
    pub options: ExecuteOptions,
    /// The namespace of objects that name none.
    pub namespace: String,
    created: Vec<Object>,
    /// Hooks of the present moment that succeeded, by position.
    finished_hooks: Vec<usize>,
    /// Objects that could not be changed or deleted, while the others of their step were.
    failures: Vec<Error>,
    /// Whether the last step deleted something.
    deleting: bool,
}

impl<'a, R: Records> Execution<'a, R> {
    pub fn new(session: &'a Session, records: &'a mut R, options: ExecuteOptions) -> Self {
        let namespace = records.release().namespace.clone();
        Self {
            session,
            records,
            options,
            namespace,
            created: Vec::new(),
            finished_hooks: Vec::new(),
            failures: Vec::new(),
            deleting: false,
        }
    }

    /// Runs every step in order; steps of one group at once.
    ///
    /// # Errors
    /// The first step that fails, or the user's wish to stop.
    pub async fn run(mut self, plan: &Plan) -> Result<(), Failure> {
        let operation = plan.operation;
        for group in plan.steps.chunk_by(|a, b| a.group == b.group) {
            let mut cancelled = self.session.cancelled.clone();
            let result = tokio::select! {
                biased;
                Ok(_) = cancelled.wait_for(|stop| *stop) => Err(Error::new(Class::Interrupted, "context canceled")),
                result = self.group(operation, group) => result,
            };
            if let Err(error) = result {
                // Objects that could not be deleted are told when the next step is due.
                let action = group.first().map(|step| &step.action);
                let action = action.filter(|_| !self.deleting);
                let hook = match action {
                    Some(Action::RunHook { event, .. } | Action::FinishHooks { event }) => {
                        Some(*event)
                    }
                    _ => None,
                };
                let waiting = matches!(
                    action,
                    Some(Action::WaitReady { .. } | Action::WaitDeleted { .. })
                );
                return Err(Failure {
                    error,
                    hook,
                    waiting,
                    deleting: self.deleting,
                    created: self.created,
                });
            }
        }
        Ok(())
    }

    async fn group(&mut self, operation: Operation, steps: &[Step]) -> Result<(), Error> {
        let Some(first) = steps.first() else {
            return Ok(());
        };
        self.settle(&first.action)?;
        match &first.action {
            Action::Create { .. } | Action::Apply { .. } => self.write_all(steps).await,
            Action::Delete { .. } if operation == Operation::Uninstall => {
                self.delete_all(steps).await;
                Ok(())
            }
            _ => {
                for step in steps {
                    self.step(step).await?;
                }
                Ok(())
            }
        }
    }

    /// HELM: objects that could not be changed stop the release before anything is deleted,
    /// and those that could not be deleted before anything is waited for; all are told.
    fn settle(&mut self, next: &Action) -> Result<(), Error> {
        let same_kind_of_step = match next {
            Action::Apply { .. } => true,
            Action::Delete { .. } => self.deleting,
            _ => false,
        };
        let was_deleting = self.deleting;
        self.deleting = matches!(next, Action::Delete { .. });
        if same_kind_of_step || self.failures.is_empty() {
            return Ok(());
        }
        self.deleting = was_deleting;
        let failures = std::mem::take(&mut self.failures);
        let texts: Vec<&str> = failures.iter().map(|error| error.text.as_str()).collect();
        let mut error = Error::new(Class::Cluster, texts.join(" && "));
        error.hints = failures.into_iter().flat_map(|error| error.hints).collect();
        error.hints.dedup();
        Err(error)
    }

    async fn step(&mut self, step: &Step) -> Result<(), Error> {
        let session = self.session;
        session.events.progress(&step.to_string());
        match &step.action {
            Action::Record { write } => self.records.write(session, *write).await,
            Action::CreateNamespace { name } => {
                let server_side = self.options.write.server_side();
                write::create_namespace(&session.cluster, name, server_side).await
            }
            Action::RunHook { event, hook, .. } => self.run_hook(*event, *hook).await,
            Action::FinishHooks { .. } => self.finish_hooks().await,
            Action::Create { .. } | Action::Apply { .. } => {
                self.write_all(std::slice::from_ref(step)).await
            }
            Action::Delete { object } => {
                let failure = write::delete_removed(session, object, &self.namespace).await?;
                self.failures.extend(failure);
                Ok(())
            }
            Action::WaitReady { objects } => self.wait_ready(objects).await,
            Action::WaitDeleted { objects } => self.wait_deleted(objects).await,
        }
    }

    /// HELM: an object that cannot be deleted does not save the others.
    async fn delete_all(&mut self, steps: &[Step]) {
        let (session, cascade) = (self.session, self.options.cascade);
        let namespace = self.namespace.as_str();
        let deleted: Vec<Result<(), Error>> = stream::iter(steps)
            .map(|step| write::delete(session, &step.action, namespace, cascade))
            .buffered(PARALLEL)
            .collect()
            .await;
        let failures = deleted.into_iter().filter_map(Result::err);
        self.failures.extend(failures);
    }

    async fn write_all(&mut self, steps: &[Step]) -> Result<(), Error> {
        let session = self.session;
        let (mode, track) = (self.options.write, self.options.track_created);
        let namespace = self.namespace.as_str();
        let written: Vec<write::Written> = stream::iter(steps)
            .map(|step| write::write(session, mode, track, namespace, &step.action))
            .buffered(PARALLEL)
            .try_collect()
            .await?;
        for one in written {
            self.created.extend(one.created);
            self.failures.extend(one.failure);
        }
        Ok(())
    }

    async fn wait_ready(&self, keys: &[ObjectKey]) -> Result<(), Error> {
        let resources = references(&self.session.cluster, keys).await?;
        crate::wait::ready(self.session, &resources, self.options.wait).await
    }

    async fn wait_deleted(&self, keys: &[ObjectKey]) -> Result<(), Error> {
        let resources = references(&self.session.cluster, keys).await?;
        crate::wait::deleted(self.session, &resources, self.options.wait).await
    }
}

/// The objects behind keys, as the cluster serves them; of the body only the identity.
async fn references(cluster: &Cluster, keys: &[ObjectKey]) -> Result<Vec<Resource>, Error> {
    let bodies = keys
        .iter()
        .filter(|key| !key.name.is_empty())
        .map(|key| {
            serde_json::json!({
                "apiVersion": key.api_version,
                "kind": key.kind,
                "metadata": {"name": key.name, "namespace": key.namespace},
            })
        })
        .collect();
    Ok(cluster.resolve(bodies, "").await?)
}

/// Whether the plan must contain steps that wait for objects.
pub(crate) fn waits(options: WaitOptions) -> bool {
    options.strategy != WaitStrategy::HookOnly
}
