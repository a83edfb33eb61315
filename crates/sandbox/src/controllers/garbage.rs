//! Owners and what they own: what goes with whom.

use std::sync::Arc;

use serde_json::Value;

use super::parts::{each, text};
use super::routes::owner_key;
use super::see::See;
use super::{Part, Plan};
use crate::object;
use crate::store::Kept;

const FOREGROUND: &str = "foregroundDeletion";
const ORPHAN: &str = "orphan";

/// What becomes of an object when its owners, or those that it owns, go.
pub fn plan(see: &See<'_>, item: &Value, plan: &mut Plan) {
    if !object::is_going(item) {
        return owned(see, item, plan);
    }
    let owned = see.store.owned_by(object::uid(item));
    let has = |name: &str| object::finalizers(item).any(|one| one == name);
    if has(ORPHAN) {
        orphan(item, &owned, plan);
    } else if has(FOREGROUND) {
        foreground(item, &owned, plan);
    }
}

/// An object with owners: they are there, or it goes.
fn owned(see: &See<'_>, item: &Value, plan: &mut Plan) {
    let catalog = see.store.catalog();
    let references = &item["metadata"]["ownerReferences"];
    let (mut there, mut ending, mut gone) = (0, 0, Vec::new());
    for reference in each(references) {
        let Some(key) = owner_key(&catalog, reference, &see.key.namespace) else {
            // A kind that nobody knows: it may come back.
            there += 1;
            continue;
        };
        let owner = see.store.get(&key);
        let owner = owner.filter(|owner| owner.uid == text(&reference["uid"]));
        match owner {
            None => gone.push(text(&reference["uid"]).to_owned()),
            Some(owner) if owner.is_going && waits(&owner) => ending += 1,
            Some(_) => there += 1,
        }
    }
    if there == 0 && ending + gone.len() > 0 {
        let owns = !see.store.owned_by(object::uid(item)).is_empty();
        let how = if ending > 0 && owns {
            "Foreground"
        } else {
            "Background"
        };
        plan.delete(&see.key.shelf, item, how);
    } else if !gone.is_empty() {
        plan.update(item, without(item, &gone), Part::Whole);
    }
}

fn waits(owner: &Kept) -> bool {
    object::finalizers(&owner.object()).any(|one| one == FOREGROUND)
}

/// An object without some of its owners.
fn without(item: &Value, owners: &[String]) -> Value {
    let references = each(&item["metadata"]["ownerReferences"]);
    let left = references.filter(|one| owners.iter().all(|uid| one["uid"] != uid.as_str()));
    with_list(item, "ownerReferences", left.cloned().collect())
}

/// Takes from an object one of those who hold it.
pub fn let_go(item: &Value, finalizer: &str, plan: &mut Plan) {
    let left = object::finalizers(item).filter(|one| *one != finalizer);
    let new = with_list(item, "finalizers", left.map(Value::from).collect());
    plan.update(item, new, Part::Whole);
}

/// An object with another list in its metadata, or none.
fn with_list(item: &Value, field: &str, list: Vec<Value>) -> Value {
    let mut new = item.clone();
    let meta = object::metadata(&mut new);
    if list.is_empty() {
        meta.remove(field);
    } else {
        meta.insert(field.to_owned(), list.into());
    }
    new
}

/// What it owned stays, without it.
fn orphan(item: &Value, owned: &[Arc<Kept>], plan: &mut Plan) {
    let uid = [object::uid(item).to_owned()];
    for kept in owned {
        let one = kept.object();
        plan.update(&one, without(&one, &uid), Part::Whole);
    }
    let_go(item, ORPHAN, plan);
}

/// What it owns goes first.
fn foreground(item: &Value, owned: &[Arc<Kept>], plan: &mut Plan) {
    let uid = object::uid(item);
    let blocks = |kept: &Arc<Kept>| {
        let one = kept.object();
        let mut references = each(&one["metadata"]["ownerReferences"]);
        references.any(|one| one["uid"] == uid && one["blockOwnerDeletion"] == true)
    };
    if !owned.iter().any(blocks) {
        let_go(item, FOREGROUND, plan);
    }
}
