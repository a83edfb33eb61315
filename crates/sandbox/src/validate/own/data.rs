//! Of workloads, and of what holds data or says how much there may be.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::found::{At, Found};
use super::super::texts;
use crate::cron::Schedule;
use crate::object;
use crate::quantity::Quantity;
use crate::select;
use crate::status::Cause;

/// The most bytes of all that a `ConfigMap` or a secret holds.
const MOST: usize = 1024 * 1024;

/// The pods of a workload must be found again.
pub(super) fn labels_match(found: &mut Found, spec: &At<'_>) {
    let labels = spec.down(&["template", "metadata", "labels"]);
    let selector = spec.child("selector");
    let label = |name: &str| labels.value.get(name).and_then(Value::as_str);
    let plain = selector.value.get("matchLabels").is_none()
        && selector.value.get("matchExpressions").is_none();
    let matches = json!({"matchLabels": selector.value});
    let whole = if plain { &matches } else { selector.value };
    // What is wrong with a selector was told, and is enough.
    let unread = found.has_told(&format!("{}.", selector.path));
    if !selector.is_set() || !(unread || select::selects(whole, &label)) {
        found.invalid(&labels, "`selector` does not match template `labels`");
    }
}

/// The selector and the labels that the server gives a new job.
pub(crate) fn generated(found: &mut Found, job: &At<'_>) {
    let spec = job.child("spec");
    if spec.value["manualSelector"] == true {
        return;
    }
    let (uid, name) = (
        object::at(job.value, "metadata.uid"),
        object::at(job.value, "metadata.name"),
    );
    let selector = spec.child("selector");
    let own = ["batch.kubernetes.io/controller-uid", "controller-uid"];
    if !own
        .iter()
        .any(|label| *selector.value == json!({"matchLabels": {*label: uid}}))
    {
        found.invalid(&selector, "`selector` not auto-generated");
    }
    let labels = spec.down(&["template", "metadata", "labels"]);
    for (label, value) in [
        ("batch.kubernetes.io/controller-uid", uid),
        ("batch.kubernetes.io/job-name", name),
        ("controller-uid", uid),
        ("job-name", name),
    ] {
        if labels.value.get(label) != Some(value) {
            let place = labels.named(format!("{}[{label}]", labels.path));
            let why = format!("must be '{}'", value.as_str().unwrap_or_default());
            found.invalid(&place, &why);
        }
    }
}

pub(super) fn schedule(found: &mut Found, at: &At<'_>) {
    if at.text().contains("TZ") {
        let why = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        found.invalid(at, why);
    } else if let Err(why) = Schedule::read(at.text()) {
        found.invalid(at, &why);
    }
}

pub(super) fn time_zone(found: &mut Found, at: &At<'_>) {
    let why = match at.text() {
        "" => "timeZone must be nil or non-empty string".to_owned(),
        "Local" | "local" => {
            "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
                .to_owned()
        }
        text if jiff::tz::TimeZone::get(text).is_err() => format!("unknown time zone {text}"),
        _ => return,
    };
    found.invalid(at, &why);
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_default();
    STANDARD.decode(text).unwrap_or_default()
}

/// Tells keys that are none; how many bytes the values have.
fn keys(found: &mut Found, data: &At<'_>, size: fn(&Value) -> usize) -> usize {
    let mut sum = 0;
    for (key, place) in data.entries() {
        for why in texts::data_key(key) {
            found.invalid_as(&place, key, &why);
        }
        sum += size(place.value);
    }
    sum
}

pub(super) fn sizes_of_config_map(found: &mut Found, at: &At<'_>) {
    let (data, binary) = (at.child("data"), at.child("binaryData"));
    for (key, place) in data.entries() {
        if binary.value.get(key).is_some() {
            found.invalid_as(&place, key, "duplicate of key present in binaryData");
        }
    }
    let size = keys(found, &data, |value| value.as_str().map_or(0, str::len))
        + keys(found, &binary, |value| bytes(value).len());
    if size > MOST {
        // GO: the field of the whole object prints as a list.
        found.causes.push(Cause::too_long("[]", MOST));
    }
}

pub(super) fn contents_of_secret(found: &mut Found, at: &At<'_>) {
    let data = at.child("data");
    if keys(found, &data, |value| bytes(value).len()) > MOST {
        found.causes.push(Cause::too_long("data", MOST));
    }
    let has = |key: &str| data.value.get(key).is_some();
    let kind = at.child("type");
    let demanded: &[&str] = match kind.text().strip_prefix("kubernetes.io/") {
        Some("tls") => &["tls.crt", "tls.key"],
        Some("dockercfg") => &[".dockercfg"],
        Some("dockerconfigjson") => &[".dockerconfigjson"],
        Some("ssh-auth") => &["ssh-privatekey"],
        Some("basic-auth") if !has("username") && !has("password") => &["username", "password"],
        Some("service-account-token") => {
            let name = at.down(&["metadata", "annotations"]);
            let name = name.key("kubernetes.io/service-account.name");
            if name.is_empty() {
                found.required(&name, "");
            }
            &[]
        }
        _ => &[],
    };
    for key in demanded {
        let place = data.key(key);
        if !has(key) {
            found.required(&place, "");
        } else if key.starts_with(".docker")
            && let Err(why) = json_error(&bytes(place.value))
        {
            found.invalid_as(&place, "<secret contents redacted>", &why);
        }
    }
}

