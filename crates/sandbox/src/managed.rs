//! Who manages which fields: `metadata.managedFields`, and server-side apply.
//!
//! - `fields`: sets of fields
//! - `typed`: values beside their schemas; `compare`, `merge`, `check`: what is done with them
//! - `entries`: what is kept
//! - `apply`: server-side apply

mod apply;
mod check;
mod compare;
mod entries;
mod fields;
mod merge;
mod typed;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

pub use self::apply::apply;
use self::compare::Difference;
use self::entries::{Manager, Managers, Operation};
use self::fields::{Element, Set};
use self::typed::Type;
use crate::catalog::{Catalog, Resource};
use crate::convert::convert;
use crate::object;
use crate::schema::{Kind, Schema};

/// Who writes, and how.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'a> {
    /// The field manager.
    pub manager: &'a str,
    /// Now, as in `2026-01-02T03:04:05Z`.
    pub time: &'a str,
    /// `status` and so on.
    pub subresource: Option<&'a str>,
}

/// Notes in `new` who manages what after a create, an update or a patch.
///
/// This is to be done with an object after its defaults are filled in and before
/// [`crate::strategy`] writes what is the server's own: nobody manages that.
pub fn note(resource: &Resource, old: Option<&Value>, new: &mut Value, writer: Writer<'_>) {
    let sent = object::metadata(new)
        .remove("managedFields")
        .unwrap_or_default();
    let live = || {
        let kept = old.map(|old| &old["metadata"]["managedFields"]);
        kept.and_then(|kept| entries::read(kept).ok())
            .unwrap_or_default()
    };
    let managers = match entries::read(&sent) {
        _ if writer.subresource.is_some() => live(),
        _ if entries::is_reset(&sent) => Managers::new(),
        Ok(managers) if !managers.is_empty() => managers,
        _ => live(),
    };
    // Once forgotten, nothing is noted until somebody applies.
    if managers.is_empty() && old.is_some_and(|old| !object::uid(old).is_empty()) {
        return;
    }
    let managers = update(resource, old, new, managers, writer);
    put(new, &managers);
}

/// Takes the times of `old` when `new` differs in nothing but these.
pub fn settle(old: &Value, new: &mut Value) {
    let entries = |object: &Value| {
        let mut entries = object["metadata"]["managedFields"].clone();
        for entry in object::each_mut(Some(&mut entries)) {
            entry.remove("time");
        }
        entries
    };
    let kept = &old["metadata"]["managedFields"];
    if *kept == new["metadata"]["managedFields"] || entries(old) != entries(new) {
        return;
    }
    let noted = object::metadata(new).insert("managedFields".to_owned(), kept.clone());
    if let (true, Some(noted)) = (*old != *new, noted) {
        object::metadata(new).insert("managedFields".to_owned(), noted);
    }
}

fn put(object: &mut Value, managers: &Managers) {
    let metadata = object::metadata(object);
    if managers.is_empty() {
        metadata.remove("managedFields");
    } else {
        metadata.insert("managedFields".to_owned(), entries::write(managers));
    }
}

/// Who manages what after an update by a writer.
fn update(
    resource: &Resource,
    old: Option<&Value>,
    new: &Value,
    mut managers: Managers,
    writer: Writer<'_>,
) -> Managers {
    let none = zero(resource);
    let mut changes = Changes::new(resource, writer, old.unwrap_or(&none), new);
    changes.give_up(&mut managers, None);
    let api_version = resource.api_version();
    let changed = changes.difference(&api_version).map(Difference::changed);
    let mine = changed.unwrap_or_default().minus(&never_managed());
    if !mine.is_empty() {
        let manager = manager(resource, writer, Operation::Update);
        let entry = managers.entry(manager).or_default();
        entry.fields = entry.fields.union(&mine);
        entry.api_version = api_version;
        entry.time = Some(writer.time.to_owned());
    }
    entries::cap(&mut managers);
    managers
}

fn manager(resource: &Resource, writer: Writer<'_>, operation: Operation) -> Manager {
    let name = match writer.manager {
        "" => "unknown",
        name => name,
    };
    Manager {
        name: name.to_owned(),
        operation,
        api_version: match operation {
            Operation::Apply => String::new(),
            Operation::Update => resource.api_version(),
        },
        subresource: writer.subresource.unwrap_or_default().to_owned(),
    }
}

/// What a write changed, in each of the versions that managers wrote.
struct Changes<'a> {
    resource: &'a Resource,
    reset: Set,
    old: &'a Value,
    new: &'a Value,
    /// Nothing for versions that there are not.
    known: BTreeMap<String, Option<Difference>>,
}

impl<'a> Changes<'a> {
    fn new(resource: &'a Resource, writer: Writer<'_>, old: &'a Value, new: &'a Value) -> Self {
        Self {
            resource,
            reset: reset(resource, writer.subresource),
            old,
            new,
            known: BTreeMap::new(),
        }
    }

    fn difference(&mut self, api_version: &str) -> Option<&Difference> {
        if !self.known.contains_key(api_version) {
            let difference = self.compared(api_version);
            self.known.insert(api_version.to_owned(), difference);
        }
        self.known.get(api_version)?.as_ref()
    }

