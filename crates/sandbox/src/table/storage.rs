//! Cells of volumes and quotas.

use serde_json::Value;

use super::cells::{plain, texts};
use crate::object;

pub(super) fn storage(cell: &str, object: &Value) -> Option<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let is_bound = spec["volumeName"]
        .as_str()
        .is_some_and(|name| !name.is_empty());
    Some(match cell {
        "claim_modes" if is_bound => modes(&status["accessModes"]),
        "claim_modes" => String::new(),
        "volume_modes" => modes(&spec["accessModes"]),
        "storage_class" => {
            let said = object::annotation(object, "volume.beta.kubernetes.io/storage-class");
            said.map_or_else(|| plain(&spec["storageClassName"], ""), str::to_owned)
        }
        "quota_requests" => quota(status, false),
        "quota_limits" => quota(status, true),
        _ => return None,
    })
}

fn modes(modes: &Value) -> String {
    let modes = texts(modes);
    let short = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let short = short
        .iter()
        .filter(|(mode, _)| modes.iter().any(|one| one == mode));
    let short: Vec<&str> = short.map(|(_, short)| *short).collect();
    short.join(",")
}

fn quota(status: &Value, limits: bool) -> String {
    let hard = status["hard"].as_object().into_iter().flatten();
    let parts: Vec<String> = hard
        .filter(|(name, _)| name.starts_with("limits.") == limits)
        .map(|(name, hard)| {
            format!(
                "{name}: {}/{}",
                plain(&status["used"][name], "0"),
                plain(hard, "")
            )
        })
        .collect();
    parts.join(", ")
}
