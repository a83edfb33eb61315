//! What a controller sees: the objects, the time, and why it is asked.

use std::cell::Cell;
use std::sync::Arc;

use serde_json::{Value, json};

use super::parts;
use crate::clock;
use crate::object;
use crate::select;
use crate::store::{Kept, Key, Store};

/// What a controller sees.
pub struct See<'a> {
    pub store: &'a Store,
    /// The object that a controller is asked about.
    pub key: &'a Key,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// The timer that rang; nothing when another thing happened.
    pub rung: Option<&'static str>,
    /// The last address that a pod got.
    pub address: &'a Cell<u16>,
    /// The certificate by which clients know the server.
    pub authority: &'a str,
}

impl See<'_> {
    /// Now, as objects have it.
    pub fn time(&self) -> String {
        clock::text(self.now)
    }

    /// How many seconds ago a time was.
    pub fn since(&self, time: &Value) -> i64 {
        let time = time.as_str().and_then(clock::seconds);
        time.map_or(0, |time| self.now - time)
    }

    /// A condition that holds from now on: its type, status, reason and message.
    pub fn condition(&self, [kind, status, reason, message]: [&str; 4]) -> Value {
        json!({
            "type": kind,
            "status": status,
            "reason": reason,
            "message": message,
            "lastTransitionTime": self.time(),
        })
    }

    /// The same of an object that may have it: its time stays while its status does.
    pub fn said(&self, object: &Value, what: [&str; 4]) -> Value {
        let mut new = self.condition(what);
        let old = parts::condition(object, what[0]);
        if let Some(old) = old.filter(|old| old["status"] == new["status"]) {
            new["lastTransitionTime"] = old["lastTransitionTime"].clone();
        }
        new
    }

    pub fn find(&self, shelf: &str, namespace: &str, name: &str) -> Option<Value> {
        let kept = self.store.get(&Key::new(shelf, namespace, name));
        kept.map(|kept| kept.object())
    }

    /// The objects of a shelf, as they are kept.
    pub fn list(&self, shelf: &str, namespace: Option<&str>) -> Vec<Arc<Kept>> {
        self.store.list(shelf, namespace).0
    }

    /// The objects of a shelf.
    pub fn all(&self, shelf: &str, namespace: Option<&str>) -> impl Iterator<Item = Value> {
        let all = self.list(shelf, namespace).into_iter();
        all.map(|kept| kept.object())
    }

    /// The objects of a shelf that an owner controls, by name.
    pub fn controlled(&self, shelf: &str, owner: &Value) -> Vec<Value> {
        let uid = object::uid(owner);
        let owned = self.store.owned_by(uid).into_iter();
        let owned = owned.filter(|kept| &*kept.key.shelf == shelf);
        let owned = owned.map(|kept| kept.object());
        owned
            .filter(|one| parts::controller(one).is_some_and(|by| by["uid"] == uid))
            .collect()
    }

    /// The objects of a shelf with labels that a selector wants.
    pub fn selected(&self, shelf: &str, namespace: &str, selector: &Value) -> Vec<Value> {
        let all = self.list(shelf, Some(namespace)).into_iter();
        let found = all.filter(|kept| select::selects(selector, &|name| kept.label(name)));
        found.map(|kept| kept.object()).collect()
    }

    /// An address for a pod.
    pub fn next_address(&self) -> String {
        // The first is the node's.
        let next = self.address.get().checked_add(1).unwrap_or(2).max(2);
        self.address.set(next);
        format!("10.244.{}.{}", next >> 8, next & 0xff)
    }
}
