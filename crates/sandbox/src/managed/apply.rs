//! Server-side apply.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::entries::{Entry, Manager, Managers, Operation};
use super::fields::{Element, Set, shown};
use super::typed::{self, Type};
use super::{Changes, Writer, check, entries, manager, merge, never_managed, put, reset, zero};
use crate::catalog::Resource;
use crate::object;
use crate::status::{Cause, Status};

/// Who manages what was there before anybody applied.
const BEFORE: &str = "before-first-apply";
/// Where `kubectl apply` without `--server-side` keeps what it applied.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What server-side apply makes of a live object (or of none) and a configuration.
///
/// # Errors
/// Conflicts with other managers, when they are not overridden by `force`; a configuration that
/// cannot be applied.
pub fn apply(
    resource: &Resource,
    live: Option<&Value>,
    configuration: &Value,
    writer: Writer<'_>,
    force: bool,
) -> Result<Value, Status> {
    acceptable(resource, configuration)?;
    let none = json!({"apiVersion": resource.api_version(), "kind": resource.kind});
    let mut applier = Applier {
        resource,
        writer,
        me: manager(resource, writer, Operation::Apply),
        live: live.unwrap_or(&none).clone(),
        configuration,
        managers: Managers::new(),
    };
    let entries = object::metadata(&mut applier.live).remove("managedFields");
    applier.managers = entries::read(&entries.unwrap_or_default()).unwrap_or_default();
    if applier.managers.is_empty() && live.is_some() {
        let before = Writer {
            manager: BEFORE,
            ..writer
        };
        let empty = zero(resource);
        applier.managers = super::update(
            resource,
            Some(&empty),
            &applier.live,
            Managers::new(),
            before,
        );
    }
    match applier.run(force) {
        Ok(applied) => Ok(applied),
        Err(conflicts) if writer.manager == "kubectl" => {
            let allowed = applier.applied_by_client();
            let left: Vec<Conflict> = conflicts
                .into_iter()
                .filter(|conflict| !allowed.has_path(&conflict.path))
                .collect();
            if left.is_empty() {
                applier.run(true).map_err(refusal)
            } else {
                Err(refusal(left))
            }
        }
        Err(conflicts) => Err(refusal(conflicts)),
    }
}

/// Whether a configuration can be applied at all.
fn acceptable(resource: &Resource, configuration: &Value) -> Result<(), Status> {
    let text = |name: &str| configuration[name].as_str().unwrap_or_default();
    let (group, version) = object::group_version(text("apiVersion"));
    let kind = format!("{group}/{version}, Kind={}", text("kind"));
    if (group, version, text("kind")) != (&resource.group, &resource.version, &resource.kind) {
        return Err(Status::bad_request(format!("invalid object type: {kind}")));
    }
    if !configuration["metadata"]["managedFields"].is_null() {
        return Err(Status::bad_request("metadata.managedFields must be nil"));
    }
    match check::problems(Type::Root(resource.schema()), configuration) {
        None => Ok(()),
        Some(problems) => Err(Status::other(
            500,
            "",
            format!(
                "failed to create typed patch object ({}/{}; {kind}): {problems}",
                object::namespace(configuration),
                object::name(configuration)
            ),
        )),
    }
}

/// A field that another manages.
struct Conflict {
    manager: Manager,
    path: Vec<Element>,
}

struct Applier<'a> {
    resource: &'a Resource,
    writer: Writer<'a>,
    me: Manager,
    live: Value,
    configuration: &'a Value,
    managers: Managers,
}

