//! Rules that need code: those of several fields at once, and those of values with a grammar.

mod data;
mod definitions;
mod network;
mod pods;

use serde_json::Value;

use super::found::{At, Found};
use super::rules::Own;
use super::{metadata, texts};
use crate::quantity::Quantity;

pub(super) use self::data::generated;

const RULES: &[(&str, Own)] = &[
    ("labels", Found::labels),
    ("annotations", metadata::annotations),
    ("address", network::address),
    ("port-or-name", port_or_name),
    ("count-or-percent", count_or_percent),
    ("more-than-nothing", more_than_nothing),
    // Pods and what makes them.
    ("may-be-mounted", pods::may_be_mounted),
    ("mounted", pods::mounted),
    ("host-port", pods::host_port),
    ("resources", pods::resources),
    ("field-of-variable", pods::field_of_variable),
    ("field-of-volume", pods::field_of_volume),
    ("amount-of-container", pods::amount_of_container),
    ("one-source", pods::one_source),
    ("labels-match", data::labels_match),
    ("schedule", data::schedule),
    ("time-zone", data::time_zone),
    // Services and their like.
    ("external-name", network::external_name),
    ("addresses-of-service", network::addresses_of_service),
    ("external-address", network::external_address),
    ("port-of-service", network::port_of_service),
    ("networks", network::networks),
    ("class-and-rules", network::class_and_rules),
    ("last-port", network::last_port),
    ("ip-block", network::ip_block),
    ("scheme", network::scheme),
    // Definitions of custom resources.
    ("name-of-definition", definitions::name),
    ("versions", definitions::versions),
    ("stored-versions", definitions::stored_versions),
    ("names-alone", definitions::names_alone),
    ("properties-of-root", definitions::properties_of_root),
    ("default-of-schema", definitions::default),
    ("keys-of-list", definitions::keys_of_list),
    // What holds data, and what says how much there may be.
    ("sizes-of-config-map", data::sizes_of_config_map),
    ("contents-of-secret", data::contents_of_secret),
    ("bounds", data::bounds),
    ("quota", data::quota),
    ("alone", data::alone),
    ("capacity", data::capacity),
    ("provisioner", data::provisioner),
    ("something-outside", data::something_outside),
    ("priority", data::priority),
    ("name-of-service", data::name_of_service),
];

/// The rule of a name.
pub(super) fn rule(name: &str) -> Option<Own> {
    let known = RULES.iter().find(|(known, _)| *known == name);
    known.map(|(_, rule)| *rule)
}

/// A port's number, or its name.
fn port_or_name(found: &mut Found, at: &At<'_>) {
    match at.value {
        Value::String(name) => found.all(at, texts::port_name(name)),
        _ if at.number().is_some_and(|port| (1..=65_535).contains(&port)) => {}
        _ => found.invalid(at, "must be between 1 and 65535, inclusive"),
    }
}

/// A whole number, or a part in a hundred.
fn count_or_percent(found: &mut Found, at: &At<'_>) {
    match at.value {
        Value::String(text) => {
            let number = text.strip_suffix('%').unwrap_or_default();
            if number.parse::<i64>().is_ok_and(|percent| percent > 100) {
                found.invalid(at, "must not be greater than 100%");
            }
            found.all(at, texts::percent(text));
        }
        _ if at.number().is_some_and(|number| number < 0) => {
            found.invalid(at, "must be greater than or equal to 0");
        }
        _ => {}
    }
}

fn more_than_nothing(found: &mut Found, at: &At<'_>) {
    if Quantity::parse(at.text()).is_some_and(|size| size.is_zero() || size.is_negative()) {
        found.invalid(at, "must be greater than zero");
    }
}
