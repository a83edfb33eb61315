//! Create, update, patch, apply.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::kinds::{is_made_by_update, must_know, path};
use super::shape::object;
use super::{Api, Call, Whole};
use crate::catalog::{Catalog, Resource};
use crate::decode::{self, FieldValidation, Format};
use crate::managed::{self, Writer};
use crate::object::{self as of, metadata};
use crate::request::bad_option;
use crate::status::{Cause, Status};
use crate::store::{Key, World};
use crate::{crd, defaults, patch, strategy, validate};

const LANGUAGES: &str = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
const PATCHES: &str = "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml";

/// One write: who, what, and whether for real.
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

impl Call<'_> {
    fn validation(&self, options: &'static str) -> Result<FieldValidation, Status> {
        match self.query.text("fieldValidation") {
            "" | "Warn" => Ok(FieldValidation::Warn),
            "Ignore" => Ok(FieldValidation::Ignore),
            "Strict" => Ok(FieldValidation::Strict),
            other => {
                let choices = ["", "Ignore", "Strict", "Warn"];
                Err(bad_option(
                    options,
                    Cause::unsupported("fieldValidation", &other.into(), &choices),
                ))
            }
        }
    }

    /// How the body of an object is written. The real server breaks off at custom resources in
    /// protobuf, which clients do not send.
    fn format(&self) -> Result<Format, Status> {
        match self.language()? {
            Format::Protobuf if self.target.resource.custom().is_some() => {
                Err(Status::unsupported_media_type(LANGUAGES))
            }
            format => Ok(format),
        }
    }

    /// How a body is written.
    pub(super) fn language(&self) -> Result<Format, Status> {
        match self.media() {
            "" | "application/json" | "*/*" => Ok(Format::Json),
            "application/yaml" => Ok(Format::Yaml),
            "application/vnd.kubernetes.protobuf" => Ok(Format::Protobuf),
            _ => Err(Status::unsupported_media_type(LANGUAGES)),
        }
    }

    fn media(&self) -> &str {
        self.request
            .content_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
    }

    pub(super) fn write(&self, dry: bool) -> Write<'_> {
        Write {
            resource: &self.target.resource,
            namespace: self.namespace(),
            manager: self.manager(),
            subresource: self.target.subresource.as_deref(),
            dry,
            applied: false,
        }
    }

    /// The body as an object that fits the path.
    fn decoded(&self, options: &'static str) -> Result<decode::Decoded, Status> {
        let resource = &self.target.resource;
        let validation = self.validation(options)?;
        let mut decoded = decode::decode(resource, &self.request.body, self.format()?, validation)?;
        let object = &mut decoded.object;
        if resource.namespaced {
            match of::namespace(object) {
                "" => {
                    metadata(object).insert("namespace".to_owned(), self.namespace().into());
                }
                other if other != self.namespace() => {
                    return Err(other_namespace());
                }
                _ => {}
            }
        } else {
            metadata(object).remove("namespace");
        }
        Ok(decoded)
    }

    /// Warnings are told of what is refused, too.
    pub(super) fn answer(
        &self,
        api: &Api,
        written: Result<Written, Status>,
        warnings: Vec<String>,
    ) -> Whole {
        let now = api.clock.seconds();
        let resource = &self.target.resource;
        let mut whole = match written {
            Ok(Written { object, code }) => {
                self.shape
                    .object(resource, &object, code, self.include(), now)
            }
            Err(status) => status.into(),
        };
        whole.warnings = warnings;
        whole
    }
}

impl Api {
    pub(super) fn create(&self, call: &Call<'_>) -> Result<Whole, Status> {
        let dry = call.query.dry_run("CreateOptions")?;
        let decoded = call.decoded("CreateOptions")?;
        let write = call.write(dry);
        let written = self
            .store
            .write(|world| self.put_new(world, write, decoded.object));
        Ok(call.answer(self, written, decoded.warnings))
    }