/// GO: how its reader of JSON tells the first byte that does not fit.
fn json_error(content: &[u8]) -> Result<(), String> {
    if serde_json::from_slice::<serde::de::IgnoredAny>(content).is_ok() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(content);
    match text.trim_start().chars().next() {
        Some(first) if !"{[\"-0123456789tfn".contains(first) => Err(format!(
            "invalid character '{first}' looking for beginning of value"
        )),
        _ => Err("unexpected end of JSON input".to_owned()),
    }
}

/// A limit range's amounts beside each other.
pub(super) fn bounds(found: &mut Found, limit: &At<'_>) {
    let fields = ["min", "max", "defaultRequest", "default"].map(|field| limit.child(field));
    let names = fields.iter().flat_map(At::entries);
    let names: BTreeSet<&str> = names.map(|(name, _)| name).collect();
    for name in names {
        let [min, max, request, default] = fields.each_ref().map(|field| field.key(name));
        let Some(least) = Quantity::parse(min.text()) else {
            continue;
        };
        // GO: where and with which amount it is told.
        for (other, word, place) in [
            (&max, "max", min.clone()),
            (&request, "default request", request.clone()),
            (&default, "default", min.named(&*default.path)),
        ] {
            if let Some(amount) = Quantity::parse(other.text()).filter(|amount| least > *amount) {
                let why = format!("min value {least} is greater than {word} value {amount}");
                found.invalid(&place, &why);
            }
        }
    }
}

const COUNTED: [&str; 11] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "pods",
    "services",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
];

pub(super) fn quota(found: &mut Found, hard: &At<'_>) {
    for (name, place) in hard.entries() {
        let whys = texts::qualified(name);
        let dotted = ["requests.", "limits.", "services.", "count/", "hugepages-"];
        let known = COUNTED.contains(&name) || dotted.iter().any(|begin| name.starts_with(begin));
        let bad = !whys.is_empty();
        for why in whys {
            found.invalid_as(&place, name, &why);
        }
        if bad || (!name.contains('/') && !known) {
            found.invalid_as(&place, name, "must be a standard resource for quota");
        }
        if Quantity::parse(place.text()).is_some_and(Quantity::is_negative) {
            found.invalid(&place, "must be greater than or equal to 0");
        }
    }
}

/// A mode of access beside which there is no other.
pub(super) fn alone(found: &mut Found, modes: &At<'_>) {
    let all = modes.items();
    if all.len() > 1 && all.iter().any(|mode| mode.is("ReadWriteOncePod")) {
        found.forbidden(
            modes,
            "may not use ReadWriteOncePod with other access modes",
        );
    }
}

pub(super) fn capacity(found: &mut Found, spec: &At<'_>) {
    let at = spec.child("capacity");
    let entries = at.entries();
    if entries.len() != 1 || entries[0].0 != "storage" {
        let cause = Cause::unsupported(&at.path, at.value, &["storage"]);
        found.causes.push(cause);
    }
    for (_, place) in entries {
        super::more_than_nothing(found, &place);
    }
}

pub(super) fn provisioner(found: &mut Found, at: &At<'_>) {
    let lower = at.text().to_lowercase();
    for why in texts::qualified(&lower) {
        found.invalid_as(at, lower.as_str(), &why);
    }
}

/// Who scales to nothing must see from outside when there is something to do.
pub(super) fn something_outside(found: &mut Found, metrics: &At<'_>) {
    let types = metrics.items();
    let outside = |metric: &At<'_>| matches!(metric.child("type").text(), "Object" | "External");
    if !types.iter().any(outside) {
        let why = "must specify at least one Object or External metric to support scaling to zero replicas";
        found.forbidden(metrics, why);
    }
}

pub(super) fn priority(found: &mut Found, at: &At<'_>) {
    let (name, value) = (at.down(&["metadata", "name"]), at.child("value"));
    let text = name.text();
    if !text.starts_with("system-") {
        if value.number().unwrap_or(0) > 1_000_000_000 {
            let why = "maximum allowed value of a user defined priority is 1000000000";
            found.forbidden(&value, why);
        }
    } else if !["system-cluster-critical", "system-node-critical"].contains(&text) {
        let why = format!(
            "priority class names with 'system-' prefix are reserved for system use only. error: {text} is not a known system priority class"
        );
        found.forbidden(&name, &why);
    }
}

/// The name of an `APIService` says what it serves.
pub(super) fn name_of_service(found: &mut Found, at: &At<'_>) {
    let name = at.down(&["metadata", "name"]);
    let part = |field: &str| at.down(&["spec", field]).text();
    let wanted = format!("{}.{}", part("version"), part("group"));
    if name.text() != wanted {
        let why = format!("must be `spec.version+\".\"+spec.group`: \"{wanted}\"");
        found.invalid(&name, &why);
    }
}
