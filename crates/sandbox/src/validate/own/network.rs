//! Of services, ingresses, network policies and webhooks.

use std::net::IpAddr;

use serde_json::Value;

use super::super::found::{At, Found};
use super::super::texts;

pub(super) fn address(found: &mut Found, at: &At<'_>) {
    if at.text().parse::<IpAddr>().is_err() {
        let why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
        found.invalid_as(at, at.text(), why);
    }
}

/// The address of a network and the length of its prefix, of `10.0.0.0/8`.
fn parts(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/')?;
    let (address, length): (IpAddr, u8) = (address.parse().ok()?, length.parse().ok()?);
    let most = if address.is_ipv4() { 32 } else { 128 };
    (length <= most).then_some((address, length))
}

pub(super) fn network(found: &mut Found, at: &At<'_>) {
    if parts(at.text()).is_none() {
        let why = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
        found.invalid_as(at, at.text(), why);
    }
}

pub(super) fn networks(found: &mut Found, at: &At<'_>) {
    at.items().iter().for_each(|one| network(found, one));
}

/// What a network policy allows, and parts of it that it does not.
pub(super) fn ip_block(found: &mut Found, at: &At<'_>) {
    let whole = at.child("cidr");
    network(found, &whole);
    for part in at.child("except").items() {
        match (parts(whole.text()), parts(part.text())) {
            (Some(whole), Some(inner)) if !contains(whole, inner) => {
                found.invalid(&part, "must be a strict subset of `cidr`");
            }
            _ => network(found, &part),
        }
    }
}

/// Whether a network is a true part of another.
fn contains(whole: (IpAddr, u8), part: (IpAddr, u8)) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(address) => u128::from(u32::from(address)) << 96,
        IpAddr::V6(address) => u128::from(address),
    };
    let mask = u128::MAX.checked_shl(128 - u32::from(whole.1)).unwrap_or(0);
    whole.0.is_ipv4() == part.0.is_ipv4()
        && whole.1 < part.1
        && bits(whole.0) & mask == bits(part.0) & mask
}

pub(super) fn last_port(found: &mut Found, at: &At<'_>) {
    let (port, end) = (at.child("port"), at.child("endPort"));
    if port.value.is_string() && end.is_set() {
        found.invalid(&end, "may not be specified when `port` is non-numeric");
    } else if end.number().is_some_and(|end| Some(end) < port.number()) {
        found.invalid(&end, "must be greater than or equal to `port`");
    }
}

pub(super) fn external_name(found: &mut Found, at: &At<'_>) {
    let name = at.text().trim_end_matches('.');
    if name.is_empty() {
        found.required(at, "");
        return;
    }
    for why in texts::subdomain(name) {
        found.invalid_as(at, name, &why);
    }
}

pub(super) fn external_address(found: &mut Found, at: &At<'_>) {
    match at.text().parse::<IpAddr>() {
        Err(_) => address(found, at),
        Ok(address) if address.is_loopback() => {
            let why = "may not be in the loopback range (127.0.0.0/8, ::1/128)";
            found.invalid(at, why);
        }
        Ok(address) if address.is_unspecified() => {
            found.invalid(at, &format!("may not be unspecified ({address})"));
        }
        Ok(_) => {}
    }
}

/// The addresses of a service inside the cluster, and their families.
pub(super) fn addresses_of_service(found: &mut Found, spec: &At<'_>) {
    found.one_of(
        &spec.child("ipFamilyPolicy"),
        &["PreferDualStack", "RequireDualStack", "SingleStack"],
    );
    let families = spec.child("ipFamilies").items();
    for family in &families {
        found.one_of(family, &["IPv4", "IPv6"]);
        if !found.is_first(family, None) {
            found.duplicate(family);
        }
    }
    let (one, all) = (spec.child("clusterIP"), spec.child("clusterIPs"));
    for (index, at) in all.items().iter().enumerate() {
        let Ok(parsed) = at.text().parse::<IpAddr>() else {
            if !at.is("None") {
                address(found, at);
            }
            continue;
        };
        let family = families.get(index).map_or("", At::text);
        if matches!(family, "IPv4" | "IPv6") && (family == "IPv4") != parsed.is_ipv4() {
            let why = format!("expected an {family} value as indicated by `ipFamilies[{index}]`");
            found.invalid(at, &why);
        }
    }
    if one.is_set() && !all.is_empty() && all.value[0] != *one.value {
        found.invalid(&all, "first value must match `clusterIP`");
    }
}

/// A number and a protocol are one port.
pub(super) fn port_of_service(found: &mut Found, port: &At<'_>) {
    let (protocol, number) = (port.child("protocol").value, port.child("port").value);
    // GO: as the server prints its own type, of which only the key is filled in.
    let told = format!(
        "{{\"Name\":\"\",\"Protocol\":{protocol},\"AppProtocol\":null,\"Port\":{number},\"TargetPort\":0,\"NodePort\":0}}"
    );
    if !found.note("ports", &told) {
        let message = format!("Duplicate value: {told}");
        found.tell("FieldValueDuplicate", port, message);
    }
}

/// The class of an ingress as it was said once, and that it leads somewhere.
pub(super) fn class_and_rules(found: &mut Found, at: &At<'_>) {
    const CLASS: &str = "kubernetes.io/ingress.class";
    let spec = at.child("spec");
    let class = spec.child("ingressClassName");
    let old = at.down(&["metadata", "annotations", CLASS]);
    if old.is_set() && class.is_set() && old.text() != class.text() {
        let place = old.named(format!("annotations.{CLASS}"));
        let why = "must match `ingressClassName` when both are specified";
        found.invalid(&place, why);
    }
    if spec.child("rules").is_empty() && !spec.child("defaultBackend").is_set() {
        let why = "either `defaultBackend` or `rules` must be specified";
        found.invalid_as(&spec, Value::Null, why);
    }
}

/// Where a webhook is called.
pub(super) fn scheme(found: &mut Found, url: &At<'_>) {
    let scheme = url.text().split("://").next().unwrap_or_default();
    if scheme != "https" {
        let why = "'https' is the only allowed URL scheme; desired format: https://host[/path]";
        found.invalid_as(url, scheme, why);
    }
}