    pub(super) fn update(&self, call: &Call<'_>) -> Result<Whole, Status> {
        let dry = call.query.dry_run("UpdateOptions")?;
        let decoded = call.decoded("UpdateOptions")?;
        let (write, key, mut new) = (call.write(dry), call.key(), decoded.object);
        match of::name(&new) {
            "" => {
                metadata(&mut new).insert("name".to_owned(), call.name().into());
            }
            name if name != call.name() => {
                return Err(Status::bad_request(format!(
                    "the name of the object ({name}) does not match the name on the URL ({})",
                    call.name()
                )));
            }
            _ => {}
        }
        let written = self.store.write(|world| {
            let Some(kept) = world.get(&key).cloned() else {
                if write.subresource.is_none() && is_made_by_update(write.resource) {
                    return self.put_new(world, write, new);
                }
                return Err(call.not_found());
            };
            let old = object(write.resource, &kept);
            let (known, uid) = (of::uid(&new), of::uid(&old));
            if !known.is_empty() && known != uid {
                let why = format!(
                    "StorageError: invalid object, Code: 4, Key: {}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {known}, UID in object meta: {uid}",
                    path(write.resource, &key)
                );
                return Err(Status::conflict(write.resource, call.name(), &why));
            }
            let known = of::resource_version(&new);
            if known.is_empty() && must_know(write.resource) {
                let cause = Cause {
                    reason: "FieldValueInvalid",
                    message: "Invalid value: 0: must be specified for an update".to_owned(),
                    field: "metadata.resourceVersion".to_owned(),
                };
                let mut status = Status::invalid(write.resource, call.name(), vec![cause]);
                // GO: said of the resource, not of the kind.
                let kind = std::mem::replace(&mut status.details.kind, write.resource.plural.clone());
                status.message = status.message.replacen(&kind, &write.resource.plural, 1);
                return Err(status);
            }
            if !matches!(known, "" | "0") && known != of::resource_version(&old) {
                return Err(Status::changed(write.resource, call.name()));
            }
            self.put_changed(world, write, &key, &old, new)
        });
        Ok(call.answer(self, written, decoded.warnings))
    }

    pub(super) fn patch(&self, call: &Call<'_>) -> Result<Whole, Status> {
        let dry = call.query.dry_run("PatchOptions")?;
        let validation = call.validation("PatchOptions")?;
        let apply = call.media() == "application/apply-patch+yaml";
        if apply && call.query.text("fieldManager").is_empty() {
            let cause = Cause::required("fieldManager", "is required for apply patch");
            return Err(bad_option("PatchOptions", cause));
        }
        if !apply && call.query.given("force").is_some() {
            let cause = Cause::forbidden("force", "may not be specified for non-apply patch");
            return Err(bad_option("PatchOptions", cause));
        }
        let (write, key) = (call.write(dry), call.key());
        let resource = write.resource;
        let change: fn(&Resource, &Value, &[u8]) -> Result<Value, Status> = match call.media() {
            "application/json-patch+json" => patch::json,
            "application/merge-patch+json" => patch::merge,
            "application/strategic-merge-patch+json" if resource.custom().is_none() => {
                patch::strategic
            }
            "application/apply-patch+yaml" => return self.apply(call, write, &key),
            _ => {
                let strategic = "application/strategic-merge-patch+json, ";
                let known = match resource.custom() {
                    Some(_) => PATCHES.replace(strategic, ""),
                    None => PATCHES.to_owned(),
                };
                let mut status = Status::unsupported_media_type(&known);
                if !call.media().ends_with("strategic-merge-patch+json") {
                    "415: Unsupported Media Type".clone_into(&mut status.message);
                }
                return Err(status);
            }
        };
        let mut warnings = Vec::new();
        let written = self.store.write(|world| {
            let kept = world.get(&key).cloned().ok_or_else(|| call.not_found())?;
            let old = object(resource, &kept);
            let mut new = change(resource, &old, &call.request.body)?;
            warnings = decode::check(resource, &mut new, validation)?;
            crd::drop_nulls(resource, &mut new);
            if write.resource.namespaced && of::namespace(&new) != call.namespace() {
                return Err(other_namespace());
            }
            if of::name(&new) != call.name() {
                return Err(Status::bad_request(format!(
                    "the name of the object ({}) does not match the name on the URL ({})",
                    of::name(&new),
                    call.name()
                )));
            }
            let known = of::resource_version(&new);
            if !known.is_empty() && known != of::resource_version(&old) {
                return Err(Status::changed(resource, call.name()));
            }
            self.put_changed(world, write, &key, &old, new)
        });
        Ok(call.answer(self, written, warnings))
    }

