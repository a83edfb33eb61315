//! The templates that a set had: its ControllerRevisions.

use serde_json::{Value, json};

use super::parts::{self, filled, number};
use super::see::See;
use super::{Part, Plan};
use crate::object;

const SHELF: &str = "apps/controllerrevisions";

pub struct Revisions {
    /// That of the template that the set has now: its name, and what is hashed in it.
    pub name: String,
    pub hash: String,
    all: Vec<Value>,
}

impl Revisions {
    /// The revisions of a set; the one that it has now is made, or becomes the newest.
    pub fn note(see: &See<'_>, set: &Value, label: &str, plan: &mut Plan) -> Self {
        let mut all = see.controlled(SHELF, set);
        let number_of = |one: &Value| number(&one["revision"], 0);
        all.sort_by_key(number_of);
        let last = all.last().map_or(0, number_of);
        let hash = parts::hash_name(&set["spec"]["template"]);
        let name = format!("{}-{hash}", object::name(set));
        match all.iter().find(|one| object::name(one) == name) {
            Some(known) if number_of(known) < last => {
                let mut new = known.clone();
                new["revision"] = (last + 1).into();
                plan.update(known, new, Part::Object);
            }
            Some(_) => {}
            None => {
                let mut template = set["spec"]["template"].clone();
                template["$patch"] = "replace".into();
                let mut new = json!({
                    "apiVersion": "apps/v1",
                    "kind": "ControllerRevision",
                    "metadata": filled(json!({
                        "name": name,
                        "namespace": set["metadata"]["namespace"],
                        "labels": set["spec"]["template"]["metadata"]["labels"],
                        "annotations": set["metadata"]["annotations"],
                        "ownerReferences": parts::owned_by(set),
                    })),
                    "data": {"spec": {"template": template}},
                    "revision": last + 1,
                });
                parts::set_label(&mut new, label, &hash);
                plan.create(new);
            }
        }
        Self { name, hash, all }
    }

    /// The template of a revision.
    pub fn template(&self, name: &str) -> Option<Value> {
        let known = self.all.iter().find(|one| object::name(one) == name)?;
        let mut template = known["data"]["spec"]["template"].clone();
        template.as_object_mut()?.remove("$patch");
        Some(template)
    }

    /// Deletes those that are too old to go back to, and that nobody uses.
    pub fn forget(&self, set: &Value, is_used: impl Fn(&str) -> bool, plan: &mut Plan) {
        let keep = number(&set["spec"]["revisionHistoryLimit"], 10).max(0) as usize;
        let free = |one: &&Value| object::name(one) != self.name && !is_used(object::name(one));
        let free: Vec<&Value> = self.all.iter().filter(free).collect();
        for one in &free[..free.len().saturating_sub(keep)] {
            plan.delete(SHELF, one, "");
        }
    }
}