    fn compared(&self, api_version: &str) -> Option<Difference> {
        let (old, new) = (self.old, self.new);
        if api_version == self.resource.api_version() {
            let of = Type::Root(self.resource.schema());
            return Some(Difference::of(of, old, new).ignoring(&self.reset));
        }
        let other = other_version(self.resource, api_version)?;
        let of = Type::Root(other.schema());
        let (old, new) = (convert(old.clone(), &other), convert(new.clone(), &other));
        Some(Difference::of(of, &old, &new).ignoring(&self.reset))
    }

    /// The managers whose fields were changed, and these.
    fn conflicts(&mut self, managers: &Managers, but: &Manager) -> BTreeMap<Manager, Set> {
        let mut found = BTreeMap::new();
        for (manager, entry) in managers.iter().filter(|(manager, _)| *manager != but) {
            if let Some(difference) = self.difference(&entry.api_version) {
                let fields = entry.fields.intersection(&difference.changed());
                if !fields.is_empty() {
                    found.insert(manager.clone(), fields);
                }
            }
        }
        found
    }

    /// Managers no longer manage what was changed or removed; those without anything go.
    fn give_up(&mut self, managers: &mut Managers, but: Option<&Manager>) {
        managers.retain(|manager, entry| {
            if Some(manager) == but {
                return true;
            }
            let Some(difference) = self.difference(&entry.api_version) else {
                return false;
            };
            let gone = difference.changed().union(&difference.removed);
            entry.fields = entry.fields.minus(&gone);
            !entry.fields.is_empty()
        });
    }
}

/// The resource in another of its versions.
fn other_version(resource: &Resource, api_version: &str) -> Option<Resource> {
    let (group, version) = object::group_version(api_version);
    if resource.custom().is_none() {
        let found = Catalog::builtin().resource(group, version, &resource.plural)?;
        return (found.shelf() == resource.shelf()).then(|| Resource::clone(found));
    }
    // Other versions of custom resources have the same properties: nothing converts them.
    (group == resource.group).then(|| {
        let mut other = resource.clone();
        version.clone_into(&mut other.version);
        other
    })
}

/// What nobody manages, since the server alone says it.
fn never_managed() -> Set {
    let mut set = Set::default();
    for name in ["apiVersion", "kind", "metadata"] {
        set.insert(&[Element::field(name)]);
    }
    for name in [
        "name",
        "namespace",
        "creationTimestamp",
        "selfLink",
        "uid",
        "clusterName",
        "generation",
        "managedFields",
        "resourceVersion",
    ] {
        set.insert(&[Element::field("metadata"), Element::field(name)]);
    }
    set
}

/// What a request cannot change, and its writer therefore does not manage: statuses by writes of
/// objects, the rest by writes of statuses.
fn reset(resource: &Resource, subresource: Option<&str>) -> Set {
    let mut set = Set::default();
    let mut add = |path: &[&str]| {
        let path: Vec<Element> = path.iter().map(|name| Element::field(name)).collect();
        set.insert(&path);
    };
    match (subresource, resource.plural.as_str()) {
        (None, _) if resource.subresource("status").is_some() => add(&["status"]),
        (Some("finalize"), _) => add(&["status"]),
        (Some("status"), plural) => {
            add(&["spec"]);
            let with_metadata = match resource.group.as_str() {
                "flowcontrol.apiserver.k8s.io" | "resource.k8s.io" | "apiregistration.k8s.io" => {
                    true
                }
                "storagemigration.k8s.io" => true,
                _ => resource.custom().is_some(),
            };
            match plural {
                _ if with_metadata => add(&["metadata"]),
                "volumeattachments" | "servicecidrs" => add(&["metadata"]),
                "deployments" => add(&["metadata", "labels"]),
                "pods" => {
                    add(&["metadata", "deletionTimestamp"]);
                    add(&["metadata", "ownerReferences"]);
                }
                _ => {}
            }
        }
        _ => {}
    }
    set
}

/// What a kind is before anything is said of it. GO: structs that are not pointers are always
/// there, and so are texts and numbers that must be; `default` tells of them.
fn zero(resource: &Resource) -> Value {
    match resource.schema() {
        Some(schema) if resource.custom().is_none() => zero_of(schema),
        _ => Value::Object(Map::new()),
    }
}

fn zero_of(schema: Schema<'_>) -> Value {
    let required = |name: &str| schema.required().iter().any(|one| one == name);
    let zeros = schema.properties().filter_map(|(name, property)| {
        let zero = match (property.kind(), property.default()) {
            (Kind::Object, Some(Value::Object(map))) if map.is_empty() => zero_of(property),
            (Kind::Text, Some(Value::String(text))) if text.is_empty() => Value::from(""),
            (Kind::Integer, Some(number)) if *number == 0 => Value::from(0),
            (Kind::Boolean, Some(Value::Bool(false))) => Value::from(false),
            (Kind::List | Kind::Object, None) if required(name) => Value::Null,
            _ => return None,
        };
        Some((name.to_owned(), zero))
    });
    Value::Object(zeros.collect())
}
