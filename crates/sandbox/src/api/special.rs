//! Paths that are about something else than an object: reviews, scales, evictions, logs.

use std::sync::PoisonError;

use serde_json::{Value, json};

use super::delete::Options;
use super::put::Write;
use super::shape::object;
use super::write::unchanged;
use super::{Api, Call, Whole};
use crate::catalog::Resource;
use crate::decode;
use crate::logs;
use crate::managed::{self, Writer};
use crate::object as of;
use crate::patch;
use crate::select;
use crate::status::{Cause, Status};

/// How many tokens of service accounts are good at once.
const MOST_TOKENS: usize = 10_000;

/// Whether objects of it are questions, which are answered and not kept.
pub(super) fn is_review(resource: &Resource) -> bool {
    matches!(
        resource.group.as_str(),
        "authorization.k8s.io" | "authentication.k8s.io"
    )
}

impl Api {
    /// Everyone is admin: every question is answered with yes.
    pub(super) fn review(&self, call: &Call<'_>) -> Result<Whole, Status> {
        let mut review = body(call)?;
        let who = json!({"username": "kubernetes-admin", "groups": ["system:masters", "system:authenticated"]});
        review["kind"] = call.target.resource.kind.as_str().into();
        review["apiVersion"] = call.target.resource.api_version().into();
        of::metadata(&mut review);
        let time = self.clock.text();
        let writer = Writer {
            manager: call.manager(),
            time: &time,
            subresource: None,
        };
        managed::note(&call.target.resource, None, &mut review, writer);
        review["status"] = match call.target.resource.plural.as_str() {
            "selfsubjectreviews" => json!({"userInfo": who}),
            "tokenreviews" => json!({"authenticated": true, "user": who}),
            "selfsubjectrulesreviews" => json!({
                "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
                "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
                "incomplete": false,
            }),
            _ => json!({"allowed": true}),
        };
        Ok(Whole::json(201, &review))
    }

    pub(super) fn special(&self, call: &Call<'_>, name: &str) -> Result<Whole, Status> {
        match (name, call.request.method.as_str()) {
            ("scale", _) => self.scale(call),
            ("eviction", "POST") => self.evict(call),
            ("token", "POST") => self.token(call),
            ("log", "GET") => self.log(call),
            // The same object, of which some part may be changed.
            (_, "GET") if is_part(name) => self.get(call),
            (_, "PUT") if is_part(name) => self.update(call),
            (_, "PATCH") if is_part(name) => self.patch(call),
            _ => {
                self.kept(call)?;
                let text = format!("the sandbox runs no containers: there is no {name}");
                Err(Status::other(501, "NotImplemented", text))
            }
        }
    }

    /// How many replicas there are, and are to be.
    fn scale(&self, call: &Call<'_>) -> Result<Whole, Status> {
        let resource = &call.target.resource;
        let kept = self.kept(call)?;
        let paths = ScalePaths::of(resource);
        let looks = call.request.method == "GET";
        if let Some(path) = paths.missing(resource, &object(resource, &kept))
            && looks
        {
            let text = format!("the spec replicas field {path:?} does not exist");
            return Err(Status::internal(text));
        }
        let live = scale_of(&object(resource, &kept), &paths);
        let wanted = match call.request.method.as_str() {
            "PUT" => body(call)?,
            "PATCH" => match call.media() {
                "application/json-patch+json" => patch::json(None, &live, &call.request.body)?,
                _ => patch::merge(None, &live, &call.request.body)?,
            },
            _ => return Ok(self.show_scale(call, &live)),
        };
        let replicas = wanted["spec"]["replicas"].as_i64().unwrap_or(0);
        let dry = call.query.dry_run("UpdateOptions")?;
        let (key, write) = (call.key(), call.write(dry));
        let written = self.store.write(|world| {
            let old = call.old(world)?;
            unchanged(resource, &wanted, &old)?;
            let mut new = old.clone();
            set(&mut new, paths.replicas, replicas.into());
            let write = Write {
                subresource: Some("scale"),
                ..write
            };
            self.put_changed(world, write, &key, &old, new)
        })?;
        Ok(self.show_scale(call, &scale_of(&written.object, &paths)))
    }

    fn show_scale(&self, call: &Call<'_>, scale: &Value) -> Whole {
        call.form.scale(scale, call.include(), self.clock.seconds())
    }

