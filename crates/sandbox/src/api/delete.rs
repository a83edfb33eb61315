//! Delete: at once, or after those who hold an object have let go of it.

use serde_json::{Value, json};

use super::kinds::shows_what_went;
use super::put::{Write, Written, is_full};
use super::shape::object;
use super::{Api, Call, Whole};
use crate::decode;
use crate::object::{self as of, metadata};
use crate::request::bad_option;
use crate::status::{Cause, Status};
use crate::store::{Key, World};

/// How an object is to be deleted.
#[derive(Debug, Clone, Default)]
pub(super) struct Options {
    pub propagation: String,
    pub grace: Option<i64>,
    pub uid: String,
    pub resource_version: String,
    pub dry: bool,
}

impl Call<'_> {
    /// From the body or the query.
    fn delete_options(&self) -> Result<Options, Status> {
        let body: Value = if self.request.body.is_empty() {
            Value::Null
        } else {
            let of = ("v1", "DeleteOptions");
            decode::other(&self.request.body, self.language()?, of)?
        };
        let text = |name: &str| match body[name].as_str() {
            Some(text) => text.to_owned(),
            None => self.query.text(name).to_owned(),
        };
        let condition = |name: &str| {
            let known = body["preconditions"][name].as_str();
            known.unwrap_or_default().to_owned()
        };
        let options = Options {
            propagation: text("propagationPolicy"),
            grace: match body["gracePeriodSeconds"].as_i64() {
                Some(seconds) => Some(seconds),
                None => self.query.number("gracePeriodSeconds")?,
            },
            uid: condition("uid"),
            resource_version: condition("resourceVersion"),
            dry: self.query.dry_run("DeleteOptions")?
                || body["dryRun"].as_array().is_some_and(|all| !all.is_empty()),
        };
        if !matches!(
            options.propagation.as_str(),
            "" | "Foreground" | "Background" | "Orphan"
        ) {
            let value = options.propagation.as_str().into();
            let choices = ["Foreground", "Background", "Orphan", "nil"];
            return Err(bad_option(
                "DeleteOptions",
                Cause::unsupported("propagationPolicy", &value, &choices),
            ));
        }
        Ok(options)
    }
}

