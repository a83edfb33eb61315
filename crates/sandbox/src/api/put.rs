//! One write: what is done with an object before it is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::Api;
use crate::catalog::{Catalog, Resource};
use crate::managed::{self, Writer};
use crate::object::{self as of, each, metadata};
use crate::status::Status;
use crate::store::{Key, World};
use crate::{crd, defaults, strategy, validate};

/// Who writes, what, and whether for real.
#[derive(Debug, Clone, Copy)]
pub(super) struct Write<'w> {
    pub resource: &'w Resource,
    pub namespace: &'w str,
    pub manager: &'w str,
    pub subresource: Option<&'w str>,
    pub dry: bool,
    /// It is what server-side apply made, which has noted already who manages what.
    pub applied: bool,
}

/// What a write made of an object.
#[derive(Debug)]
pub(super) struct Written {
    pub object: Value,
    pub code: u16,
}

impl<'w> Write<'w> {
    pub fn writer(&self, time: &'w str) -> Writer<'w> {
        Writer {
            manager: self.manager,
            time,
            subresource: self.subresource,
        }
    }

    /// Notes who manages what.
    fn note(&self, old: Option<&Value>, new: &mut Value, time: &str) {
        if !self.applied {
            managed::note(self.resource, old, new, self.writer(time));
        }
    }
}

/// Whether a namespace is held by what is in it.
pub(super) fn is_full(resource: &Resource, object: &Value) -> bool {
    resource.shelf() == "/namespaces" && each(&object["spec"]["finalizers"]).next().is_some()
}

/// Whether an object that is to go is held by nobody any more.
pub(super) fn may_go(resource: &Resource, object: &Value) -> bool {
    let has_time = object["metadata"]["deletionGracePeriodSeconds"].as_i64() > Some(0);
    let held = of::finalizers(object).next().is_some() || is_full(resource, object);
    of::is_going(object) && !has_time && !held
}

impl Api {
    /// Puts a new object, after all that is to be done with it.
    pub(super) fn put_new(
        &self,
        world: &mut World<'_>,
        write: Write<'_>,
        mut object: Value,
    ) -> Result<Written, Status> {
        let resource = write.resource;
        if !of::resource_version(&object).is_empty() {
            let text = "resourceVersion should not be set on objects to be created";
            return Err(Status::other(500, "", text.to_owned()));
        }
        let begin = of::text(&object, "generateName").to_owned();
        if of::name(&object).is_empty() && !begin.is_empty() {
            let begin: String = begin.chars().take(58).collect();
            let name = format!("{begin}{}", self.names.suffix());
            metadata(&mut object).insert("name".to_owned(), name.into());
        }
        let name = of::name(&object).to_owned();
        if resource.namespaced {
            admits(world, resource, &name, write.namespace)?;
        }
        let time = self.clock.text();
        let meta = metadata(&mut object);
        for name in [
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
        ] {
            meta.remove(name);
        }
        meta.insert("uid".to_owned(), self.names.uid().into());
        meta.insert("creationTimestamp".to_owned(), time.as_str().into());
        defaults::fill(resource, &mut object);
        write.note(None, &mut object, &time);
        strategy::create(resource, &mut object, world)?;
        let mut causes = validate::create(resource, &object);
        causes.extend(crd::validate(resource, &object));
        causes.extend(crd::unchecked(resource, &causes));
        if !causes.is_empty() {
            return Err(Status::invalid(resource, &name, causes));
        }
        let key = Key::new(&resource.shelf(), write.namespace, &name);
        if world.get(&key).is_some() {
            return Err(Status::already_exists(resource, &name));
        }
        if !write.dry {
            world.put(key, &mut object);
            self.put_done(world, resource);
        }
        Ok(Written { object, code: 201 })
    }

    /// Puts a changed object, after all that is to be done with it.
    pub(super) fn put_changed(
        &self,
        world: &mut World<'_>,
        write: Write<'_>,
        key: &Key,
        old: &Value,
        mut new: Value,
    ) -> Result<Written, Status> {
        let resource = write.resource;
        // What only the server says.
        let meta = metadata(&mut new);
        for name in [
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "resourceVersion",
            "generateName",
            "generation",
        ] {
            match old["metadata"].get(name) {
                // Validation tells of another uid.
                Some(_) if name == "uid" && meta.contains_key(name) => {}
                Some(value) => {
                    meta.insert(name.to_owned(), value.clone());
                }
                None if name.starts_with("deletion") || name == "resourceVersion" => {
                    meta.remove(name);
                }
                None => {}
            }
        }
        defaults::fill(resource, &mut new);
        write.note(Some(old), &mut new, &self.clock.text());
        strategy::update(resource, &mut new, old, write.subresource, world)?;
        let mut causes = validate::update(resource, &new, old, write.subresource);
        causes.extend(crd::validate(resource, &new));
        causes.extend(crd::unchecked(resource, &causes));
        if !causes.is_empty() {
            return Err(Status::invalid(resource, &key.name, causes));
        }
        managed::settle(old, &mut new);
        let goes = may_go(resource, &new);
        if !write.dry && (goes || new != *old) {
            world.put(key.clone(), &mut new);
            if goes && let Some(gone) = world.remove(key) {
                new = gone.object();
            }
            self.put_done(world, resource);
        }
        Ok(Written {
            object: new,
            code: 200,
        })
    }

    /// After a write: a definition may have made other resources.
    pub(super) fn put_done(&self, world: &mut World<'_>, resource: &Resource) {
        if resource.plural == "customresourcedefinitions" {
            self.make_catalog(world);
        }
    }

    /// Makes resources of all definitions that there are; those of definitions that are as they
    /// were stay.
    pub(super) fn make_catalog(&self, world: &mut World<'_>) {
        let before = world.catalog();
        let mut known: BTreeMap<(String, u64), Vec<Arc<Resource>>> = BTreeMap::new();
        for resource in before.resources() {
            if let Some(types) = resource.custom() {
                let of = known.entry((types.definition.clone(), types.revision));
                of.or_default().push(Arc::clone(resource));
            }
        }
        let definitions: Vec<_> = world.list(DEFINITIONS, None).cloned().collect();
        let mut custom = Vec::new();
        for kept in definitions {
            if let Some(same) = known.remove(&(kept.key.name.to_string(), kept.revision)) {
                custom.extend(same);
                continue;
            }
            let mut definition = kept.object();
            if crd::accept(&mut definition, &self.clock.text()) {
                world.put(kept.key.clone(), &mut definition);
            }
            custom.extend(crd::resources(&definition));
        }
        world.set_catalog(Catalog::with(custom));
    }
}

/// Where custom resource definitions are kept.
const DEFINITIONS: &str = "apiextensions.k8s.io/customresourcedefinitions";

/// Whether a namespace takes new objects.
fn admits(
    world: &World<'_>,
    resource: &Resource,
    name: &str,
    namespace: &str,
) -> Result<(), Status> {
    let catalog = world.catalog();
    let Some(kept) = world.get(&Key::new("/namespaces", "", namespace)) else {
        let namespaces = catalog.resource("", "v1", "namespaces");
        return Err(
            namespaces.map_or_else(Status::no_such_resource, |namespaces| {
                Status::not_found(namespaces, namespace)
            }),
        );
    };
    if kept.is_going {
        return Err(Status::terminating(resource, name, namespace));
    }
    Ok(())
}
