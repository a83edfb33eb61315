//! Objects as the rows that `kubectl get` prints.
//!
//! - `kinds`: the columns of each built-in resource, and what is in them
//! - `cells`: what is in a cell; `pods`, `network`, `storage`, `others`: cells of some kinds
//! - `custom`: columns that definitions of custom resources describe

mod cells;
mod custom;
mod kinds;
mod network;
mod others;
mod pods;
mod storage;

use serde_json::{Value, json};

use crate::catalog::Resource;
use crate::object;

/// How much of an object goes with its row (`includeObject`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Include {
    /// Nothing.
    None,
    /// Its metadata.
    #[default]
    Metadata,
    /// All of it.
    Object,
}

/// `columnDefinitions` of a resource. Built-in columns have no descriptions here.
pub fn columns(resource: &Resource) -> Value {
    if let Some(custom) = resource.custom() {
        return custom::columns(custom);
    }
    let columns = kinds::columns(resource).map(|column| {
        let format = if column.name == "Name" { "name" } else { "" };
        described(column.name, column.kind, format, "", column.priority)
    });
    columns.collect()
}

fn described(name: &str, kind: &str, format: &str, description: &str, priority: i64) -> Value {
    json!({
        "name": name,
        "type": kind,
        "format": format,
        "description": description,
        "priority": priority,
    })
}

/// The row of an object; `now` in seconds since 1970.
pub fn row(resource: &Resource, object: &Value, include: Include, now: i64) -> Value {
    let cells: Value = match resource.custom() {
        Some(custom) => custom::cells(custom, object, now),
        None => kinds::columns(resource)
            .map(|column| cells::cell(column.cell, resource, object, now))
            .collect(),
    };
    let mut row = json!({"cells": cells, "object": with(object, include)});
    if let ("", "pods", Some(conditions)) = (
        resource.group.as_str(),
        resource.plural.as_str(),
        pods::conditions(object),
    ) {
        row["conditions"] = conditions;
    }
    row
}

/// A `Scale` as a `Table`.
pub fn of_scale(scale: &Value, include: Include, now: i64) -> Value {
    let columns = [
        ("Name", "string", "name"),
        ("Desired", "integer", ""),
        ("Available", "integer", ""),
        ("Age", "string", ""),
    ];
    let columns = columns.map(|(name, kind, format)| described(name, kind, format, "", 0));
    let count = |of: &str| scale[of]["replicas"].as_i64().unwrap_or(0);
    let cells = json!([
        name(scale),
        count("spec"),
        count("status"),
        age(created(scale), now),
    ]);
    json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": scale["metadata"]["resourceVersion"]},
        "columnDefinitions": columns,
        "rows": [{"cells": cells, "object": with(scale, include)}],
    })
}

fn with(object: &Value, include: Include) -> Value {
    match include {
        Include::None => Value::Null,
        Include::Object => object.clone(),
        Include::Metadata => object::partial(object),
    }
}

/// How long ago a time is, or `<unknown>`.
fn age(time: &Value, now: i64) -> String {
    match seconds(time) {
        Some(then) => duration(now - then),
        None => "<unknown>".to_owned(),
    }
}

/// A time of an object in seconds since 1970.
fn seconds(time: &Value) -> Option<i64> {
    let time: jiff::Timestamp = time.as_str()?.parse().ok()?;
    Some(time.as_second())
}

/// A time that passed, with two or three digits that matter.
fn duration(seconds: i64) -> String {
    let two = |large: i64, of: &str, small: i64, than: &str| match small {
        0 => format!("{large}{of}"),
        small => format!("{large}{of}{small}{than}"),
    };
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let days = hours / 24;
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        _ if minutes < 10 => two(minutes, "m", seconds % 60, "s"),
        _ if minutes < 180 => format!("{minutes}m"),
        _ if hours < 8 => two(hours, "h", minutes % 60, "m"),
        _ if hours < 48 => format!("{hours}h"),
        _ if hours < 24 * 8 => two(days, "d", hours % 24, "h"),
        _ if days < 365 * 2 => format!("{days}d"),
        _ if days < 365 * 8 => two(days / 365, "y", days % 365, "d"),
        _ => format!("{}y", days / 365),
    }
}

fn created(object: &Value) -> &Value {
    &object["metadata"]["creationTimestamp"]
}

fn name(object: &Value) -> Value {
    object::name(object).into()
}

#[cfg(test)]
mod tests;
