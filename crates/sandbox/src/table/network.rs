//! Cells of services, endpoints and ingresses.

use std::collections::BTreeSet;

use serde_json::Value;

use super::cells::{count, few, items, or, plain, texts};
use crate::object;

fn addresses(status: &Value) -> Vec<String> {
    let all: BTreeSet<String> = items(&status["loadBalancer"]["ingress"])
        .iter()
        .map(|one| or(plain(&one["ip"], ""), &plain(&one["hostname"], "")))
        .filter(|address| !address.is_empty())
        .collect();
    all.into_iter().collect()
}

pub(super) fn network(cell: &str, object: &Value) -> Option<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    Some(match cell {
        "service_external" => service_external(spec, status),
        "service_ports" => {
            let ports: Vec<String> = items(&spec["ports"])
                .iter()
                .map(|port| {
                    let (number, protocol) =
                        (plain(&port["port"], ""), plain(&port["protocol"], ""));
                    match port["nodePort"].as_i64().unwrap_or_default() {
                        0 => format!("{number}/{protocol}"),
                        node => format!("{number}:{node}/{protocol}"),
                    }
                })
                .collect();
            or(ports.join(","), "<none>")
        }
        "hosts" => {
            let rules = items(&spec["rules"]);
            let hosts = rules.iter().map(|rule| plain(&rule["host"], ""));
            let named = hosts.enumerate().filter(|(_, host)| !host.is_empty());
            let (places, hosts): (Vec<usize>, Vec<String>) = named.take(3).unzip();
            let shown = or(hosts.join(","), "*");
            // GO: rules without a host count among those that are not shown.
            match places.get(2) {
                Some(third) if third + 1 < rules.len() => {
                    format!("{shown} + {} more...", rules.len() - 3)
                }
                _ => shown,
            }
        }
        "addresses" => addresses(status).join(","),
        "endpoints" => endpoints(object),
        "slice_ports" => {
            let ports: Vec<String> = items(&object["ports"])
                .iter()
                .map(|port| or(plain(&port["port"], ""), &plain(&port["name"], "*")))
                .collect();
            few(&ports, 3, ",", "<unset>")
        }
        "slice_endpoints" => {
            let all: Vec<String> = items(&object["endpoints"])
                .iter()
                .flat_map(|one| texts(&one["addresses"]))
                .collect();
            few(&all, 3, ",", "<unset>")
        }
        "default_class" => {
            let name = object::name(object);
            match object::annotation(object, "ingressclass.kubernetes.io/is-default-class") {
                Some("true") => format!("{name} (default)"),
                _ => name.to_owned(),
            }
        }
        "parameters" => match &spec["parameters"] {
            Value::Null => "<none>".to_owned(),
            of => {
                let group = match &of["apiGroup"] {
                    Value::Null => String::new(),
                    group => format!(".{}", plain(group, "")),
                };
                format!(
                    "{}{group}/{}",
                    plain(&of["kind"], ""),
                    plain(&of["name"], "")
                )
            }
        },
        _ => return None,
    })
}

fn service_external(spec: &Value, status: &Value) -> String {
    let external = texts(&spec["externalIPs"]);
    match spec["type"].as_str().unwrap_or_default() {
        "ClusterIP" | "NodePort" => or(external.join(","), "<none>"),
        "LoadBalancer" => {
            let mut all = addresses(status);
            all.extend(external);
            or(all.join(","), "<pending>")
        }
        "ExternalName" => plain(&spec["externalName"], ""),
        _ => "<unknown>".to_owned(),
    }
}

fn endpoints(object: &Value) -> String {
    let mut all = Vec::new();
    for subset in items(&object["subsets"]) {
        let addresses: Vec<String> = items(&subset["addresses"])
            .iter()
            .map(|one| plain(&one["ip"], ""))
            .collect();
        let ports = items(&subset["ports"]);
        if ports.is_empty() {
            all.extend(addresses.iter().cloned());
        }
        for port in ports {
            let port = plain(&port["port"], "");
            all.extend(addresses.iter().map(|address| {
                if address.contains(':') {
                    format!("[{address}]:{port}")
                } else {
                    format!("{address}:{port}")
                }
            }));
        }
    }
    let empty = if count(&object["subsets"]) == 0 {
        "<none>"
    } else {
        ""
    };
    few(&all, 3, ",", empty)
}
