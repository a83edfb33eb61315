//! The API for our own controllers: the same way, without HTTP.

use std::sync::Arc;

use serde_json::Value;

use super::Api;
use super::delete::Options;
use super::put::{Write, may_go};
use super::shape::object;
use super::write::unchanged;
use crate::catalog::{Catalog, Resource};
use crate::controllers::{Cluster, Part, Removal};
use crate::object as of;
use crate::status::Status;
use crate::store::{Key, Store};

/// The resource of an object.
fn resource(catalog: &Catalog, object: &Value) -> Result<Arc<Resource>, Status> {
    let version = object["apiVersion"].as_str().unwrap_or_default();
    let (group, version) = of::group_version(version);
    let kind = object["kind"].as_str().unwrap_or_default();
    let found = catalog.kind(group, version, kind).cloned();
    found.ok_or_else(Status::no_such_resource)
}

/// The resource of a shelf.
fn on(catalog: &Catalog, shelf: &str) -> Result<Arc<Resource>, Status> {
    let (group, plural) = shelf.split_once('/').unwrap_or(("", shelf));
    let mut all = catalog.resources();
    let found = all.find(|one| one.plural == plural && one.group == group);
    found.cloned().ok_or_else(Status::no_such_resource)
}

fn write<'w>(resource: &'w Resource, namespace: &'w str, manager: &'w str) -> Write<'w> {
    Write {
        resource,
        namespace,
        manager,
        subresource: None,
        dry: false,
        applied: false,
    }
}

impl Cluster for Api {
    fn store(&self) -> &Store {
        &self.store
    }

    fn now(&self) -> i64 {
        self.clock.seconds()
    }

    fn create(&self, object: Value, manager: &str) -> Result<String, Status> {
        let resource = resource(&self.store.catalog(), &object)?;
        let namespace = of::namespace(&object).to_owned();
        let write = write(&resource, &namespace, manager);
        self.store
            .write_soon(|world| self.put_new(world, write, object))
            .map(|written| of::name(&written.object).to_owned())
    }

    fn update(&self, mut new: Value, part: Part, manager: &str) -> Result<(), Status> {
        let resource = resource(&self.store.catalog(), &new)?;
        let namespace = of::namespace(&new).to_owned();
        let name = of::name(&new).to_owned();
        let write = Write {
            subresource: match part {
                Part::Object => None,
                Part::Status => Some("status"),
                Part::Whole => Some("finalize"),
            },
            ..write(&resource, &namespace, manager)
        };
        let key = Key::new(&resource.shelf(), &namespace, &name);
        self.store.write_soon(|world| {
            let kept = world.get(&key).cloned();
            let kept = kept.ok_or_else(|| Status::not_found(&resource, &name))?;
            let old = object(&resource, &kept);
            unchanged(&resource, &new, &old)?;
            if part != Part::Whole {
                return self.put_changed(world, write, &key, &old, new).map(|_| ());
            }
            let goes = may_go(&resource, &new);
            world.put(key.clone(), &mut new);
            if goes {
                world.remove(&key);
                self.put_done(world, &resource);
            }
            Ok(())
        })
    }

    fn delete(&self, key: &Key, how: &Removal) -> Result<(), Status> {
        let resource = on(&self.store.catalog(), &key.shelf)?;
        let options = Options {
            propagation: how.propagation.to_owned(),
            grace: how.grace,
            uid: how.uid.clone(),
            ..Options::default()
        };
        let write = write(&resource, &key.namespace, "");
        self.store
            .write_soon(|world| self.take(world, write, key, &options))
            .map(|_| ())
    }
}