    fn apply(&self, call: &Call<'_>, write: Write<'_>, key: &Key) -> Result<Whole, Status> {
        let resource = write.resource;
        let write = Write {
            applied: true,
            ..write
        };
        let configuration = decode::parse(&call.request.body, Format::Yaml)?;
        let has_kind = configuration["kind"].is_string() && configuration["apiVersion"].is_string();
        if has_kind && of::name(&configuration).is_empty() {
            return Err(Status::bad_request(format!(
                "the name of the object ({} based on URL) was undeterminable: name must be provided",
                call.name()
            )));
        }
        let force = call.query.is_on("force");
        let time = self.clock.text();
        let writer = Writer {
            manager: write.manager,
            time: &time,
            subresource: write.subresource,
        };
        let written = self.store.write(|world| {
            let old = world.get(key).map(|kept| object(resource, kept));
            if old.is_none() && write.subresource.is_some() {
                return Err(call.not_found());
            }
            let known = of::uid(&configuration);
            if old.is_none() && !known.is_empty() {
                let why = format!(
                    "uid mismatch: the provided object specified uid {known}, and no existing object was found"
                );
                return Err(Status::conflict(resource, call.name(), &why));
            }
            let mut new = managed::apply(resource, old.as_ref(), &configuration, writer, force)?;
            let of_path = [("name", call.name()), ("namespace", call.namespace())];
            for (word, path) in of_path {
                if path.is_empty() {
                    continue;
                }
                let said = of::text(&new, word).to_owned();
                if said.is_empty() {
                    metadata(&mut new).insert(word.to_owned(), path.into());
                } else if said != path && word == "namespace" {
                    return Err(other_namespace());
                } else if said != path {
                    return Err(Status::bad_request(format!(
                        "the name of the object ({said}) does not match the name on the URL ({path})"
                    )));
                }
            }
            decode::check(resource, &mut new, FieldValidation::Ignore)?;
            match old {
                None => self.put_new(world, write, new),
                Some(old) => {
                    let known = of::resource_version(&configuration);
                    if !known.is_empty() && known != of::resource_version(&old) {
                        return Err(Status::changed(resource, call.name()));
                    }
                    self.put_changed(world, write, key, &old, new)
                }
            }
        });
        Ok(call.answer(self, written, Vec::new()))
    }

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
        let meta = metadata(&mut object);
        for name in [
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
        ] {
            meta.remove(name);
        }
        if of::name(&object).is_empty() {
            let begin = of::text(&object, "generateName").to_owned();
            if !begin.is_empty() {
                let begin: String = begin.chars().take(58).collect();
                let name = format!("{begin}{}", self.names.suffix());
                metadata(&mut object).insert("name".to_owned(), name.into());
            }
        }
        let name = of::name(&object).to_owned();
        if resource.namespaced {
            admits(world, resource, &name, write.namespace)?;
        }
        let time = self.clock.text();
        let meta = metadata(&mut object);
        meta.insert("uid".to_owned(), self.names.uid().into());
        meta.insert("creationTimestamp".to_owned(), time.as_str().into());
        defaults::fill(resource, &mut object);
        if !write.applied {
            let writer = Writer {
                manager: write.manager,
                time: &time,
                subresource: write.subresource,
            };
            managed::note(resource, None, &mut object, writer);
        }
        strategy::create(resource, &mut object, world)?;
        let mut causes = validate::create(resource, &object);
        causes.extend(crd::validate(resource, &object));
        if !causes.is_empty() {
            return Err(Status::invalid(resource, &name, causes));
        }
        if name.is_empty() {
            let cause = Cause::required("metadata.name", "name or generateName is required");
            return Err(Status::invalid(resource, "", vec![cause]));
        }
        let key = Key::new(&resource.shelf(), write.namespace, &name);
        if world.get(&key).is_some() {
            return Err(Status::already_exists(resource, &name));
        }
        if write.dry {
            return Ok(Written { object, code: 201 });
        }
        world.put(key, &mut object);
        self.put_done(world, resource);
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
            let sent = meta.get(name);
            let is_kept = matches!(name, "generateName" | "generation") || sent.is_none();
            let kept = old["metadata"].get(name);
            match kept {
                Some(value) if is_kept || name != "uid" => {
                    meta.insert(name.to_owned(), value.clone());
                }
                None if name.starts_with("deletion") || name == "resourceVersion" => {
                    meta.remove(name);
                }
                _ => {}
            }
        }
        defaults::fill(resource, &mut new);
        if !write.applied {
            let time = self.clock.text();
            let writer = Writer {
                manager: write.manager,
                time: &time,
                subresource: write.subresource,
            };
            managed::note(resource, Some(old), &mut new, writer);
        }
        strategy::update(resource, &mut new, old, write.subresource, world)?;
        let mut causes = validate::update(resource, &new, old, write.subresource);
        causes.extend(crd::validate(resource, &new));
        if !causes.is_empty() {
            return Err(Status::invalid(resource, &key.name, causes));
        }
        managed::settle(old, &mut new);
        // Namespaces are held by what is in them, too.
        let full = resource.shelf() == "/namespaces"
            && new["spec"]["finalizers"]
                .as_array()
                .is_some_and(|all| !all.is_empty());
        let free = of::is_going(&new) && !full && of::finalizers(&new).next().is_none();
        let graceful = new["metadata"]["deletionGracePeriodSeconds"]
            .as_i64()
            .unwrap_or(0)
            > 0;
        if free && !graceful && !write.dry {
            world.put(key.clone(), &mut new);
            let gone = world.remove(key);
            self.put_done(world, resource);
            let object = gone.map_or(new, |gone| gone.object());
            return Ok(Written { object, code: 200 });
        }
        if write.dry || new == *old {
            return Ok(Written {
                object: new,
                code: 200,
            });
        }
        world.put(key.clone(), &mut new);
        self.put_done(world, resource);
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

fn other_namespace() -> Status {
    Status::bad_request(
        "the namespace of the provided object does not match the namespace sent on the request",
    )
}

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
