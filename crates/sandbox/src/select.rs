//! Selectors of lists and watches: by labels, by fields.

mod labels;

use serde_json::Value;

use crate::catalog::Resource;
use crate::object::{self, each};
use crate::status::Status;
use crate::store::Kept;

/// Which objects a list or a watch is about.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    /// As `matchExpressions` has them.
    labels: Vec<Value>,
    fields: Vec<(String, String, bool)>,
}

/// Whether a label selector (`matchLabels`, `matchExpressions`) wants labels.
pub fn selects<'l>(selector: &Value, label: &dyn Fn(&str) -> Option<&'l str>) -> bool {
    let same = |(name, value): (&String, &Value)| label(name) == value.as_str();
    let equal = selector["matchLabels"].as_object();
    equal.is_none_or(|equal| equal.iter().all(same))
        && each(&selector["matchExpressions"]).all(|one| wants(one, label(key(one))))
}

fn key(requirement: &Value) -> &str {
    requirement["key"].as_str().unwrap_or_default()
}

/// A label selector, or labels, as the query of a list has it.
pub fn text(selector: &Value) -> String {
    let labels = match (
        selector.get("matchLabels"),
        selector.get("matchExpressions"),
    ) {
        (None, None) => selector.as_object(),
        (labels, _) => labels.and_then(Value::as_object),
    };
    let labels = labels.into_iter().flatten();
    let equal = |(key, value): (&String, &Value)| {
        let text = format!("{key}={}", value.as_str().unwrap_or_default());
        (key.clone(), text)
    };
    let mut parts: Vec<(String, String)> = labels.map(equal).collect();
    for one in each(&selector["matchExpressions"]) {
        let key = key(one);
        let mut values: Vec<&str> = each(&one["values"]).filter_map(Value::as_str).collect();
        values.sort_unstable();
        let values = values.join(",");
        let text = match one["operator"].as_str() {
            Some("In") => format!("{key} in ({values})"),
            Some("NotIn") => format!("{key} notin ({values})"),
            Some("DoesNotExist") => format!("!{key}"),
            _ => key.to_owned(),
        };
        parts.push((key.to_owned(), text));
    }
    parts.sort_by(|one, other| one.0.cmp(&other.0));
    let parts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
    parts.join(",")
}

/// Whether a requirement (`operator`, `values`) wants a value.
pub fn wants(requirement: &Value, value: Option<&str>) -> bool {
    let listed = || each(&requirement["values"]).any(|one| one.as_str() == value);
    let compared = |greater: bool| {
        let bound = requirement["values"][0]
            .as_str()
            .unwrap_or_default()
            .parse::<i64>();
        let number = value.unwrap_or_default().parse::<i64>();
        matches!((number, bound), (Ok(number), Ok(bound)) if number != bound && (number > bound) == greater)
    };
    match requirement["operator"].as_str().unwrap_or_default() {
        "In" => value.is_some() && listed(),
        "NotIn" => value.is_none() || !listed(),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => compared(true),
        "Lt" => compared(false),
        _ => false,
    }
}

impl Selector {
    /// From `labelSelector` and `fieldSelector`.
    ///
    /// # Errors
    /// Selectors that are none, and fields that the resource cannot be selected by.
    pub fn parse(resource: &Resource, labels: &str, fields: &str) -> Result<Self, Status> {
        let mut selector = Self {
            labels: labels::read(labels).map_err(Status::bad_request)?,
            fields: Vec::new(),
        };
        for term in fields.split(',').filter(|term| !term.is_empty()) {
            let split = ["!=", "==", "="].iter().find_map(|sign| {
                let (field, value) = term.split_once(sign)?;
                Some((field, value, *sign != "!="))
            });
            let Some((field, value, equal)) = split else {
                return Err(Status::bad_request(format!(
                    "invalid selector: '{fields}'; can't understand '{term}'"
                )));
            };
            if !selectable(resource, field) {
                let message = if own_fields(resource).is_empty() && resource.custom().is_none() {
                    format!(
                        "\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                    )
                } else {
                    format!("field label not supported: {field}")
                };
                return Err(Status::bad_request(message));
            }
            let value = value
                .replace("\\,", ",")
                .replace("\\=", "=")
                .replace("\\\\", "\\");
            selector.fields.push((field.to_owned(), value, equal));
        }
        Ok(selector)
    }

    /// Whether it is about an object.
    pub fn matches(&self, kept: &Kept) -> bool {
        let mut labels = self.labels.iter();
        let mut object = None;
        labels.all(|one| wants(one, kept.label(key(one))))
            && self.fields.iter().all(|(field, value, equal)| {
                let same = match field.as_str() {
                    "metadata.name" => *kept.key.name == *value,
                    "metadata.namespace" => *kept.key.namespace == *value,
                    field => at(object.get_or_insert_with(|| kept.object()), field) == *value,
                };
                same == *equal
            })
    }
}

/// A field's value as selectors see it: all are texts.
fn at(object: &Value, field: &str) -> String {
    let field = match (field, object["kind"].as_str()) {
        ("involvedObject", _) => "",
        ("source", Some("Event")) => "source.component",
        (field, _) => field,
    };
    match object::at(object, field) {
        Value::String(text) => text.clone(),
        Value::Null => absent(field).to_owned(),
        other => other.to_string(),
    }
}

/// GO: fields that are no texts have a value even when they are not said.
fn absent(field: &str) -> &'static str {
    match field {
        "spec.hostNetwork" | "spec.unschedulable" => "false",
        "status.replicas" | "status.successful" => "0",
        _ => "",
    }
}

/// Whether objects can be selected by a field.
fn selectable(resource: &Resource, field: &str) -> bool {
    if field == "metadata.name" || (field == "metadata.namespace" && resource.namespaced) {
        return true;
    }
    if let Some(custom) = resource.custom() {
        let fields = each(&custom.version["selectableFields"]);
        let mut paths = fields.filter_map(|one| one["jsonPath"].as_str());
        return paths.any(|path| path.trim_start_matches('.') == field);
    }
    own_fields(resource).contains(&field)
}

/// The fields of a built-in kind, besides those of all kinds.
fn own_fields(resource: &Resource) -> &'static [&'static str] {
    match resource.plural.as_str() {
        "pods" => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ],
        "events" => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        "secrets" => &["type"],
        "namespaces" => &["status.phase"],
        "nodes" => &["spec.unschedulable"],
        "replicationcontrollers" | "replicasets" => &["status.replicas"],
        "jobs" => &["status.successful"],
        "services" => &["spec.clusterIP", "spec.type"],
        "certificatesigningrequests" => &["spec.signerName"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests;
