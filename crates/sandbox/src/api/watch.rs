//! Changes as they come.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::shape::{self, Form};
use super::{Api, Call};
use crate::catalog::Resource;
use crate::object;
use crate::select::Selector;
use crate::status::Status;
use crate::store::{Change, Happened, Kept};
use crate::table::{self, Include};

/// How many changes are looked at in one step.
const STEP: usize = 1000;
/// How long a watch goes on when the client does not say: as the real server, half an hour and up.
const LONGEST: Duration = Duration::from_mins(30);

/// A client that wants to know what happens.
#[derive(Debug)]
pub struct Watch {
    resource: Arc<Resource>,
    shelf: String,
    namespace: Option<String>,
    selector: Selector,
    form: Form,
    include: Include,
    /// Up to which revision it knows.
    seen: u64,
    initial: Vec<Arc<Kept>>,
    /// Whether the end of the first events is told.
    mark_end: bool,
    headed: bool,
    /// Whether it wants to know from time to time that nothing happened.
    pub bookmarks: bool,
    /// When it ends by itself.
    pub limit: Duration,
}

impl Api {
    pub(super) fn watch(&self, call: &Call<'_>) -> Result<Watch, Status> {
        let selector = call.selector()?;
        call.check_match(true)?;
        let revision = call.revision()?.filter(|revision| *revision > 0);
        let all = call.query.is_on("sendInitialEvents");
        let resource = &call.target.resource;
        let shelf = resource.shelf();
        let limit = call.query.number("timeoutSeconds")?;
        let (initial, seen) = if revision.is_none() || all {
            self.store.list(&shelf, call.target.namespace.as_deref())
        } else {
            (Vec::new(), revision.unwrap_or_default())
        };
        Ok(Watch {
            resource: Arc::clone(resource),
            shelf,
            namespace: call.target.namespace.clone(),
            selector,
            form: call.form,
            include: call.include(),
            seen,
            initial,
            mark_end: all && call.query.is_on("allowWatchBookmarks"),
            headed: false,
            bookmarks: call.query.is_on("allowWatchBookmarks"),
            limit: limit
                .and_then(|seconds| u64::try_from(seconds).ok())
                .filter(|seconds| *seconds > 0)
                .map_or(LONGEST, Duration::from_secs),
        })
    }

    /// What happened since the last call, as it is sent: nothing when nothing did. The second is
    /// false when the watch is at its end.
    pub fn events(&self, watch: &mut Watch) -> (Vec<u8>, bool) {
        let mut sent = Vec::new();
        let now = self.clock.seconds();
        for kept in std::mem::take(&mut watch.initial) {
            if watch.selector.matches(&kept) {
                let object = watch.object(&kept, now);
                Watch::send("ADDED", object, &mut sent);
            }
        }
        if std::mem::take(&mut watch.mark_end) {
            watch.bookmark(true, &mut sent);
        }
        loop {
            let changes = match self.store.changes(watch.seen, STEP) {
                Ok(changes) => changes,
                Err(forgotten) => {
                    let message = format!(
                        "too old resource version: {} ({})",
                        watch.seen, forgotten.oldest
                    );
                    let status = Status::expired(message).to_json();
                    Watch::send("ERROR", status.to_string(), &mut sent);
                    return (sent, false);
                }
            };
            for change in &changes {
                watch.seen = change.revision;
                if let Some((what, kept)) = watch.told(change) {
                    let object = watch.object(kept, now);
                    Watch::send(what, object, &mut sent);
                }
            }
            if changes.len() < STEP {
                return (sent, true);
            }
        }
    }

    /// Tells that up to now nothing else happened.
    pub fn bookmark(&self, watch: &mut Watch) -> Vec<u8> {
        let mut sent = Vec::new();
        watch.bookmark(false, &mut sent);
        sent
    }
}

impl Watch {
    /// What a change is to this client: an object may come into its selection, or leave it.
    fn told<'c>(&self, change: &'c Change) -> Option<(&'static str, &'c Kept)> {
        let key = &change.object.key;
        let elsewhere = self
            .namespace
            .as_ref()
            .is_some_and(|one| **one != *key.namespace);
        if *self.shelf != *key.shelf || elsewhere {
            return None;
        }
        let was = change
            .before
            .as_ref()
            .is_some_and(|kept| self.selector.matches(kept));
        let is = change.happened != Happened::Deleted && self.selector.matches(&change.object);
        let what = match (was, is) {
            (false, true) => "ADDED",
            (true, true) => "MODIFIED",
            (true, false) => "DELETED",
            (false, false) => return None,
        };
        Some((what, &change.object))
    }

    fn object(&mut self, kept: &Kept, now: i64) -> String {
        let whole = self.form.kept(&self.resource, kept, self.include, now);
        if self.form != Form::Table {
            return String::from_utf8(whole.body).unwrap_or_default();
        }
        let object = shape::object(&self.resource, kept);
        let rows = vec![table::row(&self.resource, &object, self.include, now)];
        let meta = json!({"resourceVersion": object["metadata"]["resourceVersion"]});
        let with_columns = !std::mem::replace(&mut self.headed, true);
        shape::table(&self.resource, rows, meta, with_columns).to_string()
    }

    fn send(what: &str, object: String, sent: &mut Vec<u8>) {
        let line = format!("{{\"type\":\"{what}\",\"object\":{}}}\n", object.trim_end());
        sent.extend_from_slice(line.as_bytes());
    }

    fn bookmark(&mut self, end: bool, sent: &mut Vec<u8>) {
        let mut meta = json!({"resourceVersion": self.seen.to_string()});
        if end {
            meta["annotations"] = json!({"k8s.io/initial-events-end": "true"});
        }
        let object: Value = match self.form {
            Form::Whole => {
                json!({"kind": self.resource.kind, "apiVersion": self.resource.api_version(), "metadata": meta})
            }
            Form::Metadata => object::partial(&json!({"metadata": meta})),
            Form::Table => shape::table(&self.resource, Vec::new(), meta, !self.headed),
        };
        Self::send("BOOKMARK", object.to_string(), sent);
    }
}