impl<'a> Applier<'a> {
    fn of(&self) -> Type<'a> {
        Type::Root(self.resource.schema())
    }

    fn run(&self, force: bool) -> Result<Value, Vec<Conflict>> {
        let (of, mut managers) = (self.of(), self.managers.clone());
        let merged = merge::merge(of, &self.live, self.configuration);
        let before = managers.get(&self.me).cloned();
        let time = before.as_ref().and_then(|before| before.time.clone());
        let fields = typed::fields(of, self.configuration);
        let mine = Entry {
            api_version: self.resource.api_version(),
            time,
            fields: fields.minus_all(&reset(self.resource, self.writer.subresource)),
        };
        managers.insert(self.me.clone(), mine);
        let mut made = match before {
            Some(before) if !before.fields.is_empty() => {
                self.pruned(merged, &managers, &before.fields)
            }
            _ => merged,
        };
        let mut changes = Changes::new(self.resource, self.writer, &self.live, &made);
        let conflicts = changes.conflicts(&managers, &self.me);
        if !force && !conflicts.is_empty() {
            return Err(all(&conflicts));
        }
        changes.give_up(&mut managers, Some(&self.me));
        if let Some(entry) = managers.get_mut(&self.me) {
            entry.fields = entry.fields.minus(&never_managed());
            if made != self.live {
                entry.time = Some(self.writer.time.to_owned());
            }
        }
        managers.retain(|_, entry| !entry.fields.is_empty());
        if self.me.name == "kubectl" && object::annotation(&made, LAST_APPLIED).is_some() {
            self.note_for_client(&mut made);
        }
        put(&mut made, &managers);
        Ok(made)
    }

    /// Without what was applied before and is no longer, unless others manage it, too.
    fn pruned(&self, merged: Value, managers: &Managers, before: &Set) -> Value {
        let of = self.of();
        let whole = |set: &Set| set.with_named(of, &|of: Type<'a>, element| of.below(element));
        let last = whole(before);
        let all = whole(&typed::fields(of, &merged));
        let pruned = typed::without(of, &merged, &last);
        let managed = managers
            .values()
            .fold(Set::default(), |all, entry| all.union(&entry.fields));
        let kept = whole(&typed::fields(of, &pruned)).union(&whole(&managed));
        let pruned = typed::without(of, &merged, &all.minus(&kept));
        // What nobody manages does not go with what is around it.
        let left = whole(&typed::fields(of, &pruned));
        typed::without(of, &merged, &all.minus(&left).intersection(&last))
    }

    /// What `kubectl apply` without `--server-side` applied and still is so: `kubectl` takes it
    /// over without a conflict.
    fn applied_by_client(&self) -> Set {
        let text = object::annotation(&self.live, LAST_APPLIED).unwrap_or_default();
        let applied: Value = serde_json::from_str(text).unwrap_or_default();
        if applied["apiVersion"] != self.resource.api_version().as_str() {
            return Set::default();
        }
        let of = self.of();
        let difference = super::Difference::of(of, &applied, &self.live);
        typed::fields(of, &applied)
            .minus(&difference.changed())
            .minus(&difference.removed)
    }

    /// Tells `kubectl apply` without `--server-side` what was applied.
    fn note_for_client(&self, made: &mut Value) {
        let mut applied = self.configuration.clone();
        let annotations = "/metadata/annotations";
        if let Some(Value::Object(annotations)) = applied.pointer_mut(annotations) {
            annotations.remove(LAST_APPLIED);
        }
        if let Some(Value::Object(annotations)) = made.pointer_mut(annotations) {
            // GO: the encoder ends what it writes with a line break.
            annotations.insert(LAST_APPLIED.to_owned(), format!("{applied}\n").into());
        }
    }
}

fn all(conflicts: &BTreeMap<Manager, Set>) -> Vec<Conflict> {
    let each = conflicts.iter().flat_map(|(manager, fields)| {
        let paths = fields.paths().into_iter();
        paths.map(|path| Conflict {
            manager: manager.clone(),
            path,
        })
    });
    each.collect()
}

fn refusal(conflicts: Vec<Conflict>) -> Status {
    let causes = conflicts.iter().map(|conflict| {
        let message = format!("conflict with {}", conflict.manager.shown());
        Cause::managed(shown(&conflict.path), message)
    });
    let causes = causes.collect();
    let message = match conflicts.as_slice() {
        [one] => format!(
            "Apply failed with 1 conflict: conflict with {}: {}",
            one.manager.shown(),
            shown(&one.path)
        ),
        many => {
            let mut lines = Vec::new();
            let mut of = None;
            for conflict in many {
                if of.replace(&conflict.manager) != Some(&conflict.manager) {
                    lines.push(format!("conflicts with {}:", conflict.manager.shown()));
                }
                lines.push(format!("- {}", shown(&conflict.path)));
            }
            format!(
                "Apply failed with {} conflicts: {}",
                many.len(),
                lines.join("\n")
            )
        }
    };
    Status::apply_conflict(message, causes)
}
