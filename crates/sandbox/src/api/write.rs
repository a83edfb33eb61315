//! Requests that write: create, update, patch, apply.

use serde_json::Value;

use super::kinds::{is_made_by_update, must_know, path};
use super::put::{Write, Written};
use super::shape::object;
use super::{Api, Call, Whole};
use crate::catalog::Resource;
use crate::decode::{self, FieldValidation, Format};
use crate::managed;
use crate::object::{self as of, metadata};
use crate::request::bad_option;
use crate::schema::Schema;
use crate::status::{Cause, Status};
use crate::store::{Key, World};
use crate::{crd, patch};

const LANGUAGES: &str = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
const PATCHES: &str = "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml";

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

    /// The type of the body.
    pub(super) fn media(&self) -> &str {
        let media = self.request.content_type.split(';').next();
        media.unwrap_or_default().trim()
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
        if !resource.namespaced {
            metadata(&mut decoded.object).remove("namespace");
        }
        self.place(&mut decoded.object)?;
        Ok(decoded)
    }

    /// Gives an object the namespace and the name of the path where it does not say them.
    fn place(&self, object: &mut Value) -> Result<(), Status> {
        for (word, path) in [("namespace", self.namespace()), ("name", self.name())] {
            let said = of::text(object, word);
            if path.is_empty() || said == path {
                continue;
            }
            if !said.is_empty() {
                return Err(Status::bad_request(match word {
                    "namespace" => "the namespace of the provided object does not match the namespace sent on the request".to_owned(),
                    _ => format!("the name of the object ({said}) does not match the name on the URL ({path})"),
                }));
            }
            metadata(object).insert(word.to_owned(), path.into());
        }
        Ok(())
    }

    /// Refuses an object that has no name of its own.
    fn must_be_named(&self, object: &Value) -> Result<(), Status> {
        if !of::name(object).is_empty() {
            return Ok(());
        }
        Err(Status::bad_request(format!(
            "the name of the object ({} based on URL) was undeterminable: name must be provided",
            self.name()
        )))
    }

    /// The object as it was before a write.
    pub(super) fn old(&self, world: &World<'_>) -> Result<Value, Status> {
        let kept = world.get(&self.key()).ok_or_else(|| self.not_found())?;
        Ok(object(&self.target.resource, kept))
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
                self.form
                    .object(resource, &object, code, self.include(), now)
            }
            Err(status) => status.into(),
        };
        whole.warnings = warnings;
        whole
    }
}

/// How a patch changes an object.
type Change = fn(Option<Schema<'_>>, &Value, &[u8]) -> Result<Value, Status>;

/// Whether a writer knows the object as it is: a version that he names must be its own.
pub(super) fn unchanged(resource: &Resource, sent: &Value, old: &Value) -> Result<(), Status> {
    let known = of::resource_version(sent);
    if known.is_empty() || known == of::resource_version(old) {
        return Ok(());
    }
    Err(Status::changed(resource, of::name(old)))
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
        let (write, key, new) = (call.write(dry), call.key(), decoded.object);
        let resource = write.resource;
        let written = self.store.write(|world| {
            let Some(kept) = world.get(&key).cloned() else {
                if write.subresource.is_none() && is_made_by_update(resource) {
                    return self.put_new(world, write, new);
                }
                return Err(call.not_found());
            };
            let old = object(resource, &kept);
            let (known, uid) = (of::uid(&new), of::uid(&old));
            if !known.is_empty() && known != uid {
                let why = format!(
                    "StorageError: invalid object, Code: 4, Key: {}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {known}, UID in object meta: {uid}",
                    path(resource, &key)
                );
                return Err(Status::conflict(resource, call.name(), &why));
            }
            let known = of::resource_version(&new);
            if known.is_empty() && must_know(resource) {
                let why = "must be specified for an update";
                let cause = Cause::invalid("metadata.resourceVersion", &0.into(), why);
                // GO: said of the resource, not of the kind.
                let of = (resource.plural.as_str(), resource.group.as_str());
                return Err(Status::invalid_of(of, call.name(), vec![cause]));
            }
            if known != "0" {
                unchanged(resource, &new, &old)?;
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
        let change: Change = match call.media() {
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
            let old = call.old(world)?;
            let mut new = change(resource.schema(), &old, &call.request.body)?;
            warnings = decode::check(resource, &mut new, validation)?;
            crd::drop_nulls(resource, &mut new);
            call.must_be_named(&new)?;
            call.place(&mut new)?;
            unchanged(resource, &new, &old)?;
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
        let configuration = decode::parse(&call.request.body)?;
        if configuration["kind"].is_string() && configuration["apiVersion"].is_string() {
            call.must_be_named(&configuration)?;
        }
        let force = call.query.is_on("force");
        let time = self.clock.text();
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
            let writer = write.writer(&time);
            let mut new = managed::apply(resource, old.as_ref(), &configuration, writer, force)?;
            call.place(&mut new)?;
            decode::check(resource, &mut new, FieldValidation::Ignore)?;
            let Some(old) = old else {
                return self.put_new(world, write, new);
            };
            unchanged(resource, &configuration, &old)?;
            self.put_changed(world, write, key, &old, new)
        });
        Ok(call.answer(self, written, Vec::new()))
    }
}