    fn evict(&self, call: &Call<'_>) -> Result<Whole, Status> {
        let eviction = body(call)?;
        let given = &eviction["deleteOptions"];
        let options = Options {
            grace: given["gracePeriodSeconds"].as_i64(),
            dry: call.query.dry_run("CreateOptions")? || given["dryRun"].is_array(),
            ..Options::default()
        };
        let (write, key) = (call.write(options.dry), call.key());
        let write = Write {
            subresource: None,
            ..write
        };
        self.store
            .write(|world| self.take(world, write, &key, &options))?;
        let status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201});
        Ok(Whole::json(201, &status))
    }

    /// A token that nobody asks for: everyone is admin.
    fn token(&self, call: &Call<'_>) -> Result<Whole, Status> {
        let account = self.kept(call)?;
        let mut asked = body(call)?;
        let seconds = asked["spec"]["expirationSeconds"].as_i64().unwrap_or(3600);
        let bound = match seconds {
            ..600 => "may not specify a duration less than 10 minutes",
            600..=0x1_0000_0000 => "",
            _ => "may not specify a duration larger than 2^32 seconds",
        };
        if !bound.is_empty() {
            let cause = Cause::invalid("spec.expirationSeconds", &seconds.into(), bound);
            let of = ("TokenRequest", "authentication.k8s.io");
            return Err(Status::invalid_of(of, "", vec![cause]));
        }
        asked["kind"] = "TokenRequest".into();
        asked["apiVersion"] = "authentication.k8s.io/v1".into();
        let meta = of::metadata(&mut asked);
        meta.insert("name".to_owned(), call.name().into());
        meta.insert("namespace".to_owned(), call.namespace().into());
        meta.insert("uid".to_owned(), account.uid.as_str().into());
        meta.insert("creationTimestamp".to_owned(), self.clock.text().into());
        of::part(&mut asked, "spec").insert("expirationSeconds".to_owned(), seconds.into());
        let until = crate::clock::text(self.clock.seconds() + seconds);
        let token = format!("sandbox.{}", self.names.uid());
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= MOST_TOKENS {
            tokens.clear();
        }
        tokens.insert(token.clone());
        drop(tokens);
        asked["status"] = json!({"token": token, "expirationTimestamp": until});
        Ok(Whole::json(201, &asked))
    }

    fn log(&self, call: &Call<'_>) -> Result<Whole, Status> {
        let kept = self.kept(call)?;
        let query = &call.query;
        let count = |name| {
            query
                .number(name)
                .map(|one| one.and_then(|one| usize::try_from(one).ok()))
        };
        let options = logs::Options {
            container: query.given("container").map(str::to_owned),
            tail_lines: count("tailLines")?,
            limit_bytes: count("limitBytes")?,
            previous: query.is_on("previous"),
            timestamps: query.is_on("timestamps"),
            since_seconds: query.number("sinceSeconds")?,
            since: crate::clock::seconds(query.text("sinceTime")),
        };
        let text = logs::log(&kept.object(), &options, self.clock.seconds())?;
        Ok(Whole::text(200, "text/plain", text))
    }
}

fn is_part(name: &str) -> bool {
    matches!(
        name,
        "ephemeralcontainers" | "resize" | "approval" | "finalize"
    )
}

fn body(call: &Call<'_>) -> Result<Value, Status> {
    if call.request.body.is_empty() {
        return Ok(json!({}));
    }
    let resource = &call.target.resource;
    let own = resource.api_version();
    let of = match call.target.subresource.as_deref() {
        Some("scale") => ("autoscaling/v1", "Scale"),
        Some("eviction") => ("policy/v1", "Eviction"),
        Some("token") => ("authentication.k8s.io/v1", "TokenRequest"),
        _ => (own.as_str(), resource.kind.as_str()),
    };
    decode::other(&call.request.body, call.language()?, of)
}

/// Where a resource says how many replicas there are.
struct ScalePaths<'r> {
    replicas: &'r str,
    status: &'r str,
    selector: &'r str,
}

impl<'r> ScalePaths<'r> {
    fn of(resource: &'r Resource) -> Self {
        let custom = resource.custom();
        let said = |name: &str, built_in: &'r str| match custom {
            Some(custom) => {
                let path = custom.version["subresources"]["scale"][name].as_str();
                path.unwrap_or_default().trim_start_matches('.')
            }
            None => built_in,
        };
        Self {
            replicas: said("specReplicasPath", "spec.replicas"),
            status: said("statusReplicasPath", "status.replicas"),
            selector: said("labelSelectorPath", "spec.selector"),
        }
    }

    /// The path of the replicas, when an object of a custom resource does not say them.
    fn missing(&self, resource: &Resource, object: &Value) -> Option<String> {
        let missing = resource.custom().is_some() && of::at(object, self.replicas).is_null();
        missing.then(|| format!(".{}", self.replicas))
    }
}

fn set(object: &mut Value, path: &str, to: Value) {
    let (way, last) = path.rsplit_once('.').unwrap_or(("", path));
    let mut place = object;
    for name in way.split('.').filter(|name| !name.is_empty()) {
        of::part(place, name);
        place = &mut place[name];
    }
    if let Some(map) = place.as_object_mut() {
        map.insert(last.to_owned(), to);
    }
}

fn scale_of(object: &Value, paths: &ScalePaths<'_>) -> Value {
    let mut meta = json!({});
    for name in [
        "name",
        "namespace",
        "uid",
        "resourceVersion",
        "creationTimestamp",
    ] {
        if let Some(value) = object["metadata"].get(name) {
            meta[name] = value.clone();
        }
    }
    let mut status = json!({"replicas": of::at(object, paths.status).as_i64().unwrap_or(0)});
    let selector = match of::at(object, paths.selector) {
        Value::String(text) => text.clone(),
        selector => select::text(selector),
    };
    if !selector.is_empty() {
        status["selector"] = selector.into();
    }
    let mut spec = json!({});
    if let Some(replicas) = of::at(object, paths.replicas)
        .as_i64()
        .filter(|replicas| *replicas != 0)
    {
        spec["replicas"] = replicas.into();
    }
    json!({"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": meta, "spec": spec, "status": status})
}
