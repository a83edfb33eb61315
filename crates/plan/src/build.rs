//! How each operation is planned.

use std::collections::{BTreeMap, BTreeSet};

use pintle_manifest::HookEvent;
use pintle_release::Hook;

use crate::{Action, Object, ObjectKey, Operation, Plan, Reason, RecordWrite, ReleaseId, Step};

/// What the flags say about a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Leave hooks out.
    pub no_hooks: bool,
    /// Create the release's namespace first.
    pub create_namespace: bool,
    /// Wait for the objects.
    pub wait: bool,
    /// Keep the records of an uninstalled release.
    pub keep_history: bool,
    /// Objects of an install that exist already and are taken over.
    pub adopted: BTreeSet<ObjectKey>,
}

impl Plan {
    /// An install: every object is new.
    ///
    /// `objects` come in install order, `hooks` as the release has them.
    pub fn install(
        release: ReleaseId,
        objects: Vec<Object>,
        hooks: &[Hook],
        options: &Options,
    ) -> Self {
        let mut builder = Builder::new(hooks, options);
        if options.create_namespace {
            let name = release.namespace.clone();
            builder.step(
                Action::CreateNamespace { name },
                Reason::Flag("--create-namespace".to_owned()),
            );
        }
        builder.record(RecordWrite::Pending);
        builder.hooks(HookEvent::PreInstall);
        let keys = keys(&objects);
        // HELM: as soon as one object is taken over, all are updated instead of created.
        let adopting = !options.adopted.is_empty();
        builder.in_groups(objects, |object| {
            if !adopting {
                return (Action::Create { object }, Reason::New);
            }
            let adopted = options.adopted.contains(&object.key);
            let previous = adopted.then(|| Box::new(object.clone()));
            let reason = if adopted {
                Reason::Adopted
            } else {
                Reason::New
            };
            (Action::Apply { object, previous }, reason)
        });
        builder.wait(keys);
        builder.hooks(HookEvent::PostInstall);
        builder.record(RecordWrite::Deployed);
        builder.finish(Operation::Install, release)
    }

    /// An upgrade or a rollback: objects are brought to their new form, those that are no
    /// longer in the manifest are deleted.
    pub fn change(
        operation: Operation,
        release: ReleaseId,
        change: Change,
        hooks: &[Hook],
        options: &Options,
    ) -> Self {
        let (before, after) = match operation {
            Operation::Rollback => (HookEvent::PreRollback, HookEvent::PostRollback),
            _ => (HookEvent::PreUpgrade, HookEvent::PostUpgrade),
        };
        let mut builder = Builder::new(hooks, options);
        builder.record(RecordWrite::Pending);
        builder.hooks(before);
        let keys = keys(&change.target);
        let removed = removed(&change);
        let mut previous: BTreeMap<ObjectKey, Object> = change
            .previous
            .into_iter()
            .map(|object| (object.key.clone(), object))
            .collect();
        builder.in_groups(change.target, |object| {
            let (previous, reason) = match previous.remove(&object.key) {
                Some(previous) => (Some(previous), Reason::Changed),
                // HELM: an object that is taken over counts as if it had been in the old
                // manifest just as it is in the new one.
                None if options.adopted.contains(&object.key) => {
                    (Some(object.clone()), Reason::Adopted)
                }
                None => (None, Reason::New),
            };
            let previous = previous.map(Box::new);
            (Action::Apply { object, previous }, reason)
        });
        for object in removed {
            builder.step(Action::Delete { object }, Reason::Removed);
        }
        builder.wait(keys);
        builder.hooks(after);
        builder.record(RecordWrite::Deployed);
        builder.finish(operation, release)
    }

    /// An uninstall: the objects are deleted in the given order.
    pub fn uninstall(
        release: ReleaseId,
        objects: Vec<Object>,
        hooks: &[Hook],
        options: &Options,
    ) -> Self {
        let mut builder = Builder::new(hooks, options);
        builder.hooks(HookEvent::PreDelete);
        builder.record(RecordWrite::Uninstalling);
        let keys = keys(&objects);
        builder.in_groups(objects, |object| {
            (Action::Delete { object }, Reason::Operation)
        });
        if options.wait && !keys.is_empty() {
            let objects = keys;
            builder.step(
                Action::WaitDeleted { objects },
                Reason::Flag("--wait".to_owned()),
            );
        }
        builder.hooks(HookEvent::PostDelete);
        builder.record(if options.keep_history {
            RecordWrite::Uninstalled
        } else {
            RecordWrite::Purged
        });
        builder.finish(Operation::Uninstall, release)
    }
}

/// The two manifests between which a release moves.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// The objects of the revision before.
    pub previous: Vec<Object>,
    /// The objects of the new revision, in install order.
    pub target: Vec<Object>,
}

