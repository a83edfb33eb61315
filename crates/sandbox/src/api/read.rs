//! Get and list.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::shape::Form;
use super::{Api, Call, Whole};
use crate::request::bad_options;
use crate::select::Selector;
use crate::status::{Cause, Status};
use crate::store::{Kept, Key};
use crate::table::Include;

impl Call<'_> {
    pub(super) fn key(&self) -> Key {
        Key::new(&self.target.resource.shelf(), self.namespace(), self.name())
    }

    pub(super) fn not_found(&self) -> Status {
        Status::not_found(&self.target.resource, self.name())
    }

    pub(super) fn include(&self) -> Include {
        match self.query.text("includeObject") {
            "None" => Include::None,
            "Object" => Include::Object,
            _ => Include::Metadata,
        }
    }

    pub(super) fn selector(&self) -> Result<Selector, Status> {
        let (labels, fields) = (
            self.query.text("labelSelector"),
            self.query.text("fieldSelector"),
        );
        Selector::parse(&self.target.resource, labels, fields)
    }

    /// Whether what is said of versions makes sense together.
    pub(super) fn check_match(&self, is_watch: bool) -> Result<(), Status> {
        let field = "resourceVersionMatch";
        let wanted = self.query.text(field);
        let starts = self.query.is_on("sendInitialEvents");
        let unknown = |choices: &[&str]| Cause::unsupported(field, &wanted.into(), choices);
        let mut causes = Vec::new();
        let mut forbid = |why: &str| causes.push(Cause::forbidden(field, why));
        match wanted {
            "NotOlderThan" if is_watch && starts => {}
            _ if is_watch && starts => {
                forbid("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
            }
            "" => {}
            _ if is_watch => {
                forbid(
                    "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
                );
            }
            _ if self.query.text("resourceVersion").is_empty() => {
                forbid("resourceVersionMatch is forbidden unless resourceVersion is provided");
            }
            "Exact" | "NotOlderThan" => {}
            _ => causes.push(unknown(&["Exact", "NotOlderThan", ""])),
        }
        if is_watch && !matches!(wanted, "" | "NotOlderThan") {
            causes.push(unknown(&["NotOlderThan"]));
        }
        if causes.is_empty() {
            return Ok(());
        }
        Err(bad_options("ListOptions", causes))
    }

    /// The revision that the client knows; nothing when it says none.
    pub(super) fn revision(&self) -> Result<Option<u64>, Status> {
        let text = self.query.text("resourceVersion");
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| {
            Status::bad_request(format!(
                "invalid resource version: resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax"
            ))
        })
    }
}

impl Api {
    pub(super) fn get(&self, call: &Call<'_>) -> Result<Whole, Status> {
        self.not_ahead(call)?;
        let kept = self.kept(call)?;
        let now = self.clock.seconds();
        Ok(call
            .form
            .kept(&call.target.resource, &kept, call.include(), now))
    }

    /// The object that a request is about.
    pub(super) fn kept(&self, call: &Call<'_>) -> Result<Arc<Kept>, Status> {
        let kept = self.store.get(&call.key());
        kept.ok_or_else(|| call.not_found())
    }

    /// Nobody can know a revision that is still to come.
    fn not_ahead(&self, call: &Call<'_>) -> Result<(), Status> {
        let current = self.store.revision();
        match call.revision()? {
            Some(known) if known > current => {
                let message =
                    format!("Timeout: Too large resource version: {known}, current: {current}");
                let mut status = Status::other(504, "Timeout", message);
                status.details.retry_after = 1;
                let message = "Too large resource version".to_owned();
                let cause = Cause::new("ResourceVersionTooLarge", "", message);
                status.details.causes.push(cause);
                Err(status)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn list(&self, call: &Call<'_>) -> Result<Whole, Status> {
        let selector = call.selector()?;
        call.check_match(false)?;
        let limit = call.query.number("limit")?.filter(|limit| *limit > 0);
        let from = continued(call.query.text("continue"))?;
        self.not_ahead(call)?;
        let resource = &call.target.resource;
        let (all, revision) = self
            .store
            .list(&resource.shelf(), call.target.namespace.as_deref());
        let mut found: Vec<Arc<Kept>> = all
            .into_iter()
            .filter(|kept| from.as_ref().is_none_or(|(from, _)| place(kept) > *from))
            .filter(|kept| selector.matches(kept))
            .collect();
        let mut meta = Map::new();
        let revision = from.map_or(revision, |(_, revision)| revision);
        meta.insert("resourceVersion".to_owned(), revision.to_string().into());
        if resource.custom().is_some() && call.form == Form::Whole {
            // GO: theirs are said even when there is none.
            meta.insert("continue".to_owned(), "".into());
        }
        if let Some(limit) = limit.and_then(|limit| usize::try_from(limit).ok())
            && found.len() > limit
        {
            let left = found.len() - limit;
            found.truncate(limit);
            let last = found.last().map(|kept| place(kept)).unwrap_or_default();
            meta.insert("continue".to_owned(), token(&last, revision).into());
            let selected = !call.query.text("labelSelector").is_empty()
                || !call.query.text("fieldSelector").is_empty();
            if !selected {
                meta.insert("remainingItemCount".to_owned(), left.into());
            }
        }
        let now = self.clock.seconds();
        Ok(call
            .form
            .list(resource, &found, meta.into(), call.include(), now))
    }
}

/// The namespace and the name of an object: lists are in their order.
type Place = (String, String);

/// Where an object comes in a list.
fn place(kept: &Kept) -> Place {
    (kept.key.namespace.to_string(), kept.key.name.to_string())
}

/// What a client sends to get the rest of a list: which object was the last, at which revision.
fn token((namespace, name): &Place, revision: u64) -> String {
    let token =
        json!({"v": "meta.k8s.io/v1", "rv": revision, "start": format!("{namespace}/{name}")});
    BASE64_URL_SAFE_NO_PAD.encode(token.to_string())
}

fn continued(token: &str) -> Result<Option<(Place, u64)>, Status> {
    if token.is_empty() {
        return Ok(None);
    }
    let bad = || Status::bad_request("invalid continue token: continue key is not valid");
    let read = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| bad())?;
    let read: Value = serde_json::from_slice(&read).map_err(|_| bad())?;
    let start = read["start"]
        .as_str()
        .and_then(|start| start.split_once('/'));
    let (namespace, name) = start.ok_or_else(bad)?;
    let revision = read["rv"].as_u64().ok_or_else(bad)?;
    Ok(Some(((namespace.to_owned(), name.to_owned()), revision)))
}
