//! What is asked of the sandbox itself: `/sandbox/...`.

use serde_json::json;

use super::Shared;
use crate::api::Whole;
use crate::data;
use crate::faults::Rule;
use crate::status::Status;

/// Answers a request to the sandbox itself; nothing when it is one to the API.
pub(super) fn answer(shared: &Shared, method: &str, path: &str, body: &[u8]) -> Option<Whole> {
    let what = path.strip_prefix("/sandbox/")?;
    Some(match (method, what) {
        ("GET", "rules") => {
            let rules = shared.faults.counts().into_iter();
            let rules: Vec<_> = rules
                .map(|(rule, met)| json!({"rule": rule, "met": met}))
                .collect();
            Whole::json(200, &rules.into())
        }
        ("POST", "rules") => match serde_json::from_slice::<Rule>(body) {
            Ok(rule) => Whole::json(201, &json!({"number": shared.faults.add(rule)})),
            Err(error) => Status::bad_request(format!("no rule: {error}")).into(),
        },
        ("DELETE", "rules") => {
            shared.faults.clear();
            Whole::json(200, &json!({}))
        }
        ("GET", "objects") => Whole::text(200, "application/yaml", shared.api.export()),
        ("POST", "reset") => match shared.reset() {
            Ok(()) => Whole::json(200, &json!({})),
            Err(status) => status.into(),
        },
        ("GET", "status") => {
            let (objects, revision) = shared.api.store.size();
            let version = &data::discovery()["version"]["gitVersion"];
            let status = json!({
                "url": shared.url,
                "kubernetes": version,
                "objects": objects,
                "revision": revision,
                "persistent": shared.api.store.is_persistent(),
            });
            Whole::json(200, &status)
        }
        ("POST", "stop") => {
            shared.stop.send_replace(true);
            Whole::json(200, &json!({}))
        }
        _ => Status::no_such_resource().into(),
    })
}