impl Api {
    pub(super) fn delete(&self, call: &Call<'_>) -> Result<Whole, Status> {
        let options = call.delete_options()?;
        let (write, key) = (call.write(options.dry), call.key());
        let resource = write.resource;
        let mut warnings = Vec::new();
        if options.propagation.is_empty() && resource.plural == "jobs" {
            warnings.push("child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning".to_owned());
        }
        let (object, gone) = self
            .store
            .write(|world| self.take(world, write, &key, &options))?;
        let shown = !gone || shows_what_went(&resource.plural);
        let mut whole = if shown {
            call.answer(self, Ok(Written { object, code: 200 }), Vec::new())
        } else {
            let mut details =
                json!({"name": &*key.name, "kind": resource.plural, "uid": of::uid(&object)});
            if !resource.group.is_empty() {
                details["group"] = resource.group.as_str().into();
            }
            let status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details});
            Whole::json(200, &status)
        };
        whole.warnings = warnings;
        Ok(whole)
    }

    pub(super) fn delete_all(&self, call: &Call<'_>) -> Result<Whole, Status> {
        let options = call.delete_options()?;
        let selector = call.selector()?;
        let write = call.write(options.dry);
        let resource = write.resource;
        let namespace = call.target.namespace.as_deref();
        let (list, revision) = self.store.write(|world| {
            let found: Vec<_> = world
                .list(&resource.shelf(), namespace)
                .filter(|kept| selector.matches(kept))
                .cloned()
                .collect();
            for kept in &found {
                match self.take(world, write, &kept.key, &options) {
                    // Another may have taken it with it.
                    Err(status) if status.code != 404 => return Err(status),
                    _ => {}
                }
            }
            let left = found
                .iter()
                .map(|kept| world.get(&kept.key).unwrap_or(kept).clone());
            Ok((left.collect::<Vec<_>>(), world.revision()))
        })?;
        let meta = json!({"resourceVersion": revision.to_string()});
        let now = self.clock.seconds();
        Ok(call.form.list(resource, &list, meta, call.include(), now))
    }

    /// Takes an object away, or begins to: the object, and whether it is gone.
    pub(super) fn take(
        &self,
        world: &mut World<'_>,
        write: Write<'_>,
        key: &Key,
        options: &Options,
    ) -> Result<(Value, bool), Status> {
        let resource = write.resource;
        let Some(kept) = world.get(key).cloned() else {
            return Err(Status::not_found(resource, &key.name));
        };
        let old = object(resource, &kept);
        for (wanted, is, what) in [
            (&options.uid, of::uid(&old), "UID"),
            (
                &options.resource_version,
                of::resource_version(&old),
                "ResourceVersion",
            ),
        ] {
            if !wanted.is_empty() && wanted != is {
                let more = if what == "UID" {
                    "deleted and then recreated"
                } else {
                    "modified"
                };
                let why = format!(
                    "the {what} in the precondition ({wanted}) does not match the {what} in record ({is}). The object might have been {more}"
                );
                return Err(Status::precondition(resource, &key.name, &why));
            }
        }
        let mut new = old.clone();
        if resource.shelf() == "/namespaces" {
            return self.end_namespace(world, write, key, new);
        }
        hold(&mut new, resource, options);
        let grace = Self::grace(resource, &old, options);
        let held = of::finalizers(&new).next().is_some();
        if !held && grace == 0 {
            if options.dry {
                return Ok((old, true));
            }
            let gone = world
                .remove(key)
                .map_or(old, |gone| object(resource, &gone));
            self.put_done(world, resource);
            return Ok((gone, true));
        }
        let first = !of::is_going(&old);
        let before = old["metadata"]["deletionGracePeriodSeconds"].as_i64();
        if first || before.is_some_and(|before| grace < before) {
            let until = self.clock.seconds() + grace;
            let meta = metadata(&mut new);
            meta.insert(
                "deletionTimestamp".to_owned(),
                crate::clock::text(until).into(),
            );
            meta.insert("deletionGracePeriodSeconds".to_owned(), grace.into());
            if first {
                let generation = meta.get("generation").and_then(Value::as_i64);
                if let Some(generation) = generation.filter(|generation| *generation > 0) {
                    meta.insert("generation".to_owned(), (generation + 1).into());
                }
            }
        }
        if options.dry || new == old {
            return Ok((new, false));
        }
        let kept = world.put(key.clone(), &mut new);
        Ok((object(resource, &kept), false))
    }

    /// A namespace ends when all that is in it has.
    fn end_namespace(
        &self,
        world: &mut World<'_>,
        write: Write<'_>,
        key: &Key,
        mut new: Value,
    ) -> Result<(Value, bool), Status> {
        let name = &*key.name;
        if matches!(name, "default" | "kube-system" | "kube-public") {
            return Err(Status::forbidden(
                write.resource,
                name,
                "this namespace may not be deleted",
            ));
        }
        let old = new.clone();
        if !of::is_going(&new) {
            metadata(&mut new).insert("deletionTimestamp".to_owned(), self.clock.text().into());
        }
        of::part(&mut new, "status").insert("phase".to_owned(), "Terminating".into());
        if !is_full(write.resource, &new) && of::finalizers(&new).next().is_none() {
            world.remove(key);
            return Ok((new, true));
        }
        if write.dry || new == old {
            return Ok((new, false));
        }
        world.put(key.clone(), &mut new);
        Ok((new, false))
    }

    /// How many seconds an object still has: pods alone end in good order.
    fn grace(resource: &crate::catalog::Resource, old: &Value, options: &Options) -> i64 {
        if resource.shelf() != "/pods" {
            return 0;
        }
        let ended = matches!(
            old["status"]["phase"].as_str(),
            Some("Succeeded" | "Failed")
        );
        if old["spec"]["nodeName"].as_str().is_none_or(str::is_empty) || ended {
            return 0;
        }
        let own = old["spec"]["terminationGracePeriodSeconds"]
            .as_i64()
            .unwrap_or(30);
        options.grace.unwrap_or(own).max(0)
    }
}

/// Notes who has to let go of an object before it can go.
fn hold(new: &mut Value, resource: &crate::catalog::Resource, options: &Options) {
    let mut finalizers: Vec<String> = of::finalizers(new).map(str::to_owned).collect();
    let (foreground, orphan) = ("foregroundDeletion", "orphan");
    let add = match options.propagation.as_str() {
        "Foreground" => Some(foreground),
        "Orphan" => Some(orphan),
        "Background" => None,
        // GO: jobs and replication controllers leave their pods when nothing is said.
        _ if matches!(resource.plural.as_str(), "jobs" | "replicationcontrollers") => Some(orphan),
        _ => finalizers
            .iter()
            .find_map(|one| [foreground, orphan].into_iter().find(|known| one == known)),
    };
    finalizers.retain(|one| one != foreground && one != orphan);
    finalizers.extend(add.map(str::to_owned));
    let meta = metadata(new);
    if finalizers.is_empty() {
        meta.remove("finalizers");
    } else {
        meta.insert("finalizers".to_owned(), finalizers.into());
    }
}
