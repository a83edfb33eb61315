//! Defaults of pods, and of what makes them, that depend on other fields.

use serde_json::{Map, Value, json};

use super::set;
use crate::object::{each_mut, part_of as part};

pub(super) fn fill(name: &str, map: &mut Map<String, Value>) {
    match name {
        "core.Container" | "core.EphemeralContainer" => {
            let policy = pull_policy(map.get("image"));
            set(map, "imagePullPolicy", policy);
        }
        "core.ImageVolumeSource" => {
            let policy = pull_policy(map.get("reference"));
            set(map, "pullPolicy", policy);
        }
        "core.Volume" if map.keys().all(|key| key == "name") => {
            map.insert("emptyDir".to_owned(), json!({}));
        }
        "core.PodSpec" => account(map),
        "core.Pod" => pod(map),
        "apps.DeploymentStrategy" | "apps.DaemonSetUpdateStrategy"
            if map.get("type").is_some_and(|kind| kind == "RollingUpdate") =>
        {
            part(map, "rollingUpdate");
        }
        "apps.StatefulSetUpdateStrategy" => rolling(map),
        "apps.StatefulSetSpec" => claims(map),
        "batch.Job" => job(map),
        "core.ReplicationController" => {
            let labels = map
                .get("spec")
                .map(|spec| spec["template"]["metadata"]["labels"].clone());
            if let Some(labels) = labels.filter(Value::is_object) {
                set(part(map, "spec"), "selector", labels.clone());
                labels_of(map, labels);
            }
        }
        _ => {}
    }
}

fn account(map: &mut Map<String, Value>) {
    let named = ["serviceAccountName", "serviceAccount"]
        .iter()
        .find_map(|field| map.get(*field).filter(|name| *name != ""))
        .cloned();
    if let Some(named) = named {
        map.insert("serviceAccountName".to_owned(), named.clone());
        map.insert("serviceAccount".to_owned(), named);
    }
}

/// What is written into pods, but not into templates of pods.
fn pod(map: &mut Map<String, Value>) {
    let spec = part(map, "spec");
    set(spec, "enableServiceLinks", true);
    let grace = spec.get("terminationGracePeriodSeconds");
    if grace.and_then(Value::as_i64).is_some_and(|grace| grace < 0) {
        spec.insert("terminationGracePeriodSeconds".to_owned(), 1.into());
    }
    let host = spec.get("hostNetwork").is_some_and(|host| *host == true);
    for list in ["containers", "initContainers"] {
        let list = spec.get_mut(list).and_then(Value::as_array_mut);
        for container in list.into_iter().flatten() {
            requests(container);
            if host {
                host_ports(container);
            }
        }
    }
}

fn requests(container: &mut Value) {
    let Some(Value::Object(limits)) = container["resources"].get("limits").cloned() else {
        return;
    };
    let Some(resources) = container["resources"].as_object_mut() else {
        return;
    };
    let requests = part(resources, "requests");
    for (name, amount) in limits {
        requests.entry(name).or_insert(amount);
    }
}

fn host_ports(container: &mut Value) {
    for port in each_mut(container.get_mut("ports")) {
        let own = port.get("hostPort").and_then(Value::as_i64).unwrap_or(0);
        if let Some(inner) = port.get("containerPort").cloned()
            && own == 0
        {
            port.insert("hostPort".to_owned(), inner);
        }
    }
}

fn rolling(map: &mut Map<String, Value>) {
    if !map.contains_key("type") {
        map.insert("type".to_owned(), "RollingUpdate".into());
        part(map, "rollingUpdate");
    }
    if map["type"] == "RollingUpdate"
        && let Some(rolling) = map.get_mut("rollingUpdate").and_then(Value::as_object_mut)
    {
        set(rolling, "partition", 0);
        set(rolling, "maxUnavailable", 1);
    }
}

fn claims(map: &mut Map<String, Value>) {
    for claim in each_mut(map.get_mut("volumeClaimTemplates")) {
        claim.insert("apiVersion".to_owned(), "v1".into());
        claim.insert("kind".to_owned(), "PersistentVolumeClaim".into());
    }
}

fn job(map: &mut Map<String, Value>) {
    let spec = part(map, "spec");
    set(spec, "completionMode", "NonIndexed");
    set(spec, "suspend", false);
    set(spec, "manualSelector", false);
    if !spec.contains_key("completions") && !spec.contains_key("parallelism") {
        set(spec, "completions", 1);
    }
    set(spec, "parallelism", 1);
    let limit = if spec.contains_key("backoffLimitPerIndex") {
        i32::MAX
    } else {
        6
    };
    set(spec, "backoffLimit", limit);
    let policy = if spec.contains_key("podFailurePolicy") {
        "Failed"
    } else {
        "TerminatingOrFailed"
    };
    set(spec, "podReplacementPolicy", policy);
    // A new job's template gets more labels before it is kept: these are its own, too.
    let manual = spec["manualSelector"] == true;
    let labels = spec
        .get("template")
        .map(|template| template["metadata"]["labels"].clone());
    if let Some(Value::Object(labels)) = labels
        && (manual || labels.contains_key("controller-uid"))
    {
        labels_of(map, labels.into());
    }
}

/// Labels of an object that has none itself.
fn labels_of(map: &mut Map<String, Value>, labels: Value) {
    let metadata = part(map, "metadata");
    let own = metadata.get("labels").and_then(Value::as_object);
    if own.is_none_or(Map::is_empty) {
        metadata.insert("labels".to_owned(), labels);
    }
}

/// An image without a tag and without a digest is the latest one.
fn pull_policy(image: Option<&Value>) -> &'static str {
    let image = image.and_then(Value::as_str).unwrap_or_default();
    match tag(image) {
        Some("latest") => "Always",
        _ => "IfNotPresent",
    }
}

/// The tag of an image; nothing when it has a digest instead, or is no name of an image.
fn tag(image: &str) -> Option<&str> {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    let (path, tag) = match name[slash..].find(':') {
        Some(at) => (&name[..slash + at], Some(&name[slash + at + 1..])),
        None => (name, None),
    };
    let path = match path.split_once('/') {
        Some((host, rest)) if is_host(host) => rest,
        _ => path,
    };
    let good = !path.is_empty()
        && path.split('/').all(|part| {
            let ends =
                |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
            ends(part.chars().next())
                && ends(part.chars().next_back())
                && part
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c))
        });
    if !good {
        return None;
    }
    match (tag, digest) {
        (Some(tag), _) => Some(tag),
        (None, Some(_)) => None,
        (None, None) => Some("latest"),
    }
}

fn is_host(part: &str) -> bool {
    part == "localhost" || part.contains(['.', ':']) || part.contains(|c: char| c.is_uppercase())
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn tags_of_images() {
        for (image, expected) in [
            ("nginx", Some("latest")),
            ("nginx:1.2", Some("1.2")),
            ("localhost:5000/a/b", Some("latest")),
            ("localhost:5000/a/b:x", Some("x")),
            ("a/b@sha256:00", None),
            ("a/b:latest@sha256:00", Some("latest")),
            ("A/b/c", Some("latest")),
            ("Nginx", None),
            ("", None),
            ("a b", None),
        ] {
            assert_eq!(tag(image), expected, "{image}");
        }
    }
}
