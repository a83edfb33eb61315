//! Cells of nodes, definitions, autoscalers and kinds that few look at.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::cells::{condition, few, items, or, plain};

pub(super) fn others(cell: &str, object: &Value) -> String {
    let (spec, status) = (&object["spec"], &object["status"]);
    let address = |kind: &str| {
        let mut all = items(&status["addresses"]).iter();
        all.find(|one| one["type"] == kind)
            .map_or_else(|| "<none>".to_owned(), |one| plain(&one["address"], ""))
    };
    match cell {
        "node_status" => {
            let ready = match condition(status, "Ready") {
                Some(one) if one["status"] == "True" => "Ready",
                Some(_) => "NotReady",
                None => "Unknown",
            };
            let off = if spec["unschedulable"] == true {
                ",SchedulingDisabled"
            } else {
                ""
            };
            format!("{ready}{off}")
        }
        "node_roles" => {
            let labels = object["metadata"]["labels"]
                .as_object()
                .into_iter()
                .flatten();
            let roles: BTreeSet<String> = labels
                .filter_map(
                    |(name, value)| match name.strip_prefix("node-role.kubernetes.io/") {
                        Some(role) => Some(role.to_owned()),
                        None if name == "kubernetes.io/role" => Some(plain(value, "")),
                        None => None,
                    },
                )
                .filter(|role| !role.is_empty())
                .collect();
            or(roles.into_iter().collect::<Vec<_>>().join(","), "<none>")
        }
        "internal_ip" => address("InternalIP"),
        "external_ip" => address("ExternalIP"),
        "kernel" => {
            let info = &status["nodeInfo"];
            let kernel = plain(&info["kernelVersion"], "<unknown>");
            match plain(&info["architecture"], "") {
                none if none.is_empty() => kernel,
                architecture => format!("{kernel} ({architecture})"),
            }
        }
        "versions" => {
            let served = items(&spec["versions"])
                .iter()
                .filter(|one| one["served"] == true);
            let mut names: Vec<String> = served
                .map(|one| {
                    let kept = if one["storage"] == true {
                        "(storage)"
                    } else {
                        ""
                    };
                    format!("{}{kept}", plain(&one["name"], ""))
                })
                .collect();
            names.sort();
            names.join(",")
        }
        "available" => match condition(status, "Available") {
            None => "Unknown".to_owned(),
            Some(one) if one["status"] == "True" => "True".to_owned(),
            Some(one) => match (plain(&one["status"], ""), plain(&one["reason"], "")) {
                (status, reason) if reason.is_empty() => status,
                (status, reason) => format!("{status} ({reason})"),
            },
        },
        "hpa_targets" => hpa_targets(spec, status),
        _ => String::new(),
    }
}

/// What an autoscaler aims at, and what is.
fn hpa_targets(spec: &Value, status: &Value) -> String {
    let version1 = &spec["targetCPUUtilizationPercentage"];
    let specs = match version1 {
        Value::Null => items(&spec["metrics"]).to_vec(),
        percent => vec![
            json!({"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": percent}}}),
        ],
    };
    let mut current = items(&status["currentMetrics"]).to_vec();
    if let percent @ Value::Number(_) = &status["currentCPUUtilizationPercentage"] {
        current = vec![json!({"resource": {"current": {"averageUtilization": percent}}})];
    }
    let all: Vec<String> = specs
        .iter()
        .enumerate()
        .map(|(at, spec)| hpa_target(spec, current.get(at).unwrap_or(&Value::Null)))
        .collect();
    few(&all, 2, ", ", "<none>")
}

fn hpa_target(spec: &Value, status: &Value) -> String {
    let source = match spec["type"].as_str().unwrap_or_default() {
        "External" => "external",
        "Pods" => "pods",
        "Object" => "object",
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        _ => return "<unknown type>".to_owned(),
    };
    let (target, current) = (&spec[source]["target"], &status[source]["current"]);
    let value = |name: &str| {
        let current = plain(&current[name], "<unknown>");
        format!("{current}/{}", plain(&target[name], ""))
    };
    let has_average = !target["averageValue"].is_null();
    if source.ends_with("esource") {
        let name = plain(&spec[source]["name"], "");
        if has_average {
            return format!("{name}: {}", value("averageValue"));
        }
        let percent = |value: &Value, other: &str| match value {
            Value::Null => other.to_owned(),
            value => format!("{value}%"),
        };
        return format!(
            "{name}: {}/{}",
            percent(&current["averageUtilization"], "<unknown>"),
            percent(&target["averageUtilization"], "<auto>")
        );
    }
    match (source, has_average) {
        ("pods", _) => value("averageValue"),
        (_, true) => format!("{} (avg)", value("averageValue")),
        (_, false) => value("value"),
    }
}
