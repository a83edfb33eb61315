//! Merging maps in place.

use pintle_go_template::CallError;
use pintle_go_template::Parameter::Map as Dict;
use pintle_go_value::{Map, MapType, Str, Value};

use crate::call::{Call, Outcome, fail};
use crate::convert::is_empty;
use crate::declare::{Declaration, variadic};
use crate::limits;

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    variadic("merge", &[Dict, Dict], |c| merge_all(c, Winner::Destination), "Merges maps into the first, which wins unless it has an empty value."),
    variadic("mustMerge", &[Dict, Dict], |c| merge_all(c, Winner::Destination), "Merges maps into the first, which wins unless it has an empty value."),
    variadic("mergeOverwrite", &[Dict, Dict], |c| merge_all(c, Winner::Source), "Merges maps into the first; the last wins."),
    variadic("mustMergeOverwrite", &[Dict, Dict], |c| merge_all(c, Winner::Source), "Merges maps into the first; the last wins."),
];

/// Whose value is kept when both maps have a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Winner {
    /// the first map, unless its value is empty
    Destination,
    /// the later map, also with an empty value
    Source,
}

fn merge_all(call: &Call<'_>, winner: Winner) -> Outcome {
    let destination = call.map(0)?;
    for source in call.maps(1)? {
        merge(&destination, &source, winner, 0)?;
    }
    Ok(destination.into())
}

/// HELM: maps that only the source has are taken over as they are, not copied: changing
/// them later changes the source too.
fn merge(destination: &Map, source: &Map, winner: Winner, level: usize) -> Result<(), CallError> {
    limits::depth(level)?;
    if destination.is_same(source) {
        return Ok(());
    }
    for (key, value) in source.entries() {
        merge_entry(destination, source, key, value, winner, level)?;
    }
    Ok(())
}

fn merge_entry(
    destination: &Map,
    source: &Map,
    key: Str,
    value: Value,
    winner: Winner,
    level: usize,
) -> Result<(), CallError> {
    if value.is_nil() {
        // A nil never fills a gap, but it overwrites.
        return match winner {
            Winner::Source => put(destination, source, key, value),
            Winner::Destination => Ok(()),
        };
    }
    let present = destination.get(&key).unwrap_or_default();
    if let (Value::Map(inner), Value::Map(added)) = (&present, &value) {
        merge(inner, added, winner, level + 1)?;
        if !inner.is_empty() {
            return Ok(());
        }
    }
    if winner == Winner::Source || is_empty(&present) {
        return put(destination, source, key, value);
    }
    Ok(())
}

/// GO: what is in a `map[string]interface{}` cannot be put into a `map[string]string`
/// (as `split` makes one), whatever it is.
fn put(destination: &Map, source: &Map, key: Str, value: Value) -> Result<(), CallError> {
    if destination.map_type() == MapType::Str && source.map_type() != MapType::Str {
        return fail(
            "reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string",
        );
    }
    destination.set(key, value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_that_contain_themselves_do_not_exhaust_the_stack() {
        let (left, right) = (Map::new(), Map::new());
        left.set("self", left.clone().into());
        right.set("self", right.clone().into());
        assert!(merge(&left, &right, Winner::Destination, 0).is_err());
        left.remove("self");
        right.remove("self");
    }
}
