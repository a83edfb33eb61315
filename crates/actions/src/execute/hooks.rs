//! Hooks run, watched, logged and cleaned up.

use pintle_cluster::{Propagation, Resource};
use pintle_manifest::{DeletePolicy, HookEvent, OutputLogPolicy};
use pintle_release::{Hook, HookPhase};

use super::write::create;
use super::{Execution, Records};
use crate::objects::build;
use crate::record::{now, unix_now};
use crate::{Error, Level, Log, wait};

impl<R: Records> Execution<'_, R> {
    /// One hook: its old object goes, the new one comes and is watched to its end.
    pub(super) async fn run_hook(&mut self, event: HookEvent, index: usize) -> Result<(), Error> {
        let Some(hook) = self.records.release().hooks.get_mut(index) else {
            return Ok(());
        };
        // HELM: this default becomes part of the record.
        if hook.delete_policies.is_empty() {
            hook.delete_policies = vec![DeletePolicy::BeforeCreation.name().to_owned()];
        }
        let hook = hook.clone();
        self.delete_hook(&hook, DeletePolicy::BeforeCreation)
            .await?;
        let resources = build(self.session, &hook.manifest, &self.namespace)
            .await
            .map_err(|error| {
                error.prefixed(&format!(
                    "unable to build kubernetes object for {event} hook {}: ",
                    hook.path
                ))
            })?;

        self.mark(index, HookPhase::Running);
        // HELM: a record that cannot be written does not stop the hook.
        let at = unix_now(&self.session.env);
        let _ = self
            .session
            .storage
            .update(self.records.release(), at)
            .await;
        self.mark(index, HookPhase::Unknown);

        if let Err(error) = self.create_hook(&resources).await {
            self.mark(index, HookPhase::Failed);
            return Err(error.prefixed(&format!("warning: Hook {event} {} failed: ", hook.path)));
        }
        let watched = wait::hook(self.session, &resources, self.options.wait).await;
        match watched {
            Ok(()) => {
                self.mark(index, HookPhase::Succeeded);
                self.finished_hooks.push(index);
                Ok(())
            }
            Err(error) => {
                self.mark(index, HookPhase::Failed);
                self.clean_up_after(&hook).await?;
                Err(error)
            }
        }
    }

    async fn create_hook(&self, resources: &[Resource]) -> Result<(), Error> {
        let server_side = self.options.write.server_side();
        for resource in resources {
            create(&self.session.cluster, resource, server_side).await?;
        }
        Ok(())
    }

    /// A hook failed: its logs, its object, and those of the hooks that succeeded before.
    async fn clean_up_after(&mut self, failed: &Hook) -> Result<(), Error> {
        self.show_logs(failed, OutputLogPolicy::Failed).await;
        if let Err(error) = self.delete_hook(failed, DeletePolicy::Failed).await {
            self.log(format!(
                "error deleting the hook resource on hook failure: {error}"
            ));
        }
        for index in std::mem::take(&mut self.finished_hooks) {
            if let Some(hook) = self.records.release().hooks.get(index).cloned() {
                self.delete_hook(&hook, DeletePolicy::Succeeded).await?;
            }
        }
        Ok(())
    }

    /// All hooks of a moment succeeded: logs and deletions, the last hook first.
    pub(super) async fn finish_hooks(&mut self) -> Result<(), Error> {
        for index in std::mem::take(&mut self.finished_hooks).into_iter().rev() {
            let Some(hook) = self.records.release().hooks.get(index).cloned() else {
                continue;
            };
            self.show_logs(&hook, OutputLogPolicy::Succeeded).await;
            self.delete_hook(&hook, DeletePolicy::Succeeded).await?;
        }
        Ok(())
    }

    fn mark(&mut self, index: usize, phase: HookPhase) {
        let now = now(&self.session.env);
        if let Some(hook) = self.records.release().hooks.get_mut(index) {
            hook.last_run.phase = phase;
            match phase {
                HookPhase::Running => {
                    hook.last_run.started_at = now;
                    hook.last_run.completed_at = pintle_release::Time::ZERO;
                }
                HookPhase::Succeeded | HookPhase::Failed => hook.last_run.completed_at = now,
                HookPhase::None | HookPhase::Unknown => {}
            }
        }
    }

    async fn delete_hook(&self, hook: &Hook, policy: DeletePolicy) -> Result<(), Error> {
        if !hook.deleted_on(policy) {
            return Ok(());
        }
        let resources = build(self.session, &hook.manifest, &self.namespace)
            .await
            .map_err(|error| {
                error.prefixed(&format!(
                    "unable to build kubernetes object for deleting hook {}: ",
                    hook.path
                ))
            })?;
        let mut existed = Vec::new();
        for resource in resources {
            if resource.name.is_empty() {
                continue;
            }
            if self
                .session
                .cluster
                .delete(&resource, Propagation::Background)
                .await?
            {
                existed.push(resource);
            }
        }
        if existed.is_empty() {
            return Ok(());
        }
        wait::deleted(self.session, &existed, self.options.wait).await
    }

    async fn show_logs(&self, hook: &Hook, policy: OutputLogPolicy) {
        if !hook.logged_on(policy) {
            return;
        }
        if let Err(error) = crate::logs::show(self.session, hook, &self.namespace).await {
            self.log(format!("error outputting logs for hook failure: {error}"));
        }
    }

    fn log(&self, text: String) {
        self.session.events.log(Log::new(Level::Info, text));
    }
}