/// HELM: whether an object stays is decided by the annotations it has in the cluster when its
/// turn comes, not by those of the old manifest.
fn removed(change: &Change) -> Vec<Object> {
    let target: BTreeSet<&ObjectKey> = change.target.iter().map(|object| &object.key).collect();
    change
        .previous
        .iter()
        .filter(|object| !target.contains(&object.key))
        .cloned()
        .collect()
}

fn keys(objects: &[Object]) -> Vec<ObjectKey> {
    objects.iter().map(|object| object.key.clone()).collect()
}

struct Builder<'a> {
    hooks: &'a [Hook],
    options: &'a Options,
    steps: Vec<Step>,
    group: u32,
}

impl<'a> Builder<'a> {
    fn new(hooks: &'a [Hook], options: &'a Options) -> Self {
        Self {
            hooks,
            options,
            steps: Vec::new(),
            group: 0,
        }
    }

    fn step(&mut self, action: Action, reason: Reason) {
        self.group += 1;
        let group = self.group;
        self.steps.push(Step {
            action,
            reason,
            group,
        });
    }

    /// HELM: objects of one kind at a time; those of one kind do not depend on each other.
    fn in_groups(
        &mut self,
        objects: Vec<Object>,
        mut action: impl FnMut(Object) -> (Action, Reason),
    ) {
        let mut kind = None;
        for object in objects {
            if kind.as_ref() != Some(&object.key.kind) {
                kind = Some(object.key.kind.clone());
                self.group += 1;
            }
            let (action, reason) = action(object);
            let group = self.group;
            self.steps.push(Step {
                action,
                reason,
                group,
            });
        }
    }

    fn record(&mut self, write: RecordWrite) {
        self.step(Action::Record { write }, Reason::Operation);
    }

    /// HELM: by weight, then by name; equal ones in the order of their kinds.
    fn hooks(&mut self, event: HookEvent) {
        if self.options.no_hooks {
            return;
        }
        let mut due: Vec<(usize, &Hook)> = self
            .hooks
            .iter()
            .enumerate()
            .filter(|(_, hook)| hook.runs_on(event))
            .collect();
        if due.is_empty() {
            return;
        }
        due.sort_by(|(_, a), (_, b)| (a.weight, &a.name).cmp(&(b.weight, &b.name)));
        for (hook, found) in due {
            let name = format!("{}/{}", found.kind, found.name);
            self.step(Action::RunHook { event, hook, name }, Reason::Hook);
        }
        self.step(Action::FinishHooks { event }, Reason::Hook);
    }

    fn wait(&mut self, objects: Vec<ObjectKey>) {
        if self.options.wait && !objects.is_empty() {
            self.step(
                Action::WaitReady { objects },
                Reason::Flag("--wait".to_owned()),
            );
        }
    }

    fn finish(self, operation: Operation, release: ReleaseId) -> Plan {
        Plan {
            operation,
            release,
            steps: self.steps,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(kind: &str, name: &str) -> Object {
        Object::new(json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}))
    }

    fn id() -> ReleaseId {
        ReleaseId {
            name: "r".to_owned(),
            namespace: "ns".to_owned(),
            revision: 2,
        }
    }

    fn hook(name: &str, weight: i64) -> Hook {
        Hook {
            name: name.to_owned(),
            kind: "Job".to_owned(),
            events: vec![HookEvent::PreUpgrade.name().to_owned()],
            weight,
            ..Hook::default()
        }
    }

    fn lines(plan: &Plan) -> Vec<String> {
        plan.steps.iter().map(Step::to_string).collect()
    }

    #[test]
    fn an_upgrade_applies_then_deletes_what_is_gone() {
        let change = Change {
            previous: vec![object("ConfigMap", "old"), object("Service", "s")],
            target: vec![object("Service", "s"), object("Service", "t")],
        };
        let plan = Plan::change(
            Operation::Upgrade,
            id(),
            change,
            &[hook("b", 0), hook("a", 0), hook("c", -1)],
            &Options::default(),
        );
        assert_eq!(
            lines(&plan),
            [
                "record the release (Pending)",
                "run pre-upgrade hook Job/c",
                "run pre-upgrade hook Job/a",
                "run pre-upgrade hook Job/b",
                "finish pre-upgrade hooks",
                "apply Service/s",
                "apply Service/t",
                "delete ConfigMap/old",
                "record the release (Deployed)",
            ]
        );
        assert_eq!(plan.steps[5].reason, Reason::Changed);
        assert_eq!(plan.steps[6].reason, Reason::New);
        assert_eq!(plan.steps[5].group, plan.steps[6].group);
    }

    #[test]
    fn the_same_input_gives_the_same_plan() {
        let plan = || {
            let objects = vec![object("Service", "s")];
            Plan::install(id(), objects, &[], &Options::default())
        };
        assert_eq!(plan(), plan());
        assert!(
            serde_json::to_string(&plan())
                .unwrap()
                .contains("\"reason\":\"new\"")
        );
    }
}
