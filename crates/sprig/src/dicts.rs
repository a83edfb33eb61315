//! Maps with string keys: making, reading, changing in place, selecting.

use std::collections::BTreeSet;

use pintle_go_template::CallError;
use pintle_go_template::Parameter::{Any, Map as Dict, Str as Text};
use pintle_go_value::{List, Map, MapType, Str, Value};

use crate::call::{Call, Outcome, fail};
use crate::convert::{strings, to_text};
use crate::declare::{Declaration, fixed, variadic};
use crate::{limits, versions};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    variadic("dict", &[Any], dict, "Makes a map of keys and values in turn."),
    fixed("get", &[Dict, Text], get, "The value under a key, or the empty string."),
    fixed("set", &[Dict, Text, Any], set, "Sets a key of a map in place, and gives the map."),
    fixed("unset", &[Dict, Text], unset, "Removes a key of a map in place, and gives the map."),
    fixed("hasKey", &[Dict, Text], |c| Ok(Value::Bool(c.map(0)?.contains(c.str(1)?))), "Whether a map has a key."),
    variadic("pluck", &[Text, Dict], pluck, "The values under a key in those maps that have it."),
    variadic("keys", &[Dict], keys, "The keys of maps; of each map in order."),
    fixed("values", &[Dict], values, "The values of a map, in the order of its keys."),
    variadic("pick", &[Dict, Text], pick, "A new map of the given keys only."),
    variadic("omit", &[Dict, Text], omit, "A new map without the given keys."),
    variadic("dig", &[Any], dig, "The value under a path of keys, or a default."),
    fixed("deepCopy", &[Any], deep_copy, "A copy that shares nothing with the original."),
    fixed("mustDeepCopy", &[Any], deep_copy, "A copy that shares nothing with the original."),
];

/// HELM: a key without a value gets the empty string.
fn dict(call: &Call<'_>) -> Outcome {
    let result = Map::new();
    for pair in call.all().chunks(2) {
        let value = pair.get(1).cloned().unwrap_or_else(|| Value::from(""));
        result.set(to_text(&pair[0]), value);
    }
    Ok(result.into())
}

fn get(call: &Call<'_>) -> Outcome {
    let found = call.map(0)?.get(call.str(1)?);
    Ok(found.unwrap_or_else(|| Value::from("")))
}

fn set(call: &Call<'_>) -> Outcome {
    if call.value(0).is_nil() {
        return fail("assignment to entry in nil map");
    }
    let map = call.map(0)?;
    map.set(call.str(1)?.clone(), call.value(2).clone());
    Ok(map.into())
}

fn unset(call: &Call<'_>) -> Outcome {
    let map = call.map(0)?;
    map.remove(call.str(1)?);
    Ok(map.into())
}

fn pluck(call: &Call<'_>) -> Outcome {
    let key = call.str(0)?;
    let found = call.maps(1)?.into_iter().filter_map(|map| map.get(key));
    Ok(found.collect::<List>().into())
}

fn keys(call: &Call<'_>) -> Outcome {
    let maps = call.maps(0)?;
    Ok(strings(maps.iter().flat_map(Map::keys)))
}

fn values(call: &Call<'_>) -> Outcome {
    let entries = call.map(0)?.entries();
    Ok(entries
        .into_iter()
        .map(|(_, value)| value)
        .collect::<List>()
        .into())
}

fn pick(call: &Call<'_>) -> Outcome {
    let (map, result) = (call.map(0)?, Map::new());
    for key in named_keys(call)? {
        if let Some(value) = map.get(key) {
            result.set(key.clone(), value);
        }
    }
    Ok(result.into())
}

fn omit(call: &Call<'_>) -> Outcome {
    let omitted: BTreeSet<&Str> = named_keys(call)?.into_iter().collect();
    let entries = call.map(0)?.entries();
    let kept = entries
        .into_iter()
        .filter(|(key, _)| !omitted.contains(key));
    Ok(kept.collect::<Map>().into())
}

fn named_keys<'a>(call: &Call<'a>) -> Result<Vec<&'a Str>, CallError> {
    (1..call.all().len()).map(|index| call.str(index)).collect()
}

/// HELM: each step must be exactly a `map[string]interface{}`: `.Values` itself is none.
fn dig(call: &Call<'_>) -> Outcome {
    let [path @ .., default, start] = call.all() else {
        return fail("dig needs at least three arguments");
    };
    if path.is_empty() {
        return fail("dig needs at least three arguments");
    }
    let mut current = exact_map(start)?;
    let keys = path
        .iter()
        .map(exact_string)
        .collect::<Result<Vec<_>, _>>()?;
    for (index, key) in keys.iter().enumerate() {
        let Some(found) = current.get(key) else {
            return Ok(default.clone());
        };
        if index + 1 == keys.len() {
            return Ok(found);
        }
        current = exact_map(&found)?;
    }
    Ok(default.clone())
}

fn exact_map(value: &Value) -> Result<Map, CallError> {
    match value {
        Value::Map(map) if map.map_type() == MapType::Any => Ok(map.clone()),
        _ => Err(conversion(value, "map[string]interface {}")),
    }
}

fn exact_string(value: &Value) -> Result<&Str, CallError> {
    value.as_str().ok_or_else(|| conversion(value, "string"))
}

/// GO: the text of a failed type assertion.
fn conversion(value: &Value, wanted: &str) -> CallError {
    let name = value.type_name();
    let name = if value.is_nil() { "nil" } else { &name };
    CallError::Message(format!(
        "interface conversion: interface {{}} is {name}, not {wanted}"
    ))
}

fn deep_copy(call: &Call<'_>) -> Outcome {
    if call.value(0).is_nil() {
        return fail("reflect: call of reflect.Value.Type on zero Value");
    }
    let mut left = limits::MAX_BYTES / size_of::<Value>();
    copy(call.value(0), 0, &mut left)
}

/// Copies within bounds: maps may contain each other, or one map many times.
fn copy(value: &Value, level: usize, left: &mut usize) -> Outcome {
    limits::depth(level)?;
    *left = left
        .checked_sub(1)
        .ok_or("the copy would be too large\nhint: does a map contain the same map many times?")?;
    Ok(match value {
        Value::Map(map) if map.is_nil() => Map::nil(map.map_type()).into(),
        Value::List(list) if list.is_nil() => value.clone(),
        Value::Map(map) => {
            let result = Map::typed(map.map_type());
            for (key, value) in map.entries() {
                result.set(key, copy(&value, level + 1, left)?);
            }
            result.into()
        }
        Value::List(list) => {
            let items: Result<Vec<Value>, CallError> = list
                .iter()
                .map(|item| copy(item, level + 1, left))
                .collect();
            List::typed(list.element_type(), items?).into()
        }
        other => versions::copied(other).unwrap_or_else(|| other.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_that_contains_itself_cannot_be_copied() {
        let map = Map::new();
        map.set("self", map.clone().into());
        let mut left = 1_000_000;
        assert!(copy(&map.clone().into(), 0, &mut left).is_err());
        map.remove("self");
    }

    #[test]
    fn a_map_that_grows_in_copying_cannot_be_copied() {
        let mut map = Map::new();
        for _ in 0..40 {
            let outer = Map::new();
            outer.set("a", map.clone().into());
            outer.set("b", map.into());
            map = outer;
        }
        let mut left = 1000;
        assert!(copy(&map.into(), 0, &mut left).is_err());
    }
}
